"""Who waited for a ticket's lock acts after whoever held it, though their request came in first."""

from datetime import timedelta
from typing import Any

import pytest

from remit.desk.foundation.models import Event, Timer
from remit.desk.policies.models import Decision
from remit.desk.tickets.actions import announce_closure, change_priority, receive_message, reply_publicly
from remit.desk.tickets.models import Ticket
from remit.desk.tickets.timers import reckon
from remit.desk.tickets.verifying import Count, differences
from tests.desk.five import Place, at, clock_of

START = at("2026-11-18 10:00")
LATER = at("2026-11-18 11:00")
AFTER = at("2026-11-18 11:30")
BEFORE = LATER - timedelta(milliseconds=27)


def unlike() -> list[str]:
    """What stands otherwise than the records give it, in words."""
    found = differences(Decision.objects.all(), Ticket.objects.all(), AFTER, Count())
    return [one.message for one in found]


@pytest.fixture
def ticket(itc: Place) -> Ticket:
    """A request that an answer is owed to."""
    itc.holds("plan", at("2026-03-04 10:00"), term="12 months")
    return itc.ticket(START)


def _reply(itc: Place, ticket: Ticket, now: Any) -> None:
    reply_publicly(ticket, "We look into it.", actor=itc.ada.actor, now=now)


def _raise(itc: Place, ticket: Ticket, now: Any) -> None:
    change_priority(ticket, "low", "It can wait", actor=itc.lena.actor, now=now)


def _write(itc: Place, ticket: Ticket, now: Any) -> None:
    receive_message(ticket, "One more thing.", actor=itc.alice.actor, now=now)


@pytest.mark.parametrize(
    ("first", "second"), [(_reply, _raise), (_raise, _reply), (_reply, _write), (_write, _reply)]
)
def test_what_is_written_second_happens_second(itc: Place, ticket: Ticket, first: Any, second: Any) -> None:
    """Design §5: what is stored is a fold over all that happened, in whatever order two requests came in."""
    first(itc, ticket, LATER)
    second(itc, ticket, BEFORE)
    dates = list(Event.objects.filter(subject_kind="ticket").order_by("id").values_list("at", flat=True))
    assert dates == sorted(dates)
    assert clock_of(ticket).state == "met"
    assert not unlike()


def test_what_is_announced_meanwhile_keeps_what_was_written_first(itc: Place, ticket: Ticket) -> None:
    """Design §5: a closure folds every open ticket anew, with all that happened to it."""
    _reply(itc, ticket, LATER)
    announce_closure(
        itc.desk,
        starts_at=LATER + timedelta(days=1),
        ends_at=LATER + timedelta(days=2),
        reason="Moving",
        actor=itc.lena.actor,
        now=BEFORE,
    )
    assert clock_of(ticket).state == "met"
    assert not unlike()


def test_a_timer_that_waited_for_the_lock_keeps_what_was_written_first(itc: Place, ticket: Ticket) -> None:
    """Design §5: the worker, too, folds with all that happened."""
    _reply(itc, ticket, LATER)
    batch = reckon([Timer(subject_id=ticket.pk)], BEFORE)
    assert [clock[3] for clock in batch.clocks] == ["met"]
