"""A customer who reads Persian: every page of the portal speaks to them in Persian, the policy's own words among it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest
import time_machine
from django.test import Client

from remit.desk.entitlements.actions import record_purchase
from remit.desk.foundation.actors import SYSTEM
from remit.desk.policies.actions import declare_event
from remit.desk.policies.models import PolicyTranslation
from remit.desk.tickets.actions import ask_requester, reply_publicly, solve_ticket
from tests.desk.conftest import signed_in
from tests.desk.five import POLICIES, Place, at

MORNING = at("2026-11-17 06:00")  # a Tuesday, 09:30 in Tehran
NAMES = re.compile(
    r"CRM24|CRM-\d+|Crm24|Alice|Lighthouse Ltd|L-204|English|PDF|[a-z.]+@[a-z.]+|JavaScript|Remit|\b[0-9a-f]{8}\b"
)
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


def test_signing_in_and_what_went_wrong_speak_the_browsers_language(db: None) -> None:
    """Pages of the installation, before anyone knows which desk is meant; a program hears English."""
    persian = {"HTTP_ACCEPT_LANGUAGE": "fa-IR,fa;q=0.9,en;q=0.5"}
    for address in ("/sign-in/", "/account/forgotten/", "/nothing/here/"):
        page = Client().get(address, **persian).content.decode()
        assert '<html lang="fa" dir="rtl"' in page, address
        assert english_in(page) == [], address
    assert 'lang="en' in Client().get("/sign-in/", HTTP_ACCEPT_LANGUAGE="de").content.decode()
    too_much = Client().get("/sign-in/", CONTENT_LENGTH=str(1 << 40), **persian)
    assert too_much.status_code == 413
    assert english_in(too_much.content.decode()) == []
    told = Client().get("/api/v1/nothing/", HTTP_ACCEPT="application/json", **persian)
    assert "There is nothing at this address" in told.content.decode()
