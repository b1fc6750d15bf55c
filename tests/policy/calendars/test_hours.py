"""How documents write days and hours."""

from __future__ import annotations

from datetime import time

import pytest

from remit.policy.calendars import parse_days, parse_hours


class TestDays:
    @pytest.mark.parametrize(
        ("text", "days"),
        [
            ("Thursday", (3,)),
            ("Saturday to Wednesday", (5, 6, 0, 1, 2)),
            ("Monday to Friday", (0, 1, 2, 3, 4)),
            ("Mon-Fri", (0, 1, 2, 3, 4)),
            ("Thurs – Sat", (3, 4, 5)),
            ("Saturday, Sunday", (5, 6)),
            ("Saturday and Sunday", (5, 6)),
            ("Monday to Wednesday, Friday", (0, 1, 2, 4)),
            ("every day", (0, 1, 2, 3, 4, 5, 6)),
        ],
    )
    def test_it_reads_what_a_policy_writes(self, text: str, days: tuple[int, ...]) -> None:
        assert parse_days(text) == days

    @pytest.mark.parametrize(
        "text", ["Moonday", "", "Monday to", "Monday, Monday", "Monday to Friday, Tuesday"]
    )
    def test_it_refuses_the_rest(self, text: str) -> None:
        with pytest.raises(ValueError, match=r"weekday|twice"):
            parse_days(text)

    def test_a_misspelt_day_brings_the_nearest(self) -> None:
        with pytest.raises(ValueError, match="Did you mean Wednesday"):
            parse_days("Saturday to Wendesday")


class TestHours:
    @pytest.mark.parametrize(
        ("text", "spans"),
        [
            ("9:00-17:00", [(time(9), time(17))]),
            ("9-17", [(time(9), time(17))]),
            ("0:00-24:00", [(time(0), time(0))]),
            ("09:30 – 12:45", [(time(9, 30), time(12, 45))]),
            ("9:00 to 17:00", [(time(9), time(17))]),
            ("9:00–12:00, 13:00–17:00", [(time(9), time(12)), (time(13), time(17))]),
        ],
    )
    def test_it_reads_what_a_policy_writes(self, text: str, spans: list[tuple[time, time]]) -> None:
        assert list(parse_hours(text)) == spans

    @pytest.mark.parametrize(
        "text", ["17:00-9:00", "9:00-9:00", "24:00-24:00", "9:00-24:30", "9:75-10:00", "9:00-12:00,", ""]
    )
    def test_it_refuses_the_rest(self, text: str) -> None:
        with pytest.raises(ValueError, match=r"hours|two rows"):
            parse_hours(text)
