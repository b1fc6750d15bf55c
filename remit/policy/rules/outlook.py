"""What could come of it where it is open which rules hold: reasoning about all combinations at once. A set of
possible outcomes is a number with the bit `strength` set for each.
"""

from __future__ import annotations

from remit.policy.rules.bits import places
from remit.policy.rules.compiling import AspectPlan, RuleSet
from remit.policy.rules.weighing import ACCEPT, REVIEW, SPLIT, SPLIT_FIRST, overall


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
                found ^= 1 << SPLIT | 1 << SPLIT_FIRST
            question = _stronger(question, found)
    outcomes = 0
    for one in places(message):
        for other in places(question):
            outcomes |= 1 << overall(one, other)
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
