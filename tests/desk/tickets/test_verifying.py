"""`verify_ledger`: stored decisions and clocks come out of their records again, and what doesn't is reported."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from remit.desk.policies.models import Decision
from remit.desk.tickets.actions import (
    answer_missing_facts,
    ask_requester,
    contest_decision,
    override_decision,
)
from remit.desk.tickets.models import Clock, Ticket, TicketText
from remit.desk.tickets.verifying import Count, differences
from tests.desk.five import at, work_until

START = at("2026-11-18 10:00")
NOW = at("2026-11-20 09:00")


def verified() -> list[str]:
    """What differs, in words."""
    return [one.kind for one in differences(Decision.objects.all(), Ticket.objects.all(), NOW, Count())]


@pytest.fixture
def lived(itc, iex):
    """Two desks with tickets in several states."""
    refused = itc.ticket(START)
    itc.holds("plan", at("2026-11-18 11:00"), term="12 months", plan="essential")
    ask_requester(itc.ticket(START), "Which?", actor=itc.ada.actor, now=at("2026-11-18 12:00"))
    missing = itc.ticket(at("2026-11-18 12:00"), product=None)
    answer_missing_facts(missing, {"product": "crm"}, actor=itc.alice.actor, now=at("2026-11-18 13:00"))
    other = itc.ticket(at("2026-11-18 12:00"), contact=itc.charlie)
    contest_decision(other, "But", actor=itc.charlie.actor, now=at("2026-11-18 14:00"))
    override_decision(other, "accept", "Fine", actor=itc.lena.actor, now=at("2026-11-18 15:00"))
    iex.holds("licence", at("2026-03-02 09:00"))
    iex.ticket(START, details="Which of two commissions?")
    work_until(NOW)
    return refused


def test_it_finds_nothing_where_nothing_was_changed(lived):
    """Every decision and clock is what its version, facts and events give."""
    assert verified() == []


def test_it_reports_a_decision_that_would_come_out_otherwise(lived):
    """A decision written past the engine is found."""
    judged = Decision.objects.filter(kind="intake").last()
    judged.pk, judged.outcome = None, "refuse"
    judged._state.adding = True
    judged.save(force_insert=True)
    assert verified() == ["decision"]


def test_it_reports_a_clock_that_was_tampered_with(lived):
    """A projection that its events don't give is found."""
    Clock.objects.filter(due_at__isnull=False).update(due_at=at("2030-01-01 00:00"))
    assert set(verified()) == {"clock"}
    Clock.objects.all().delete()
    assert set(verified()) == {"clock"}


def test_it_does_not_mistake_erased_text_for_a_difference(lived):
    """C24-11: with the texts erased the replay still stands."""
    TicketText.objects.all().delete()
    assert "decision" not in verified()


def test_it_says_how_much_it_looked_at_and_fails_on_a_difference(lived):
    """The command prints and exits."""
    out = StringIO()
    call_command("verify_ledger", desk="itech-crm", stdout=out)
    assert "0 differ" in out.getvalue()
    Clock.objects.all().delete()
    with pytest.raises(CommandError):
        call_command("verify_ledger", stdout=StringIO())
    with pytest.raises(CommandError):
        call_command("verify_ledger", desk="nowhere", stdout=StringIO())
