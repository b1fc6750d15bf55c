"""Tickets that tests fold: a small language for events, and plans for the five desks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from remit.policy.calendars import Calendar
from remit.policy.clocks import (
    Clock,
    ClockEvent,
    ClockPlan,
    DueWhenClosed,
    EventKind,
    PauseRule,
    Starts,
    Target,
    Unmeasured,
    derivation_of,
    fold,
    sentence,
)
from remit.policy.vocabulary import Metric, parse_duration
from tests.policy.calendars.shapes import local

FIRST, NEXT, RESOLUTION = Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE, Metric.RESOLUTION
WAITING = "waiting for the customer"
INCOMPLETE = "incomplete at intake"
ALL_PAUSED = frozenset(Metric)


def target(metric: Metric, written: str, **options: Any) -> Target:
    """A target as a document writes it; `low=True` makes the lower end of a range count."""
    if written in tuple(Unmeasured):
        return Target(metric, Unmeasured(written), clause="5", **options)
    duration = parse_duration(written)
    low = duration.lower if options.pop("low", False) else None
    return Target(metric, duration, low, clause="5", **options)


def plan(
    targets: Mapping[Metric, str | Mapping[str, str]],
    priority: str = "normal",
    *,
    pauses: Mapping[str, frozenset[Metric]] | None = None,
    owed: bool = True,
    later_answers: bool = True,
    **options: Any,
) -> ClockPlan:
    """A plan whose targets are written per metric, and per priority where they differ."""

    def resolve(metric: Metric, at_priority: str) -> Target | None:
        written = targets.get(metric)
        if isinstance(written, Mapping):
            written = written.get(at_priority)
        return None if written is None else target(metric, written, **options)

    known = {WAITING: ALL_PAUSED, INCOMPLETE: ALL_PAUSED} if pauses is None else pauses
    rules = {reason: PauseRule(metrics, "7") for reason, metrics in known.items()}
    return ClockPlan(resolve, rules, priority, owed, later_answers)


class Ticket:
    """Events at wall times of a calendar, folded on demand."""

    def __init__(self, calendar: Calendar, how: ClockPlan) -> None:
        self.calendar, self.plan = calendar, how
        self.events: list[ClockEvent] = []

    def at(self, text: str) -> datetime:
        return local(self.calendar, text)

    def happens(self, text: str, kind: str, **data: Any) -> Ticket:
        self.events.append(ClockEvent(EventKind(kind), self.at(text), len(self.events) + 1, data))
        return self

    def fold(self, until: str | None = None) -> dict[Metric, list[Clock]]:
        moment = None if until is None else self.at(until)
        return fold(self.events, self.plan, {"hours": self.calendar}, until=moment)

    def clock(self, metric: Metric, until: str | None = None, cycle: int = 1) -> Clock:
        return self.fold(until)[metric][cycle - 1]

    def due(self, metric: Metric, until: str | None = None, cycle: int = 1) -> str | None:
        return self.spell(self.clock(metric, until, cycle).due_at)

    def spell(self, at: datetime | None) -> str | None:
        return None if at is None else at.astimezone(self.calendar.zone).strftime("%m-%d %H:%M")

    def words(self, metric: Metric, until: str | None = None, cycle: int = 1) -> str:
        return sentence(derivation_of(self.clock(metric, until, cycle)))


COMPLETE = Starts.WHEN_COMPLETE
OPENING = Starts.AT_NEXT_OPENING
MOVES = DueWhenClosed.MOVES
