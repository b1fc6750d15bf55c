"""The drawings of time: what stands where, whatever the stretches are (design §8, the clock and the cover)."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.desk.design.bands import Band
from remit.desk.design.clock_band import Stretch, clock_band
from remit.desk.design.cover_band import CoverPeriod, cover_band, cover_styles
from remit.desk.design.words import Almanac

MOSCOW = ZoneInfo("Europe/Moscow")
ALMANAC = Almanac("en", MOSCOW)


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=MOSCOW).astimezone(UTC)


HOURS = [(local(day, 10), local(day, 19)) for day in (16, 17, 18, 19, 20, 23, 24)]


def after_closing(**changes: object) -> Band:
    """Received Thursday 19:40, after closing; four hours from Friday 10:00; now Friday 10:35."""
    values: dict[str, object] = {
        "received_at": local(19, 19, 40),
        "now": local(20, 10, 35),
        "due_at": local(20, 14),
        "almanac": ALMANAC,
        "name": "First answer",
        "open_hours": HOURS,
    } | changes
    stretches = [
        Stretch(local(19, 19, 40), local(20, 10), "closed"),
        Stretch(local(20, 10), local(20, 10, 35), "counted"),
        Stretch(local(20, 10, 35), local(20, 14), "left"),
    ]
    return clock_band(stretches, **values)  # type: ignore[arg-type]


def number(per_cent: str) -> float:
    return float(per_cent.removesuffix("%"))


def styles(band: Band) -> list[str]:
    return [rect.style for rect in band.rects]


def place(band: Band, kind: str) -> float:
    return next(number(mark.x) for mark in band.marks if mark.kind == kind)


class TestTheClockBand:
    def test_it_folds_closed_time_and_draws_the_rest_of_the_days_around_it(self) -> None:
        band = after_closing()
        assert styles(band)[:6] == ["b-open", "b-closed", "b-used", "b-left", "b-open", "b-edge"]
        closed = next(rect for rect in band.rects if rect.style == "b-closed")
        assert number(closed.width) == pytest.approx(20)

    def test_it_puts_receipt_now_and_due_moment_in_the_order_of_time(self) -> None:
        band = after_closing()
        assert place(band, "received") < place(band, "now") < place(band, "due")

    def test_it_draws_open_time_to_scale(self) -> None:
        band = after_closing()
        used = next(number(rect.width) for rect in band.rects if rect.style == "b-used")
        left = next(number(rect.width) for rect in band.rects if rect.style == "b-left")
        assert left / used == pytest.approx(205 / 35, rel=0.01)

    def test_it_shows_what_ran_past_the_due_moment_as_over(self) -> None:
        late = after_closing(now=local(20, 14, 8))
        assert "b-over" in styles(late)
        assert any(label.style == "t-late" and "14:00" in label.text for label in late.above)

    def test_it_hatches_a_pause_and_keeps_a_long_one_from_squeezing_the_rest_out(self) -> None:
        start = datetime(2026, 11, 2, 9, tzinfo=UTC)
        stretches = [
            Stretch(start, start + timedelta(hours=1), "counted"),
            Stretch(
                start + timedelta(hours=1), start + timedelta(days=20), "paused", "waiting for the customer"
            ),
        ]
        band = clock_band(
            stretches,
            received_at=start,
            now=start + timedelta(days=20),
            due_at=None,
            almanac=ALMANAC,
            name="Next",
        )
        counted = next(number(rect.width) for rect in band.rects if rect.style == "b-used")
        assert "hatch" in styles(band)
        assert counted > 25

    def test_it_mirrors_for_pages_that_run_from_right_to_left(self) -> None:
        plain, mirrored = after_closing(), after_closing(is_rtl=True)
        for one, other in zip(plain.rects, mirrored.rects, strict=True):
            assert number(other.x) == pytest.approx(100 - number(one.x) - number(one.width), abs=0.02)
        assert place(mirrored, "due") < place(mirrored, "now") < place(mirrored, "received")

    def test_it_names_the_days_below_and_weeks_where_there_are_many(self) -> None:
        assert "Fri 10–19" in [label.text for label in after_closing().below]
        many = [Stretch(opens, closes, "left") for opens, closes in HOURS]
        gaps = [Stretch(a[1], b[0], "closed") for a, b in itertools.pairwise(HOURS)]
        band = clock_band(
            [*many, *gaps], received_at=HOURS[0][0], now=HOURS[0][0], due_at=HOURS[-1][1], almanac=ALMANAC,
            name="Solution", open_hours=HOURS,
        )  # fmt: skip
        assert next(label.text for label in band.below) == "16–20 Nov"

    @given(
        counted=st.integers(1, 3000),
        left=st.integers(0, 3000),
        late=st.integers(0, 600),
        received_before=st.integers(0, 300),
        is_rtl=st.booleans(),
    )
    def test_it_always_fills_the_width_without_gap_or_overlap(
        self, counted: int, left: int, late: int, received_before: int, is_rtl: bool
    ) -> None:
        start = local(17, 11)
        now = start + timedelta(minutes=counted + (late if not left else 0))
        due = start + timedelta(minutes=counted + left)
        stretches = [Stretch(start, start + timedelta(minutes=counted), "counted"), Stretch(now, due, "left")]
        band = clock_band(
            stretches, received_at=start - timedelta(minutes=received_before), now=now, due_at=due, almanac=ALMANAC,
            name="First answer", is_rtl=is_rtl,
        )  # fmt: skip
        solid = sorted(
            (number(rect.x), number(rect.width)) for rect in band.rects if rect.style not in ("b-edge",)
        )
        assert solid[0][0] == pytest.approx(0, abs=0.03)
        assert sum(width for _, width in solid) == pytest.approx(100, abs=0.3)
        for (x, width), (following, _) in itertools.pairwise(solid):
            assert x + width == pytest.approx(following, abs=0.05)
        assert all(0 <= number(label.x) <= 100 for label in (*band.above, *band.below))


def period(phase: str, start: int, end: int | None, covered: bool) -> CoverPeriod:
    begin = datetime(2025, 8, 2, tzinfo=UTC)
    until = None if end is None else begin + timedelta(days=end)
    return CoverPeriod(phase, phase.capitalize(), begin + timedelta(days=start), until, covered)


LICENCE = [
    period("included", 0, 365, True),
    period("transition", 365, 426, False),
    period("expired", 426, 608, False),
    period("archivable", 608, None, False),
]


class TestTheCoverBand:
    def test_it_draws_each_phase_in_its_own_way(self) -> None:
        """IEX-10: included, transition, expired, archivable."""
        assert cover_styles(LICENCE) == ["covered", "soon", "rest", "dots"]

    def test_it_marks_today_and_parts_what_is_behind_from_what_is_ahead(self) -> None:
        now = LICENCE[0].starts_at + timedelta(days=100)
        band = cover_band(LICENCE, now=now, name="Cover of L-204")
        used = next(number(rect.width) for rect in band.rects if rect.style == "b-used")
        assert number(band.marks[0].x) == pytest.approx(used, abs=0.02)
        assert styles(band) == ["b-used", "b-left", "hatch", "c-rest", "c-dots"]

    def test_it_keeps_today_inside_the_open_end_however_long_ago_it_began(self) -> None:
        now = LICENCE[-1].starts_at + timedelta(days=4000)
        band = cover_band(LICENCE, now=now, name="Cover of L-204")
        assert 88 < number(band.marks[0].x) < 100

    @pytest.mark.parametrize("days", [0, 9, 30])
    def test_it_leaves_out_a_phase_of_no_length(self, days: int) -> None:
        """One recorded before such a term was refused: the pages of who holds it are still drawn."""
        phases = [period("free", 0, 9, True), period("paid", 9, 9, True), period("over", 9, None, False)]
        band = cover_band(phases, now=phases[0].starts_at + timedelta(days=days), name="Cover")
        assert styles(band) in (["b-left", "c-dots"], ["b-used", "c-dots"])
        only = [period("paid", 0, 0, True), period("over", 0, None, False)]
        assert styles(cover_band(only, now=only[0].starts_at, name="Cover")) == ["c-dots"]

    def test_it_draws_a_phase_as_its_key_below_says_though_earlier_ones_are_left_out(self) -> None:
        """IEX-10, -13: of a licence that may be archived the cover is left out, and its transition stays hatched."""
        now = LICENCE[-1].starts_at + timedelta(days=30)
        band = cover_band(LICENCE, now=now, name="Cover of L-204")
        assert styles(band) == ["hatch", "c-rest", "c-dots"]

    def test_it_shows_a_warranty_that_ended_as_solid_and_then_dots(self) -> None:
        """ITS-3: ninety days, then nothing."""
        warranty = [period("warranty", 0, 90, True), period("over", 90, None, False)]
        band = cover_band(warranty, now=warranty[1].starts_at + timedelta(days=1), name="ThinkPad")
        assert styles(band) == ["b-used", "c-dots"]
