"""What people decided stands; waiting, holds, late reopening and merging come out as people expect."""

import re

import pytest

from remit.desk.foundation.actors import SYSTEM
from remit.desk.foundation.errors import InvalidInput, Refused
from remit.desk.foundation.models import Event
from remit.desk.policies.actions import publish_policy
from remit.desk.policies.models import Decision
from remit.desk.tickets.actions import (
    answer_missing_facts,
    ask_requester,
    correct_fact,
    hold_ticket,
    merge_tickets,
    override_decision,
    receive_message,
    record_finding,
    reopen_ticket,
    solve_ticket,
    unhold_ticket,
)
from remit.desk.tickets.models import Message, Question, Ticket
from tests.desk.five import POLICIES, at, clock_of, kinds, letters

START = at("2026-11-18 10:00")
NOON = at("2026-11-18 12:00")
LATER = at("2026-11-19 09:00")


@pytest.fixture
def covered(itc):
    """iTech CRM, where Alice's company has a plan."""
    itc.holds("plan", at("2026-03-04 10:00"), term="12 months", plan="essential")
    return itc


@pytest.fixture
def licensed(iex):
    """iEXExchanger, where Alice's company has a licence."""
    iex.holds("licence", at("2026-07-02 12:00"))
    return iex


@pytest.fixture
def turned_down(covered):
    """A request that the policy accepts and a lead refused."""
    ticket = covered.ticket(START)
    override_decision(ticket, "refuse", "Fraud", actor=covered.lena.actor, now=NOON)
    return ticket


def fresh(ticket):
    """The ticket as it is stored."""
    return Ticket.objects.get(pk=ticket.pk)


def waits_ended(ticket):
    """The reasons of the waits that ended, in order."""
    rows = Event.objects.filter(subject_kind="ticket", subject_id=ticket.pk, kind="waiting ended")
    return [row.data["reason"] for row in rows.order_by("id")]


class TestAPersonsDecision:
    def test_it_is_never_to_ask_which_would_ask_nothing(self, covered):
        """Design §5: waiting begins with a recorded question; an override to "ask" has none, so it says what to do."""
        ticket = covered.ticket(START)
        with pytest.raises(InvalidInput) as caught:
            override_decision(ticket, "ask", "Which one?", actor=covered.lena.actor, now=NOON)
        assert "outcome" in caught.value.fields
        assert "ask and wait" in caught.value.next
        assert fresh(ticket).outcome == "accept"

    def test_it_stands_when_the_requester_puts_a_fact_right(self, covered, turned_down):
        """Design §2.5: the lead's refusal holds; the fact is kept, and people are to look again."""
        standing = turned_down.decisions.last()
        answer_missing_facts(turned_down, {"impact": "low"}, actor=covered.alice.actor, now=LATER)
        after = fresh(turned_down)
        assert (after.outcome, after.facts["impact"], after.is_contested) == ("refuse", "low", True)
        assert after.decisions.last() == standing
        assert "decision stands" in kinds(after)
        assert list(Ticket.objects.filter(desk=covered.desk).to_decide()) == [after]
        assert "contested" in letters(after)

    def test_it_stands_when_facts_come_with_a_message(self, covered, turned_down):
        """A message with answers is no appeal over a lead's head."""
        receive_message(turned_down, "Low.", actor=covered.alice.actor, now=LATER, answers={"impact": "low"})
        assert fresh(turned_down).outcome == "refuse"
        override_decision(turned_down, "accept", "Looked again", actor=covered.lena.actor, now=LATER)
        assert (turned_down.outcome, turned_down.is_contested) == ("accept", False)

    def test_it_stands_when_a_right_is_bought(self, itc):
        """A purchase does not undo what a lead refused; it puts it before people."""
        ticket = itc.ticket(START)
        override_decision(ticket, "refuse", "Fraud", actor=itc.lena.actor, now=NOON)
        itc.holds("plan", LATER, term="12 months", plan="essential")
        after = fresh(ticket)
        assert (after.outcome, after.is_contested) == ("refuse", True)

    def test_it_stands_when_an_agent_finds_something_out(self, licensed):
        """A finding of an agent is kept; a lead decides what becomes of it."""
        ticket = licensed.ticket(at("2026-09-15 08:00"))
        override_decision(ticket, "refuse", "No", actor=licensed.lena.actor, now=at("2026-09-15 09:00"))
        count = Decision.objects.filter(ticket=ticket).count()
        record_finding(
            ticket, "access.needed", True, "Seen", actor=licensed.ada.actor, now=at("2026-09-15 10:00")
        )
        after = fresh(ticket)
        assert (after.outcome, after.facts["access.needed"]) == ("refuse", True)
        assert Decision.objects.filter(ticket=ticket).count() == count

    def test_it_lets_requesters_put_right_only_what_they_said(self, licensed):
        """What the record or the desk says is not the requester's to correct."""
        ticket = licensed.ticket(at("2026-09-15 08:00"))
        with pytest.raises(InvalidInput):
            correct_fact(
                ticket,
                "access.needed",
                True,
                "It is",
                actor=licensed.alice.actor,
                now=at("2026-09-15 09:00"),
            )
        correct_fact(
            ticket, "topic", "settings", "Meant that", actor=licensed.alice.actor, now=at("2026-09-15 09:00")
        )
        assert ticket.topic == "settings"


class TestWaiting:
    @pytest.fixture
    def ticket(self, licensed):
        """A request on which access was asked for."""
        ticket = licensed.ticket(at("2026-09-15 08:00"))
        ask_requester(
            ticket, "Let us in.", actor=licensed.ada.actor, now=at("2026-09-15 09:00"),
            reason="waiting for access",
        )  # fmt: skip
        return ticket

    def test_it_ends_a_wait_for_access_by_its_own_reason(self, licensed, ticket):
        """IEX-21: the requester's message ends the wait that is open, whatever it is for."""
        receive_message(ticket, "Done.", actor=licensed.alice.actor, now=at("2026-09-15 10:00"))
        assert waits_ended(ticket) == ["waiting for access"]
        assert ticket.status == "open"

    def test_it_ends_every_wait_that_is_open(self, licensed, ticket):
        """IEX-21: two questions for two reasons are both answered."""
        ask_requester(ticket, "Which browser?", actor=licensed.ada.actor, now=at("2026-09-15 09:30"))
        solve_ticket(ticket, actor=licensed.ada.actor, now=at("2026-09-15 10:00"))
        assert waits_ended(ticket) == ["waiting for access", "waiting for the customer"]

    def test_it_brings_free_words_to_an_incomplete_request_before_a_person(self, covered):
        """Design §5: any message of theirs ends the wait; the first response is owed from it."""
        ticket = covered.ticket(START, product=None)
        receive_message(ticket, "I don't know the product.", actor=covered.alice.actor, now=LATER)
        assert (ticket.status, ticket.outcome) == ("new", "ask")
        assert list(Ticket.objects.in_queue(covered.desk)) == [ticket]
        assert not Question.objects.filter(ticket=ticket, answered_at=None).exists()
        assert clock_of(ticket).state == "running"
        assert letters(ticket)[-1] == "message received"

    def test_it_goes_on_when_answers_come_to_an_agents_question(self, covered):
        """ITC-16: facts in answer to an agent's question set the ticket going as words would."""
        ticket = covered.ticket(START)
        ask_requester(ticket, "How bad is it?", actor=covered.ada.actor, now=NOON)
        answer_missing_facts(ticket, {"impact": "low"}, actor=covered.alice.actor, now=LATER)
        assert ticket.status == "open"


class TestHolding:
    def test_it_ends_with_the_requesters_message(self, covered):
        """ITC-16: the hold's pause ends with the hold."""
        ticket = covered.ticket(START)
        hold_ticket(ticket, "The vendor looks at it", actor=covered.ada.actor, now=NOON)
        receive_message(ticket, "It works again.", actor=covered.alice.actor, now=LATER)
        assert ticket.status == "open"
        assert "unheld" in kinds(ticket)

    def test_it_goes_back_to_an_unanswered_question(self, covered):
        """Off hold, the requester still owes the answer they owed before."""
        ticket = covered.ticket(START)
        ask_requester(ticket, "Which version?", actor=covered.ada.actor, now=NOON)
        hold_ticket(ticket, "The vendor looks at it", actor=covered.ada.actor, now=NOON)
        unhold_ticket(ticket, actor=covered.ada.actor, now=LATER)
        assert ticket.status == "pending"


class TestReopeningLate:
    def test_it_judges_the_successor_as_a_fresh_request(self, licensed):
        """IEX-28: after the window the matter is a new request, judged by the cover it has by then."""
        ticket = licensed.ticket(at("2026-09-15 08:00"))
        assert ticket.outcome == "accept"
        solve_ticket(ticket, actor=licensed.ada.actor, now=at("2026-09-15 10:00"))
        later = reopen_ticket(ticket, actor=licensed.alice.actor, now=at("2028-10-14 10:00"))
        decision = later.decisions.get()
        assert (decision.kind, decision.outcome, later.linked_to_id) == ("intake", "refuse", ticket.pk)
        assert later.facts["domain"] is not None
        assert later.text.answers == ticket.text.answers

    def test_it_leaves_out_what_the_newer_version_no_longer_asks_and_says_so(self, licensed, monkeypatch):
        """IEX-28: the old answer stays on the old record; the new request does without it."""
        ticket = licensed.ticket(at("2026-09-15 08:00"))
        solve_ticket(ticket, actor=licensed.ada.actor, now=at("2026-09-15 10:00"))
        source = (POLICIES / "iexexchanger.md").read_text(encoding="utf-8")
        newer = source.replace("version: 1", "version: 2", 1)
        newer = re.sub(r"effective: .*", "effective: 2027-01-01 00:00", newer, count=1)
        newer = re.sub(r"\bdomain\b", "site", newer)  # the new version asks under another name
        monkeypatch.setattr("remit.policy.check.check", lambda document: [])
        publish_policy(licensed.desk, newer, actor=SYSTEM, now=at("2026-12-01 00:00"))
        later = reopen_ticket(ticket, actor=licensed.alice.actor, now=at("2028-10-14 10:00"))
        assert "domain" not in later.facts
        assert "domain" in fresh(ticket).facts
        assert "no longer asks for" in later.messages.first().text.body


class TestMerging:
    @pytest.fixture
    def pair(self, covered):
        """Two requests of Alice, the first merged into the second."""
        donor, into = covered.ticket(START), covered.ticket(NOON)
        merge_tickets(donor, into, "The same fault.", actor=covered.ada.actor, now=LATER)
        return donor, into

    def test_it_refuses_another_customers_ticket(self, covered):
        """Nobody comes to read what another customer wrote."""
        donor, into = covered.ticket(START), covered.ticket(START, contact=covered.charlie)
        with pytest.raises(InvalidInput) as caught:
            merge_tickets(donor, into, "The same fault.", actor=covered.ada.actor, now=NOON)
        assert "another customer" in caught.value.fields["into"]
        assert fresh(donor).status != "closed"

    def test_it_takes_messages_to_the_ticket_it_was_merged_into(self, covered, pair):
        """A message to the one merged away is not lost, and opens nothing twice."""
        donor, into = pair
        message = receive_message(donor, "One more thing.", actor=covered.alice.actor, now=LATER)
        assert Message.objects.get(pk=message.pk).ticket_id == into.pk
        assert fresh(donor).status == "closed"

    def test_it_cannot_be_reopened(self, covered, pair):
        """It names the ticket to go on with."""
        donor, into = pair
        with pytest.raises(Refused) as caught:
            reopen_ticket(donor, actor=covered.alice.actor, now=LATER)
        assert into.shown_number in caught.value.next
