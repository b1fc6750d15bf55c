"""Moments and amounts in words: what people read must be what the clock says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.desk.design.words import Almanac, listed
from remit.policy.vocabulary.persian import solar_hijri

TEHRAN = ZoneInfo("Asia/Tehran")
ENGLISH = Almanac("en", UTC)
PERSIAN = Almanac("fa", TEHRAN)
NOW = datetime(2026, 11, 20, 8, 35, tzinfo=UTC)


class TestTheSolarHijriCalendar:
    @pytest.mark.parametrize(
        ("day", "expected"),
        [
            (date(2026, 3, 21), (1405, 1, 1)),
            (date(2026, 10, 23), (1405, 8, 1)),
            (date(2025, 3, 20), (1403, 12, 30)),  # 1403 is a leap year
            (date(2024, 3, 19), (1402, 12, 29)),
            (date(2021, 3, 20), (1399, 12, 30)),
            (date(1979, 2, 11), (1357, 11, 22)),
        ],
    )
    def test_it_turns_known_days(self, day: date, expected: tuple[int, int, int]) -> None:
        assert solar_hijri(day) == expected

    @given(st.dates(date(1900, 1, 1), date(2090, 1, 1)))
    def test_it_moves_on_by_one_day_at_a_time(self, day: date) -> None:
        year, month, number = solar_hijri(day)
        following = solar_hijri(day + timedelta(days=1))
        assert following in ((year, month, number + 1), (year, month + 1, 1), (year + 1, 1, 1))


class TestMoments:
    def test_it_says_as_little_as_is_understood_today(self) -> None:
        assert ENGLISH.brief(NOW + timedelta(hours=4), NOW) == "12:35"
        assert ENGLISH.brief(NOW - timedelta(days=1), NOW) == "Thu 08:35"
        assert ENGLISH.brief(NOW + timedelta(days=8), NOW) == "28 Nov, 08:35"
        assert ENGLISH.brief(NOW - timedelta(days=400), NOW) == "16 Oct 2025"

    def test_it_gives_the_last_day_of_a_period_that_ends_at_midnight(self) -> None:
        """A half-open period that ends at 31 May 00:00 holds to the end of 30 May (design §5, '90 days')."""
        assert ENGLISH.last_day(datetime(2026, 5, 31, tzinfo=UTC)) == "30 May 2026"
        assert ENGLISH.last_day(datetime(2026, 8, 2, 12, tzinfo=UTC)) == "2 Aug 2026"

    def test_it_speaks_persian_with_persian_figures_and_calendar(self) -> None:
        """C24-6: CRM24 works by Tehran time."""
        at = datetime(2026, 11, 19, 15, 10, tzinfo=UTC)
        assert PERSIAN.full(at) == "پنجشنبه ۲۸ آبان ۱۴۰۵، ۱۸:۴۰"


class TestAmounts:
    @pytest.mark.parametrize(
        ("minutes", "words"),
        [(0, "0 min"), (35, "35 min"), (240, "4 h"), (267, "4 h 27 min"), (247, "4 h 07 min")],
    )
    def test_it_says_hours_and_minutes(self, minutes: int, words: str) -> None:
        assert ENGLISH.amount(timedelta(minutes=minutes)) == words

    def test_it_says_days_only_where_asked(self) -> None:
        assert ENGLISH.amount(timedelta(hours=76), days=True) == "3 days 4 h"
        assert ENGLISH.amount(timedelta(hours=76)) == "76 h"

    def test_it_joins_a_list_as_people_do(self) -> None:
        assert listed(["a", "b", "c"]) == "a, b and c"
