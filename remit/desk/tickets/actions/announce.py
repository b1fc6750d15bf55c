"""Announce that the desk is closed for a while beyond what its policy says (IEX-4); take it back or end it early."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from remit.desk.desks.models import Closure
from remit.desk.foundation import events
from remit.desk.foundation.actors import Actor
from remit.desk.foundation.errors import Conflict, InvalidInput
from remit.desk.foundation.text import clean_line
from remit.desk.policies import declared

REASON_LENGTH = 200
LONGEST = timedelta(days=60)
"""A mistyped year must not stop every clock for decades; who closes for longer announces one closure after another."""
FARTHEST = timedelta(days=2 * 366)


def announce_closure(
    desk: Any, *, starts_at: datetime, ends_at: datetime, reason: str, actor: Actor, now: datetime
) -> Closure:
    """Close the desk from the later of `starts_at` and now until `ends_at`; every open ticket's clocks follow.
    Raises `InvalidInput` naming the field, also for a closure of more than `LONGEST` or one beyond `FARTHEST`.
    """
    faults = {}
    if starts_at - now > FARTHEST:
        faults["starts_at"] = "This is more than two years ahead. Announce it nearer to the time."
    elif ends_at <= max(starts_at, now):
        faults["ends_at"] = "The end lies before the start, or is past already."
    elif ends_at - starts_at > LONGEST:
        faults["ends_at"] = (
            f"One closure lasts {LONGEST.days} days at most. Check the years; "
            "for a longer one announce the next from where this one ends."
        )
    try:
        reason = clean_line(reason, field="reason", limit=REASON_LENGTH)
    except InvalidInput:
        reason = ""
    if not reason:
        faults["reason"] = f"Say in up to {REASON_LENGTH} characters why; customers see it."
    if faults:
        raise InvalidInput("This closure can't be announced.", fields=faults)
    with transaction.atomic():
        closure = Closure.objects.create(
            desk=desk, starts_at=starts_at, ends_at=ends_at, announced_at=now, reason=reason
        )
        data = {"starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat()}
        events.append(desk.pk, ("closure", closure.pk), "closure announced", now, actor, data)
        declared.announce(desk.pk, now)
    return closure


def withdraw_closure(closure: Closure, *, actor: Actor, now: datetime) -> None:
    """Take an announced closure back before it has begun; every open ticket's clocks follow. Raises `Conflict` after
    that: what was not counted stays not counted.
    """
    if closure.starts_at < now:
        raise Conflict("This closure has begun.", next="End it now; what came in meanwhile waited for it.")
    with transaction.atomic():
        key, desk_id = closure.pk, closure.desk_id
        closure.delete()
        events.append(desk_id, ("closure", key), "closure withdrawn", now, actor)
        declared.announce(desk_id, now)


def end_closure(closure: Closure, *, actor: Actor, now: datetime) -> None:
    """End a closure that has begun: it lasts until now, and every open ticket's clocks follow. Raises `Conflict` before
    it has begun and after it is over.
    """
    if closure.starts_at >= now:
        raise Conflict("This closure has not begun.", next="Take it back.")
    if closure.ends_at <= now:
        raise Conflict("This closure is over already.")
    with transaction.atomic():
        data = {"ends_at": now.isoformat(), "would_have_ended_at": closure.ends_at.isoformat()}
        closure.ends_at = now
        closure.save(update_fields=["ends_at"])
        events.append(closure.desk_id, ("closure", closure.pk), "closure ended", now, actor, data)
        declared.announce(closure.desk_id, now)
