"""What a requester says otherwise later: on record with both values, and never a way to an earlier due moment."""

import pytest

from remit.desk.foundation.errors import InvalidInput
from remit.desk.foundation.models import Event
from remit.desk.policies.models import Decision
from remit.desk.tickets.actions import answer_missing_facts, change_priority, correct_fact, receive_message
from remit.desk.tickets.models import Ticket
from remit.desk.tickets.verifying import Count, differences
from tests.desk.five import at, clock_of, kinds

START = at("2026-11-18 02:00")  # nine in the morning in Phnom Penh, a Wednesday
LATER = at("2026-11-18 05:00")


@pytest.fixture
def covered(ion):
    """A customer with a contract."""
    ion.holds("contract", at("2026-01-05 02:00"), name="SC-118", term="12 months")
    return ion


@pytest.fixture
def ticket(covered):
    """A request that the policy counts as low: 48 hours."""
    return covered.ticket(START, impact="low")


def data(ticket, kind):
    """What the events of a kind hold, in order."""
    rows = Event.objects.filter(subject_kind="ticket", subject_id=ticket.pk, kind=kind).order_by("id")
    return [row.data for row in rows]


class TestTheRequesterRaisesIt:
    def test_it_counts_from_the_correction_and_not_from_receipt(self, covered, ticket):
        """Design §5, 'priority raised': three hours later it becomes critical, so the hour begins there."""
        answer_missing_facts(ticket, {"impact": "critical"}, actor=covered.alice.actor, now=LATER)
        assert ticket.priority == "critical"
        clock = clock_of(ticket)
        assert (clock.due_at, clock.breached_at) == (at("2026-11-18 06:00"), None)

    def test_it_comes_to_what_an_agents_change_comes_to(self, covered, ticket):
        """One way to raise a priority: the clock is the same whoever did it."""
        twin = covered.ticket(START, impact="low")
        change_priority(twin, "critical", "It is", actor=covered.ada.actor, now=LATER)
        receive_message(
            ticket, "Worse.", actor=covered.alice.actor, now=LATER, answers={"impact": "critical"}
        )
        assert clock_of(ticket).due_at == clock_of(twin).due_at

    def test_it_is_on_record_with_old_and_new_value(self, covered, ticket):
        """Who reads the history sees what was said first and what was said then."""
        answer_missing_facts(ticket, {"impact": "critical"}, actor=covered.alice.actor, now=LATER)
        assert data(ticket, "fact corrected") == [{"fact": "impact", "old": "low", "new": "critical"}]
        assert data(ticket, "priority changed") == [
            {"old": "low", "new": "critical", "misjudged": False, "facts": ["impact"]}
        ]

    def test_it_holds_no_words_of_theirs(self, covered, ticket):
        """Design §2.7: their own words stay in rows that can be erased."""
        answer_missing_facts(ticket, {"details": "Another one"}, actor=covered.alice.actor, now=LATER)
        assert data(ticket, "fact corrected") == [{"fact": "details"}]

    def test_it_is_recomputed_alike_from_the_record(self, covered, ticket):
        """What was said first stays the beginning of every replay, also after a second correction."""
        answer_missing_facts(ticket, {"impact": "critical"}, actor=covered.alice.actor, now=LATER)
        again = at("2026-11-18 05:30")
        answer_missing_facts(ticket, {"impact": "medium"}, actor=covered.alice.actor, now=again)
        assert clock_of(ticket).due_at == at("2026-11-19 02:00")
        found = list(differences(Decision.objects.all(), Ticket.objects.all(), again, Count()))
        assert found == []

    def test_it_leaves_what_an_agent_set_by_hand(self, covered, ticket):
        """A person weighed it; what the requester says then is kept, and moves nothing."""
        change_priority(ticket, "medium", "Seen it", actor=covered.ada.actor, now=LATER)
        answer_missing_facts(
            ticket, {"impact": "critical"}, actor=covered.alice.actor, now=at("2026-11-18 06:00")
        )
        assert ticket.priority == "medium"


class TestWhatIsNoCorrection:
    def test_a_first_answer_sets_the_priority_as_of_receipt(self, covered):
        """ION-8: who only adds what was missing has not said anything otherwise."""
        ticket = covered.ticket(START, impact=None)
        answer_missing_facts(ticket, {"impact": "high"}, actor=covered.alice.actor, now=LATER)
        assert ticket.priority == "high"
        assert not {"priority changed", "fact corrected"} & set(kinds(ticket))

    def test_what_we_had_wrong_counts_from_receipt(self, covered, ticket):
        """Design §2.6: an agent puts it right with a reason; the request was urgent from the start."""
        correct_fact(ticket, "impact", "high", "We misread it", actor=covered.ada.actor, now=LATER)
        assert clock_of(ticket).due_at == at("2026-11-18 06:00")
        (event,) = data(ticket, "fact corrected")
        assert (event["old"], event["new"]) == ("low", "high")

    def test_nobody_puts_the_moment_of_receipt_right(self, covered, ticket):
        """Design §2.2: every clock hangs on it, so an agent who states another is told, and nothing is written."""
        with pytest.raises(InvalidInput) as caught:
            correct_fact(
                ticket,
                "received_at",
                "2026-11-01 02:00",
                "It came before",
                actor=covered.ada.actor,
                now=LATER,
            )
        assert "can't be put right" in caught.value.fields["fact"]
        assert not data(ticket, "fact corrected")
        assert Decision.objects.filter(ticket=ticket).count() == 1
        with pytest.raises(InvalidInput) as caught:
            correct_fact(ticket, "weather", "fine", "It is", actor=covered.ada.actor, now=LATER)
        assert "impact" in caught.value.fields["fact"]
        assert "received_at" not in caught.value.fields["fact"]

    def test_what_we_had_wrong_counts_from_receipt_after_a_correction_of_theirs(self, covered, ticket):
        """Design §5: misjudged, with a recorded reason."""
        answer_missing_facts(ticket, {"impact": "medium"}, actor=covered.alice.actor, now=LATER)
        correct_fact(
            ticket, "impact", "high", "It was so", actor=covered.ada.actor, now=at("2026-11-18 05:30")
        )
        assert (ticket.priority, clock_of(ticket).due_at) == ("high", at("2026-11-18 06:00"))
