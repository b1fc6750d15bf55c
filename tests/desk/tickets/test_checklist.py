"""Steps the requester is asked to try: a list in the ticket, ticked when done."""

import pytest

from remit.desk.foundation.errors import InvalidInput, NotFoundHere, Refused
from remit.desk.tickets.actions import (
    ask_requester,
    close_ticket,
    merge_tickets,
    receive_message,
    solve_ticket,
    tick_step,
)
from remit.desk.tickets.models import Message, Step, StepText
from tests.desk.five import Place, at, kinds, letters

START = at("2026-07-09 02:15")
ASKED = at("2026-07-09 02:45")
TRIED = at("2026-07-09 03:00")
STEPS = ["Restart the modem", "  ", " Open the\tVPN\u202e "]


@pytest.fixture
def covered(ion: Place) -> Place:
    """I One Tech, whose customer has a contract in force."""
    ion.holds("contract", at("2026-01-05 02:00"), name="SC-118", term="12 months")
    return ion


@pytest.fixture
def ticket(covered):
    """A request whose requester was asked to try two steps."""
    found = covered.ticket(START)
    ask_requester(found, "Please try this.", actor=covered.ada.actor, now=ASKED, steps=STEPS)
    return found


def listed(ticket):
    return [(one.position, one.words, one.done_at) for one in ticket.steps.all()]


class TestGiving:
    def test_it_gives_them_with_the_question_as_a_list_of_the_ticket(self, covered, ticket):
        """ION-8: steps given are a checklist in the ticket; lines are cleaned, and empty ones left out."""
        assert listed(ticket) == [(1, "Restart the modem", None), (2, "Open the VPN[U+202E]", None)]
        assert {(one.given_by, one.given_at) for one in ticket.steps.all()} == {(covered.ada, ASKED)}
        assert kinds(ticket).count("steps given") == 1
        assert ticket.status == "pending"

    def test_it_lists_later_steps_after_the_earlier_ones(self, covered, ticket):
        """ION-8: a second question goes on with the list."""
        ask_requester(ticket, "And this.", actor=covered.ada.actor, now=TRIED, steps=["Look at the lamp"])
        assert [position for position, _, _ in listed(ticket)] == [1, 2, 3]

    def test_it_gives_none_with_a_plain_question(self, covered):
        ticket = covered.ticket(START)
        ask_requester(ticket, "Which?", actor=covered.ada.actor, now=ASKED)
        assert "steps given" not in kinds(ticket)

    @pytest.mark.parametrize(
        ("steps", "told"),
        [
            (["Look"] * 21, "There are 21 steps; give at most 20 at once."),
            (["x" * 501], "A step has 501 characters; the limit is 500. Say more in the message."),
        ],
    )
    def test_it_refuses_too_many_and_too_long_ones_and_sends_nothing(self, covered, steps, told):
        """ION-8: twenty steps of five hundred characters are the most."""
        ticket = covered.ticket(START)
        before = Message.objects.filter(ticket=ticket).count()
        with pytest.raises(InvalidInput) as refused:
            ask_requester(ticket, "Try.", actor=covered.ada.actor, now=ASKED, steps=steps)
        assert refused.value.fields == {"steps": told}
        assert Message.objects.filter(ticket=ticket).count() == before

    def test_it_takes_as_many_and_as_long_as_the_limits_say(self, covered):
        ticket = covered.ticket(START)
        ask_requester(ticket, "Try.", actor=covered.ada.actor, now=ASKED, steps=["x" * 500] * 20)
        assert ticket.steps.count() == 20

    def test_it_keeps_the_words_apart_so_that_they_can_be_erased(self, ticket):
        """ION-8: without its words a step keeps its place and its tick."""
        StepText.objects.all().delete()
        assert listed(ticket) == [(1, "", None), (2, "", None)]


class TestTicking:
    def test_it_ticks_with_who_and_when_and_waits_on(self, covered, ticket):
        """ION-8: ticking all of them ends no waiting; a message does."""
        for position in (1, 2):
            tick_step(ticket, position, True, actor=covered.alice.actor, now=TRIED)
        assert {(one.done_at, one.done_by_contact, one.done_by_agent) for one in ticket.steps.all()} == {
            (TRIED, covered.alice, None)
        }
        assert kinds(ticket).count("step ticked") == 2
        assert ticket.status == "pending"
        assert "waiting ended" not in kinds(ticket)
        receive_message(ticket, "It works.", actor=covered.alice.actor, now=TRIED)
        assert ticket.status != "pending"

    def test_it_takes_a_tick_off_again(self, covered, ticket):
        """ION-8: a tick is undone by unticking."""
        tick_step(ticket, 1, True, actor=covered.alice.actor, now=TRIED)
        tick_step(ticket, 1, False, actor=covered.alice.actor, now=TRIED)
        step = Step.objects.get(ticket=ticket, position=1)
        assert (step.done_at, step.done_by_contact) == (None, None)
        assert kinds(ticket)[-1] == "step unticked"

    def test_it_notes_nothing_where_it_stands_so_already(self, covered, ticket):
        """ION-8: a second tick keeps the first one's moment."""
        tick_step(ticket, 1, True, actor=covered.alice.actor, now=ASKED)
        tick_step(ticket, 1, True, actor=covered.ada.actor, now=TRIED)
        assert Step.objects.get(ticket=ticket, position=1).done_at == ASKED
        assert kinds(ticket).count("step ticked") == 1

    def test_it_lets_an_agent_tick_for_them(self, covered, ticket):
        """ION-8: what was tried on the telephone is ticked by who heard it."""
        step = tick_step(ticket, 2, True, actor=covered.ada.actor, now=TRIED)
        assert (step.done_by_agent, step.done_by_contact) == (covered.ada, None)

    def test_it_knows_only_the_steps_of_the_ticket(self, covered, ticket):
        """ION-8: another ticket's step is not found."""
        other = covered.ticket(START)
        with pytest.raises(NotFoundHere):
            tick_step(other, 1, True, actor=covered.alice.actor, now=TRIED)
        with pytest.raises(NotFoundHere):
            tick_step(ticket, 3, True, actor=covered.alice.actor, now=TRIED)

    def test_it_refuses_on_a_closed_ticket(self, covered, ticket):
        """ION-8: a closed request's list stands as it was."""
        solve_ticket(ticket, "fixed", actor=covered.ada.actor, now=TRIED)
        close_ticket(ticket, "solved", actor=covered.ada.actor, now=TRIED)
        with pytest.raises(Refused):
            tick_step(ticket, 1, True, actor=covered.alice.actor, now=TRIED)
        assert listed(ticket)[0][2] is None


class TestMerging:
    def test_the_steps_go_along_to_the_end_of_the_others_list(self, covered, ticket):
        """ION-8: what is still to be tried stands where the matter goes on; what was ticked stays so."""
        tick_step(ticket, 1, True, actor=covered.alice.actor, now=TRIED)
        other = covered.ticket(START)
        ask_requester(other, "And this.", actor=covered.ada.actor, now=ASKED, steps=["Look at the lamp"])
        merge_tickets(ticket, other, "The same fault", actor=covered.ada.actor, now=TRIED)
        assert listed(ticket) == []
        assert listed(other) == [
            (1, "Look at the lamp", None),
            (2, "Restart the modem", TRIED),
            (3, "Open the VPN[U+202E]", None),
        ]
        tick_step(other, 3, True, actor=covered.alice.actor, now=TRIED)
        assert listed(other)[2][2] == TRIED


def test_it_tells_agents_nothing_by_letter_when_a_step_is_ticked(covered, ticket):
    """ION-8: the message that follows is what they are told of."""
    before = len(letters(ticket))
    tick_step(ticket, 1, True, actor=covered.alice.actor, now=TRIED)
    assert len(letters(ticket)) == before
