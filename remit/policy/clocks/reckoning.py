"""How candidates and pauses make a due moment. A clock keeps its candidates, each a start and a target, and
every pause moves each of them in its own unit; so the due moment can be worked out anew at any time and
nothing is accumulated. What opens, stops and changes a clock lives in `fold`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from remit.policy.calendars.working_time import WorkingTime
from remit.policy.clocks.pauses import Pause
from remit.policy.clocks.targets import Target, Unmeasured, falls_due, runs_out, shifted


class Joins(StrEnum):
    """How a candidate joins those before it (design §5, priority raised and lowered, merged)."""

    FIRST = "first"
    RAISED = "raised"  # the earliest counts, from the change
    MISJUDGED = "misjudged"  # the earliest counts, from receipt
    LOWERED = "lowered"  # the latest counts, from the start
    MERGED = "merged"  # the earliest counts, as the donor had it
    COMPLETED = "completed"  # the earliest counts, from when what was merged into became complete itself


@dataclass(frozen=True, slots=True)
class Candidate:
    """A `target` counted from `starts_at`; joined `at` the moment of the change that brought it. `received_at` is the
    receipt it answers to, where it is a request's own or came with one that was merged.

    Pauses before `pauses_from` are already contained in its start.
    """

    starts_at: datetime
    target: Target
    joins: Joins
    at: datetime
    pauses_from: datetime
    working: WorkingTime = field(compare=False, repr=False)
    received_at: datetime | None = None


def reach(candidate: Candidate, pauses: tuple[Pause, ...], part: Fraction | None = None) -> datetime | None:
    """When a candidate falls due, or when `part` of its target has run out; None while a pause without an
    end keeps it from doing so, and for unmeasured targets. A pause that begins at that very moment still
    comes first.
    """
    ran_out, later = run_out(candidate, pauses, part)
    if ran_out is None or part is not None:
        return ran_out
    target, working = candidate.target, candidate.working
    due = falls_due(target, working, ran_out)
    for pause in later:  # it has run out, but waits for the next opening
        if due < pause.start:
            break
        if pause.end is None:
            return None
        due = falls_due(target, working, max(due, pause.end))
    return due


def run_out(
    candidate: Candidate, pauses: tuple[Pause, ...], part: Fraction | None = None
) -> tuple[datetime | None, tuple[Pause, ...]]:
    """When the target itself (or `part` of it) has run out, closed or not, and the pauses that begin after
    that."""
    target, working = candidate.target, candidate.working
    counted, floor = candidate.starts_at, candidate.pauses_from
    for place, pause in enumerate(pauses):
        if pause.end is not None and pause.end <= floor:
            continue
        begins = max(pause.start, floor)
        moment = runs_out(target, working, counted, part)
        if moment is None or moment < begins:
            return moment, pauses[place:]
        if pause.end is None:
            return None, ()
        counted = shifted(target, working, counted, begins, pause.end)
    return runs_out(target, working, counted, part), ()


def counted_from(candidate: Candidate, pauses: tuple[Pause, ...]) -> datetime:
    """The candidate's start, moved on by all of `pauses`, whose ends must be known."""
    counted, floor = candidate.starts_at, candidate.pauses_from
    for pause in pauses:
        if pause.end is not None and pause.end > floor:
            begins = max(pause.start, floor)
            counted = shifted(candidate.target, candidate.working, counted, begins, pause.end)
    return counted


def deciding(candidates: list[Candidate], pauses: tuple[Pause, ...]) -> tuple[Candidate, datetime | None]:
    """The candidate that counts, and the due moment it gives; one without a moment lies behind all others."""
    best = candidates[0]
    due = reach(best, pauses)
    for candidate in candidates[1:]:
        other = reach(candidate, pauses)
        if candidate.joins is Joins.LOWERED:
            is_better = due is not None and (other is None or other > due)
        elif other is None:
            is_better = due is None and is_unmeasured(best) and not is_unmeasured(candidate)
        else:
            is_better = due is None or other < due
        if is_better:
            best, due = candidate, other
    return best, due


def is_unmeasured(candidate: Candidate) -> bool:
    """Whether the candidate promises no moment at all."""
    return isinstance(candidate.target.duration, Unmeasured)


def lower_end(candidate: Candidate, pauses: tuple[Pause, ...]) -> datetime | None:
    """The 'not before' moment of a range whose policy gives it one."""
    low = candidate.target.low
    if low is None:
        return None
    target = replace(candidate.target, duration=low, low=None)
    return reach(replace(candidate, target=target), pauses)


def beyond(candidate: Candidate, due: datetime, pauses: tuple[Pause, ...], part: Fraction) -> datetime | None:
    """When a further `part` of the target has run out after its due moment (ION-4: 200 % is one target
    more)."""
    return reach(replace(candidate, starts_at=due, pauses_from=due), pauses, None if part == 1 else part)
