"""A customer who reads Persian: every page of the portal speaks to them in Persian, the policy's own words among it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import translation

from remit.desk.accounts.actions.issue_token import issue_token
from remit.desk.entitlements.actions import record_purchase
from remit.desk.foundation.actors import SYSTEM
from remit.desk.foundation.errors import InvalidInput
from remit.desk.policies.actions import declare_event
from remit.desk.policies.models import PolicyTranslation
from remit.desk.tickets.actions import ask_requester, merge_tickets, reply_publicly, solve_ticket
from remit.desk.tickets.models import Ticket
from remit.policy.vocabulary.persian import DIGITS
from tests.desk.conftest import signed_in
from tests.desk.five import POLICIES, Place, at

MORNING = at("2026-11-17 06:00")  # a Tuesday, 09:30 in Tehran
NAMES = re.compile(
    r"CRM24|CRM-\d+|Crm24|Alice|Lighthouse Ltd|L-204|English|PDF|[a-z.]+@[a-z.]+|JavaScript|Remit|\b[0-9a-f]{8}\b"
)
PERSIAN: dict[str, Any] = {"HTTP_ACCEPT_LANGUAGE": "fa-IR,fa;q=0.9,en;q=0.5"}
QUESTION = {
    "subject": "ورود فهرست",
    "body": "",
    "fact.request.kind": "support",
    "fact.details": "در سطر ۲۰۰ می‌ایستد.",
    "entitlement": "L-204",
}


@pytest.fixture
def here(crm24: Place) -> Iterator[Place]:
    """CRM24 with its Persian text in force, and a Persian-speaking customer with a subscription."""
    source = (POLICIES / "crm24.fa.md").read_text(encoding="utf-8")
    PolicyTranslation.objects.create(version=crm24.version, language="fa", source=source)
    crm24.alice.language = "fa"
    crm24.alice.save()
    held = crm24.holds("subscription", at("2026-10-23 06:00"))
    record_purchase(held, "renewal", term="3 months", actor=SYSTEM, now=at("2026-10-30 06:00"))
    with time_machine.travel(MORNING, tick=False):
        yield crm24


def english_in(page: str) -> list[str]:
    """Runs of Latin letters that a reader sees on a page, and figures and commas of the Latin script; names left out."""
    body = page.partition("<body")[2]
    body = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", body, flags=re.DOTALL)
    heard = re.findall(r'(?:aria-label|alt|title|placeholder)="([^"]*)"', body)
    seen = re.sub(r"<[^>]+>", "\n", body.partition(">")[2])
    found: list[str] = []
    for text in [seen, *heard]:
        plain = NAMES.sub(" ", unescape(text))
        found += [" ".join(one.split()) for one in re.findall(r"[A-Za-z][A-Za-z ,’'.-]{2,}", plain)]
        found += re.findall(
            r"[\w.() ]*(?:\d[0-9:.]*(?<![۰-۹])|[,;?])[\w ]*", re.sub(r"[A-Z]-\S+|[۰-۹]", "", plain)
        )
    return found


def read(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return str(response.content.decode())


def send(here: Place, **changes: str) -> str:
    """A request sent by the form, and its page."""
    response = signed_in(here.alice).post("/crm24/requests/new/", {**QUESTION, **changes, "do": "send"})
    assert response.status_code == 302, english_in(response.content.decode())
    return str(response["Location"])


class TestTheForm:
    def test_it_asks_in_persian(self, here: Place) -> None:
        assert english_in(read(signed_in(here.alice), "/crm24/requests/new/")) == []

    @pytest.mark.parametrize("kind", ["support", "training", "refund", "claim", "security", "erasure"])
    def test_what_would_happen_is_foreseen_in_the_words_and_sections_of_the_translation(
        self, here: Place, kind: str
    ) -> None:
        """C24-1 to C24-12 as the dry run beside the form cites them."""
        form = {**QUESTION, "fact.request.kind": kind}
        page = signed_in(here.alice).post("/crm24/requests/new/foresee/", form).content.decode()
        assert english_in(f"<body>{page}") == []

    def test_what_is_missing_is_named_in_persian(self, here: Place) -> None:
        form = {"fact.request.kind": "claim", "do": "send", "entitlement": "L-204"}
        response = signed_in(here.alice).post("/crm24/requests/new/", form)
        assert response.status_code == 422
        assert english_in(response.content.decode()) == []


class TestTheDecision:
    @pytest.mark.parametrize(
        "answers",
        [
            {},
            {"fact.request.kind": "training"},
            {"fact.request.kind": "security"},
            {"fact.request.kind": "refund", "fact.payment_reference": "۷۷۰۴"},
            {"fact.request.kind": "claim", "fact.claim.ground": "leaked_password"},
            {"fact.request.kind": "claim", "fact.claim.ground": "other"},
            {"fact.request.kind": "claim", "fact.claim.ground": "force_majeure"},
        ],
    )
    def test_a_request_reads_in_persian(self, here: Place, answers: dict[str, str]) -> None:
        """Outcome, reasons, quotes, next steps, what would change it, the clock and how it was reckoned (C24-7)."""
        page = read(signed_in(here.alice), send(here, **answers))
        assert english_in(page) == []
        assert 'class="rm-quote"' not in page or "<mark>" in page

    def test_one_that_lacks_something_asks_in_persian(self, here: Place) -> None:
        ticket = here.ticket(
            MORNING, subject="زیان", body="پولم رفت.", details="پولم رفت.", **{"request.kind": "claim"}
        )
        assert ticket.outcome == "ask"
        assert english_in(read(signed_in(here.alice), f"/crm24/requests/{ticket.number}/")) == []

    def test_one_without_a_subscription_is_refused_in_persian(self, here: Place) -> None:
        """C24-4: no subscription is running; dates are those of the Persian calendar."""
        with time_machine.travel(at("2027-06-01 06:00"), tick=False):
            page = read(signed_in(here.alice), send(here))
        assert english_in(page) == []
        assert "اشتراکی برقرار نیست" in page

    def test_a_date_in_the_policys_sentence_is_one_of_the_persian_calendar(self, here: Place) -> None:
        page = read(signed_in(here.alice), send(here))
        assert re.search(
            r"تا پایان [۰-۹]+ بهمن ۱۴۰۵ می‌توانید از CRM24|تا [۰-۹]+ بهمن ۱۴۰۵ می‌توانید از CRM24", page
        )


class TestTheConversation:
    def test_what_the_desk_did_is_told_in_persian(self, here: Place) -> None:
        """C24-12: a declared event, a question with steps to try, an answer, a solution."""
        address = send(here)
        ticket = here.desk.tickets.get()
        declare_event(
            here.desk,
            "force majeure",
            "قطع اینترنت در سراسر کشور",
            cause="other",
            starts_at=MORNING,
            actor=here.lena.actor,
            now=MORNING,
        )
        ask_requester(ticket, "چه نسخه‌ای؟", steps=["خروج و ورود"], actor=here.ada.actor, now=MORNING)
        page = read(signed_in(here.alice), address)
        assert [one for one in english_in(page) if one != "Ada"] == []
        reply_publicly(ticket, "درست شد.", actor=here.ada.actor, now=MORNING)
        solve_ticket(ticket, "answered", actor=here.ada.actor, now=MORNING)
        page = read(signed_in(here.alice), address)
        assert [one for one in english_in(page) if one != "Ada"] == []


@pytest.mark.parametrize("address", ["", "requests/", "policy/", "policy/99/", "requests/999/"])
def test_the_other_pages_are_persian(here: Place, address: str) -> None:
    """Home with its cover, the list, the policy page, and pages that are not there."""
    client = signed_in(here.alice)
    send(here)
    assert english_in(client.get(f"/crm24/{address}").content.decode()) == []


def sent(here: Place, **changes: str) -> Ticket:
    """A request sent by the form."""
    return Ticket.objects.get(number=int(send(here, **changes).rstrip("/").rpartition("/")[2]))


def told(here: Place, address: str, form: dict[str, str], *, status: int = 422) -> str:
    """The page that a form of Alice's gets in answer; the one it leads to, where it leads to another."""
    answer = signed_in(here.alice).post(f"/crm24/requests/{address}", form, follow=True)
    assert answer.status_code == status
    page = str(answer.content.decode())
    assert '<html lang="fa" dir="rtl"' in page
    assert english_in(page) == []
    return page


class TestWhatCannotBe:
    """Every error that a customer meets is told in the language of their page."""

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"subject": ""}, "در چند کلمه بگویید"),
            ({"subject": "ب" * 201}, "۲۰۱ نویسه دارد"),
            ({"body": "ب" * 50_001}, "۵۰٬۰۰۱ نویسه دارد"),
            ({"fact.details": "ب" * 10_001}, "۱۰٬۰۰۱ نویسه دارد"),
            ({"subject": "\0\x07"}, "در چند کلمه بگویید"),
            ({"fact.request.kind": "هیچ"}, "از گزینه‌ها نیست"),
            ({"entitlement": "ناشناخته"}, "چیزی به این نام"),
            ({"key": "k" * 201}, "کلید ۱ تا ۲۰۰ نویسه دارد"),
        ],
    )
    def test_a_form_says_in_persian_what_is_wrong_with_it(
        self, here: Place, changes: dict[str, str], words: str
    ) -> None:
        form = {**QUESTION, **changes}
        page = told(here, "new/", {**form, "do": "send"})
        assert words in page
        assert not Ticket.objects.exists()

    def test_an_empty_form_asks_for_everything_in_persian(self, here: Place) -> None:
        assert "هنوز فرستاده نشد" in told(here, "new/", {"do": "send"})

    def test_a_form_that_was_sent_and_changed_says_so_in_persian(self, here: Place) -> None:
        """Back, edit, send: the key is known and the content is another."""
        send(here, key="portal-1")
        changed = {**QUESTION, "subject": "چیز دیگری", "key": "portal-1", "do": "send"}
        assert "این فرم پیش‌تر فرستاده شده است" in told(here, "new/", changed, status=409)

    def test_a_fact_that_is_not_theirs_is_left_alone_in_persian(self, here: Place) -> None:
        address = f"{sent(here).number}/correct/"
        assert "این از شما پرسیده نمی‌شود" in told(here, address, {"fact.subscription.valid": "yes"})

    @pytest.mark.parametrize("field", [{}, {"fact.subscription.valid": "yes"}])
    def test_an_answer_that_answers_nothing_is_told_on_the_page(
        self, here: Place, field: dict[str, str]
    ) -> None:
        """What is wrong stands on the page also where no field of it has the name."""
        address = f"{sent(here).number}/answer/"
        page = told(here, address, field)
        assert ("این از شما پرسیده نمی‌شود" if field else "دست‌کم به یک پرسش پاسخ دهید") in page

    def test_an_empty_message_is_told_in_persian(self, here: Place) -> None:
        assert "نخست پیامی بنویسید" in told(here, f"{sent(here).number}/write/", {"body": " "})

    def test_a_step_that_is_not_there_is_told_in_persian(self, here: Place) -> None:
        """ION-8."""
        page = told(here, f"{sent(here).number}/tick/", {"step": "7", "done": "yes"}, status=200)
        assert "چنین گامی ندارد" in page

    def test_a_second_contest_is_told_in_persian(self, here: Place) -> None:
        with time_machine.travel(at("2027-06-01 06:00"), tick=False):  # refused: no subscription runs
            refused = sent(here)
            told(here, f"{refused.number}/contest/", {"text": "درست نیست."}, status=200)
            page = told(here, f"{refused.number}/contest/", {"text": "باز هم نه."}, status=200)
        assert "پیش‌تر اعتراض شده است" in page

    def test_what_went_into_another_does_not_reopen_and_says_so_in_persian(self, here: Place) -> None:
        donor, into = sent(here), sent(here, subject="دومی")
        merge_tickets(donor, into, "One matter.", actor=here.ada.actor, now=MORNING)
        page = told(here, f"{donor.number}/reopen/", {}, status=409)
        assert f"در {into.shown_number} بنویسید".translate(DIGITS) in page

    def test_an_open_request_does_not_reopen_and_says_so_in_persian(self, here: Place) -> None:
        assert "باز است" in told(here, f"{sent(here).number}/reopen/", {}, status=409)

    def test_a_closed_request_says_in_persian_that_it_is_closed(self, here: Place) -> None:
        ticket = sent(here)
        Ticket.objects.filter(pk=ticket.pk).update(status="closed", closed_at=MORNING, solved_at=MORNING)
        page = told(here, f"{ticket.number}/contest/", {"text": "درست نیست."}, status=200)
        assert "این کار دیگر شدنی نیست" in page

    def test_a_form_without_its_token_is_refused_in_persian(self, here: Place) -> None:
        assert here.alice.user is not None
        client = Client(enforce_csrf_checks=True)
        client.force_login(here.alice.user)
        answer = client.post("/crm24/requests/new/", QUESTION, **PERSIAN)
        assert answer.status_code == 403
        assert english_in(answer.content.decode()) == []

    @pytest.mark.parametrize("size", [str(1 << 40), ""])
    def test_what_is_too_large_is_refused_in_persian(self, here: Place, size: str) -> None:
        """The whole body by its stated length, and the text of a form that is over Django's limit."""
        more = {"CONTENT_LENGTH": size} if size else {}
        form = {**QUESTION, "body": "b" * (6 << 20)} if not size else QUESTION
        form = f"body={form['body']}"
        answer = signed_in(here.alice).post(
            "/crm24/requests/new/", form, "application/x-www-form-urlencoded", **more, **PERSIAN
        )
        assert answer.status_code == 413
        assert english_in(answer.content.decode()) == []

    @pytest.mark.parametrize("address", ["crm24/nothing/here/", "nowhere/", "crm24/policy/99/"])
    def test_a_page_that_is_not_there_says_so_in_persian(self, here: Place, address: str) -> None:
        answer = signed_in(here.alice).get(f"/{address}", **PERSIAN)
        assert answer.status_code == 404
        assert english_in(answer.content.decode()) == []


def test_whoever_tries_too_often_is_told_so_by_a_page_of_the_house(db: None) -> None:
    """Sign-in's limits: by address and phrase on the form, by how often anybody asks on a page of its own."""
    cache.clear()
    client = Client()
    for _ in range(6):
        page = client.post("/sign-in/", {"login": "a@example.org", "password": "wrong phrase"}, **PERSIAN)
    assert english_in(page.content.decode()) == []
    for _ in range(40):
        page = client.post("/sign-in/", {"login": "a@example.org", "password": "wrong phrase"}, **PERSIAN)
    assert page.status_code == 429
    assert '<html lang="fa" dir="rtl"' in page.content.decode()
    assert "بیش از اندازه تکرار شد" in page.content.decode()
    assert english_in(page.content.decode()) == []
    cache.clear()


def test_programs_and_the_command_line_hear_english_whatever_they_accept(here: Place) -> None:
    """The same errors that a Persian page tells in Persian."""
    _, secret = issue_token(here.desk, "Till", actor=SYSTEM, now=MORNING)
    call = {
        "contact": "alice@example.org",
        "subject": "",
        "body": "b" * 50_001,
        "answers": {"request.kind": "x"},
    }
    with translation.override("fa"):  # left behind by a page, if ever
        answer = Client().post(
            "/crm24/api/v1/tickets", call, "application/json",
            HTTP_AUTHORIZATION=f"Bearer {secret}", **PERSIAN,
        )  # fmt: skip
    assert answer.status_code == 422
    assert answer.json()["error"]["message"] == "This request can't be taken as it is."
    assert answer.json()["error"]["fields"]["body"].startswith("This is 50,001 characters long")
    assert translation.get_language() == settings.LANGUAGE_CODE
    with pytest.raises(InvalidInput, match="can't be taken"):
        here.ask(MORNING, subject="")


def test_signing_in_and_what_went_wrong_speak_the_browsers_language(db: None) -> None:
    """Pages of the installation, before anyone knows which desk is meant; a program hears English."""
    for address in ("/sign-in/", "/account/forgotten/", "/nothing/here/"):
        page = Client().get(address, **PERSIAN).content.decode()
        assert '<html lang="fa" dir="rtl"' in page, address
        assert english_in(page) == [], address
    assert 'lang="en' in Client().get("/sign-in/", HTTP_ACCEPT_LANGUAGE="de").content.decode()
    too_much = Client().get("/sign-in/", CONTENT_LENGTH=str(1 << 40), **PERSIAN)
    assert too_much.status_code == 413
    assert english_in(too_much.content.decode()) == []
    told = Client().get("/api/v1/nothing/", HTTP_ACCEPT="application/json", **PERSIAN)
    assert "There is nothing at this address" in told.content.decode()
