"""How long working time takes: adding, measuring, business days, and the fold of a ticket's clocks.

    python -m bench.time_arithmetic

Datetimes go in and come out; the calendar is a month with three public holidays. The same questions are put to pandas'
CustomBusinessHour and to businesstimedelta in the same run, away from daylight saving, where they are right, and their
answers must be the same (they name an end at closing the next opening). Figures are medians over all runs, a run
being one question asked five times in a row; the last line says how fast the machine was just then, so that runs can
be compared. Exits 1 where a bar is missed.
"""

from __future__ import annotations

import random
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from statistics import median
from time import perf_counter_ns

import businesstimedelta
import pandas

from remit.policy.calendars import Calendar, OpeningHours, WorkingTime, parse_days, parse_hours
from remit.policy.clocks import (
    ClockEvent,
    ClockPlan,
    EventKind,
    PauseRule,
    Target,
    derivation_of,
    fold,
    segments_of,
    sentence,
)
from remit.policy.vocabulary import Metric, parse_duration, zone

QUESTIONS = 200
ROUNDS = 15
FOLD_BAR = 150.0

HOLIDAYS = {date(2026, 5, 1): "Labour Day", date(2026, 5, 14): "Ascension", date(2026, 5, 25): "Whit Monday"}
FAR = {
    date(2028, 12, 25): "Christmas"
}  # businesstimedelta wants a holiday after the last day it is asked about


@dataclass(frozen=True, slots=True)
class Question:
    start: datetime
    end: datetime
    hours: int

    @property
    def naive(self) -> tuple[datetime, datetime]:
        return self.start.replace(tzinfo=None), self.end.replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class Row:
    what: str
    figure: float
    bar: float | None = None
    unit: str = "µs"

    @property
    def is_time(self) -> bool:
        """Whether less is better; of ratios and of answers, more is."""
        return self.unit == "µs"

    @property
    def is_met(self) -> bool:
        if self.bar is None:
            return True
        return self.figure <= self.bar if self.is_time else self.figure >= self.bar

    def __str__(self) -> str:
        if self.bar is None:
            return f"| {self.what} | {self.figure:,.1f} {self.unit} | | |"
        bar = f"{'≤' if self.is_time else '≥'} {self.bar:g} {self.unit}"
        verdict = "met" if self.is_met else "MISSED"
        return f"| {self.what} | {self.figure:,.1f} {self.unit} | {bar} | {verdict} |"


def plain_calendar(where: str = "UTC") -> Calendar:
    [(opens, closes)] = parse_hours("9:00-17:00")
    weekly = tuple(OpeningHours(day, opens, closes) for day in parse_days("Monday to Friday"))
    return Calendar("hours", zone(where), weekly, HOLIDAYS, clause="hours")


def questions() -> list[Question]:
    chance = random.Random(7)
    asked = []
    for _ in range(QUESTIONS):
        start = datetime(2026, 5, 1, tzinfo=UTC) + timedelta(minutes=chance.randrange(10 * 24 * 60))
        end = start + timedelta(minutes=chance.randrange(20 * 24 * 60))
        asked.append(Question(start, end, chance.randint(1, 150)))
    return asked


def timed(ask: Callable[[Question], object], asked: list[Question], rounds: int = ROUNDS) -> float:
    """Median microseconds of a question over all runs: each question in each round, five times in a row."""
    for question in asked[:3]:
        ask(question)
    found = []
    for question in asked:
        for _ in range(rounds):
            begun = perf_counter_ns()
            for _ in range(5):
                ask(question)
            found.append((perf_counter_ns() - begun) / 5)
    return median(found) / 1000


def arithmetic() -> list[Row]:
    asked = questions()
    working = plain_calendar().working()
    amounts = {question: timedelta(hours=question.hours) for question in asked}
    add = timed(lambda question: working.add(question.start, amounts[question]), asked)
    measure = timed(lambda question: working.between(question.start, question.end), asked)
    days = timed(lambda question: working.add_business_days(question.start, 3), asked)
    few = asked[:40]
    offset = pandas.offsets.CustomBusinessHour(start="09:00", end="17:00", holidays=list(HOLIDAYS))
    day = businesstimedelta.WorkDayRule(start_time=time(9), end_time=time(17), working_days=[0, 1, 2, 3, 4])
    rules = businesstimedelta.Rules([day, businesstimedelta.HolidayRule({**HOLIDAYS, **FAR})])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pandas_add = timed(
            lambda question: pandas.Timestamp(question.naive[0]) + question.hours * offset, few, 3
        )
        their_add = timed(
            lambda question: (
                question.naive[0] + businesstimedelta.BusinessTimeDelta(rules, hours=question.hours)
            ),
            few,
            3,
        )
        their_measure = timed(lambda question: rules.difference(*question.naive), few, 3)
        agreeing = sum(agree(question, working, offset, rules) for question in asked)
    return [
        Row("add working time", add, 6),
        Row("measure working time", measure, 12),
        Row("add business days", days),
        Row("pandas CustomBusinessHour, add", pandas_add),
        Row("businesstimedelta, add", their_add),
        Row("businesstimedelta, measure", their_measure),
        Row("add against pandas", pandas_add / add, 30, "×"),
        Row("add against businesstimedelta", their_add / add, 30, "×"),
        Row("measure against businesstimedelta", their_measure / measure, 30, "×"),
        Row(f"same answers from all three, of {QUESTIONS}", agreeing, QUESTIONS, "questions"),
    ]


def agree(question: Question, working: WorkingTime, offset: object, rules: object) -> bool:
    """Whether all three give the same answers, with the end at closing and the next opening taken as one."""
    ours = working.add(question.start, timedelta(hours=question.hours))
    start, end = question.naive
    theirs = [
        (pandas.Timestamp(start) + question.hours * offset).to_pydatetime(),
        (start + businesstimedelta.BusinessTimeDelta(rules, hours=question.hours)).replace(tzinfo=None),
    ]
    difference = rules.difference(start, end)
    measured = timedelta(hours=difference.hours, seconds=difference.seconds)
    opened = working.next_opening(ours)
    return measured == working.between(question.start, question.end) and all(
        working.next_opening(other.replace(tzinfo=UTC)) == opened for other in theirs
    )


def ticket() -> tuple[list[ClockEvent], ClockPlan, dict[str, Calendar]]:
    """A typical ticket: ten events, a first and a next response in working hours, a resolution in business days."""
    targets = {
        Metric.FIRST_RESPONSE: Target(Metric.FIRST_RESPONSE, parse_duration("3 working hours"), clause="5"),
        Metric.NEXT_RESPONSE: Target(Metric.NEXT_RESPONSE, parse_duration("3 working hours"), clause="5"),
        Metric.RESOLUTION: Target(Metric.RESOLUTION, parse_duration("3 business days"), clause="6"),
    }
    plan = ClockPlan(
        lambda metric, _: targets.get(metric),
        {"waiting for the customer": PauseRule(frozenset(targets), "7")},
        "high",
    )
    happened = [
        ("2026-05-07 18:40", EventKind.RECEIVED),
        ("2026-05-07 18:40", EventKind.COMPLETED),
        ("2026-05-08 09:40", EventKind.NOTE),
        ("2026-05-08 11:00", EventKind.WAITING_STARTED),
        ("2026-05-08 15:00", EventKind.REQUESTER_MESSAGE),
        ("2026-05-08 15:00", EventKind.AUTOMATIC_MESSAGE),
        ("2026-05-08 15:30", EventKind.PUBLIC_REPLY),
        ("2026-05-08 16:30", EventKind.REQUESTER_MESSAGE),
        ("2026-05-08 16:40", EventKind.NOTE),
        ("2026-05-11 09:30", EventKind.PUBLIC_REPLY),
    ]
    events = [
        ClockEvent(kind, datetime.fromisoformat(at).replace(tzinfo=UTC), seq)
        for seq, (at, kind) in enumerate(happened, 1)
    ]
    return events, plan, {"hours": plain_calendar("Europe/Berlin")}


def folding() -> list[Row]:
    events, plan, calendars = ticket()
    until = datetime(2026, 5, 11, 12, 0, tzinfo=UTC)
    asked = questions()[:20]
    whole = timed(lambda _: fold(events, plan, calendars, until=until), asked, 20)
    short = timed(lambda _: fold(events[:2], plan, calendars, until=until), asked, 20)
    clock = fold(events, plan, calendars, until=until)[Metric.RESOLUTION][0]
    told = timed(lambda _: sentence(derivation_of(clock)), asked)
    drawn = timed(lambda _: segments_of(clock), asked)
    return [
        Row("fold of ten events into three clocks", whole, FOLD_BAR),
        Row("fold of a ticket just received", short),
        Row("derivation of a clock in words", told),
        Row("segments of a clock for its picture", drawn),
    ]


def machine() -> Row:
    asked = questions()[:20]
    return Row("the machine just now: summing 1,000 integers", timed(lambda _: sum(range(1000)), asked))


def main() -> int:
    """Print the table; return 1 where a bar is missed."""
    print("| what | median | bar | |\n|---|---|---|---|")
    is_met = True
    for row in (*arithmetic(), *folding(), machine()):
        print(row)
        is_met = is_met and row.is_met
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
