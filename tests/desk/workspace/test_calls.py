"""Logging a call: an agent opens a request for a contact, with the same form, dry run and action as in the portal."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from remit.desk.tickets.models import Ticket
from tests.desk.conftest import signed_in
from tests.desk.five import Place, at, clock_of, place

NOW = at("2026-11-17 03:30")
CALL = "/ionetech/desk/calls/new/"
ANSWERS = {
    "fact.topic": "network",
    "fact.category": "technical",
    "fact.impact": "high",
    "fact.details": "It drops.",
    "subject": "VPN drops",
    "entitlement": "SC-118",
}


@pytest.fixture(autouse=True)
def morning(ion: Place) -> Iterator[None]:
    """Half past ten in Phnom Penh."""
    with time_machine.travel(NOW, tick=False):
        yield


def test_it_finds_the_caller_by_name_address_or_company(ion: Place) -> None:
    client = signed_in(ion.ada)
    page = client.get(CALL, {"q": "lighthouse alice"}).content.decode()
    assert f"{CALL}?contact={ion.alice.pk}" in page
    assert f"?contact={ion.charlie.pk}" not in page
    assert "No contact fits." in client.get(CALL, {"q": "nobody"}).content.decode()


def test_it_asks_what_the_policy_asks_and_foresees_the_same_decision(ion: Place) -> None:
    """The dry run beside the form is the one that sending makes."""
    client = signed_in(ion.ada)
    form = {**ANSWERS, "contact": ion.alice.pk}
    page = client.post(f"{CALL}foresee/", form).content.decode()
    assert "Log a call by Alice" in page
    assert "A significant disruption of daily work" in page
    assert "rm-outcome--accept" in page
    assert not Ticket.objects.exists()


def test_it_opens_a_request_that_counts_from_the_call(ion: Place) -> None:
    """Design §5: a ticket an agent opens for a caller counts from the call, by the channel it came by."""
    form = {
        **ANSWERS,
        "contact": ion.alice.pk,
        "channel": "phone",
        "received": "2026-11-17T09:40",
        "key": "k-1",
    }
    answer = signed_in(ion.ada).post(CALL, form)
    ticket = Ticket.objects.get()
    assert answer.headers["Location"] == f"/ionetech/desk/tickets/{ticket.number}/"
    assert (ticket.channel, ticket.requester_id) == ("phone", ion.alice.pk)
    assert ticket.received_at == at("2026-11-17 02:40")
    assert clock_of(ticket).due_at == at("2026-11-17 06:40")


def test_it_names_what_is_missing_and_what_cannot_be(ion: Place) -> None:
    """Nothing is opened while a needed answer is missing, or the call lies in the future."""
    client = signed_in(ion.ada)
    answer = client.post(CALL, {"contact": ion.alice.pk, "subject": "VPN", "entitlement": "SC-118"})
    assert answer.status_code == 422
    assert "We need this to start." in answer.content.decode()
    ahead = client.post(CALL, {**ANSWERS, "contact": ion.alice.pk, "received": "2026-12-01T09:00"})
    assert ahead.status_code == 422
    assert "This moment is in the future." in ahead.content.decode()
    assert not Ticket.objects.exists()


def test_it_knows_no_contact_of_another_desk(ion: Place) -> None:
    other = place("its")
    assert signed_in(ion.ada).get(CALL, {"contact": other.alice.pk}).status_code == 404
    assert signed_in(ion.ada).post(CALL, {**ANSWERS, "contact": other.alice.pk}).status_code == 404


def test_it_is_for_the_desks_agents_only(ion: Place) -> None:
    assert signed_in(ion.alice).get(CALL).status_code == 404


def test_a_form_that_was_sent_already_keeps_what_was_typed_and_leads_to_its_ticket(ion: Place) -> None:
    """An agent who goes back, changes the form and sends it again loses nothing either."""
    client = signed_in(ion.ada)
    form = {**ANSWERS, "contact": ion.alice.pk, "key": "k-1"}
    client.post(CALL, form)
    answer = client.post(CALL, {**form, "subject": "VPN and mail"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert f'href="/ionetech/desk/tickets/{Ticket.objects.get().number}/"' in page
    assert 'value="VPN and mail"' in page


def test_a_subject_that_nobody_can_see_is_missing_in_a_call_too(ion: Place) -> None:
    client = signed_in(ion.ada)
    answer = client.post(CALL, {**ANSWERS, "contact": ion.alice.pk, "subject": "\u200b\u2060"})
    assert answer.status_code == 422
    assert "Say in a few words what it is about." in answer.content.decode()
    assert not Ticket.objects.exists()


def test_it_takes_no_way_that_is_not_offered(ion: Place) -> None:
    """A way nobody knows, or that does not count, opens no request by another."""
    form = {**ANSWERS, "contact": ion.alice.pk, "channel": "nope"}
    assert signed_in(ion.ada).post(CALL, form).status_code == 422
    assert not Ticket.objects.exists()
