"""Declare an event that lifts promises for a while, and end it (C24-12)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from remit.desk.foundation import events
from remit.desk.foundation.actors import Actor
from remit.desk.foundation.errors import Conflict, InvalidInput
from remit.desk.foundation.text import noted_line
from remit.desk.policies import declared, store
from remit.desk.policies.models import DeclaredEvent

NAME_LENGTH = CAUSE_LENGTH = 120


def declare_event(
    desk: Any,
    kind: str,
    name: str,
    *,
    actor: Actor,
    now: datetime,
    cause: str = "",
    services: Sequence[str] = (),
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> DeclaredEvent:
    """Declare an event of a kind the policy knows; it pauses the clocks its clause names, from its start or its
    declaration, whichever is later, and every open ticket's clocks follow. Without a name it is called by its kind.
    Where the policy lists causes it has one of them; the only one need not be named.
    Raises `InvalidInput` naming the field.
    """
    policy = store.compiled(store.in_force(store.versions_of(desk), now))
    known = policy.events.get(kind)
    faults: dict[str, str] = {}
    name = noted_line(name, "name", NAME_LENGTH, faults) or kind
    cause = noted_line(cause, "cause", CAUSE_LENGTH, faults)
    if known is None:
        faults["kind"] = f"The policy declares these events: {', '.join(policy.events) or 'none'}."
    elif not cause and len(known.causes) == 1:
        cause = known.causes[0]
    elif known.causes and cause not in known.causes:
        faults["cause"] = f"The policy lists these causes: {', '.join(known.causes)}."
    if any(one not in policy.services for one in services):
        faults["services"] = f"The policy lists these services: {', '.join(policy.services) or 'none'}."
    starts = starts_at or now
    if ends_at is not None and ends_at <= starts:
        faults["ends_at"] = "The end lies before the start."
    if faults or known is None:
        raise InvalidInput("This event can't be declared.", fields=faults)
    with transaction.atomic():
        event = DeclaredEvent.objects.create(
            desk=desk,
            kind=kind,
            name=name,
            cause=cause,
            services=list(services),
            starts_at=starts,
            declared_at=now,
            ends_at=ends_at,
            clause=known.clause,
        )
        data = {"kind": kind, "clause": known.clause, "starts_at": starts.isoformat()}
        events.append(desk.pk, ("declared event", event.pk), "event declared", now, actor, data)
        declared.announce(desk.pk, now)
    return event


def end_event(
    event: DeclaredEvent, *, actor: Actor, now: datetime, ends_at: datetime | None = None
) -> DeclaredEvent:
    """End a declared event, at `ends_at` (default now); clocks run on from there."""
    ends = ends_at or now
    if event.ends_at is not None and event.ends_at <= now:
        raise Conflict("This event has ended already.")
    if ends < event.starts_at:
        raise InvalidInput("This event can't be ended.", fields={"ends_at": "The end lies before the start."})
    with transaction.atomic():
        event.ends_at = ends
        event.save(update_fields=["ends_at"])
        data = {"ends_at": ends.isoformat()}
        events.append(event.desk_id, ("declared event", event.pk), "event ended", now, actor, data)
        declared.announce(event.desk_id, now)
    return event
