"""Every row of the table in design §5, by hand. November 2026: the 16th is a Monday; office hours are 9 to 17."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from remit.policy.calendars import Calendar, Closure
from remit.policy.clocks import (
    ClockPlan,
    SegmentKind,
    Starts,
    State,
    Target,
    TargetRule,
    TargetsOverlap,
    TargetTable,
    Unmeasured,
    derivation_of,
    donor_candidates,
    fold,
    segments_of,
    sentence,
)
from remit.policy.clocks.words import ENGLISH, Reader
from remit.policy.vocabulary import Metric, zone
from tests.policy.calendars.shapes import ION, OFFICE, local
from tests.policy.clocks.tickets import (
    COMPLETE,
    FIRST,
    INCOMPLETE,
    MOVES,
    NEXT,
    OPENING,
    RESOLUTION,
    WAITING,
    Ticket,
    plan,
    target,
)

THREE = {FIRST: "3 working hours", NEXT: "3 working hours", RESOLUTION: "2 business days"}
BY_PRIORITY = {"urgent": "1 h", "high": "4 h", "normal": "8 h", "low": "24 h", "someday": "in order"}


def ticket(how: ClockPlan | None = None) -> Ticket:
    return Ticket(OFFICE, how or plan(THREE))


class TestReceivedAfterHours:
    def test_receipt_is_kept_and_the_clock_starts_at_the_next_opening(self) -> None:
        late = ticket().happens("11-19 18:40", "received")
        clock = late.clock(FIRST)
        assert late.spell(clock.received_at) == "11-19 18:40"
        assert late.spell(clock.started_at) == "11-20 09:00"
        assert late.due(FIRST) == "11-20 12:00"
        assert late.clock(FIRST, "11-20 08:59").state is State.WAITING

    def test_a_contest_ends_the_waiting_like_any_message(self) -> None:
        """Design §5."""
        asked = ticket().happens("11-16 10:00", "received").happens("11-16 11:00", "waiting_started")
        asked.happens("11-16 12:00", "contested")
        assert asked.due(FIRST) == "11-16 14:00"
        assert asked.clock(FIRST, "11-16 12:30").state is State.RUNNING

    def test_its_derivation_is_the_one_of_the_design(self) -> None:
        late = ticket().happens("11-19 18:40", "received")
        late.happens("11-20 11:00", "waiting_started").happens("11-20 15:00", "requester_message")
        assert late.words(FIRST) == (
            "received Thu 18:40, after closing · starts Fri 09:00 · 3 working hours"
            " · waiting for you Fri 11:00–15:00 · due Fri 16:00 (§5)"
        )
        steps = derivation_of(late.clock(FIRST))
        assert sentence(steps, lambda clause: f"10.{clause}", every=True, reader=Reader.AGENT) == (
            "received Thu 18:40, after closing (§10.hours) · starts Fri 09:00 · 3 working hours (§10.5)"
            " · waiting for the customer Fri 11:00–15:00 (§10.7) · due Fri 16:00 (§10.5)"
        )


class TestStarts:
    @pytest.mark.parametrize(
        ("starts", "due"), [(Starts.AT_RECEIPT, "11-19 22:40"), (Starts.AT_NEXT_OPENING, "11-20 13:00")]
    )
    def test_elapsed_targets_start_as_the_policy_says(self, starts: Starts, due: str) -> None:
        late = ticket(plan({FIRST: "4 h"}, starts=starts)).happens("11-19 18:40", "received")
        assert late.due(FIRST) == due

    def test_a_due_moment_in_closed_time_stays_or_moves_as_the_policy_says(self) -> None:
        for options, due in (({}, "11-20 20:00"), ({"due_when_closed": MOVES}, "11-23 09:00")):
            friday = ticket(plan({FIRST: "4 h"}, **options)).happens("11-20 16:00", "received")
            assert friday.due(FIRST) == due

    def test_when_complete_nothing_runs_before(self) -> None:
        """IEX-15: no clock before it is complete."""
        vague = ticket(plan({FIRST: "3 working hours"}, starts=COMPLETE)).happens("11-16 10:00", "received")
        clock = vague.clock(FIRST, "11-18 10:00")
        assert (clock.state, clock.started_at, clock.due_at) == (State.WAITING, None, None)
        assert vague.words(FIRST) == "starts when complete (§5)"
        vague.happens("11-18 16:00", "completed").happens("11-18 16:30", "completed")
        assert vague.due(FIRST) == "11-19 11:00"
        assert vague.words(FIRST) == (
            "received Mon 10:00 · complete Wed 16:00 · 3 working hours · due Thu 11:00 (§5)"
        )

    def test_when_complete_the_priority_of_that_moment_counts(self) -> None:
        vague = ticket(plan({FIRST: BY_PRIORITY}, starts=COMPLETE)).happens("11-16 10:00", "received")
        vague.happens("11-16 11:00", "priority_changed", old="normal", new="urgent")
        vague.happens("11-16 12:00", "completed")
        assert vague.due(FIRST) == "11-16 13:00"

    def test_complete_at_once_starts_at_once(self) -> None:
        clear = ticket(plan({FIRST: "3 working hours"}, starts=COMPLETE))
        clear.happens("11-16 10:00", "completed").happens("11-16 10:00", "received")
        assert clear.due(FIRST) == "11-16 13:00"

    def test_an_answer_before_it_is_complete_is_an_answer(self) -> None:
        vague = ticket(plan({FIRST: "3 working hours"}, starts=COMPLETE)).happens("11-16 10:00", "received")
        vague.happens("11-16 11:00", "public_reply").happens("11-17 10:00", "completed")
        assert vague.clock(FIRST, "11-30 10:00").state is State.MET


class TestWhoIsOwed:
    REFUSED = plan(THREE, owed=False)

    def test_a_refused_request_is_owed_nothing(self) -> None:
        refused = (
            ticket(self.REFUSED)
            .happens("11-16 10:00", "received")
            .happens("11-16 12:00", "requester_message")
        )
        clocks = refused.fold("11-30 10:00")
        assert {metric: clock.state for metric, (clock,) in clocks.items()} == {
            FIRST: State.NONE_OWED,
            RESOLUTION: State.NONE_OWED,
        }
        assert refused.words(FIRST) == "no answer is owed (§5)"
        assert refused.words(RESOLUTION) == "nothing is owed (§5)"

    def test_contested_it_is_owed_from_the_contest_on(self) -> None:
        refused = ticket(self.REFUSED).happens("11-16 10:00", "received").happens("11-16 10:00", "solved")
        refused.happens("11-17 12:00", "contested")
        assert refused.due(FIRST) == "11-17 15:00"
        assert refused.due(RESOLUTION) == "11-19 12:00"
        assert refused.words(FIRST).startswith("contested Tue 12:00 · 3 working hours")

    def test_a_new_right_starts_it_at_its_own_instant(self) -> None:
        """Design §2: a payment decides again, and clocks start there."""
        refused = (
            ticket(self.REFUSED)
            .happens("11-16 10:00", "received")
            .happens("11-18 09:00", "accepted_for_work")
        )
        assert refused.due(FIRST) == "11-18 12:00"

    def test_answered_before_the_contest_a_next_response_is_owed(self) -> None:
        refused = (
            ticket(self.REFUSED).happens("11-16 10:00", "received").happens("11-16 11:00", "public_reply")
        )
        refused.happens("11-17 12:00", "contested")
        assert refused.due(NEXT) == "11-17 15:00"
        assert FIRST not in refused.fold()

    def test_refused_after_its_answer_only_a_contest_owes_one(self) -> None:
        """Design §5: refused ones are owed a response when contested; a message alone opens nothing."""
        refused = ticket().happens("11-16 10:00", "received").happens("11-16 11:00", "public_reply")
        refused.happens("11-16 12:00", "cancelled").happens("11-16 13:00", "requester_message")
        assert NEXT not in refused.fold("11-30 10:00")
        refused.happens("11-17 12:00", "contested")
        assert refused.due(NEXT) == "11-17 15:00"
        refused.happens("11-17 13:00", "cancelled").happens("11-17 14:00", "requester_message")
        assert [clock.state for clock in refused.fold("11-30 10:00")[NEXT]] == [State.CANCELLED]

    def test_refused_and_taken_up_after_all_messages_are_owed_an_answer_again(self) -> None:
        """Design §5: what a lead takes up again is a request like others."""
        refused = ticket().happens("11-16 10:00", "received").happens("11-16 11:00", "public_reply")
        refused.happens("11-16 12:00", "cancelled").happens("11-17 10:00", "reopened")
        refused.happens("11-17 11:00", "public_reply").happens("11-17 13:00", "requester_message")
        assert refused.due(NEXT, cycle=2) == "11-17 16:00"

    def test_accepting_twice_changes_nothing(self) -> None:
        once = ticket().happens("11-16 10:00", "received")
        before = once.fold("11-16 11:00")
        assert once.happens("11-16 10:30", "accepted_for_work").fold("11-16 11:00") == before


class TestFirstResponse:
    @pytest.mark.parametrize(
        "kind", ["automatic_message", "note", "held", "priority_changed", "requester_message"]
    )
    def test_only_a_persons_public_message_meets_it(self, kind: str) -> None:
        asked = ticket().happens("11-16 10:00", "received").happens("11-16 11:00", kind, new="normal")
        assert asked.clock(FIRST, "11-16 12:00").state is State.RUNNING

    def test_a_public_reply_meets_it(self) -> None:
        asked = ticket().happens("11-16 10:00", "received").happens("11-16 11:00", "public_reply")
        clock = asked.clock(FIRST, "11-30 12:00")
        assert (clock.state, clock.met_at) == (State.MET, asked.at("11-16 11:00"))
        assert asked.spell(clock.due_at) == "11-16 13:00"

    def test_a_reply_at_the_due_moment_is_in_time(self) -> None:
        asked = ticket().happens("11-16 10:00", "received").happens("11-16 13:00", "public_reply")
        assert asked.clock(FIRST, "11-16 13:00").state is State.MET

    def test_a_status_change_is_no_response(self) -> None:
        """Solving without a word ends the clock, but meets nothing."""
        asked = ticket().happens("11-16 10:00", "received").happens("11-16 11:00", "solved")
        clock = asked.clock(FIRST, "11-30 10:00")
        assert (clock.state, clock.met_at) == (State.CANCELLED, None)

    def test_a_reply_that_solves_meets_both(self) -> None:
        asked = ticket().happens("11-16 10:00", "received")
        asked.happens("11-16 11:00", "solved").happens("11-16 11:00", "public_reply")
        states = {metric: clock.state for metric, (clock,) in asked.fold("11-30 10:00").items()}
        assert states == {FIRST: State.MET, RESOLUTION: State.MET}


class TestNextResponse:
    def answered(self) -> Ticket:
        return ticket().happens("11-16 10:00", "received").happens("11-16 11:00", "public_reply")

    def test_it_counts_from_the_oldest_unanswered_message(self) -> None:
        talk = self.answered().happens("11-16 16:00", "requester_message")
        talk.happens("11-17 10:00", "requester_message").happens("11-17 10:30", "requester_message")
        assert talk.due(NEXT) == "11-17 11:00"
        assert len(talk.fold()[NEXT]) == 1

    def test_each_answer_ends_a_cycle_and_the_next_message_opens_one(self) -> None:
        talk = (
            self.answered().happens("11-16 16:00", "requester_message").happens("11-17 10:00", "public_reply")
        )
        talk.happens("11-17 12:00", "public_reply").happens("11-18 10:00", "requester_message")
        first, second = talk.fold("11-18 11:00")[NEXT]
        assert (first.cycle, first.state, second.cycle, second.state) == (1, State.MET, 2, State.RUNNING)
        assert talk.spell(second.due_at) == "11-18 13:00"

    def test_messages_before_the_first_answer_open_nothing(self) -> None:
        talk = ticket().happens("11-16 10:00", "received").happens("11-16 10:30", "requester_message")
        assert NEXT not in talk.fold()
        assert talk.due(FIRST) == "11-16 13:00"

    def test_messages_off_the_official_channels_open_nothing(self) -> None:
        """IEX-4."""
        assert NEXT not in self.answered().happens("11-16 16:00", "requester_message", official=False).fold()

    def test_a_document_may_owe_only_the_first(self) -> None:
        talk = ticket(plan(THREE, later_answers=False)).happens("11-16 10:00", "received")
        talk.happens("11-16 11:00", "public_reply").happens("11-16 16:00", "requester_message")
        assert NEXT not in talk.fold()

    def test_thanks_on_a_solved_ticket_owe_nothing(self) -> None:
        talk = self.answered().happens("11-16 12:00", "solved").happens("11-16 13:00", "requester_message")
        assert NEXT not in talk.fold()


class TestApproximateTargets:
    def test_they_are_shown_as_usually_and_measured_alike(self) -> None:
        """IEX-5."""
        asked = ticket(plan({FIRST: "3 working hours"}, approximate=True)).happens("11-16 10:00", "received")
        clock = asked.clock(FIRST, "11-16 14:00")
        assert clock.state is State.BREACHED
        assert clock.target is not None
        assert clock.target.approximate
        assert asked.words(FIRST) == "received Mon 10:00 · usually 3 working hours · due Mon 13:00 (§5)"


class TestAskedAtIntake:
    def test_it_pauses_the_first_response_where_the_policy_counts_cooperation(self) -> None:
        """ITC-16."""
        asked = ticket().happens("11-16 10:00", "waiting_started", reason=INCOMPLETE)
        asked.happens("11-16 10:00", "received").happens("11-16 10:00", "automatic_message")
        assert asked.clock(FIRST, "11-16 12:00").state is State.PAUSED
        asked.happens("11-17 10:00", "completed")
        assert asked.due(FIRST) == "11-17 13:00"

    def test_it_pauses_nothing_where_the_policy_is_silent(self) -> None:
        asked = ticket(plan(THREE, pauses={})).happens("11-16 10:00", "received")
        asked.happens("11-16 10:00", "waiting_started", reason=INCOMPLETE)
        assert asked.due(FIRST) == "11-16 13:00"

    def test_a_message_that_still_lacks_something_ends_no_wait(self) -> None:
        asked = ticket().happens("11-16 10:00", "received")
        asked.happens("11-16 10:00", "waiting_started", reason=INCOMPLETE).happens(
            "11-16 11:00", "requester_message"
        )
        assert asked.clock(FIRST, "11-16 12:00").state is State.PAUSED


class TestWaiting:
    PAUSED = frozenset({NEXT, Metric.DIAGNOSIS, RESOLUTION, Metric.REFUND})

    def test_it_pauses_the_clocks_it_names_and_no_others(self) -> None:
        how = plan({FIRST: "24 h", RESOLUTION: "2 business days"}, pauses={WAITING: self.PAUSED})
        asked = ticket(how).happens("11-16 10:00", "received").happens("11-16 11:00", "waiting_started")
        clocks = asked.fold("11-16 12:00")
        assert clocks[FIRST][0].state is State.RUNNING
        resolution = clocks[RESOLUTION][0]
        assert (resolution.state, resolution.pause_reason) == (State.PAUSED, WAITING)
        assert resolution.paused_since == asked.at("11-16 11:00")
        assert resolution.due_at is None

    def test_what_is_left_is_told_while_it_pauses(self) -> None:
        asked = ticket().happens("11-16 10:00", "received").happens("11-16 11:30", "waiting_started")
        assert asked.words(FIRST, "11-18 12:00") == (
            "received Mon 10:00 · 3 working hours · waiting for you since Mon 11:30 · 1 h 30 min left (§5)"
        )

    def test_any_official_message_ends_it(self) -> None:
        asked = ticket().happens("11-16 10:00", "received").happens("11-16 11:00", "waiting_started")
        asked.happens("11-16 11:30", "requester_message", official=False)
        assert asked.clock(RESOLUTION, "11-16 12:00").state is State.PAUSED
        asked.happens("11-16 13:00", "requester_message").happens("11-16 14:00", "requester_message")
        assert asked.due(RESOLUTION) == "11-18 12:00"

    def test_waiting_through_the_night_costs_working_time_nothing(self) -> None:
        asked = ticket().happens("11-16 16:00", "received").happens("11-16 17:00", "waiting_started")
        asked.happens("11-17 08:00", "requester_message")
        assert asked.due(FIRST) == "11-17 11:00"

    def test_overlapping_reasons_pause_once(self) -> None:
        how = plan(THREE, pauses={WAITING: frozenset(Metric), "on hold": frozenset(Metric)})
        asked = ticket(how).happens("11-16 10:00", "received")
        asked.happens("11-16 11:00", "waiting_started").happens("11-16 12:00", "held")
        asked.happens("11-16 13:00", "requester_message").happens("11-16 14:00", "unheld")
        assert asked.due(FIRST) == "11-16 16:00"

    def test_waiting_for_access_is_a_reason_of_its_own(self) -> None:
        """IEX-21: a message doesn't give access."""
        how = plan(THREE, pauses={"waiting for access": frozenset({RESOLUTION})})
        asked = ticket(how).happens("11-16 10:00", "received")
        asked.happens("11-16 11:00", "waiting_started", reason="waiting for access")
        asked.happens("11-16 12:00", "requester_message")
        assert asked.clock(RESOLUTION, "11-16 13:00").state is State.PAUSED
        asked.happens("11-16 14:00", "waiting_ended", reason="waiting for access")
        assert asked.due(RESOLUTION) == "11-18 13:00"

    def test_an_answer_during_the_wait_meets_what_was_paused(self) -> None:
        asked = ticket().happens("11-16 10:00", "received").happens("11-16 11:00", "waiting_started")
        asked.happens("11-18 10:00", "public_reply")
        clock = asked.clock(FIRST, "11-30 10:00")
        assert (clock.state, clock.breached_at) == (State.MET, None)

    def test_a_wait_after_the_due_moment_takes_no_breach_back(self) -> None:
        asked = ticket().happens("11-16 10:00", "received").happens("11-16 14:00", "waiting_started")
        clock = asked.clock(FIRST, "11-16 15:00")
        assert (clock.state, asked.spell(clock.breached_at)) == (State.BREACHED, "11-16 13:00")


class TestPriority:
    """Targets: urgent 1 h, high 4 h, normal 8 h, low 24 h, all elapsed."""

    def asked(self, priority: str = "normal") -> Ticket:
        return ticket(plan({FIRST: BY_PRIORITY}, priority)).happens("11-16 10:00", "received")

    def test_raised_the_earliest_of_both_counts(self) -> None:
        raised = self.asked().happens("11-16 11:00", "priority_changed", old="normal", new="high")
        assert raised.due(FIRST) == "11-16 15:00"
        assert raised.words(FIRST) == (
            "received Mon 10:00 · 8 h · priority raised Mon 11:00: 4 h from then · due Mon 15:00 (§5)"
        )

    def test_raised_late_the_first_promise_still_counts(self) -> None:
        raised = self.asked().happens("11-16 16:00", "priority_changed", old="normal", new="high")
        assert raised.due(FIRST) == "11-16 18:00"

    def test_where_we_misjudged_it_counts_from_receipt(self) -> None:
        raised = self.asked().happens(
            "11-16 11:00",
            "priority_changed",
            old="normal",
            new="high",
            misjudged=True,
            reason="read too fast",
        )
        assert raised.due(FIRST) == "11-16 14:00"
        assert "priority corrected Mon 11:00: 4 h from receipt" in raised.words(FIRST)

    def test_corrected_out_of_hours_it_runs_from_where_the_new_target_counts(self) -> None:
        """Design §5, ION-6: corrected on a Sunday to a target that counts by night, it waits for no opening."""
        by_priority = {FIRST: {"critical": "1 h", "high": "4 working hours"}}
        raised = ticket(plan(by_priority, "high")).happens("11-15 11:29", "received")
        assert raised.clock(FIRST, "11-15 11:35").state == State.WAITING
        raised.happens("11-15 11:40", "priority_changed", old="high", new="critical", misjudged=True)
        clock = raised.clock(FIRST, "11-15 11:45")
        assert (clock.state, raised.spell(clock.started_at)) == (State.RUNNING, "11-15 11:29")
        assert raised.spell(clock.due_at) == "11-15 12:29"
        assert "starts Mon" not in raised.words(FIRST, "11-15 11:45")

    def test_raised_out_of_hours_it_runs_from_the_raise(self) -> None:
        """Design §5: a raise counts from now, also where the first promise waits for an opening."""
        by_priority = {FIRST: {"critical": "1 h", "high": "4 working hours"}}
        raised = ticket(plan(by_priority, "high")).happens("11-15 11:29", "received")
        raised.happens("11-15 11:40", "priority_changed", old="high", new="critical")
        clock = raised.clock(FIRST, "11-15 11:45")
        assert (clock.state, raised.spell(clock.started_at)) == (State.RUNNING, "11-15 11:40")

    def test_misjudged_and_already_over_it_is_a_breach_at_its_true_moment(self) -> None:
        raised = self.asked().happens(
            "11-16 16:00", "priority_changed", old="normal", new="high", misjudged=True
        )
        clock = raised.clock(FIRST, "11-16 16:00")
        assert (clock.state, raised.spell(clock.breached_at)) == (State.BREACHED, "11-16 14:00")

    def test_lowered_the_latest_counts_from_the_start(self) -> None:
        lowered = self.asked().happens("11-16 12:00", "priority_changed", old="normal", new="low")
        assert lowered.due(FIRST) == "11-17 10:00"
        assert "priority lowered Mon 12:00: 24 h from the start" in lowered.words(FIRST)

    def test_lowered_after_a_breach_the_breach_stays(self) -> None:
        lowered = self.asked("urgent").happens("11-16 12:00", "priority_changed", old="urgent", new="low")
        clock = lowered.clock(FIRST, "11-16 13:00")
        assert (clock.state, lowered.spell(clock.breached_at)) == (State.BREACHED, "11-16 11:00")

    def test_up_and_down_again_is_the_later_promise(self) -> None:
        moved = self.asked().happens("11-16 11:00", "priority_changed", old="normal", new="urgent")
        moved.happens("11-16 11:30", "priority_changed", old="urgent", new="normal")
        assert moved.due(FIRST) == "11-16 18:00"

    def test_lowered_to_in_order_it_has_no_moment(self) -> None:
        moved = self.asked().happens("11-16 11:00", "priority_changed", old="normal", new="someday")
        clock = moved.clock(FIRST, "11-16 12:00")
        assert (clock.state, clock.due_at) == (State.IN_ORDER, None)

    def test_raised_from_in_order_it_gets_one(self) -> None:
        moved = self.asked("someday").happens("11-16 11:00", "priority_changed", old="someday", new="high")
        assert moved.due(FIRST) == "11-16 15:00"

    def test_the_same_target_changes_nothing(self) -> None:
        same = ticket(plan({FIRST: {"high": "4 h", "normal": "4 h"}})).happens("11-16 10:00", "received")
        same.happens("11-16 11:00", "priority_changed", old="normal", new="high")
        assert len(same.clock(FIRST).candidates) == 1

    def test_a_pause_shifts_each_candidate_in_its_own_unit(self) -> None:
        """Two business days from Monday 10:00, or four hours from 11:00; waiting 12:00 to 14:00 moves both by two."""
        rows = {"normal": "2 business days", "high": "4 h"}
        mixed = ticket(plan({FIRST: rows})).happens("11-16 10:00", "received")
        mixed.happens("11-16 11:00", "priority_changed", old="normal", new="high")
        mixed.happens("11-16 12:00", "waiting_started").happens("11-16 14:00", "requester_message")
        assert mixed.due(FIRST) == "11-16 17:00"
        slow = ticket(plan({FIRST: rows})).happens("11-16 10:00", "received")
        slow.happens("11-16 12:00", "waiting_started").happens("11-16 14:00", "requester_message")
        assert slow.due(FIRST) == "11-18 12:00"

    def test_later_cycles_have_the_new_priority(self) -> None:
        talk = ticket(plan({FIRST: BY_PRIORITY, NEXT: BY_PRIORITY})).happens("11-16 10:00", "received")
        talk.happens("11-16 11:00", "public_reply").happens(
            "11-16 12:00", "priority_changed", old="normal", new="high"
        )
        talk.happens("11-16 13:00", "requester_message")
        assert talk.due(NEXT) == "11-16 17:00"


class TestReopened:
    def solved(self) -> Ticket:
        done = ticket().happens("11-16 10:00", "received").happens("11-16 11:00", "public_reply")
        return done.happens("11-17 10:00", "solved").happens("11-19 10:00", "requester_message")

    def test_an_answer_is_owed_but_no_first_one(self) -> None:
        again = self.solved().happens("11-19 10:00", "reopened")
        clocks = again.fold("11-19 11:00")
        assert [clock.state for clock in clocks[FIRST]] == [State.MET]
        assert again.due(NEXT) == "11-19 13:00"

    def test_closed_time_does_not_count_for_the_resolution(self) -> None:
        """Two business days from Monday 10:00; solved Tuesday 10:00 to Thursday 10:00 stands still: Friday 10:00."""
        again = self.solved().happens("11-19 10:00", "reopened")
        clock = again.clock(RESOLUTION, "11-19 11:00")
        assert (clock.state, again.spell(clock.due_at)) == (State.RUNNING, "11-20 10:00")
        assert clock.met_at is None

    def test_a_first_response_that_was_never_given_is_not_owed_again(self) -> None:
        silent = ticket().happens("11-16 10:00", "received").happens("11-16 11:00", "solved")
        silent.happens("11-17 10:00", "reopened")
        clocks = silent.fold("11-17 11:00")
        assert [clock.state for clock in clocks[FIRST]] == [State.CANCELLED]
        assert silent.due(NEXT) == "11-17 13:00"

    def test_solved_late_and_reopened_the_breach_stays(self) -> None:
        late = ticket().happens("11-16 10:00", "received").happens("11-20 10:00", "solved")
        late.happens("11-23 10:00", "reopened")
        clock = late.clock(RESOLUTION, "11-23 11:00")
        assert (clock.state, late.spell(clock.breached_at)) == (State.BREACHED, "11-18 10:00")


class TestPriorityWithoutARow:
    """A table by priority that lacks a row: what is not promised is said, and a priority with a row starts the clock."""

    TABLE = TargetTable(
        (
            TargetRule(
                FIRST,
                {"high": target(FIRST, "4 h"), "low": target(FIRST, "24 h")},
                "5",
                by="priority",
            ),
        )
    )

    def of(self, priority: str) -> Ticket:
        def promised(metric: Metric, at_priority: str) -> Target | None:
            facts = {"priority": at_priority}
            return self.TABLE.resolve(metric, facts) or self.TABLE.unsaid(metric, facts)

        return ticket(ClockPlan(promised, {}, priority)).happens("11-16 10:00", "received")

    def test_its_derivation_says_that_nothing_is_promised(self) -> None:
        found = self.of("someday")
        assert found.clock(FIRST).state is State.NONE_OWED
        assert found.due(FIRST) is None
        assert found.words(FIRST) == (
            "received Mon 10:00 · the policy promises no time at this priority (§5)"
        )

    def test_a_priority_with_a_row_starts_the_clock_from_the_change(self) -> None:
        found = self.of("someday").happens("11-16 12:00", "priority_changed", old="someday", new="high")
        assert (found.clock(FIRST, "11-16 12:00").state, found.due(FIRST)) == (State.RUNNING, "11-16 16:00")
        assert "priority raised Mon 12:00: 4 h from then" in found.words(FIRST)

    def test_where_we_misjudged_it_it_counts_from_receipt(self) -> None:
        found = self.of("someday").happens(
            "11-16 12:00", "priority_changed", old="someday", new="high", misjudged=True
        )
        assert found.due(FIRST) == "11-16 14:00"

    def test_the_first_priority_of_a_request_that_had_none_starts_the_clock(self) -> None:
        found = self.of("")
        assert FIRST not in found.fold()
        found.happens("11-17 09:00", "priority_changed", old="", new="high")
        assert found.due(FIRST) == "11-17 13:00"
        assert found.words(FIRST) == "received Mon 10:00 · starts Tue 09:00 · 4 h · due Tue 13:00 (§5)"

    def test_one_that_goes_to_a_priority_without_a_row_says_so(self) -> None:
        found = self.of("high").happens("11-16 12:00", "priority_changed", old="high", new="someday")
        assert found.due(FIRST) is None
        assert "the policy promises no time at this priority" in found.words(FIRST)

    def test_what_was_answered_owes_no_first_answer_again(self) -> None:
        found = self.of("").happens("11-16 11:00", "public_reply")
        found.happens("11-17 09:00", "priority_changed", old="", new="high")
        assert FIRST not in found.fold()


NOWRUZ = replace(
    OFFICE,
    holidays={date(2026, 11, day): "Nowruz" for day in (18, 19, 20)} | {date(2026, 11, 23): "Founders' day"},
)


class TestClosedOnTheWay:
    """What kept the desk closed is named, however many days it took, wherever on the way it lay."""

    def words(
        self, calendar: Calendar, received: str, promise: str = "2 business days", **how: object
    ) -> str:
        found = Ticket(calendar, plan({FIRST: promise}, **how)).happens(received, "received")
        return found.words(FIRST, received)

    def test_a_holiday_of_several_days_that_the_clock_skipped_is_named_with_its_days(self) -> None:
        assert self.words(NOWRUZ, "11-17 10:00") == (
            "received Tue 17 Nov 10:00 · 2 business days · closed Wed 18 Nov – Fri 20 Nov: Nowruz · "
            "closed Mon 23 Nov: Founders' day · due Wed 25 Nov 10:00 (§5)"
        )

    def test_one_between_receipt_and_start_is_named_before_the_start(self) -> None:
        assert self.words(NOWRUZ, "11-17 18:40", "3 working hours") == (
            "received Tue 17 Nov 18:40, after closing (§hours) · closed Wed 18 Nov – Fri 20 Nov: Nowruz · "
            "closed Mon 23 Nov: Founders' day · starts Tue 24 Nov 09:00 · 3 working hours · "
            "due Tue 24 Nov 12:00 (§5)"
        ).replace(" (§hours)", "")

    def test_one_in_which_the_request_came_is_told_once(self) -> None:
        told = self.words(replace(NOWRUZ, holidays={date(2026, 11, 18): "Nowruz"}), "11-18 10:00")
        assert told == (
            "received Wed 10:00, closed: Nowruz · starts Thu 09:00 · 2 business days · due Mon 09:00 (§5)"
        )

    def test_a_closure_of_several_days_is_named_with_its_times(self) -> None:
        leave = Closure(
            local(OFFICE, "11-18 12:00"), local(OFFICE, "11-20 12:00"), local(OFFICE, "11-01 00:00"), "Leave"
        )
        assert self.words(replace(OFFICE, closures=(leave,)), "11-18 10:00", "4 working hours") == (
            "received Wed 10:00 · 4 working hours · closed Wed 12:00 – Fri 12:00: Leave · due Fri 14:00 (§5)"
        )

    def test_what_took_no_working_time_away_is_not_named(self) -> None:
        """A holiday on a Sunday, and one that a target day and night runs through."""
        sunday = replace(OFFICE, holidays={date(2026, 11, 22): "Sunday's feast"})
        assert "closed" not in self.words(sunday, "11-20 10:00")
        assert "closed" not in self.words(NOWRUZ, "11-17 10:00", "48 h")

    def test_one_that_fell_into_a_pause_is_not_named(self) -> None:
        found = Ticket(NOWRUZ, plan({FIRST: "4 working hours"})).happens("11-17 14:00", "received")
        found.happens("11-17 15:00", "waiting_started").happens("11-24 09:00", "requester_message")
        assert "Nowruz" not in found.words(FIRST)


class TestMerged:
    HOW = plan({FIRST: "3 working hours", NEXT: "3 working hours"})

    def donor(self, received: str = "11-16 09:30") -> Ticket:
        return ticket(self.HOW).happens(received, "received")

    def merged(self, recipient: Ticket, donor: Ticket, at: str) -> Ticket:
        candidates = json.loads(json.dumps(donor_candidates(donor.fold(at), donor.at(at))))
        return recipient.happens(at, "merged_in", candidates=candidates)

    def test_the_earliest_receipt_and_the_earliest_due_moment_count(self) -> None:
        recipient = self.merged(
            ticket(self.HOW).happens("11-16 11:00", "received"), self.donor(), "11-16 11:30"
        )
        clock = recipient.clock(FIRST)
        assert recipient.spell(clock.received_at) == "11-16 09:30"
        assert recipient.spell(clock.due_at) == "11-16 12:30"

    def test_a_later_donor_moves_nothing(self) -> None:
        recipient = ticket(self.HOW).happens("11-16 09:00", "received")
        assert self.merged(recipient, self.donor("11-16 10:00"), "11-16 11:00").due(FIRST) == "11-16 12:00"

    def test_the_donors_waits_come_along_and_later_ones_count_too(self) -> None:
        """The donor's 9:30 and 3 hours, waited 10:00 to 11:00, are due 13:30; the recipient's wait adds an hour."""
        donor = (
            self.donor().happens("11-16 10:00", "waiting_started").happens("11-16 11:00", "requester_message")
        )
        recipient = self.merged(ticket(self.HOW).happens("11-16 11:15", "received"), donor, "11-16 11:30")
        assert recipient.due(FIRST) == "11-16 13:30"
        recipient.happens("11-16 12:00", "waiting_started").happens("11-16 13:00", "requester_message")
        assert recipient.due(FIRST) == "11-16 14:30"

    def test_what_the_donor_was_owed_is_owed_where_all_was_answered(self) -> None:
        recipient = ticket(self.HOW).happens("11-16 09:00", "received").happens("11-16 09:10", "public_reply")
        self.merged(recipient, self.donor(), "11-16 10:00")
        assert recipient.due(NEXT) == "11-16 12:30"
        assert recipient.words(NEXT).startswith("received Mon 09:30")
        recipient.happens("11-16 10:30", "public_reply")
        assert recipient.clock(NEXT, "11-30 10:00").state is State.MET

    def test_its_derivation_tells_the_two_receipts_apart(self) -> None:
        """Each request with its own receipt: the one that goes on first, then the one that was merged into it."""
        recipient = self.merged(
            ticket(self.HOW).happens("11-16 11:00", "received"), self.donor(), "11-16 11:30"
        )
        assert recipient.words(FIRST) == (
            "received Mon 11:00 · 3 working hours · merged Mon 11:30 with a request received Mon 09:30 that has "
            "3 working hours · due Mon 12:30 (§5)"
        )

    def test_a_later_donors_receipt_is_told_beside_the_own_one(self) -> None:
        recipient = ticket(self.HOW).happens("11-13 18:00", "received")
        self.merged(recipient, self.donor("11-16 10:00"), "11-16 11:00")
        assert recipient.words(FIRST) == (
            "received Fri 18:00, after closing · starts Mon 09:00 · 3 working hours · merged Mon 11:00 with a request "
            "received Mon 10:00 that has 3 working hours · due Mon 12:00 (§5)"
        )

    def test_what_is_merged_into_an_incomplete_request_and_its_own_completion_both_count(self) -> None:
        """The donor's promise starts the clock; the own completion joins it, and the earlier due moment holds."""
        how = plan({FIRST: "3 working hours"}, starts=COMPLETE)
        donor = ticket(how).happens("11-16 09:30", "received").happens("11-16 09:30", "completed")
        recipient = self.merged(ticket(how).happens("11-16 09:00", "received"), donor, "11-16 10:00")
        recipient.happens("11-16 10:30", "completed")
        assert recipient.due(FIRST) == "11-16 12:30"
        assert recipient.words(FIRST) == (
            "received Mon 09:30 · 3 working hours · complete Mon 10:30: 3 working hours from then · "
            "due Mon 12:30 (§5)"
        )

    def test_an_answered_donor_brings_nothing(self) -> None:
        donor = self.donor().happens("11-16 10:00", "public_reply")
        assert donor_candidates(donor.fold("11-16 11:00"), donor.at("11-16 11:00")) == []

    def test_a_breach_counts_once(self) -> None:
        recipient = ticket(self.HOW).happens("11-16 14:00", "received")
        self.merged(recipient, self.donor(), "11-16 15:00")
        clock = recipient.clock(FIRST, "11-18 10:00")
        assert (clock.state, recipient.spell(clock.breached_at)) == (State.BREACHED, "11-16 12:30")
        assert clock.is_breach_inherited

    def test_the_donors_clocks_end_with_the_merge(self) -> None:
        donor = self.donor().happens("11-16 11:00", "closed", reason="merged")
        assert donor.clock(FIRST, "11-30 10:00").state is State.CANCELLED


class TestDeclaredEvents:
    """C24-12: war, storm, strike and the like; ION-7: maintenance."""

    def declared(self, at: str, **data: object) -> Ticket:
        struck = ticket(plan({FIRST: "8 working hours", NEXT: "8 working hours"})).happens(
            "11-16 10:00", "received"
        )
        return struck.happens(
            at, "event_declared", name="strike", metrics=["first response"], clause="12", **data
        )

    def test_it_pauses_from_its_start_where_that_comes_later(self) -> None:
        struck = self.declared("11-16 11:00", starts_at=local(OFFICE, "11-16 12:00"))
        struck.happens("11-16 14:00", "event_ended", name="strike")
        assert struck.due(FIRST) == "11-17 12:00"

    def test_it_pauses_from_its_declaration_where_that_comes_later(self) -> None:
        struck = self.declared("11-16 13:00", starts_at=local(OFFICE, "11-16 09:00").isoformat())
        struck.happens("11-16 14:00", "event_ended", name="strike")
        assert struck.due(FIRST) == "11-17 11:00"

    def test_a_known_end_is_reckoned_with_at_once(self) -> None:
        struck = self.declared(
            "11-16 11:00",
            starts_at=local(OFFICE, "11-17 09:00").isoformat(),
            ends_at=local(OFFICE, "11-17 12:00").isoformat(),
        )
        clock = struck.clock(FIRST, "11-16 12:00")
        assert (clock.state, struck.spell(clock.due_at)) == (State.RUNNING, "11-17 13:00")
        during = struck.clock(FIRST, "11-17 10:00")
        assert (during.state, during.pause_reason) == (State.PAUSED, "strike")
        assert struck.words(FIRST).endswith("strike Tue 09:00–12:00 · due Tue 13:00 (§5)")

    def test_it_pauses_only_the_clocks_it_names(self) -> None:
        struck = self.declared("11-16 11:00").happens("11-16 11:00", "public_reply")
        struck.happens("11-16 12:00", "requester_message").happens(
            "11-17 12:00", "event_ended", name="strike"
        )
        assert struck.due(NEXT) == "11-17 12:00"

    def test_two_events_end_each_by_its_name(self) -> None:
        struck = self.declared("11-16 11:00")
        struck.happens("11-16 12:00", "event_declared", name="storm", metrics=["first response"])
        struck.happens("11-16 13:00", "event_ended", name="strike").happens(
            "11-16 15:00", "event_ended", name="storm"
        )
        assert struck.due(FIRST) == "11-17 14:00"

    def away(self, *leaves: tuple[str, str, str]) -> Ticket:
        """Leaves of one name: when each was declared, its start and its end."""
        struck = ticket(plan({FIRST: "8 working hours"})).happens("11-16 10:00", "received")
        for declared, start, end in leaves:
            struck.happens(
                declared,
                "event_declared",
                name="leave",
                metrics=["first response"],
                starts_at=local(OFFICE, start).isoformat(),
                ends_at=local(OFFICE, end).isoformat(),
            )
        return struck

    def test_two_leaves_of_one_name_both_pause_in_whichever_order_they_are_declared(self) -> None:
        """IEX-4: nothing is owed during either leave; declaring one does not take back another."""
        sooner, later = ("11-16 15:00", "11-16 17:00"), ("11-17 09:00", "11-17 11:00")
        for first, second in ((sooner, later), (later, sooner)):
            away = self.away(("11-16 11:00", *first), ("11-16 11:10", *second))
            assert away.spell(away.clock(FIRST, "11-16 11:30").due_at) == "11-17 14:00"

    def test_the_same_event_declared_again_moves_its_end(self) -> None:
        """IEX-4: the leave is the one that was declared, only shorter or longer."""
        for end, due in (("11-17 10:00", "11-17 11:00"), ("11-17 12:00", "11-17 13:00")):
            again = ("11-16 12:00", "11-17 09:00", end)
            away = self.away(("11-16 11:00", "11-17 09:00", "11-17 11:00"), again)
            assert away.spell(away.clock(FIRST, "11-16 13:00").due_at) == due

    def test_ending_an_event_leaves_a_later_one_of_its_name_alone(self) -> None:
        """IEX-4: who comes back early from one leave still goes on the next."""
        away = self.away(
            ("11-16 11:00", "11-16 12:00", "11-16 16:00"), ("11-16 11:00", "11-17 09:00", "11-17 11:00")
        )
        away.happens("11-16 13:00", "event_ended", name="leave")
        assert away.spell(away.clock(FIRST, "11-16 14:00").due_at) == "11-17 13:00"

    def test_ending_an_event_ends_all_of_its_name_that_run(self) -> None:
        """IEX-4: two leaves lie over one another from noon on; who is back at half past one is back from both."""
        away = self.away(
            ("11-16 11:00", "11-16 12:00", "11-16 16:00"), ("11-16 11:00", "11-16 13:00", "11-16 15:00")
        )
        away.happens("11-16 13:30", "event_ended", name="leave")
        assert away.spell(away.clock(FIRST, "11-16 14:00").due_at) == "11-17 11:30"

    def test_an_event_that_is_over_is_not_the_one_that_is_called_off(self) -> None:
        """IEX-4: the leave of this morning took its hour; what is called off is the one of tomorrow."""
        away = self.away(
            ("11-16 11:00", "11-16 11:30", "11-16 12:30"), ("11-16 11:00", "11-17 09:00", "11-17 11:00")
        )
        away.happens("11-16 14:00", "event_ended", name="leave")
        assert away.spell(away.clock(FIRST, "11-16 15:00").due_at) == "11-17 11:00"

    def test_an_event_ended_before_it_begins_is_called_off(self) -> None:
        away = self.away(("11-16 11:00", "11-17 09:00", "11-17 12:00"))
        away.happens("11-16 12:00", "event_ended", name="leave")
        assert away.spell(away.clock(FIRST, "11-16 14:00").due_at) == "11-17 10:00"


class TestBreach:
    def test_it_has_the_true_due_moment_however_late_it_is_noticed(self) -> None:
        asked = ticket().happens("11-16 10:00", "received")
        for noticed in ("11-16 13:00", "11-16 13:01", "11-30 13:00"):
            assert asked.spell(asked.clock(FIRST, noticed).breached_at) == "11-16 13:00"
        assert asked.clock(FIRST, "11-16 12:59").breached_at is None

    def test_it_stays_when_the_answer_comes(self) -> None:
        asked = ticket().happens("11-16 10:00", "received").happens("11-16 15:00", "public_reply")
        clock = asked.clock(FIRST, "11-30 10:00")
        assert (clock.state, asked.spell(clock.breached_at)) == (State.BREACHED, "11-16 13:00")
        assert asked.words(FIRST).endswith("due Mon 13:00 (§5) · answered Mon 15:00, late")

    def test_it_stays_when_the_ticket_is_cancelled(self) -> None:
        asked = ticket().happens("11-16 10:00", "received").happens("11-16 15:00", "cancelled")
        assert asked.clock(FIRST, "11-30 10:00").state is State.BREACHED

    def test_unmet_it_is_told_as_missed(self) -> None:
        asked = ticket().happens("11-16 10:00", "received")
        assert asked.words(FIRST, "11-16 14:00").endswith("due Mon 13:00 (§5) · missed")


class TestTicketsForCallers:
    def test_they_count_from_the_call(self) -> None:
        """The agent writes it down an hour later; the call is the receipt."""
        call = ticket().happens("11-16 10:00", "received", channel="phone").happens("11-16 11:00", "note")
        assert call.due(FIRST) == "11-16 13:00"


class TestSeveralAtOneInstant:
    def test_a_stop_comes_before_a_start(self) -> None:
        """An answer and a message at the same moment: the message is still unanswered."""
        talk = ticket().happens("11-16 10:00", "received")
        talk.happens("11-16 11:00", "requester_message").happens("11-16 11:00", "public_reply")
        assert talk.clock(FIRST, "11-16 11:00").state is State.MET
        assert talk.clock(NEXT, "11-16 11:00").state is State.RUNNING

    def test_a_stop_comes_before_a_cancel(self) -> None:
        talk = ticket().happens("11-16 10:00", "received")
        talk.happens("11-16 11:00", "cancelled").happens("11-16 11:00", "public_reply")
        assert talk.clock(FIRST, "11-16 12:00").state is State.MET

    def test_a_pause_comes_before_what_resumes(self) -> None:
        talk = ticket().happens("11-16 10:00", "received")
        talk.happens("11-16 11:00", "requester_message").happens("11-16 11:00", "waiting_started")
        assert talk.clock(FIRST, "11-16 11:30").state is State.RUNNING

    def test_receipt_comes_before_all(self) -> None:
        talk = ticket().happens("11-16 10:00", "public_reply").happens("11-16 10:00", "received")
        assert talk.clock(FIRST, "11-16 12:00").state is State.MET

    def test_a_pause_at_the_due_moment_comes_before_the_breach(self) -> None:
        talk = ticket().happens("11-16 10:00", "received").happens("11-16 13:00", "waiting_started")
        assert talk.clock(FIRST, "11-16 15:00").state is State.PAUSED
        talk.happens("11-16 16:00", "requester_message")
        assert talk.due(FIRST) == "11-16 16:00"


class TestCancelling:
    def test_closing_ends_what_is_owed(self) -> None:
        ended = ticket().happens("11-16 10:00", "received").happens("11-16 11:00", "closed", reason="silence")
        states = {clock.state for (clock,) in ended.fold("11-30 10:00").values()}
        assert states == {State.CANCELLED}
        assert ended.words(FIRST).endswith("due Mon 13:00 (§5) · ended Mon 11:00")

    def test_named_clocks_alone_can_be_cancelled(self) -> None:
        ended = ticket().happens("11-16 10:00", "received")
        ended.happens("11-16 11:00", "cancelled", metrics=["resolution"])
        clocks = ended.fold("11-16 12:00")
        assert (clocks[FIRST][0].state, clocks[RESOLUTION][0].state) == (State.RUNNING, State.CANCELLED)


class TestPicture:
    def test_it_tells_open_closed_paused_and_left_apart(self) -> None:
        late = ticket().happens("11-19 18:40", "received")
        late.happens("11-20 11:00", "waiting_started").happens("11-20 15:00", "requester_message")
        shown = [
            (late.spell(one.start), late.spell(one.end), one.kind, one.reason, one.clause)
            for one in segments_of(late.clock(FIRST, "11-20 15:30"))
        ]
        assert shown == [
            ("11-19 18:40", "11-20 09:00", SegmentKind.CLOSED, "after closing", "hours"),
            ("11-20 09:00", "11-20 11:00", SegmentKind.COUNTED, "", ""),
            ("11-20 11:00", "11-20 15:00", SegmentKind.PAUSED, WAITING, "7"),
            ("11-20 15:00", "11-20 15:30", SegmentKind.COUNTED, "", ""),
            ("11-20 15:30", "11-20 16:00", SegmentKind.LEFT, "", ""),
        ]

    def test_elapsed_time_counts_by_night_and_a_moved_due_moment_shows_its_way(self) -> None:
        """ION-1."""
        moved = Ticket(ION, plan({FIRST: "4 h"}, starts=OPENING, due_when_closed=MOVES))
        moved.happens("11-20 17:00", "received")
        shown = [
            (moved.spell(one.start), moved.spell(one.end), one.kind)
            for one in segments_of(moved.clock(FIRST, "11-20 17:00"))
        ]
        assert shown == [
            ("11-20 17:00", "11-20 21:00", SegmentKind.LEFT),
            ("11-20 21:00", "11-23 08:00", SegmentKind.CLOSED),
        ]

    def test_a_clock_that_never_started_has_no_picture(self) -> None:
        vague = ticket(plan({FIRST: "3 working hours"}, starts=COMPLETE)).happens("11-16 10:00", "received")
        assert segments_of(vague.clock(FIRST, "11-17 10:00")) == ()


class TestWords:
    def test_dates_come_in_where_a_week_is_not_enough(self) -> None:
        asked = ticket(plan({FIRST: "10 business days"})).happens("2026-12-28 10:00", "received")
        assert asked.words(FIRST) == (
            "received Mon 28 Dec 10:00 · 10 business days · due Mon 11 Jan 2027 10:00 (§5)"
        )

    def test_a_wait_over_days_names_both_ends(self) -> None:
        asked = ticket().happens("11-16 10:00", "received").happens("11-16 11:00", "waiting_started")
        asked.happens("11-18 10:00", "requester_message")
        assert "waiting for you Mon 11:00 – Wed 10:00" in asked.words(FIRST)

    def test_times_are_local_to_the_calendar(self) -> None:
        far = Ticket(Calendar("far", zone("Asia/Kathmandu"), OFFICE.weekly), plan({FIRST: "24 h"})).happens(
            "11-16 10:00", "received"
        )
        assert far.words(FIRST).startswith("received Mon 10:00")

    @pytest.mark.parametrize(
        ("minutes", "words"),
        [
            (0, "0 min"),
            (59, "59 min"),
            (60, "1 h"),
            (150, "2 h 30 min"),
            (2880, "2 days"),
            (3000, "2 days 2 h"),
        ],
    )
    def test_spans_have_two_units(self, minutes: int, words: str) -> None:
        from datetime import timedelta

        assert ENGLISH.amount(timedelta(minutes=minutes)) == words


class TestTargetTables:
    def rule(self, clause: str, within: str, **options: object) -> TargetRule:
        return TargetRule(FIRST, {"": target(FIRST, within)}, clause, **options)  # type: ignore[arg-type]

    def test_a_fact_picks_the_row(self) -> None:
        rows = {name: target(FIRST, within) for name, within in BY_PRIORITY.items()}
        table = TargetTable((TargetRule(FIRST, rows, "5", by="priority"),))
        found = table.resolve(FIRST, {"priority": "high"})
        assert found == target(FIRST, "4 h")
        assert table.resolve(FIRST, {"priority": "unheard of"}) is None
        assert table.resolve(FIRST, {}) is None
        assert table.resolve(NEXT, {"priority": "high"}) is None

    def test_a_block_applies_where_its_condition_is_known_to_hold(self) -> None:
        for held, expected in ((True, target(FIRST, "4 h")), (False, None), (None, None)):
            table = TargetTable((self.rule("5", "4 h", applies=lambda _, held=held: held),))
            assert table.resolve(FIRST, {}) == expected

    def test_an_exception_wins_over_the_clause_it_names(self) -> None:
        """IEX-5: in transition another time holds."""
        usual = self.rule("5", "4 h")
        transition = self.rule("5.1", "2 h", applies=lambda _: True, exception_to=frozenset({"5"}))
        for rules in ((usual, transition), (transition, usual)):
            assert TargetTable(rules).resolve(FIRST, {}) == target(FIRST, "2 h")

    def test_two_that_differ_are_an_error_and_no_order_decides(self) -> None:
        with pytest.raises(TargetsOverlap, match="5 and 6"):
            TargetTable((self.rule("5", "4 h"), self.rule("6", "2 h"))).resolve(FIRST, {})

    def test_two_that_agree_are_none(self) -> None:
        table = TargetTable((self.rule("5", "4 h"), self.rule("6", "4 h")))
        assert table.resolve(FIRST, {}) == target(FIRST, "4 h")

    def test_targets_go_to_json_and_back(self) -> None:
        for one in (
            target(FIRST, "2..10 business days", low=True, approximate=True, until_close=True),
            target(RESOLUTION, "in order", bands=frozenset({"open", "limited"}), internal=True),
            Target(NEXT, Unmeasured.NONE, calendar="hours", starts=COMPLETE, due_when_closed=MOVES),
        ):
            assert Target.from_json(json.loads(json.dumps(one.to_json()))) == one


class TestNothing:
    def test_no_events_are_no_clocks(self) -> None:
        assert fold([], plan(THREE), {"hours": OFFICE}) == {}

    def test_without_a_calendar_time_is_counted_day_and_night_in_utc(self) -> None:
        asked = ticket(plan({FIRST: "3 working hours"})).happens("11-21 10:00", "received")
        clock = fold(asked.events, asked.plan, {})[FIRST][0]
        assert asked.spell(clock.due_at) == "11-21 13:00"

    def test_metrics_without_a_target_have_no_clock(self) -> None:
        assert set(ticket(plan({FIRST: "4 h"})).happens("11-16 10:00", "received").fold()) == {FIRST}
