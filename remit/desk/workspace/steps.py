"""What can be done to a ticket now, beside answering it: the next sensible step, what is often needed, and the rest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from remit.desk.design.clocks import ClockPanel
from remit.desk.tickets.models import Ticket
from remit.policy.document.policy import Policy

ANSWERS = ("first response", "next response")
USUAL = ("unhold", "hold", "assign", "tier", "priority")
RARE = ("diagnosis", "estimate", "start", "solve", "correct", "override", "close", "merge")


@dataclass(frozen=True, slots=True)
class Steps:
    """Names of deeds. `first`: what most likely comes next, "" where answering is all there is to do."""

    first: str
    usual: tuple[str, ...]
    rare: tuple[str, ...]


def is_to_decide(ticket: Ticket) -> bool:
    """Whether the ticket waits for a person's decision: contested, or left to discretion."""
    return ticket.is_contested or (ticket.outcome == "review" and ticket.status in ("new", "open"))


def steps_for(
    ticket: Ticket,
    policy: Policy,
    clocks: Sequence[ClockPanel],
    history: Iterable[Any],
    *,
    is_lead: bool,
    wants_result: bool = False,
) -> Steps:
    """The deeds by how likely they are needed; those that can't be done now are left out. `wants_result`: nothing but a
    result that the policy names settles what is left to people here.
    """
    if ticket.status == "closed":
        return Steps("", (), ())
    done = {one.kind for one in history}
    open_metrics = {one.metric for one in clocks if one.is_open}
    possible = _possible(ticket, policy, open_metrics, is_lead=is_lead)
    if wants_result:
        possible -= {"override", "settle"}
    first = next((one for one in _wanted(ticket, policy, open_metrics, done, is_lead) if one in possible), "")
    return Steps(
        first,
        tuple(one for one in USUAL if one in possible and one != first),
        tuple(one for one in RARE if one in possible and one != first),
    )


def _possible(ticket: Ticket, policy: Policy, open_metrics: set[str], *, is_lead: bool) -> set[str]:
    possible = {"assign", "tier", "correct", "close", "merge"}
    if policy.priorities:
        possible.add("priority")
    if is_lead:
        possible.add("settle" if ticket.is_contested else "override")
    if ticket.status == "on hold":
        possible.add("unhold")
    elif ticket.status != "solved":
        possible.add("hold")
    if ticket.status != "solved":
        possible |= {"start", "estimate", "solve"}
        if "diagnosis" in open_metrics:
            possible.add("diagnosis")
    if ticket.is_contested:
        possible -= {"solve", "close", "merge"}  # a person decides before it ends
    return possible


def _wanted(
    ticket: Ticket, policy: Policy, open_metrics: set[str], done: set[str], is_lead: bool
) -> Iterable[str]:
    """What would be next, the likeliest first. Answering comes before all of these where an answer is owed."""
    if is_to_decide(ticket) and is_lead:
        yield "settle" if ticket.is_contested else "override"
    if ticket.status == "on hold":
        yield "unhold"
    if ticket.status not in ("new", "open"):
        return
    asks_estimate = any(
        "estimate.given" in condition.facts
        for gate in policy.gates
        for condition in (gate.until,)
        if condition is not None
    )
    if asks_estimate and "diagnosis made" in done and "estimate given" not in done:
        yield "estimate"
    if open_metrics.isdisjoint(ANSWERS):
        if "diagnosis" in open_metrics:
            yield "diagnosis"
        elif "reply sent" in done:
            yield "solve"
