"""Announce that the desk is closed for a while beyond what its policy says (IEX-4), and take it back in time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from remit.desk.desks.models import Closure
from remit.desk.foundation import events
from remit.desk.foundation.actors import Actor
from remit.desk.foundation.errors import Conflict, InvalidInput
from remit.desk.policies import declared

REASON_LENGTH = 200


def announce_closure(
    desk: Any, *, starts_at: datetime, ends_at: datetime, reason: str, actor: Actor, now: datetime
) -> Closure:
    """Close the desk from the later of `starts_at` and now until `ends_at`; every open ticket's clocks follow."""
    faults = {}
    if ends_at <= max(starts_at, now):
        faults["ends_at"] = "The end lies before the start, or is past already."
    if not reason.strip() or len(reason) > REASON_LENGTH:
        faults["reason"] = f"Say in up to {REASON_LENGTH} characters why; customers see it."
    if faults:
        raise InvalidInput("This closure can't be announced.", fields=faults)
    with transaction.atomic():
        closure = Closure.objects.create(
            desk=desk, starts_at=starts_at, ends_at=ends_at, announced_at=now, reason=reason.strip()
        )
        data = {"starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat()}
        events.append(desk.pk, ("closure", closure.pk), "closure announced", now, actor, data)
        declared.announce(desk.pk, now)
    return closure


def withdraw_closure(closure: Closure, *, actor: Actor, now: datetime) -> None:
    """Take an announced closure back before it has begun; every open ticket's clocks follow. Raises `Conflict` after
    that: what was not counted stays not counted.
    """
    if closure.starts_at <= now:
        raise Conflict(
            "This closure has begun.", next="It ends by itself; what came in meanwhile waited for it."
        )
    with transaction.atomic():
        key, desk_id = closure.pk, closure.desk_id
        closure.delete()
        events.append(desk_id, ("closure", key), "closure withdrawn", now, actor)
        declared.announce(desk_id, now)
