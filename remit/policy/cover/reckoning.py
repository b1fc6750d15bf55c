"""Counting calendar time from one anchor: spans of the same unit are added up before they are counted, so that
months are never chained (31 January plus one month plus one month is 31 March).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from remit.policy.vocabulary import Duration, Unit, add_calendar, elapsed, end_of_day

_IN_MONTHS = {Unit.MONTHS: 1, Unit.YEARS: 12}


@dataclass(frozen=True, slots=True)
class Reckoning:
    """A moment as an anchor and the spans counted from it. A date as anchor counts to the end of the last day, and
    the day itself is not counted (ITS-3); an instant counts to the same local time.
    """

    anchor: date | datetime
    zone: tzinfo
    spans: tuple[Duration, ...] = ()

    def plus(self, duration: Duration) -> Reckoning:
        """A moment later by `duration`, counted from the same anchor."""
        if self.spans:
            *before, last = self.spans
            if last.unit in _IN_MONTHS and duration.unit in _IN_MONTHS:
                months = last.amount * _IN_MONTHS[last.unit] + duration.amount * _IN_MONTHS[duration.unit]
                return Reckoning(self.anchor, self.zone, (*before, Duration(None, months, Unit.MONTHS)))
            if last.unit is duration.unit:
                total = Duration(None, last.amount + duration.amount, last.unit)
                return Reckoning(self.anchor, self.zone, (*before, total))
        return Reckoning(self.anchor, self.zone, (*self.spans, duration))

    @property
    def moment(self) -> datetime:
        """The UTC instant."""
        if isinstance(self.anchor, datetime):
            at = self.anchor
            for span in self.spans:
                at = at + elapsed(span) if _is_elapsed(span) else add_calendar(at, span, self.zone)
            return at
        day: date = self.anchor
        extra = timedelta()
        for span in self.spans:
            if _is_elapsed(span):
                extra += elapsed(span)
            else:
                day = add_calendar(day, span, self.zone)
        return end_of_day(day, self.zone) + extra


def _is_elapsed(duration: Duration) -> bool:
    return duration.unit in (Unit.SECONDS, Unit.MINUTES, Unit.HOURS)
