"""Who works on a ticket, how urgent it is, how far up it goes, and when it waits for others."""

from __future__ import annotations

from datetime import date, datetime

from remit.desk.accounts.models import Agent, Team
from remit.desk.foundation.actors import Actor
from remit.desk.foundation.errors import Conflict, InvalidInput
from remit.desk.policies.models import ReasonText
from remit.desk.tickets.gates import check_gates
from remit.desk.tickets.inbound import clean_body
from remit.desk.tickets.models import Question, Ticket
from remit.desk.tickets.work import Work, change


def reason_row(work: Work, reason: str) -> ReasonText:
    """Keep a person's reason in an erasable row."""
    return ReasonText.objects.create(desk_id=work.ticket.desk_id, text=reason, written_at=work.now)


def clean_reason(reason: str) -> str:
    """A reason, which must be given. Raises `InvalidInput`."""
    return clean_body(reason, "reason")


def assign_ticket(ticket: Ticket, agent: Agent | None, *, actor: Actor, now: datetime) -> Ticket:
    """Give the ticket to an agent of its desk, or to nobody."""
    if agent is not None and (agent.desk_id != ticket.desk_id or not agent.is_active):
        raise InvalidInput("This can't be assigned so.", fields={"agent": "Choose an agent of this desk."})
    with change(ticket, actor=actor, now=now) as work:
        if agent is not None:
            check_gates(work, "assign")
        work.ticket.assignee = agent
        work.note("assigned", {"agent": agent.pk if agent else None})
        if agent is not None and agent.pk != actor.id:
            work.tell_agents("assigned", f"assigned-{len(work.happened)}")
    return ticket


def change_priority(
    ticket: Ticket, priority: str, reason: str, *, actor: Actor, now: datetime, is_misjudged: bool = False
) -> Ticket:
    """Change the priority; the clocks follow. `is_misjudged`: we judged it wrongly, so a raise counts from receipt."""
    words = clean_reason(reason)
    with change(ticket, actor=actor, now=now) as work:
        known = [one.id for one in work.policy.priorities]
        if priority not in known:
            choices = ", ".join(known) or "none"
            raise InvalidInput(
                "This can't be done.", fields={"priority": f"The policy's priorities: {choices}."}
            )
        if priority == work.ticket.priority:
            raise Conflict(f"The priority is {priority} already.")
        data = {
            "old": work.ticket.priority,
            "new": priority,
            "misjudged": is_misjudged,
            "reason": reason_row(work, words).pk,
        }
        work.note("priority changed", data)
        work.ticket.priority = priority
    return ticket


def hand_up(ticket: Ticket, tier: int, reason: str, *, actor: Actor, now: datetime) -> Ticket:
    """Hand the ticket up (or back down) to a tier by hand, with a reason that is kept (ION-4)."""
    words = clean_reason(reason)
    if not 1 <= tier <= 9:
        raise InvalidInput("This can't be done.", fields={"tier": "Tiers go from 1 to 9."})
    with change(ticket, actor=actor, now=now) as work:
        move_to_tier(work, tier)
        work.note("handed up", {"tier": tier, "reason": reason_row(work, words).pk})
        work.tell_agents("handed up", f"tier-{tier}-{len(work.happened)}", tier=tier)
    return ticket


def move_to_tier(work: Work, tier: int) -> None:
    """Give the ticket to the tier's team, or to nobody's where it has none, and take it from whoever had it below: so
    the letter that follows goes to the people of the new tier, and not to those it was taken from (ION-4).
    """
    team = Team.objects.filter(desk_id=work.ticket.desk_id, tier=tier).order_by("name").first()
    work.ticket.tier, work.ticket.team, work.ticket.assignee = tier, team, None


def hold_ticket(ticket: Ticket, reason: str, *, actor: Actor, now: datetime) -> Ticket:
    """Put the ticket on hold: it waits for someone other than the requester. Pauses what the policy says."""
    words = clean_reason(reason)
    with change(ticket, actor=actor, now=now) as work:
        if work.ticket.status in ("on hold", "solved"):
            raise Conflict(f"{work.ticket.shown_number} is {work.ticket.status}.")
        work.ticket.status = "on hold"
        work.note("held", {"reason": reason_row(work, words).pk})
    return ticket


def unhold_ticket(ticket: Ticket, *, actor: Actor, now: datetime) -> Ticket:
    """Take the ticket off hold; where the requester still owes an answer, it waits for that again."""
    with change(ticket, actor=actor, now=now) as work:
        if work.ticket.status != "on hold":
            raise Conflict(f"{work.ticket.shown_number} is not on hold.")
        take_off_hold(work)
        if Question.objects.filter(ticket=work.ticket, answered_at=None).exists():
            work.ticket.status = "pending"
    return ticket


def take_off_hold(work: Work) -> None:
    """End the hold, where there is one: the pause it made ends with it."""
    if work.ticket.status == "on hold":
        work.ticket.status = "open"
        work.note("unheld")


def start_work(ticket: Ticket, *, actor: Actor, now: datetime) -> Ticket:
    """Begin the work a request asks for. Blocked by the policy's gates before it, such as payment (ITC-3)."""
    with change(ticket, actor=actor, now=now) as work:
        check_gates(work, "start work")
        work.note("work started")
        if work.ticket.status == "new":
            work.ticket.status = "open"
    return ticket


def record_diagnosis(ticket: Ticket, *, actor: Actor, now: datetime) -> Ticket:
    """Note that the cause is found; the diagnosis clock is met (ITS-12)."""
    with change(ticket, actor=actor, now=now) as work:
        work.note("clock met", {"metric": "diagnosis"})
        work.note("diagnosis made")
    return ticket


def give_estimate(ticket: Ticket, on: date, *, actor: Actor, now: datetime) -> Ticket:
    """Tell the requester by when it should be solved; a later estimate replaces it, both stay on record (ITS-12)."""
    with change(ticket, actor=actor, now=now) as work:
        if on < now.astimezone(work.ticket.desk.tz).date():
            raise InvalidInput("This can't be promised.", fields={"on": "This date is past."})
        work.note("estimate given", {"on": on.isoformat()})
        work.tell_requester("estimate", f"estimate-{len(work.happened)}", on=on.isoformat())
    return ticket
