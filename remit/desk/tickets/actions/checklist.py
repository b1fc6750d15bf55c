"""The steps a requester is asked to try: they stand as a list in the ticket and are ticked when done (ION-8)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F, Max
from django.utils.translation import gettext

from remit.desk.foundation.actors import Actor
from remit.desk.foundation.errors import NotFoundHere
from remit.desk.tickets.models import Message, Step, StepText, Ticket
from remit.desk.tickets.work import Work, change


def add_steps(work: Work, message: Message, lines: Sequence[str]) -> None:
    """Put cleaned lines at the end of the ticket's list, as given with this message; one event for them all."""
    last = _last_position(work.ticket)
    given_by = work.actor.id if work.actor.kind == "agent" else None
    steps = Step.objects.bulk_create(
        Step(ticket=work.ticket, message=message, position=position, given_at=work.now, given_by_id=given_by)
        for position in range(last + 1, last + 1 + len(lines))
    )
    StepText.objects.bulk_create(
        StepText(step=step, text=line) for step, line in zip(steps, lines, strict=True)
    )
    work.note("steps given", {"message": message.pk, "steps": len(steps)})


def _last_position(ticket: Ticket) -> int:
    return Step.objects.filter(ticket=ticket).aggregate(last=Max("position"))["last"] or 0


def move_steps(donor: Ticket, into: Ticket) -> None:
    """Put the steps of a ticket that goes into another at the end of the other's list, ticked ones ticked (ION-8)."""
    last = _last_position(into)
    Step.objects.filter(ticket=donor).update(ticket=into, position=F("position") + last)


def tick_step(ticket: Ticket, position: int, is_done: bool, *, actor: Actor, now: datetime) -> Step:
    """Tick the step that stands at this position as done, or take the tick off again (ION-8). An agent ticks for the
    requester, who said so some other way; the event and the step say who did.

    Ticking ends no waiting: a message does. What stands so already stays as it is, without an event. Raises
    `NotFoundHere` where the ticket has no such step, `Refused` where it is closed.
    """
    with change(ticket, actor=actor, now=now) as work:
        data = {"step": position, **({"for_requester": True} if actor.kind == "agent" else {})}
        step = Step.objects.filter(ticket=work.ticket, position=position).first()
        if step is None:
            raise NotFoundHere(gettext("There is no such step on this request."))
        if is_done and step.done_at is None:
            step.done_at = work.now
            step.done_by_contact_id = actor.id if actor.kind == "contact" else None
            step.done_by_agent_id = actor.id if actor.kind == "agent" else None
            work.note("step ticked", data)
        elif not is_done and step.done_at is not None:
            step.done_at = step.done_by_contact_id = step.done_by_agent_id = None
            work.note("step unticked", data)
        step.save(update_fields=["done_at", "done_by_contact", "done_by_agent"])
    return step
