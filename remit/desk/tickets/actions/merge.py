"""How one ticket goes into another, and where the matter of one that did goes on."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext

from remit.desk.foundation.actors import Actor
from remit.desk.foundation.errors import InvalidInput, Refused
from remit.desk.tickets import clocking
from remit.desk.tickets.actions.checklist import move_steps
from remit.desk.tickets.actions.settle import close, refuse_contested
from remit.desk.tickets.actions.steer import clean_reason, reason_row
from remit.desk.tickets.models import Message, Ticket
from remit.desk.tickets.work import Work, refresh, taking_up
from remit.policy.clocks import donor_candidates


def merge_tickets(donor: Ticket, into: Ticket, reason: str, *, actor: Actor, now: datetime) -> Ticket:
    """Fold `donor` into `into`, with a reason that is kept: its messages move and the steps it gave with them, its
    earliest unanswered receipt and earliest due moment count on, and a breach counts once (design §5).
    """
    words = clean_reason(reason)
    if donor.pk == into.pk or donor.desk_id != into.desk_id:
        raise InvalidInput("These can't be merged.", fields={"into": "Choose another ticket of this desk."})
    if _side(donor) != _side(into):
        raise InvalidInput(
            "These can't be merged.",
            fields={
                "into": "It is another customer's, who would read what this one wrote. Link to it instead."
            },
        )
    with taking_up(donor, into, actor=actor, now=now) as works:
        given, taken = works[donor.pk], works[into.pk]
        given.now = taken.now = max(given.now, taken.now)
        if "closed" in (given.ticket.status, taken.ticket.status):
            raise Refused("A closed ticket can't be merged.", next="Reopen it first, or link to it.")
        refuse_contested(given)
        _hand_over(given, taken, reason_row(given, words).pk)
        given.finish()
        taken.finish()
    refresh(donor, given.ticket)
    refresh(into, taken.ticket)
    return into


def _side(ticket: Ticket) -> tuple[str, int | None]:
    """Who reads a ticket on the other side: its requester's company, or the requester alone."""
    company = ticket.requester.customer_id if ticket.requester else ticket.customer_id
    return ("customer", company) if company else ("contact", ticket.requester_id)


def _hand_over(given: Work, taken: Work, reason: int) -> None:
    folded = clocking.fold_ticket(given.ticket, given.happened, given.setting, given.now)
    candidates = donor_candidates(folded.by_metric, given.now)
    taken.note("merged in", {"donor": given.ticket.pk, "candidates": candidates, "reason": reason})
    Message.objects.filter(ticket=given.ticket).update(ticket=taken.ticket)
    move_steps(given.ticket, taken.ticket)
    given.stop_waiting()
    given.note("merged away", {"into": taken.ticket.pk, "reason": reason})
    given.ticket.linked_to = taken.ticket
    close(given, "merged", given.now)


def merged_into(ticket: Ticket) -> Ticket:
    """The ticket that this one's matter goes on in: itself, unless it was merged into another."""
    stored = Ticket.objects.select_related("linked_to").get(pk=ticket.pk)
    if stored.close_reason != "merged" or stored.linked_to is None:
        return ticket
    return merged_into(stored.linked_to)


def refuse_merged(ticket: Ticket) -> None:
    """Raise `Refused` where the ticket was merged into another: its matter goes on there."""
    if ticket.close_reason == "merged":
        onward = gettext("Open a new request.")
        if ticket.linked_to is not None:
            onward = gettext("Write on %s.") % ticket.linked_to.shown_number
        raise Refused(gettext("%s was merged into another ticket.") % ticket.shown_number, next=onward)
