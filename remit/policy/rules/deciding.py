"""Deciding: from a set of rules and some facts to one outcome, with everything that led to it (design §4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from operator import itemgetter

from remit.policy.conditions import AtomReading, Facts, Reading
from remit.policy.rules.compiling import RuleSet, Words
from remit.policy.rules.decision import Decision, Trace, TraceLine
from remit.policy.rules.doubt import open_rules, places, questions, rules_behind, would_change
from remit.policy.rules.least_change import Standing, least_changes
from remit.policy.rules.model import Change, Conflict, Finding, Unknown
from remit.policy.rules.weighing import OUTCOMES, Verdict, Weighed, weigh
from remit.policy.vocabulary import Aspect, Outcome

_ASK = Outcome.ASK.strength
_STILL_OPEN = (Outcome.ASK.strength, Outcome.QUOTE.strength)
_REFUSE = Outcome.REFUSE.strength
_SPLIT = Outcome.SPLIT.strength


def decide(ruleset: RuleSet, facts: Facts, *, least_change: bool = False) -> Decision:
    """The decision on these facts; unknown facts are absent or None.

    With `least_change`, also the least that would better the outcome. Raises `FactErrors` where a value is not
    of its fact's kind. The same rules and facts always give the same decision.
    """
    facts = dict(facts)
    reading = ruleset.program.run(facts)
    weighed = weigh(ruleset, reading.holding & ruleset.judged)
    strength, doubts, behind, unestablished = _settled(ruleset, facts, reading, weighed.strength)
    changing = would_change(ruleset, reading, unestablished, strength) if unestablished else 0
    deciding, contributing = _sorted_out(ruleset, weighed, strength)
    findings = [finding for _, finding in deciding]
    if doubts:
        findings += _once_per_clause(ruleset.in_doubt[place] for place in places(behind))
    asks = _asks(ruleset, facts, weighed, doubts) if strength in _STILL_OPEN else ()
    changes: tuple[Change, ...] = ()
    if least_change:
        changes = least_changes(Standing(ruleset, facts, reading, strength, asks))
    return Decision(
        outcome=OUTCOMES[strength],
        deciding=tuple(findings),
        contributing=contributing,
        asks=asks,
        welcome=_welcome(ruleset, facts, reading, weighed) if strength < _SPLIT else (),
        unknowns=_unknowns(ruleset, reading, doubts, changing) if doubts or changing else (),
        would_change=tuple(ruleset.findings[place].rule_key for place in places(changing)),
        conflicts=_conflicts(ruleset, weighed),
        gaps=_gaps(weighed),
        trace=Trace(partial(_trace_lines, ruleset, facts, reading, weighed)),
        least_change=changes,
        says=next((words.says for words in _words(ruleset, deciding) if words.says), ""),
        steps=tuple(dict.fromkeys(step for words in _words(ruleset, deciding) for step in words.steps)),
    )


def outcome_of(ruleset: RuleSet, facts: Facts) -> Outcome:
    """Just the outcome of `decide`, several times faster: for replays and searches."""
    reading = ruleset.program.run(facts)
    weighed = weigh(ruleset, reading.holding & ruleset.judged)
    return OUTCOMES[_settled(ruleset, facts, reading, weighed.strength)[0]]


def _settled(
    ruleset: RuleSet, facts: Facts, reading: Reading, strength: int
) -> tuple[int, tuple[str, ...], int, int]:
    """The strength once doubts are counted, the facts in doubt, the rules behind them, and the rules that lack a
    fact of the record or the desk.
    """
    if not reading.unsure:
        return strength, (), 0, 0
    may, unestablished = open_rules(ruleset, reading)
    doubts = questions(ruleset, facts, reading, may, strength) if may else ()
    if not doubts:
        return strength, (), 0, unestablished
    return _ASK, doubts, rules_behind(ruleset, reading, may, doubts), unestablished


Placed = tuple[int, Finding]


def _sorted_out(
    ruleset: RuleSet, weighed: Weighed, strength: int
) -> tuple[list[Placed], tuple[Finding, ...]]:
    """The findings that made an outcome of this strength, and all others, strongest first."""
    ended = strength >= _REFUSE and any(
        verdict.strength == strength and verdict.plan.is_message for verdict in weighed.verdicts
    )
    deciding: list[Placed] = []
    others: list[tuple[int, list[Placed]]] = []
    for verdict in weighed.verdicts:
        found = _of_verdict(ruleset, verdict)
        if verdict.strength == strength and (verdict.plan.is_message or not ended):
            deciding += found
        elif found:
            others.append((-verdict.strength, found))
    others.sort(key=itemgetter(0))
    return deciding, tuple(finding for _, found in others for _, finding in found)


def _of_verdict(ruleset: RuleSet, verdict: Verdict) -> list[Placed]:
    found = [(place, ruleset.findings[place]) for place in places(verdict.items)]
    if verdict.stand_ins:
        aspect = verdict.plan.aspect
        found += [
            (place, replace(ruleset.findings[place], aspect=aspect)) for place in places(verdict.stand_ins)
        ]
    return found


def _words(ruleset: RuleSet, deciding: Iterable[Placed]) -> list[Words]:
    return [ruleset.words[place] for place, _ in deciding]


def _once_per_clause(findings: Iterable[Finding]) -> Iterable[Finding]:
    return {finding.clause: finding for finding in findings}.values()


def _asks(ruleset: RuleSet, facts: Facts, weighed: Weighed, doubts: tuple[str, ...]) -> tuple[str, ...]:
    """What rules ask for by name, what requirements lack, and what is in doubt; each once."""
    asks: dict[str, None] = {}
    for verdict in weighed.verdicts:
        if verdict.strength == _ASK:
            for place in places(verdict.items):
                asked = ruleset.words[place].asks
                if place >= ruleset.first_requirement:
                    asked = tuple(fact for fact in asked if facts.get(fact) is None)
                asks.update(dict.fromkeys(asked))
    asks.update(dict.fromkeys(doubts))
    return tuple(asks)


def _welcome(ruleset: RuleSet, facts: Facts, reading: Reading, weighed: Weighed) -> tuple[str, ...]:
    welcome: dict[str, None] = {}
    count = len(ruleset.requirements)
    overridden = weighed.suppressed >> ruleset.first_requirement
    for number in places(reading.holding >> ruleset.first_welcome & ((1 << count) - 1) & ~overridden):
        named = ruleset.words[ruleset.first_welcome + number].asks
        welcome.update(dict.fromkeys(fact for fact in named if facts.get(fact) is None))
    return tuple(welcome)


def _unknowns(
    ruleset: RuleSet, reading: Reading, doubts: tuple[str, ...], changing: int
) -> tuple[Unknown, ...]:
    """What the requester is asked because of doubt, then what the record or the desk has not established."""
    program = ruleset.program
    lacking = 0
    for place in places(changing):
        lacking |= program.facts_of_tree[place]
    lacking &= reading.unknown & ~ruleset.answerable
    names = (program.facts[place] for place in places(lacking))
    basic = (name for name in names if ruleset.declarations[name].means is None)
    return tuple(Unknown(name, ruleset.declarations[name].supplier) for name in (*doubts, *basic))


def _conflicts(ruleset: RuleSet, weighed: Weighed) -> tuple[Conflict, ...]:
    return tuple(
        Conflict(verdict.plan.aspect, tuple(finding for _, finding in _of_verdict(ruleset, verdict)))
        for verdict in weighed.verdicts
        if verdict.disagree
    )


def _gaps(weighed: Weighed) -> tuple[Aspect, ...]:
    return tuple(verdict.plan.aspect for verdict in weighed.verdicts if not verdict.items | verdict.stand_ins)


def _trace_lines(ruleset: RuleSet, facts: Facts, reading: Reading, weighed: Weighed) -> tuple[TraceLine, ...]:
    live = reading.holding & ~weighed.suppressed
    applied = 0
    for verdict in weighed.verdicts:
        applied |= verdict.items
    lines = []
    for place, finding in enumerate(ruleset.findings):
        bit = 1 << place
        if ruleset.first_welcome <= place < ruleset.first_default:
            continue
        if place >= ruleset.first_default:
            result: bool | None = bool(applied & bit)
            atoms: tuple[AtomReading, ...] = ()
        else:
            result = None if reading.unsure & bit else bool(reading.holding & bit)
            atoms = ruleset.program.trace(place, facts, reading.answers)
        by = _suppressed_by(ruleset, live, bit) if weighed.suppressed & bit else None
        lines.append(TraceLine(finding.rule_key, finding.clause, finding.aspect, result, by, atoms))
    return tuple(lines)


def _suppressed_by(ruleset: RuleSet, live: int, bit: int) -> str | None:
    """The key of the first exception in force that overrides what has this bit."""
    for exception in ruleset.exceptions:
        if live & exception.bit and exception.targets & bit:
            return ruleset.findings[exception.bit.bit_length() - 1].rule_key
    return None
