"""Weighing what fired: exceptions first, then each aspect for itself, then the aspects against each other.

All of it is arithmetic on bit sets (see `compiling`). Strengths are those of `Outcome.strength`.
"""

from __future__ import annotations

from dataclasses import replace
from operator import attrgetter
from typing import NamedTuple

from remit.policy.rules.bits import places
from remit.policy.rules.compiling import AspectPlan, ExceptionPlan, RuleSet, Verdict
from remit.policy.vocabulary import Outcome

ACCEPT = Outcome.ACCEPT.strength
REVIEW = Outcome.REVIEW.strength
SPLIT = Outcome.SPLIT.strength
REFUSE = Outcome.REFUSE.strength
OUTCOMES: tuple[Outcome, ...] = (Outcome.ACCEPT, *sorted(Outcome, key=lambda outcome: outcome.strength))
SPLIT_FIRST = SPLIT + 4
"""Above every other strength: in the second step a split goes before anything else."""


class Weighed(NamedTuple):
    """The whole: the strength of the outcome, what exceptions suppressed, the verdict of every aspect, and whether
    one of them is a conflict or a gap.
    """

    strength: int
    suppressed: int
    verdicts: list[Verdict]
    is_open: bool


def weigh(ruleset: RuleSet, fired: int) -> Weighed:
    """What follows where exactly the rules and requirements in `fired` hold (design §4)."""
    suppressed = _overridden(ruleset, fired) if fired & ruleset.exception_bits else 0
    live = fired & ~suppressed
    message = question = ACCEPT
    verdicts: list[Verdict] = []
    is_open = False
    for plan in ruleset.aspects:
        here = live & plan.rules
        if here:
            if here & (here - 1):
                verdict = _by_rules(ruleset, plan, here)
                is_open = is_open or verdict.is_conflict
            else:
                verdict = ruleset.verdicts[here.bit_length() - 1]
        elif plan.by_default is not None and not plan.default & suppressed:
            verdict = plan.by_default
        else:
            verdict = _by_others(ruleset, plan, fired, live, suppressed)
            is_open = is_open or verdict.is_conflict or verdict.is_gap
        verdicts.append(verdict)
        strength = verdict.strength
        if plan.is_message:
            if strength > message:  # noqa: PLR1730 (a call to max takes three times as long)
                message = strength
        elif strength == SPLIT:
            question = SPLIT_FIRST
        elif strength > question:
            question = strength
    return Weighed(overall(message, question), suppressed, verdicts, is_open)


def bearing(ruleset: RuleSet, weighed: Weighed) -> int:
    """The rules that can bear on an outcome by holding too: exceptions, those that one overrides (it may have to stand
    in for them), those of the aspects that made it, those with a stronger outcome, and those that go before strength
    (a message turned away, a question split). Any others only join aspects that are outweighed already.
    """
    bits = ruleset.stronger_than[weighed.strength] | ruleset.overruling | weighed.suppressed & ruleset.judged
    for plan, verdict in zip(ruleset.aspects, weighed.verdicts, strict=True):
        if verdict.strength == weighed.strength:
            bits |= plan.rules
    if weighed.strength >= REFUSE and any(
        verdict.is_message and verdict.strength == weighed.strength for verdict in weighed.verdicts
    ):
        bits &= ruleset.message_rules  # the question has no part in it
    return bits | ruleset.exception_bits


def overall(message: int, question: int) -> int:
    """The strength of the whole: a message suspended or refused ends it; otherwise the stronger of both steps."""
    if message >= REFUSE:
        return message
    if question == SPLIT_FIRST:
        question = SPLIT
    return max(message, question)


def _overridden(ruleset: RuleSet, fired: int) -> int:
    """All that the exceptions among `fired` override, the outermost first."""
    holding = _exceptions(ruleset, fired)
    if len(holding) == 1:
        return holding[0].targets
    suppressed = 0
    for exception in sorted(holding, key=attrgetter("rank")):
        if not suppressed & exception.bit:
            suppressed |= exception.targets
    return suppressed


def _exceptions(ruleset: RuleSet, holding: int) -> list[ExceptionPlan]:
    """The exceptions among the rules that hold, in the document's order."""
    return [ruleset.exception_at[place] for place in places(holding & ruleset.exception_bits)]


def _by_rules(ruleset: RuleSet, plan: AspectPlan, here: int) -> Verdict:
    """Several rules hold: they agree, or a person decides."""
    strengths = [strength for strength, bits in plan.by_strength if here & bits]
    found = places(here)
    return Verdict(
        plan.aspect,
        plan.is_message,
        strengths[0] if len(strengths) == 1 else REVIEW,
        here,
        tuple(ruleset.findings[place] for place in found),
        tuple(ruleset.words[place] for place in found),
        is_conflict=len(strengths) > 1,
    )


def _by_others(ruleset: RuleSet, plan: AspectPlan, fired: int, live: int, suppressed: int) -> Verdict:
    """No rule and no default is left: the exceptions that emptied the aspect stand in; otherwise it is a gap."""
    emptied = (fired & plan.rules | plan.default) & suppressed
    stand_ins = [one for one in _exceptions(ruleset, live) if emptied & one.targets] if emptied else []
    if not stand_ins:
        return plan.by_nothing
    found = [one.bit.bit_length() - 1 for one in stand_ins]
    strengths = {one.strength for one in stand_ins}
    return Verdict(
        plan.aspect,
        plan.is_message,
        strengths.pop() if len(strengths) == 1 else REVIEW,
        0,
        tuple(replace(ruleset.findings[place], aspect=plan.aspect) for place in found),
        tuple(ruleset.words[place] for place in found),
        is_conflict=len(strengths) > 1,
    )
