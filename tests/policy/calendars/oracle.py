"""A slow second opinion on working time: it looks at every minute's wall clock and knows no tables.

It differs from the real thing on purpose where hours begin or end inside an hour that the autumn change repeats, so
calendars that are compared keep their edges out of it; those edges are worked out by hand in the tables.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from remit.policy.calendars import Calendar

MINUTE = timedelta(minutes=1)


def is_open(calendar: Calendar, bands: frozenset[str], at: datetime) -> bool:
    local = at.astimezone(calendar.zone)
    if local.date() in calendar.holidays:
        return False
    for closure in calendar.closures:
        if max(closure.starts_at, closure.announced_at) <= at < closure.ends_at:
            return False
    minute = local.hour * 60 + local.minute
    return any(
        hours.weekday == local.weekday()
        and hours.band in bands
        and hours.minutes[0] <= minute < hours.minutes[1]
        for hours in calendar.hours
    )


def between(calendar: Calendar, bands: frozenset[str], start: datetime, end: datetime) -> timedelta:
    counted = timedelta()
    at = start
    while at < end:
        if is_open(calendar, bands, at):
            counted += MINUTE
        at += MINUTE
    return counted


def add(
    calendar: Calendar,
    bands: frozenset[str],
    start: datetime,
    amount: timedelta,
    is_paused: Callable[[datetime], bool] = lambda at: False,
) -> datetime:
    at, left = start, amount
    while left > timedelta():
        if is_open(calendar, bands, at) and not is_paused(at):
            left -= MINUTE
        at += MINUTE
    return at
