"""Waiting for the customer, closing by itself, opening again."""

import pytest

from remit.desk.foundation.errors import InvalidInput, Refused
from remit.desk.foundation.models import Event
from remit.desk.policies.store import compiled
from remit.desk.tickets.actions import (
    answer_missing_facts,
    ask_requester,
    close_ticket,
    hold_ticket,
    receive_message,
    reopen_ticket,
    reply_publicly,
    solve_ticket,
    unhold_ticket,
)
from remit.desk.tickets.clocking import folded_at
from remit.desk.tickets.models import Question, Ticket
from remit.policy.document.situation import read_situation
from remit.policy.vocabulary.metrics import Metric
from tests.desk.five import at, clock_of, kinds, letters, work_until

START = at("2026-11-18 10:00")


@pytest.fixture
def covered(itc):
    """iTech CRM, where Alice's company has a plan."""
    itc.holds("plan", at("2026-03-04 10:00"), term="12 months", plan="essential")
    return itc


@pytest.fixture
def asked(covered):
    """A ticket on which Ada has asked something at 12:00."""
    ticket = covered.ticket(START)
    ask_requester(ticket, "Which version is it?", actor=covered.ada.actor, now=at("2026-11-18 12:00"))
    return ticket


def fresh(ticket):
    """The ticket as it is stored."""
    return Ticket.objects.get(pk=ticket.pk)


class TestAnsweringMissingFacts:
    def test_it_decides_again_as_of_receipt_and_completes_from_then(self, covered):
        """ITC-16, ION-8: the time until the request is complete is not counted: six hours late, due six hours later."""
        ticket = covered.ticket(at("2026-11-18 11:20"), product=None)
        decision = answer_missing_facts(
            ticket, {"product": "crm"}, actor=covered.alice.actor, now=at("2026-11-18 17:20")
        )
        assert (decision.kind, decision.outcome, decision.as_of) == (
            "again",
            "accept",
            at("2026-11-18 11:20"),
        )
        assert (ticket.status, ticket.completed_at) == ("new", at("2026-11-18 17:20"))
        assert clock_of(ticket).due_at == at("2026-11-19 17:20")
        assert not Question.objects.filter(ticket=ticket, answered_at=None).exists()

    def test_it_keeps_what_was_decided_before(self, covered):
        """The ledger only grows; the new decision names the one it supersedes."""
        ticket = covered.ticket(START, product=None)
        decision = answer_missing_facts(ticket, {"product": "crm"}, actor=covered.alice.actor, now=START)
        assert [one.outcome for one in ticket.decisions.all()] == ["ask", "accept"]
        assert decision.supersedes_id == ticket.decisions.first().pk

    def test_it_asks_on_where_something_is_still_missing(self, covered):
        """Half an answer leaves the rest to be asked for."""
        ticket = covered.ticket(START, product=None, impact=None)
        decision = answer_missing_facts(
            ticket, {"impact": "low"}, actor=covered.alice.actor, now=at("2026-11-18 11:00")
        )
        assert decision.outcome == "ask"
        assert decision.asks == ["product"]
        assert ticket.status == "pending"
        assert clock_of(ticket).state == "paused"

    def test_it_names_answers_that_cannot_be_read_and_changes_nothing(self, covered):
        """A wrong answer is told by its field."""
        ticket = covered.ticket(START, product=None)
        with pytest.raises(InvalidInput) as caught:
            answer_missing_facts(ticket, {"product": "fax"}, actor=covered.alice.actor, now=START)
        assert "product" in caught.value.fields
        assert fresh(ticket).status == "pending"
        assert ticket.decisions.count() == 1

    def test_it_starts_no_clock_before_a_request_is_complete(self, iex):
        """IEX-4, IEX-5: in transition ten business days count from the first complete message."""
        iex.holds("licence", at("2025-08-02 09:00"))
        ticket = iex.ticket(at("2026-08-24 06:30"), topic="settings", version=None)
        assert ticket.outcome == "ask"
        assert clock_of(ticket).state == "waiting to start"
        answer_missing_facts(ticket, {"version": "4.2"}, actor=iex.alice.actor, now=at("2026-08-26 09:15"))
        assert clock_of(ticket).due_at == at("2026-09-09 09:15")


class TestWaitingForTheCustomer:
    def test_it_pauses_what_the_clause_names_and_cites_it(self, asked):
        """ITC-16: the question is recorded with its clause; the ticket waits."""
        question = Question.objects.get(ticket=asked)
        assert (asked.status, question.clause, question.asked_at) == (
            "pending",
            "your-part",
            at("2026-11-18 12:00"),
        )
        assert clock_of(asked).state == "met"

    def test_it_ends_with_any_message_of_theirs(self, covered, asked):
        """ITC-16: the customer's reply sets the clocks going, and owes a next response."""
        receive_message(asked, "4.2", actor=covered.alice.actor, now=at("2026-11-19 09:00"))
        assert asked.status == "open"
        assert not Question.objects.filter(answered_at=None).exists()
        assert clock_of(asked, "next response").due_at == at("2026-11-20 09:00")

    def test_it_does_not_end_with_a_message_off_the_official_channels(self, covered, asked):
        """ITC-14: an e-mail is kept on the ticket, and the waiting goes on."""
        receive_message(asked, "4.2", actor=covered.alice.actor, now=at("2026-11-19 09:00"), channel="email")
        assert asked.status == "pending"


class TestClosingByItself:
    def test_it_warns_twelve_hours_before_and_closes_after_forty_eight(self, asked):
        """ITC-17: 48 elapsed hours after the team's last message, with a warning 12 hours before."""
        work_until(at("2026-11-20 00:00"))
        assert letters(asked)[-1] == "closing soon"
        assert fresh(asked).status == "pending"
        work_until(at("2026-11-20 11:59"))
        assert fresh(asked).status == "pending"
        work_until(at("2026-11-20 12:00"))
        closed = fresh(asked)
        assert (closed.status, closed.close_reason, closed.closed_at) == (
            "closed",
            "silence",
            at("2026-11-20 12:00"),
        )
        assert kinds(asked)[-2:] == ["closing announced", "closed"]

    def test_it_dates_the_closing_by_when_it_fell_due(self, asked):
        """Design §2.4: a worker that comes days late closes as of the true moment, and warns only once."""
        work_until(at("2026-11-25 08:00"))
        assert fresh(asked).closed_at == at("2026-11-20 12:00")
        assert kinds(asked).count("closing announced") == 1

    def test_a_message_after_it_fell_due_finds_the_ticket_closed(self, covered, asked):
        """ITC-17, ITC-18, design §2.4: however late the worker is, it closed at its moment, and stays so where the
        message comes too late to reopen it.
        """
        with pytest.raises(Refused) as caught:
            receive_message(asked, "4.2", actor=covered.alice.actor, now=at("2026-12-10 09:00"))
        assert "reopening" in caught.value.clauses
        closed = fresh(asked)
        assert (asked.status, closed.status, closed.closed_at) == ("closed", "closed", at("2026-11-20 12:00"))
        assert kinds(asked)[-2:] == ["closing announced", "closed"]
        assert letters(asked)[-2:] == ["closing soon", "closed"]
        assert work_until(at("2026-12-11 09:00")) == 0

    def test_a_message_soon_after_it_fell_due_reopens_it(self, covered, asked):
        """ITC-18: the closing is written first, dated by when it fell due, and the message takes it up again."""
        receive_message(asked, "4.2", actor=covered.alice.actor, now=at("2026-11-22 09:00"))
        assert kinds(asked)[-5:-1] == ["closing announced", "closed", "reopened", "message received"]
        assert Event.objects.get(subject_id=asked.pk, kind="closed").at == at("2026-11-20 12:00")
        assert (asked.status, asked.closed_at) == ("open", None)
        assert clock_of(asked, "next response").due_at == at("2026-11-23 09:00")

    def test_a_message_at_its_very_instant_keeps_the_ticket_open(self, covered, asked):
        """ITC-17: the last instant still counts."""
        receive_message(asked, "4.2", actor=covered.alice.actor, now=at("2026-11-20 12:00"))
        work_until(at("2026-11-21 12:00"))
        assert fresh(asked).status == "open"
        assert "closed" not in kinds(asked)

    def test_missing_facts_that_come_after_it_fell_due_find_the_ticket_closed(self, covered):
        """ITC-17: a request that lacked something for 48 hours is closed, whoever notices first."""
        ticket = covered.ticket(START, product=None)
        with pytest.raises(Refused):
            answer_missing_facts(
                ticket, {"product": "crm"}, actor=covered.alice.actor, now=at("2026-11-21 09:00")
            )
        assert (fresh(ticket).status, fresh(ticket).closed_at) == ("closed", at("2026-11-20 10:00"))
        assert ticket.decisions.count() == 1

    def test_it_is_reopened_from_when_it_fell_due(self, covered, asked):
        """ITC-18: the seven days count from the closing, also where nobody had noticed it yet."""
        later = reopen_ticket(asked, actor=covered.alice.actor, now=at("2026-11-27 12:01"))
        assert (later.linked_to_id, fresh(asked).closed_at) == (asked.pk, at("2026-11-20 12:00"))

    def test_it_is_cancelled_by_the_customers_reply(self, covered, asked):
        """ITC-17: the reply keeps it open."""
        receive_message(asked, "4.2", actor=covered.alice.actor, now=at("2026-11-20 11:00"))
        work_until(at("2026-11-21 12:00"))
        assert fresh(asked).status == "open"

    def test_it_counts_anew_from_the_teams_last_message(self, covered, asked):
        """ITC-17: another message of the team moves the closing."""
        reply_publicly(asked, "Did you find it?", actor=covered.ada.actor, now=at("2026-11-19 12:00"))
        work_until(at("2026-11-20 13:00"))
        assert fresh(asked).status == "pending"
        work_until(at("2026-11-21 12:00"))
        assert fresh(asked).status == "closed"

    def test_it_closes_a_request_that_was_never_completed(self, covered):
        """ITC-17: a request that lacks something waits for the client too."""
        ticket = covered.ticket(START, product=None)
        work_until(at("2026-11-20 10:00"))
        assert fresh(ticket).status == "closed"

    def test_it_counts_anew_from_what_is_asked_after_half_an_answer(self, covered):
        """ITC-17: a request that still lacks something waits on, reminded and closed 48 hours after our new question."""
        ticket = covered.ticket(START, product=None, impact=None)
        half = {"impact": "low"}
        answer_missing_facts(ticket, half, actor=covered.alice.actor, now=at("2026-11-18 11:00"))
        work_until(at("2026-11-25 10:00"))
        closed = fresh(ticket)
        assert (closed.status, closed.closed_at) == ("closed", at("2026-11-20 11:00"))
        assert letters(ticket)[-2:] == ["closing soon", "closed"]


STORIES = {
    "asked at intake": ([], "2026-11-20 11:20"),
    "asked at intake, then completed": ([("complete", "2026-11-18 17:20")], None),
    "asked at intake, completed, then asked by a person": (
        [("complete", "2026-11-18 17:20"), ("asked", "2026-11-19 09:00")],
        "2026-11-21 09:00",
    ),
    "answered by half": ([("half", "2026-11-18 13:00")], "2026-11-20 13:00"),
    "answered without what was missing": ([("message", "2026-11-18 13:00")], None),
    "answered without what was missing, then asked by a person": (
        [("message", "2026-11-18 13:00"), ("asked", "2026-11-19 09:00")],
        "2026-11-21 09:00",
    ),
    "on hold while it waits": ([("on hold", "2026-11-18 12:00")], None),
    "off hold again": (
        [("on hold", "2026-11-18 12:00"), ("off hold", "2026-11-19 08:30")],
        "2026-11-21 08:30",
    ),
}


@pytest.mark.parametrize(("story", "closes"), STORIES.values(), ids=STORIES)
def test_the_desk_and_the_command_line_say_the_same_of_a_request_that_waits(covered, story, closes):
    """ITC-16, ITC-17: `remit decide` and `explain` read a case as the desk reads the ticket, what intake asked for
    included: when it closes, and how its first response stands.
    """
    steps = dict(story)
    lacks = {"product": None, "impact": None} if "half" in steps else {"product": None}
    ticket = covered.ticket(at("2026-11-18 11:20"), **lacks)
    does = {
        "half": lambda now: answer_missing_facts(
            ticket, {"impact": "high"}, actor=covered.alice.actor, now=now
        ),
        "message": lambda now: receive_message(ticket, "Any news?", actor=covered.alice.actor, now=now),
        "complete": lambda now: answer_missing_facts(
            ticket, {"product": "crm"}, actor=covered.alice.actor, now=now
        ),
        "asked": lambda now: ask_requester(ticket, "Since when?", actor=covered.ada.actor, now=now),
        "on hold": lambda now: hold_ticket(ticket, "The supplier", actor=covered.ada.actor, now=now),
        "off hold": lambda now: unhold_ticket(ticket, actor=covered.ada.actor, now=now),
    }
    for name, when in story:
        does[name](at(when))
    told = read_situation(
        compiled(covered.version),
        {
            "received": "2026-11-18 11:20",
            "plan": {"bought": "2026-03-04 10:00", "term": "12 months"},
            "facts": {"request.kind": "support", "topic": "bug", "impact": "high", "channel.official": "yes"},
        },
        [
            {"answered": when, "asked again": "yes"}
            if name == "half"
            else {"answered" if name == "message" else name: when}
            for name, when in story
        ],
    )
    happened = Event.objects.filter(subject_kind="ticket", subject_id=ticket.pk).order_by("id")
    held = folded_at(fresh(ticket), happened, at("2026-11-19 10:00"))
    expected = closes and at(closes)
    assert (held.closing and held.closing.at, told.closing and told.closing.close_at) == (expected, expected)
    (at_the_desk,), (told_of,) = held.by_metric[Metric.FIRST_RESPONSE], told.clocks[Metric.FIRST_RESPONSE]
    assert (at_the_desk.state, at_the_desk.due_at) == (told_of.state, told_of.due_at)


class TestOpeningAgain:
    def test_it_reopens_within_seven_days_of_closing_for_silence(self, covered, asked):
        """ITC-18: for seven days the same ticket is opened again."""
        work_until(at("2026-11-20 12:00"))
        again = reopen_ticket(asked, actor=covered.alice.actor, now=at("2026-11-27 12:00"))
        assert again.pk == asked.pk
        assert again.status == "open"
        assert clock_of(again, "next response").due_at == at("2026-11-28 12:00")

    def test_it_makes_a_new_linked_ticket_after_that(self, covered, asked):
        """ITC-18: a second later it is a new ticket, linked to the old one."""
        work_until(at("2026-11-20 12:00"))
        later = reopen_ticket(asked, actor=covered.alice.actor, now=at("2026-11-27 12:01"))
        assert later.pk != asked.pk
        assert later.linked_to_id == asked.pk
        assert later.number == asked.number + 1
        assert fresh(asked).status == "closed"
        assert clock_of(later).due_at == at("2026-11-28 12:01")

    def test_it_says_what_to_do_where_a_message_comes_too_late(self, covered, asked):
        """ITC-18: a message to a ticket closed too long ago is told to come as a new request."""
        work_until(at("2026-11-20 12:00"))
        with pytest.raises(Refused) as caught:
            receive_message(asked, "Hello?", actor=covered.alice.actor, now=at("2026-12-20 12:00"))
        assert "reopening" in caught.value.clauses

    def test_it_never_owes_a_first_response_again(self, covered, asked):
        """Design §5: reopened, a next response is owed, not a first one."""
        work_until(at("2026-11-20 12:00"))
        reopen_ticket(asked, actor=covered.alice.actor, now=at("2026-11-21 12:00"))
        assert asked.clocks.filter(metric="first response").count() == 1
        assert clock_of(asked).state == "met"

    def test_it_reopens_for_fourteen_days_at_iexexchanger(self, iex):
        """IEX-28: a question taken up long after is a new one; the window is the policy's."""
        iex.holds("licence", at("2026-07-02 12:00"))
        ticket = iex.ticket(at("2026-09-15 08:00"))
        solve_ticket(ticket, actor=iex.ada.actor, now=at("2026-09-15 10:00"))
        reopened = reopen_ticket(ticket, actor=iex.alice.actor, now=at("2026-09-29 09:00"))
        assert reopened.pk == ticket.pk
        solve_ticket(ticket, actor=iex.ada.actor, now=at("2026-09-29 10:00"))
        assert reopen_ticket(ticket, actor=iex.alice.actor, now=at("2026-10-14 10:00")).pk != ticket.pk


class TestClosingByHand:
    def test_it_takes_only_the_policys_reasons(self, iex):
        """IEX-28: the twelve reasons are the policy's own; another is named as a fault."""
        iex.holds("licence", at("2026-07-02 12:00"))
        ticket = iex.ticket(at("2026-09-15 08:00"))
        with pytest.raises(InvalidInput):
            close_ticket(ticket, "bored", actor=iex.ada.actor, now=at("2026-09-15 09:00"))
        reasons = list(compiled(iex.version).close_reasons)
        assert len(reasons) >= 12
        close_ticket(ticket, reasons[0], actor=iex.ada.actor, now=at("2026-09-15 09:00"))
        assert (ticket.status, ticket.close_reason) == ("closed", reasons[0])

    def test_only_merging_closes_as_merged(self, iex):
        """IEX-28: closed so by hand it would have gone into no other request."""
        iex.holds("licence", at("2026-07-02 12:00"))
        ticket = iex.ticket(at("2026-09-15 08:00"))
        with pytest.raises(InvalidInput):
            close_ticket(ticket, "merged", actor=iex.ada.actor, now=at("2026-09-15 09:00"))

    def test_it_refuses_work_on_a_closed_ticket(self, covered, asked):
        """What is closed stays as it is until it is opened again."""
        work_until(at("2026-11-20 12:00"))
        with pytest.raises(Refused):
            reply_publicly(asked, "One more thing", actor=covered.ada.actor, now=at("2026-11-20 13:00"))
