"""What the five policies promise, by hand. November 2026: the 16th is a Monday."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest

from remit.policy.clocks import (
    ClockPlan,
    CloseRule,
    DueWhenClosed,
    EscalationStep,
    Reopening,
    ReopenRule,
    Starts,
    State,
    Target,
    Unmeasured,
    auto_close,
    escalation_moments,
    reopening,
    sentence,
)
from remit.policy.vocabulary import Metric, parse_duration
from tests.policy.calendars.shapes import C24, IEX, ION, ITC, OFFICE, local
from tests.policy.clocks.tickets import FIRST, NEXT, RESOLUTION, WAITING, Ticket, plan, target

ITC_ROWS = {"urgent": "3 h", "high": "24 h", "medium": "3 business days", "low": "5 business days"}


class TestItechResponses:
    """ITC-15: business days Monday to Friday, 0 to 24; hours are elapsed, day and night."""

    @pytest.mark.parametrize(
        ("priority", "received", "due"),
        [
            ("medium", "11-19 15:00", "11-24 15:00"),  # Friday, Monday, Tuesday
            ("medium", "11-21 10:00", "11-26 00:00"),  # on Saturday: as if on Monday 0:00
            ("low", "11-19 15:00", "11-26 15:00"),
            ("high", "11-20 18:00", "11-21 18:00"),  # through the night and into the weekend
            ("urgent", "11-21 23:00", "11-22 02:00"),
        ],
    )
    def test_each_priority_has_its_time(self, priority: str, received: str, due: str) -> None:
        ticket = Ticket(ITC, plan({FIRST: ITC_ROWS}, priority)).happens(received, "received")
        assert ticket.due(FIRST) == due

    def test_later_answers_have_the_same_row(self) -> None:
        ticket = Ticket(ITC, plan({FIRST: ITC_ROWS, NEXT: ITC_ROWS}, "medium"))
        ticket.happens("11-16 09:00", "received").happens("11-16 10:00", "public_reply")
        ticket.happens("11-18 12:00", "requester_message")
        assert ticket.due(NEXT) == "11-23 12:00"

    def test_it_waits_for_the_client_from_intake_on(self) -> None:
        """ITC-16: three hours from 9:00, two of them spent waiting for what intake asked for."""
        ticket = Ticket(ITC, plan({FIRST: ITC_ROWS}, "urgent"))
        ticket.happens("11-16 09:00", "received")
        ticket.happens("11-16 09:00", "waiting_started", reason="incomplete at intake")
        assert ticket.due(FIRST) is None
        assert ticket.clock(FIRST, "11-16 09:30").state is State.PAUSED
        ticket.happens("11-16 11:00", "completed")
        assert ticket.due(FIRST) == "11-16 14:00"

    def test_half_a_day_of_waiting_is_half_a_business_day(self) -> None:
        """ITC-16: received Monday 9:00, waiting Tuesday 6:00 to 18:00: three business days and twelve hours."""
        ticket = Ticket(ITC, plan({FIRST: ITC_ROWS}, "medium")).happens("11-16 09:00", "received")
        ticket.happens("11-17 06:00", "waiting_started").happens("11-17 18:00", "requester_message")
        assert ticket.due(FIRST) == "11-19 21:00"


class TestItechSilence:
    """ITC-17, ITC-18."""

    RULE = CloseRule(WAITING, parse_duration("48 h"), parse_duration("12 h"), "10.4", calendar="hours")
    CALENDARS = {"hours": ITC}

    def asked(self) -> Ticket:
        ticket = Ticket(ITC, plan({FIRST: ITC_ROWS}, "high")).happens("11-20 09:00", "received")
        ticket.happens("11-20 17:00", "public_reply")
        return ticket.happens("11-20 17:00", "waiting_started", reason=WAITING, question="Which version?")

    def test_it_closes_48_hours_after_the_teams_last_message(self) -> None:
        ticket = self.asked()
        closing = auto_close(ticket.events, self.RULE, self.CALENDARS)
        assert closing is not None
        assert ticket.spell(closing.warn_at) == "11-22 05:00"
        assert ticket.spell(closing.close_at) == "11-22 17:00"
        assert sentence(closing.derivation) == (
            "our last message Fri 17:00 · 48 h without an answer · reminder Sun 05:00 · closes Sun 17:00 (§10.4)"
        )

    def test_a_later_message_of_the_teams_counts_and_the_warning_does_not(self) -> None:
        ticket = (
            self.asked().happens("11-21 10:00", "public_reply").happens("11-22 22:00", "automatic_message")
        )
        closing = auto_close(ticket.events, self.RULE, self.CALENDARS)
        assert closing is not None
        assert ticket.spell(closing.close_at) == "11-23 10:00"

    @pytest.mark.parametrize("kind", ["requester_message", "waiting_ended", "solved", "closed", "cancelled"])
    def test_what_ends_the_wait_cancels_it(self, kind: str) -> None:
        assert auto_close(self.asked().happens("11-21 09:00", kind).events, self.RULE, self.CALENDARS) is None

    def test_a_message_off_the_official_channels_cancels_nothing(self) -> None:
        ticket = self.asked().happens("11-21 09:00", "requester_message", official=False)
        assert auto_close(ticket.events, self.RULE, self.CALENDARS) is not None

    @pytest.mark.parametrize("kind", ["requester_message", "public_reply", "held", "solved"])
    def test_what_comes_after_it_fell_due_undoes_nothing(self, kind: str) -> None:
        """ITC-17, design §2.4: it closes when it fell due, and what comes a minute later finds it closed."""
        closing = auto_close(self.asked().happens("11-22 17:01", kind).events, self.RULE, self.CALENDARS)
        assert closing is not None
        assert local(ITC, "11-22 17:00") == closing.close_at

    def test_a_reply_at_the_very_instant_of_closing_keeps_it_open(self) -> None:
        ticket = self.asked().happens("11-22 17:00", "requester_message")
        assert auto_close(ticket.events, self.RULE, self.CALENDARS) is None

    def test_what_was_reopened_waits_for_nothing(self) -> None:
        ticket = self.asked().happens("11-24 09:00", "reopened")
        assert auto_close(ticket.events, self.RULE, self.CALENDARS) is None

    def test_a_ticket_known_to_have_been_open_later_was_not_closed_before(self) -> None:
        ticket = self.asked().happens("11-24 09:00", "requester_message")
        later = ticket.at("11-24 09:00")
        assert auto_close(ticket.events, self.RULE, self.CALENDARS, open_at=later) is None

    def test_a_ticket_that_asked_nothing_stays_open(self) -> None:
        ticket = Ticket(ITC, plan({FIRST: ITC_ROWS})).happens("11-20 09:00", "received")
        ticket.happens("11-20 17:00", "public_reply")
        assert auto_close(ticket.events, self.RULE, self.CALENDARS) is None

    def test_a_request_that_lacks_something_waits_for_the_customer_until_it_is_complete(self) -> None:
        """ITC-17: what intake had to ask for is our last message; completed, by whatever way, nothing closes it."""
        ticket = Ticket(ITC, plan({})).happens("11-20 17:00", "received")
        ticket.happens("11-20 17:00", "waiting_started", reason="incomplete at intake")
        closing = auto_close(ticket.events, self.RULE, self.CALENDARS)
        assert closing is not None
        assert ticket.spell(closing.close_at) == "11-22 17:00"
        ticket.happens("11-21 09:00", "completed")
        assert auto_close(ticket.events, self.RULE, self.CALENDARS) is None

    def test_half_an_answer_leaves_a_request_waiting_from_our_new_question(self) -> None:
        """ITC-17: what is still missing is asked for at once, and the 48 hours count from that."""
        ticket = Ticket(ITC, plan({FIRST: ITC_ROWS}, "high")).happens("11-20 17:00", "received")
        ticket.happens("11-20 17:00", "waiting_started", reason="incomplete at intake")
        ticket.happens("11-21 09:00", "requester_message")
        ticket.happens("11-21 09:00", "waiting_started", reason="incomplete at intake", again=True)
        closing = auto_close(ticket.events, self.RULE, self.CALENDARS)
        assert closing is not None
        assert ticket.spell(closing.close_at) == "11-23 09:00"
        assert ticket.clock(FIRST, "11-22 09:00").state is State.PAUSED

    def test_a_message_does_not_answer_what_the_rules_ask_because_of_it(self) -> None:
        """ITC-16, ITC-17: what was asked again stands at the message's instant, and the wait goes on from there."""
        ticket = Ticket(ITC, plan({FIRST: ITC_ROWS, NEXT: ITC_ROWS}, "high")).happens(
            "11-20 09:00", "received"
        )
        ticket.happens("11-20 17:00", "public_reply").happens(
            "11-20 17:00", "waiting_started", reason=WAITING
        )
        ticket.happens("11-21 09:00", "requester_message")
        ticket.happens("11-21 09:00", "waiting_started", reason=WAITING, again=True)
        closing = auto_close(ticket.events, self.RULE, self.CALENDARS)
        assert closing is not None
        assert ticket.spell(closing.close_at) == "11-23 09:00"
        assert ticket.clock(NEXT, "11-22 09:00").state is State.PAUSED

    def test_a_question_of_ours_is_not_answered_by_the_request_becoming_complete(self) -> None:
        ticket = self.asked().happens("11-21 09:00", "completed")
        assert auto_close(ticket.events, self.RULE, self.CALENDARS) is not None

    def test_on_hold_nothing_closes_and_off_hold_the_wait_counts_anew(self) -> None:
        ticket = self.asked().happens("11-21 09:00", "held")
        assert auto_close(ticket.events, self.RULE, self.CALENDARS) is None
        closing = auto_close(ticket.happens("11-25 10:00", "unheld").events, self.RULE, self.CALENDARS)
        assert closing is not None
        assert ticket.spell(closing.close_at) == "11-27 10:00"

    def test_as_of_an_earlier_instant_it_is_still_waiting(self) -> None:
        ticket = self.asked().happens("11-21 09:00", "requester_message")
        before = local(ITC, "11-21 08:00")
        assert auto_close(ticket.events, self.RULE, self.CALENDARS, until=before) is not None

    def test_working_hours_can_be_what_counts(self) -> None:
        """Eight working hours from Friday 15:00 are up on Monday 15:00, with two hours' notice at 13:00."""
        rule = CloseRule(WAITING, parse_duration("8 working hours"), parse_duration("2 working hours"))
        ticket = Ticket(OFFICE, plan({})).happens("11-20 15:00", "waiting_started")
        closing = auto_close(ticket.events, rule, {"hours": OFFICE})
        assert closing is not None
        assert (ticket.spell(closing.warn_at), ticket.spell(closing.close_at)) == (
            "11-23 13:00",
            "11-23 15:00",
        )

    def test_solved_tickets_may_close_too(self) -> None:
        rule = CloseRule("solved", parse_duration("7 days"))
        ticket = Ticket(ITC, plan({})).happens("11-16 09:00", "solved")
        closing = auto_close(ticket.events, rule, self.CALENDARS)
        assert closing is not None
        assert closing.warn_at is None
        assert ticket.spell(closing.close_at) == "11-23 09:00"
        assert auto_close(ticket.happens("11-17 09:00", "reopened").events, rule, self.CALENDARS) is None

    def test_a_warning_no_length_can_be_given_to_is_refused(self) -> None:
        with pytest.raises(ValueError, match="no fixed length"):
            CloseRule(WAITING, parse_duration("48 h"), parse_duration("1 business day"))

    @pytest.mark.parametrize(
        ("at", "becomes"),
        [
            ("11-25 10:00", Reopening.REOPEN),
            ("12-02 10:00", Reopening.REOPEN),  # the last moment of the seventh day is in
            ("12-02 10:01", Reopening.NEW_LINKED),
        ],
    )
    def test_it_reopens_for_seven_days_and_is_a_new_ticket_then(self, at: str, becomes: Reopening) -> None:
        """ITC-18."""
        rules = [ReopenRule("silence", parse_duration("7 days")), ReopenRule("any", None)]
        closed_at = local(ITC, "11-25 10:00")
        assert reopening(closed_at, "silence", local(ITC, at), rules, self.CALENDARS) is becomes
        assert reopening(closed_at, "solved", local(ITC, at), rules, self.CALENDARS) is Reopening.REOPEN

    @pytest.mark.parametrize(
        ("at", "becomes"),
        [("11-19 10:00", Reopening.REOPEN), ("11-19 10:01", Reopening.NEW_LINKED)],
    )
    def test_the_time_can_count_from_the_fix_so_that_closing_later_makes_it_no_longer(
        self, at: str, becomes: Reopening
    ) -> None:
        """ITC-11: fixed on Monday 10:00, closed on Wednesday; 72 hours are over on Thursday 10:00."""
        rules = [ReopenRule("solved", parse_duration("72 h"), counts_from_solved=True)]
        fixed_at, closed_at = local(ITC, "11-16 10:00"), local(ITC, "11-18 10:00")
        message = local(ITC, at)
        assert reopening(closed_at, "solved", message, rules, self.CALENDARS, solved_at=fixed_at) is becomes

    def test_what_was_never_solved_counts_from_its_closing(self) -> None:
        rules = [ReopenRule("solved", parse_duration("72 h"), counts_from_solved=True)]
        found = reopening(
            local(ITC, "11-18 10:00"), "solved", local(ITC, "11-21 10:00"), rules, self.CALENDARS
        )
        assert found is Reopening.REOPEN

    def test_a_message_before_the_closing_is_an_error(self) -> None:
        with pytest.raises(ValueError, match="still open"):
            reopening(local(ITC, "11-25 10:00"), "silence", local(ITC, "11-25 09:00"), [], self.CALENDARS)


class TestCrm24:
    """C24-6, C24-7: Saturday to Wednesday 9 to 17, Thursday 9 to 12, answers and solutions in order."""

    def test_answers_are_owed_in_order_and_have_no_moment(self) -> None:
        ticket = Ticket(C24, plan({FIRST: "in order", RESOLUTION: "in order"}))
        ticket.happens("11-19 18:00", "received")
        clock = ticket.clock(FIRST, "11-20 10:00")
        assert (clock.state, clock.due_at, clock.breached_at) == (State.IN_ORDER, None, None)
        assert ticket.spell(clock.started_at) == "11-21 09:00"
        assert ticket.words(FIRST, "11-20 10:00") == (
            "received Thu 18:00, after closing · starts Sat 09:00 · in order, in working hours (§5)"
        )

    def test_an_answer_meets_it_and_it_never_breaches(self) -> None:
        ticket = Ticket(C24, plan({FIRST: "in order"})).happens("11-19 18:00", "received")
        ticket.happens("12-19 10:00", "public_reply")
        assert ticket.clock(FIRST, "12-20 10:00").state is State.MET

    def test_an_internal_target_runs_over_the_short_thursday_and_the_rest_day(self) -> None:
        """Six working hours from Wednesday 15:00: two, three on Thursday, one on Saturday."""
        ticket = Ticket(C24, plan({FIRST: "6 working hours"}, internal=True)).happens(
            "11-18 15:00", "received"
        )
        clock = ticket.clock(FIRST)
        assert ticket.due(FIRST) == "11-21 10:00"
        assert clock.due_at is not None
        assert clock.due_at.isoformat() == "2026-11-21T06:30:00+00:00"
        assert clock.target is not None
        assert clock.target.internal

    def test_running_out_at_closing_is_due_at_closing(self) -> None:
        """Design §5: five working hours from Wednesday 15:00 end with Thursday's noon, not on Saturday."""
        ticket = Ticket(C24, plan({FIRST: "5 working hours"})).happens("11-18 15:00", "received")
        assert ticket.due(FIRST) == "11-19 12:00"


ION_ROWS = {"critical": "1 h", "high": "4 h", "medium": "24 h", "low": "48 h"}


def ion_plan(priority: str, metrics: tuple[Metric, ...] = (FIRST,)) -> ClockPlan:
    def resolve(metric: Metric, at_priority: str) -> Target | None:
        if metric not in metrics:
            return None
        bands = frozenset({"open", "limited"} if at_priority == "critical" else {"open"})
        return Target(
            metric,
            parse_duration(ION_ROWS[at_priority]),
            bands=bands,
            starts=Starts.AT_NEXT_OPENING,
            due_when_closed=DueWhenClosed.MOVES,
            clause="4",
        )

    return ClockPlan(resolve, plan({}).pauses, priority)


class TestIoneResponses:
    """ION-1, ION-3: elapsed hours from the next opening; due in closed time moves; critical counts weekends."""

    @pytest.mark.parametrize(
        ("priority", "received", "started", "due"),
        [
            ("critical", "11-19 10:00", "11-19 10:00", "11-19 11:00"),
            ("critical", "11-20 17:30", "11-20 17:30", "11-21 09:00"),  # 18:30 is closed; Saturday is limited
            ("critical", "11-20 17:00", "11-20 17:00", "11-20 18:00"),  # exactly at closing
            ("critical", "11-21 10:00", "11-21 10:00", "11-21 11:00"),
            ("critical", "11-21 12:30", "11-21 12:30", "11-22 09:00"),
            ("critical", "11-21 20:00", "11-22 09:00", "11-22 10:00"),
            ("high", "11-21 10:00", "11-23 08:00", "11-23 12:00"),  # limited hours are not for high
            ("high", "11-20 17:00", "11-20 17:00", "11-23 08:00"),
            ("medium", "11-18 10:00", "11-18 10:00", "11-19 10:00"),
            ("medium", "11-20 10:00", "11-20 10:00", "11-23 08:00"),
            ("low", "11-19 19:00", "11-20 08:00", "11-23 08:00"),  # 48 h end on Sunday 8:00
        ],
    )
    def test_each_priority_has_its_time(self, priority: str, received: str, started: str, due: str) -> None:
        ticket = Ticket(ION, ion_plan(priority)).happens(received, "received")
        clock = ticket.clock(FIRST)
        assert (ticket.spell(clock.started_at), ticket.spell(clock.due_at)) == (started, due)

    @pytest.mark.parametrize(
        ("until", "due"),
        [("11-21 08:00", "11-21 09:00"), ("11-21 12:00", "11-21 12:00"), ("11-21 15:00", "11-22 09:00")],
    )
    def test_a_wait_on_the_way_to_the_opening_is_never_held_against_us(self, until: str, due: str) -> None:
        """Run out at Friday 18:30 and waiting from 20:00 on: due when the wait is over and it is open."""
        ticket = Ticket(ION, ion_plan("critical")).happens("11-20 17:30", "received")
        ticket.happens("11-20 20:00", "waiting_started")
        assert ticket.due(FIRST) is None
        assert ticket.happens(until, "requester_message").due(FIRST) == due

    def test_the_move_to_the_next_opening_is_told(self) -> None:
        ticket = Ticket(ION, ion_plan("critical")).happens("11-20 17:30", "received")
        assert ticket.words(FIRST) == (
            "received Fri 17:30 · 1 h · runs out Fri 18:30, after closing · due Sat 09:00 (§4)"
        )

    def test_the_wait_for_the_opening_is_told(self) -> None:
        ticket = Ticket(ION, ion_plan("high")).happens("11-21 15:00", "received")
        assert ticket.words(FIRST) == (
            "received Sat 15:00, closed on Saturdays · starts Mon 08:00 · 4 h · due Mon 12:00 (§4)"
        )

    def test_raising_to_critical_opens_the_weekend(self) -> None:
        """Received Saturday 9:30 as high: Monday 12:00. Raised at 10:00: one hour of limited Saturday."""
        ticket = Ticket(ION, ion_plan("high")).happens("11-21 09:30", "received")
        assert ticket.due(FIRST) == "11-23 12:00"
        ticket.happens("11-21 10:00", "priority_changed", old="high", new="critical")
        assert ticket.due(FIRST) == "11-21 11:00"


class TestIoneEscalation:
    """ION-4: warn at 50 % of the target, tier 2 at 100 %, tier 3 at 200 %."""

    STEPS = (
        EscalationStep(Fraction(1, 2), "warn", "6"),
        EscalationStep(Fraction(1), 2, "6"),
        EscalationStep(Fraction(2), 3, "6"),
    )

    def moments(self, ticket: Ticket, until: str | None = None) -> list[tuple[str | None, object]]:
        found = escalation_moments(ticket.clock(FIRST, until), self.STEPS)
        return [(ticket.spell(moment), step.action) for moment, step in found]

    def test_the_steps_lie_at_half_one_and_two_targets(self) -> None:
        ticket = Ticket(ION, ion_plan("high")).happens("11-23 08:00", "received")
        assert self.moments(ticket) == [("11-23 10:00", "warn"), ("11-23 12:00", 2), ("11-23 16:00", 3)]

    def test_a_pause_shifts_what_comes_after_it(self) -> None:
        """Half of four hours are 8 to 9 and 10 to 11; the whole ends at 13:00, and twice at 17:00."""
        ticket = Ticket(ION, ion_plan("high")).happens("11-23 08:00", "received")
        ticket.happens("11-23 09:00", "waiting_started").happens("11-23 10:00", "requester_message")
        assert self.moments(ticket) == [("11-23 11:00", "warn"), ("11-23 13:00", 2), ("11-23 17:00", 3)]

    def test_a_pause_after_the_due_moment_shifts_only_the_last(self) -> None:
        ticket = Ticket(ION, ion_plan("high")).happens("11-23 08:00", "received")
        ticket.happens("11-23 13:00", "waiting_started").happens("11-23 14:00", "requester_message")
        assert self.moments(ticket) == [("11-23 10:00", "warn"), ("11-23 12:00", 2), ("11-23 17:00", 3)]

    def test_the_last_step_moves_out_of_closed_time_too(self) -> None:
        """High received Monday 13:00: due 17:00, and four hours on is 21:00, so Tuesday 8:00."""
        ticket = Ticket(ION, ion_plan("high")).happens("11-23 13:00", "received")
        assert self.moments(ticket) == [("11-23 15:00", "warn"), ("11-23 17:00", 2), ("11-24 08:00", 3)]

    def test_an_answer_ends_the_steps(self) -> None:
        ticket = Ticket(ION, ion_plan("high")).happens("11-23 08:00", "received")
        ticket.happens("11-23 11:00", "public_reply")
        assert self.moments(ticket) == [("11-23 10:00", "warn")]

    def test_no_step_is_known_during_a_pause(self) -> None:
        ticket = Ticket(ION, ion_plan("high")).happens("11-23 08:00", "received")
        ticket.happens("11-23 09:00", "waiting_started")
        assert self.moments(ticket) == []

    @pytest.mark.parametrize(
        ("written", "half", "double"),
        [
            ("4 working hours", "11-20 17:00", "11-23 13:00"),  # 15:00 +2, +4 is Monday 11:00, +8 is 15:00
            ("2 business days", "11-23 15:00", "11-26 15:00"),
        ],
    )
    def test_fractions_are_of_the_targets_own_unit(self, written: str, half: str, double: str) -> None:
        ticket = Ticket(OFFICE, plan({FIRST: written})).happens("11-20 15:00", "received")
        clock = ticket.clock(FIRST)
        assert ticket.spell(clock.at_risk_at(Fraction(1, 2))) == half
        expected = {"4 working hours": "11-23 15:00"}.get(written, double)
        assert ticket.spell(clock.at_risk_at(Fraction(2))) == expected


class TestIexexchanger:
    """IEX-4, IEX-5: Monday to Friday 10 to 19, UTC+3."""

    def test_ten_business_days_are_promised_and_two_is_not_before(self) -> None:
        ticket = Ticket(IEX, plan({FIRST: "2..10 business days"}, low=True, approximate=True))
        ticket.happens("11-19 12:00", "received")
        clock = ticket.clock(FIRST)
        assert ticket.spell(clock.due_at) == "12-03 12:00"
        assert ticket.spell(clock.not_before) == "11-23 12:00"
        assert ticket.words(FIRST) == (
            "received Thu 19 Nov 12:00 · usually 2..10 business days · not before Mon 23 Nov 12:00"
            " · due Thu 3 Dec 12:00 (§5)"
        )

    def test_the_lower_end_is_nothing_where_the_policy_is_silent(self) -> None:
        ticket = Ticket(IEX, plan({FIRST: "2..10 business days"})).happens("11-19 12:00", "received")
        assert ticket.clock(FIRST).not_before is None

    def test_nothing_is_owed_at_night(self) -> None:
        ticket = Ticket(IEX, plan({FIRST: "2..10 business days"})).happens("11-20 20:00", "received")
        assert ticket.due(FIRST) == "12-07 10:00"

    def test_until_close_runs_to_closing(self) -> None:
        ticket = Ticket(IEX, plan({FIRST: "2 business days"}, until_close=True)).happens(
            "11-19 12:00", "received"
        )
        assert ticket.due(FIRST) == "11-23 19:00"

    def test_archived_licences_are_owed_nothing(self) -> None:
        ticket = Ticket(IEX, plan({FIRST: "none"})).happens("11-19 12:00", "received")
        clock = ticket.clock(FIRST, "12-19 12:00")
        assert (clock.state, clock.due_at) == (State.NONE_OWED, None)
        assert clock.target is not None
        assert clock.target.duration is Unmeasured.NONE


class TestIts:
    def test_the_first_response_is_due_24_hours_after_receipt(self) -> None:
        """ITS-11: elapsed, on a Sunday night as on any."""
        ticket = Ticket(OFFICE, plan({FIRST: "24 h"})).happens("11-22 03:15", "received")
        clock = ticket.clock(FIRST)
        assert ticket.spell(clock.started_at) == "11-22 03:15"
        assert ticket.spell(clock.due_at) == "11-23 03:15"

    def test_24_hours_are_24_hours_when_clocks_change(self) -> None:
        ticket = Ticket(OFFICE, plan({FIRST: "24 h"})).happens("03-28 18:00", "received")
        clock = ticket.clock(FIRST)
        assert clock.started_at is not None
        assert clock.due_at == clock.started_at + timedelta(hours=24)
        assert ticket.spell(clock.due_at) == "03-29 19:00"

    def test_an_estimate_meets_the_diagnosis(self) -> None:
        """ITS-12."""
        ticket = Ticket(OFFICE, plan({Metric.DIAGNOSIS: "3 business days"})).happens(
            "11-16 10:00", "received"
        )
        ticket.happens("11-18 10:00", "estimate_given")
        clock = ticket.clock(Metric.DIAGNOSIS, "11-30 10:00")
        assert clock.state is State.MET
        assert ticket.words(Metric.DIAGNOSIS, "11-30 10:00").endswith(
            "due Thu 10:00 (§5) · estimate given Wed 10:00"
        )


class TestRefunds:
    def test_a_refund_is_due_by_business_day_15_and_expected_from_day_10(self) -> None:
        """ITC-10: approved Thursday 19 November 15:00; day 10 is 3 December, day 15 the 10th."""
        refund = target(Metric.REFUND, "10..15 business days", low=True)
        how = ClockPlan(lambda metric, _: refund if metric is Metric.REFUND else None)
        ticket = Ticket(ITC, how).happens("11-16 09:00", "received")
        ticket.happens("11-19 15:00", "started", metric="refund").happens(
            "11-19 16:00", "closed", reason="solved"
        )
        clock = ticket.clock(Metric.REFUND, "11-30 09:00")
        assert clock.state is State.RUNNING
        assert (ticket.spell(clock.not_before), ticket.spell(clock.due_at)) == ("12-03 15:00", "12-10 15:00")
        ticket.happens("12-11 09:00", "met", metric="refund")
        assert ticket.clock(Metric.REFUND).state is State.BREACHED
        assert ticket.words(Metric.REFUND).endswith(
            "due Thu 10 Dec 15:00 (§5) · refunded Fri 11 Dec 09:00, late"
        )
