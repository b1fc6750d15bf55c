"""Ends of phases of cover: each is noted in the entitlement's history when it comes, and its people are told; before
it, where the policy says so, they are reminded of it (C24-2). What comes to a phase in which the policy lets it be
archived is archived at that moment where the desk archives at once, and otherwise waits for a person (IEX-13).

The phase itself is computed, never stored; the timer only marks the moment, and since when something may be archived is
a projection, written here with each timer.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from remit.desk.entitlements.actions import record_happening
from remit.desk.entitlements.cover import histories
from remit.desk.entitlements.models import Entitlement
from remit.desk.foundation import events, outbox, timers
from remit.desk.foundation.actors import SYSTEM, Actor
from remit.desk.foundation.models import Event, Outbox, Timer
from remit.desk.policies import store
from remit.desk.policies.holding import timeline_in_force
from remit.policy.cover import Period, Timeline

PURPOSE = "entitlement"
ENDED, ENDING, ARCHIVED = "phase ended", "phase ending", "archived"
AT_ONCE = "at once"


def lock(entitlement_ids: list[int]) -> None:
    """Lock the entitlements in the order of their keys."""
    rows = Entitlement.objects.filter(pk__in=entitlement_ids).order_by("pk").select_for_update()
    list(rows.values_list("pk", flat=True))


def follow(entitlement: Entitlement, actor: Actor, now: datetime, kind: str) -> None:
    """Await the next end of a phase, or the reminder of it, after a change of a right; that something was archived is
    told to the holder's people.
    """
    line = timeline_in_force(entitlement, store.versions_of(entitlement.desk_id), now)
    entitlement.refresh_from_db(fields=["archivable_at"])  # the caller may have read it long ago
    _await([(entitlement, line)], now)
    if kind == ARCHIVED and line is not None:
        outbox.put_many(_letters(entitlement, line.at(now), ARCHIVED, now))


def _await(lines: Iterable[tuple[Entitlement, Timeline | None]], now: datetime) -> None:
    """Set the timer of each to what is next on its line, and write since when it may be archived."""
    dues: list[tuple[int, int, datetime | None]] = []
    moved: list[Entitlement] = []
    for one, line in lines:
        dues.append((one.pk, one.desk_id, line.next_due(now) if line else None))
        here = line.at(now) if line else None
        since = here.starts_at if here is not None and here.archived_under else None
        if one.archivable_at != since:
            one.archivable_at = since
            moved.append(one)
    timers.set_many(PURPOSE, dues)
    Entitlement.objects.bulk_update(moved, ["archivable_at"], batch_size=500)


def fire(due: list[Timer], now: datetime) -> None:
    """Note the phases that ended by `now` and the reminders that came due, tell the holder's people, and await what is
    next. Of a phase that is over already nobody is reminded any more, nor of one that a renewal has prolonged.
    """
    found = Entitlement.objects.select_related("desk").in_bulk([timer.subject_id for timer in due])
    history = histories(found)
    versions = {desk: store.versions_of(desk) for desk in {one.desk_id for one in found.values()}}
    agreed = store.agreements_at((one.customer_id for one in found.values()), now)
    noted = _noted(found)
    new: list[events.NewEvent] = []
    letters: list[Outbox] = []
    to_archive: list[tuple[Entitlement, Period]] = []
    lines: list[tuple[Entitlement, Timeline | None]] = []
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
        archives = _archives(entitlement, line, timer.due_at, now)
        for period in _ended(line, timer.due_at, now):
            if (entitlement.pk, ENDED, period.ends_at.isoformat()) not in noted:
                new.append(_ended_event(entitlement, period, line))
                if archives is None or period.ends_at != archives.starts_at:
                    letters += _letters(entitlement, period, ENDED, now)
        for period in _ending(line, timer.due_at, now):
            if (entitlement.pk, ENDING, period.ends_at.isoformat()) not in noted:
                new.append(_ending_event(entitlement, period))
                letters += _letters(entitlement, period, ENDING, now)
        if archives is None:
            lines.append((entitlement, line))
        else:
            to_archive.append((entitlement, archives))
    events.append_many(new)
    outbox.put_many(letters)
    _await(lines, now)
    for entitlement, period in to_archive:
        record_happening(
            entitlement,
            ARCHIVED,
            at=period.starts_at,
            clause=period.archived_under,
            actor=SYSTEM,
            now=now,
        )


def _archives(
    entitlement: Entitlement, line: Timeline | None, since: datetime, now: datetime
) -> Period | None:
    """The phase because of which it is archived now: one that began since the timer was due and in which the policy
    lets it be, at a desk that archives at once (IEX-13).
    """
    here = line.at(now) if line is not None and entitlement.desk.archiving == AT_ONCE else None
    is_new = here is not None and here.starts_at is not None and here.starts_at >= since
    return here if is_new and here is not None and here.archived_under else None


def _noted(found: Iterable[int]) -> set[tuple[int, str, str]]:
    """What was said before: of which entitlement, whether of an end or ahead of it, and of which end."""
    rows = Event.objects.filter(
        subject_kind="entitlement", subject_id__in=list(found), kind__in=[ENDED, ENDING]
    )
    return {
        (subject, kind, data.get("ended_at") or data.get("ends_at", ""))
        for subject, kind, data in rows.values_list("subject_id", "kind", "data")
    }


def _ended(line: Timeline | None, since: datetime, now: datetime) -> list[Any]:
    periods = line.periods if line else ()
    return [
        one
        for one in periods
        if one.ends_at is not None and since <= one.ends_at <= now and one.phase != "none"
    ]


def _ending(line: Timeline | None, since: datetime, now: datetime) -> list[Any]:
    period = line.at(now) if line else None
    if period is None or period.reminds_at is None or not since <= period.reminds_at <= now:
        return []
    return [period]


def _ended_event(entitlement: Entitlement, period: Any, line: Timeline | None) -> events.NewEvent:
    follows = line.at(period.ends_at).phase if line else ""
    data = {
        "phase": period.phase,
        "follows": follows,
        "clause": period.clause,
        "ended_at": period.ends_at.isoformat(),
    }
    subject = ("entitlement", entitlement.pk)
    return events.NewEvent(entitlement.desk_id, subject, ENDED, period.ends_at, SYSTEM, data)


def _ending_event(entitlement: Entitlement, period: Any) -> events.NewEvent:
    data = {"phase": period.phase, "clause": period.clause, "ends_at": period.ends_at.isoformat()}
    subject = ("entitlement", entitlement.pk)
    return events.NewEvent(entitlement.desk_id, subject, ENDING, period.reminds_at, SYSTEM, data)


def _letters(entitlement: Entitlement, period: Any, template: str, now: datetime) -> list[Outbox]:
    """To everyone with a standing of their own in it, else to all the customer's contacts."""
    named = list(entitlement.standings.exclude(standing="contractor").values_list("contact_id", flat=True))
    people = named or list(entitlement.customer.contacts.values_list("pk", flat=True)[:20])
    payload = {"template": template, "entitlement": entitlement.pk, "phase": period.phase}
    moment = period.starts_at if template == ARCHIVED else period.ends_at
    if template == ENDING:
        payload["ends_at"] = moment.isoformat()
    if template == ARCHIVED:
        payload |= {"on": moment.astimezone(entitlement.desk.tz).date().isoformat(), "clause": period.clause}
    which = template.removeprefix("phase ")
    return [
        outbox.new(
            entitlement.desk_id,
            "email",
            f"entitlement-{entitlement.pk}-{which}-{int(moment.timestamp())}-{contact}",
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
    _await(
        (
            (one, timeline_in_force(one, versions, now, history=history[one.pk], agreements=agreed))
            for one in rows
        ),
        now,
    )
