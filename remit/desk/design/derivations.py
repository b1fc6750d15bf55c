"""How a due moment came about, in the language of the page: the words of the catalogue on the core's steps, with the
days, times and figures that the rest of the page uses.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext, pgettext

from remit.desk.design.words import Almanac
from remit.policy.calendars import WEEKDAYS
from remit.policy.clocks import Derivation, Reader, Speech, told
from remit.policy.document.policy import Policy
from remit.policy.document.rewording import holiday_parts
from remit.policy.document.spoken import spoken
from remit.policy.vocabulary.durations import Duration


@dataclass(frozen=True, slots=True)
class PageSpeech(Speech):
    """The speech of a page: its phrases stand in the catalogue under the context "derivation"."""

    almanac: Almanac
    policy: Policy

    def phrase(self, english: str) -> str:
        return pgettext("derivation", english)

    def named(self, reason: str) -> str:
        return holiday_words(reason, self.policy)

    def weekday(self, name: str) -> str:
        return self.almanac.weekday_named(WEEKDAYS.index(name))

    def day(self, local: datetime, *, has_date: bool, has_year: bool) -> str:
        weekday = self.almanac.weekday(local.date())
        return f"{weekday} {self.almanac.day(local.date(), year=has_year)}" if has_date else weekday

    def time(self, local: datetime) -> str:
        return self.almanac.figures(f"{local:%H:%M}")

    def duration(self, duration: Duration) -> str:
        return spoken(str(duration), self.almanac.language)

    def amount(self, span: timedelta) -> str:
        return self.almanac.amount(span, days=True)


def holiday_words(name: str, policy: Policy) -> str:
    """A day off as the policy's language calls it; a closure as it was announced."""
    parts = []
    for part, is_estimated in holiday_parts(name):
        words = policy.said(part)
        parts.append(gettext("%s (estimated)") % words if is_estimated else words)
    return gettext("; ").join(parts)


def derivation_words(
    derivation: Derivation, almanac: Almanac, policy: Policy, reader: Reader = Reader.CUSTOMER
) -> tuple[tuple[str, str], ...]:
    """Each step in words, and the id of the clause it rests on ("" where none is needed)."""
    return tuple(told(derivation, PageSpeech(almanac, policy), reader))
