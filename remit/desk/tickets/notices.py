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
    ticket: Ticket, template: str, identity: str, *, due_at: datetime, **references: Any
) -> Outbox | None:
    """A letter to the ticket's requester, or None where there is nobody to write to.

    `identity` tells this letter from every other of the ticket ("message-12"); it becomes its Message-ID.
    """
    if ticket.requester_id is None:
        return None
    return _row(ticket, template, identity, due_at, {"contact": ticket.requester_id, **references})


def to_agents(ticket: Ticket, template: str, identity: str, *, due_at: datetime, **references: Any) -> Outbox:
    """A letter to those who work on the ticket: its assignee, else its team, else the desk."""
    return _row(
        ticket,
        template,
        identity,
        due_at,
        {"agent": ticket.assignee_id, "team": ticket.team_id, "tier": ticket.tier, **references},
    )


def _row(ticket: Ticket, template: str, identity: str, due_at: datetime, payload: dict[str, Any]) -> Outbox:
    return outbox.new(
        ticket.desk_id,
        "email",
        f"ticket-{ticket.pk}-{identity}",
        due_at=due_at,
        payload={"template": template, **payload},
        ticket_id=ticket.pk,
    )
