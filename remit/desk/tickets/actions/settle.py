"""How a ticket ends: solved, or closed for one of the policy's reasons. How it begins again is `reopen`'s."""

from __future__ import annotations

from datetime import datetime

from remit.desk.foundation.actors import Actor
from remit.desk.foundation.errors import Conflict, InvalidInput, Refused
from remit.desk.tickets.again import refuse_without_result
from remit.desk.tickets.gates import check_gates
from remit.desk.tickets.models import Ticket
from remit.desk.tickets.work import Work, change

SOLUTIONS = ("fixed", "answered", "unresolved", "withdrawn")


def solve_ticket(ticket: Ticket, solved_as: str = "answered", *, actor: Actor, now: datetime) -> Ticket:
    """Mark the ticket as solved: fixed, answered, unresolved (investigated, and not to be mended) or withdrawn.

    Raises `Refused` where a review waits for one of the results that the policy names (ITC-11), unless withdrawn,
    and while a decision on it is contested.
    """
    if solved_as not in SOLUTIONS:
        raise InvalidInput(
            "This can't be solved so.", fields={"solved_as": f"Choose one of {', '.join(SOLUTIONS)}."}
        )
    with change(ticket, actor=actor, now=now) as work:
        if work.ticket.status == "solved":
            raise Conflict(f"{work.ticket.shown_number} is solved already.")
        refuse_contested(work)
        check_gates(work, "move on")
        if solved_as != "withdrawn":
            refuse_without_result(work)
        work.stop_waiting()
        work.ticket.status, work.ticket.solved_at, work.ticket.solved_as = "solved", work.now, solved_as
        work.note("solved", {"solved_as": solved_as})
        work.tell_requester("solved", f"solved-{len(work.happened)}")
    return ticket


def refuse_contested(work: Work) -> None:
    """Raise `Refused` where a decision is contested: a person decides it before the ticket ends (design §2.5)."""
    if work.ticket.is_contested:
        raise Refused(
            f"The decision on {work.ticket.shown_number} is contested, and nobody has decided it yet.",
            next="A lead decides it first, under Decision.",
        )


def close_ticket(ticket: Ticket, reason: str, *, actor: Actor, now: datetime) -> Ticket:
    """Close the ticket for one of the policy's reasons (IEX-28). Raises `Refused` while a decision is contested, and
    by any reason but the requester's own where solving it would be blocked (ITS-12, ITC-11).
    """
    with change(ticket, actor=actor, now=now) as work:
        reasons = [one for one in {**USUAL_REASONS, **work.policy.close_reasons} if one != MERGED]
        if reason not in reasons:
            choices = ", ".join(reasons)
            raise InvalidInput("This can't be closed so.", fields={"reason": f"The policy lists: {choices}."})
        refuse_contested(work)
        if reason not in UNSOLVED and not work.ticket.is_solved:
            check_gates(work, "move on")
            refuse_without_result(work)
        work.stop_waiting()
        close(work, reason, work.now)
    return ticket


USUAL_REASONS = {
    "solved": "It was solved.",
    "silence": "We heard nothing back.",
}

UNSOLVED = ("silence", "withdrawn")
"""Reasons of the requester's own; any other says that the matter is settled, which the policy's gates can block."""

MERGED = "merged"
"""The reason that merging gives, and no agent."""


def close(work: Work, reason: str, at: datetime) -> None:
    """Close it as of `at`, and tell the requester why."""
    ticket = work.ticket
    ticket.status, ticket.closed_at, ticket.close_reason = "closed", at, reason
    work.note("closed", {"reason": reason}, at=at)
    work.tell_requester("closed", f"closed-{int(at.timestamp())}", reason=reason)
