"""A customer's requests: the form built from the policy, the dry run, the decision, the conversation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
import time_machine

from remit.desk.entitlements.actions import record_purchase
from remit.desk.entitlements.models import Entitlement
from remit.desk.foundation.actors import SYSTEM
from remit.desk.foundation.errors import Conflict
from remit.desk.policies import store
from remit.desk.policies.actions import publish_policy
from remit.desk.policies.models import Decision
from remit.desk.tickets.actions import (
    ask_requester,
    contest_decision,
    merge_tickets,
    override_decision,
    settle_contest,
)
from remit.desk.tickets.models import Ticket
from remit.policy.vocabulary.facts import Supplier
from tests.desk.conftest import contact_named, signed_in
from tests.desk.five import POLICIES, Place, at, place

# A Thursday at a quarter past nine in Phnom Penh, in opening hours.
MORNING = at("2026-07-09 02:15")
FORM = {
    "subject": "VPN drops",
    "body": "",
    "fact.topic": "network",
    "fact.category": "technical",
    "fact.impact": "high",
    "fact.details": "It drops every few minutes.",
    "entitlement": "SC-118",
    "do": "send",
}


@pytest.fixture
def covered(ion: Place) -> Iterator[Place]:
    """A customer with a contract in force, on that morning."""
    ion.holds("contract", at("2026-01-05 02:00"), name="SC-118", term="12 months")
    with time_machine.travel(MORNING, tick=False):
        yield ion


class TestTheForm:
    def test_it_asks_what_the_policy_asks_in_the_policys_words(self, covered: Place) -> None:
        page = signed_in(covered.alice).get("/ionetech/requests/new/").content.decode()
        assert "Which kind of request is it?" in page
        assert "Infrastructure and maintenance" in page

    def test_it_says_what_each_impact_means_while_no_category_is_chosen(self, covered: Place) -> None:
        """ION-6: a request that lacks both is asked for both at once; no choice is a bare name of a priority."""
        asked = covered.ticket(MORNING, category=None, impact=None)
        client = signed_in(covered.alice)
        page = client.get(f"/ionetech/requests/{asked.number}/").content.decode()
        assert "Technical: A core function is down, or its security is hit." in page
        assert "Security and compliance: A breach or a violation" in page

    def test_it_offers_what_the_customer_sees_in_the_words_of_the_chosen_category(
        self, covered: Place
    ) -> None:
        """ION-6: the form asks for what the customer sees; the policy sets the priority."""
        client = signed_in(covered.alice)
        page = client.post("/ionetech/requests/new/foresee/", {"fact.category": "billing"}).content.decode()
        assert "An urgent inquiry" in page
        assert "A significant disruption of daily work" not in page

    def test_it_shows_what_would_happen_and_writes_nothing(self, covered: Place) -> None:
        client = signed_in(covered.alice)
        page = client.post("/ionetech/requests/new/foresee/", FORM).content.decode()
        assert "First answer within 4 h" in page
        assert not Ticket.objects.exists()
        assert not Decision.objects.exists()

    def test_it_makes_a_ticket_with_the_priority_the_policy_sets(self, covered: Place) -> None:
        """ION-6."""
        answer = signed_in(covered.alice).post("/ionetech/requests/new/", FORM)
        ticket = Ticket.objects.get()
        assert answer.status_code == 302
        assert answer["Location"] == f"/ionetech/requests/{ticket.number}/"
        assert (ticket.priority, ticket.outcome) == ("high", "accept")

    def test_it_makes_one_ticket_however_often_it_is_sent(self, covered: Place) -> None:
        client = signed_in(covered.alice)
        for _ in range(3):
            client.post("/ionetech/requests/new/", {**FORM, "key": "portal-1"})
        assert Ticket.objects.count() == 1

    def test_it_asks_for_the_impact_only_when_the_category_words_it(self, covered: Place) -> None:
        """ION-6: what the customer sees is worded per category, so the form asks for the category first."""
        client = signed_in(covered.alice)
        fresh = client.get("/ionetech/requests/new/").content.decode()
        assert 'name="fact.category"' in fresh
        assert 'name="fact.impact"' not in fresh
        chosen = client.post(
            "/ionetech/requests/new/foresee/", {"fact.category": "security"}
        ).content.decode()
        assert chosen.index('name="fact.category"') < chosen.index('name="fact.impact"')

    def test_an_impact_without_a_category_is_not_taken_as_it_stands(self, covered: Place) -> None:
        """ION-6: sent so by a page without script, it names the category; the impact keeps its answer, and says what
        it means in each.
        """
        client = signed_in(covered.alice)
        answer = client.post("/ionetech/requests/new/", {**FORM, "fact.category": ""})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert 'href="#f-category"' in page
        assert not Ticket.objects.exists()
        assert 'value="high" checked' in page
        assert "Security and compliance: An urgent" in page

    def test_another_category_words_the_same_choice_anew_and_keeps_it(self, covered: Place) -> None:
        """ION-6: who changes the category sees what their choice means there."""
        client = signed_in(covered.alice)
        page = client.post(
            "/ionetech/requests/new/foresee/", {**FORM, "fact.category": "security"}
        ).content.decode()
        assert "An urgent patch or a risk assessment" in page
        assert 'value="high" checked' in page

    def test_its_count_and_its_words_agree(self, covered: Place) -> None:
        """What is missing is counted once, and no sentence beside it says another number."""
        asked = covered.ticket(MORNING, category=None, impact=None)
        page = signed_in(covered.alice).get(f"/ionetech/requests/{asked.number}/").content.decode()
        assert "2 things missing" in page
        assert "Complete what is missing, and we can start." in page
        assert "detail is missing" not in page

    @pytest.mark.parametrize("field", ["fact.topic", "fact.details"])
    def test_an_answer_of_nothing_but_control_characters_is_missing(self, covered: Place, field: str) -> None:
        """What cleaning takes away was never said: the field is named, and no incomplete ticket is made."""
        answer = signed_in(covered.alice).post("/ionetech/requests/new/", {**FORM, field: "\0 \x07"})
        assert answer.status_code == 422
        assert f"f-{field.removeprefix('fact.')}" in answer.content.decode()
        assert not Ticket.objects.exists()

    def test_it_names_each_missing_field_and_keeps_what_was_typed(self, covered: Place) -> None:
        """ION-8: an error naming each field."""
        form = {**FORM, "fact.impact": "", "fact.details": "", "body": "Typed <b>words</b>"}
        answer = signed_in(covered.alice).post("/ionetech/requests/new/", form)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert page.count("We need this to start.") >= 2
        assert "Typed &lt;b&gt;words&lt;/b&gt;" in page
        assert "I don’t have these" in page
        assert not Ticket.objects.exists()

    def test_it_takes_a_request_without_them_where_the_customer_does_not_have_them(
        self, covered: Place
    ) -> None:
        """ION-8: missing information is asked for."""
        form = {**FORM, "fact.impact": "", "do": "send anyway"}
        signed_in(covered.alice).post("/ionetech/requests/new/", form)
        assert Ticket.objects.get().outcome == "ask"

    def test_it_tells_an_empty_subject_and_a_value_outside_its_list(self, covered: Place) -> None:
        form = {**FORM, "subject": " ", "fact.category": "weather"}
        answer = signed_in(covered.alice).post("/ionetech/requests/new/", form)
        assert answer.status_code == 422
        assert "is not one of its options" in answer.content.decode()

    @pytest.mark.parametrize("unseen", ["\u200b\u200b", "\u2060", "\u3164", "\u00ad\ufe0f"], ids=ascii)
    def test_a_subject_that_nobody_can_see_is_missing(self, covered: Place, unseen: str) -> None:
        """Zero-width and other invisible characters alone say nothing, on the form as in a reply."""
        client = signed_in(covered.alice)
        answer = client.post("/ionetech/requests/new/", {**FORM, "subject": unseen})
        assert answer.status_code == 422
        assert "Say in a few words what it is about." in answer.content.decode()
        assert not Ticket.objects.exists()
        ticket = covered.ticket(MORNING, entitlement="SC-118")
        answer = client.post(f"/ionetech/requests/{ticket.number}/write/", {"body": unseen})
        assert answer.status_code == 422
        assert "Write a message first." in answer.content.decode()

    def test_it_knows_nothing_of_what_others_hold(self, covered: Place) -> None:
        """Another customer's contract is told like one that does not exist."""
        client = signed_in(covered.charlie)
        assert "SC-118" not in client.get("/ionetech/requests/new/").content.decode()
        answer = client.post("/ionetech/requests/new/", FORM)
        assert answer.status_code == 422
        assert not Ticket.objects.exists()


class TestGoingBackAfterSending:
    """Who sends, goes back, changes something and sends again."""

    CHANGED = {**FORM, "key": "portal-1", "subject": "VPN and mail", "body": "Mail too since noon."}

    def test_it_shows_the_form_with_what_was_typed_and_the_request_that_it_made(self, covered: Place) -> None:
        client = signed_in(covered.alice)
        client.post("/ionetech/requests/new/", {**FORM, "key": "portal-1"})
        answer = client.post("/ionetech/requests/new/", self.CHANGED)
        page = answer.content.decode()
        made = Ticket.objects.get()
        assert answer.status_code == 409
        assert "This form was sent already" in page
        assert f'href="/ionetech/requests/{made.number}/"' in page
        assert 'value="VPN and mail"' in page
        assert "Mail too since noon." in page

    def test_sending_what_it_shows_makes_a_request_of_its_own(self, covered: Place) -> None:
        client = signed_in(covered.alice)
        client.post("/ionetech/requests/new/", {**FORM, "key": "portal-1"})
        page = client.post("/ionetech/requests/new/", self.CHANGED).content.decode()
        key = page.split('name="key" value="')[1].split('"')[0]
        assert key != "portal-1"
        client.post("/ionetech/requests/new/", {**self.CHANGED, "key": key})
        subjects = [one.text.subject for one in Ticket.objects.order_by("id")]
        assert subjects == ["VPN drops", "VPN and mail"]

    def test_it_shows_nothing_of_what_another_sent_under_that_key(self, covered: Place) -> None:
        """A key that somebody else used tells nothing about their request."""
        client = signed_in(covered.alice)
        client.post("/ionetech/requests/new/", {**FORM, "key": "portal-1"})
        form = {**self.CHANGED, "entitlement": "none of these"}
        answer = signed_in(covered.charlie).post("/ionetech/requests/new/", form)
        assert answer.status_code == 409
        assert "VPN drops" not in answer.content.decode()


@pytest.fixture
def asked(covered: Place) -> Ticket:
    """A request that was accepted."""
    ticket = covered.ask(MORNING, entitlement="SC-118").ticket
    assert ticket is not None
    return ticket


class TestTheRequestPage:
    def test_it_says_the_decision_by_when_and_why_with_the_sections(
        self, covered: Place, asked: Ticket
    ) -> None:
        """Design §8: one sentence, the first button, why with quoted clauses, what was taken as known."""
        page = signed_in(covered.alice).get(f"/ionetech/requests/{asked.number}/").content.decode()
        assert "We have taken this on." in page
        assert "A person answers you by today, 13:15." in page
        assert "<mark>A significant disruption of daily work</mark>" in page
        assert "<mark>4 hours</mark>" in page
        assert "SC-118" in page
        assert "Contract in force" in page

    def test_it_draws_the_clock_with_a_name_and_an_account(self, covered: Place, asked: Ticket) -> None:
        page = signed_in(covered.alice).get(f"/ionetech/requests/{asked.number}/").content.decode()
        assert 'role="img" aria-label="First answer: from' in page
        assert "First answer due" in page

    @pytest.mark.parametrize("who", ["charlie", "lena"])
    def test_it_is_not_there_for_anyone_else(self, covered: Place, asked: Ticket, who: str) -> None:
        person = getattr(covered, who)
        assert signed_in(person).get(f"/ionetech/requests/{asked.number}/").status_code == 404

    def test_it_asks_a_visitor_to_sign_in(self, covered: Place, asked: Ticket, client: object) -> None:
        answer = client.get(f"/ionetech/requests/{asked.number}/")  # type: ignore[attr-defined]
        assert answer.status_code == 302
        assert answer["Location"].startswith("/sign-in/")

    def test_it_never_shows_a_note(self, covered: Place, asked: Ticket) -> None:
        from remit.desk.tickets.actions import note_internally

        note_internally(asked, "Between us only.", actor=covered.ada.actor, now=MORNING)
        page = signed_in(covered.alice).get(f"/ionetech/requests/{asked.number}/").content.decode()
        assert "Between us only." not in page

    def test_it_takes_a_message_and_keeps_the_place(self, covered: Place, asked: Ticket) -> None:
        """IEX-4: adding to a request never moves it."""
        rank = Ticket.objects.get().queue_rank
        client = signed_in(covered.alice)
        client.post(f"/ionetech/requests/{asked.number}/write/", {"body": "One <i>more</i> thing"})
        page = client.get(f"/ionetech/requests/{asked.number}/").content.decode()
        assert "One &lt;i&gt;more&lt;/i&gt; thing" in page
        assert Ticket.objects.get().queue_rank == rank

    def test_it_says_what_to_do_about_an_empty_message(self, covered: Place, asked: Ticket) -> None:
        answer = signed_in(covered.alice).post(f"/ionetech/requests/{asked.number}/write/", {"body": "  "})
        assert answer.status_code == 422
        assert "Write a message first." in answer.content.decode()

    def test_it_decides_again_once_the_missing_details_came(self, covered: Place) -> None:
        """ION-8."""
        ticket = covered.ask(MORNING, entitlement="SC-118", impact=None).ticket
        assert ticket is not None
        client = signed_in(covered.alice)
        page = client.get(f"/ionetech/requests/{ticket.number}/").content.decode()
        assert 'name="fact.impact"' in page
        client.post(f"/ionetech/requests/{ticket.number}/answer/", {"fact.impact": "critical"})
        ticket.refresh_from_db()
        assert (ticket.outcome, ticket.priority) == ("accept", "critical")

    @pytest.mark.parametrize(
        "form", [{}, {"body": "I do not know."}, {"fact.impact": ""}, {"fact.nothing": "x"}]
    )
    def test_it_marks_each_question_that_still_has_no_answer(
        self, covered: Place, form: dict[str, str]
    ) -> None:
        """ION-8: an answer that answers nothing says so on the page, and at the question."""
        ticket = covered.ask(MORNING, entitlement="SC-118", impact=None).ticket
        assert ticket is not None
        path = f"/ionetech/requests/{ticket.number}/answer/"
        answer = signed_in(covered.alice).post(path, form)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert 'id="f-impact-error"' in page
        assert "We need this to start." in page
        said = "This is not asked of you" if "fact.nothing" in form else "Answer at least one question."
        assert said in page

    def test_it_lets_a_refusal_be_contested(self, ion: Place) -> None:
        with time_machine.travel(MORNING, tick=False):
            ticket = ion.ask(MORNING).ticket
            assert ticket is not None
            assert ticket.outcome == "refuse"
            client = signed_in(ion.alice)
            client.post(f"/ionetech/requests/{ticket.number}/contest/", {"text": "We signed in May."})
            ticket.refresh_from_db()
            assert ticket.is_contested
            assert "A person reads it" in client.get(f"/ionetech/requests/{ticket.number}/").content.decode()

    def test_it_corrects_what_the_customer_said_but_nothing_of_our_records(
        self, covered: Place, asked: Ticket
    ) -> None:
        client = signed_in(covered.alice)
        path = f"/ionetech/requests/{asked.number}/correct/"
        client.post(path, {"fact.impact": "low"})
        latest = Decision.objects.filter(ticket=asked).order_by("-id")[0]
        assert latest.facts["impact"] == "low"
        assert latest.facts["contract.active"] is True

    @pytest.mark.parametrize("deed", ["correct", "answer"])
    @pytest.mark.parametrize("named", ["fact.{}", "fact"])
    def test_it_refuses_each_fact_that_is_not_the_customers_to_state(
        self, covered: Place, asked: Ticket, named: str, deed: str
    ) -> None:
        """Design §4: what the record says and what the company determines are never the requester's to supply."""
        declared = store.policy_of(asked).declarations.values()
        foreign = [one for one in declared if one.supplier is not Supplier.REQUESTER or one.means is not None]
        assert {"received_at", "contract.active"} <= {one.name for one in foreign}
        client, path = signed_in(covered.alice), f"/ionetech/requests/{asked.number}/{deed}/"
        for one in foreign:
            key = named.format(one.name)
            said = {key: one.name if key == "fact" else "2026-07-01 00:00", "value": "2026-07-01 00:00"}
            answer = client.post(path, {"fact.impact": "low", "text": "Look again", **said})
            assert answer.status_code == 422, one.name
            assert deed == "answer" or "not asked of you" in answer.content.decode()
        assert Decision.objects.filter(ticket=asked).count() == 1
        assert asked.messages.filter(author_contact__isnull=False).count() == 1

    def test_it_shows_what_was_put_right_and_from_when_it_counts(self, covered: Place, asked: Ticket) -> None:
        """Design §5: a correction that makes it more urgent is in the history, and counts from then."""
        client = signed_in(covered.alice)
        path = f"/ionetech/requests/{asked.number}/"
        with time_machine.travel(at("2026-07-09 03:15"), tick=False):
            client.post(f"{path}correct/", {"fact.impact": "critical"})
            page = client.get(path).content.decode()
        assert "What you see: “High” put right to “Critical”" in page
        assert "Priority changed from High to Critical, by what was put right" in page

    def test_it_gives_a_persons_reason_and_the_way_on(self, covered: Place, asked: Ticket) -> None:
        """Design §2.5: a lead's refusal shows why, none of what the policy accepted for, and how to contest it first."""
        client, path = signed_in(covered.alice), f"/ionetech/requests/{asked.number}/"
        override_decision(asked, "refuse", "Another company asks.", actor=covered.lena.actor, now=MORNING)
        for upheld in (False, True):
            if upheld:
                client.post(f"{path}contest/", {"text": "We are the same."})
                settle_contest(
                    Ticket.objects.get(), "refuse", "No proof of it.", actor=covered.lena.actor, now=MORNING
                )
            page = client.get(path).content.decode()
            assert ("No proof of it." if upheld else "Another company asks.") in page
            assert 'class="rm-clause"' not in page
            assert "Add a detail" not in page
            assert 'btn-primary btn-lg" href="#contest-text">Ask a person to look again<' in page

    def test_it_can_be_contested_again_once_the_refusal_was_upheld(self, ion: Place) -> None:
        """Design §2.5: while a contest is open the page says where to add to it; a person's word can be contested."""
        ticket = ion.ask(MORNING).ticket
        assert ticket is not None
        client = signed_in(ion.alice)
        path = f"/ionetech/requests/{ticket.number}/"
        contest = f'action="{path}contest/"'
        with time_machine.travel(MORNING, tick=False):
            client.post(f"{path}contest/", {"text": "We signed in May."})
            open_page = client.get(path).content.decode()
            assert contest not in open_page
            assert "Add what else they should know" in open_page
            settle_contest(
                Ticket.objects.get(), "refuse", "No contract found", actor=ion.lena.actor, now=MORNING
            )
            assert contest in client.get(path).content.decode()
            client.post(f"{path}contest/", {"text": "Here is its number."})
        ticket.refresh_from_db()
        assert ticket.is_contested

    def test_it_can_be_contested_where_the_desk_looks_again_by_itself(
        self, covered: Place, asked: Ticket
    ) -> None:
        """What a person refused, and the customer put right since, is before people; the customer can say why too."""
        override_decision(asked, "refuse", "Not ours", actor=covered.lena.actor, now=MORNING)
        client, path = signed_in(covered.alice), f"/ionetech/requests/{asked.number}/"
        client.post(f"{path}correct/", {"fact.impact": "low"})
        page = client.get(path).content.decode()
        assert "You asked us to look again" not in page
        assert "What a person decided stands; by the policy it would now be “Accepted”" in page
        client.post(f"{path}contest/", {"text": "It is yours."})
        page = client.get(path).content.decode()
        assert "You asked us to look again" in page
        with pytest.raises(Conflict):
            contest_decision(Ticket.objects.get(), "Once more", actor=covered.alice.actor, now=MORNING)


class TestBuying:
    """What is paid for comes to a person and to a price, never to an empty form."""

    @pytest.fixture
    def licensed(self, db: None) -> Place:
        """iEXExchanger, where a licence is held."""
        usual = {"domain": "kassa.example", "plan": "pro", "version": "4.2", "details": "Connect a gateway."}
        desk = place("iexexchanger", topic="payment_gateway", **usual)
        desk.holds("licence", at("2026-06-20 09:00"))
        return desk

    def test_the_price_comes_on_the_request_itself(self, licensed: Place) -> None:
        """IEX-3: a quote waits in the queue for who writes it; there is nothing to fill in again."""
        ticket = licensed.ticket(MORNING)
        assert (ticket.outcome, ticket.status) == ("quote", "new")
        with time_machine.travel(MORNING, tick=False):
            page = signed_in(licensed.alice).get(f"/iexexchanger/requests/{ticket.number}/").content.decode()
        assert page.count("We write you a price on this request. Nothing starts before you agree to it.") == 1
        assert "Ask for a price" not in page
        assert "?about=" not in page
        assert "?buy=" not in page

    def test_what_is_offered_with_a_refusal_brings_the_wish_before_a_person(self, licensed: Place) -> None:
        """IEX-11: who may renew says so with one press, and a person owes an answer from then."""
        ticket = licensed.ticket(at("2028-07-09 02:15"), topic="commissions")
        assert ticket.outcome == "refuse"
        path = f"/iexexchanger/requests/{ticket.number}/"
        with time_machine.travel(at("2028-07-09 03:00"), tick=False):
            client = signed_in(licensed.alice)
            assert 'href="?buy=renewal#contest-text"' in client.get(path).content.decode()
            page = client.get(f"{path}?buy=renewal").content.decode()
            assert "We would like to buy: " in page
            assert "We would like to buy" not in client.get(f"{path}?buy=nothing-of-ours").content.decode()
            client.post(f"{path}contest/", {"text": "We would like to buy: Renewal."})
        ticket.refresh_from_db()
        assert (ticket.status, ticket.is_contested) == ("open", True)
        assert list(Ticket.objects.filter(desk=licensed.desk).to_decide()) == [ticket]


class TestChoosing:
    """Who holds several says which one it is about; the desk takes none by itself."""

    @pytest.fixture
    def two(self, covered: Place) -> Place:
        """A customer with two contracts, of which one has run out."""
        covered.holds("contract", at("2024-01-05 02:00"), name="SC-090", term="12 months")
        return covered

    def test_it_asks_which_one_and_chooses_none_beforehand(self, two: Place) -> None:
        page = signed_in(two.alice).get("/ionetech/requests/new/").content.decode()
        assert page.count('name="entitlement"') == 3
        for name in ("SC-118", "SC-090", "none of these"):
            assert f'value="{name}">' in page  # neither checked nor hidden

    def test_it_does_not_send_without_a_choice_and_says_what_to_do(self, two: Place) -> None:
        """What was typed stays; nothing is foreseen before it is known what it is about."""
        client = signed_in(two.alice)
        answer = client.post("/ionetech/requests/new/", {**FORM, "entitlement": ""})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert '<a href="#f-entitlement">' in page
        assert "Choose which one it is about, or none of these." in page
        assert "VPN drops" in page
        assert not Ticket.objects.exists()
        foreseen = client.post(
            "/ionetech/requests/new/foresee/", {**FORM, "entitlement": ""}
        ).content.decode()
        assert "Say first which of yours it is about" in foreseen

    @pytest.mark.parametrize(
        ("chosen", "outcome", "under"),
        [("SC-118", "accept", "SC-118"), ("SC-090", "refuse", "SC-090"), ("none of these", "refuse", None)],
    )
    def test_it_is_judged_by_the_one_that_was_chosen(
        self, two: Place, chosen: str, outcome: str, under: str | None
    ) -> None:
        signed_in(two.alice).post("/ionetech/requests/new/", {**FORM, "entitlement": chosen})
        ticket = Ticket.objects.get()
        assert (ticket.outcome, getattr(ticket.entitlement, "name", None)) == (outcome, under)

    def test_it_stays_under_none_when_it_is_judged_again(self, two: Place) -> None:
        """What they hold besides does not creep in with a correction, nor with a renewal of it."""
        client = signed_in(two.alice)
        client.post("/ionetech/requests/new/", {**FORM, "entitlement": "none of these"})
        ticket = Ticket.objects.get()
        client.post(f"/ionetech/requests/{ticket.number}/correct/", {"fact.impact": "low"})
        held = Entitlement.objects.get(name="SC-090")
        record_purchase(held, "renewal", term="12 months", actor=SYSTEM, now=at("2026-07-10 02:00"))
        ticket.refresh_from_db()
        assert (ticket.outcome, ticket.entitlement) == ("refuse", None)

    def test_it_lets_a_long_list_be_pulled_down(self, covered: Place) -> None:
        for number in range(9):
            covered.holds("contract", at("2026-01-05 02:00"), name=f"SC-2{number}", term="12 months")
        page = signed_in(covered.alice).get("/ionetech/requests/new/").content.decode()
        assert '<select class="form-select" name="entitlement" id="f-entitlement" required' in page


class TestOneThatWentIntoAnother:
    @pytest.fixture
    def pair(self, covered: Place, asked: Ticket) -> tuple[Ticket, Ticket]:
        """Two of Alice's requests, the first merged into the second."""
        into = covered.ask(MORNING, entitlement="SC-118").ticket
        assert into is not None
        merge_tickets(asked, into, "The same fault.", actor=covered.ada.actor, now=MORNING)
        return asked, into

    def test_it_takes_what_is_written_to_the_other_and_says_so(
        self, covered: Place, pair: tuple[Ticket, Ticket]
    ) -> None:
        """Nothing a customer writes is turned away because we put two requests together."""
        donor, into = pair
        client = signed_in(covered.alice)
        page = client.get(f"/ionetech/requests/{donor.number}/").content.decode()
        assert f"Write to us on ION-{into.number}" in page
        assert "Take it up again" not in page
        told = client.post(
            f"/ionetech/requests/{donor.number}/write/", {"body": "It drops at noon too."}, follow=True
        )
        assert told.redirect_chain[-1][0] == f"/ionetech/requests/{into.number}/"
        assert f"Added to ION-{into.number}, which ION-{donor.number} went into." in told.content.decode()
        assert into.messages.filter(text__body="It drops at noon too.").exists()

    def test_it_stays_with_the_reader_where_the_other_is_a_colleagues(
        self, covered: Place, asked: Ticket
    ) -> None:
        """The other request is not the reader's to open, but what they wrote reaches it."""
        bob = contact_named("Bob", covered.alice.customer)
        into = covered.ask(MORNING, contact=bob, entitlement="SC-118").ticket
        assert into is not None
        merge_tickets(asked, into, "The same fault.", actor=covered.ada.actor, now=MORNING)
        told = signed_in(covered.alice).post(
            f"/ionetech/requests/{asked.number}/write/", {"body": "From me."}, follow=True
        )
        assert told.redirect_chain[-1][0] == f"/ionetech/requests/{asked.number}/"
        assert "a request of a colleague of yours" in told.content.decode()
        assert into.messages.filter(text__body="From me.").exists()


class TestTheHomePage:
    def test_it_puts_first_what_waits_for_the_customer(self, covered: Place) -> None:
        covered.ask(MORNING, entitlement="SC-118", impact=None, subject="Half a question")
        covered.ask(MORNING, entitlement="SC-118", subject="A whole one")
        page = signed_in(covered.alice).get("/ionetech/").content.decode()
        assert page.index("Half a question") < page.index("A whole one")
        assert "You hear from us by today, 13:15." in page
        assert "Contract in force" in page

    def test_it_asks_the_same_number_of_queries_however_many_requests_there_are(
        self, covered: Place, django_assert_max_num_queries: object
    ) -> None:
        client = signed_in(covered.alice)
        for number in range(12):
            covered.ask(MORNING, entitlement="SC-118", subject=f"Request {number}")
        with django_assert_max_num_queries(30):  # type: ignore[operator]
            client.get("/ionetech/")

    def test_it_welcomes_a_visitor(self, ion: Place, client: object) -> None:
        page = client.get("/ionetech/").content.decode()  # type: ignore[attr-defined]
        assert "Read the policy" in page

    def test_it_lists_the_desks_of_the_installation(self, ion: Place, client: object) -> None:
        page = client.get("/").content.decode()  # type: ignore[attr-defined]
        assert "/ionetech/policy/" in page
        colours = client.get("/colours.css").content.decode()  # type: ignore[attr-defined]
        assert '[data-desk="ionetech"]' in colours


def test_no_page_of_the_portal_reads_the_wall_clock_by_itself(covered: Place) -> None:
    """Everything is as of `request.now`: a page drawn at a travelled moment says that moment."""
    assert isinstance(MORNING, datetime)
    ticket = covered.ask(MORNING, entitlement="SC-118").ticket
    assert ticket is not None
    with time_machine.travel(at("2026-07-09 07:15"), tick=False):
        page = signed_in(covered.alice).get(f"/ionetech/requests/{ticket.number}/").content.decode()
        assert "late" in page


class TestStepsToTry:
    @pytest.fixture
    def asked(self, covered: Place) -> Ticket:
        """A request whose requester is asked to try something."""
        found = covered.ticket(MORNING)
        ask_requester(
            found, "Please try.", actor=covered.ada.actor, now=MORNING, steps=["Restart <it>", "Look"]
        )
        return found

    def test_it_lists_them_and_ticks_them_and_takes_ticks_off(self, covered: Place, asked: Ticket) -> None:
        """ION-8: they stand as a list in the request, and the requester ticks what is done."""
        client, address = signed_in(covered.alice), f"/ionetech/requests/{asked.number}/"
        page = client.get(address).content.decode()
        assert "Restart &lt;it&gt;" in page
        assert page.count('aria-checked="false"') == 2
        page = client.post(f"{address}tick/", {"step": "1", "done": "yes"}, follow=True).content.decode()
        assert page.count('aria-checked="true"') == 1
        page = client.post(f"{address}tick/", {"step": "1", "done": "no"}, follow=True).content.decode()
        assert 'aria-checked="true"' not in page

    def test_it_hides_them_from_another_customer(self, covered: Place, asked: Ticket) -> None:
        """ION-8: who did not ask finds nothing there, and ticks nothing."""
        stranger = signed_in(covered.charlie)
        answer = stranger.post(f"/ionetech/requests/{asked.number}/tick/", {"step": "1", "done": "yes"})
        assert answer.status_code == 404
        assert asked.steps.filter(done_at=None).count() == 2

    @pytest.mark.parametrize("step", ["", "3", "-1", "x", "9" * 30])
    def test_it_says_of_a_step_that_is_not_there(self, covered: Place, asked: Ticket, step: str) -> None:
        client = signed_in(covered.alice)
        answer = client.post(
            f"/ionetech/requests/{asked.number}/tick/", {"step": step, "done": "yes"}, follow=True
        )
        assert "There is no such step" in answer.content.decode()


class TestAcceptingThePolicy:
    """ITC-13, IEX-1: who sends a request is told before what that accepts."""

    def test_the_form_says_which_version_sending_accepts_and_leads_there(self, db: None) -> None:
        iex = place("iexexchanger")
        with time_machine.travel(at("2026-09-15 11:00"), tick=False):
            page = signed_in(iex.alice).get("/iexexchanger/requests/new/").content.decode()
        link = '<a href="/iexexchanger/policy/1/#licence">version 1 of the policy</a>'
        assert f"By sending it you accept {link}." in page
        assert page.index(link) < page.index("Send the request")

    def test_the_form_says_it_in_persian(self, crm24: Place) -> None:
        """ITC-13, and C24's page in two languages."""
        source = (POLICIES / "crm24.md").read_text(encoding="utf-8")
        source = source.replace("version: 1", "version: 2", 1).replace("2026-01-01", "2026-02-01", 1)
        source = source.replace(
            "## Ten free days", "```remit\nconsent: [first request]\n```\n\n## Ten free days", 1
        )
        persian = (
            (POLICIES / "crm24.fa.md").read_text(encoding="utf-8").replace("version: 1", "version: 2", 1)
        )
        publish_policy(
            crm24.desk, source, translations={"fa": persian}, actor=SYSTEM, now=at("2026-01-20 00:00")
        )
        with time_machine.travel(MORNING, tick=False):
            page = signed_in(crm24.alice).get("/crm24/requests/new/?lang=fa").content.decode()
        assert 'با فرستادن آن <a href="/crm24/policy/2/#paying">نسخهٔ ۲ سیاست</a> را می‌پذیرید.' in page

    def test_the_form_says_nothing_where_sending_accepts_nothing(self, covered: Place) -> None:
        """I One Tech's policy names no such moment."""
        with time_machine.travel(MORNING, tick=False):
            page = signed_in(covered.alice).get("/ionetech/requests/new/").content.decode()
        assert "you accept" not in page
