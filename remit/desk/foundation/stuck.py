"""What failed too often and waits for a person: finding it, saying why in plain words, and trying it again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from remit.desk.foundation import events, outbox, timers
from remit.desk.foundation.actors import Actor
from remit.desk.foundation.models import Outbox, Timer


@dataclass(frozen=True, slots=True)
class Stuck:
    """Dead timers and dead deliveries, those that died first at the start."""

    timers: tuple[Timer, ...]
    letters: tuple[Outbox, ...]


def stuck_work(desk_id: int | None = None) -> Stuck:
    """What is stuck at one desk, or in the whole installation."""
    only = {} if desk_id is None else {"desk_id": desk_id}
    return Stuck(tuple(timers.dead().filter(**only)), tuple(outbox.dead().filter(**only)))


def count_stuck(desk_id: int) -> int:
    """How much is stuck at a desk."""
    return timers.dead().filter(desk_id=desk_id).count() + outbox.dead().filter(desk_id=desk_id).count()


def try_again(now: datetime, desk_id: int | None = None, *, actor: Actor) -> Stuck:
    """Try all that is stuck once more: letters under their identities, timers at their true due moments. Returns it.

    One event for each desk at which anything was stuck.
    """
    with transaction.atomic():
        found = stuck_work(desk_id)
        for desk in sorted({one.desk_id for one in (*found.timers, *found.letters)}):
            data = {
                "timers": sum(one.desk_id == desk for one in found.timers),
                "letters": sum(one.desk_id == desk for one in found.letters),
            }
            events.append(desk, ("desk", desk), "stuck work tried again", now, actor, data)
        for timer in found.timers:
            timers.revive(timer)
        for letter in found.letters:
            outbox.revive(letter, now)
    return found


def reason_of(row: Timer | Outbox) -> str:
    """Why it failed, in plain words; empty where the log says more, because a foreign error is kept by name only."""
    name, _, message = row.last_error.partition(": ")
    return message if name in ("DeliveryError", "Misconfigured") else ""
