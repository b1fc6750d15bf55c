"""What falls due: at risk, breach, escalation; and the order of the queue, with the why of each place."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from remit.desk.foundation.models import Event, Outbox, Timer
from remit.desk.tickets.actions import change_priority, receive_message, reply_publicly
from remit.desk.tickets.models import Breach, Clock, Ticket
from remit.desk.worker import loop
from tests.desk.five import at, clock_of, kinds, letters, work_until


@pytest.fixture
def contracted(ion):
    """I One Tech, with a contract in force."""
    ion.holds("contract", at("2026-01-05 02:00"), term="12 months")
    return ion


def fresh(ticket):
    """The ticket as it is stored."""
    return Ticket.objects.get(pk=ticket.pk)


class TestEscalation:
    """ION-4: at 50 % warn, at 100 % to tier 2, at 200 % to tier 3; each on the record and told."""

    @pytest.fixture
    def ticket(self, contracted):
        """High, received Tuesday 10:00 in Phnom Penh: due 14:00."""
        return contracted.ticket(at("2026-07-07 03:00"))

    def test_it_warns_at_half_the_time(self, ticket):
        """ION-4: a warning, and no tier changes."""
        work_until(at("2026-07-07 05:00"))
        assert kinds(ticket)[-1] == "escalated"
        assert fresh(ticket).tier == 1
        assert letters(ticket)[-1] == "escalation"

    def test_it_goes_to_the_specialists_when_the_time_is_up(self, ticket):
        """ION-4: at 100 % the ticket is tier 2's, dated by the moment itself."""
        work_until(at("2026-07-07 09:00"))
        after = fresh(ticket)
        assert (after.tier, after.team.name, after.clock_state) == (2, "Specialists", "late")
        step = Event.objects.filter(subject_id=ticket.pk, kind="escalated").last()
        assert step.at == at("2026-07-07 07:00")
        assert step.data["clause"] == "further"
        assert "promise broken" in kinds(ticket)
        assert ticket.breaches.get().due_at == at("2026-07-07 07:00")

    def test_it_goes_to_management_at_twice_the_time(self, ticket):
        """ION-4: 200 % lies one further target beyond the due moment."""
        work_until(at("2026-07-08 12:00"))
        assert fresh(ticket).tier == 3
        steps = Event.objects.filter(subject_id=ticket.pk, kind="escalated").order_by("id")
        assert [step.data["at_fraction"] for step in steps] == ["1/2", "1", "2"]

    def test_it_stops_with_the_answer(self, contracted, ticket):
        """An answered ticket escalates no further."""
        reply_publicly(ticket, "We are on it", actor=contracted.ada.actor, now=at("2026-07-07 04:00"))
        work_until(at("2026-07-09 12:00"))
        assert "escalated" not in kinds(ticket)
        assert not ticket.breaches.exists()


class TestFiring:
    def test_it_does_nothing_twice(self, itc):
        """However often a timer comes back, each effect happens once."""
        itc.holds("plan", at("2026-03-04 10:00"), term="12 months")
        ticket = itc.ticket(at("2026-11-18 10:00"))
        work_until(at("2026-11-20 10:00"))
        before = (Event.objects.count(), Outbox.objects.count(), Breach.objects.count())
        Timer.objects.filter(purpose="ticket", subject_id=ticket.pk).update(due_at=at("2026-11-19 10:00"))
        work_until(at("2026-11-20 11:00"))
        assert (Event.objects.count(), Outbox.objects.count(), Breach.objects.count()) == before

    def test_it_is_harmless_where_nothing_is_due_any_more(self, itc):
        """A stale timer recomputes before it acts."""
        itc.holds("plan", at("2026-03-04 10:00"), term="12 months")
        ticket = itc.ticket(at("2026-11-18 10:00"))
        reply_publicly(ticket, "Done", actor=itc.ada.actor, now=at("2026-11-18 11:00"))
        Timer.objects.filter(purpose="ticket", subject_id=ticket.pk).update(due_at=at("2026-11-19 10:00"))
        work_until(at("2026-11-20 10:00"))
        assert not ticket.breaches.exists()
        assert not Timer.objects.get(purpose="ticket", subject_id=ticket.pk).due_at

    def test_it_takes_a_fixed_number_of_statements_for_a_batch(self, itc):
        """A batch of forty costs the statements of a batch of four (SQLite cuts long ones into parts)."""
        itc.holds("plan", at("2026-03-04 10:00"), term="12 months")

        def statements(count: int) -> int:
            for _ in range(count):
                itc.ticket(at("2026-11-18 10:00"))
            with CaptureQueriesContext(connection) as captured:
                assert loop.fire_timers(at("2026-11-20 10:00"), loop.Counts()) == count
            return len(captured)

        assert statements(40) <= statements(4) + 4

    def test_it_marks_what_is_at_risk(self, itc):
        """At three quarters of the time a clock is at risk: noted, told, and shown in the queue."""
        itc.holds("plan", at("2026-03-04 10:00"), term="12 months")
        ticket = itc.ticket(at("2026-11-18 10:00"))
        work_until(at("2026-11-19 04:00"))
        assert (fresh(ticket).clock_state, kinds(ticket)[-1]) == ("at risk", "clock at risk")


class TestQueue:
    def test_it_stands_by_the_first_complete_message(self, iex):
        """IEX-4: the place is the time of the first complete message; each row says why."""
        iex.holds("licence", at("2026-03-02 09:00"))
        late = iex.ticket(at("2026-09-15 08:00"), version=None)
        first = iex.ticket(at("2026-09-15 08:30"))
        second = iex.ticket(at("2026-09-15 09:00"))
        from remit.desk.tickets.actions import answer_missing_facts

        answer_missing_facts(late, {"version": "4.2"}, actor=iex.alice.actor, now=at("2026-09-15 10:00"))
        queue = list(Ticket.objects.in_queue(iex.desk))
        assert [one.pk for one in queue] == [first.pk, second.pk, late.pk]
        assert queue[2].queue_why == {
            "order": "first complete message",
            "is_head": False,
            "clause": "hours",
            "at": "2026-09-15T10:00:00+00:00",
        }

    def test_it_is_not_moved_by_repeating(self, iex):
        """IEX-4, IEX-18: later messages never improve a place."""
        iex.holds("licence", at("2026-03-02 09:00"))
        first, second = iex.ticket(at("2026-09-15 08:00")), iex.ticket(at("2026-09-15 08:30"))
        for minute in range(5):
            receive_message(second, "Well?", actor=iex.alice.actor, now=at(f"2026-09-15 09:0{minute}"))
        assert [one.pk for one in Ticket.objects.in_queue(iex.desk)] == [first.pk, second.pk]

    def test_it_puts_critical_errors_at_the_head(self, iex):
        """IEX-5: critical errors come first, and the place says by which clause."""
        iex.holds("licence", at("2026-03-02 09:00"))
        ordinary = iex.ticket(at("2026-09-15 08:00"))
        critical = iex.ticket(
            at("2026-09-15 09:00"),
            topic="error",
            impact="critical",
            panel__section="orders",
            steps_before="None",
            reproduction="Create an order",
            changes="None",
        )
        queue = list(Ticket.objects.in_queue(iex.desk))
        assert [one.pk for one in queue] == [critical.pk, ordinary.pk]
        assert queue[0].queue_why["is_head"]

    def test_it_leaves_out_what_waits_for_others_or_is_done(self, itc):
        """Pending, solved and closed tickets are no work waiting for the desk."""
        itc.holds("plan", at("2026-03-04 10:00"), term="12 months")
        itc.ticket(at("2026-11-18 10:00"), product=None)
        itc.ticket(at("2026-11-18 10:00"), contact=itc.charlie)
        waiting = itc.ticket(at("2026-11-18 10:00"))
        assert [one.pk for one in Ticket.objects.in_queue(itc.desk)] == [waiting.pk]

    def test_it_costs_the_same_statements_however_long_it_is(self, itc):
        """A list of tickets has no query per row."""
        itc.holds("plan", at("2026-03-04 10:00"), term="12 months")

        def statements() -> int:
            with CaptureQueriesContext(connection) as captured:
                for one in Ticket.objects.in_queue(itc.desk).for_lists():
                    assert one.shown_number
                    assert one.subject
                    assert one.requester.name
                    assert one.entitlement.name
            return len(captured)

        itc.ticket(at("2026-11-18 10:00"))
        few = statements()
        for _ in range(6):
            itc.ticket(at("2026-11-18 10:00"))
        assert statements() == few == 1


def test_it_raises_the_due_moment_with_the_priority_in_the_queue_too(itc):
    """The projections of a ticket follow its clocks."""
    itc.holds("plan", at("2026-03-04 10:00"), term="12 months")
    ticket = itc.ticket(at("2026-11-18 10:00"), impact="low")
    change_priority(ticket, "urgent", "All stands", actor=itc.ada.actor, now=at("2026-11-18 11:00"))
    assert fresh(ticket).next_due_at == clock_of(ticket).due_at == at("2026-11-18 14:00")
    assert Clock.objects.filter(ticket=ticket).count() == 1
