"""Arithmetic on working time: adding it, measuring it, and saying when and why a calendar is closed. Every
answer comes from a table of open stretches in UTC microseconds with running totals, so that daylight
saving is settled when the table is built, and adding or measuring is two look-ups by bisection. Tables
grow by whole years as they are needed. What is promised in working time lives in `clocks`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate

from remit.policy.calendars.calendar import EPOCH, OPEN, Calendar, OpeningHours, Span, microseconds
from remit.policy.calendars.hours import WEEKDAYS
from remit.policy.vocabulary.zones import at_wall_time, start_of_day

_TEN_YEARS = 3653 * 86_400_000_000
_EARLIEST, _LATEST = 1970, 2199  # tables are contiguous, so a wild instant must not make them endless

WORKING_DAY = 10**12
"""One working day on the axis of `measure_days` and `add_days`, which count in trillionths of it."""


class CalendarNeverOpens(Exception):
    """Working time was asked for that the calendar doesn't reach within ten years (design §5)."""


class _Table:
    """Open stretches of the years `first` to `last`, and their days. Never changed once built."""

    __slots__ = (
        "days",
        "ends",
        "first",
        "last",
        "midnights",
        "opens",
        "ordinals",
        "since",
        "starts",
        "through",
        "until",
    )

    def __init__(self, calendar: Calendar, bands: frozenset[str], first: int, last: int) -> None:
        self.first, self.last = first, last
        self.since = microseconds(start_of_day(date(first, 1, 1), calendar.zone))
        self.until = microseconds(start_of_day(date(last + 1, 1, 1), calendar.zone))
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.ordinals: list[int] = []
        self.midnights: list[int | None] = []
        self.opens: list[int] = []
        self.days: list[tuple[Span, ...]] = []
        for year in range(first, last + 1):
            for ordinal, midnight, spans in calendar.days(year):
                counted = tuple(span for span in spans if span[2] in bands)
                if counted:
                    self.ordinals.append(ordinal)
                    self.midnights.append(midnight)
                    self.opens.append(counted[0][0])
                    self.days.append(counted)
                    self._append(counted)
        self.through = list(
            accumulate(end - start for start, end in zip(self.starts, self.ends, strict=True))
        )

    def _append(self, spans: tuple[Span, ...]) -> None:
        for start, end, _ in spans:
            if self.ends and self.ends[-1] == start:
                self.ends[-1] = end
            else:
                self.starts.append(start)
                self.ends.append(end)

    def position(self, at: int) -> int:
        """Open microseconds from the table's beginning to `at`."""
        place = bisect_right(self.starts, at) - 1
        if place < 0:
            return 0
        left = self.ends[place] - at
        return self.through[place] - left if left > 0 else self.through[place]

    def day_position(self, at: int) -> int:
        """Working days from the table's beginning to `at`, in trillionths; each day counts as one, whatever
        its hours."""
        place = bisect_right(self.opens, at) - 1
        if place < 0:
            return 0
        spans = self.days[place]
        if len(spans) == 1:
            opens, closes, _ = spans[0]
            return place * WORKING_DAY + (min(at, closes) - opens) * WORKING_DAY // (closes - opens)
        length = sum(closes - opens for opens, closes, _ in spans)
        passed = sum(min(at, closes) - opens for opens, closes, _ in spans if opens < at)
        return place * WORKING_DAY + passed * WORKING_DAY // length

    def at_day_position(self, position: int) -> int:
        """The instant at `position`; a whole number of days is the opening of the next one."""
        place, part = divmod(position, WORKING_DAY)
        spans = self.days[place]
        length = sum(closes - opens for opens, closes, _ in spans)
        left = -(-part * length // WORKING_DAY)
        for opens, closes, _ in spans:
            if left <= closes - opens:
                return opens + left
            left -= closes - opens
        return spans[-1][1]


class WorkingTime:
    """Time in `bands` of a `calendar`. Instants go in aware and come out in UTC; amounts are `timedelta`s.

    Prefer `calendar.working(bands)`, which keeps the tables.
    """

    __slots__ = ("_table", "bands", "calendar")

    def __init__(self, calendar: Calendar, bands: frozenset[str] = OPEN) -> None:
        self.calendar = calendar
        self.bands = bands
        self._table: _Table | None = None

    def add(self, start: datetime, amount: timedelta) -> datetime:
        """The first instant by which `amount` of working time has passed since `start`. An amount that runs
        out exactly at closing ends at closing. Raises `ValueError` for a negative amount and
        `CalendarNeverOpens` where ten years don't bring it.
        """
        wanted = (amount.days * 86_400 + amount.seconds) * 1_000_000 + amount.microseconds
        if wanted <= 0:
            if wanted:
                raise ValueError("Working time is added forward; the amount is negative.")
            return start.astimezone(UTC)
        since = start - EPOCH
        at = (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
        table = self._table
        if table is None or not table.since <= at < table.until:
            table = self._covering(at)
        goal = table.position(at) + wanted
        through = table.through
        place = bisect_left(through, goal)
        while place == len(through):
            table = self._grown(table, at)
            through = table.through
            place = bisect_left(through, goal)
        reached = table.ends[place] - through[place] + goal
        if reached - at > _TEN_YEARS:
            raise self._never(start)
        return EPOCH + timedelta(0, 0, reached)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Working time in [start, end). Raises `ValueError` where `end` lies before `start`."""
        first, last = microseconds(start), microseconds(end)
        if first > last:
            raise ValueError("An interval runs forward: its end lies before its start.")
        table = self._covering(first, last)
        return timedelta(0, 0, table.position(last) - table.position(first))

    def is_open(self, at: datetime) -> bool:
        """Whether `at` is working time; at the moment of closing it no longer is."""
        instant = microseconds(at)
        table = self._covering(instant)
        place = bisect_right(table.starts, instant) - 1
        return place >= 0 and instant < table.ends[place]

    def next_opening(self, at: datetime) -> datetime:
        """`at` itself where it is working time, else the next instant that is."""
        instant = microseconds(at)
        table = self._covering(instant)
        place = bisect_right(table.starts, instant) - 1
        if place >= 0 and instant < table.ends[place]:
            return at.astimezone(UTC)
        while place + 1 >= len(table.starts):
            table = self._grown(table, instant)
            place = bisect_right(table.starts, instant) - 1
        opens = table.starts[place + 1]
        if opens - instant > _TEN_YEARS:
            raise self._never(at)
        return EPOCH + timedelta(0, 0, opens)

    def is_closing(self, at: datetime) -> bool:
        """Whether `at` is exactly a moment of closing, which a promise may still run out at."""
        instant = microseconds(at)
        ends = self._covering(instant).ends
        place = bisect_left(ends, instant)
        return place < len(ends) and ends[place] == instant

    def intervals(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime, str]]:
        """What is open in [start, end), in order: start, end and band of each stretch, cut at the edges."""
        first, last = microseconds(start), microseconds(end)
        if first > last:
            raise ValueError("An interval runs forward: its end lies before its start.")
        table = self._covering(first, last)
        place = max(0, bisect_right(table.opens, first) - 1)
        found: list[tuple[datetime, datetime, str]] = []
        for spans in table.days[place:]:
            if spans[0][0] >= last:
                break
            for opens, closes, band in spans:
                if closes > first and opens < last:
                    found.append((_instant(max(opens, first)), _instant(min(closes, last)), band))
        return found

    def add_business_days(self, start: datetime, count: int, until_close: bool = False) -> datetime:
        """The same local time `count` working days after `start`, brought into that day's hours. A start in
        closed time counts as the next opening. A working day is a local date with any working time. With
        `until_close` the answer is that day's closing. Raises like `add`.
        """
        if count < 0:
            raise ValueError("Business days are added forward; the count is negative.")
        opened = self.next_opening(start)
        at = microseconds(opened)
        table = self._covering(at)
        today = bisect_right(table.opens, at) - 1
        while today + count >= len(table.days):
            table = self._grown(table, at)
            today = bisect_right(table.opens, at) - 1
        if until_close:
            due = table.days[today + count][-1][1]
        else:
            due = self._same_time(at, table, today, today + count) if count else at
        if due - at > _TEN_YEARS:
            raise self._never(start)
        return _instant(due)

    def measure_days(self, start: datetime, end: datetime) -> int:
        """Working days in [start, end) in units of 1/`WORKING_DAY`: parts of a day are parts of its own
        hours, so a short day is a whole day. Additive; raises `ValueError` where `end` lies before
        `start`.
        """
        first, last = microseconds(start), microseconds(end)
        if first > last:
            raise ValueError("An interval runs forward: its end lies before its start.")
        table = self._covering(first, last)
        return table.day_position(last) - table.day_position(first)

    def add_days(self, start: datetime, amount: int) -> datetime:
        """The instant `amount`/`WORKING_DAY` working days after `start`, the inverse of `measure_days`."""
        if amount <= 0:
            if amount:
                raise ValueError("Working days are added forward; the amount is negative.")
            return start.astimezone(UTC)
        at = microseconds(start)
        table = self._covering(at)
        while (goal := table.day_position(at) + amount) >= len(table.days) * WORKING_DAY:
            table = self._grown(table, at)
        reached = table.at_day_position(goal)
        if reached - at > _TEN_YEARS:
            raise self._never(start)
        return _instant(reached)

    def _same_time(self, at: int, table: _Table, today: int, then: int) -> int:
        """The local time of `at`, which lies on day `today`, on day `then`, brought into that day's hours."""
        midnight, other = table.midnights[today], table.midnights[then]
        if midnight is not None and other is not None:
            wanted = other + at - midnight
        else:
            local = _instant(at).astimezone(self.calendar.zone)
            wall = datetime.combine(date.fromordinal(table.ordinals[then]), local.time())
            wanted = microseconds(at_wall_time(wall, self.calendar.zone))
        for opens, closes, _ in table.days[then]:
            if wanted <= closes:
                return max(wanted, opens)
        return table.days[then][-1][1]

    def why_closed(self, at: datetime) -> str | None:
        """Why `at` is no working time, in words that follow "closed:"; None where it is."""
        if self.is_open(at):
            return None
        calendar = self.calendar
        for closure in calendar.closures:
            if closure.counts_from <= at < closure.ends_at:
                return closure.reason
        local = at.astimezone(calendar.zone)
        holiday = calendar.holidays.get(local.date())
        if holiday:
            return holiday
        today = sorted(hours.minutes for hours in calendar.hours if self._counts(hours, local))
        if not today:
            limited = self._other_band(at)
            return f"{limited} hours" if limited else WEEKDAYS[local.weekday()]
        minute = local.hour * 60 + local.minute
        if minute < today[0][0]:
            return "before opening"
        return "after closing" if minute >= today[-1][1] else "between hours"

    def skipped(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime, str]]:
        """The holidays and closures that took working time of [start, end) away, in order: from when to when (UTC), and
        why. Holidays of one name without working time between them are one, from midnight to midnight.
        """
        found = [*self._holidays_skipped(start, end)]
        for closure in self.calendar.closures:
            begins, ends = max(closure.counts_from, start), min(closure.ends_at, end)
            if begins < ends and any(self._would_open(one, begins, ends) for one in self._days(begins, ends)):
                found.append(
                    (closure.counts_from.astimezone(UTC), closure.ends_at.astimezone(UTC), closure.reason)
                )
        return sorted(found)

    def _holidays_skipped(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime, str]]:
        zone, found = self.calendar.zone, list[tuple[datetime, datetime, str]]()
        for day in self._days(start, end):
            reason = self.calendar.holidays.get(day)
            if not reason or not self._would_open(day, start, end, on_holidays=True):
                continue
            begins, ends = (start_of_day(one, zone) for one in (day, day + timedelta(days=1)))
            before = found[-1] if found else None
            if (
                before
                and before[2] == reason
                and not any(self._would_open(one, before[1], begins) for one in self._days(before[1], begins))
            ):
                begins = found.pop()[0]
            found.append((begins, ends, reason))
        return found

    def _days(self, start: datetime, end: datetime) -> list[date]:
        """The local dates of [start, end)."""
        if start >= end:
            return []
        first, last = (one.astimezone(self.calendar.zone).date().toordinal() for one in (start, end))
        return [date.fromordinal(one) for one in range(first, last + 1)]

    def _would_open(self, day: date, start: datetime, end: datetime, *, on_holidays: bool = False) -> bool:
        """Whether the weekly hours of a day, less closures, have time in [start, end); on holidays only if asked."""
        if day in self.calendar.holidays and not on_holidays:
            return False
        midnight, zone = datetime.combine(day, time()), self.calendar.zone
        for hours in self.calendar.hours:
            if self._counts(hours, midnight):
                opens, closes = (
                    at_wall_time(midnight + timedelta(minutes=one), zone) for one in hours.minutes
                )
                if opens < end and start < closes:
                    return True
        return False

    def _counts(self, hours: OpeningHours, local: datetime) -> bool:
        return hours.weekday == local.weekday() and hours.band in self.bands

    def _other_band(self, at: datetime) -> str | None:
        for band in sorted(self.calendar.bands - self.bands):
            if self.calendar.working(frozenset({band})).is_open(at):
                return band
        return None

    def _covering(self, at: int, to: int | None = None) -> _Table:
        """A table that holds `at`, and `to` where it is given.

        Threads share it: each goes on with the table it was handed, whichever was stored last.
        """
        table = self._table
        to = at if to is None else to
        if table is not None and table.since <= at and to < table.until:
            return table
        first = (_instant(at) - timedelta(days=2)).year
        last = (_instant(to) + timedelta(days=2)).year
        if first < _EARLIEST or last > _LATEST:
            raise ValueError(
                f"Working time is known for the years {_EARLIEST} to {_LATEST}, not {first}-{last}."
            )
        if table is not None:
            first, last = min(first, table.first), max(last, table.last)
        table = self._table = _Table(self.calendar, self.bands, first, last)
        return table

    def _grown(self, table: _Table, at: int) -> _Table:
        if table.until - at > _TEN_YEARS or table.last >= _LATEST:
            raise self._never(_instant(at))
        grown = self._table = _Table(self.calendar, self.bands, table.first, table.last + 1)
        return grown

    def _never(self, start: datetime) -> CalendarNeverOpens:
        bands = ", ".join(sorted(self.bands))
        return CalendarNeverOpens(
            f'Calendar "{self.calendar.name}" ({bands}) has too little working time in the ten years '
            f"after {start:%Y-%m-%d}. Check its hours, holidays and closures."
        )


def _instant(at: int) -> datetime:
    return EPOCH + timedelta(0, 0, at)
