"""The account under a clock: it explains the drawing and adds up (design README, 'the list is the legend')."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from remit.desk.design.clocks import ClockPanel, clock_panel
from remit.desk.design.decisions import bound_numbers, quoted
from remit.desk.design.words import Almanac
from remit.policy.document.compiling import compile_document
from remit.policy.document.source import load
from tests.desk.five import POLICIES

ALMANAC = Almanac("en", UTC)
START = datetime(2026, 11, 20, 8, tzinfo=UTC)
POLICY = compile_document(load((POLICIES / "ionetech.md").read_text(encoding="utf-8"), "ionetech.md"))


@dataclass
class Stored:
    """A stored projection of a clock."""

    state: str = "running"
    metric: str = "first response"
    cycle: int = 1
    started_at: datetime | None = START
    due_at: datetime | None = START + timedelta(hours=4)
    not_before: datetime | None = None
    at_risk_at: datetime | None = START + timedelta(hours=3)
    met_at: datetime | None = None
    breached_at: datetime | None = None
    paused_since: datetime | None = None
    pause_reason: str = ""
    approximate: bool = False
    is_internal: bool = False
    target: str = "4 h"
    clause: str = "answers"
    segments: list[dict[str, Any]] = field(default_factory=list)


def segment(start: timedelta, end: timedelta, kind: str, reason: str = "") -> dict[str, Any]:
    return {
        "start": (START + start).isoformat(),
        "end": (START + end).isoformat(),
        "kind": kind,
        "reason": reason,
    }


HOUR = timedelta(hours=1)
RUNNING = [segment(0 * HOUR, HOUR, "counted"), segment(HOUR, 4 * HOUR, "left")]


def panel(now: datetime, **changes: Any) -> ClockPanel:
    clock = Stored(**{"segments": RUNNING, **changes})
    return clock_panel(clock, POLICY, received_at=START, now=now, almanac=ALMANAC, policy_address="/p/")


class TestTheAccount:
    def test_it_adds_up_to_the_target(self) -> None:
        lines = panel(START + HOUR).lines
        assert [(line.key, line.amount) for line in lines][:2] == [("used", "1 h"), ("left", "3 h")]
        assert lines[-1].is_sum
        assert lines[-1].amount == "Fri 20 Nov 2026, 12:00"

    def test_it_moves_on_with_the_present_though_nothing_was_stored_since(self) -> None:
        found = panel(START + 2.5 * HOUR)
        assert [line.amount for line in found.lines][:3] == ["1 h", "1 h 30 min", "1 h 30 min"]
        assert found.headline == "1 h 30 min"

    def test_it_says_at_risk_and_late_with_a_shape_of_their_own(self) -> None:
        assert (panel(START + 3.5 * HOUR).shape, panel(START + 3.5 * HOUR).tone) == ("risk", "risk")
        late = panel(START + 5 * HOUR)
        assert (late.shape, late.word) == ("late", "1 h late")
        assert ("late", "1 h") in [(line.key, line.amount) for line in late.lines]

    def test_it_does_not_count_a_pause(self) -> None:
        paused = [
            segment(0 * HOUR, HOUR, "counted"),
            segment(HOUR, 2 * HOUR, "paused", "waiting for the customer"),
        ]
        found = panel(START + 3 * HOUR, state="paused", due_at=None, paused_since=START + HOUR, segments=paused,
                      pause_reason="waiting for the customer")  # fmt: skip
        line = next(line for line in found.lines if line.key == "pause")
        assert line.amount == "not counted"
        assert "2 h" in line.text
        assert found.shape == "stopped"

    def test_it_says_done_and_when_it_was_owed(self) -> None:
        met = [segment(0 * HOUR, HOUR, "counted")]
        found = panel(START + 5 * HOUR, state="met", met_at=START + HOUR, segments=met)
        assert (found.shape, found.is_open) == ("met", False)
        assert found.lines[-1].text == "First answer given, due Fri 20 Nov 2026, 12:00"

    def test_it_speaks_of_usually_where_the_policy_only_approximates(self) -> None:
        """Design §5: approximate targets are shown as 'usually'."""
        found = panel(START + HOUR, approximate=True)
        assert found.rest == "left, usually by 12:00"


class TestQuoting:
    def test_it_marks_the_words_that_decided_inside_whole_sentences(self) -> None:
        text = "First there is this. After that there is no support until it is renewed. Then more."
        assert quoted(text, "no support until it is renewed") == (
            "First there is this. After that there is <mark>no support until it is renewed</mark>. "
        )

    def test_it_escapes_the_policys_words(self) -> None:
        assert "<b>" not in quoted("A <b>bold</b> claim.", "bold")

    def test_it_shows_which_numbers_come_from_rules(self) -> None:
        """ITC-22 and design §4: numbers in prose are bound to blocks."""
        html = '<p>It brings <span class="rm-bound">12 months</span> of support.</p>'
        said = quoted("It brings 12 months of support.", "of support", bound_numbers(html))
        assert said == 'It brings <span class="rm-bound">12 months</span> <mark>of support</mark>.'

    def test_it_marks_nothing_where_no_words_are_named(self) -> None:
        assert quoted("One. Two.", "") == "One. Two."
