"""Typed durations: reading, printing, and adding those of the calendar (design §5)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.policy.vocabulary import (
    Duration,
    NotADuration,
    Unit,
    add_calendar,
    elapsed,
    end_of_day,
    length,
    parse_duration,
    parse_term,
    zone,
)

BERLIN = zone("Europe/Berlin")


class TestReading:
    @pytest.mark.parametrize(
        ("text", "duration"),
        [
            ("4 h", Duration(None, 4, Unit.HOURS)),
            ("1 hour", Duration(None, 1, Unit.HOURS)),
            ("30 min", Duration(None, 30, Unit.MINUTES)),
            ("4 working hours", Duration(None, 4, Unit.WORKING_HOURS)),
            ("1 working hour", Duration(None, 1, Unit.WORKING_HOURS)),
            ("3 business days", Duration(None, 3, Unit.BUSINESS_DAYS)),
            ("2..10 business days", Duration(2, 10, Unit.BUSINESS_DAYS)),
            ("2 .. 10  Business Days", Duration(2, 10, Unit.BUSINESS_DAYS)),
            ("90 days", Duration(None, 90, Unit.DAYS)),
            ("12 months", Duration(None, 12, Unit.MONTHS)),
            ("1 year", Duration(None, 1, Unit.YEARS)),
            ("72h", Duration(None, 72, Unit.HOURS)),
        ],
    )
    def test_it_reads_what_a_policy_writes(self, text: str, duration: Duration) -> None:
        assert parse_duration(text) == duration

    @pytest.mark.parametrize(
        ("text", "hint"),
        [
            ("5", "5 business days"),
            ("3 m", "3 min"),
            ("2 weeks", "14 days"),
            ("3 working days", "3 business days"),
            ("-3 h", "write a number and a unit"),
            ("four hours", 'write "4 h"'),
            ("a year", 'write "1 year"'),
            ("", "write a number and a unit"),
            ("3 fortnights", "business days"),
            ("10..2 days", "smaller number first"),
            ("1.5 h", "write a number and a unit"),
        ],
    )
    def test_it_says_what_to_write_instead(self, text: str, hint: str) -> None:
        with pytest.raises(ValueError, match=hint):
            parse_duration(text)

    @pytest.mark.parametrize("unit", ["years", "months", "days", "business days", "h", "working hours"])
    def test_it_refuses_what_is_longer_than_can_be_reckoned_with(self, unit: str) -> None:
        """One rule for terms, phases, targets and facts: a hundred years are the most."""
        most = {"years": 100, "months": 1200, "days": 36_525, "business days": 26_100}.get(unit, 876_600)
        assert parse_duration(f"{most} {unit}").amount == most
        with pytest.raises(NotADuration, match="100 years are the most"):
            parse_duration(f"{most + 1} {unit}")

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("0 months", "lasts nothing"),
            ("0 h", "lasts nothing"),
            ("2..10 months", "the one that was bought"),
            ("3 business days", "counted by the calendar"),
            ("-5 months", "not a duration"),
        ],
    )
    def test_a_term_is_one_length_of_the_calendar_and_lasts_something(self, text: str, said: str) -> None:
        assert parse_term("12 months") == Duration(None, 12, Unit.MONTHS)
        with pytest.raises(NotADuration, match=said):
            parse_term(text)

    @given(low=st.none() | st.integers(0, 50), amount=st.integers(50, 100), unit=st.sampled_from(list(Unit)))
    def test_it_prints_what_it_reads(self, low: int | None, amount: int, unit: Unit) -> None:
        duration = Duration(low, amount, unit)
        assert parse_duration(str(duration)) == duration

    def test_it_prints_one_of_a_unit_in_the_singular(self) -> None:
        assert [str(Duration(None, 1, unit)) for unit in Unit] == [
            "1 s", "1 min", "1 h", "1 working minute", "1 working hour", "1 business day", "1 day", "1 month", "1 year",
        ]  # fmt: skip


class TestLengths:
    def test_only_elapsed_units_have_a_fixed_length(self) -> None:
        assert elapsed(parse_duration("90 min")) == timedelta(minutes=90)
        for text in ("1 day", "1 month", "1 working hour", "1 business day"):
            with pytest.raises(ValueError, match="no fixed length"):
                elapsed(parse_duration(text))

    def test_a_day_compares_as_24_hours(self) -> None:
        assert length(parse_duration("3 days")) == elapsed(parse_duration("72 h"))


class TestCalendarUnits:
    @pytest.mark.parametrize(
        ("start", "text", "end"),
        [
            (date(2026, 1, 31), "1 month", date(2026, 2, 28)),
            (date(2024, 1, 31), "1 month", date(2024, 2, 29)),
            (date(2024, 2, 29), "12 months", date(2025, 2, 28)),
            (date(2024, 2, 29), "1 year", date(2025, 2, 28)),
            (date(2026, 8, 31), "6 months", date(2027, 2, 28)),
            (date(2025, 12, 15), "2 months", date(2026, 2, 15)),
            (date(2026, 3, 1), "90 days", date(2026, 5, 30)),
        ],
    )
    def test_months_clamp_to_the_last_day(self, start: date, text: str, end: date) -> None:
        assert add_calendar(start, parse_duration(text), BERLIN) == end

    def test_months_are_counted_from_the_anchor_and_not_chained(self) -> None:
        """31 January and two months is 31 March; by way of February it would be the 28th."""
        assert add_calendar(date(2026, 1, 31), parse_duration("2 months"), BERLIN) == date(2026, 3, 31)

    def test_90_days_from_a_date_last_to_the_end_of_the_last_day(self) -> None:
        """ITS-3: work on 1 March; cover ends with 30 May, at 00:00 of the 31st in Berlin's summer time."""
        last = add_calendar(date(2026, 3, 1), parse_duration("90 days"), BERLIN)
        assert end_of_day(last, BERLIN) == datetime(2026, 5, 30, 22, 0, tzinfo=UTC)

    def test_from_an_instant_the_local_time_stays(self) -> None:
        """Across the spring change a day is 23 hours long, and noon stays noon."""
        noon = datetime(2026, 3, 28, 11, 0, tzinfo=UTC)  # 12:00 in Berlin, winter
        assert add_calendar(noon, parse_duration("1 day"), BERLIN) == datetime(2026, 3, 29, 10, 0, tzinfo=UTC)

    def test_a_paid_year_ends_at_the_same_local_time(self) -> None:
        """IEX-11: paid 2027-08-10 15:00 in UTC+3 for 12 months: to 2028-08-10 15:00."""
        paid = datetime(2027, 8, 10, 12, 0, tzinfo=UTC)
        assert add_calendar(paid, parse_duration("12 months"), zone("UTC+3")) == datetime(
            2028, 8, 10, 12, 0, tzinfo=UTC
        )

    def test_landing_in_the_spring_gap_is_the_first_instant_after_it(self) -> None:
        start = datetime(2026, 3, 28, 1, 30, tzinfo=UTC)  # 02:30 in Berlin; there is none on the 29th
        assert add_calendar(start, parse_duration("1 day"), BERLIN) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)

    def test_no_time_added_to_the_second_of_two_equal_hours_changes_nothing(self) -> None:
        second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)  # 02:30 for the second time
        assert add_calendar(second, parse_duration("0 days"), BERLIN) == second

    def test_units_of_working_time_are_refused(self) -> None:
        with pytest.raises(ValueError, match="not counted by the calendar"):
            add_calendar(date(2026, 1, 1), parse_duration("3 business days"), BERLIN)
