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
from remit.desk.foundation import events, outbox, timers
from remit.desk.foundation.actors import SYSTEM
from remit.desk.foundation.models import Outbox, Timer
from remit.desk.policies.models import PolicyVersion
from remit.desk.tickets import bulk, clocking, notices
from remit.desk.tickets.clocking import Folded, Happened, Moment, Setting
from remit.desk.tickets.models import Breach, Clock, Question, Ticket

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
    """All that one batch will write."""

    now: datetime
    teams: dict[tuple[int, int], int]
    events: list[events.NewEvent] = field(default_factory=list)
    breaches: list[Breach] = field(default_factory=list)
    letters: list[Outbox] = field(default_factory=list)
    clocks: list[Clock] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)
    dues: list[tuple[int, int, datetime | None]] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)


def lock(ticket_ids: list[int]) -> None:
    """Lock the tickets in the order of their keys, before their timers are."""
    list(
        Ticket.objects.filter(pk__in=ticket_ids)
        .order_by("pk")
        .select_for_update()
        .values_list("pk", flat=True)
    )


def fire(due: list[Timer], now: datetime) -> None:
    """Do everything that has fallen due on these tickets by `now`, and set the next moment of each."""
    found = Ticket.objects.in_bulk([timer.subject_id for timer in due])
    tickets = list(found.values())
    history = clocking.events_of(found)
    settings = load_settings(tickets)
    batch = Batch(now, _teams({ticket.desk_id for ticket in tickets}))
    for ticket in tickets:
        _act(ticket, history[ticket.pk], settings[ticket.desk_id, ticket.version_id], batch)
    _write(batch)


def load_settings(tickets: Iterable[Ticket]) -> dict[tuple[int, int], Setting]:
    """The settings of these tickets, by (desk, version)."""
    pairs = {(ticket.desk_id, ticket.version_id) for ticket in tickets}
    versions = PolicyVersion.objects.filter(pk__in={version for _, version in pairs}).defer(
        "source", "holidays"
    )
    return clocking.settings_for({desk for desk, _ in pairs}, versions)


def _teams(desk_ids: set[int]) -> dict[tuple[int, int], int]:
    rows = Team.objects.filter(desk_id__in=desk_ids).order_by("-name").values_list("desk_id", "tier", "pk")
    return {(desk, tier): pk for desk, tier, pk in rows}


def _act(ticket: Ticket, happened: list[Happened], setting: Setting, batch: Batch) -> None:
    """Do what is due on one ticket, the earliest first; a step that moves clocks has them folded again."""
    folded = clocking.fold_ticket(ticket, happened, setting, batch.now)
    while (moment := folded.due(batch.now)) is not None:
        new = EFFECTS[moment.kind](ticket, moment, batch)
        happened.append(Happened(new.kind, new.at, 1 << 62, new.data))
        batch.events.append(new)
        if moment.kind == "closing":
            folded = clocking.fold_ticket(ticket, happened, setting, batch.now)
        else:
            folded = Folded(folded.by_metric, folded.clocks, folded.agenda[1:])
    batch.clocks += clocking.project(ticket, folded, setting.policy, batch.now)
    batch.tickets.append(ticket)
    batch.dues.append((ticket.pk, ticket.desk_id, folded.next_moment))


# -- Effects -------------------------------------------------------------------------------------------------------


def _event(ticket: Ticket, kind: str, moment: Moment, batch: Batch, **data: Any) -> events.NewEvent:
    data = {**data, "clause": moment.clause}
    if batch.now != moment.at:
        data["noticed_at"] = batch.now.isoformat()
    return events.NewEvent(ticket.desk_id, ("ticket", ticket.pk), kind, moment.at, SYSTEM, data)


def _of_clock(moment: Moment) -> dict[str, Any]:
    return {"metric": moment.metric, "cycle": moment.cycle}


def _at_risk(ticket: Ticket, moment: Moment, batch: Batch) -> events.NewEvent:
    _tell(ticket, "at risk", moment, batch, **_of_clock(moment))
    return _event(ticket, "clock at risk", moment, batch, **_of_clock(moment))


def _breach(ticket: Ticket, moment: Moment, batch: Batch) -> events.NewEvent:
    row = Breach(
        ticket=ticket, metric=moment.metric, cycle=moment.cycle, due_at=moment.at, noticed_at=batch.now
    )
    batch.breaches.append(row)
    _tell(ticket, "breach", moment, batch, **_of_clock(moment))
    return _event(ticket, "promise broken", moment, batch, due_at=moment.at.isoformat(), **_of_clock(moment))


def _escalate(ticket: Ticket, moment: Moment, batch: Batch) -> events.NewEvent:
    step = moment.step
    assert step is not None
    data = {**_of_clock(moment), "at_fraction": str(step.at_fraction), "action": str(step.action)}
    if isinstance(step.action, int) and step.action > ticket.tier:
        data |= {"from_tier": ticket.tier, "tier": step.action}
        ticket.tier, ticket.assignee_id = step.action, None
        ticket.team_id = batch.teams.get((ticket.desk_id, step.action), ticket.team_id)
    _tell(ticket, "escalation", moment, batch, **data)
    return _event(ticket, "escalated", moment, batch, **data)


def _warn_of_closing(ticket: Ticket, moment: Moment, batch: Batch) -> events.NewEvent:
    close_at = moment.close_at.isoformat() if moment.close_at else ""
    _tell_requester(ticket, "closing soon", moment, batch, close_at=close_at, clause=moment.clause)
    return _event(ticket, "closing announced", moment, batch, close_at=close_at)


def _close(ticket: Ticket, moment: Moment, batch: Batch) -> events.NewEvent:
    ticket.status, ticket.closed_at, ticket.close_reason = "closed", moment.at, moment.reason
    batch.closed.append(ticket.pk)
    _tell_requester(ticket, "closed", moment, batch, reason=moment.reason, clause=moment.clause)
    return _event(ticket, "closed", moment, batch, reason=moment.reason)


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
    letter = notices.to_agents(ticket, template, _identity(moment), due_at=batch.now, **references)
    batch.letters.append(letter)


def _tell_requester(ticket: Ticket, template: str, moment: Moment, batch: Batch, **references: Any) -> None:
    letter = notices.to_requester(ticket, template, _identity(moment), due_at=batch.now, **references)
    if letter is not None:
        batch.letters.append(letter)


# -- Writing -------------------------------------------------------------------------------------------------------


def _write(batch: Batch) -> None:
    events.append_many(batch.events)
    if batch.breaches:
        Breach.objects.bulk_create(batch.breaches, ignore_conflicts=True, batch_size=2000)
    if batch.closed:
        Question.objects.filter(ticket_id__in=batch.closed, answered_at=None).update(answered_at=batch.now)
    bulk.write_clocks(batch.clocks)
    bulk.update_tickets(batch.tickets, TOUCHED)
    if batch.letters:
        outbox.put_many(batch.letters)
    timers.set_many(PURPOSE, batch.dues)


def reproject(tickets: Sequence[Ticket], now: datetime) -> None:
    """Fold these tickets anew and write their projections and timers; nothing falls due here.

    For changes that reach many tickets at once: events declared, closures announced. Inside a transaction.
    """
    history = clocking.events_of(ticket.pk for ticket in tickets)
    settings = load_settings(tickets)
    batch = Batch(now, {})
    for ticket in tickets:
        setting = settings[ticket.desk_id, ticket.version_id]
        folded = clocking.fold_ticket(ticket, history[ticket.pk], setting, now)
        batch.clocks += clocking.project(ticket, folded, setting.policy, now)
        batch.dues.append((ticket.pk, ticket.desk_id, folded.next_moment))
    batch.tickets = list(tickets)
    bulk.write_clocks(batch.clocks)
    bulk.update_tickets(batch.tickets, clocking.TICKET_FIELDS)
    timers.set_many(PURPOSE, batch.dues)
