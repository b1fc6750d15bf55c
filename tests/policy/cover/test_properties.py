"""Whatever is bought and decided, the periods tile the time line, and every order of reading gives the same."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from remit.policy.cover import CoverSpec, Happening, Purchase, Timeline, timeline
from remit.policy.vocabulary import Duration, add_calendar
from tests.policy.cover.specs import CLOSING, ITEM, LICENCE, PLAN, SUBSCRIPTION, span

INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2029, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))
TERMS = st.sampled_from(["1 month", "12 months", "10 days", "1 year", "3 months"]).map(span)
SPECS = st.sampled_from([LICENCE, CLOSING, SUBSCRIPTION, ITEM, PLAN])
PARTS = st.sampled_from(["", "", "battery"])


EARLIER, FLIP, NUMBERS = st.integers(0, 5), st.booleans(), st.integers(0, 10**6)


def purchases(
    kinds: tuple[str, ...] = ("purchase", "renewal", "extension", "repair", "trial"),
) -> st.SearchStrategy[Purchase]:
    return _purchases(st.sampled_from(kinds))


@st.composite
def _purchases(draw: st.DrawFn, kinds: st.SearchStrategy[str]) -> Purchase:
    at = draw(INSTANTS)
    on = at.date() - timedelta(days=draw(EARLIER)) if draw(FLIP) else None
    return Purchase(str(draw(NUMBERS)), draw(kinds), at, on, draw(TERMS), draw(PARTS))


HAPPENINGS = st.builds(
    Happening,
    st.sampled_from(["archived", "restored", "voided", "kept", "ended"]),
    INSTANTS,
    st.just("clause"),
)


def check_tiling(line: Timeline) -> None:
    periods = line.periods
    assert periods[0].phase == "none"
    assert periods[0].starts_at is None
    assert periods[-1].ends_at is None
    for one, following in pairwise(periods):
        assert one.ends_at == following.starts_at
    ends = [period.ends_at for period in periods[:-1]]
    assert all(one < other for one, other in pairwise(ends) if one and other)


@given(st.lists(purchases(), max_size=8), st.lists(HAPPENINGS, max_size=5), SPECS, PARTS)
@settings(max_examples=250, deadline=None)
def test_the_periods_tile_the_time_line(
    bought: list[Purchase], happened: list[Happening], spec: CoverSpec, part: str
) -> None:
    line = timeline(bought, happened, lambda at: spec, part)
    check_tiling(line)
    for period in line.periods:
        moment = period.starts_at or (period.ends_at or datetime(2026, 1, 1, tzinfo=UTC)) - timedelta(
            seconds=1
        )
        assert line.at(moment) == period
        assert all(step.text and step.at.tzinfo is not None for step in period.derivation)


@given(st.lists(purchases(), max_size=6), st.lists(HAPPENINGS, max_size=4), SPECS, st.integers())
@settings(max_examples=100, deadline=None)
def test_the_order_in_which_rows_are_read_makes_no_difference(
    bought: list[Purchase], happened: list[Happening], spec: CoverSpec, seed: int
) -> None:
    moments = [one.at for one in (*bought, *happened)]
    if len(set(moments)) < len(moments):
        return
    expected = timeline(bought, happened, lambda at: spec).periods
    shuffler = random.Random(seed)
    shuffler.shuffle(bought)
    shuffler.shuffle(happened)
    assert timeline(bought, happened, lambda at: spec).periods == expected


@given(st.lists(purchases(("renewal",)), min_size=1, max_size=6), INSTANTS)
@settings(max_examples=150, deadline=None)
def test_a_further_renewal_never_takes_cover_away(renewals: list[Purchase], start: datetime) -> None:
    """Paying more never leaves a moment uncovered that was covered before (no transition is lost but by being paid)."""
    first = Purchase("first", "purchase", start)
    bought = [first, *(one for one in renewals if one.at > start)]
    latest = max(bought, key=lambda one: one.at)
    before = timeline([one for one in bought if one is not latest], [], lambda at: LICENCE)
    after = timeline(bought, [], lambda at: LICENCE)
    for period in before.periods:
        if period.phase in LICENCE.covered and period.starts_at is not None and period.ends_at is not None:
            middle = period.starts_at + (period.ends_at - period.starts_at) / 2
            assert after.at(middle).phase in LICENCE.covered


@given(st.lists(purchases(("renewal", "extension")), max_size=6), purchases(("renewal",)), INSTANTS)
@settings(max_examples=150, deadline=None)
def test_what_is_paid_while_no_renewal_is_possible_changes_nothing(
    bought: list[Purchase], last: Purchase, start: datetime
) -> None:
    """IEX-11: whatever was bought before, and whichever phase allows no renewal."""
    before = [Purchase("first", "purchase", start), *(one for one in bought if start < one.at < last.at)]
    without = timeline(before, [], lambda at: CLOSING).periods
    line = timeline([*before, last], [], lambda at: CLOSING)
    running = next(one for one in reversed(without) if one.starts_at is None or one.starts_at <= last.at)
    if last.at > start and running.phase in ("included", "archivable"):
        assert line.at(last.at) == running
        assert line.periods == without
        assert (last.id, running.phase, "renewal") in [
            (one.purchase_id, one.phase, one.clause) for one in line.refusals
        ]
        assert "no renewal was possible" in line.at(last.at).derivation[-1].text


@given(st.lists(purchases(), max_size=5), SPECS, INSTANTS)
@settings(max_examples=100, deadline=None)
def test_what_lies_ahead_does_not_change_what_was(
    bought: list[Purchase], spec: CoverSpec, now: datetime
) -> None:
    """A purchase recorded later, without a date of its own, leaves the time before it as it was."""
    past = [one for one in bought if one.at <= now]
    later = [one for one in bought if one.at > now and one.on is None]
    assert (
        timeline(past, [], lambda at: spec).at(now).phase
        == timeline([*past, *later], [], lambda at: spec).at(now).phase
    )


@given(
    st.lists(purchases(), max_size=8), st.lists(HAPPENINGS, max_size=4), SPECS, st.lists(INSTANTS, min_size=1)
)
@settings(max_examples=150, deadline=None)
def test_one_instant_asked_for_alone_gives_what_the_whole_line_gives(
    bought: list[Purchase], happened: list[Happening], spec: CoverSpec, instants: list[datetime]
) -> None:
    """What nobody asked for stays folded up; asking in whatever order changes nothing."""
    whole = timeline(bought, happened, lambda at: spec).periods
    line = timeline(bought, happened, lambda at: spec)
    for instant in instants:
        found = line.at(instant)
        assert found == [one for one in whole if one.starts_at is None or one.starts_at <= instant][-1]
    assert line.periods == whole
    assert [one.derivation for one in line.periods] == [one.derivation for one in whole]


@given(
    st.dates(date(2024, 1, 1), date(2029, 12, 31)),
    st.lists(TERMS, min_size=1, max_size=4),
    st.sampled_from([SUBSCRIPTION, ITEM, PLAN, LICENCE]),
    FLIP,
)
@settings(max_examples=300, deadline=None)
def test_a_bought_term_never_lasts_less_than_it_does_from_its_own_beginning(
    day: date, terms: list[Duration], spec: CoverSpec, is_from_a_date: bool
) -> None:
    """C24-2: whatever runs when it is paid, and on whichever day of the month that ends."""
    paid = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    bought = [Purchase("first", "purchase", paid, day if is_from_a_date else None, span("1 month"))]
    for number, term in enumerate(terms, 1):
        before = timeline(bought, [], lambda at: spec)
        bought.append(Purchase(f"{number}", "renewal", paid + timedelta(minutes=number), term=term))
        begins = _end_of_cover(before, spec)
        assert _end_of_cover(timeline(bought, [], lambda at: spec), spec) >= add_calendar(
            begins, term, spec.zone
        )


@given(
    st.lists(purchases(("purchase", "repair", "trial")), min_size=1, max_size=5),
    st.sampled_from([SUBSCRIPTION, ITEM]),
    TERMS,
)
@settings(max_examples=150, deadline=None)
def test_cover_that_counts_from_the_day_ends_at_a_local_midnight(
    bought: list[Purchase], spec: CoverSpec, term: Duration
) -> None:
    """ITS-3, C24-2: whether an instant or a date was recorded, and lengthened or not; only what was done anew ends it in
    the middle of a day."""
    added = [
        replace(
            one, id=f"{one.id} more", kind="extension", at=one.at + timedelta(minutes=1), on=None, term=term
        )
        for one in bought
    ]
    line = timeline([*bought, *added], [], lambda at: spec, "battery")
    anew = {one.at for one in bought}
    ends = [one.ends_at for one in line.periods if one.phase in spec.covered and one.ends_at not in anew]
    assert ends
    for end in ends:
        assert end is not None
        assert end.astimezone(spec.zone).time() == time()


def _end_of_cover(line: Timeline, spec: CoverSpec) -> datetime:
    return max(one.ends_at for one in line.periods if one.phase in spec.covered and one.ends_at is not None)


@given(st.lists(st.integers(0, 300), min_size=1, max_size=60), st.sampled_from([1, 3, 12]))
@settings(max_examples=100, deadline=None)
def test_a_row_of_renewals_in_time_lasts_as_long_as_their_terms_together(
    days: list[int], months: int
) -> None:
    """IEX-11: each adds to the end of what runs, so nothing is lost however early it is paid."""
    bought = datetime(2024, 2, 29, 12, tzinfo=UTC)
    row = [Purchase("0", "purchase", bought)]
    row += [
        Purchase(str(number), "renewal", bought + timedelta(days=day), term=span(f"{months} months"))
        for number, day in enumerate(sorted(days), 1)
    ]
    total = 12 + months * len(days)
    end = add_calendar(bought, span(f"{total} months"), LICENCE.zone)
    line = timeline(row, [], lambda at: LICENCE)
    assert line.at(bought + timedelta(days=301)).phase in LICENCE.covered
    assert [one.starts_at for one in line.periods if one.phase == "expired"] == [end]
    assert sum(len(one.derivation) for one in line.periods) >= len(row)
