"""Derivations in words: how a due moment came about, in local times and in steps that people read (design
§5). English only; the numbers that clauses are published under come in from the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

from remit.policy.calendars.hours import WEEKDAYS
from remit.policy.calendars.working_time import WorkingTime
from remit.policy.clocks.clock import Clock
from remit.policy.clocks.pauses import Pause
from remit.policy.clocks.picture import ran_out
from remit.policy.clocks.plan import PauseReason
from remit.policy.clocks.reckoning import Candidate, Joins
from remit.policy.clocks.targets import Target, Unmeasured
from remit.policy.vocabulary.metrics import Metric

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ANSWERS = (Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE)
_A_WEEK = timedelta(days=6)
_MINUTE = timedelta(minutes=1)


class Reader(StrEnum):
    """Whom a derivation speaks to."""

    CUSTOMER = "customer"
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a derivation: when, in which words, and by which clause ("" where none is needed)."""

    at: datetime
    text: str
    clause: str = ""


def sentence(
    steps: Iterable[Step], number: Callable[[str], str] | None = None, *, every: bool = False
) -> str:
    """The steps in one line: "received Thu 18:40, after closing · … · due Fri 16:00 (§5)". The last clause
    among the steps is cited, or each with `every`; `number` turns a clause's id into the number it is
    published under.
    """
    known = list(steps)
    last = max((place for place, step in enumerate(known) if step.clause), default=None)
    parts = []
    for place, step in enumerate(known):
        cited = step.clause and (every or place == last)
        clause = number(step.clause) if number else step.clause
        parts.append(f"{step.text} (§{clause})" if cited else step.text)
    return " · ".join(parts)


class LocalTimes:
    """Instants as people in a zone write them: by weekday as long as all lie within a week, else with their
    date."""

    def __init__(self, zone: tzinfo, first: datetime, last: datetime) -> None:
        self.zone = zone
        self.year = first.astimezone(zone).year
        self.has_dates = last - first > _A_WEEK

    def moment(self, at: datetime) -> str:
        """For example "Thu 18:40", "Thu 12 Nov 18:40"."""
        local = at.astimezone(self.zone)
        return f"{self._day(local)} {local:%H:%M}"

    def span(self, start: datetime, end: datetime) -> str:
        """For example "Fri 11:00–15:00", "Fri 11:00 – Mon 09:00"."""
        first, last = start.astimezone(self.zone), end.astimezone(self.zone)
        if first.date() == last.date():
            return f"{self.moment(start)}–{last:%H:%M}"
        return f"{self.moment(start)} – {self.moment(end)}"

    def _day(self, local: datetime) -> str:
        weekday = WEEKDAYS[local.weekday()][:3]
        if not self.has_dates:
            return weekday
        year = "" if local.year == self.year else f" {local.year}"
        return f"{weekday} {local.day} {_MONTHS[local.month - 1]}{year}"


def span_words(span: timedelta) -> str:
    """A stretch of time in its two largest units: "2 h 30 min", "3 days 4 h"; less than a minute is "0
    min"."""
    minutes = span // _MINUTE
    days, hours = divmod(minutes // 60, 24)
    if days > 1:
        return f"{days} days {hours} h" if hours else f"{days} days"
    hours, minutes = divmod(minutes, 60)
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def target_words(target: Target) -> str:
    """A target as a phrase: "3 working hours", "usually 2..10 business days", "in order, in working hours"."""
    duration = target.duration
    if duration is Unmeasured.IN_ORDER:
        return "in order, in working hours"
    if duration is Unmeasured.NONE:
        return "no answer is owed" if target.metric in _ANSWERS else "nothing is owed"
    text = f"usually {duration}" if target.approximate else str(duration)
    return f"{text}, to closing" if target.until_close else text


def derivation_of(clock: Clock, reader: Reader = Reader.CUSTOMER) -> tuple[Step, ...]:
    """The steps from what opened the clock to its due moment, and how it ended. For an agent they are worded
    otherwise than for the customer: an agent is not waited for.
    """
    candidate = clock.deciding
    if candidate is None:
        return _unstarted(clock, reader)
    moments = [
        moment
        for moment in (clock.received_at, clock.started_at, clock.due_at, clock.ended_at, clock.paused_since)
        if moment is not None
    ]
    times = LocalTimes(candidate.working.calendar.zone, min(moments), max(moments))
    steps = [*_opening(clock, times, reader), *_course(clock, times, reader), *_end(clock, candidate, times)]
    return tuple(steps)


def _unstarted(clock: Clock, reader: Reader) -> tuple[Step, ...]:
    clause = clock.target.clause if clock.target else ""
    if clock.met_at is not None:
        text = _DONE[clock.metric]
    elif clock.target is not None and clock.state.value == "none owed":
        text = target_words(replace(clock.target, duration=Unmeasured.NONE))
    else:
        text = "starts when complete" if reader is Reader.CUSTOMER else "starts when the request is complete"
    return (Step(clock.received_at, text, clause),)


_OPENED = {
    "receipt": "received",
    "message": "message",
    "contest": "contested",
    "acceptance": "taken up",
    "reopening": "reopened",
    "merge": "received",
    "start": "begun",
}
_DONE = {
    Metric.FIRST_RESPONSE: "answered",
    Metric.NEXT_RESPONSE: "answered",
    Metric.RESOLUTION: "solved",
    Metric.DIAGNOSIS: "estimate given",
    Metric.REFUND: "refunded",
    Metric.CALL_BACK: "called back",
}


def _opening(clock: Clock, times: LocalTimes, reader: Reader) -> list[Step]:
    first = clock.candidates[0]
    opened = _OPENED[clock.opened.value]
    if opened == "message":
        opened = "your message" if reader is Reader.CUSTOMER else "customer's message"
    received_at = clock.received_at
    began = first.starts_at if clock.started_at is None else min(first.starts_at, clock.started_at)
    waits = began > (clock.complete_at or received_at)
    closed = _why_closed(first.working, clock.complete_at or received_at) if waits else ""
    calendar_clause = first.working.calendar.clause if closed else ""
    steps = []
    if clock.complete_at is not None and clock.complete_at > received_at:
        steps.append(Step(received_at, f"{opened} {times.moment(received_at)}"))
        text = f"complete {times.moment(clock.complete_at)}{closed}"
        steps.append(Step(clock.complete_at, text, calendar_clause))
    else:
        steps.append(Step(received_at, f"{opened} {times.moment(received_at)}{closed}", calendar_clause))
    if waits:
        steps.append(Step(began, f"starts {times.moment(began)}"))
    steps.append(Step(first.starts_at, target_words(first.target), first.target.clause))
    return steps


def _why_closed(working: WorkingTime, at: datetime) -> str:
    reason = working.why_closed(at)
    if reason is None:
        return ""
    if reason in WEEKDAYS:
        return f", closed on {reason}s"
    if reason in ("after closing", "before opening", "between hours"):
        return f", {reason}"
    return f", closed: {reason}"


def _course(clock: Clock, times: LocalTimes, reader: Reader) -> list[Step]:
    """What changed and what paused on the way, in time."""
    steps = [_change(candidate, times) for candidate in clock.candidates[1:]]
    ends = clock.ended_at or clock.due_at
    for pause in clock.pauses:
        counts = pause.end is None or pause.end > clock.candidates[0].pauses_from
        if counts and (ends is None or pause.start <= ends):
            steps.append(_pause(pause, times, reader))
    return sorted(steps, key=lambda step: step.at)


def _change(candidate: Candidate, times: LocalTimes) -> Step:
    target, at = candidate.target, times.moment(candidate.at)
    promise = target_words(target)
    text = {
        Joins.RAISED: f"priority raised {at}: {promise} from then",
        Joins.MISJUDGED: f"priority corrected {at}: {promise} from receipt",
        Joins.LOWERED: f"priority lowered {at}: {promise} from the start",
        Joins.MERGED: f"merged {at} with a request that has {promise}",
    }[candidate.joins]
    return Step(candidate.at, text, target.clause)


def _pause(pause: Pause, times: LocalTimes, reader: Reader) -> Step:
    to_customer = reader is Reader.CUSTOMER
    name = pause.reason
    if name == PauseReason.WAITING_FOR_CUSTOMER and to_customer:
        name = "waiting for you"
    elif name == PauseReason.INCOMPLETE:
        name = "waiting for what was missing"
    if pause.end is None:
        return Step(pause.start, f"{name} since {times.moment(pause.start)}", pause.clause)
    return Step(pause.start, f"{name} {times.span(pause.start, pause.end)}", pause.clause)


def _end(clock: Clock, candidate: Candidate, times: LocalTimes) -> list[Step]:
    clause = candidate.target.clause
    steps: list[Step] = []
    if clock.not_before is not None:
        steps.append(Step(clock.not_before, f"not before {times.moment(clock.not_before)}", clause))
    if clock.due_at is not None:
        moved_from = ran_out(clock)
        if moved_from is not None:
            closed = _why_closed(candidate.working, moved_from)
            steps.append(Step(moved_from, f"runs out {times.moment(moved_from)}{closed}"))
        steps.append(Step(clock.due_at, f"due {times.moment(clock.due_at)}", clause))
    elif clock.left is not None and clock.paused_since is not None:
        steps.append(Step(clock.paused_since, f"{span_words(clock.left)} left", clause))
    if clock.met_at is not None:
        late = clock.breached_at is not None
        text = f"{_DONE[clock.metric]} {times.moment(clock.met_at)}"
        steps.append(Step(clock.met_at, f"{text}, late" if late else text))
    elif clock.breached_at is not None:
        steps.append(Step(clock.breached_at, "missed"))
    elif clock.ended_at is not None:
        steps.append(Step(clock.ended_at, f"ended {times.moment(clock.ended_at)}"))
    return steps
