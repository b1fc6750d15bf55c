"""What the worker does when a ticket's moment has come: at risk, breach, escalation, closing warning, closing.

A whole batch is loaded, folded, and written with a fixed number of statements. Each effect is dated by when it fell
due, however late the worker came, and noted as an event, which is also what keeps it from happening twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from remit.desk.accounts.models import Team
from remit.desk.foundation import timers
from remit.desk.foundation.models import Timer
from remit.desk.policies.models import Agreement, PolicyVersion
from remit.desk.tickets import bulk, clocking, notices
from remit.desk.tickets.clocking import Folded, Happened, Moment, Setting
from remit.desk.tickets.models import Question, Ticket

PURPOSE = "ticket"
TOUCHED = [
    "status",
    "tier",
    "team_id",
    "assignee_id",
    "closed_at",
    "close_reason",
    *clocking.TICKET_FIELDS,
]


@dataclass
class Batch:
    """All that one batch will write, as plain values."""

    now: datetime
    teams: dict[tuple[int, int], int]
    events: list[tuple[int, int, str, datetime, dict[str, Any]]] = field(default_factory=list)
    breaches: list[tuple[Any, ...]] = field(default_factory=list)
    letters: list[tuple[int, str, int, dict[str, Any], datetime]] = field(default_factory=list)
    clocks: list[list[Any]] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)
    dues: list[tuple[int, int, datetime | None]] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)


def lock(ticket_ids: list[int]) -> None:
    """Lock the tickets in the order of their keys, before their timers are."""
    list(
        Ticket.objects.filter(pk__among=ticket_ids)
        .order_by("pk")
        .select_for_update()
        .values_list("pk", flat=True)
    )


def reckon(due: list[Timer], now: datetime) -> Batch:
    """What follows for these tickets from all that has fallen due by `now`; nothing is written."""
    tickets = list(Ticket.objects.filter(pk__among=[timer.subject_id for timer in due]))
    history = clocking.events_of(ticket.pk for ticket in tickets)
    settings = load_settings(tickets)
    batch = Batch(now, _teams({ticket.desk_id for ticket in tickets}))
    for ticket in tickets:
        _act(ticket, history[ticket.pk], settings[ticket.basis], batch)
    return batch


def load_settings(tickets: Iterable[Ticket]) -> dict[clocking.Basis, Setting]:
    """The settings of these tickets, by what each is judged by."""
    bases = {ticket.basis for ticket in tickets}
    agreed = {agreement for _, _, agreement in bases if agreement is not None}
    versions = PolicyVersion.objects.defer("source", "holidays").in_bulk({version for _, version, _ in bases})
    agreements = Agreement.objects.defer("source", "holidays").in_bulk(agreed) if agreed else {}
    return clocking.settings_for(
        (versions[version], None if agreement is None else agreements[agreement])
        for _, version, agreement in bases
    )


def _teams(desk_ids: set[int]) -> dict[tuple[int, int], int]:
    rows = Team.objects.filter(desk_id__in=desk_ids).order_by("-name").values_list("desk_id", "tier", "pk")
    return {(desk, tier): pk for desk, tier, pk in rows}


def _act(ticket: Ticket, happened: list[Happened], setting: Setting, batch: Batch) -> None:
    """Do what is due on one ticket, the earliest first; a step that moves clocks has them folded again."""
    as_of = clocking.instant_after(happened, batch.now)
    folded = clocking.fold_ticket(ticket, happened, setting, as_of)
    done = 0
    while (moment := folded.due(batch.now, done)) is not None:
        kind, data = EFFECTS[moment.kind](ticket, moment, batch)
        data["clause"] = moment.clause
        if batch.now != moment.at:
            data["noticed_at"] = batch.now.isoformat()
        batch.events.append((ticket.desk_id, ticket.pk, kind, moment.at, data))
        done += 1
        if moment.kind == "closing":
            happened.append(Happened(kind, moment.at, LAST, data))
            folded, done = clocking.fold_ticket(ticket, happened, setting, as_of), 0
    _project(ticket, folded, setting, batch, done)


def close_overdue(ticket: Ticket, happened: Sequence[Happened], setting: Setting, now: datetime) -> bool:
    """Where a locked ticket should have closed by itself before `now`, do what is due on it, as the worker would have,
    and say so. At the very instant of closing it is still open. Inside a transaction.
    """
    if ticket.status not in clocking.CLOSING_STATUSES:
        return False
    agenda = clocking.fold_ticket(ticket, happened, setting, now).agenda
    if not any(one.kind == "closing" and one.at < now for one in agenda):
        return False
    batch = Batch(now, _teams({ticket.desk_id}))
    _act(ticket, [*happened], setting, batch)
    write(batch, now)
    timers.set_many(PURPOSE, batch.dues)
    return True


LAST = 1 << 62
"""Stands for the place in the log of what is yet to be written."""


def _project(ticket: Ticket, folded: Folded, setting: Setting, batch: Batch, done: int = 0) -> None:
    clocking.project(ticket, folded, setting.policy, batch.now)
    batch.clocks += [clocking.clock_values(ticket.pk, clock) for clock in folded.clocks]
    batch.tickets.append(ticket)
    batch.dues.append((ticket.pk, ticket.desk_id, folded.next_moment_after(done)))


# -- Effects -------------------------------------------------------------------------------------------------------


Effect = tuple[str, dict[str, Any]]
"""What an effect notes: the kind of event and its data."""


def _of_clock(moment: Moment) -> dict[str, Any]:
    return {"metric": moment.metric, "cycle": moment.cycle}


def _at_risk(ticket: Ticket, moment: Moment, batch: Batch) -> Effect:
    _tell(ticket, "at risk", moment, batch, **_of_clock(moment))
    return "clock at risk", _of_clock(moment)


def _breach(ticket: Ticket, moment: Moment, batch: Batch) -> Effect:
    batch.breaches.append((ticket.pk, moment.metric, moment.cycle, moment.at, batch.now))
    _tell(ticket, "breach", moment, batch, **_of_clock(moment))
    return "promise broken", {**_of_clock(moment), "due_at": moment.at.isoformat()}


def _escalate(ticket: Ticket, moment: Moment, batch: Batch) -> Effect:
    step = moment.step
    assert step is not None
    data = {**_of_clock(moment), "at_fraction": str(step.at_fraction), "action": str(step.action)}
    if isinstance(step.action, int) and step.action > ticket.tier:
        data |= {"from_tier": ticket.tier, "tier": step.action}
        ticket.tier, ticket.assignee_id = step.action, None
        ticket.team_id = batch.teams.get((ticket.desk_id, step.action))
    _tell(ticket, "escalation", moment, batch, **data)
    return "escalated", data


def _warn_of_closing(ticket: Ticket, moment: Moment, batch: Batch) -> Effect:
    close_at = moment.close_at.isoformat() if moment.close_at else ""
    _tell_requester(ticket, "closing soon", moment, batch, close_at=close_at)
    return "closing announced", {"close_at": close_at}


def _close(ticket: Ticket, moment: Moment, batch: Batch) -> Effect:
    ticket.status, ticket.closed_at, ticket.close_reason = "closed", moment.at, moment.reason
    batch.closed.append(ticket.pk)
    _tell_requester(ticket, "closed", moment, batch, reason=moment.reason)
    return "closed", {"reason": moment.reason}


EFFECTS = {
    "at risk": _at_risk,
    "breach": _breach,
    "escalation": _escalate,
    "closing warning": _warn_of_closing,
    "closing": _close,
}


def _identity(moment: Moment) -> str:
    """What tells this letter from others of the ticket; it becomes part of a Message-ID."""
    part = f"-{float(moment.step.at_fraction):g}" if moment.step else ""
    about = f"{moment.metric}-{moment.cycle}{part}" if moment.metric else str(int(moment.at.timestamp()))
    return f"{moment.kind}-{about}".replace(" ", "-")


def _tell(ticket: Ticket, template: str, moment: Moment, batch: Batch, **references: Any) -> None:
    payload = notices.for_agents(ticket, template, clause=moment.clause, **references)
    identity = notices.identity(ticket, _identity(moment))
    batch.letters.append((ticket.desk_id, identity, ticket.pk, payload, batch.now))


def _tell_requester(ticket: Ticket, template: str, moment: Moment, batch: Batch, **references: Any) -> None:
    if ticket.requester_id is not None:
        payload = notices.for_requester(ticket, template, clause=moment.clause, **references)
        identity = notices.identity(ticket, _identity(moment))
        batch.letters.append((ticket.desk_id, identity, ticket.pk, payload, batch.now))


# -- Writing -------------------------------------------------------------------------------------------------------


def write(batch: Batch, now: datetime) -> None:
    """Write a batch that was reckoned, and set the next moment of each ticket."""
    bulk.write_events(batch.events)
    bulk.write_breaches(batch.breaches)
    if batch.closed:
        Question.objects.filter(ticket_id__in=batch.closed, answered_at=None).update(answered_at=batch.now)
    bulk.write_clocks(batch.clocks)
    bulk.update_tickets(batch.tickets, TOUCHED)
    bulk.write_letters(batch.letters)
    # Whoever awaits nothing more is finished with its timer.
    timers.set_many(PURPOSE, [due for due in batch.dues if due[2] is not None])


def reproject(tickets: Sequence[Ticket], now: datetime) -> None:
    """Fold these tickets anew and write their projections and timers; nothing falls due here.

    For changes that reach many tickets at once: events declared, closures announced. Inside a transaction.
    """
    history = clocking.events_of(ticket.pk for ticket in tickets)
    settings = load_settings(tickets)
    batch = Batch(now, {})
    for ticket in tickets:
        setting = settings[ticket.basis]
        happened = history[ticket.pk]
        folded = clocking.fold_ticket(ticket, happened, setting, clocking.instant_after(happened, now))
        _project(ticket, folded, setting, batch)
    bulk.write_clocks(batch.clocks)
    bulk.update_tickets(batch.tickets, clocking.TICKET_FIELDS)
    timers.set_many(PURPOSE, batch.dues)
