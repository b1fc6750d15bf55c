"""Derivations: how a due moment came about, in steps that are data: what happened, when, by which clause, with the
targets and reasons that belong to it (design §5). Putting words on them is `words`' business, so that a moment can be
worked out without a sentence being made, and told in any language.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

from remit.policy.calendars.working_time import WorkingTime
from remit.policy.clocks.clock import Clock
from remit.policy.clocks.pauses import Pause
from remit.policy.clocks.picture import ran_out
from remit.policy.clocks.reckoning import Candidate, Joins
from remit.policy.clocks.targets import Target
from remit.policy.vocabulary.durations import Duration
from remit.policy.vocabulary.metrics import Metric


class What(StrEnum):
    """What a step speaks of."""

    RECEIVED = "receipt"
    MESSAGE = "message"
    CONTESTED = "contest"
    TAKEN_UP = "acceptance"
    REOPENED = "reopening"
    TAKEN_OVER = "merge"
    BEGUN = "start"
    COMPLETE = "complete"
    STARTS = "starts"
    PROMISED = "promised"
    RAISED = "raised"
    MISJUDGED = "misjudged"
    LOWERED = "lowered"
    MERGED = "merged"
    COMPLETED = "completed"
    CLOSED = "closed"
    PAUSED = "paused"
    NOT_BEFORE = "not before"
    RUNS_OUT = "runs out"
    DUE = "due"
    LEFT = "left"
    DONE = "done"
    MISSED = "missed"
    ENDED = "ended"
    INCOMPLETE = "incomplete"
    NOT_OWED = "not owed"
    WAITED_FROM = "waited from"
    UNANSWERED = "unanswered"
    REMINDED = "reminded"
    CLOSES = "closes"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what, when (UTC), and by which clause ("" where none is needed). Of the rest each kind has what belongs
    to it: `until`, the end of a span (None: it lasts); `reason`, why it was closed then, stood still or waits;
    `received_at`, the receipt of what was merged; `metric`; `target`, what is promised; `left` of it; `is_late`;
    `wait`, how long nobody answered.
    """

    at: datetime
    what: What
    clause: str = ""
    until: datetime | None = None
    reason: str = ""
    metric: Metric | None = None
    target: Target | None = None
    left: timedelta | None = None
    is_late: bool = False
    wait: Duration | None = None
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Derivation:
    """The steps in order, and the zone whose wall clock they are told in (None where no moment is told)."""

    steps: tuple[Step, ...]
    zone: tzinfo | None


def derivation_of(clock: Clock) -> Derivation:
    """The steps from what opened the clock to its due moment, and how it ended."""
    candidate = clock.deciding
    if candidate is None:
        return Derivation((_unstarted(clock),), None)
    steps = (*_opening(clock), *_course(clock), *_end(clock, candidate))
    return Derivation(steps, candidate.working.calendar.zone)


def _unstarted(clock: Clock) -> Step:
    target = clock.target
    what = What.INCOMPLETE
    if clock.met_at is not None:
        what = What.DONE
    elif target is not None and clock.state.value == "none owed":
        what = What.NOT_OWED
    clause = target.clause if target else ""
    return Step(clock.received_at, what, clause, metric=clock.metric, target=target)


def _opening(clock: Clock) -> list[Step]:
    first = clock.candidates[0]
    received_at = first.received_at or clock.received_at
    complete_at = clock.complete_at
    began = first.starts_at
    if (
        clock.started_at is not None
        and clock.deciding is not None
        and clock.deciding.joins not in _FROM_ELSEWHERE
    ):
        began = min(began, clock.started_at)
    ready_at = complete_at or received_at
    waits = began > ready_at
    closed = _why_closed(first.working, ready_at) if waits else ""
    by = first.working.calendar.clause if closed else ""
    opened = What(clock.opened.value)
    if complete_at is not None and complete_at > received_at:
        steps = [
            Step(received_at, opened),
            Step(complete_at, What.COMPLETE, by, reason=closed),
        ]
    else:
        steps = [Step(received_at, opened, by, reason=closed)]
    if waits:
        steps += _skipped(first.working, ready_at, began, ready_at)
        steps.append(Step(began, What.STARTS))
    steps.append(Step(first.starts_at, What.PROMISED, first.target.clause, target=first.target))
    return steps


_FROM_ELSEWHERE = frozenset({Joins.MERGED, Joins.COMPLETED})
"""What joins a clock with a start of its own, beside the one the clock began with."""


def _skipped(
    working: WorkingTime, start: datetime, end: datetime, named_at: datetime | None = None
) -> list[Step]:
    """The holidays and closures that took working time away, each once; the one at `named_at` was told as a reason."""
    return [
        Step(begins, What.CLOSED, working.calendar.clause, until=ends, reason=reason)
        for begins, ends, reason in working.skipped(start, end)
        if named_at is None or not begins <= named_at < ends
    ]


def _why_closed(working: WorkingTime, at: datetime) -> str:
    return working.why_closed(at) or ""


_JOINED = {
    Joins.RAISED: What.RAISED,
    Joins.MISJUDGED: What.MISJUDGED,
    Joins.LOWERED: What.LOWERED,
    Joins.MERGED: What.MERGED,
    Joins.COMPLETED: What.COMPLETED,
}


def _course(clock: Clock) -> list[Step]:
    """What changed and what paused on the way, in time."""
    steps = [
        Step(
            one.at,
            _JOINED[one.joins],
            one.target.clause,
            target=one.target,
            received_at=one.received_at if one.joins is Joins.MERGED else None,
        )
        for one in clock.candidates[1:]
    ]
    steps += _closed_on_the_way(clock)
    ends = clock.ended_at or clock.due_at
    for pause in clock.pauses:
        counts = pause.end is None or pause.end > clock.candidates[0].pauses_from
        if counts and (ends is None or pause.start <= ends):
            steps.append(_pause(pause))
    return sorted(steps, key=lambda step: step.at)


def _closed_on_the_way(clock: Clock) -> list[Step]:
    """What kept the desk closed while a target in working time counted; what fell into a pause took nothing away."""
    candidate, ends = clock.deciding, clock.due_at or clock.paused_since
    if (
        candidate is None
        or clock.started_at is None
        or ends is None
        or not candidate.target.counts_working_time
    ):
        return []
    until = min(ends, ran_out(clock) or ends, clock.ended_at or ends)
    return [
        step
        for step in _skipped(candidate.working, candidate.starts_at, until)
        if not any(
            pause.start <= step.at and (pause.end is None or (step.until or step.at) <= pause.end)
            for pause in clock.pauses
        )
    ]


def _pause(pause: Pause) -> Step:
    return Step(pause.start, What.PAUSED, pause.clause, until=pause.end, reason=pause.reason)


def _end(clock: Clock, candidate: Candidate) -> list[Step]:
    clause = candidate.target.clause
    steps: list[Step] = []
    if clock.not_before is not None:
        steps.append(Step(clock.not_before, What.NOT_BEFORE, clause))
    if clock.due_at is not None:
        moved_from = ran_out(clock)
        if moved_from is not None:
            closed = _why_closed(candidate.working, moved_from)
            steps.append(Step(moved_from, What.RUNS_OUT, reason=closed))
            steps += _skipped(candidate.working, moved_from, clock.due_at, moved_from)
        steps.append(Step(clock.due_at, What.DUE, clause))
    elif clock.left is not None and clock.paused_since is not None:
        steps.append(Step(clock.paused_since, What.LEFT, clause, left=clock.left))
    if clock.met_at is not None:
        is_late = clock.breached_at is not None
        steps.append(Step(clock.met_at, What.DONE, metric=clock.metric, is_late=is_late))
    elif clock.breached_at is not None:
        steps.append(Step(clock.breached_at, What.MISSED))
    elif clock.ended_at is not None:
        steps.append(Step(clock.ended_at, What.ENDED))
    return steps
