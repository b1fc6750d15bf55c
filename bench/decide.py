"""How long a decision takes on the largest policy: with its trace, with and without the least change.

    python -m bench.decide

Two sets of requests: the policy's own examples (what really arrives), and facts drawn with a fixed seed from all that
the policy declares, a tenth of them unknown. Each request is timed on its own, in several rounds; the table shows the
median of all those runs, their slowest twentieth and the slowest, with whatever else the machine was doing in them. The
bars are judged by the median; 1 where one is missed. A decision holds its whole trace from the start; the lines
"written out" and "as JSON" also put it into words.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter_ns

from remit.policy.conditions import any_value, samples
from remit.policy.document.compiling import compile_document
from remit.policy.document.policy import Policy
from remit.policy.document.situation import read_situation
from remit.policy.document.source import load
from remit.policy.rules import RuleSet, decide
from remit.policy.vocabulary import Supplier, Value

POLICIES = Path(__file__).parent.parent / "policies"
DRAWN = 300
ROUNDS = 9
BARS = {"decide": 50.0, "decide, with the least change": 500.0}

Requests = list[dict[str, Value]]


def largest_policy() -> tuple[str, Policy]:
    """The policy with the longest text, with its file's name."""
    path = max(POLICIES.glob("*.md"), key=lambda found: found.stat().st_size)
    return path.name, compile_document(load(path.read_text(encoding="utf-8"), path.name))


def from_examples(policy: Policy) -> Requests:
    """The facts of every example in the document."""
    situations = (read_situation(policy, example.given, example.events) for example in policy.examples)
    return [policy.settled(situation.facts) for situation in situations]


def drawn(ruleset: RuleSet) -> Requests:
    """Facts drawn at random: nine in ten known, of those the desk determines one in ten, as at intake."""
    chance = random.Random(20260613)
    requests: Requests = []
    for _ in range(DRAWN):
        facts: dict[str, Value] = {}
        for name in ruleset.program.facts:
            declared = ruleset.declarations[name]
            likely = 0.1 if declared.supplier is Supplier.DESK else 0.9
            if declared.means is None and chance.random() < likely:
                facts[name] = chance.choice(
                    samples(ruleset.program, declared, facts) or [any_value(declared)]
                )
        requests.append(facts)
    return requests


def timed(function: Callable[[Mapping[str, Value]], object], requests: Requests) -> list[float]:
    """Microseconds of every run: each request once in each round, after a first round that is not counted."""
    took = []
    for number in range(ROUNDS + 1):
        for facts in requests:
            start = perf_counter_ns()
            function(facts)
            if number:
                took.append((perf_counter_ns() - start) / 1000)
    return took


def main() -> int:
    """Print the table; 1 where a bar is missed."""
    name, policy = largest_policy()
    ruleset = policy.ruleset
    print(
        f"{name}: {len(ruleset.rules)} rules, {len(ruleset.defaults)} defaults, "
        f"{len(ruleset.requirements)} requirements, {len(ruleset.program.facts)} facts in "
        f"{len(ruleset.program.atoms)} different atoms"
    )
    ways: dict[str, Callable[[Mapping[str, Value]], object]] = {
        "decide": lambda facts: decide(ruleset, facts),
        "decide, with the least change": lambda facts: decide(ruleset, facts, least_change=True),
        "decide, trace written out": lambda facts: decide(ruleset, facts).trace.lines,
        "decide, all as JSON": lambda facts: decide(ruleset, facts).to_json(),
    }
    missed = 0
    for label, requests in (("its examples", from_examples(policy)), ("drawn facts", drawn(ruleset))):
        outcomes = Counter(str(decide(ruleset, facts).outcome) for facts in requests)
        print(f"\n{label}: {', '.join(f'{count} {outcome}' for outcome, count in outcomes.most_common())}")
        print(f"{'µs per decision':32}{'median':>9}{'95 %':>9}{'slowest':>9}{'bar':>9}")
        for way, function in ways.items():
            took = timed(function, requests)
            bar = BARS.get(way)
            missed += bar is not None and median(took) > bar
            print(
                f"{way:32}{median(took):9.1f}{quantiles(took, n=20)[-1]:9.1f}{max(took):9.1f}"
                f"{'' if bar is None else f'{bar:.0f}':>9}"
            )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
