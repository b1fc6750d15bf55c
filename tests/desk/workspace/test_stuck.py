"""What failed too often comes before a lead, with its ticket and the reason, and is tried again at one press."""

from __future__ import annotations

import time_machine

from remit.desk.foundation import outbox, timers
from remit.desk.foundation.models import Event, Outbox, Timer
from tests.desk.conftest import signed_in
from tests.desk.five import Place, at

MORNING = at("2026-07-09 02:15")
LATER = at("2026-07-09 02:45")
REASON = "The mail server refused the letter (550)."


def test_it_shows_a_lead_what_could_not_be_delivered_and_tries_it_again(ion: Place) -> None:
    """A promise whose letter reached nobody is a person's to mend."""
    ticket = ion.ticket(MORNING, subject="VPN drops")
    Outbox.objects.update(dead_at=LATER, attempts=1, last_error=f"DeliveryError: {REASON}")
    Timer.objects.update(dead_at=LATER, attempts=8, last_error="KeyError in facts, line 1")
    lead, decide = signed_in(ion.lena), f"/{ion.desk.slug}/desk/decide/"
    with time_machine.travel(LATER, tick=False):
        page = lead.get(decide).content.decode()
        conversation = lead.get(f"/{ion.desk.slug}/desk/tickets/{ticket.number}/").content.decode()
        colleague = signed_in(ion.ada)
        assert REASON not in colleague.get(decide).content.decode()
        assert colleague.post(f"/{ion.desk.slug}/desk/again/").status_code == 404
        assert outbox.dead().exists()
        told = lead.post(f"/{ion.desk.slug}/desk/again/", follow=True).content.decode()
    assert REASON in page
    assert ticket.shown_number in page
    assert "The next step could not be taken." in page
    assert "Not delivered" in page
    assert f"This letter could not be delivered. {REASON}" in conversation
    assert "It is tried again." in told
    assert REASON not in told
    assert not outbox.dead().exists()
    assert not timers.dead().exists()
    event = Event.objects.get(kind="stuck work tried again")
    assert (event.subject_kind, event.actor_id) == ("desk", ion.lena.pk)
    assert event.data == {"timers": Timer.objects.count(), "letters": 1}


def test_it_notes_nothing_where_nothing_is_stuck(ion: Place) -> None:
    """A press of the button that does nothing is nothing that happened."""
    signed_in(ion.lena).post(f"/{ion.desk.slug}/desk/again/")
    assert not Event.objects.filter(kind="stuck work tried again").exists()


def test_it_leaves_other_desks_alone(ion: Place, iex: Place) -> None:
    iex.holds("licence", at("2026-07-02 12:00"))
    iex.ticket(MORNING)
    Outbox.objects.update(dead_at=LATER, last_error=f"DeliveryError: {REASON}")
    with time_machine.travel(LATER, tick=False):
        page = signed_in(ion.lena).get(f"/{ion.desk.slug}/desk/decide/").content.decode()
        signed_in(ion.lena).post(f"/{ion.desk.slug}/desk/again/")
    assert REASON not in page
    assert outbox.dead().exists()
