"""What a contest does to a ticket, and what can't be done to it before a person has decided."""

import pytest

from remit.desk.tickets.actions import ask_requester, contest_decision, hold_ticket
from remit.desk.tickets.models import Question, Ticket
from tests.desk.five import Place, at, clock_of, kinds

START = at("2026-11-18 10:00")
ASKED = at("2026-11-18 12:00")
CONTESTED = at("2026-11-18 15:00")


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
