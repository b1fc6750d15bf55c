"""What holds for every calendar, and agreement with three other opinions on working time."""

from __future__ import annotations

import warnings
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remit.policy.calendars import WORKING_DAY, Calendar, holidays_for
from remit.policy.vocabulary import zone
from tests.policy.calendars import oracle
from tests.policy.calendars.shapes import calendars, hours, instants, minutes

OPEN = frozenset({"open"})
BANDS = st.sampled_from([OPEN, frozenset({"open", "limited"})])
LAWS = settings(max_examples=40, deadline=None)
AMOUNTS = st.timedeltas(timedelta(microseconds=1), timedelta(hours=60))


class TestLaws:
    @LAWS
    @given(calendars(), BANDS, instants(), instants())
    def test_adding_what_was_measured_comes_back(
        self, calendar: Calendar, bands: frozenset[str], one: datetime, other: datetime
    ) -> None:
        working = calendar.working(bands)
        start, later = sorted((one, other))
        end = working.next_opening(later)
        reached = working.add(start, working.between(start, end))
        # an opening moment is as far as the closing before it, and closing is what runs out (design §5)
        assert end in (reached, working.next_opening(reached))

    @LAWS
    @given(calendars(), BANDS, instants(), AMOUNTS)
    def test_measuring_what_was_added_comes_back(
        self, calendar: Calendar, bands: frozenset[str], start: datetime, amount: timedelta
    ) -> None:
        working = calendar.working(bands)
        assert working.between(start, working.add(start, amount)) == amount

    @LAWS
    @given(calendars(), instants(), AMOUNTS, AMOUNTS)
    def test_adding_in_two_steps_is_adding_once(
        self, calendar: Calendar, start: datetime, first: timedelta, second: timedelta
    ) -> None:
        working = calendar.working()
        assert working.add(working.add(start, first), second) == working.add(start, first + second)

    @LAWS
    @given(calendars(), instants(), instants(), instants())
    def test_measuring_is_additive(self, calendar: Calendar, a: datetime, b: datetime, c: datetime) -> None:
        working = calendar.working()
        first, middle, last = sorted((a, b, c))
        assert working.between(first, last) == working.between(first, middle) + working.between(middle, last)
        days = working.measure_days
        # each measure is cut to whole trillionths of a day
        assert abs(days(first, last) - days(first, middle) - days(middle, last)) <= 1

    @LAWS
    @given(calendars(), instants(), st.timedeltas(timedelta(), timedelta(days=9)), AMOUNTS, st.integers(0, 5))
    def test_a_later_start_never_ends_earlier(
        self, calendar: Calendar, start: datetime, later: timedelta, amount: timedelta, days: int
    ) -> None:
        working = calendar.working()
        assert working.add(start + later, amount) >= working.add(start, amount)
        for until_close in (False, True):
            assert working.add_business_days(start + later, days, until_close) >= working.add_business_days(
                start, days, until_close
            )

    @LAWS
    @given(calendars(), instants(), st.integers(0, 6))
    def test_more_days_never_end_earlier_and_always_in_hours(
        self, calendar: Calendar, start: datetime, days: int
    ) -> None:
        working = calendar.working()
        due = working.add_business_days(start, days)
        assert working.is_open(due) or working.is_closing(due)
        assert due <= working.add_business_days(start, days, until_close=True)
        assert due < working.add_business_days(start, days + 1, until_close=True)

    @LAWS
    @given(calendars(), instants(), st.integers(0, 5 * WORKING_DAY))
    def test_days_measured_are_days_added(self, calendar: Calendar, start: datetime, amount: int) -> None:
        working = calendar.working()
        end = working.add_days(start, amount)
        # the shortest day drawn has a quarter of an hour, of which a microsecond is 1,100 trillionths
        assert 0 <= working.measure_days(start, end) - amount <= 1200
        assert end >= start

    @LAWS
    @given(calendars(), BANDS, instants(), instants())
    def test_the_picture_adds_up_to_the_measure(
        self, calendar: Calendar, bands: frozenset[str], one: datetime, other: datetime
    ) -> None:
        working = calendar.working(bands)
        start, end = sorted((one, other))
        shown = working.intervals(start, end)
        assert sum((last - first for first, last, _ in shown), timedelta()) == working.between(start, end)
        assert all(before[1] <= after[0] for before, after in pairwise(shown))
        assert all(band in bands for _, _, band in shown)

    @LAWS
    @given(calendars(), BANDS, instants())
    def test_open_now_and_a_reason_exclude_each_other(
        self, calendar: Calendar, bands: frozenset[str], at: datetime
    ) -> None:
        working = calendar.working(bands)
        opening = working.next_opening(at)
        assert working.is_open(opening)
        assert (opening == at) == working.is_open(at) == (working.why_closed(at) is None)

    @LAWS
    @given(calendars(), instants(), AMOUNTS)
    def test_what_was_asked_before_changes_no_answer(
        self, calendar: Calendar, start: datetime, amount: timedelta
    ) -> None:
        """Tables grow as they are needed; the answers don't depend on how far they have grown."""
        fresh = calendar.working().add(start, amount)
        calendar.working().is_open(datetime(2029, 6, 1, tzinfo=UTC))
        calendar.working().is_open(datetime(2023, 6, 1, tzinfo=UTC))
        assert calendar.working().add(start, amount) == fresh


class TestMinuteByMinute:
    @settings(max_examples=40, deadline=None)
    @given(calendars(), BANDS, minutes(), st.integers(0, 6 * 24 * 60))
    def test_it_measures_what_counting_minutes_measures(
        self, calendar: Calendar, bands: frozenset[str], start: datetime, span: int
    ) -> None:
        end = start + timedelta(minutes=span)
        assert calendar.working(bands).between(start, end) == oracle.between(calendar, bands, start, end)

    @settings(max_examples=40, deadline=None)
    @given(calendars(), BANDS, minutes(), st.integers(1, 20 * 60))
    def test_it_lands_where_counting_minutes_lands(
        self, calendar: Calendar, bands: frozenset[str], start: datetime, amount: int
    ) -> None:
        expected = oracle.add(calendar, bands, start, timedelta(minutes=amount))
        assert calendar.working(bands).add(start, timedelta(minutes=amount)) == expected


HOLIDAYS = {date(2026, 5, 1): "Labour Day", date(2026, 5, 14): "Ascension", date(2026, 5, 25): "Whit Monday"}
PLAIN = Calendar("plain", UTC, hours("Monday to Friday", "9:00-17:00"), HOLIDAYS)
MAY = st.datetimes(datetime(2026, 4, 20), datetime(2026, 6, 1)).map(lambda at: at.replace(microsecond=0))


class TestOtherLibraries:
    """Away from daylight saving, where they are right. They name an end at closing the next opening."""

    @settings(max_examples=60, deadline=None)
    @given(MAY, st.integers(1, 60))
    def test_it_agrees_with_pandas(self, start: datetime, count: int) -> None:
        pandas = pytest.importorskip("pandas")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            offset = pandas.offsets.CustomBusinessHour(start="09:00", end="17:00", holidays=list(HOLIDAYS))
            theirs = (pandas.Timestamp(start) + count * offset).to_pydatetime().replace(tzinfo=UTC)
        working = PLAIN.working()
        ours = working.add(start.replace(tzinfo=UTC), timedelta(hours=count))
        assert working.next_opening(ours) == working.next_opening(theirs)

    @settings(max_examples=60, deadline=None)
    @given(MAY, MAY, st.integers(1, 60))
    def test_it_agrees_with_businesstimedelta(self, one: datetime, other: datetime, count: int) -> None:
        # its search for holidays needs one after the last day it is asked about
        known = {**HOLIDAYS, date(2027, 12, 24): "Later"}
        library = pytest.importorskip("businesstimedelta")
        day = library.WorkDayRule(start_time=time(9), end_time=time(17), working_days=[0, 1, 2, 3, 4])
        rules = library.Rules([day, library.HolidayRule(known)])
        start, end = sorted((one, other))
        working = PLAIN.working()
        difference = rules.difference(start, end)
        theirs = timedelta(hours=difference.hours, seconds=difference.seconds)
        assert working.between(start.replace(tzinfo=UTC), end.replace(tzinfo=UTC)) == theirs
        added = (start + library.BusinessTimeDelta(rules, hours=count)).replace(tzinfo=UTC)
        ours = working.add(start.replace(tzinfo=UTC), timedelta(hours=count))
        assert working.next_opening(ours) == working.next_opening(added)


class TestPublicHolidays:
    def test_a_countrys_holidays_have_english_names_where_there_are_any(self) -> None:
        """C24-6: Iran's public holidays; Nowruz begins on 21 March 2026."""
        assert date(2026, 3, 21) in holidays_for("IR", None, [2026])
        assert holidays_for("DE", "BE", [2026])[date(2026, 1, 1)] == "New Year's Day"
        assert date(2026, 3, 8) in holidays_for("DE", "BE", [2026])
        assert date(2026, 3, 8) not in holidays_for("DE", "BY", [2026])

    @pytest.mark.parametrize(
        ("country", "subdivision"), [("XX", None), ("DE", "Nowhere"), ("Germany ", None)]
    )
    def test_an_unknown_place_is_an_error_that_says_what_to_write(
        self, country: str, subdivision: str | None
    ) -> None:
        with pytest.raises(ValueError, match="ISO country code"):
            holidays_for(country, subdivision, [2026])

    def test_holidays_close_local_dates(self) -> None:
        """New Year in Kiribati begins 14 hours before it does in UTC."""
        kiritimati = Calendar(
            "far",
            zone("Pacific/Kiritimati"),
            hours("every day", "0:00-24:00"),
            {date(2026, 1, 1): "New Year"},
        )
        working = kiritimati.working()
        assert working.is_open(datetime(2025, 12, 31, 9, 59, tzinfo=UTC))
        assert not working.is_open(datetime(2025, 12, 31, 10, 0, tzinfo=UTC))
        assert working.is_open(datetime(2026, 1, 1, 10, 0, tzinfo=UTC))
