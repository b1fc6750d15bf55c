"""A ticket's page, and each thing that can be done there: one action, said in a sentence."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from remit.desk.accounts.models import Agent
from remit.desk.foundation.models import Event
from remit.desk.policies import store
from remit.desk.policies.models import Decision
from remit.desk.policies.store import compiled
from remit.desk.tickets.actions import ask_requester, receive_message, tick_step
from remit.desk.tickets.models import Message, Ticket
from remit.policy.document.compiling import compile_document
from remit.policy.document.source import load
from tests.desk.conftest import signed_in
from tests.desk.five import POLICIES, Place, at, clock_of

MORNING = at("2026-07-09 02:15")
LATER = at("2026-07-09 02:45")


@pytest.fixture
def ticket(ion: Place) -> Iterator[Ticket]:
    """A request of high priority, half an hour old."""
    found = ion.ticket(MORNING, subject="VPN drops")
    with time_machine.travel(LATER, tick=False):
        yield found


def page_of(place: Place, ticket: Ticket, who: str = "ada") -> str:
    return (
        signed_in(getattr(place, who))
        .get(f"/{place.desk.slug}/desk/tickets/{ticket.number}/")
        .content.decode()
    )


def do(place: Place, ticket: Ticket, deed: str, who: str = "ada", **form: str) -> tuple[int, str]:
    client = signed_in(getattr(place, who))
    answer = client.post(f"/{place.desk.slug}/desk/tickets/{ticket.number}/{deed}/", form, follow=True)
    ticket.refresh_from_db()
    return answer.status_code, answer.content.decode()


class TestThePage:
    def test_it_shows_the_clock_the_cover_the_decision_and_what_comes(
        self, ion: Place, ticket: Ticket
    ) -> None:
        """Design §8: the agent sees the same clock as the customer, and what happens next by itself."""
        page = page_of(ion, ticket)
        assert "3 h 30 min" in page
        assert "left, due 13:15" in page
        assert "Cover of SC-118" in page
        assert "First answer due; if not, it is recorded as late" in page
        assert "What the form says" in page

    def test_it_says_what_sending_does_to_the_clocks(self, ion: Place, ticket: Ticket) -> None:
        page = page_of(ion, ticket)
        assert "Stops the clock: first answer." in page
        assert "Then it waits for the customer." in page
        assert "no clock minds it" in page

    def test_it_says_of_a_clock_that_stands_still_that_it_goes_on_standing_still(self, iex: Place) -> None:
        """IEX-21: where access is waited for, a reply changes nothing about that, and the composer says so."""
        iex.holds("licence", at("2026-05-04 10:00"), attributes={"plan": "pro"})
        ticket = iex.ticket(at("2026-11-18 08:00"))
        receive_message(ticket, "And this.", actor=iex.alice.actor, now=at("2026-11-18 08:10"))
        ask_requester(
            ticket,
            "Please add access.",
            actor=iex.ada.actor,
            now=at("2026-11-18 08:20"),
            reason="waiting for access",
        )
        receive_message(ticket, "How?", actor=iex.alice.actor, now=at("2026-11-18 08:30"))
        ask_requester(
            ticket,
            "In the form.",
            actor=iex.ada.actor,
            now=at("2026-11-18 08:40"),
            reason="waiting for access",
        )
        with time_machine.travel(at("2026-11-18 09:00"), tick=False):
            page = page_of(iex, ticket)
        assert "It goes on waiting for the customer." in page
        assert "Runs on" not in page

    def test_it_puts_first_what_comes_next_and_folds_away_what_is_rare(
        self, ion: Place, ticket: Ticket
    ) -> None:
        """On hold, the next step is to take it off; merging and closing are under More."""
        do(ion, ticket, "hold", reason="The line provider looks at it.")
        page = page_of(ion, ticket)
        first, more = page.index("rm-acts--first"), page.index("rm-acts__more")
        assert first < page.index("Take off hold") < page.index("Assign", first) < more
        assert more < page.index("Merge into another")

    def test_it_shows_a_lead_the_decision_that_waits(self, ion: Place, ticket: Ticket) -> None:
        """What is left to discretion opens as "Decide", with outcomes that settle it; an agent reads who decides."""
        Ticket.objects.update(outcome="review")
        page = page_of(ion, ticket, "lena")
        assert 'id="decide"' in page
        assert "<h3>Decide</h3>" in page
        assert '<option value="review"' not in page
        assert 'name="outcome"' not in page_of(ion, ticket)
        assert "A lead or the owner of the desk decides this" in page_of(ion, ticket)

    def test_it_has_a_fixed_number_of_queries(
        self, ion: Place, ticket: Ticket, django_assert_max_num_queries: object
    ) -> None:
        from remit.desk.tickets.actions import note_internally

        for number in range(12):
            note_internally(ticket, f"Note {number}", actor=ion.ada.actor, now=LATER)
        client = signed_in(ion.ada)
        with django_assert_max_num_queries(45):  # type: ignore[operator]
            client.get(f"/ionetech/desk/tickets/{ticket.number}/")


class TestWriting:
    def test_a_reply_stops_the_clock(self, ion: Place, ticket: Ticket) -> None:
        """ION-4: a public message by a person is the first response."""
        status, page = do(ion, ticket, "say", body="We look at it.", do="reply")
        assert status == 200
        assert "Sent." in page
        assert clock_of(ticket).met_at == LATER

    def test_a_question_makes_it_wait_for_the_customer(self, ion: Place, ticket: Ticket) -> None:
        """ION-8: waiting on the customer."""
        do(ion, ticket, "say", body="Which office?", do="ask")
        assert ticket.status == "pending"
        assert "Waiting for an answer" in page_of(ion, ticket)

    def test_a_last_reply_is_sent_and_solves(self, ion: Place, ticket: Ticket) -> None:
        do(ion, ticket, "say", body="Fixed.", do="solve", solved_as="fixed")
        assert (ticket.status, ticket.solved_as) == ("solved", "fixed")

    def test_a_note_is_for_the_team_only_and_no_clock_minds_it(self, ion: Place, ticket: Ticket) -> None:
        do(ion, ticket, "say", **{"as": "note", "body": "DNS again", "do": "note"})
        assert Message.objects.get(kind="note").text.body == "DNS again"
        assert clock_of(ticket).met_at is None
        assert "Internal note, only the team reads this" in page_of(ion, ticket)

    @pytest.mark.parametrize("body", ["   ", "\u200b\u2060", "\u3164"], ids=ascii)
    def test_an_empty_message_is_not_sent_and_the_page_says_so(
        self, ion: Place, ticket: Ticket, body: str
    ) -> None:
        status, page = do(ion, ticket, "say", body=body, do="solve")
        assert status == 422
        assert "Write a message first." in page
        assert ticket.status == "new"

    def test_nothing_is_sent_where_solving_fails(self, ion: Place, ticket: Ticket) -> None:
        """A last reply and the solving are one thing."""
        status, _ = do(ion, ticket, "say", body="Fixed.", do="solve", solved_as="nonsense")
        assert status == 422
        assert Message.objects.filter(author_agent__isnull=False).count() == 0


class TestSteering:
    def test_a_raised_priority_brings_the_due_moment_nearer(self, ion: Place, ticket: Ticket) -> None:
        """ION-6: an agent may change it, and the clocks follow."""
        before = clock_of(ticket).due_at
        do(ion, ticket, "priority", priority="critical", reason="Everyone is cut off")
        assert ticket.priority == "critical"
        assert clock_of(ticket).due_at < before
        assert "Everyone is cut off" in page_of(ion, ticket)

    def test_a_change_without_a_reason_is_not_made_and_the_choice_is_kept(
        self, ion: Place, ticket: Ticket
    ) -> None:
        status, page = do(ion, ticket, "priority", priority="critical", reason="")
        assert status == 422
        assert ticket.priority == "high"
        assert '<option value="critical" selected>' in page

    def test_it_can_be_handed_up_with_a_reason(self, ion: Place, ticket: Ticket) -> None:
        """ION-4."""
        do(ion, ticket, "tier", tier="2", reason="Needs a specialist")
        assert ticket.tier == 2
        assert "Handed to tier 2" in page_of(ion, ticket)

    def test_it_can_be_taken_held_and_closed(self, ion: Place, ticket: Ticket) -> None:
        do(ion, ticket, "assign", agent="me")
        assert ticket.assignee == ion.ada
        do(ion, ticket, "hold", reason="The provider looks at the line")
        assert ticket.status == "on hold"
        do(ion, ticket, "unhold")
        do(ion, ticket, "close", reason="solved")
        assert ticket.status == "closed"

    def test_it_cannot_be_assigned_to_an_agent_of_another_desk(
        self, ion: Place, iex: Place, ticket: Ticket
    ) -> None:
        assert do(ion, ticket, "assign", agent="7" * 5000)[0] == 422
        status, page = do(ion, ticket, "assign", agent=str(iex.ada.pk))
        assert status == 422
        assert "Choose an agent of this desk." in page

    def test_a_deed_that_does_not_exist_is_not_there(self, ion: Place, ticket: Ticket) -> None:
        assert do(ion, ticket, "explode")[0] == 404

    def test_it_never_sends_anyone_to_another_site(self, ion: Place, ticket: Ticket) -> None:
        client = signed_in(ion.ada)
        path = f"/ionetech/desk/tickets/{ticket.number}/assign/"
        answer = client.post(path, {"agent": "me", "back": "https://evil.example/"})
        assert answer["Location"].startswith("/ionetech/desk/")


class TestDeciding:
    def test_a_lead_overrules_with_a_reason_and_both_decisions_stay(self, ion: Place, ticket: Ticket) -> None:
        """Design §4: overridden with a reason, which is a further record with author and reason."""
        assert '<option value="ask"' not in page_of(ion, ticket, who="lena")
        do(ion, ticket, "override", who="lena", outcome="refuse", reason="Not in this contract")
        assert ticket.outcome == "refuse"
        assert [one.kind for one in Decision.objects.filter(ticket=ticket)] == ["intake", "override"]
        assert "Not in this contract" in page_of(ion, ticket, "lena")

    def test_an_agent_who_is_no_lead_is_not_offered_it_and_cannot(self, ion: Place, ticket: Ticket) -> None:
        assert "/override/" not in page_of(ion, ticket)
        _, page = do(ion, ticket, "override", outcome="refuse", reason="I say so")
        assert ticket.outcome == "accept"
        assert "Only a lead" in page

    def test_findings_are_recorded_with_their_evidence(self, iex: Place) -> None:
        """IEX-14: the conditions are a checklist with evidence each, determined by the company."""
        iex.holds("licence", at("2025-01-10 10:00"), name="L-204", plan="pro")
        with time_machine.travel(MORNING, tick=False):
            ticket = iex.ticket(MORNING, topic="error", entitlement="L-204", error_text="x", steps_before="y",
                                reproduction="z", changes="none", panel__section="orders")  # fmt: skip
            page = page_of(iex, ticket)
            assert "What we find out ourselves" in page
            wanted = [
                name for name, supplier in Decision.objects.get(ticket=ticket).unknowns if supplier == "desk"
            ]
            yes_no = next(
                one for one in wanted if compiled(iex.version).declarations[one].kind == "yes or no"
            )
            do(iex, ticket, "finding", fact=yes_no, value="yes", reason="Seen on the clean stand")
            assert "Seen on the clean stand" in page_of(iex, ticket)

    def test_a_contest_stands_under_to_decide_and_a_lead_settles_it(self, iex: Place) -> None:
        from remit.desk.tickets.actions import contest_decision

        iex.holds("licence", at("2025-01-10 10:00"), name="L-204", plan="pro")
        with time_machine.travel(LATER, tick=False):
            ticket = iex.ticket(MORNING, entitlement="L-204")
            assert ticket.outcome == "refuse"
            contest_decision(ticket, "We renewed in May.", actor=iex.alice.actor, now=LATER)
            page = signed_in(iex.lena).get("/iexexchanger/desk/decide/").content.decode()
            assert "We renewed in May." in page
            assert "Contested: Not covered now" in page
            do(iex, ticket, "settle", who="lena", outcome="accept", reason="The payment was found")
            assert (ticket.outcome, ticket.is_contested) == ("accept", False)


class TestThePolicyForTheTeam:
    def test_it_counts_what_each_section_decided_and_says_what_it_does(
        self, ion: Place, ticket: Ticket
    ) -> None:
        """Design §8: each clause can show what it does to those who may know."""
        page = signed_in(ion.ada).get("/ionetech/desk/policy/").content.decode()
        assert "Decided 1 request in 30 days" in page
        assert "What this does" in page
        assert "The notes in the margin are for your team" in page
        public = signed_in(ion.alice).get("/ionetech/policy/").content.decode()
        assert "Decided 1 request" not in public


def test_it_merges_only_with_a_reason_that_is_kept(ion: Place, ticket: Ticket) -> None:
    """Both tickets' histories say why the one went into the other."""
    other = ion.ticket(MORNING, subject="The same again")
    status, _ = do(ion, other, "merge", into=ticket.shown_number, reason="  ")
    assert status == 422
    assert other.status == "new"
    do(ion, other, "merge", into=ticket.shown_number, reason="The same fault, sent twice.")
    assert (other.status, other.close_reason) == ("closed", "merged")
    for one in (ticket, other):
        assert "The same fault, sent twice." in page_of(ion, one)


def test_the_composer_tells_a_clock_that_goes_on_standing_still_from_one_that_stops_now(ion: Place) -> None:
    """ION-8: what a pause holds is said to stand still, never to run on; what the reply answers is said to stop."""
    from types import SimpleNamespace

    from remit.desk.policies import store
    from remit.desk.workspace.effects import differences

    def clocks(**states: str) -> SimpleNamespace:
        made = [
            SimpleNamespace(
                metric=metric.replace("_", " "), cycle=1, state=state, ended_at=LATER if state == "met" else None,
                pause_reason="waiting for the customer",
            )
            for metric, state in states.items()
        ]  # fmt: skip
        return SimpleNamespace(clocks=made)

    before = clocks(next_response="running", resolution="paused", refund="running", diagnosis="running")
    after = clocks(next_response="met", resolution="paused", refund="paused", diagnosis="running")
    assert list(differences(before, after, store.compiled(ion.version))) == [
        "Stops the clock: next answer.",
        "Stands still until the customer answers: refund (§8).",
        "Goes on standing still: solution (§8).",
        "Runs on: diagnosis.",
    ]


class TestStepsToTry:
    def test_it_gives_them_with_a_question_and_shows_what_is_ticked(self, ion: Place, ticket: Ticket) -> None:
        """ION-8: one a line; beside the ticket stands what is done, by whom."""
        status, page = do(
            ion, ticket, "say", body="Please try.", do="ask", steps="Restart it\r\n\r\nLook at it"
        )
        assert status == 200
        assert page.count("Not ticked yet") == 2
        tick_step(ticket, 2, True, actor=ion.alice.actor, now=LATER)
        page = page_of(ion, ticket)
        assert page.count("Not ticked yet") == 1
        assert "Step 2 was ticked" in page

    @pytest.mark.parametrize("way", ["reply", "note", "solve"])
    def test_it_loses_none_that_are_sent_another_way(self, ion: Place, ticket: Ticket, way: str) -> None:
        """ION-8: steps go with a question; otherwise nothing is sent, and what was typed stays."""
        before = ticket.messages.count()
        status, page = do(ion, ticket, "say", body="Please try.", do=way, steps="Restart it")
        assert status == 422
        assert "Steps to try go with a question" in page
        assert "Restart it</textarea>" in page
        assert ticket.messages.count() == before


class TestTickingForTheCustomer:
    @pytest.fixture
    def asked(self, ion: Place, ticket: Ticket) -> Ticket:
        steps = ["Restart the modem", "Open the VPN"]
        ask_requester(ticket, "Please try this.", actor=ion.ada.actor, now=LATER, steps=steps)
        return ticket

    def test_an_agent_ticks_what_the_customer_said_on_the_phone(self, ion: Place, asked: Ticket) -> None:
        """ION-8: the step, the history and the customer's page say who ticked it, and for whom."""
        status, page = do(ion, asked, "tick", step="2", done="yes")
        assert status == 200
        assert "Ticked for the customer." in page
        assert "<bdi>Ada</bdi>, for the customer" in page
        assert "Step 2 was ticked for the customer" in page
        event = Event.objects.get(subject_kind="ticket", subject_id=asked.pk, kind="step ticked")
        assert (event.actor_kind, event.actor_id) == ("agent", ion.ada.pk)
        assert event.data == {"step": 2, "for_requester": True}
        theirs = signed_in(ion.alice).get(f"/ionetech/requests/{asked.number}/").content.decode()
        assert "ticked for you by Ada" in theirs

    def test_an_agent_takes_a_tick_off_again(self, ion: Place, asked: Ticket) -> None:
        do(ion, asked, "tick", step="1", done="yes")
        do(ion, asked, "tick", step="1", done="no")
        assert asked.steps.filter(done_at=None).count() == 2

    @pytest.mark.parametrize("step", ["", "0", "3", "x", "9" * 30])
    def test_a_step_that_is_not_there_is_told_so(self, ion: Place, asked: Ticket, step: str) -> None:
        do(ion, asked, "tick", step=step, done="yes")
        assert asked.steps.filter(done_at=None).count() == 2

    def test_an_agent_of_another_desk_finds_nothing_to_tick(
        self, ion: Place, iex: Place, asked: Ticket
    ) -> None:
        Agent.objects.filter(desk=ion.desk, user=iex.ada.user).delete()
        status, _ = do(ion, asked, "tick", step="1", done="yes")
        assert status == 404
        assert asked.steps.filter(done_at=None).count() == 2


class TestAPriorityWithoutARow:
    """A version published before such tables were refused."""

    @pytest.fixture
    def unsaid(self, ion: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ticket]:
        """A request of low priority, where the table has no row for it."""
        text = (POLICIES / "ionetech.md").read_text(encoding="utf-8")
        assert "| Low | 48 hours |\n" in text
        lacking = compile_document(load(text.replace("| Low | 48 hours |\n", ""), "ionetech.md"))
        monkeypatch.setattr(store, "compiled", lambda version, agreement=None: lacking)
        found = ion.ticket(MORNING, impact="low")
        with time_machine.travel(LATER, tick=False):
            yield found

    def test_its_page_says_that_no_time_is_promised(self, ion: Place, unsaid: Ticket) -> None:
        """A priority for which nothing is said is told to the agent, with the clause, and not passed over."""
        page = page_of(ion, unsaid)
        assert "No time promised" in page
        assert "the policy promises no time at this priority" in page

    def test_a_priority_with_a_row_starts_the_clock(self, ion: Place, unsaid: Ticket) -> None:
        """ION-6: an agent may change it, and the clocks follow."""
        do(ion, unsaid, "priority", priority="high", reason="More of them now")
        assert clock_of(unsaid).due_at == at("2026-07-09 06:45")
        assert "No time promised" not in page_of(ion, unsaid)
