"""Writing many effects and projections at once, as plain values: no instance of a model for each row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from remit.desk.foundation.actors import SYSTEM
from remit.desk.foundation.bulk import insert_values, update_values
from remit.desk.foundation.models import Event, Outbox
from remit.desk.tickets.clocking import CLOCK_FIELDS
from remit.desk.tickets.models import Breach, Clock, Ticket

EVENT_FIELDS = ["desk_id", "subject_kind", "subject_id", "kind", "at", "actor_kind", "actor_id", "data"]
LETTER_FIELDS = ["desk_id", "channel", "identity", "ticket_id", "payload", "due_at", "attempts", "last_error"]
BREACH_FIELDS = ["ticket_id", "metric", "cycle", "due_at", "noticed_at"]
OVER_WHAT_WAS_THERE = "(ticket_id, metric, cycle) DO UPDATE SET " + ", ".join(
    f"{name} = excluded.{name}" for name in CLOCK_FIELDS
)


def write_clocks(rows: Sequence[Sequence[Any]]) -> None:
    """Write projections (values of `clocking.clock_values`) over what was there."""
    if rows:
        names = ["ticket_id", "metric", "cycle", *CLOCK_FIELDS]
        insert_values(Clock, names, rows, on_conflict=OVER_WHAT_WAS_THERE)


def write_events(rows: Iterable[tuple[int, int, str, datetime, Any]]) -> None:
    """Append what the desk itself did: (desk, ticket, kind, at, data)."""
    values = [
        (desk, "ticket", ticket, kind, at, SYSTEM.kind, SYSTEM.id, data)
        for desk, ticket, kind, at, data in rows
    ]
    if values:
        insert_values(Event, EVENT_FIELDS, values)


def write_breaches(rows: Sequence[Sequence[Any]]) -> None:
    """Write breaches, each once."""
    if rows:
        insert_values(Breach, BREACH_FIELDS, rows, on_conflict="DO NOTHING")


def write_letters(rows: Iterable[tuple[int, str, int, Any, datetime]]) -> None:
    """Put letters by e-mail into the outbox: (desk, identity, ticket, payload, due_at); the same identity once."""
    values = [
        (desk, "email", identity, ticket, payload, due_at, 0, "")
        for desk, identity, ticket, payload, due_at in rows
    ]
    if values:
        insert_values(Outbox, LETTER_FIELDS, values, on_conflict="DO NOTHING")


def update_tickets(tickets: Sequence[Ticket], names: Sequence[str]) -> None:
    """Write these columns of many tickets."""
    if tickets:
        update_values(
            Ticket, names, [[ticket.pk, *(getattr(ticket, name) for name in names)] for ticket in tickets]
        )
