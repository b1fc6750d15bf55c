"""Time zones and wall times: what a local date or time of day means as an instant.

Working hours live in `calendars`; here is only the translation between a zone's wall and UTC.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_FIXED = re.compile(r"UTC(?:(?P<sign>[+-])(?P<hours>\d{1,2})(?::(?P<minutes>[0-5]\d))?)?")
_SECOND = timedelta(seconds=1)


@lru_cache(maxsize=512)
def zone(name: str) -> tzinfo:
    """The zone called `name`: an IANA name ("Europe/Berlin"), "UTC", or a fixed offset ("UTC+3",
    "UTC-03:30"). Raises `ValueError` with what may be written instead.
    """
    fixed = _FIXED.fullmatch(name)
    if fixed:
        offset = timedelta(hours=int(fixed["hours"] or 0), minutes=int(fixed["minutes"] or 0))
        if offset > timedelta(hours=14):
            raise ValueError(f'"{name}" is not a zone: no place on Earth is more than 14 hours from UTC.')
        if not offset:
            return UTC
        return timezone(-offset if fixed["sign"] == "-" else offset, name)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = f'"{name}" is not a time zone. Write a name ("Europe/Berlin") or an offset ("UTC+3").'
        raise ValueError(message) from None


def at_wall_time(wall: datetime, where: tzinfo) -> datetime:
    """The UTC instant at which clocks in `where` show the naive `wall` time. A wall time that the spring
    change skips is the first real instant after the gap; one that the autumn change repeats is the first
    of the two (design §5).
    """
    if isinstance(where, timezone):
        return wall.replace(tzinfo=where).astimezone(UTC)
    before = wall.replace(tzinfo=where, fold=0).utcoffset()
    after = wall.replace(tzinfo=where, fold=1).utcoffset()
    if before is None or after is None:
        raise ValueError(f"The zone {where} gives no offset for {wall}.")
    if before >= after:
        return (wall - before).replace(tzinfo=UTC)
    whole = wall.replace(microsecond=0, tzinfo=UTC)
    return _transition(whole - after, whole - before, where, before)


def _transition(low: datetime, high: datetime, where: tzinfo, before: timedelta) -> datetime:
    """The first second in (low, high] whose offset in `where` is no longer `before`."""
    while high - low > _SECOND:
        middle = low + timedelta(seconds=(high - low) // _SECOND // 2)
        if middle.astimezone(where).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high


def start_of_day(day: date, where: tzinfo) -> datetime:
    """The UTC instant at which the local `day` begins (its first real instant where midnight is skipped)."""
    return at_wall_time(datetime.combine(day, time()), where)


def end_of_day(day: date, where: tzinfo) -> datetime:
    """The UTC instant at which the local `day` is over: the beginning of the next one (intervals are
    half-open)."""
    return start_of_day(day + timedelta(days=1), where)
