"""How a ticket ends, begins again, or goes into another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from remit.desk.foundation.actors import Actor
from remit.desk.foundation.errors import Conflict, InvalidInput, Refused
from remit.desk.policies import facts as supply
from remit.desk.policies import store
from remit.desk.policies.facts import encode
from remit.desk.tickets import clocking
from remit.desk.tickets.actions.steer import clean_reason, reason_row
from remit.desk.tickets.again import known_of, texts_of
from remit.desk.tickets.facts import HIDDEN
from remit.desk.tickets.gates import check_gates
from remit.desk.tickets.inbound import NONE_OF_THESE, Inbound
from remit.desk.tickets.models import Message, Ticket, TicketText
from remit.desk.tickets.work import Work, change, refresh, taken_up
from remit.policy.clocks import Reopening, donor_candidates, reopening

SOLUTIONS = ("fixed", "answered", "unresolved", "withdrawn")


def solve_ticket(ticket: Ticket, solved_as: str = "answered", *, actor: Actor, now: datetime) -> Ticket:
    """Mark the ticket as solved: fixed, answered, unresolved (investigated, and not to be mended) or withdrawn."""
    if solved_as not in SOLUTIONS:
        raise InvalidInput(
            "This can't be solved so.", fields={"solved_as": f"Choose one of {', '.join(SOLUTIONS)}."}
        )
    with change(ticket, actor=actor, now=now) as work:
        if work.ticket.status == "solved":
            raise Conflict(f"{work.ticket.shown_number} is solved already.")
        check_gates(work, "move on")
        work.stop_waiting()
        work.ticket.status, work.ticket.solved_at, work.ticket.solved_as = "solved", now, solved_as
        work.note("solved", {"solved_as": solved_as})
        work.tell_requester("solved", f"solved-{len(work.happened)}")
    return ticket


def close_ticket(ticket: Ticket, reason: str, *, actor: Actor, now: datetime) -> Ticket:
    """Close the ticket for one of the policy's reasons (IEX-28)."""
    with change(ticket, actor=actor, now=now) as work:
        reasons = {**USUAL_REASONS, **work.policy.close_reasons}
        if reason not in reasons:
            choices = ", ".join(reasons)
            raise InvalidInput("This can't be closed so.", fields={"reason": f"The policy lists: {choices}."})
        work.stop_waiting()
        close(work, reason, now)
    return ticket


USUAL_REASONS = {
    "solved": "It was solved.",
    "silence": "We heard nothing back.",
    "merged": "It went into another.",
}


def close(work: Work, reason: str, at: datetime) -> None:
    """Close it as of `at`, and tell the requester why."""
    ticket = work.ticket
    ticket.status, ticket.closed_at, ticket.close_reason = "closed", at, reason
    work.note("closed", {"reason": reason}, at=at)
    work.tell_requester("closed", f"closed-{int(at.timestamp())}", reason=reason)


def reopening_of(work: Work) -> Reopening:
    """Whether the policy lets this ticket be taken up again now, or wants a new, linked one (ITC-18, IEX-28)."""
    ticket, rules = work.ticket, work.policy.reopening
    reason = "silence" if (ticket.status, ticket.close_reason) == ("closed", "silence") else "solved"
    since = ticket.closed_at or ticket.solved_at
    if since is None or not rules.keys() & {reason, "any"}:
        return Reopening.REOPEN if ticket.status == "solved" else Reopening.NEW_LINKED
    return reopening(since, reason, work.now, rules.values(), work.setting.calendars)


def reopen_ticket(ticket: Ticket, *, actor: Actor, now: datetime) -> Ticket:
    """Take a solved or closed ticket up again within the policy's window; after it, open a new one linked to it.

    Returns the ticket to go on with.
    """
    from remit.desk.tickets.actions.converse import take_up

    with transaction.atomic():
        work = taken_up(ticket, actor=actor, now=now)
        if not work.ticket.is_solved:
            raise Conflict(f"{work.ticket.shown_number} is open.")
        refuse_merged(work.ticket)
        if work.ticket.outcome in ("refuse", "suspend"):
            raise Refused(
                f"{work.ticket.shown_number} was not taken up, so there is nothing to reopen.",
                next="Contest the decision instead.",
            )
        if reopening_of(work) == Reopening.REOPEN:
            take_up(work)
            work.finish()
            refresh(ticket, work.ticket)
            return ticket
        return _linked_successor(work)


def merged_into(ticket: Ticket) -> Ticket:
    """The ticket that this one's matter goes on in: itself, unless it was merged into another."""
    stored = Ticket.objects.select_related("linked_to").get(pk=ticket.pk)
    if stored.close_reason != "merged" or stored.linked_to is None:
        return ticket
    return merged_into(stored.linked_to)


def refuse_merged(ticket: Ticket) -> None:
    """Raise `Refused` where the ticket was merged into another: its matter goes on there."""
    if ticket.close_reason == "merged":
        onward = f"Write on {ticket.linked_to.shown_number}." if ticket.linked_to else "Open a new request."
        raise Refused(f"{ticket.shown_number} was merged into another ticket.", next=onward)


def _linked_successor(work: Work) -> Ticket:
    """The old ticket's matter as a new request, linked to it: judged anew, by the version in force now (IEX-28).

    Answers that this version no longer asks for, or reads no more, are left out and named in the new request; the
    old one keeps them.
    """
    from remit.desk.tickets.actions.receive_request import receive_request

    old, policy = work.ticket, work.policy
    if old.requester is None:
        raise Refused(f"Nobody is left who asked {old.shown_number}.", next="Open a new request.")
    texts = texts_of(work)
    said, _ = known_of(work, texts)
    kept, dropped = _still_asked(old, {k: v for k, v in encode(said).items() if v != HIDDEN}, work.now)
    subject = TicketText.objects.filter(pk=old.pk).values_list("subject", flat=True).first()
    inbound = Inbound(
        channel=old.channel if policy.is_official(old.channel) else "portal",
        contact=old.requester,
        subject=subject or old.shown_number,
        body=" ".join([f"Taken up again from {old.shown_number}.", *_left_out(dropped, work)]),
        answers=kept,
        entitlement=old.entitlement or NONE_OF_THESE,
        linked_to=old,
    )
    received = receive_request(old.desk, inbound, actor=work.actor, now=work.now)
    if received.ticket is None:
        raise Refused(
            "The policy in force takes no request this way.", next="Open a new request in the portal."
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
            supply.read_answers({name: value}, declared, zone=ticket.desk.tz)
        except InvalidInput:
            continue
        kept[name] = value
    return kept, tuple(name for name in answers if name not in kept)


def _left_out(names: Iterable[str], work: Work) -> list[str]:
    """What is said of the answers that were left out, in the words of the form they were given in."""
    words = ", ".join(work.policy.declarations[name].words for name in names)
    sentence = f"The policy in force now no longer asks for this, so it was left out: {words}."
    return [sentence] if words else []


def merge_tickets(donor: Ticket, into: Ticket, reason: str, *, actor: Actor, now: datetime) -> Ticket:
    """Fold `donor` into `into`, with a reason that is kept: its messages move, its earliest unanswered receipt and
    earliest due moment count on, and a breach counts once (design §5).
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
    with transaction.atomic():
        first, second = sorted((donor, into), key=lambda one: one.pk)
        works = {one.pk: taken_up(one, actor=actor, now=now) for one in (first, second)}
        given, taken = works[donor.pk], works[into.pk]
        if "closed" in (given.ticket.status, taken.ticket.status):
            raise Refused("A closed ticket can't be merged.", next="Reopen it first, or link to it.")
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
    given.stop_waiting()
    given.note("merged away", {"into": taken.ticket.pk, "reason": reason})
    given.ticket.linked_to = taken.ticket
    close(given, "merged", given.now)
