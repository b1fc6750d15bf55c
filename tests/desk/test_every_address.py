"""Every address of the portal and the workspace, walked by those who may not: a new one is walked by being there.

A visitor is asked to sign in, an outsider finds nothing, a form from elsewhere is refused, and nothing is done.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from remit.desk.accounts.actions.issue_token import issue_token
from remit.desk.accounts.models import Customer
from remit.desk.desks.models import Desk
from remit.desk.foundation.models import Event
from remit.desk.portal import urls as portal
from remit.desk.tickets import actions
from remit.desk.tickets.models import Message, Ticket, TicketText
from remit.desk.workspace import urls as workspace
from tests.desk.conftest import agent_named, contact_named, signed_in
from tests.desk.five import Place, at, place

PUBLIC = {f"portal:{name}" for name in ("desks", "all-colours", "home", "colours", "policy", "version")}
"""What anyone may read: the doors, the colours, the policies."""
OWN = {"portal:requests", "portal:new", "portal:foresee"}
"""What every contact of the desk has for themselves."""
LEADS = {
    f"workspace:{name}"
    for name in (
        "again", "record-cover", "agree", "end-agreement", "set-archiving", "decide-archiving", "declare", "end",
        "announce", "reopen", "withdraw", "tokens", "revoke-token",
    )
}  # fmt: skip
ASKED = at("2026-09-15 11:00")


@pytest.fixture
def iex(db: None) -> Place:
    """A desk with a ticket, a licence and a token, and Ada, who is no lead."""
    usual = {"topic": "commissions", "domain": "a.example", "plan": "pro", "version": "4.2", "details": "?"}
    found = place("iexexchanger", **usual)
    found.holds("licence", at("2026-07-02 12:00"))
    found.ticket(ASKED)
    issue_token(found.desk, "Web shop", actor=found.lena.actor, now=ASKED)
    return found


def addresses(of: Place) -> Iterator[tuple[str, str]]:
    """Each address by its name, with numbers of things that are there."""
    ticket = Ticket.objects.get()
    there = {
        "desk": of.desk.slug,
        "number": ticket.number,
        "decision": ticket.decisions.first().pk,
        "held": ticket.entitlement_id,
        "agreement": 1,
        "deed": "solve",
    }
    for room in (portal, workspace):
        for one in room.urlpatterns:
            route = str(one.pattern)
            known = {**there, "number": of.alice.customer_id} if "customers/" in route else there
            parts = re.split(r"<(?:\w+:)?(\w+)>", route)
            filled = (str(known[part]) if at % 2 else part for at, part in enumerate(parts))
            yield f"{room.app_name}:{one.name}", "/" + "".join(filled)


def state() -> tuple[int, int, str]:
    """What doing anything would change."""
    return Event.objects.count(), Message.objects.count(), Ticket.objects.get().status


def test_a_visitor_is_asked_to_sign_in(iex: Place) -> None:
    before = state()
    for name, address in addresses(iex):
        for answer in (Client().get(address), Client().post(address)):
            if name in PUBLIC:
                assert answer.status_code in (200, 405), address
            elif answer.status_code != 405:
                assert answer.status_code == 302, address
                assert answer.headers["Location"] == f"/sign-in/?next={address}"
    assert state() == before


@pytest.mark.parametrize(
    "who",
    ["a customer of another company", "a customer elsewhere", "a lead elsewhere", "a person of no desk"],
)
def test_an_outsider_finds_nothing(iex: Place, other_desk: Desk, who: str) -> None:
    """A contact of another customer, and people of another desk, are told as of what does not exist."""
    person = {
        "a customer of another company": lambda: iex.charlie,
        "a customer elsewhere": lambda: contact_named(
            "Omar", Customer.objects.create(desk=other_desk, name="Pit Ltd")
        ),
        "a lead elsewhere": lambda: agent_named("Rosa", other_desk, is_lead=True),
        "a person of no desk": lambda: agent_named("Nils", iex.desk, is_lead=True, is_active=False),
    }[who]()
    client, before = signed_in(person), state()
    for name, address in addresses(iex):
        if name in PUBLIC or (person == iex.charlie and name in OWN):
            continue
        for answer in (client.get(address), client.post(address)):
            assert answer.status_code in (404, 405), (address, answer.status_code)
    assert state() == before


def test_a_form_from_elsewhere_is_refused(iex: Place) -> None:
    """No address takes a form that carries no token of its own page, from a customer or from a lead."""
    before = state()
    for person in (iex.alice, iex.lena):
        client = Client(enforce_csrf_checks=True)
        client.force_login(person.user)
        for _, address in addresses(iex):
            assert client.post(address).status_code in (403, 405), address
    assert state() == before


def test_looking_changes_nothing(iex: Place) -> None:
    """No address does anything when it is only opened, whoever opens it."""
    before = state()
    for person in (iex.alice, iex.lena):
        client = signed_in(person)
        for _, address in addresses(iex):
            assert client.get(address).status_code in (200, 404, 405), address
    assert state() == before


def test_every_drawing_is_of_something_and_nothing_is_styled_inline(iex: Place) -> None:
    """A drawing that is an image has a name; the security policy would block a style of an element's own."""
    drawn = 0
    for person in (iex.alice, iex.lena):
        client = signed_in(person)
        for _, address in addresses(iex):
            page = client.get(address).content.decode()
            for drawing in re.findall(r'<svg[^>]*\brole="img"[^>]*>', page):
                drawn += 1
                assert re.search(r'aria-label(?:ledby)?="[^"\s]', drawing), (address, drawing)
            assert not re.search(r"<[^>]*\sstyle=", page), address
    assert drawn > 2


def test_what_leads_do_is_not_for_agents(iex: Place) -> None:
    """Decisions, agreements, closures, tokens and archiving are a lead's: an agent is told so, and nothing is done."""
    client, before = signed_in(iex.ada), state()
    walked = set()
    for name, address in addresses(iex):
        if name in LEADS:
            walked.add(name)
            assert client.post(address).status_code == 404, address
    for deed in ("override", "settle"):
        client.post(f"/iexexchanger/desk/tickets/1/{deed}/", {"outcome": "accept", "reason": "Because."})
    assert walked == LEADS
    assert state() == before


TRICKS = (
    "\"'><img src=x onerror=alert(1)><script>alert(1)</script>{{ 7000|add:77 }}",
    "javascript:alert(1)",
)


@pytest.mark.parametrize("trick", TRICKS)
def test_what_people_typed_stays_text_wherever_it_is_shown(iex: Place, trick: str) -> None:
    """Names, subjects, answers, replies, notes, steps, reasons, closures and tokens: on no page do they become markup,
    an address or a template.
    """
    now = at("2026-09-16 11:00")
    ticket, lena = Ticket.objects.get(), iex.lena.actor
    for named in (iex.alice, iex.ada, iex.lena, iex.alice.customer, ticket.entitlement):
        named.name = trick
        named.save()
    TicketText.objects.update(subject=trick, answers={"details": [trick], "domain": [trick]})
    actions.receive_message(ticket, trick, actor=iex.alice.actor, now=now)
    actions.note_internally(ticket, trick, actor=lena, now=now)
    actions.ask_requester(ticket, trick, actor=lena, now=now, steps=[trick])
    actions.override_decision(ticket, "accept", trick, actor=lena, now=now)
    actions.contest_decision(ticket, trick, actor=iex.alice.actor, now=now)
    actions.announce_closure(
        iex.desk,
        starts_at=at("2026-09-17 08:00"),
        ends_at=at("2026-09-17 18:00"),
        reason=trick,
        actor=lena,
        now=now,
    )
    issue_token(iex.desk, trick[:80], agent=iex.ada, actor=lena, now=now)
    shown = 0
    with time_machine.travel(now, tick=False):
        for person in (iex.alice, iex.lena):
            client = signed_in(person)
            for name, address in addresses(iex):
                for answer in (
                    client.get(f"{address}?q={quote(trick)}&buy={quote(trick)}"),
                    _typed(client, name, address, trick),
                ):
                    page = answer.content.decode() if answer is not None else ""
                    shown += "alert(1)" in page or "7000|add" in page
                    for mark in ("<script>alert", "<img src=x", "7077", 'href="javascript:'):
                        assert mark not in page, (address, page[max(0, page.find(mark) - 200) :][:400])
    assert shown > 10


def _typed(client: Client, name: str, address: str, trick: str) -> HttpResponse | None:
    """A form that is drawn again with what was typed; None where there is none to draw."""
    if name not in ("portal:new", "portal:foresee", "portal:correct", "workspace:tokens", "workspace:agree"):
        return None
    fields = (
        "subject",
        "fact.details",
        "fact.topic",
        "entitlement",
        "name",
        "agent",
        "source",
        "starts",
        "key",
        "body",
    )
    return client.post(address, {**dict.fromkeys(fields, trick), "do": "look"})
