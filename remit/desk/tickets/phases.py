"""Ends of phases of cover: each is noted in the entitlement's history when it comes, and its people are told.

The phase itself is computed, never stored; the timer only marks the moment.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from remit.desk.entitlements.cover import histories
from remit.desk.entitlements.models import Entitlement
from remit.desk.foundation import events, outbox, timers
from remit.desk.foundation.actors import SYSTEM, Actor
from remit.desk.foundation.models import Event, Outbox, Timer
from remit.desk.policies import store
from remit.desk.policies.holding import timeline_in_force
from remit.policy.cover import Timeline

PURPOSE = "entitlement"


def lock(entitlement_ids: list[int]) -> None:
    """Lock the entitlements in the order of their keys."""
    rows = Entitlement.objects.filter(pk__in=entitlement_ids).order_by("pk").select_for_update()
    list(rows.values_list("pk", flat=True))


def set_timer(entitlement: Entitlement, actor: Actor, now: datetime, is_gain: bool) -> None:
    """Await the next end of a phase."""
    found = timeline_in_force(entitlement, store.versions_of(entitlement.desk_id), now)
    due = found.next_end(now) if found else None
    timers.set_due(PURPOSE, entitlement.pk, entitlement.desk_id, due)


def fire(due: list[Timer], now: datetime) -> None:
    """Note the phases that ended by `now`, tell the holder's people, and await the next end."""
    found = Entitlement.objects.select_related("desk").in_bulk([timer.subject_id for timer in due])
    history = histories(found)
    versions = {desk: store.versions_of(desk) for desk in {one.desk_id for one in found.values()}}
    agreed = store.agreements_at((one.customer_id for one in found.values()), now)
    noted = _noted(found)
    new: list[events.NewEvent] = []
    letters: list[Outbox] = []
    dues: list[tuple[int, int, datetime | None]] = []
    for timer in due:
        entitlement = found.get(timer.subject_id)
        if entitlement is None or timer.due_at is None:
            continue
        line = timeline_in_force(
            entitlement,
            versions[entitlement.desk_id],
            now,
            history=history[entitlement.pk],
            agreements=agreed,
        )
        for period in _ended(line, timer.due_at, now):
            if (entitlement.pk, period.ends_at.isoformat()) not in noted:
                new.append(_event(entitlement, period, line))
                letters += _letters(entitlement, period, now)
        dues.append((entitlement.pk, entitlement.desk_id, line.next_end(now) if line else None))
    events.append_many(new)
    outbox.put_many(letters)
    timers.set_many(PURPOSE, dues)


def _noted(found: Iterable[int]) -> set[tuple[int, str]]:
    rows = Event.objects.filter(subject_kind="entitlement", subject_id__in=list(found), kind="phase ended")
    return {(subject, data.get("ended_at", "")) for subject, data in rows.values_list("subject_id", "data")}


def _ended(line: Timeline | None, since: datetime, now: datetime) -> list[Any]:
    periods = line.periods if line else ()
    return [
        one
        for one in periods
        if one.ends_at is not None and since <= one.ends_at <= now and one.phase != "none"
    ]


def _event(entitlement: Entitlement, period: Any, line: Timeline | None) -> events.NewEvent:
    follows = line.at(period.ends_at).phase if line else ""
    data = {
        "phase": period.phase,
        "follows": follows,
        "clause": period.clause,
        "ended_at": period.ends_at.isoformat(),
    }
    subject = ("entitlement", entitlement.pk)
    return events.NewEvent(entitlement.desk_id, subject, "phase ended", period.ends_at, SYSTEM, data)


def _letters(entitlement: Entitlement, period: Any, now: datetime) -> list[Outbox]:
    """To everyone with a standing of their own in it, else to all the customer's contacts."""
    named = list(entitlement.standings.exclude(standing="contractor").values_list("contact_id", flat=True))
    people = named or list(entitlement.customer.contacts.values_list("pk", flat=True)[:20])
    payload = {"template": "phase ended", "entitlement": entitlement.pk, "phase": period.phase}
    return [
        outbox.new(
            entitlement.desk_id,
            "email",
            f"entitlement-{entitlement.pk}-ended-{int(period.ends_at.timestamp())}-{contact}",
            due_at=now,
            payload={**payload, "contact": contact},
        )
        for contact in people
    ]


def set_all(desk_id: int, now: datetime) -> None:
    """Set the timers of every entitlement of a desk, as after a change of its policy."""
    rows = list(Entitlement.objects.filter(desk_id=desk_id))
    history, versions = histories(one.pk for one in rows), store.versions_of(desk_id)
    agreed = store.agreements_at((one.customer_id for one in rows), now)
    lines = [
        (one, timeline_in_force(one, versions, now, history=history[one.pk], agreements=agreed))
        for one in rows
    ]
    timers.set_many(
        PURPOSE, [(one.pk, one.desk_id, line.next_end(now) if line else None) for one, line in lines]
    )
