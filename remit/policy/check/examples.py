"""Runs the examples of a document and says where what follows is not what was worked out by hand; and which
rules no example shows.

Each example is decided, its cover and clocks computed, by the very code that runs the desk. How a case is
read is said in `remit.policy.document.situation`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from remit.policy.calendars import CalendarNeverOpens
from remit.policy.clocks import Clock, derivation_of, sentence
from remit.policy.clocks.targets import TargetsOverlap
from remit.policy.document.compiling import Compilation
from remit.policy.document.fields import read_names
from remit.policy.document.findings import Finding, did_you_mean
from remit.policy.document.policy import Example, Policy
from remit.policy.document.situation import CaseErrors, CaseReader, Situation
from remit.policy.document.strict_text import Path, Place
from remit.policy.document.workshop import rule_key
from remit.policy.rules import compile_rules
from remit.policy.vocabulary.facts import FactErrors, Value, decode_facts, encode_facts
from remit.policy.vocabulary.metrics import Metric
from remit.policy.vocabulary.zones import at_wall_time


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """An example that was run: the case as far as it could be read, and what is wrong."""

    example: Example
    situation: Situation | None
    findings: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        return not self.findings


def run_examples(policy: Policy) -> Iterator[ExampleResult]:
    """Every example of a policy, one by one."""
    reader = CaseReader(policy)
    for example in policy.examples:
        yield _run(policy, example, reader)


def _run(policy: Policy, example: Example, reader: CaseReader) -> ExampleResult:
    runner = _Runner(policy, example)
    try:
        situation = reader.read(example.given, example.events)
    except CaseErrors as errors:
        findings = tuple(
            runner.finding("example-unreadable", message, path) for path, message in errors.errors.items()
        )
        return ExampleResult(example, None, findings)
    try:
        runner.compare(situation)
    except (FactErrors, TargetsOverlap, CalendarNeverOpens) as error:
        runner.found.append(
            runner.finding("example-failed", f"the case cannot be decided: {error}", ("example",))
        )
    return ExampleResult(example, situation, tuple(runner.found))


def check_examples(compilation: Compilation, policy: Policy) -> Iterator[Finding]:
    """Examples that fail or cannot be read, and rules that no example shows firing, or not firing.

    Where a rule could not be read, only what fails both with and without it is reported; where more is
    missing, no failure is.
    """
    results = list(run_examples(policy))
    findings = [finding for result in results for finding in result.findings]
    if not compilation.is_whole:
        findings = [finding for finding in findings if finding.code != "example-failed"]
    elif compilation.unsure_rules:
        other = {
            finding
            for result in run_examples(_with_unsure(policy, compilation))
            for finding in result.findings
        }
        places = {(finding.code, finding.line, finding.column) for finding in other}
        findings = [finding for finding in findings if (finding.code, finding.line, finding.column) in places]
    yield from findings
    if compilation.is_whole:
        yield from _not_shown(compilation, policy, results)


def _with_unsure(policy: Policy, compilation: Compilation) -> Policy:
    """The policy as if the rules that could not be read always fired."""
    ruleset = policy.ruleset
    rules = [
        replace(rule, condition=None) if rule.key in compilation.unsure_rules else rule
        for rule in ruleset.rules
    ]
    changed = compile_rules(rules, ruleset.defaults, ruleset.requirements, ruleset.declarations)
    return replace(policy, ruleset=changed)


def _not_shown(compilation: Compilation, policy: Policy, results: list[ExampleResult]) -> Iterator[Finding]:
    program = policy.ruleset.program
    fires = silent = 0
    for result in results:
        if result.situation is not None:
            held = program.run(result.situation.settled).holding
            fires |= held
            silent |= ~held
    places = {
        rule_key(block.clause, block.model.rule): block
        for block in compilation.blocks
        if block.block.kind == "rule"
    }
    for number, rule in enumerate(policy.ruleset.rules):
        if rule.key in compilation.unsure_rules:
            continue
        block = places.get(rule.key)
        place = block.place("rule") if block else Place(rule.line, 1)
        for shown, what in ((fires, "in which it fires"), (silent, "in which it does not fire")):
            if not shown >> number & 1:
                yield Finding(
                    "example-missing",
                    "error",
                    f"the rule “{rule.name}” has no example {what}",
                    place.line,
                    place.column,
                    rule.clause,
                    hint=_example_hint(
                        rule.condition.words() if rule.condition else "", fires=shown is fires
                    ),
                    path=compilation.document.path,
                )


def _example_hint(condition: str, *, fires: bool) -> str:
    if not fires:
        return "add an ordinary request to which it does not apply"
    return f"add an example in which {condition}" if condition else "add any example"


class _Runner:
    def __init__(self, policy: Policy, example: Example) -> None:
        self.policy = policy
        self.example = example
        self.where = policy.zone
        self.found: list[Finding] = []

    def finding(
        self, code: str, message: str, path: Path, *, witness: str | None = None, hint: str | None = None
    ) -> Finding:
        place: Place = self.example.places.place(path)
        return Finding(
            code,
            "error",
            f"example “{self.example.name}”: {message}",
            place.line,
            place.column,
            self.example.clause,
            witness,
            hint,
            self.policy.path,
        )

    def differs(self, key: str, expected: str, got: str, witness: str | None = None) -> None:
        message = f"{key} is {got or 'nothing'}, not {expected or 'nothing'}"
        self.found.append(self.finding("example-failed", message, ("then", key), witness=witness))

    def compare(self, situation: Situation) -> None:
        then = self.example.then
        is_other = "outcome" in then and str(situation.decision.outcome) != then["outcome"]
        for key, expected in then.items():
            compare = _COMPARED.get(key)
            if is_other and (key in _FOLLOWING or key.rpartition(" ")[2] in ("due", "state")):
                continue
            if compare is not None:
                compare(self, situation, key, expected)
            elif key.rpartition(" ")[0] in tuple(Metric) or key.removesuffix(" not before") in tuple(Metric):
                self.clock(situation, key, str(expected))
            elif key in self.policy.declarations:
                self.fact(situation, key, expected)
            else:
                known = [*_COMPARED, *(f"{metric} {end}" for metric in Metric for end in ("due", "state"))]
                self.found.append(
                    self.finding(
                        "example-unreadable",
                        f"“{key}” is nothing an example can expect",
                        ("then", key),
                        hint=did_you_mean(key, [*known, *self.policy.declarations]),
                    )
                )

    # --- decisions

    def outcome(self, situation: Situation, key: str, expected: Any) -> None:
        decision = situation.decision
        if str(decision.outcome) != expected:
            self.differs(key, str(expected), str(decision.outcome), self.why(situation))

    def why(self, situation: Situation) -> str:
        decision = situation.decision
        by = (
            ", ".join(f"“{finding.rule_key}” ({finding.outcome})" for finding in decision.deciding)
            or "no rule"
        )
        asks = f"; asks for {', '.join(decision.asks)}" if decision.asks else ""
        gaps = f"; no rule and no default of {', '.join(decision.gaps)}" if decision.gaps else ""
        clash = "; rules disagree" if decision.conflicts else ""
        return f"decided by {by}{asks}{gaps}{clash}"

    def cites(self, situation: Situation, key: str, expected: Any) -> None:
        decision = situation.decision
        cited = {finding.clause for finding in decision.deciding}
        if key == "contributes":
            cited |= {finding.clause for finding in decision.contributing}
        wanted = set(read_names(expected))
        unknown = wanted - self.policy.clauses.keys()
        if unknown:
            name = sorted(unknown)[0]
            self.found.append(
                self.finding(
                    "example-unreadable",
                    f"there is no clause “{name}”",
                    ("then", key),
                    hint=did_you_mean(name, self.policy.clauses),
                )
            )
        elif not wanted <= cited:
            self.differs(key, ", ".join(sorted(wanted)), ", ".join(sorted(cited)), self.why(situation))

    def rules(self, situation: Situation, key: str, expected: Any) -> None:
        held = self.policy.ruleset.program.run(situation.settled).holding
        fired = {rule.key for number, rule in enumerate(self.policy.ruleset.rules) if held >> number & 1}
        known = {rule.key for rule in self.policy.ruleset.rules}
        for written in read_names(expected):
            clause, _, name = written.partition("/")
            rule = rule_key(clause, name)
            if rule not in known:
                self.found.append(
                    self.finding(
                        "example-unreadable",
                        f"there is no rule “{written}”",
                        ("then", key),
                        hint=did_you_mean(rule, known),
                    )
                )
            elif rule not in fired:
                self.differs(key, written, ", ".join(sorted(fired)))

    def asks(self, situation: Situation, key: str, expected: Any) -> None:
        asked = situation.decision.asks if key == "asks" else situation.decision.welcome
        if set(read_names(expected)) != set(asked):
            self.differs(key, ", ".join(read_names(expected)), ", ".join(asked), self.why(situation))

    def service(self, situation: Situation, key: str, expected: Any) -> None:
        services = {finding.service for finding in situation.decision.deciding if finding.service}
        if expected not in services:
            self.differs(key, str(expected), ", ".join(sorted(services)), self.why(situation))

    def gates(self, situation: Situation, key: str, expected: Any) -> None:
        blocking = {gate.name for gate in self.policy.gates if gate.blocks(situation.settled)}
        if set(read_names(expected)) != blocking:
            self.differs(key, ", ".join(read_names(expected)), ", ".join(sorted(blocking)))

    # --- facts

    def phase(self, situation: Situation, key: str, expected: Any) -> None:
        kinds = [kind for kind in self.policy.covers if kind in self.example.given] or list(
            self.policy.covers
        )
        if not kinds:
            self.found.append(
                self.finding("example-unreadable", "the document declares no cover", ("then", key))
            )
            return
        self.fact(situation, f"{kinds[0]}.phase", expected, key)

    def fact(self, situation: Situation, name: str, expected: Any, key: str | None = None) -> None:
        path = ("then", key or name)
        try:
            wanted = decode_facts({name: expected}, self.policy.declarations, self.where)
        except FactErrors as error:
            self.found.append(self.finding("example-unreadable", error.errors[name], path))
            return
        got = situation.settled.get(name)
        if wanted.get(name) != got:
            derived = self._derived(situation, name)
            self.differs(key or name, self._shown(wanted.get(name)), self._shown(got), derived)

    def _derived(self, situation: Situation, name: str) -> str | None:
        line = situation.timelines.get(name.split(".", 1)[0])
        if line is None:
            return None
        return "; ".join(
            f"{period.phase} from {self._local(period.starts_at)}"
            for period in line.periods
            if period.starts_at
        )

    def _shown(self, value: Value | None) -> str:
        if isinstance(value, datetime):
            return self._local(value)
        return str(encode_facts({"value": value}).get("value", "")) if value is not None else ""

    def _local(self, at: datetime) -> str:
        return f"{at.astimezone(self.where):%Y-%m-%d %H:%M}"

    # --- clocks

    def clock(self, situation: Situation, key: str, expected: str) -> None:
        metric, what = _metric_key(key)
        clocks = situation.clocks_started(metric)
        if not clocks:
            self.differs(key, expected, f"nothing: no target is given for the {metric}")
            return
        clock = clocks[-1]
        if what == "state":
            if str(clock.state) != expected:
                self.differs(key, expected, str(clock.state), _told(clock))
            return
        moment = {
            "due": clock.due_at,
            "not before": clock.not_before,
            "met": clock.met_at,
            "breached": clock.breached_at,
        }[what]
        self.moment(key, expected, moment, _told(clock))

    def moment(self, key: str, expected: str, moment: datetime | None, told: str | None) -> None:
        try:
            wanted = None if expected in ("none", "never") else datetime.fromisoformat(expected)
        except ValueError:
            self.found.append(
                self.finding("example-unreadable", f"“{expected}” is not a date and time", ("then", key))
            )
            return
        if (None if wanted is None else at_wall_time(wanted, self.where)) != moment:
            self.differs(key, expected, "never" if moment is None else self._local(moment), told)

    def closes(self, situation: Situation, key: str, expected: Any) -> None:
        closing = situation.closing
        at = None if closing is None else closing.close_at if key == "closes" else closing.warn_at
        told = None if closing is None else sentence(closing.derivation)
        self.moment(key, str(expected), at, told)


_Compare = Callable[[_Runner, Situation, str, Any], None]
_COMPARED: Mapping[str, _Compare] = {
    "outcome": _Runner.outcome,
    "cites": _Runner.cites,
    "contributes": _Runner.cites,
    "rules": _Runner.rules,
    "asks": _Runner.asks,
    "welcome": _Runner.asks,
    "service": _Runner.service,
    "gates": _Runner.gates,
    "phase": _Runner.phase,
    "priority": _Runner.fact,
    "closes": _Runner.closes,
    "warns": _Runner.closes,
}


_FOLLOWING = frozenset({"cites", "contributes", "asks", "welcome", "service"})
"""What follows from the outcome; where that is another, it is not compared as well."""


def _metric_key(key: str) -> tuple[Metric, str]:
    what = "not before" if key.endswith(" not before") else key.rpartition(" ")[2]
    return Metric(key.removesuffix(what).strip()), what


def _told(clock: Clock) -> str | None:
    return sentence(derivation_of(clock)) or None
