"""Who is to be told what: outbox rows with references, written in the transaction that made them necessary.

The words are made when a letter is sent, by `notifications`; how it travels is the channel's.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from remit.desk.foundation import outbox
from remit.desk.foundation.models import Outbox
from remit.desk.tickets.models import Ticket


def to_requester(
    ticket: Ticket, template: str, name: str, *, due_at: datetime, **references: Any
) -> Outbox | None:
    """A letter to the ticket's requester, or None where there is nobody to write to.

    `name` tells this letter from every other of the ticket ("message-12"); it becomes part of its Message-ID.
    """
    if ticket.requester_id is None:
        return None
    return _row(ticket, name, due_at, for_requester(ticket, template, **references))


def to_agents(ticket: Ticket, template: str, name: str, *, due_at: datetime, **references: Any) -> Outbox:
    """A letter to those who work on the ticket: its assignee, else its team, else the desk."""
    return _row(ticket, name, due_at, for_agents(ticket, template, **references))


def for_requester(ticket: Ticket, template: str, **references: Any) -> dict[str, Any]:
    """The payload of a letter to the requester."""
    return {"template": template, "contact": ticket.requester_id, **references}


def for_agents(ticket: Ticket, template: str, **references: Any) -> dict[str, Any]:
    """The payload of a letter to those who work on the ticket."""
    working = {"agent": ticket.assignee_id, "team": ticket.team_id, "tier": ticket.tier}
    return {"template": template, **working, **references}


def identity(ticket: Ticket, name: str) -> str:
    """What a letter is known by, here and outside."""
    return f"ticket-{ticket.pk}-{name}"


def _row(ticket: Ticket, name: str, due_at: datetime, payload: dict[str, Any]) -> Outbox:
    return outbox.new(
        ticket.desk_id, "email", identity(ticket, name), due_at=due_at, payload=payload, ticket_id=ticket.pk
    )
