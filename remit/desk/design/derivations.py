"""How a due moment came about, in the language of the page: the words of the catalogue on the core's steps, with the
days, times and figures that the rest of the page uses.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import pgettext

from remit.desk.design.words import Almanac
from remit.policy.calendars import WEEKDAYS
from remit.policy.clocks import Derivation, Reader, Speech, told
from remit.policy.document.spoken import spoken
from remit.policy.vocabulary.durations import Duration


@dataclass(frozen=True, slots=True)
class PageSpeech(Speech):
    """The speech of a page: its phrases stand in the catalogue under the context "derivation"."""

    almanac: Almanac

    def phrase(self, english: str) -> str:
        return pgettext("derivation", english)

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


def derivation_words(
    derivation: Derivation, almanac: Almanac, reader: Reader = Reader.CUSTOMER
) -> tuple[tuple[str, str], ...]:
    """Each step in words, and the id of the clause it rests on ("" where none is needed)."""
    return tuple(told(derivation, PageSpeech(almanac), reader))
