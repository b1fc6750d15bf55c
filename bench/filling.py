"""Many tickets at once: rows copied inside the database from tickets that the real action made.

Each copy is a whole ticket (texts, messages, decision, events, clocks, timer); one in four stays open, the others
are solved, as in a desk that has run for a year. Its first ticket must exist already.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from remit.desk.desks.models import Desk, DeskCounter
from remit.desk.foundation import clock
from remit.desk.foundation.models import Event, Timer
from remit.desk.policies.models import Decision
from remit.desk.tickets.models import Clock, Message, MessageText, Ticket, TicketText

CHUNK = 2_000


def fill(total: int) -> int:
    """Bring the desk's tickets up to `total`; return how many were added."""
    desk = Desk.objects.get()
    pattern = Ticket.objects.select_related("text").filter(outcome="accept").earliest("id")
    missing = total - Ticket.objects.count()
    counter = DeskCounter.objects.get(desk=desk)
    number = counter.last_ticket_number
    for begin in range(0, missing, CHUNK):
        size = min(CHUNK, missing - begin)
        with transaction.atomic():
            _copy(pattern, range(number + 1, number + size + 1))
        number += size
    DeskCounter.objects.filter(desk=desk).update(last_ticket_number=number)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return max(missing, 0)


def _copy(pattern: Ticket, numbers: range) -> None:
    now = clock.now()
    tickets = Ticket.objects.bulk_create(
        [_ticket(pattern, number, now) for number in numbers], batch_size=200
    )
    TicketText.objects.bulk_create(
        [
            TicketText(ticket=one, subject=f"Loaded {one.number}", answers=pattern.text.answers)
            for one in tickets
        ],
        batch_size=200,
    )
    _copy_messages(pattern, tickets)
    for model in (Decision, Clock):
        rows = list(model.objects.filter(ticket=pattern))
        model.objects.bulk_create(
            [_moved(row, ticket=one) for one in tickets for row in rows], batch_size=100
        )
    events = list(Event.objects.filter(subject_kind="ticket", subject_id=pattern.pk))
    Event.objects.bulk_create(
        [_moved(row, subject_id=one.pk) for one in tickets for row in events], batch_size=200
    )
    later = now + timedelta(days=300)
    Timer.objects.bulk_create(
        [
            Timer(desk_id=one.desk_id, purpose="ticket", subject_id=one.pk, due_at=later)
            for one in tickets
            if one.number % 4 == 0
        ],
        batch_size=500,
    )


def _ticket(pattern: Ticket, number: int, now: Any) -> Ticket:
    is_open = number % 4 == 0
    return _moved(
        pattern,
        number=number,
        received_at=now - timedelta(minutes=5 * (number % 100_000)),
        status="new" if is_open else "solved",
        solved_at=None if is_open else now,
        solved_as="" if is_open else "answered",
    )


def _copy_messages(pattern: Ticket, tickets: list[Ticket]) -> None:
    row = Message.objects.select_related("text").filter(ticket=pattern).earliest("id")
    made = Message.objects.bulk_create(
        [_moved(row, ticket=one) for one in tickets for _ in range(4)], batch_size=200
    )
    MessageText.objects.bulk_create(
        [MessageText(message=one, body=row.text.body) for one in made], batch_size=200
    )


def _moved(row: Any, **changes: Any) -> Any:
    values = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key
    }
    copy = type(row)(**values)
    for name, value in changes.items():
        setattr(copy, name, value)
    return copy
