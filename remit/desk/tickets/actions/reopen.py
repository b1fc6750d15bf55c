"""How a ticket that ended begins again: taken up itself within the policy's window, by a new, linked one after it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from remit.desk.foundation.actors import Actor
from remit.desk.foundation.errors import Conflict, InvalidInput, Refused
from remit.desk.policies import facts as supply
from remit.desk.policies import store
from remit.desk.policies.facts import encode
from remit.desk.tickets.actions.merge import refuse_merged
from remit.desk.tickets.actions.receive_request import receive_request
from remit.desk.tickets.again import known_of, texts_of
from remit.desk.tickets.facts import HIDDEN
from remit.desk.tickets.inbound import NONE_OF_THESE, Inbound
from remit.desk.tickets.models import Ticket, TicketText
from remit.desk.tickets.work import Work, refresh, taking_up
from remit.policy.clocks import Reopening, reopening


def reopening_of(work: Work) -> Reopening:
    """Whether the policy lets this ticket be taken up again now, or wants a new, linked one (ITC-11, ITC-18,
    IEX-28). From when the time counts, the closing or the fix, is the policy's to say.
    """
    ticket, rules = work.ticket, work.policy.reopening
    reason = "silence" if (ticket.status, ticket.close_reason) == ("closed", "silence") else "solved"
    ended_at = ticket.closed_at or ticket.solved_at
    if ended_at is None or not rules.keys() & {reason, "any"}:
        return Reopening.REOPEN if ticket.status == "solved" else Reopening.NEW_LINKED
    return reopening(
        ended_at, reason, work.now, rules.values(), work.setting.calendars, solved_at=ticket.solved_at
    )


def reopen_ticket(ticket: Ticket, *, actor: Actor, now: datetime) -> Ticket:
    """Take a solved or closed ticket up again within the policy's window; after it, open a new one linked to it.

    Returns the ticket to go on with.
    """
    with taking_up(ticket, actor=actor, now=now) as works:
        work = works[ticket.pk]
        if not work.ticket.is_solved:
            raise Conflict(gettext("%s is open.") % work.ticket.shown_number)
        refuse_merged(work.ticket)
        if work.ticket.outcome in ("refuse", "suspend"):
            raise Refused(
                gettext("%s was not taken up, so there is nothing to reopen.") % work.ticket.shown_number,
                next=gettext("Contest the decision instead."),
            )
        if reopening_of(work) == Reopening.REOPEN:
            take_up(work)
            work.finish()
            refresh(ticket, work.ticket)
            return ticket
        return _linked_successor(work)


def take_up(work: Work) -> None:
    """Open a solved or closed ticket again."""
    ticket = work.ticket
    work.note("reopened", {"was": ticket.status, "closed_for": ticket.close_reason})
    ticket.status, ticket.solved_at, ticket.solved_as = "open", None, ""
    ticket.closed_at, ticket.close_reason = None, ""


def _linked_successor(work: Work) -> Ticket:
    """The old ticket's matter as a new request, linked to it: judged anew, by the version in force now (IEX-28).

    Answers that this version no longer asks for, or reads no more, are left out and named in the new request; the
    old one keeps them.
    """
    old, policy = work.ticket, work.policy
    if old.requester is None:
        raise Refused(
            gettext("Nobody is left who asked %s.") % old.shown_number, next=gettext("Open a new request.")
        )
    texts = texts_of(work)
    said, _ = known_of(work, texts)
    kept, dropped = _still_asked(old, {k: v for k, v in encode(said).items() if v != HIDDEN}, work.now)
    subject = TicketText.objects.filter(pk=old.pk).values_list("subject", flat=True).first()
    inbound = Inbound(
        channel=old.channel if policy.is_official(old.channel) else "portal",
        contact=old.requester,
        subject=subject or old.shown_number,
        body=" ".join([gettext("Taken up again from %s.") % old.shown_number, *_left_out(dropped, work)]),
        answers=kept,
        entitlement=old.entitlement or NONE_OF_THESE,
        linked_to=old,
    )
    received = receive_request(old.desk, inbound, actor=work.actor, now=work.now)
    if received.ticket is None:
        raise Refused(
            gettext("The policy in force takes no request this way."),
            next=gettext("Open a new request in the portal."),
        )
    return received.ticket


def _still_asked(
    ticket: Ticket, answers: Mapping[str, Any], now: datetime
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The answers that the version in force now can read, under the agreement that runs now, and the names of the
    others.
    """
    customer = ticket.requester.customer_id if ticket.requester else None
    version = store.in_force(store.versions_of(ticket.desk_id), now)
    declared = store.compiled(version, store.agreement_at(ticket.desk_id, customer, now)).declarations
    kept: dict[str, Any] = {}
    for name, value in answers.items():
        try:
            supply.read_answers({name: value}, declared, zone=ticket.desk.tz, told_at=now)
        except InvalidInput:
            continue
        kept[name] = value
    return kept, tuple(name for name in answers if name not in kept)


def _left_out(names: Iterable[str], work: Work) -> list[str]:
    """What is said of the answers that were left out, in the words of the form they were given in."""
    words = gettext(", ").join(work.policy.declarations[name].words for name in names)
    sentence = gettext("The policy in force now no longer asks for this, so it was left out: %s.")
    return [sentence % words] if words else []
