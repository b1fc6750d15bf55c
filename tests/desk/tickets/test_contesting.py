"""What a contest does to a ticket, and what can't be done to it before a person has decided."""

from typing import Any

import pytest

from remit.desk.foundation.errors import Conflict, Refused
from remit.desk.policies import store
from remit.desk.policies.models import Decision
from remit.desk.tickets.actions import (
    ask_requester,
    close_ticket,
    contest_decision,
    hold_ticket,
    merge_tickets,
    settle_contest,
    solve_ticket,
)
from remit.desk.tickets.models import Question, Ticket
from remit.desk.workspace.steps import steps_for
from tests.desk.five import Place, at, clock_of, kinds, work_until

START = at("2026-11-18 10:00")
ASKED = at("2026-11-18 12:00")
CONTESTED = at("2026-11-18 15:00")
LATER = at("2026-11-18 16:00")


@pytest.fixture
def accepted(itc: Place) -> Ticket:
    """A request that was taken up."""
    itc.holds("plan", at("2026-03-04 10:00"), term="12 months", plan="essential")
    return itc.ticket(START)


class TestWhileTheDeskWaits:
    def test_it_ends_the_waiting_for_them(self, itc: Place, accepted: Ticket) -> None:
        """Design §5: a contest is a message of theirs, so what was waited for is answered and the clock runs."""
        ask_requester(accepted, "Which version is it?", actor=itc.ada.actor, now=ASKED)
        contest_decision(accepted, "It is an error", actor=itc.alice.actor, now=CONTESTED)
        assert accepted.status == "open"
        assert not Question.objects.filter(ticket=accepted, answered_at=None).exists()
        assert "waiting ended" in kinds(accepted)
        assert accepted.clock_state == "in time"
        assert clock_of(accepted, "next response").state == "running"

    def test_it_ends_a_hold(self, itc: Place, accepted: Ticket) -> None:
        """Design §5: the desk works on it again, as after any message."""
        hold_ticket(accepted, "The maker looks", actor=itc.ada.actor, now=ASKED)
        contest_decision(accepted, "It is an error", actor=itc.alice.actor, now=CONTESTED)
        assert accepted.status == "open"
        assert "unheld" in kinds(accepted)


def _solve(itc: Place, ticket: Ticket) -> None:
    solve_ticket(ticket, actor=itc.lena.actor, now=LATER)


def _close(itc: Place, ticket: Ticket) -> None:
    close_ticket(ticket, "refused", actor=itc.lena.actor, now=LATER)


def _merge(itc: Place, ticket: Ticket) -> None:
    merge_tickets(ticket, itc.ticket(CONTESTED), "The same", actor=itc.lena.actor, now=LATER)


class TestBeforeAPersonDecided:
    @pytest.fixture
    def contested(self, itc: Place) -> Ticket:
        """A refusal that its requester contests."""
        ticket = itc.ticket(START)
        return contest_decision(ticket, "We paid", actor=itc.alice.actor, now=CONTESTED)

    @pytest.mark.parametrize("end", [_solve, _close, _merge])
    def test_it_ends_only_with_a_decision(self, itc: Place, contested: Ticket, end: Any) -> None:
        """Design §2.5: a person settles a contest; solved, closed or merged, nobody could."""
        with pytest.raises(Refused) as caught:
            end(itc, contested)
        assert "decides it first" in caught.value.next
        settle_contest(contested, "refuse", "No payment came", actor=itc.lena.actor, now=LATER)
        _close(itc, contested)
        assert contested.status == "closed"

    def test_two_leads_at_once_settle_it_once(self, itc: Place, contested: Ticket) -> None:
        """Design §2.5: whoever waited for the other's decision is told, and decides nothing over it."""
        seen_by_the_other = Ticket.objects.get(pk=contested.pk)
        settle_contest(contested, "refuse", "No payment came", actor=itc.lena.actor, now=LATER)
        count = Decision.objects.count()
        with pytest.raises(Conflict, match="Nobody contests"):
            settle_contest(seen_by_the_other, "accept", "It came after all", actor=itc.lena.actor, now=LATER)
        assert Decision.objects.count() == count

    def test_the_page_offers_no_end(self, contested: Ticket) -> None:
        """What would be refused is no step of the page."""
        steps = steps_for(contested, store.policy_of(contested), (), (), is_lead=True)
        assert {"solve", "close", "merge"}.isdisjoint({steps.first, *steps.usual, *steps.rare})
        assert steps.first == "settle"

    def test_it_is_settled_also_where_it_closed_for_silence(self, itc: Place, contested: Ticket) -> None:
        """ITC-17: asked while it was contested and unanswered, it closes; a lead decides it all the same."""
        ask_requester(contested, "When did you pay?", actor=itc.lena.actor, now=LATER)
        work_until(at("2026-11-21 10:00"))
        now = at("2026-11-21 11:00")
        settle_contest(contested, "accept", "The payment was found", actor=itc.lena.actor, now=now)
        assert (contested.status, contested.close_reason, contested.is_contested) == ("new", "", False)
        assert clock_of(contested, "next response").state == "running"


class TestAClosedRefusal:
    def test_it_can_still_be_contested(self, itc: Place) -> None:
        """Design §2.5: closing it takes nobody's second look away; an answer is owed from the contest on."""
        ticket = itc.ticket(START)
        close_ticket(ticket, "refused", actor=itc.ada.actor, now=ASKED)
        contest_decision(ticket, "We paid", actor=itc.alice.actor, now=CONTESTED)
        assert (ticket.status, ticket.closed_at, ticket.close_reason) == ("open", None, "")
        assert clock_of(ticket).due_at == at("2026-11-19 15:00")

    def test_what_was_taken_up_and_closed_is_reopened_instead(self, itc: Place, accepted: Ticket) -> None:
        """ITC-18: there is a window for that."""
        close_ticket(accepted, "withdrawn", actor=itc.ada.actor, now=ASKED)
        with pytest.raises(Refused):
            contest_decision(accepted, "It is not", actor=itc.alice.actor, now=CONTESTED)
