"""Working time by hand: every expected instant was worked out on paper from the clauses."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from remit.policy.calendars import Calendar, CalendarNeverOpens, Closure, OpeningHours, WorkingTime
from remit.policy.vocabulary import zone
from tests.policy.calendars.shapes import C24, IEX, ION, ITC, OFFICE, hours, local, week

HOUR = timedelta(hours=1)
ALL = frozenset({"open", "limited"})


def spell(calendar: Calendar, at: datetime) -> str:
    return at.astimezone(calendar.zone).strftime("%m-%d %H:%M")


class TestAdding:
    # November 2026: the 16th is a Monday.
    @pytest.mark.parametrize(
        ("calendar", "start", "hours", "end"),
        [
            (OFFICE, "11-16 09:00", 3, "11-16 12:00"),
            (OFFICE, "11-16 16:00", 3, "11-17 11:00"),  # one hour on Monday, two on Tuesday
            (OFFICE, "11-20 16:30", 1, "11-23 09:30"),  # over the weekend
            (OFFICE, "11-19 18:40", 3, "11-20 12:00"),  # after closing
            (OFFICE, "11-16 07:00", 1, "11-16 10:00"),  # before opening
            (OFFICE, "11-21 12:00", 40, "11-27 17:00"),  # a whole week from a Saturday
            (ITC, "11-20 23:00", 3, "11-23 02:00"),  # Friday night and Monday morning
            (C24, "11-18 15:00", 6, "11-21 10:00"),  # 2 h Wednesday, 3 h Thursday, no Friday, 1 h Saturday
            (C24, "11-20 10:00", 2, "11-21 11:00"),  # received on the rest day
            (C24, "03-19 11:00", 2, "03-23 10:00"),  # Nowruz closes Saturday and Sunday
            (IEX, "11-20 18:00", 2, "11-23 11:00"),
        ],
    )
    def test_it_lands_where_paper_says(self, calendar: Calendar, start: str, hours: int, end: str) -> None:
        """C24-6, IEX-4, ITC-15."""
        assert spell(calendar, WorkingTime(calendar).add(local(calendar, start), hours * HOUR)) == end

    def test_what_runs_out_at_closing_ends_at_closing(self) -> None:
        """Design §5; on C24's short Thursday closing is noon."""
        assert spell(OFFICE, OFFICE.working().add(local(OFFICE, "11-20 15:00"), 2 * HOUR)) == "11-20 17:00"
        assert spell(C24, C24.working().add(local(C24, "11-18 15:00"), 5 * HOUR)) == "11-19 12:00"

    def test_nothing_added_moves_nothing_even_when_closed(self) -> None:
        saturday = local(OFFICE, "11-21 12:00")
        assert OFFICE.working().add(saturday, timedelta()) == saturday

    def test_limited_hours_count_only_for_whom_they_are(self) -> None:
        """ION-3: a weekend hour is open in the limited band alone."""
        saturday = local(ION, "11-21 10:00")
        assert spell(ION, ION.working(ALL).add(saturday, HOUR)) == "11-21 11:00"
        assert spell(ION, ION.working().add(saturday, HOUR)) == "11-23 09:00"

    def test_microseconds_are_kept(self) -> None:
        start = local(OFFICE, "11-16 09:00") + timedelta(microseconds=1)
        assert OFFICE.working().add(start, 8 * HOUR) == local(OFFICE, "11-17 09:00") + timedelta(
            microseconds=1
        )

    def test_other_zones_go_in_and_utc_comes_out(self) -> None:
        berlin = local(OFFICE, "11-16 09:00").astimezone(zone("Asia/Tehran"))
        assert OFFICE.working().add(berlin, HOUR).tzinfo is UTC

    def test_time_runs_forward_only(self) -> None:
        with pytest.raises(ValueError, match="negative"):
            OFFICE.working().add(local(OFFICE, "11-16 09:00"), -HOUR)

    def test_a_year_far_off_is_an_error_and_no_endless_table(self) -> None:
        with pytest.raises(ValueError, match="1970 to 2199"):
            OFFICE.working().is_open(datetime(9000, 1, 1, tzinfo=UTC))


class TestMeasuring:
    @pytest.mark.parametrize(
        ("calendar", "start", "end", "hours"),
        [
            (OFFICE, "11-16 09:00", "11-16 17:00", 8),
            (OFFICE, "11-16 08:00", "11-16 18:00", 8),
            (OFFICE, "11-20 16:00", "11-23 10:00", 2),
            (OFFICE, "11-21 00:00", "11-23 00:00", 0),
            (C24, "11-18 16:00", "11-21 10:00", 5),  # 1 + 3 + 0 + 1
            (C24, "03-19 09:00", "03-24 09:00", 11),  # 3 h Thursday, Nowruz, 8 h Monday
            (ITC, "11-20 12:00", "11-23 12:00", 24),
        ],
    )
    def test_it_counts_what_paper_counts(self, calendar: Calendar, start: str, end: str, hours: int) -> None:
        measured = calendar.working().between(local(calendar, start), local(calendar, end))
        assert measured == hours * HOUR

    def test_a_reversed_interval_is_an_error_and_not_zero(self) -> None:
        """Design §5."""
        start, end = local(OFFICE, "11-16 10:00"), local(OFFICE, "11-16 09:00")
        for ask in (OFFICE.working().between, OFFICE.working().intervals, OFFICE.working().measure_days):
            with pytest.raises(ValueError, match="runs forward"):
                ask(start, end)


class TestDaylightSaving:
    """Berlin: 29 March 2026 lacks 02:00 to 03:00, 25 October has it twice. Both are Sundays."""

    SUNDAYS = week("Europe/Berlin", ("Sunday", "0:00-24:00"))

    def test_a_whole_day_has_23_or_25_hours(self) -> None:
        working = self.SUNDAYS.working()
        spring = local(self.SUNDAYS, "03-29 00:00"), local(self.SUNDAYS, "03-30 00:00")
        autumn = local(self.SUNDAYS, "10-25 00:00"), local(self.SUNDAYS, "10-26 00:00")
        assert (working.between(*spring), working.between(*autumn)) == (23 * HOUR, 25 * HOUR)

    def test_opening_in_the_gap_is_the_first_instant_after_it(self) -> None:
        working = week("Europe/Berlin", ("Sunday", "2:30-4:00")).working()
        assert working.intervals(datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 3, 30, tzinfo=UTC)) == [
            (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), datetime(2026, 3, 29, 2, 0, tzinfo=UTC), "open")
        ]

    def test_hours_inside_the_gap_are_no_hours(self) -> None:
        working = week("Europe/Berlin", ("Sunday", "2:00-3:00")).working()
        assert spell(OFFICE, working.next_opening(datetime(2026, 3, 28, tzinfo=UTC))) == "04-05 02:00"

    def test_opening_and_closing_in_the_overlap_are_the_first_of_the_two(self) -> None:
        day = datetime(2026, 10, 24, 22, 0, tzinfo=UTC), datetime(2026, 10, 25, 23, 0, tzinfo=UTC)
        opening = week("Europe/Berlin", ("Sunday", "2:30-4:00")).working()
        assert opening.between(*day) == 2.5 * HOUR
        closing = week("Europe/Berlin", ("Sunday", "1:00-2:30")).working()
        assert closing.between(*day) == 1.5 * HOUR

    def test_business_days_land_after_the_gap(self) -> None:
        """Thursday 02:30 and three days of an always open calendar: Sunday has no 02:30."""
        always = Calendar("always", zone("Europe/Berlin"), always_open=True)
        due = always.working().add_business_days(local(always, "03-26 02:30"), 3)
        assert due == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)

    def test_business_days_land_on_the_first_of_two(self) -> None:
        always = Calendar("always", zone("Europe/Berlin"), always_open=True)
        due = always.working().add_business_days(local(always, "10-22 02:30"), 3)
        assert due == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)

    def test_office_hours_stay_office_hours_over_the_change(self) -> None:
        """Friday 16:00 and two hours is Monday 10:00, in winter time here and in summer time there."""
        assert OFFICE.working().add(local(OFFICE, "03-27 16:00"), 2 * HOUR) == datetime(
            2026, 3, 30, 8, 0, tzinfo=UTC
        )


class TestBusinessDays:
    @pytest.mark.parametrize(
        ("calendar", "start", "days", "due"),
        [
            (ITC, "11-19 15:00", 3, "11-24 15:00"),  # ITC-15 medium: Friday, Monday, Tuesday
            (ITC, "11-19 15:00", 5, "11-26 15:00"),  # ITC-15 low
            (ITC, "11-21 10:00", 3, "11-26 00:00"),  # a Saturday counts as Monday 0:00
            (IEX, "11-19 12:00", 10, "12-03 12:00"),  # IEX-5, the upper end
            (IEX, "11-19 12:00", 2, "11-23 12:00"),  # IEX-5, the lower end
            (IEX, "11-20 20:00", 10, "12-07 10:00"),  # received after closing
            (C24, "11-18 16:00", 1, "11-19 12:00"),  # Thursday closes at noon
            (C24, "11-18 16:00", 2, "11-21 16:00"),  # and Saturday doesn't
            (C24, "11-19 12:00", 1, "11-22 09:00"),  # closing is closed: Saturday 9:00 and one day
            (C24, "03-18 10:00", 2, "03-23 10:00"),  # Thursday, then Monday after Nowruz
            (OFFICE, "11-20 10:00", 0, "11-20 10:00"),
            (OFFICE, "11-21 10:00", 0, "11-23 09:00"),
        ],
    )
    def test_it_is_the_same_time_days_later(
        self, calendar: Calendar, start: str, days: int, due: str
    ) -> None:
        assert spell(calendar, calendar.working().add_business_days(local(calendar, start), days)) == due

    def test_until_close_runs_to_closing(self) -> None:
        due = C24.working().add_business_days(local(C24, "11-18 10:00"), 1, until_close=True)
        assert spell(C24, due) == "11-19 12:00"
        assert (
            spell(ITC, ITC.working().add_business_days(local(ITC, "11-19 15:00"), 1, True)) == "11-21 00:00"
        )

    def test_a_break_at_noon_moves_to_the_afternoon(self) -> None:
        split = week("UTC", ("Monday", "9:00-17:00"), ("Tuesday", "9:00-12:00"), ("Tuesday", "13:00-17:00"))
        due = split.working().add_business_days(local(split, "11-16 12:30"), 1)
        assert spell(split, due) == "11-17 13:00"

    def test_a_day_closed_by_a_closure_is_no_working_day(self) -> None:
        leave = Closure(
            local(IEX, "11-23 00:00"), local(IEX, "11-25 00:00"), local(IEX, "11-01 00:00"), "Leave"
        )
        closed = week("UTC+3", ("Monday to Friday", "10:00-19:00"), closures=(leave,))
        assert spell(IEX, closed.working().add_business_days(local(IEX, "11-20 12:00"), 1)) == "11-25 12:00"


class TestDaysAsAMeasure:
    def test_a_short_day_is_a_whole_day(self) -> None:
        """Wednesday 9:00 to Saturday 9:00 is two of C24's days, though Thursday has three hours."""
        from remit.policy.calendars import WORKING_DAY

        working = C24.working()
        assert working.measure_days(local(C24, "11-18 09:00"), local(C24, "11-21 09:00")) == 2 * WORKING_DAY
        assert working.measure_days(local(C24, "11-19 09:00"), local(C24, "11-19 10:30")) == WORKING_DAY // 2
        half = working.add_days(local(C24, "11-18 09:00"), WORKING_DAY // 2)
        assert spell(C24, half) == "11-18 13:00"


class TestClosures:
    def test_it_counts_from_its_announcement_where_that_came_later(self) -> None:
        """IEX-4: leave of the desk that is declared at noon closes from noon on."""
        closure = Closure(
            local(IEX, "11-18 10:00"), local(IEX, "11-18 19:00"), local(IEX, "11-18 12:00"), "Leave"
        )
        closed = week("UTC+3", ("Monday to Friday", "10:00-19:00"), closures=(closure,))
        working = closed.working()
        assert working.is_open(local(IEX, "11-18 11:59"))
        assert not working.is_open(local(IEX, "11-18 12:00"))
        assert spell(IEX, working.add(local(IEX, "11-18 11:00"), 2 * HOUR)) == "11-19 11:00"

    def test_it_counts_not_at_all_where_it_was_announced_afterwards(self) -> None:
        late = Closure(
            local(IEX, "11-18 10:00"), local(IEX, "11-18 19:00"), local(IEX, "11-19 12:00"), "Leave"
        )
        closed = week("UTC+3", ("Monday to Friday", "10:00-19:00"), closures=(late,))
        assert closed.working().is_open(local(IEX, "11-18 12:00"))

    def test_it_must_not_end_before_it_begins(self) -> None:
        with pytest.raises(ValueError, match="before it begins"):
            Closure(local(IEX, "11-18 10:00"), local(IEX, "11-17 10:00"), local(IEX, "11-01 00:00"), "Leave")


class TestReasons:
    @pytest.mark.parametrize(
        ("at", "reason"),
        [
            ("11-18 10:00", None),
            ("11-18 08:59", "before opening"),
            ("11-18 17:00", "after closing"),
            ("11-19 12:00", "after closing"),
            ("11-20 10:00", "Friday"),
            ("03-21 10:00", "Nowruz"),
        ],
    )
    def test_it_says_why_it_is_closed(self, at: str, reason: str | None) -> None:
        """C24-6."""
        assert C24.working().why_closed(local(C24, at)) == reason

    def test_it_names_a_break_a_closure_and_limited_hours(self) -> None:
        split = week("UTC", ("Monday", "9:00-12:00"), ("Monday", "13:00-17:00"))
        assert split.working().why_closed(local(split, "11-16 12:30")) == "between hours"
        strike = Closure(
            local(IEX, "11-18 10:00"), local(IEX, "11-19 10:00"), local(IEX, "11-01 00:00"), "Strike"
        )
        closed = week("UTC+3", ("Monday to Friday", "10:00-19:00"), closures=(strike,))
        assert closed.working().why_closed(local(IEX, "11-18 12:00")) == "Strike"
        assert ION.working().why_closed(local(ION, "11-21 10:00")) == "limited hours"
        assert ION.working(ALL).why_closed(local(ION, "11-21 10:00")) is None
        assert ION.working().why_closed(local(ION, "11-21 15:00")) == "Saturday"


class TestNeverOpening:
    def test_a_calendar_without_hours_is_an_error(self) -> None:
        """Design §5: a calendar that never opens is an error."""
        empty = Calendar("empty", UTC)
        start = datetime(2026, 1, 1, tzinfo=UTC)
        for ask in (
            lambda: empty.working().add(start, HOUR),
            lambda: empty.working().next_opening(start),
            lambda: empty.working().add_business_days(start, 1),
            lambda: empty.working().add_days(start, 1),
        ):
            with pytest.raises(CalendarNeverOpens, match="empty"):
                ask()
        assert empty.working().between(start, start + 100 * HOUR) == timedelta()

    def test_a_band_nobody_has_never_opens(self) -> None:
        with pytest.raises(CalendarNeverOpens):
            OFFICE.working(frozenset({"night"})).next_opening(local(OFFICE, "11-16 09:00"))

    def test_a_target_out_of_reach_for_ten_years_is_an_error(self) -> None:
        """One hour a year takes 9 years for 9 hours and too long for 11."""
        holidays = {
            day: "Closed"
            for offset in range(15 * 366)
            if (day := date(2026, 1, 1) + timedelta(days=offset)).timetuple().tm_yday != 10
        }
        yearly = Calendar("yearly", UTC, hours("every day", "9:00-10:00"), holidays)
        start = datetime(2026, 1, 1, tzinfo=UTC)
        assert yearly.working().add(start, 9 * HOUR) == datetime(2034, 1, 10, 10, 0, tzinfo=UTC)
        with pytest.raises(CalendarNeverOpens, match="ten years"):
            yearly.working().add(start, 11 * HOUR)
        with pytest.raises(CalendarNeverOpens):
            yearly.working().add_business_days(start, 11)


class TestShape:
    def test_hours_must_not_overlap(self) -> None:
        with pytest.raises(ValueError, match="hours of Monday overlap"):
            week("UTC", ("Monday", "9:00-12:00"), ("Monday", "11:00-17:00"))

    def test_hours_over_midnight_are_two_rows(self) -> None:
        from datetime import time

        with pytest.raises(ValueError, match="two rows"):
            OpeningHours(0, time(22), time(6))

    def test_equal_calendars_are_equal_whatever_was_asked_of_them(self) -> None:
        one, other = week("UTC", ("Monday", "9:00-12:00")), week("UTC", ("Monday", "9:00-12:00"))
        one.working().is_open(local(one, "11-16 09:00"))
        assert one == other
        assert hash(one) == hash(other)

    def test_the_picture_shows_bands_and_cuts_the_edges(self) -> None:
        """ION-3."""
        shown = ION.working(ALL).intervals(local(ION, "11-20 17:00"), local(ION, "11-23 09:00"))
        assert [(spell(ION, start), spell(ION, end), band) for start, end, band in shown] == [
            ("11-20 17:00", "11-20 18:00", "open"),
            ("11-21 09:00", "11-21 13:00", "limited"),
            ("11-22 09:00", "11-22 13:00", "limited"),
            ("11-23 08:00", "11-23 09:00", "open"),
        ]
