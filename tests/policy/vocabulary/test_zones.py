"""Zones and wall times: what a local time means as an instant (design §5)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.policy.vocabulary import at_wall_time, end_of_day, start_of_day, zone

CHANGING = ("Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Australia/Lord_Howe", "Africa/Cairo")


class TestNames:
    def test_it_knows_iana_names_and_offsets(self) -> None:
        noon = datetime(2026, 7, 1, 12, 0)
        assert at_wall_time(noon, zone("Europe/Berlin")) == datetime(2026, 7, 1, 10, 0, tzinfo=UTC)
        assert at_wall_time(noon, zone("UTC+3")) == datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
        assert at_wall_time(noon, zone("UTC-03:30")) == datetime(2026, 7, 1, 15, 30, tzinfo=UTC)
        assert at_wall_time(noon, zone("UTC")) == datetime(2026, 7, 1, 12, 0, tzinfo=UTC)

    @pytest.mark.parametrize("name", ["Mars/Base", "UTC+15", "UTC+3:75", "", "../etc/passwd", "Europe"])
    def test_it_refuses_what_is_no_zone(self, name: str) -> None:
        with pytest.raises(ValueError, match="is not a"):
            zone(name)


class TestWallTimes:
    def test_a_time_in_the_spring_gap_is_the_first_real_instant_after_it(self) -> None:
        for minute in (0, 1, 30, 59):
            wall = datetime(2026, 3, 29, 2, minute)
            assert at_wall_time(wall, zone("Europe/Berlin")) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)

    def test_a_time_in_the_autumn_overlap_is_the_first_of_the_two(self) -> None:
        wall = datetime(2026, 10, 25, 2, 30)
        assert at_wall_time(wall, zone("Europe/Berlin")) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)

    def test_a_gap_of_half_an_hour_is_a_gap_too(self) -> None:
        """Lord Howe Island moves by 30 minutes: 02:00 becomes 02:30 on 4 October 2026, at 15:30 UTC the day before."""
        wall = datetime(2026, 10, 4, 2, 10)
        assert at_wall_time(wall, zone("Australia/Lord_Howe")) == datetime(2026, 10, 3, 15, 30, tzinfo=UTC)

    def test_a_day_without_midnight_begins_at_its_first_instant(self) -> None:
        """Cairo's clocks go from 00:00 to 01:00 on 24 April 2026, at 22:00 UTC."""
        assert start_of_day(date(2026, 4, 24), zone("Africa/Cairo")) == datetime(
            2026, 4, 23, 22, 0, tzinfo=UTC
        )

    def test_a_skipped_day_is_empty(self) -> None:
        """Samoa went from 29 to 31 December 2011."""
        apia = zone("Pacific/Apia")
        assert start_of_day(date(2011, 12, 30), apia) == end_of_day(date(2011, 12, 30), apia)

    @given(
        wall=st.datetimes(datetime(2000, 1, 1), datetime(2037, 1, 1)),
        more=st.timedeltas(timedelta(), timedelta(days=2)),
        name=st.sampled_from(CHANGING),
    )
    def test_later_on_the_wall_is_never_earlier(self, wall: datetime, more: timedelta, name: str) -> None:
        assert at_wall_time(wall + more, zone(name)) >= at_wall_time(wall, zone(name))

    @given(wall=st.datetimes(datetime(2000, 1, 1), datetime(2037, 1, 1)), name=st.sampled_from(CHANGING))
    def test_a_wall_time_that_exists_is_shown_at_that_instant(self, wall: datetime, name: str) -> None:
        shown = at_wall_time(wall, zone(name)).astimezone(zone(name)).replace(tzinfo=None)
        assert shown == wall or (shown > wall and shown - wall <= timedelta(hours=1))

    @given(day=st.dates(date(2000, 1, 1), date(2036, 1, 1)), name=st.sampled_from(CHANGING))
    def test_days_follow_each_other_without_a_gap(self, day: date, name: str) -> None:
        where = zone(name)
        assert end_of_day(day, where) == start_of_day(day + timedelta(days=1), where)
        assert timedelta(hours=23) <= end_of_day(day, where) - start_of_day(day, where) <= timedelta(hours=25)
