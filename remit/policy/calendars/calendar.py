"""What a calendar is: weekly hours in bands, holidays, closures, a zone. Arithmetic on it lives in
`working_time`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise
from typing import TYPE_CHECKING

from remit.policy.calendars.hours import WEEKDAYS
from remit.policy.vocabulary.zones import at_wall_time

if TYPE_CHECKING:
    from remit.policy.calendars.working_time import WorkingTime

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
OPEN = frozenset({"open"})

_MINUTE = 60_000_000
_DAY = 1440 * _MINUTE
_EPOCH_ORDINAL = EPOCH.toordinal()

Span = tuple[int, int, str]
"""Start and end in microseconds since the epoch, half-open, and the band."""
Day = tuple[int, int | None, tuple[Span, ...]]
"""The ordinal of a local date, the instant of its midnight (None where clocks change that day), what is
open on it."""


def microseconds(at: datetime) -> int:
    """Microseconds from the epoch to the aware instant `at`, exactly."""
    since = at - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """Open on `weekday` (0 is Monday) from `opens` to `closes`, wall time; `time(0)` closes at 24:00."""

    weekday: int
    opens: time
    closes: time
    band: str = "open"

    def __post_init__(self) -> None:
        if not 0 <= self.weekday <= 6:
            raise ValueError(f"Weekdays run from 0 (Monday) to 6 (Sunday), not {self.weekday}.")
        if self.minutes[0] >= self.minutes[1]:
            raise ValueError(
                f"{WEEKDAYS[self.weekday]} {self.opens:%H:%M} to {self.closes:%H:%M} ends before it begins; "
                "hours over midnight are two rows, up to 24:00 and from 0:00."
            )

    @property
    def minutes(self) -> tuple[int, int]:
        """Opening and closing in minutes from the day's beginning."""
        closing = self.closes.hour * 60 + self.closes.minute
        return self.opens.hour * 60 + self.opens.minute, closing or 24 * 60

    def overlaps(self, other: OpeningHours) -> bool:
        """Whether some time of the week lies in both, whatever their bands."""
        (opens, closes), (others, until) = self.minutes, other.minutes
        return self.weekday == other.weekday and opens < until and others < closes


@dataclass(frozen=True, slots=True)
class Closure:
    """Closed for `reason` between two instants, but never before it was announced (design §5, IEX-4)."""

    starts_at: datetime
    ends_at: datetime
    announced_at: datetime
    reason: str

    def __post_init__(self) -> None:
        if self.ends_at < self.starts_at:
            raise ValueError(f'The closure "{self.reason}" ends before it begins.')

    @property
    def counts_from(self) -> datetime:
        """The moment from which it counts; at or after `ends_at` where it was announced too late to count
        at all."""
        return max(self.starts_at, self.announced_at)


@dataclass(frozen=True, slots=True)
class Calendar:
    """When a desk works. `holidays` close whole local dates; both they and `closures` close every band.

    `always_open` stands for open day and night on all days, in place of `weekly`.
    """

    name: str
    zone: tzinfo
    weekly: tuple[OpeningHours, ...] = ()
    holidays: Mapping[date, str] = field(default_factory=dict, hash=False)
    closures: tuple[Closure, ...] = ()
    clause: str = ""
    always_open: bool = False
    # What has been compiled so far. It follows from the other fields, so it is no part of the value.
    _years: dict[int, tuple[Day, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _working: dict[frozenset[str], WorkingTime] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        for before, after in pairwise(sorted(self.hours, key=lambda hours: (hours.weekday, hours.minutes))):
            if before.overlaps(after):
                raise ValueError(f'Calendar "{self.name}": the hours of {WEEKDAYS[after.weekday]} overlap.')

    @property
    def hours(self) -> tuple[OpeningHours, ...]:
        """The weekly hours, also where the calendar is always open."""
        return _ALL_HOURS if self.always_open else self.weekly

    @property
    def bands(self) -> frozenset[str]:
        """The names of all its bands."""
        return frozenset(hours.band for hours in self.hours)

    def working(self, bands: frozenset[str] = OPEN) -> WorkingTime:
        """Arithmetic on the time in `bands`; kept, so that its tables are built once for each calendar."""
        known = self._working.get(bands)
        if known is None:
            from remit.policy.calendars.working_time import WorkingTime

            known = self._working[bands] = WorkingTime(self, bands)
        return known

    def days(self, year: int) -> tuple[Day, ...]:
        """The local dates of `year` on which anything is open, in order, each with its spans."""
        known = self._years.get(year)
        if known is None:
            known = self._years[year] = self._days_of(year)
        return known

    def _days_of(self, year: int) -> tuple[Day, ...]:
        rows: list[list[tuple[int, int, str]]] = [[] for _ in WEEKDAYS]
        for hours in sorted(self.hours, key=lambda hours: hours.minutes):
            rows[hours.weekday].append((*hours.minutes, hours.band))
        closed = [
            (microseconds(closure.counts_from), microseconds(closure.ends_at))
            for closure in self.closures
            if closure.counts_from < closure.ends_at
        ]
        holidays = {day.toordinal() for day in self.holidays if day.year == year}
        days: list[Day] = []
        first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
        for ordinal in range(first, last + 1):
            today = rows[(ordinal - 1) % 7]
            if today and ordinal not in holidays:
                midnight, spans = self._spans(ordinal, today)
                spans = without(spans, closed) if closed else spans
                if spans:
                    days.append((ordinal, midnight, tuple(spans)))
        return tuple(days)

    def _spans(self, ordinal: int, rows: list[tuple[int, int, str]]) -> tuple[int | None, list[Span]]:
        midnight = datetime.fromordinal(ordinal)
        offset = midnight.replace(tzinfo=self.zone).utcoffset()
        if (
            offset == (midnight + timedelta(days=1)).replace(tzinfo=self.zone).utcoffset()
            and offset is not None
        ):
            start = (ordinal - _EPOCH_ORDINAL) * _DAY - offset // timedelta(microseconds=1)
            return start, [
                (start + opens * _MINUTE, start + closes * _MINUTE, band) for opens, closes, band in rows
            ]
        spans = [
            (
                microseconds(at_wall_time(midnight + timedelta(minutes=opens), self.zone)),
                microseconds(at_wall_time(midnight + timedelta(minutes=closes), self.zone)),
                band,
            )
            for opens, closes, band in rows
        ]
        return None, [span for span in spans if span[0] < span[1]]


def without(spans: list[Span], closed: list[tuple[int, int]]) -> list[Span]:
    """`spans` less the `closed` stretches."""
    for start, end in closed:
        spans = [
            piece
            for opens, closes, band in spans
            for piece in ((opens, min(closes, start), band), (max(opens, end), closes, band))
            if piece[0] < piece[1]
        ]
    return spans


_ALL_HOURS = tuple(OpeningHours(weekday, time(), time()) for weekday in range(7))
