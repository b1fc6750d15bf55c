"""A fault that comes back after it was fixed: within 72 hours of the fix, and later (ITC-11)."""

import pytest
import time_machine

from remit.desk.foundation.errors import Refused
from remit.desk.foundation.models import Event
from remit.desk.tickets.actions import (
    close_ticket,
    override_decision,
    receive_message,
    record_finding,
    reopen_ticket,
    solve_ticket,
)
from tests.desk.conftest import signed_in
from tests.desk.five import at, kinds, letters

ASKED = at("2026-11-16 09:00")
FIXED = at("2026-11-16 12:00")
CLOSED = at("2026-11-18 12:00")
IN_TIME = at("2026-11-19 12:00")
TOO_LATE = at("2026-11-19 12:01")


@pytest.fixture
def covered(itc):
    """iTech CRM, where Alice's company has a plan."""
    itc.holds("plan", at("2026-03-04 10:00"), term="12 months", plan="essential")
    return itc


@pytest.fixture
def fixed(covered):
    """A fault that was fixed on Monday at noon."""
    ticket = covered.ticket(ASKED, subject="Import stops")
    solve_ticket(ticket, "fixed", actor=covered.ada.actor, now=FIXED)
    return ticket


@pytest.fixture
def second_look(covered, fixed):
    """The linked ticket that opens where it is told after more than 72 hours."""
    return reopen_ticket(fixed, actor=covered.alice.actor, now=TOO_LATE)


class TestSoonAfterTheFix:
    def test_the_original_reopens_up_to_and_including_72_hours_after_the_fix(self, covered, fixed):
        """ITC-11: the last moment of the 72 hours is in."""
        again = reopen_ticket(fixed, actor=covered.alice.actor, now=IN_TIME)
        assert (again.pk, again.status) == (fixed.pk, "open")

    def test_closing_it_in_between_makes_the_window_no_longer(self, covered, fixed):
        """ITC-11: the 72 hours count from the fix, and not from when somebody closed the ticket."""
        close_ticket(fixed, "solved", actor=covered.ada.actor, now=CLOSED)
        again = reopen_ticket(fixed, actor=covered.alice.actor, now=TOO_LATE)
        assert (again.pk != fixed.pk, again.linked_to_id) == (True, fixed.pk)

    def test_a_closed_one_still_reopens_within_72_hours_of_the_fix(self, covered, fixed):
        """ITC-11: closing takes nothing of the window either."""
        close_ticket(fixed, "solved", actor=covered.ada.actor, now=CLOSED)
        receive_message(fixed, "It is back.", actor=covered.alice.actor, now=IN_TIME)
        assert fixed.status == "open"

    def test_another_fix_counts_anew(self, covered, fixed):
        """ITC-11: what reopened and was fixed again has its 72 hours from the second fix."""
        reopen_ticket(fixed, actor=covered.alice.actor, now=IN_TIME)
        solve_ticket(fixed, "fixed", actor=covered.ada.actor, now=at("2026-11-20 12:00"))
        again = reopen_ticket(fixed, actor=covered.alice.actor, now=at("2026-11-23 12:00"))
        assert again.pk == fixed.pk


class TestLongAfterTheFix:
    def test_a_linked_review_ticket_opens(self, fixed, second_look):
        """ITC-11: later than 72 hours it is a ticket of its own, linked, and left to a person."""
        assert (second_look.linked_to_id, second_look.outcome, second_look.status) == (
            fixed.pk,
            "review",
            "new",
        )

    @pytest.mark.parametrize("outcome", ["accept", "refuse", "quote"])
    def test_no_decision_of_a_lead_stands_in_for_a_result(self, covered, second_look, outcome):
        """ITC-11: the only results are the two that the policy names; who would decide otherwise is told so."""
        with pytest.raises(Refused) as caught:
            override_decision(second_look, outcome, "Because", actor=covered.lena.actor, now=TOO_LATE)
        assert "same cause or another cause" in caught.value.message
        assert caught.value.clauses == ("comeback",)
        assert second_look.outcome == "review"

    def test_it_is_not_solved_without_a_result_unless_withdrawn(self, covered, second_look):
        """ITC-11: an answer is no result; a customer can take the matter back all the same."""
        with pytest.raises(Refused):
            solve_ticket(second_look, "answered", actor=covered.ada.actor, now=TOO_LATE)
        solve_ticket(second_look, "withdrawn", actor=covered.ada.actor, now=TOO_LATE)
        assert second_look.status == "solved"

    @pytest.mark.parametrize(("cause", "words"), [("same", "same cause"), ("another", "another cause")])
    def test_either_result_settles_it_and_is_on_record(self, covered, second_look, cause, words):
        """ITC-11: an agent records what the look found; the decision follows, cites the clause, and the customer is told."""
        decision = record_finding(
            second_look,
            "comeback.cause",
            cause,
            "The log shows it.",
            actor=covered.ada.actor,
            now=at("2026-11-19 14:00"),
        )
        assert (decision.outcome, second_look.outcome) == ("accept", "accept")
        assert "comeback" in {one["clause"] for one in decision.deciding}
        assert f"We looked once more and found {'the ' if cause == 'same' else ''}{words}." in [
            one["because"] for one in decision.deciding
        ]
        found = Event.objects.get(subject_id=second_look.pk, subject_kind="ticket", kind="finding recorded")
        assert (found.actor_id, found.data["fact"], found.data["new"]) == (
            covered.ada.pk,
            "comeback.cause",
            cause,
        )
        assert letters(second_look)[-1] == "decision"
        solve_ticket(second_look, "fixed", actor=covered.ada.actor, now=at("2026-11-19 15:00"))
        assert kinds(second_look)[-1] == "solved"


class TestThePageOfTheSecondLook:
    def page(self, covered, ticket, who="ada"):
        with time_machine.travel(at("2026-11-19 14:00"), tick=False):
            client = signed_in(getattr(covered, who))
            return client.get(f"/itech-crm/desk/tickets/{ticket.number}/").content.decode()

    @pytest.mark.parametrize("who", ["ada", "lena"])
    def test_it_offers_the_two_results_and_no_outcome(self, covered, second_look, who):
        """ITC-11: agents and leads alike choose between the two, and nothing else."""
        page = self.page(covered, second_look, who)
        assert "Does it have the same cause as the fault that was fixed?" in page
        assert page.count('name="fact" value="comeback.cause"') == 1
        assert 'value="same"' in page
        assert 'value="another"' in page
        assert 'name="outcome"' not in page

    def test_recording_one_there_settles_it_and_the_talk_says_which(self, covered, second_look):
        """ITC-11: from the page to the event, in one step."""
        with time_machine.travel(at("2026-11-19 14:00"), tick=False):
            said = signed_in(covered.ada).post(
                f"/itech-crm/desk/tickets/{second_look.number}/finding/",
                {"fact": "comeback.cause", "value": "another", "reason": "A new time-out."},
                follow=True,
            )
        page = said.content.decode()
        second_look.refresh_from_db()
        assert second_look.outcome == "accept"
        assert "what the second look found: “another cause”" in page.replace("What", "what")
        assert 'id="decide"' not in page

    def test_the_customer_reads_what_the_look_found(self, covered, second_look):
        """ITC-11: the result stands among the reasons of the decision, with its clause."""
        record_finding(
            second_look, "comeback.cause", "another", "A time-out.", actor=covered.ada.actor, now=TOO_LATE
        )
        with time_machine.travel(at("2026-11-19 14:00"), tick=False):
            page = signed_in(covered.alice).get(f"/itech-crm/requests/{second_look.number}/").content.decode()
        assert "We looked once more and found another cause." in page

    def test_a_lead_can_overrule_after_the_result(self, covered, second_look):
        """Every decision can be overridden by a person with the right to, with a reason that is kept."""
        record_finding(
            second_look,
            "comeback.cause",
            "same",
            "The log shows it.",
            actor=covered.ada.actor,
            now=at("2026-11-19 13:00"),
        )
        assert 'name="outcome"' in self.page(covered, second_look, "lena")
