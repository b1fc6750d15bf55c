"""Deciding: from a set of rules and some facts to one outcome, with everything that led to it (design §4)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from remit.policy.conditions import Facts, Reading
from remit.policy.rules.bits import places
from remit.policy.rules.compiling import RuleSet, Verdict
from remit.policy.rules.decision import Decision, Entry, Lacking, Later, Trace, Traced
from remit.policy.rules.doubt import Doubt, in_question, would_change
from remit.policy.rules.least_change import Standing, least_changes
from remit.policy.rules.model import Change, Conflict, Finding, Unknown
from remit.policy.rules.weighing import OUTCOMES, Weighed, weigh
from remit.policy.vocabulary import Aspect, Outcome

_ACCEPT = Outcome.ACCEPT.strength
_ASK = Outcome.ASK.strength
_REFUSE = Outcome.REFUSE.strength
_SPLIT = Outcome.SPLIT.strength
_STILL_OPEN = (Outcome.ASK.strength, Outcome.QUOTE.strength)


def decide(ruleset: RuleSet, facts: Facts, *, least_change: bool = False) -> Decision:
    """The decision on these facts; unknown facts are absent or None.

    With `least_change`, also the least that would better the outcome. Raises `FactErrors` where a value is not
    of its fact's kind. The same rules and facts always give the same decision.
    """
    facts = dict(facts)
    reading = ruleset.program.run(facts)
    weighed = weigh(ruleset, reading.holding & ruleset.judged)
    strength, doubts, behind, unestablished = _settled(ruleset, facts, reading, weighed)
    deciding, others = _sorted_out(weighed, strength)
    findings = [finding for verdict in deciding for finding in verdict.findings]
    words = [words for verdict in deciding for words in verdict.words]
    if behind:
        findings += _once_per_clause(ruleset.in_doubt[place] for place in places(behind))
    asks = _asks(facts, weighed, doubts) if strength in _STILL_OPEN else ()
    changes: tuple[Change, ...] = ()
    if least_change and strength != _ACCEPT:
        changes = least_changes(ruleset, facts, reading, Standing(strength, asks, tuple(deciding)))
    return Decision(
        outcome=OUTCOMES[strength],
        deciding=tuple(findings),
        contributing=tuple(finding for verdict in others for finding in verdict.findings),
        asks=asks,
        welcome=_welcome(ruleset, facts, reading, weighed) if strength < _SPLIT else (),
        conflicts=_conflicts(weighed) if weighed.is_open else (),
        gaps=_gaps(weighed) if weighed.is_open else (),
        trace=Trace(partial(_traced, ruleset, facts, reading, weighed)),
        lacking=Later(partial(_lacking, ruleset, reading, weighed, doubts, unestablished)),
        least_change=changes,
        says=next((one.says for one in words if one.says), ""),
        steps=tuple(dict.fromkeys(step for one in words for step in one.steps)),
    )


def outcome_of(ruleset: RuleSet, facts: Facts) -> Outcome:
    """Just the outcome of `decide`, faster: for replays and searches."""
    reading = ruleset.program.run(facts)
    weighed = weigh(ruleset, reading.holding & ruleset.judged)
    return OUTCOMES[_settled(ruleset, facts, reading, weighed)[0]]


def _settled(
    ruleset: RuleSet, facts: Facts, reading: Reading, weighed: Weighed
) -> tuple[int, tuple[str, ...], int, int]:
    """The strength once doubts are counted, the facts in doubt, the rules behind them, and the rules that lack a
    fact of the record or the desk.
    """
    strength = weighed.strength
    if not reading.unsure & ruleset.judged:
        return strength, (), 0, 0
    may, unestablished = in_question(ruleset, reading, weighed)
    if not may:
        return strength, (), 0, unestablished
    doubt = Doubt(ruleset, facts, reading, may)
    questions = doubt.questions(strength)
    if not questions:
        return strength, (), 0, unestablished
    return _ASK, questions, doubt.rules_behind(questions), unestablished


def _sorted_out(weighed: Weighed, strength: int) -> tuple[list[Verdict], list[Verdict]]:
    """The verdicts that made an outcome of this strength, and all others, strongest first. Where the message is
    suspended or refused, the question has no part in it.
    """
    deciding: list[Verdict] = []
    others: list[Verdict] = []
    for verdict in weighed.verdicts:
        (deciding if verdict.strength == strength else others).append(verdict)
    if strength >= _REFUSE and any(verdict.is_message for verdict in deciding):
        others += [verdict for verdict in deciding if not verdict.is_message]
        deciding = [verdict for verdict in deciding if verdict.is_message]
    others.sort(key=_weakness)
    return deciding, others


def _weakness(verdict: Verdict) -> int:
    return -verdict.strength


def _once_per_clause(findings: Iterable[Finding]) -> Iterable[Finding]:
    return {finding.clause: finding for finding in findings}.values()


def _asks(facts: Facts, weighed: Weighed, doubts: tuple[str, ...]) -> tuple[str, ...]:
    """What rules ask for by name, what requirements lack, and what is in doubt; each once."""
    asks: dict[str, None] = {}
    for verdict in weighed.verdicts:
        if verdict.strength == _ASK:
            for words in verdict.words:
                for fact in words.asks:
                    if not words.is_requirement or facts.get(fact) is None:
                        asks[fact] = None
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


def _lacking(
    ruleset: RuleSet, reading: Reading, weighed: Weighed, doubts: tuple[str, ...], unestablished: int
) -> Lacking:
    """What the requester is asked because of doubt, then what the record or the desk has not established."""
    program = ruleset.program
    changing = places(would_change(ruleset, reading.holding & ruleset.judged, unestablished, weighed))
    lacking = 0
    for place in changing:
        lacking |= program.facts_of_tree[place]
    names = [program.facts[place] for place in places(lacking & reading.unknown & ~ruleset.answerable)]
    basic = [name for name in names if ruleset.declarations[name].means is None]
    return Lacking(
        tuple(Unknown(name, ruleset.declarations[name].supplier) for name in (*doubts, *basic)),
        tuple(ruleset.findings[place].rule_key for place in changing),
    )


def _conflicts(weighed: Weighed) -> tuple[Conflict, ...]:
    return tuple(
        Conflict(verdict.aspect, verdict.findings) for verdict in weighed.verdicts if verdict.is_conflict
    )


def _gaps(weighed: Weighed) -> tuple[Aspect, ...]:
    return tuple(verdict.aspect for verdict in weighed.verdicts if verdict.is_gap)


def _traced(ruleset: RuleSet, facts: Facts, reading: Reading, weighed: Weighed) -> Traced:
    program = ruleset.program
    live = reading.holding & ~weighed.suppressed
    applied = 0
    for verdict in weighed.verdicts:
        applied |= verdict.items
    entries = []
    for place, finding in enumerate(ruleset.findings):
        bit = 1 << place
        numbers: tuple[int, ...] = ()
        if place < ruleset.first_welcome:
            result = None if reading.unsure & bit else bool(reading.holding & bit)
            numbers = program.readings_of_tree[place]
        elif place >= ruleset.first_default:
            result = bool(applied & bit)
        else:
            continue
        by = _suppressed_by(ruleset, live, bit) if weighed.suppressed & bit else None
        entries.append(Entry(finding.rule_key, finding.clause, finding.aspect, result, by, numbers))
    return Traced(program.trace(facts, reading), entries)


def _suppressed_by(ruleset: RuleSet, live: int, bit: int) -> str | None:
    """The key of the first exception in force that overrides what has this bit."""
    for exception in ruleset.exceptions:
        if live & exception.bit and exception.targets & bit:
            return ruleset.findings[exception.bit.bit_length() - 1].rule_key
    return None
