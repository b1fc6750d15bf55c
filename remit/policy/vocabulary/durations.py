"""Typed durations as a policy writes them: "4 h", "3 business days", "12 months", "2..10 business days".
Each unit means something of its own, so durations are never turned into plain seconds silently. Elapsed
and calendar units are added here; working hours and business days need a calendar and are added in
`calendars`.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum
from functools import lru_cache
from typing import overload

from remit.policy.vocabulary.zones import at_wall_time


class Unit(StrEnum):
    """What a duration counts."""

    SECONDS = "s"
    MINUTES = "min"
    HOURS = "h"
    WORKING_MINUTES = "working minutes"
    WORKING_HOURS = "working hours"
    BUSINESS_DAYS = "business days"
    DAYS = "days"
    MONTHS = "months"
    YEARS = "years"


_ELAPSED = {Unit.SECONDS: 1, Unit.MINUTES: 60, Unit.HOURS: 3600}
_SPELLINGS = {
    "s": Unit.SECONDS,
    "second": Unit.SECONDS,
    "seconds": Unit.SECONDS,
    "min": Unit.MINUTES,
    "minute": Unit.MINUTES,
    "minutes": Unit.MINUTES,
    "h": Unit.HOURS,
    "hour": Unit.HOURS,
    "hours": Unit.HOURS,
    "working minute": Unit.WORKING_MINUTES,
    "working minutes": Unit.WORKING_MINUTES,
    "working hour": Unit.WORKING_HOURS,
    "working hours": Unit.WORKING_HOURS,
    "business day": Unit.BUSINESS_DAYS,
    "business days": Unit.BUSINESS_DAYS,
    "day": Unit.DAYS,
    "days": Unit.DAYS,
    "month": Unit.MONTHS,
    "months": Unit.MONTHS,
    "year": Unit.YEARS,
    "years": Unit.YEARS,
}
_HINTS = {
    "": 'say what is counted: "{n} h", "{n} working hours", "{n} business days", "{n} days" or "{n} months"',
    "m": '"{n} m" could be minutes or months: write "{n} min" or "{n} months"',
    "d": 'write "{n} business days" or "{n} days"',
    "week": 'write "7 days" or "5 business days"',
    "weeks": 'write the days: 2 weeks are "14 days" or "10 business days"',
    "working day": 'write "1 business day"',
    "working days": 'write "{n} business days"',
    "business hour": 'write "1 working hour"',
    "business hours": 'write "{n} working hours"',
}
_ONE_TO_TWELVE = (
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
_NUMBER_WORDS = {"a": 1, "an": 1, **{word: number for number, word in enumerate(_ONE_TO_TWELVE, start=1)}}
_AT_MOST = {
    Unit.YEARS: 100,
    Unit.MONTHS: 1_200,
    Unit.DAYS: 36_525,
    Unit.BUSINESS_DAYS: 26_100,
    Unit.HOURS: 876_600,
    Unit.WORKING_HOURS: 876_600,
}
"""A hundred years: what begins in our days and lasts longer ends where no calendar is reckoned any more. In minutes
and seconds the digits that are read keep it shorter than that.
"""
TERM_UNITS = frozenset({Unit.HOURS, Unit.DAYS, Unit.MONTHS, Unit.YEARS})
"""What a term that is bought is counted in."""
_WRITTEN = re.compile(r"(?:(?P<low>\d{1,6})\s*\.\.\s*)?(?P<amount>\d{1,6})\s*(?P<unit>[a-z ]*)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Duration:
    """`amount` of `unit`; `amount_low` is the lower end where a range was written ("2..10 business days")."""

    amount_low: int | None
    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.amount < 0 or (self.amount_low is not None and not 0 <= self.amount_low <= self.amount):
            raise ValueError(
                f"A duration runs forward, from its lower to its upper end: {self.amount_low}..{self.amount}."
            )

    def __str__(self) -> str:
        unit: str = self.unit
        if self.amount_low is not None:
            return f"{self.amount_low}..{self.amount} {unit}"
        if self.amount == 1 and len(unit) > 3:
            unit = unit.removesuffix("s")
        return f"{self.amount} {unit}"

    @property
    def lower(self) -> Duration | None:
        """The lower end as a duration of its own, or None where no range was written."""
        return None if self.amount_low is None else Duration(None, self.amount_low, self.unit)


class NotADuration(ValueError):
    """Text that writes no duration: `message` says so, and `hint` what to write instead."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(f"{message}: {hint}.")
        self.message, self.hint = message, hint


@lru_cache(maxsize=4096)
def parse_duration(text: str) -> Duration:
    """The duration that `text` writes, for example "4 h" or "2..10 business days". Raises `NotADuration`
    with what to write instead; a bare number is such an error, since a policy has to say whether it counts
    hours, working hours or days, and so is a span of more than 100 years.
    """
    cleaned = " ".join(text.split()).lower()
    written = _WRITTEN.fullmatch(cleaned)
    if not written:
        raise NotADuration(f'"{text}" is not a duration', _in_figures(cleaned))
    spelt = written["unit"].strip()
    unit = _SPELLINGS.get(spelt)
    if unit is None:
        hint = _HINTS.get(
            spelt, "known units are min, h, working hours, business days, days, months and years"
        )
        raise NotADuration(f'"{text}" is not a duration', hint.format(n=written["amount"]))
    low, amount = written["low"], int(written["amount"])
    if low is not None and int(low) > amount:
        raise NotADuration(f'"{text}" runs backwards', "write the smaller number first")
    if amount > _AT_MOST.get(unit, amount):
        raise NotADuration(f'"{text}" is longer than can be reckoned with', "100 years are the most")
    return Duration(None if low is None else int(low), amount, unit)


def parse_term(text: str) -> Duration:
    """The term that `text` says was bought, for example "12 months". Raises `NotADuration` where it is no duration, no
    single one counted by the calendar, or where it lasts nothing: there would be no moment at which it runs.
    """
    term = parse_duration(text)
    if term.unit not in TERM_UNITS:
        raise NotADuration(
            f'"{text}" is no term', "it is counted by the calendar, in hours, days, months or years"
        )
    if term.amount_low is not None:
        raise NotADuration(f'"{text}" is no term', 'write the one that was bought, such as "12 months"')
    if not term.amount:
        raise NotADuration(f'"{text}" lasts nothing', 'write how long it runs, such as "12 months"')
    return term


def _in_figures(cleaned: str) -> str:
    """What to write in place of words such as "a year" or "twelve months"."""
    number, _, unit = cleaned.partition(" ")
    if number in _NUMBER_WORDS and unit in _SPELLINGS:
        return f'write "{Duration(None, _NUMBER_WORDS[number], _SPELLINGS[unit])}"'
    return 'write a number and a unit, such as "4 h" or "3 business days"'


def elapsed(duration: Duration) -> timedelta:
    """The exact length of a duration in seconds, minutes or hours; `ValueError` for any other unit."""
    seconds = _ELAPSED.get(duration.unit)
    if seconds is None:
        raise ValueError(f'"{duration}" has no fixed length: it depends on a calendar.')
    return timedelta(seconds=seconds * duration.amount)


def length(duration: Duration) -> timedelta:
    """The length by which durations are compared: like `elapsed`, with a day taken as 24 hours.

    `ValueError` for months, years and working units, whose lengths differ from case to case.
    """
    if duration.unit is Unit.DAYS:
        return timedelta(days=duration.amount)
    return elapsed(duration)


@overload
def add_calendar(start: datetime, duration: Duration, where: tzinfo) -> datetime: ...
@overload
def add_calendar(start: date, duration: Duration, where: tzinfo) -> date: ...
def add_calendar(start: date | datetime, duration: Duration, where: tzinfo) -> date | datetime:
    """`start` plus days, months or years of the calendar, counted in the zone `where`. Counted from the
    anchor in one go, not chained, and clamped to the last day of a shorter month: 31 January plus 1
    month is 28 or 29 February (design §5). A date gives a date: the last day that is covered, to be read
    to its end with `zones.end_of_day` (ITS-3). An aware instant gives the UTC instant at the same local
    time of day. Raises `ValueError` for units that are not of the calendar.
    """
    if not isinstance(start, datetime):
        return _moved(start, duration)
    local = start.astimezone(where)
    wall = datetime.combine(_moved(local.date(), duration), local.time())
    landed = wall.replace(tzinfo=where, fold=local.fold)
    if local.fold and landed.astimezone(UTC).astimezone(where).replace(tzinfo=None) == wall:
        return landed.astimezone(UTC)
    return at_wall_time(wall, where)


def _moved(day: date, duration: Duration) -> date:
    if duration.unit is Unit.DAYS:
        return day + timedelta(days=duration.amount)
    if duration.unit is Unit.MONTHS:
        months = duration.amount
    elif duration.unit is Unit.YEARS:
        months = 12 * duration.amount
    else:
        raise ValueError(f'"{duration}" is not counted by the calendar: use days, months or years here.')
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))
