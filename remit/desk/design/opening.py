"""Whether a desk is open just now, in one line: until when, or from when again and what keeps it closed. Values only;
how working time is counted is `remit.policy.calendars`'."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext

from remit.desk.design.words import Almanac
from remit.policy.calendars import OPEN, Calendar, CalendarNeverOpens

HORIZON = timedelta(days=15)
"""How far a closing is looked for; what is open for longer has none worth telling."""


@dataclass(frozen=True, slots=True)
class Opening:
    """The line. `state`: open, limited (only a band of chosen requests counts) or closed; `cause`: the holiday or
    announced closure that keeps it closed, "" where these are its ordinary hours.
    """

    state: str
    words: str
    cause: str = ""


def opening_at(calendar: Calendar, now: datetime, almanac: Almanac) -> Opening:
    """How a calendar, with the desk's closures in it, stands at an instant (C24-6, ION-3, IEX-4)."""
    if calendar.working().is_open(now):
        until = _closing(calendar, OPEN, now)
        if until is None:
            return Opening("open", gettext("Open day and night"))
        return Opening("open", gettext("Open now, until %s") % almanac.brief(until, now))
    opens = _reopening(calendar, now, almanac)
    for band in sorted(calendar.bands - OPEN):
        if calendar.working(frozenset({band})).is_open(now):
            until = _closing(calendar, frozenset({band}), now)
            words = gettext("Limited hours now")
            if until is not None:
                words = gettext("Limited hours now, until %s") % almanac.brief(until, now)
            return Opening("limited", words)
    return Opening("closed", opens, _cause(calendar, now))


def _closing(calendar: Calendar, bands: frozenset[str], now: datetime) -> datetime | None:
    """When what is open now closes; hours that follow one another without a gap are one stretch."""
    until = now
    for opens, closes, _ in calendar.working(bands).intervals(now, now + HORIZON):
        if opens > until:
            return until
        until = closes
    return until if until < now + HORIZON else None


def _reopening(calendar: Calendar, now: datetime, almanac: Almanac) -> str:
    try:
        opens = calendar.working().next_opening(now)
    except CalendarNeverOpens:
        return gettext("Closed now")
    return gettext("Closed now; open again %s") % almanac.by(opens, now)


def _cause(calendar: Calendar, now: datetime) -> str:
    for closure in calendar.closures:
        if closure.counts_from <= now < closure.ends_at:
            return closure.reason
    return calendar.holidays.get(now.astimezone(calendar.zone).date(), "")
