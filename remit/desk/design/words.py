"""Dates, times and amounts as people read them, in the language of the page and the zone of the desk.

What lives here: `Almanac` (instants and dates in words), amounts of time, digits.
What does not: sentences about tickets or decisions, and any reading of the wall clock: `now` is always handed in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from django.utils.dateformat import format as django_date
from django.utils.translation import gettext, ngettext

from remit.policy.vocabulary import persian

PERSIAN_WEEKDAYS = ("دوشنبه", "سه‌شنبه", "چهارشنبه", "پنجشنبه", "جمعه", "شنبه", "یکشنبه")
RIGHT_TO_LEFT = frozenset({"fa", "ar", "he", "ur", "ckb"})


def is_rtl(language: str) -> bool:
    """Whether pages in this language run from right to left."""
    return language.split("-", maxsplit=1)[0] in RIGHT_TO_LEFT


def digits(text: str, language: str) -> str:
    """The same text with the figures of the language: Persian pages use Persian figures."""
    return text.translate(persian.DIGITS) if language.startswith("fa") else text


@dataclass(frozen=True, slots=True)
class Almanac:
    """How instants read on one page: its language and the zone its wall clock stands in."""

    language: str
    zone: tzinfo

    @property
    def is_persian(self) -> bool:
        return self.language.startswith("fa")

    def local(self, at: datetime) -> datetime:
        """The instant on the desk's wall clock."""
        return at.astimezone(self.zone)

    def figures(self, text: str) -> str:
        """Text with the figures of the page's language."""
        return digits(text, self.language)

    def time(self, at: datetime) -> str:
        """'16:40'."""
        return self.figures(self.local(at).strftime("%H:%M"))

    def weekday(self, at: datetime | date, *, long: bool = False) -> str:
        """'Thu', or 'Thursday'."""
        day = self._date(at)
        if self.is_persian:
            return PERSIAN_WEEKDAYS[day.weekday()]
        return django_date(day, "l" if long else "D")

    def weekday_named(self, number: int) -> str:
        """A weekday in full, Monday being 0: 'Thursday'."""
        return self.weekday(date(2024, 1, 1 + number), long=True)

    def day(self, at: datetime | date, *, year: bool = True, long: bool = False) -> str:
        """'2 Aug 2026', '2 August 2026', or '2 Aug' without the year."""
        day = self._date(at)
        if self.is_persian:
            return persian.day_in_persian(day, year=year)
        return django_date(day, ("j F" if long else "j M") + (" Y" if year else ""))

    def days(self, first: datetime, last: datetime) -> str:
        """A run of days without the year: '9–13 Nov', '30 Nov–4 Dec'."""
        a, b = self._date(first), self._date(last)
        if a == b:
            return self.day(a, year=False)
        if a.month == b.month and not self.is_persian:
            return f"{a.day}–{self.day(b, year=False)}"
        return f"{self.day(a, year=False)}–{self.day(b, year=False)}"

    def full(self, at: datetime) -> str:
        """'Thu 19 Nov 2026, 19:40'."""
        comma = "،" if self.is_persian else ","
        return f"{self.weekday(at)} {self.day(at)}{comma} {self.time(at)}"

    def exact(self, at: datetime) -> str:
        """A moment to hold somebody to: 'Friday 20 November 2026, 12:00'."""
        comma = "،" if self.is_persian else ","
        return f"{self.weekday(at, long=True)} {self.day(at, long=True)}{comma} {self.time(at)}"

    def brief(self, at: datetime, now: datetime) -> str:
        """As short as it can be and still be understood today: '16:40', 'Thu 16:40', '28 Nov, 16:40', '28 Nov 2025'."""
        here, today = self.local(at).date(), self.local(now).date()
        distance = abs((here - today).days)
        comma = "،" if self.is_persian else ","
        if distance == 0:
            return self.time(at)
        if distance < 6:
            return f"{self.weekday(at)} {self.time(at)}"
        if distance < 180:
            return f"{self.day(at, year=False)}{comma} {self.time(at)}"
        return self.day(at)

    def by(self, at: datetime, now: datetime) -> str:
        """A moment one can plan by: 'today, 16:40', 'Friday, 12:00', 'Friday 4 December, 12:00'."""
        here, today = self.local(at).date(), self.local(now).date()
        comma = "،" if self.is_persian else ","
        if here == today:
            return gettext("today") + f"{comma} {self.time(at)}"
        if abs((here - today).days) < 6:
            return f"{self.weekday(at, long=True)}{comma} {self.time(at)}"
        day = self.day(at, year=here.year != today.year, long=True)
        return f"{self.weekday(at, long=True)} {day}{comma} {self.time(at)}"

    def last_day(self, ends_at: datetime, *, year: bool = True) -> str:
        """The last day a half-open period holds: an end at local midnight belongs to the day before."""
        here = self.local(ends_at)
        if (here.hour, here.minute, here.second, here.microsecond) == (0, 0, 0, 0):
            return self.day(here.date() - timedelta(days=1), year=year)
        return self.day(here.date(), year=year)

    def amount(self, span: timedelta, *, days: bool = False) -> str:
        """'35 min', '4 h 27 min', or with `days` also '3 days 4 h' from two days on. Rounded down to whole minutes."""
        minutes = int(abs(span).total_seconds() // 60)
        hours, rest = divmod(minutes, 60)
        if days and hours >= 48:
            whole, hours = divmod(hours, 24)
            parts = [ngettext("%(n)s day", "%(n)s days", whole) % {"n": whole}]
            if hours and whole < 10:
                parts.append(gettext("%(n)s h") % {"n": hours})
            return self.figures(" ".join(parts))
        parts = []
        if hours:
            parts.append(gettext("%(n)s h") % {"n": hours})
        if rest or not hours:
            parts.append(gettext("%(n)s min") % {"n": f"{rest:02d}" if hours else rest})
        return self.figures(" ".join(parts))

    def days_left(self, until: datetime, now: datetime) -> int:
        """Whole local days from today to the last day of a half-open period, today not counted."""
        last = self.local(until - timedelta(microseconds=1)).date()
        return (last - self.local(now).date()).days

    def _date(self, at: datetime | date) -> date:
        return self.local(at).date() if isinstance(at, datetime) else at


def zone_words(zone: str) -> str:
    """The name of a zone for people: 'Phnom Penh time', or an offset as it is."""
    place = zone.rpartition("/")[2].replace("_", " ")
    named = {"Tehran": gettext("Tehran")}
    return gettext("%s time") % named.get(place, place) if "/" in zone else zone


def read_instant(text: str) -> datetime:
    """An ISO 8601 instant as the projections store it; without an offset it is UTC."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def listed(items: Iterable[str]) -> str:
    """'a', 'a and b', 'a, b and c'."""
    parts = list(items)
    if len(parts) < 2:
        return "".join(parts)
    comma = gettext(", ")
    return gettext("%(first)s and %(last)s") % {"first": comma.join(parts[:-1]), "last": parts[-1]}
