"""Taking requests in: every outcome makes a ticket with its decision, events, clocks, timer and letter."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from remit.desk.foundation.actors import SYSTEM
from remit.desk.foundation.errors import Conflict, InvalidInput
from remit.desk.foundation.models import Event, Outbox, Timer
from remit.desk.policies.actions import publish_policy
from remit.desk.policies.models import Decision, OffChannelMessage
from remit.desk.policies.store import policy_of
from remit.desk.tickets.actions import preview_decision, receive_message, receive_request
from remit.desk.tickets.inbound import Inbound
from remit.desk.tickets.models import Clock, Question, Ticket
from remit.desk.tickets.questions import asked_by_itself
from tests.desk.five import POLICIES, at, clock_of, kinds, letters

BOUGHT = at("2026-03-04 10:00")
ASKED = at("2026-11-20 18:00")


@pytest.fixture
def covered(itc):
    """iTech CRM, where Alice's company has a plan."""
    itc.holds("plan", BOUGHT, term="12 months", plan="essential")
    return itc


@pytest.mark.parametrize("since", ["9999-01-01", "2026-11-19"])
def test_a_claim_about_what_is_yet_to_come_names_the_field(its, since):
    """ITS-10: since when something fails is a day that has been; one beyond the receipt is a slip of the pen."""
    with pytest.raises(InvalidInput) as caught:
        its.ask(at("2026-11-18 10:00"), since=since)
    assert caught.value.fields == {"since": "This is yet to come. Say when it was; check the year."}
    assert not Ticket.objects.exists()


def test_a_claim_of_the_very_day_is_taken(its):
    """ITS-10: the day of the receipt, on the desk's own calendar, has begun."""
    assert its.ask(at("2026-11-18 10:00"), since="2026-11-18").ticket is not None


class TestAcceptedRequest:
    def test_it_makes_a_ticket_with_all_that_hangs_on_it(self, covered):
        """ITC-4, ITC-15: a bug under an active plan is taken on, with its first response in 24 elapsed hours."""
        received = covered.ask(ASKED)
        ticket, decision = received.ticket, received.decision
        assert (ticket.status, ticket.outcome, ticket.number, ticket.shown_number) == (
            "new",
            "accept",
            1,
            "ITC-1",
        )
        assert decision.ticket_id == ticket.pk
        assert "scope" in [one["clause"] for one in decision.deciding]
        assert ticket.next_due_at == clock_of(ticket).due_at == at("2026-11-21 18:00")
        assert kinds(ticket) == ["request received", "request completed", "decision made"]
        assert Timer.objects.get(purpose="ticket", subject_id=ticket.pk).due_at is not None
        assert letters(ticket) == ["decision"]
        assert ticket.messages.get().text.body == "Since this morning."

    def test_it_numbers_each_desks_tickets_from_one(self, covered, iex):
        """Numbers are a desk's own."""
        assert [covered.ticket(ASKED).number for _ in range(3)] == [1, 2, 3]
        iex.holds("licence", at("2026-07-02 12:00"))
        assert iex.ticket(at("2026-09-15 11:00")).shown_number == "IEX-1"

    def test_it_is_pinned_to_the_version_in_force_at_receipt(self, covered):
        """IEX-29, ITS-16: the ticket keeps the version it came in under."""
        assert covered.ticket(ASKED).version_id == covered.version.pk


class TestRefusedRequest:
    def test_it_makes_a_ticket_solved_at_once_without_clocks(self, itc):
        """ITC-2: without a plan there is no support; the refusal cites the clause and names the plans as next step."""
        received = itc.ask(ASKED)
        ticket = received.ticket
        assert (ticket.status, ticket.solved_as, ticket.outcome) == ("solved", "refused", "refuse")
        assert [one["clause"] for one in received.decision.deciding] == ["plans"]
        assert any(step["kind"] == "buy" for step in received.decision.steps)
        assert not Clock.objects.filter(ticket=ticket).exclude(state="none owed").exists()
        assert ticket.next_due_at is None
        assert ticket.clock_state == "none owed"

    def test_it_is_refused_when_the_plan_ran_out_a_second_before(self, itc):
        """ITC-2: what counts is the moment of the request; a term ends half-open."""
        itc.holds("plan", at("2025-11-20 18:00"), term="12 months")
        assert itc.ticket(at("2026-11-20 17:59")).outcome == "accept"
        assert itc.ticket(at("2026-11-20 18:00")).outcome == "refuse"


class TestAskingForWhatIsMissing:
    def test_it_asks_and_records_the_question(self, covered):
        """ITC-16: the missing fact is asked for by name; the ticket waits for the customer."""
        received = covered.ask(ASKED, product=None)
        ticket = received.ticket
        assert (ticket.status, ticket.outcome, ticket.completed_at) == ("pending", "ask", None)
        question = Question.objects.get(ticket=ticket)
        assert question.facts == ["product"]
        assert question.clause == "scope"
        asked = question.message
        assert asked.kind == "automatic"
        assert asked.is_question
        words = asked_by_itself([asked], ticket.decisions.all(), policy_of(ticket), ticket.text.answers)
        assert "Which product is it about?" in words[asked.pk]
        assert kinds(ticket) == ["request received", "decision made", "waiting started"]

    def test_it_stops_the_first_response_while_it_waits(self, covered):
        """ITC-16: where intake had to ask, the first response pauses too."""
        ticket = covered.ticket(ASKED, product=None)
        assert clock_of(ticket).state == "paused"
        assert ticket.clock_state == "stopped"


class TestOffTheOfficialChannels:
    def test_it_makes_a_log_row_and_one_answer_and_no_ticket(self, covered):
        """ITC-14: an e-mail is no valid request: one polite answer with the way to the portal."""
        received = covered.ask(ASKED, channel="email")
        assert received.ticket is None
        assert not Ticket.objects.exists()
        assert not Decision.objects.exists()
        row = OffChannelMessage.objects.get()
        assert (row.channel, row.clause, row.answered_at) == ("email", "channels", ASKED)
        assert Outbox.objects.get().payload["template"] == "off channel"

    def test_it_answers_a_sender_once_a_day(self, covered):
        """ITC-14: further messages of the day are logged and not answered; the next day is another."""
        for moment in (ASKED, at("2026-11-20 19:00"), at("2026-11-21 09:00")):
            covered.ask(moment, channel="email")
        answered = [row.answered_at is not None for row in OffChannelMessage.objects.order_by("id")]
        assert answered == [True, False, True]
        assert Outbox.objects.count() == 2

    def test_it_gives_the_same_answer_again_under_the_same_key(self, covered):
        """ITC-14: a caller that tries again fills no log, and another content under the key is refused."""
        first = covered.ask(ASKED, channel="email", key="k-1")
        second = covered.ask(at("2026-11-20 18:05"), channel="email", key="k-1")
        assert second.is_replay
        assert second.off_channel == first.off_channel
        assert (OffChannelMessage.objects.count(), Outbox.objects.count()) == (1, 1)
        with pytest.raises(Conflict):
            covered.ask(ASKED, channel="email", key="k-1", subject="Something else")
        with pytest.raises(Conflict):
            covered.ask(ASKED, key="k-1")
        assert OffChannelMessage.objects.count() == 1
        assert not Ticket.objects.exists()

    def test_it_answers_a_call_with_the_way_to_an_official_channel(self, iex):
        """IEX-25: portal, e-mail and the licence's channel count; a call starts nothing and gets one answer."""
        iex.holds("licence", at("2026-07-02 12:00"))
        received = iex.ask(ASKED, channel="phone")
        assert received.ticket is None
        assert OffChannelMessage.objects.get().clause == "channels"
        assert Outbox.objects.get().payload["template"] == "off channel"
        assert iex.ask(ASKED, channel="telegram").ticket is not None


class TestTheSameRequestTwice:
    def test_it_gives_the_first_ticket_again_under_the_same_key(self, covered):
        """A caller that tries again makes no second ticket, and nothing else is written."""
        first = covered.ask(ASKED, key="k-1")
        before = (Event.objects.count(), Outbox.objects.count(), Timer.objects.count())
        second = covered.ask(at("2026-11-20 18:05"), key="k-1")
        assert second.is_replay
        assert second.ticket.pk == first.ticket.pk
        assert second.decision.pk == first.decision.pk
        assert Ticket.objects.count() == 1
        assert (Event.objects.count(), Outbox.objects.count(), Timer.objects.count()) == before

    def test_it_refuses_a_key_that_comes_back_with_another_content(self, covered):
        """A reused key is a mistake of the caller, told as one."""
        covered.ask(ASKED, key="k-1")
        with pytest.raises(Conflict):
            covered.ask(ASKED, key="k-1", subject="Something else")
        assert Ticket.objects.count() == 1

    @pytest.mark.parametrize("other", ["channel", "linked_to", "received_at"])
    def test_it_refuses_a_key_that_comes_back_under_another_head(self, c24, other):
        """Channel, moment of receipt and earlier ticket are content too: each can decide otherwise."""
        earlier = c24.ticket(at("2026-11-19 10:00"))
        first = Inbound("portal", c24.alice, "It fails", "", dict(c24.usual), idempotency_key="k-1")
        changed = {"channel": "phone", "linked_to": earlier, "received_at": ASKED - timedelta(hours=1)}
        receive_request(c24.desk, first, actor=c24.ada.actor, now=ASKED)
        again = replace(first, **{other: changed[other]})
        with pytest.raises(Conflict):
            receive_request(c24.desk, again, actor=c24.ada.actor, now=ASKED)

    def test_it_keeps_the_keys_of_desks_apart(self, covered, c24):
        """The same key at another desk is another request."""
        covered.ask(ASKED, key="k-1")
        assert not c24.ask(ASKED, key="k-1").is_replay


class TestHowManyRequests:
    """IEX-24: requests are counted for each licence over the last thirty days; from the twentieth on a person looks."""

    FIRST = at("2026-08-16 11:00")

    @pytest.fixture
    def often(self, iex):
        """iEXExchanger, where Alice asked nineteen times under her licence, an hour apart."""
        self.licence = iex.holds("licence", at("2026-07-02 12:00"))
        for hour in range(19):
            assert (
                iex.ticket(self.FIRST + timedelta(hours=hour), entitlement=self.licence).outcome == "accept"
            )
        return iex

    def test_it_leaves_one_request_too_many_to_a_person(self, often):
        """IEX-24: the twentieth within the window is reviewed, kept, and refused nothing."""
        received = often.ask(self.FIRST + timedelta(days=29), entitlement=self.licence)
        assert (received.ticket.outcome, received.ticket.status) == ("review", "new")
        assert [one["clause"] for one in received.decision.deciding] == ["fair-use"]

    def test_it_counts_no_request_that_is_older_than_the_window(self, often):
        """IEX-24: thirty days after the first, that one counts no more."""
        assert often.ticket(self.FIRST + timedelta(days=30), entitlement=self.licence).outcome == "accept"

    def test_it_counts_over_a_window_of_hours_too(self, iex):
        """IEX-24: a window is as long as the policy says, whatever its unit."""
        text = (POLICIES / "iexexchanger.md").read_text(encoding="utf-8")
        text = text.replace(
            "version: 1\neffective: 2026-06-13", "version: 2\neffective: 2026-07-01", 1
        ).replace("window: 30 days", "window: 6 h")
        publish_policy(iex.desk, text, actor=SYSTEM, now=self.FIRST - timedelta(days=1))
        licence = iex.holds("licence", at("2026-07-02 12:00"))
        for minutes in range(19):
            iex.ticket(self.FIRST + timedelta(minutes=minutes), entitlement=licence)
        assert iex.ticket(self.FIRST + timedelta(hours=7), entitlement=licence).outcome == "accept"
        assert iex.ticket(self.FIRST + timedelta(minutes=30), entitlement=licence).outcome == "review"

    def test_it_counts_each_licence_by_itself(self, often):
        """IEX-24: what came under one licence is not held against another of the same customer."""
        second = often.holds("licence", at("2026-07-02 12:00"), name="L-205")
        assert often.ticket(self.FIRST + timedelta(days=1), entitlement=second).outcome == "accept"
        assert often.ticket(self.FIRST + timedelta(days=1), entitlement=self.licence).outcome == "review"


class TestPersonalText:
    def test_it_stands_only_in_rows_that_can_be_erased(self, iex):
        """Design §2.7: events, decisions, timers and letters hold references to what people wrote."""
        iex.holds("licence", at("2026-07-02 12:00"))
        secret = "Anna Petrova, +7 900 000"
        ticket = iex.ticket(at("2026-09-15 11:00"), details=secret, subject=f"Call {secret}", body=secret)
        rows = [
            *Event.objects.values(),
            *Decision.objects.values(),
            *Outbox.objects.values(),
            *Ticket.objects.values(),
            *Clock.objects.values(),
        ]
        assert secret not in json.dumps(rows, default=str)
        assert ticket.text.answers["details"] == [secret]
        decision = Decision.objects.get()
        assert decision.facts["details"] == {"answer": "details", "n": 0}

    def test_it_can_be_erased_and_history_stays_whole(self, iex):
        """C24-11: erasing is deleting the texts; the ticket, its decision and its events remain."""
        iex.holds("licence", at("2026-07-02 12:00"))
        ticket = iex.ticket(at("2026-09-15 11:00"))
        ticket.text.delete()
        ticket.messages.get().text.delete()
        again = Ticket.objects.get(pk=ticket.pk)
        assert again.subject == "(erased)"
        assert again.decisions.count() == 1
        assert len(kinds(again)) == 3


class TestDryRun:
    def test_it_decides_alike_and_writes_nothing(self, covered):
        """A dry run is the same decision, without a trace in the desk."""
        inbound = Inbound("api", covered.alice, "It fails", "", dict(covered.usual))
        preview = preview_decision(covered.desk, inbound, actor=covered.alice.actor, now=ASKED)
        assert str(preview.decision.outcome) == "accept"
        assert not Ticket.objects.exists()
        assert not Decision.objects.exists()


class TestBadInput:
    def test_it_names_each_faulty_field_and_writes_nothing(self, covered):
        """One answer names everything that is wrong."""
        with pytest.raises(InvalidInput) as caught:
            covered.ask(ASKED, subject="", body="x" * 60_000, channel="pigeon")
        assert set(caught.value.fields) == {"subject", "body", "channel"}
        with pytest.raises(InvalidInput) as caught:
            covered.ask(ASKED, impact="enormous", product="fax", no_such="x")
        assert set(caught.value.fields) == {"impact", "product", "no_such"}
        assert not Ticket.objects.exists()
        assert not Event.objects.filter(subject_kind="ticket").exists()

    def test_it_takes_no_fact_of_the_record_or_the_desk_from_a_requester(self, covered):
        """A requester can't say that the plan is active or the priority urgent."""
        with pytest.raises(InvalidInput) as caught:
            covered.ask(ASKED, plan__active="yes", priority="urgent", channel__official="yes")
        assert set(caught.value.fields) == {"plan.active", "priority", "channel.official"}

    @pytest.mark.parametrize("nasty", ["\x00", "a\x00b", "\u202egnp.exe", "\x1b[2J", "\ud800x"])
    def test_it_cleans_texts_that_play_tricks(self, covered, nasty):
        """NUL, control characters, lone surrogates and overrides neither break anything nor get through."""
        ticket = covered.ticket(ASKED, subject=f"Help {nasty}", body=f"So: {nasty}")
        said = ticket.text.subject + ticket.messages.get().text.body
        assert not set(said) & {"\x00", "\u202e", "\x1b", "\ud800"}

    def test_it_refuses_ten_thousand_answers(self, covered):
        """A flood of fields is one clear fault."""
        with pytest.raises(InvalidInput) as caught:
            covered.ask(ASKED, **{f"f{number}": "x" for number in range(10_000)})
        assert set(caught.value.fields) == {"answers"}

    def test_it_tells_an_unknown_anothers_and_another_desks_licence_alike(self, covered, iex):
        """Nobody learns what others hold."""
        covered.holds("plan", BOUGHT, contact=covered.charlie, name="P-7", term="12 months")
        iex.holds("licence", at("2026-07-02 12:00"), name="L-9")
        sentences = set()
        for name in ("nothing", "P-7", "L-9", "x\x00", "y" * 500):
            with pytest.raises(InvalidInput) as caught:
                covered.ask(ASKED, entitlement=name)
            sentences.add(caught.value.fields["entitlement"])
        assert len(sentences) == 1

    def test_it_refuses_an_instant_in_the_future_or_without_zone(self, covered):
        """Only what has happened can have been received."""
        for moment, actor in (
            (at("2026-11-21 00:00"), covered.ada.actor),
            (ASKED.replace(tzinfo=None), covered.ada.actor),
            (at("2026-11-19 00:00"), covered.alice.actor),
            (at("1969-12-31 23:00"), covered.ada.actor),
            (datetime.min.replace(tzinfo=UTC), covered.ada.actor),
            (datetime.min.replace(tzinfo=timezone(timedelta(hours=14))), covered.ada.actor),
            (datetime.max.replace(tzinfo=timezone(-timedelta(hours=14))), covered.ada.actor),
            (ASKED - timedelta(days=367), covered.ada.actor),
        ):
            inbound = Inbound("phone", covered.alice, "It fails", "", {}, received_at=moment)
            with pytest.raises(InvalidInput) as caught:
                preview_decision(covered.desk, inbound, actor=actor, now=ASKED)
            assert "received_at" in caught.value.fields

    def test_it_counts_from_the_call_where_an_agent_writes_it_down(self, covered):
        """Design §5: a ticket an agent opens for a caller counts from the call."""
        inbound = Inbound(
            "portal", covered.alice, "Called", "", dict(covered.usual), received_at=at("2026-11-20 15:00")
        )
        received = receive_request(covered.desk, inbound, actor=covered.ada.actor, now=ASKED)
        assert clock_of(received.ticket).due_at == at("2026-11-21 15:00")


class TestTheMessageAsAnAnswer:
    """ION-8, IEX-15: what is asked in free words, a message by mail or over the API has told already."""

    MORNING = at("2026-07-09 02:15")

    @pytest.fixture
    def under_contract(self, ion):
        """I One Tech, where Alice's company has a contract."""
        ion.holds("contract", at("2026-01-05 02:00"), name="SC-118", term="12 months")
        return ion

    @pytest.mark.parametrize("channel", ["email", "api", "portal"])
    def test_the_body_answers_what_the_document_says_it_answers(self, under_contract, channel):
        """No channel has rules of its own; the words are kept where they can be erased."""
        ticket = under_contract.ticket(
            self.MORNING, channel=channel, details=None, body="The server is slow since nine."
        )
        assert (ticket.outcome, ticket.facts["details"]) == ("accept", {"answer": "details", "n": 0})
        assert ticket.text.answers["details"] == ["The server is slow since nine."]

    def test_an_answer_of_its_own_goes_before(self, under_contract):
        """Where the form asked apart, the body is something beside it."""
        ticket = under_contract.ticket(self.MORNING, body="Greetings from the office.")
        assert ticket.text.answers["details"] == ["The service is slow."]

    def test_without_words_it_is_asked_for_and_the_next_message_answers_it(self, under_contract):
        """The time until then isn't counted: asked at 9:15, told at 11:15, four hours due at 15:15 (ION-1, ION-8)."""
        ticket = under_contract.ticket(self.MORNING, channel="email", details=None, body="")
        assert (ticket.outcome, ticket.status) == ("ask", "pending")
        told_at = self.MORNING + timedelta(hours=2)
        receive_message(ticket, "It is slow.", actor=under_contract.alice.actor, now=told_at, channel="email")
        told = Ticket.objects.get(pk=ticket.pk)
        assert (told.outcome, told.status) == ("accept", "new")
        assert clock_of(told).due_at == at("2026-07-09 08:15")

    def test_a_message_is_no_answer_to_anything_else(self, under_contract):
        """Where a choice is missing too, words bring it before a person, as ever."""
        ticket = under_contract.ticket(
            self.MORNING, channel="email", details=None, impact=None, body="The server is slow."
        )
        assert (ticket.outcome, ticket.status) == ("ask", "pending")
        told_at = self.MORNING + timedelta(hours=2)
        receive_message(
            ticket, "It is very slow.", actor=under_contract.alice.actor, now=told_at, channel="email"
        )
        told = Ticket.objects.get(pk=ticket.pk)
        assert (told.outcome, told.status) == ("ask", "new")
