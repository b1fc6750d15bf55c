"""Escalation by time: at which moments a clock warns or hands a ticket up (ION-4). Doing it is the desk's
business."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Literal

from remit.policy.clocks.clock import Clock


@dataclass(frozen=True, slots=True)
class EscalationStep:
    """At `at_fraction` of the target (1/2 is 50 %): warn, or hand up to a tier by its number."""

    at_fraction: Fraction
    action: Literal["warn"] | int
    clause: str = ""


def escalation_moments(
    clock: Clock, steps: Iterable[EscalationStep]
) -> tuple[tuple[datetime, EscalationStep], ...]:
    """When each step falls, in order, in the target's own unit and shifted by pauses; 200 % lies one
    further target beyond the due moment. Steps whose moment isn't known (a pause under way) or that the
    clock's end came before are left out.
    """
    moments = [(clock.at_risk_at(step.at_fraction), step) for step in steps]
    ended_at = clock.ended_at
    found = [
        (moment, step)
        for moment, step in moments
        if moment is not None and (ended_at is None or moment < ended_at)
    ]
    return tuple(sorted(found, key=lambda one: one[0]))
