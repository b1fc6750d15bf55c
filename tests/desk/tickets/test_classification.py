"""What kind of request it is: the company says so, and may say otherwise, with its reason (IEX-2)."""

from __future__ import annotations

import pytest

from remit.desk.foundation.errors import InvalidInput
from remit.desk.foundation.models import Event
from remit.desk.policies.models import Decision
from remit.desk.tickets.actions import correct_fact, record_finding
from tests.desk.conftest import signed_in
from tests.desk.five import Place, at

RECEIVED, LATER = at("2026-07-06 08:00"), at("2026-07-06 09:00")


def test_a_person_classifies_it_and_may_put_it_into_another_kind(iex: Place) -> None:
    """IEX-2: by the document's own kinds; the decision is made again each time, and all of them stay."""
    iex.holds("licence", at("2026-06-20 10:00"))
    ticket = iex.ticket(RECEIVED)
    assert ticket.outcome == "accept"
    record_finding(
        ticket,
        "classification",
        "third_party",
        "The rates come from outside.",
        actor=iex.ada.actor,
        now=LATER,
    )
    ticket.refresh_from_db()
    assert ticket.outcome == "refuse"
    correct_fact(ticket, "classification", "support", "It was the panel.", actor=iex.ada.actor, now=LATER)
    ticket.refresh_from_db()
    assert ticket.outcome == "accept"
    rows = list(Decision.objects.filter(ticket=ticket).order_by("id"))
    assert [one.outcome for one in rows] == ["accept", "refuse", "accept"]
    assert [one.facts.get("classification") for one in rows] == [None, "third_party", "support"]
    assert "classification" in [one["clause"] for one in rows[1].deciding]
    events = Event.objects.filter(subject_kind="ticket", subject_id=ticket.pk, data__fact="classification")
    assert [(one.kind, one.actor_id) for one in events.order_by("id")] == [
        ("finding recorded", iex.ada.pk), ("fact corrected", iex.ada.pk),
    ]  # fmt: skip


def test_the_decision_shows_the_kind_in_the_documents_words(iex: Place) -> None:
    """IEX-2: to the customer and to the team."""
    iex.holds("licence", at("2026-06-20 10:00"))
    ticket = iex.ticket(RECEIVED)
    record_finding(
        ticket,
        "classification",
        "third_party",
        "The rates come from outside.",
        actor=iex.ada.actor,
        now=LATER,
    )
    for person, path in ((iex.alice, "requests"), (iex.ada, "desk/tickets")):
        page = signed_in(person).get(f"/iexexchanger/{path}/{ticket.number}/").content.decode()
        assert "A third party" in page, path


def test_it_takes_no_other_kind_no_silence_and_no_customers_word(iex: Place) -> None:
    iex.holds("licence", at("2026-06-20 10:00"))
    ticket = iex.ticket(RECEIVED)
    for kind, reason, actor in (
        ("a_gift", "So it is.", iex.ada.actor),
        ("support", " ", iex.ada.actor),
        ("support", "So it is.", iex.alice.actor),
    ):
        with pytest.raises(InvalidInput):
            correct_fact(ticket, "classification", kind, reason, actor=actor, now=LATER)
    assert Decision.objects.filter(ticket=ticket).count() == 1
