"""What this room gives to lower ones when the desk starts: fact suppliers, timers, and what follows from new rights."""

from __future__ import annotations

from datetime import datetime, timedelta

from remit.desk.entitlements import rights
from remit.desk.entitlements.models import Entitlement
from remit.desk.foundation import timers
from remit.desk.foundation.actors import Actor
from remit.desk.policies import declared
from remit.desk.tickets import facts, phases
from remit.desk.tickets import timers as ticket_timers
from remit.desk.tickets.again import reconsider
from remit.desk.tickets.models import Ticket
from remit.desk.tickets.work import change

LOOK_BACK = timedelta(days=90)
"""A ticket refused longer ago than this is not taken up again by itself when a right is bought."""

AT_ONCE = 500


def register() -> None:
    """Called once, when the app is ready."""
    facts.register()
    timers.register(
        ticket_timers.PURPOSE, ticket_timers.write, ticket_timers.lock, reckon=ticket_timers.reckon
    )
    timers.register(phases.PURPOSE, phases.fire, phases.lock)
    rights.register("tickets", decide_for_new_right)
    rights.register("phases", phases.follow)
    declared.register("tickets", reproject_desk)
    declared.register_reader("phases", phases.set_all)


def decide_for_new_right(entitlement: Entitlement, actor: Actor, now: datetime, kind: str) -> None:
    """Decide again, at this instant and under their own version, the tickets that the right may help (design §2.6)."""
    if kind not in rights.GAINS:
        return
    waiting = Ticket.objects.filter(
        desk_id=entitlement.desk_id,
        customer_id=entitlement.customer_id,
        outcome__in=["refuse", "quote"],
        received_at__gt=now - LOOK_BACK,
    ).exclude(status="closed")
    own = waiting.filter(entitlement=entitlement) | waiting.filter(entitlement=None)
    for ticket in own.order_by("pk"):
        was_among_these = entitlement.created_at <= ticket.received_at
        if ticket.entitlement_id is None and ticket.facts.get(facts.NONE_HELD) and was_among_these:
            continue  # the requester said that it is about none of what they held
        with change(ticket, actor=actor, now=now) as work:
            if work.ticket.entitlement_id is None:
                work.ticket.entitlement = entitlement
            reconsider(work, new_right_at=work.now, only_if_changed=True)


def reproject_desk(desk_id: int, now: datetime) -> None:
    """Have every open ticket of the desk follow a change of its working time."""
    open_ids = list(
        Ticket.objects.filter(desk_id=desk_id).unsolved().order_by("pk").values_list("pk", flat=True)
    )
    for start in range(0, len(open_ids), AT_ONCE):
        part = open_ids[start : start + AT_ONCE]
        tickets = list(Ticket.objects.filter(pk__in=part).order_by("pk").select_for_update())
        ticket_timers.reproject(tickets, now)
