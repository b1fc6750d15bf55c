"""Replaying what is stored: decisions and clocks must come out of their records again (`remit verify`).

Reads in batches and writes nothing. A decision whose personal text was erased is replayed with the text hidden; it is
reported as erased instead of as different where that matters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from remit.desk.policies import ledger, store
from remit.desk.policies.models import Decision
from remit.desk.tickets import clocking
from remit.desk.tickets import facts as ticket_facts
from remit.desk.tickets.models import Clock, Ticket, TicketText
from remit.desk.tickets.timers import load_settings

AT_ONCE = 500
REPLAYED = ("intake", "again")


@dataclass(frozen=True, slots=True)
class Difference:
    """One record that doesn't come out as it is stored. `kind`: decision, clock, erased."""

    kind: str
    ticket: str
    record: int
    message: str


@dataclass(slots=True)
class Count:
    """How much was looked at."""

    decisions: int = 0
    clocks: int = 0


def differences(decisions: Any, tickets: Any, now: datetime, count: Count) -> Iterator[Difference]:
    """Everything in these decisions and tickets that differs from what its records give."""
    for part in _batches(
        decisions.filter(kind__in=REPLAYED).select_related("ticket__desk", "version", "agreement")
    ):
        yield from _of_decisions(part, count)
    for part in _batches(tickets.select_related("desk")):
        yield from _of_clocks(part, now, count)


def _batches(rows: Any) -> Iterator[list[Any]]:
    last = 0
    while True:
        part = list(rows.filter(pk__gt=last).order_by("pk")[:AT_ONCE])
        if not part:
            return
        yield part
        last = part[-1].pk


# -- Decisions -----------------------------------------------------------------------------------------------------


def _of_decisions(part: list[Decision], count: Count) -> Iterator[Difference]:
    ids = {row.ticket_id for row in part if row.ticket_id is not None}
    texts = dict(TicketText.objects.filter(pk__in=ids).values_list("ticket_id", "answers"))
    for row in part:
        count.decisions += 1
        found = _replayed(row, texts.get(row.ticket_id or 0))
        if found is not None:
            yield found


def _replayed(row: Decision, texts: dict[str, list[str]] | None) -> Difference | None:
    name = row.ticket.shown_number if row.ticket is not None else "no ticket"
    policy = store.policy_of(row)
    facts = ticket_facts.read_back(row.facts, policy, texts)
    judged = policy.decide(facts, least_change=True)
    given = {**ledger.parts_of(judged, policy, row.facts)}
    differing = [part for part in (*ledger.COLUMNS, "rest") if given[part] != getattr(row, part)]
    if not differing:
        return None
    kind = "erased" if ticket_facts.has_erased_text(row.facts, texts) else "decision"
    message = f"{', '.join(differing)} would come out otherwise (outcome {row.outcome}, replayed {given['outcome']})"
    return Difference(kind, name, row.pk, message)


# -- Clocks --------------------------------------------------------------------------------------------------------

COMPARED = ("state", "started_at", "due_at", "met_at", "breached_at", "target", "clause")
MOVING = {"waiting to start", "running", "paused", "breached"}
"""States that time alone changes: a stored one may be older than now, if nothing fell due in between."""


def _of_clocks(part: list[Ticket], now: datetime, count: Count) -> Iterator[Difference]:
    history = clocking.events_of(ticket.pk for ticket in part)
    settings = load_settings(part)
    stored: dict[int, dict[tuple[str, int], Clock]] = {ticket.pk: {} for ticket in part}
    for clock in Clock.objects.filter(ticket_id__in=stored):
        stored[clock.ticket_id][clock.metric, clock.cycle] = clock
    for ticket in part:
        setting = settings[ticket.basis]
        folded = clocking.fold_ticket(ticket, history[ticket.pk], setting, now)
        given = {(str(one.metric), one.cycle): clocking.clock_row(ticket.pk, one) for one in folded.clocks}
        count.clocks += len(given)
        yield from _compared(ticket, given, stored[ticket.pk])


def _compared(
    ticket: Ticket, given: dict[tuple[str, int], Clock], stored: dict[tuple[str, int], Clock]
) -> Iterable[Difference]:
    for key in sorted(given.keys() | stored.keys()):
        ours, theirs = given.get(key), stored.get(key)
        label = f"{key[0]} {key[1]}"
        if ours is None or theirs is None:
            message = f"{label} is stored and not owed" if ours is None else f"{label} is owed and not stored"
            yield Difference("clock", ticket.shown_number, theirs.pk if theirs else 0, message)
            continue
        differing = [name for name in COMPARED if not _agree(name, ours, theirs)]
        if differing:
            stands = ", ".join(
                f"{name}: {getattr(theirs, name)} → {getattr(ours, name)}" for name in differing
            )
            yield Difference("clock", ticket.shown_number, theirs.pk, f"{label}: {stands}")


def _agree(name: str, ours: Clock, theirs: Clock) -> bool:
    a, b = getattr(ours, name), getattr(theirs, name)
    if a == b:
        return True
    if name == "state":
        return a in MOVING and b in MOVING
    return name == "breached_at" and b is None and theirs.state in MOVING and a == theirs.due_at
