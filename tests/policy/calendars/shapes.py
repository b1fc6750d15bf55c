"""Calendars that tests share, and random ones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import strategies as st

from remit.policy.calendars import Calendar, Closure, OpeningHours, parse_days, parse_hours
from remit.policy.vocabulary import zone


def hours(days: str, text: str, band: str = "open") -> tuple[OpeningHours, ...]:
    return tuple(OpeningHours(day, *span, band) for day in parse_days(days) for span in parse_hours(text))


def week(
    where: str,
    *rows: tuple[str, str] | tuple[str, str, str],
    holidays: Mapping[date, str] | None = None,
    closures: tuple[Closure, ...] = (),
) -> Calendar:
    weekly = tuple(row for written in rows for row in hours(*written))
    return Calendar("hours", zone(where), weekly, holidays or {}, closures, clause="hours")


OFFICE = week("Europe/Berlin", ("Monday to Friday", "9:00-17:00"))
ITC = week("Europe/Berlin", ("Monday to Friday", "0:00-24:00"))
"""ITC-15: business days, Monday to Friday, day and night."""
C24 = week(
    "Asia/Tehran",
    ("Saturday to Wednesday", "9:00-17:00"),
    ("Thursday", "9:00-12:00"),
    holidays={date(2026, 3, 21): "Nowruz", date(2026, 3, 22): "Nowruz holiday"},
)
"""C24-6: a Friday rest day and a short Thursday."""
ION = week(
    "Asia/Phnom_Penh",
    ("Monday to Friday", "8:00-18:00"),
    ("Saturday, Sunday", "9:00-13:00", "limited"),
)
"""ION-3: weekends in a band of their own."""
IEX = week("UTC+3", ("Monday to Friday", "10:00-19:00"))
"""IEX-4."""


def local(calendar: Calendar, text: str) -> datetime:
    """The UTC instant of a wall time in a calendar's zone; "11-19 18:40" lies in 2026."""
    wall = datetime.fromisoformat(text if text[4] == "-" else f"2026-{text}")
    return wall.replace(tzinfo=calendar.zone).astimezone(UTC)


# Random calendars: edges on quarter hours, outside the hours that daylight saving skips or repeats.
_EDGES = [0, *range(4 * 60, 24 * 60 + 1, 15)]
_ZONES = st.sampled_from(
    ["Europe/Berlin", "America/New_York", "Asia/Tehran", "Asia/Kathmandu", "UTC+3", "UTC"]
)
_NEAR = datetime(2026, 3, 1, tzinfo=UTC)


def _clock(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)


# Strategies are made once and not in each drawing: making and checking one costs more than drawing from it.
_MINUTES = st.integers(0, 45 * 24 * 60).map(lambda count: _NEAR + timedelta(minutes=count))
_SPANS = st.lists(st.sampled_from(_EDGES), min_size=2, max_size=6, unique=True)
_BANDS = st.sampled_from(["open", "limited"])
_WEEKDAYS = st.sets(st.integers(0, 6), min_size=1)
_HOLIDAYS = st.dictionaries(st.dates(date(2026, 3, 15), date(2026, 4, 15)), st.just("Holiday"), max_size=3)
_CLOSURES = st.lists(
    st.builds(
        lambda start, length, notice: Closure(start, start + length, start + notice, "Closed"),
        _MINUTES,
        st.integers(0, 3000).map(lambda count: timedelta(minutes=count)),
        st.integers(-100, 2000).map(lambda count: timedelta(minutes=count)),
    ),
    max_size=2,
)


def _day_rows(draw: st.DrawFn, weekday: int) -> list[OpeningHours]:
    edges = sorted(draw(_SPANS))
    pairs = list(zip(edges[::2], edges[1::2], strict=False))
    return [OpeningHours(weekday, _clock(opens), _clock(closes), draw(_BANDS)) for opens, closes in pairs]


@st.composite
def _calendars(draw: st.DrawFn) -> Calendar:
    weekdays = draw(_WEEKDAYS)
    first = min(weekdays)
    weekly = [row for weekday in sorted(weekdays - {first}) for row in _day_rows(draw, weekday)]
    weekly.append(OpeningHours(first, time(9), time(17)))
    holidays, closures = draw(_HOLIDAYS), draw(_CLOSURES)
    return Calendar("random", zone(draw(_ZONES)), tuple(weekly), holidays, tuple(closures), clause="random")


_ANY_CALENDAR = _calendars()


def calendars() -> st.SearchStrategy[Calendar]:
    """Open on at least one day of the week in band "open"; around the spring or the autumn change of 2026."""
    return _ANY_CALENDAR


def minutes() -> st.SearchStrategy[datetime]:
    """Whole minutes in the six weeks around Europe's and America's spring changes."""
    return _MINUTES


def instants() -> st.SearchStrategy[datetime]:
    """Any instants in the same weeks, to the microsecond."""
    return st.datetimes(datetime(2026, 3, 1), datetime(2026, 4, 15), timezones=st.just(UTC))
