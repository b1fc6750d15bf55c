"""A clock as a band of time: which stretches counted, were closed, stood still, or are left.

Only the stretches; drawing them is the desk's business.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from remit.policy.calendars.working_time import WorkingTime
from remit.policy.clocks.clock import Clock
from remit.policy.clocks.reckoning import run_out
from remit.policy.clocks.targets import DueWhenClosed


class SegmentKind(StrEnum):
    """What a stretch of time did to the clock."""

    COUNTED = "counted"
    CLOSED = "closed"
    PAUSED = "paused"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Segment:
    """[start, end) with what it did, why (a pause's reason, a holiday), and by which clause."""

    start: datetime
    end: datetime
    kind: SegmentKind
    reason: str = ""
    clause: str = ""


def segments_of(clock: Clock) -> tuple[Segment, ...]:
    """Segments that tile the time from `received_at` to the clock's end, its due moment or now, whichever
    is last."""
    if clock.deciding is None or clock.started_at is None:
        return ()
    working = clock.deciding.working
    start, end = clock.received_at, _end(clock)
    found: list[Segment] = []
    at = start
    for pause in clock.pauses:
        begins, ends = max(pause.start, at), end if pause.end is None else min(pause.end, end)
        if begins < ends:
            found += _running(clock, working, at, begins)
            found.append(Segment(begins, ends, SegmentKind.PAUSED, pause.reason, pause.clause))
            at = ends
    found += _running(clock, working, at, end)
    return tuple(found)


def _end(clock: Clock) -> datetime:
    if clock.ended_at is not None:
        return max(clock.ended_at, clock.received_at)
    moments = [moment for moment in (clock.started_at, clock.due_at, clock.until) if moment is not None]
    return max(moments, default=clock.received_at)


def _running(clock: Clock, working: WorkingTime, start: datetime, end: datetime) -> list[Segment]:
    """The stretch without pauses, told apart into what counts, what is closed, and, from now on, what is
    left."""
    now = clock.until
    pieces: list[Segment] = []
    for begins, ends, is_open in _by_hours(clock, working, start, end):
        if not is_open:
            reason = working.why_closed(begins) or ""
            pieces.append(Segment(begins, ends, SegmentKind.CLOSED, reason, working.calendar.clause))
        elif now is None or ends <= now or clock.ended_at is not None:
            pieces.append(Segment(begins, ends, SegmentKind.COUNTED))
        elif begins >= now:
            pieces.append(Segment(begins, ends, SegmentKind.LEFT))
        else:
            pieces.append(Segment(begins, now, SegmentKind.COUNTED))
            pieces.append(Segment(now, ends, SegmentKind.LEFT))
    return pieces


def _by_hours(
    clock: Clock, working: WorkingTime, start: datetime, end: datetime
) -> list[tuple[datetime, datetime, bool]]:
    """[start, end) cut at opening and closing for targets that count working time; elapsed ones count all
    but the wait for the first opening and a due moment's way to the next one.
    """
    if start >= end:
        return []
    if clock.target is not None and clock.target.counts_working_time:
        return _cut(working, start, end)
    counted_from = clock.started_at or start
    counted_to = ran_out(clock) or end
    edges = sorted({start, end, *(edge for edge in (counted_from, counted_to) if start < edge < end)})
    return [(begins, ends, counted_from <= begins < counted_to) for begins, ends in pairwise(edges)]


def _cut(working: WorkingTime, start: datetime, end: datetime) -> list[tuple[datetime, datetime, bool]]:
    cuts: list[tuple[datetime, datetime, bool]] = []
    at = start
    for opens, closes, _ in working.intervals(start, end):
        if at < opens:
            cuts.append((at, opens, False))
        if cuts and cuts[-1][2] and cuts[-1][1] == opens:
            cuts[-1] = (cuts[-1][0], closes, True)
        else:
            cuts.append((opens, closes, True))
        at = closes
    if at < end:
        cuts.append((at, end, False))
    return cuts


def ran_out(clock: Clock) -> datetime | None:
    """When a target ran out in closed time whose due moment then moved; None where it didn't move."""
    candidate, due = clock.deciding, clock.due_at
    if candidate is None or due is None or candidate.target.due_when_closed is not DueWhenClosed.MOVES:
        return None
    moment, _ = run_out(candidate, clock.pauses)
    return moment if moment is not None and moment < due else None
