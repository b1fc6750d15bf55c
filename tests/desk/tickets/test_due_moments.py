"""What is owed by when, at each of the five desks: stored projections of the clocks, in the desk's own time."""

from datetime import timedelta

import pytest

from remit.desk.foundation import events
from remit.desk.policies.actions import declare_event, end_event
from remit.desk.policies.models import DeclaredEvent
from remit.desk.policies.store import compiled
from remit.desk.tickets.actions import announce_closure, change_priority, reply_publicly
from remit.desk.tickets.clocking import derived_rows, folded_at
from remit.desk.tickets.models import Clock, Ticket
from remit.policy.clocks import sentence
from tests.desk.five import at, clock_of, day, work_until


class TestItech:
    @pytest.mark.parametrize(
        ("impact", "received", "due"),
        [
            ("urgent", "2026-11-21 23:00", "2026-11-22 02:00"),
            ("high", "2026-11-20 18:00", "2026-11-21 18:00"),
            ("medium", "2026-11-20 15:30", "2026-11-25 15:30"),
            ("low", "2026-11-20 15:30", "2026-11-27 15:30"),
        ],
    )
    def test_it_owes_the_first_response_by_priority(self, itc, impact, received, due):
        """ITC-15: hours run day and night, business days from Monday to Friday."""
        itc.holds("plan", at("2026-03-04 10:00"), term="12 months")
        ticket = itc.ticket(at(received), impact=impact)
        assert ticket.priority == impact
        assert clock_of(ticket).due_at == at(due)

    def test_it_follows_a_priority_raised_by_an_agent(self, itc):
        """ITC-15: raised from low to urgent, the earliest counts: three hours from the raise."""
        itc.holds("plan", at("2026-03-04 10:00"), term="12 months")
        ticket = itc.ticket(at("2026-11-18 10:00"), impact="low")
        change_priority(
            ticket, "urgent", "The whole office stands", actor=itc.ada.actor, now=at("2026-11-18 12:00")
        )
        assert clock_of(ticket).due_at == ticket.next_due_at == at("2026-11-18 15:00")

    def test_it_counts_from_receipt_where_we_misjudged(self, itc):
        """Design §5: a priority we misjudged is measured from receipt."""
        itc.holds("plan", at("2026-03-04 10:00"), term="12 months")
        ticket = itc.ticket(at("2026-11-18 10:00"), impact="low")
        change_priority(
            ticket,
            "high",
            "We read it wrongly",
            actor=itc.ada.actor,
            now=at("2026-11-18 12:00"),
            is_misjudged=True,
        )
        assert clock_of(ticket).due_at == at("2026-11-19 10:00")


class TestCrm24:
    def test_it_owes_answers_and_solutions_in_order(self, c24):
        """C24-6, C24-7: no figure; both clocks stand in order, and count from the next opening."""
        c24.holds("subscription", at("2026-11-10 08:00"), on=day("2026-11-10"))
        ticket = c24.ticket(at("2026-11-19 09:00"))
        states = {clock.metric: (clock.state, clock.due_at) for clock in Clock.objects.filter(ticket=ticket)}
        assert states["first response"] == ("in order", None)
        assert states["resolution"] == ("in order", None)
        assert ticket.clock_state == "in order"
        assert ticket.next_due_at is None

    def test_it_counts_from_the_next_opening(self, c24):
        """C24-6: Thursday closes at noon and Friday is the day of rest: what comes at 12:30 counts from Saturday 9:00."""
        c24.holds("subscription", at("2026-11-10 08:00"), on=day("2026-11-10"))
        ticket = c24.ticket(at("2026-11-19 09:00"))
        assert clock_of(ticket).started_at == at("2026-11-21 05:30")
        assert c24.ticket(at("2026-11-19 08:00")).clocks.first().started_at == at("2026-11-19 08:00")


class TestIts:
    def test_it_owes_a_response_within_a_day_and_night(self, its):
        """ITS-11: 24 elapsed hours from receipt."""
        its.holds(
            "item",
            at("2026-10-02 09:00"),
            on=day("2026-10-02"),
            attributes={"work_by_us": True, "proof_recorded": True},
        )
        assert clock_of(its.ticket(at("2026-11-21 03:15"))).due_at == at("2026-11-22 03:15")


class TestIOneTech:
    @pytest.mark.parametrize(
        ("impact", "received", "due"),
        [
            ("critical", "2026-07-11 03:00", "2026-07-11 04:00"),
            ("high", "2026-07-11 03:00", "2026-07-13 05:00"),
            ("high", "2026-07-09 11:40", "2026-07-10 05:00"),
            ("high", "2026-07-10 09:00", "2026-07-13 01:00"),
            ("medium", "2026-09-23 10:00", "2026-09-25 01:00"),
            ("low", "2026-09-23 10:00", "2026-09-25 10:00"),
        ],
    )
    def test_it_owes_the_first_response_by_impact_and_opening_hours(self, ion, impact, received, due):
        """ION-1, ION-3: limited weekend hours count for critical alone; closed time moves what runs out in it."""
        ion.holds("contract", at("2026-01-05 02:00"), term="12 months")
        assert clock_of(ion.ticket(at(received), impact=impact)).due_at == at(due)

    @pytest.mark.parametrize("category", ["technical", "billing", "infrastructure", "security"])
    def test_it_sets_the_priority_by_impact_in_each_category(self, ion, category):
        """ION-5, ION-6: what the customer sees sets the priority, in every one of the four categories."""
        ion.holds("contract", at("2026-01-05 02:00"), term="12 months")
        ticket = ion.ticket(at("2026-07-07 03:00"), category=category, impact="medium")
        assert (ticket.category, ticket.priority) == (category, "medium")
        matrix = compiled(ion.version).priority_matrix
        assert matrix is not None
        assert len(set(matrix.cells[category].values())) == 4

    def test_it_shows_how_the_moment_came_about(self, ion):
        """Every due moment keeps its derivation in words, and cites its clause."""
        ion.holds("contract", at("2026-01-05 02:00"), term="12 months")
        ticket = ion.ticket(at("2026-07-09 11:40"))
        folded = folded_at(ticket, events.of_subject(("ticket", ticket.pk)), at("2026-07-09 11:40"))
        [(row, derivation)] = [
            one for one in derived_rows(ticket, folded) if one[0].metric == "first response"
        ]
        told = sentence(derivation)
        assert "received Thu 18:40" in told
        assert "due Fri 12:00" in told
        assert row.clause == "answers"


class TestIexExchanger:
    def test_it_answers_in_order_under_support(self, iex):
        """IEX-5: questions about the panel are answered in working hours, in order."""
        iex.holds("licence", at("2026-03-02 09:00"))
        assert clock_of(iex.ticket(at("2026-09-15 08:00"))).state == "in order"

    def test_it_says_usually_in_transition(self, iex):
        """IEX-5, IEX-10: in transition two to ten business days, shown as approximate; the upper end counts."""
        iex.holds("licence", at("2025-08-02 09:00"))
        clock = clock_of(iex.ticket(at("2026-08-20 16:40")))
        assert clock.due_at == at("2026-09-04 07:00")
        assert clock.approximate

    def test_it_owes_nothing_while_the_desk_is_closed_by_announcement(self, iex):
        """IEX-4: leave of the staff counts where the desk announces it, from the later of start and announcement."""
        iex.holds("licence", at("2025-08-02 09:00"))
        ticket = iex.ticket(at("2026-08-20 16:40"))
        announce_closure(
            iex.desk,
            starts_at=at("2026-08-23 21:00"),
            ends_at=at("2026-08-25 21:00"),
            reason="Staff leave",
            actor=iex.lena.actor,
            now=at("2026-08-21 08:00"),
        )
        ticket.refresh_from_db()
        assert clock_of(ticket).due_at == ticket.next_due_at == at("2026-09-08 07:00")


class TestDeclaredEvents:
    def test_it_pauses_the_clocks_the_clause_names_and_lets_them_run_on(self, itc):
        """C24-12's kind of event: from its declaration to its end nothing counts. iTech declares none."""
        itc.holds("plan", at("2026-03-04 10:00"), term="12 months")
        assert not compiled(itc.version).events

    def test_it_moves_open_tickets_when_leave_is_declared(self, iex):
        """IEX-4: a declared leave pauses responses from the later of start and declaration, to its end."""
        iex.holds("licence", at("2025-08-02 09:00"))
        ticket = iex.ticket(at("2026-08-20 16:40"))
        before = clock_of(ticket).due_at
        leave = declare_event(
            iex.desk,
            "leave of our staff",
            "Leave",
            cause="leave",
            actor=iex.lena.actor,
            now=at("2026-08-24 07:00"),
        )
        ticket.refresh_from_db()
        assert clock_of(ticket).state == "paused"
        assert ticket.clock_state == "stopped"
        end_event(leave, actor=iex.lena.actor, now=at("2026-08-26 07:00"))
        ticket.refresh_from_db()
        assert clock_of(ticket).due_at == at("2026-09-08 07:00") > before

    def test_it_counts_two_leaves_of_one_name_declared_in_any_order(self, iex):
        """IEX-4: no time counts during either, the later declared first; ending the sooner leaves the later."""
        iex.holds("licence", at("2025-08-02 09:00"))
        ticket = iex.ticket(at("2026-08-20 16:40"))
        # Received on Thursday after closing: ten business days from Friday 21 Aug, 10:00 (UTC+3), to Friday 4 Sept.
        assert clock_of(ticket).due_at == at("2026-09-04 07:00")

        def declare(day: str, declared: str) -> DeclaredEvent:
            return declare_event(
                iex.desk,
                "leave of our staff",
                "Leave",
                actor=iex.lena.actor,
                now=at(declared),
                starts_at=at(f"{day} 07:00"),
                ends_at=at(f"{day} 07:00") + timedelta(days=1),
            )

        # Monday 31 Aug is lost: one business day later, which is Monday 7 Sept.
        declare("2026-08-31", "2026-08-21 07:00")
        assert clock_of(ticket).due_at == at("2026-09-07 07:00")
        # Monday 24 Aug is lost too, though it was declared an hour after the other: Tuesday 8 Sept.
        sooner = declare("2026-08-24", "2026-08-21 08:00")
        assert clock_of(ticket).due_at == at("2026-09-08 07:00")
        end_event(sooner, actor=iex.lena.actor, now=at("2026-08-24 07:00"))
        assert clock_of(ticket).due_at == at("2026-09-07 07:00")


class TestLaterAnswers:
    def test_it_owes_the_next_response_from_the_oldest_unanswered_message(self, itc):
        """ITC-15 (assumed for later answers): further messages neither restart nor move it."""
        from remit.desk.tickets.actions import receive_message

        itc.holds("plan", at("2026-03-04 10:00"), term="12 months")
        ticket = itc.ticket(at("2026-11-18 10:00"))
        reply_publicly(ticket, "We look at it.", actor=itc.ada.actor, now=at("2026-11-18 11:00"))
        for moment in ("2026-11-18 12:00", "2026-11-18 15:00"):
            receive_message(ticket, "And now?", actor=itc.alice.actor, now=at(moment))
        assert clock_of(ticket, "next response").due_at == at("2026-11-19 12:00")
        assert clock_of(ticket).state == "met"
        assert clock_of(ticket).met_at == at("2026-11-18 11:00")


def test_it_marks_a_breach_with_the_true_moment_however_late_it_is_noticed(itc):
    """Design §5: a breach is a row with the moment that passed; it stays when the answer comes."""
    itc.holds("plan", at("2026-03-04 10:00"), term="12 months")
    ticket = itc.ticket(at("2026-11-18 10:00"))
    work_until(at("2026-11-21 10:00"))
    ticket = Ticket.objects.get(pk=ticket.pk)
    breach = ticket.breaches.get()
    assert (breach.due_at, breach.noticed_at) == (at("2026-11-19 10:00"), at("2026-11-21 10:00"))
    reply_publicly(ticket, "Sorry!", actor=itc.ada.actor, now=at("2026-11-21 11:00"))
    assert ticket.breaches.count() == 1
    assert clock_of(ticket).breached_at == at("2026-11-19 10:00")
