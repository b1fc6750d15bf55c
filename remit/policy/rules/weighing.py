"""Weighing what fired: exceptions first, then each aspect for itself, then the aspects against each other.

All of it is arithmetic on bit sets (see `compiling`). Strengths are those of `Outcome.strength`; a set of
possible outcomes is a number with bit `strength` set for each.
"""

from __future__ import annotations

from typing import NamedTuple

from remit.policy.rules.compiling import AspectPlan, RuleSet
from remit.policy.vocabulary import Outcome

ACCEPT = Outcome.ACCEPT.strength
REVIEW = Outcome.REVIEW.strength
SPLIT = Outcome.SPLIT.strength
REFUSE = Outcome.REFUSE.strength
OUTCOMES: dict[int, Outcome] = {outcome.strength: outcome for outcome in Outcome}
_SPLIT_FIRST = SPLIT + 4  # above every other strength: in the second step a split goes before anything else


class Verdict(NamedTuple):
    """What one aspect came to: by the rules, requirements or default in `items`, or by the exceptions in `stand_ins`
    that emptied it; by neither where there is a gap. With `disagree`, those of `items` contradict each other.
    """

    plan: AspectPlan
    strength: int
    items: int
    stand_ins: int
    disagree: bool


class Weighed(NamedTuple):
    """The whole: the strength of the outcome, what exceptions suppressed, and the verdict of every aspect."""

    strength: int
    suppressed: int
    verdicts: tuple[Verdict, ...]


def weigh(ruleset: RuleSet, fired: int) -> Weighed:
    """What follows where exactly the rules and requirements in `fired` hold (design §4)."""
    suppressed = _overridden(ruleset, fired) if fired & ruleset.exception_bits else 0
    live = fired & ~suppressed
    message = question = ACCEPT
    verdicts = []
    for plan in ruleset.aspects:
        here = live & plan.rules
        if here:
            verdict = _by_rules(plan, here)
        elif plan.default and not plan.default & suppressed:
            verdict = Verdict(plan, plan.default_strength, plan.default, 0, False)
        else:
            found = _by_others(ruleset, plan, fired, live, suppressed)
            if found is None:
                continue
            verdict = found
        verdicts.append(verdict)
        strength = verdict.strength
        if plan.is_message:
            message = max(message, strength)
        elif strength == SPLIT:
            question = _SPLIT_FIRST
        elif strength > question:
            question = strength
    return Weighed(together(message, question), suppressed, tuple(verdicts))


def _overridden(ruleset: RuleSet, fired: int) -> int:
    """All that the exceptions among `fired` override, the outermost first."""
    suppressed = 0
    for exception in ruleset.exceptions:
        if fired & exception.bit and not suppressed & exception.bit:
            suppressed |= exception.targets
    return suppressed


def together(message: int, question: int) -> int:
    """The strength of the whole: a message suspended or refused ends it; otherwise the stronger of both steps."""
    if message >= REFUSE:
        return message
    if question == _SPLIT_FIRST:
        question = SPLIT
    return max(message, question)


def _by_rules(plan: AspectPlan, here: int) -> Verdict:
    strength = 0
    for one, bits in plan.by_strength:
        if here & bits:
            if strength:
                return Verdict(plan, REVIEW, here, 0, True)
            strength = one
    return Verdict(plan, strength, here, 0, False)


def _by_others(ruleset: RuleSet, plan: AspectPlan, fired: int, live: int, suppressed: int) -> Verdict | None:
    """No rule and no default is left: the exceptions that emptied the aspect stand in; otherwise it is a gap."""
    emptied = (fired & plan.rules | plan.default) & suppressed
    stand_ins, strengths = 0, set()
    for exception in ruleset.exceptions:
        if emptied & exception.targets and live & exception.bit:
            stand_ins |= exception.bit
            strengths.add(exception.strength)
    if len(strengths) > 1:
        return Verdict(plan, REVIEW, 0, stand_ins, True)
    if strengths:
        return Verdict(plan, strengths.pop(), 0, stand_ins, False)
    return None if plan.may_be_silent else Verdict(plan, REVIEW, 0, 0, False)


def possible(ruleset: RuleSet, fired: int, may: int) -> int:
    """Every outcome that could come of it where the rules in `may` fire or not, in any combination: a set of
    strengths as bits. Never too small; too large where rules in `may` depend on one another.
    """
    surely, perhaps = _suppressed(ruleset, fired, may)
    message = question = 1 << ACCEPT
    for plan in ruleset.aspects:
        found = _possible_here(ruleset, plan, (fired, may), (surely, perhaps))
        if plan.is_message:
            message = _stronger(message, found)
        else:
            if found >> SPLIT & 1:
                found ^= 1 << SPLIT | 1 << _SPLIT_FIRST
            question = _stronger(question, found)
    outcomes = 0
    for one in _strengths(message):
        for other in _strengths(question):
            outcomes |= 1 << together(one, other)
    return outcomes


def unsettled(ruleset: RuleSet, fired: int, may: int) -> int:
    """The bits of all rules in the aspects that could come out more than one way."""
    bounds = _suppressed(ruleset, fired, may)
    bits = 0
    for plan in ruleset.aspects:
        found = _possible_here(ruleset, plan, (fired, may), bounds)
        if found & (found - 1):
            bits |= plan.rules
    return bits


def _suppressed(ruleset: RuleSet, fired: int, may: int) -> tuple[int, int]:
    """What exceptions suppress whatever comes, and what they may suppress."""
    surely = perhaps = 0
    for exception in ruleset.exceptions:
        if fired & exception.bit and not perhaps & exception.bit:
            surely |= exception.targets
        if (fired | may) & exception.bit and not surely & exception.bit:
            perhaps |= exception.targets
    return surely, perhaps


def _possible_here(
    ruleset: RuleSet, plan: AspectPlan, known: tuple[int, int], bounds: tuple[int, int]
) -> int:
    """The strengths that one aspect can come to."""
    (fired, may), (surely, perhaps) = known, bounds
    sure = fired & ~perhaps & plan.rules
    maybe = (fired | may) & ~surely & plan.rules
    found = certain = 0
    for strength, bits in plan.by_strength:
        if maybe & bits:
            found |= 1 << strength
        if sure & bits:
            certain |= 1 << strength
    disagree = found & (found - 1)
    if certain & (certain - 1):
        return 1 << REVIEW
    if certain:
        return certain | (1 << REVIEW if disagree else 0)
    if disagree:
        found |= 1 << REVIEW
    return found | _possible_without_rules(ruleset, plan, (fired, may), bounds)


def _possible_without_rules(
    ruleset: RuleSet, plan: AspectPlan, known: tuple[int, int], bounds: tuple[int, int]
) -> int:
    (fired, may), (surely, perhaps) = known, bounds
    stand_ins = 0
    emptied = ((fired | may) & plan.rules | plan.default) & perhaps
    for exception in ruleset.exceptions:
        if emptied & exception.targets and (fired | may) & exception.bit and not surely & exception.bit:
            stand_ins |= 1 << exception.strength
    found = stand_ins | (1 << REVIEW if stand_ins & (stand_ins - 1) else 0)
    if not plan.default:
        return found | 1 << (ACCEPT if plan.may_be_silent else REVIEW)
    return found if plan.default & surely else found | 1 << plan.default_strength


def _stronger(one: int, other: int) -> int:
    """The strengths that the stronger of two can have, each taken from its set."""
    floor = max(one & -one, other & -other)
    return (one | other) & -floor


def _strengths(found: int) -> list[int]:
    return [strength for strength in range(found.bit_length()) if found >> strength & 1]
