"""Counting calendar time from one anchor: spans of the same unit are added up before they are counted, so that
months are never chained (31 January plus one month plus one month is 31 March).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, tzinfo

from remit.policy.vocabulary import Duration, Unit, add_calendar, at_wall_time, elapsed, end_of_day

_MONTH = {Unit.MONTHS: 1, Unit.YEARS: 12}
AT_LEAST = {
    Unit.MONTHS: timedelta(days=30.4),
    Unit.DAYS: timedelta(days=1),
    Unit.HOURS: timedelta(hours=1),
    Unit.MINUTES: timedelta(minutes=1),
    Unit.SECONDS: timedelta(seconds=1),
}
_AT_MOST = {**AT_LEAST, Unit.MONTHS: timedelta(days=31)}
_SLACK = timedelta(
    days=5
)  # what months in a row, a zone and a change of the clock can take away, and a day more

Span = tuple[Unit, int]


class Reckoning:
    """A moment as an anchor and the spans counted from it. A date as anchor counts to the end of the last day, and
    the day itself is not counted (ITS-3); an instant counts to the same local time.
    """

    __slots__ = ("_moment", "anchor", "spans", "zone")

    def __init__(self, anchor: date | datetime, zone: tzinfo, spans: Iterable[Span] = ()) -> None:
        self.anchor = anchor
        self.zone = zone
        self.spans = tuple(spans)
        self._moment: datetime | None = None

    def plus(self, duration: Duration) -> Reckoning:
        """A moment later by `duration`, counted from the same anchor."""
        unit, amount = duration.unit, duration.amount
        if unit in _MONTH:
            unit, amount = Unit.MONTHS, amount * _MONTH[unit]
        if self.spans and self.spans[-1][0] is unit:
            return Reckoning(self.anchor, self.zone, (*self.spans[:-1], (unit, self.spans[-1][1] + amount)))
        return Reckoning(self.anchor, self.zone, (*self.spans, (unit, amount)))

    def followed_by(self, term: Duration) -> Reckoning:
        """The end of a term that begins at this moment, never earlier than the term counted from there (C24-2). From an
        instant it goes on from the same anchor, so that months are not chained; a date's day of the month says nothing
        of a term that begins at midnight, so that such a one counts from its own beginning.
        """
        start = self if isinstance(self.anchor, datetime) else Reckoning(self.moment, self.zone)
        return start.plus(term)

    def is_after(self, at: datetime) -> bool:
        """Whether the moment lies after `at`; most often told without working it out."""
        if self._moment is None and isinstance(self.anchor, datetime):
            return at < self.earliest() or self.moment > at
        return self.moment > at

    def earliest(self) -> datetime:
        """An instant that is certainly not later than the moment, told without a calendar."""
        anchor = self.anchor if isinstance(self.anchor, datetime) else _start(self.anchor)
        for unit, amount in self.spans:
            anchor += AT_LEAST[unit] * amount
        return anchor - _SLACK

    def latest(self) -> datetime:
        """An instant that is certainly not earlier than the moment, told without a calendar."""
        anchor = self.anchor if isinstance(self.anchor, datetime) else _start(self.anchor)
        for unit, amount in self.spans:
            anchor += _AT_MOST[unit] * amount
        return anchor + _SLACK

    @property
    def moment(self) -> datetime:
        """The UTC instant."""
        if self._moment is None:
            self._moment = (
                self._from_instant() if isinstance(self.anchor, datetime) else self._from_date(self.anchor)
            )
        return self._moment

    def _from_instant(self) -> datetime:
        assert isinstance(self.anchor, datetime)
        at = self.anchor
        for unit, amount in self.spans:
            span = Duration(None, amount, unit)
            at = at + elapsed(span) if _is_elapsed(unit) else add_calendar(at, span, self.zone)
        return at

    def _from_date(self, day: date) -> datetime:
        extra = timedelta()
        for unit, amount in self.spans:
            span = Duration(None, amount, unit)
            if _is_elapsed(unit):
                extra += elapsed(span)
            else:
                day = add_calendar(day, span, self.zone)
        return end_of_day(day, self.zone) + extra


def ahead_of(moment: datetime, span: Duration, zone: tzinfo) -> datetime:
    """The UTC instant so long before a moment: days at the same local time, hours and shorter as they elapse.
    Raises `ValueError` for other units.
    """
    if span.unit is Unit.DAYS:
        wall = moment.astimezone(zone).replace(tzinfo=None) - timedelta(days=span.amount)
        return at_wall_time(wall, zone)
    return moment - elapsed(span)


def _start(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _is_elapsed(unit: Unit) -> bool:
    return unit in (Unit.SECONDS, Unit.MINUTES, Unit.HOURS)
