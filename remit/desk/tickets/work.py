"""One change of one ticket: what every action does around its own few lines.

`with change(ticket, actor=…, now=…) as work:` opens the transaction, locks the ticket and reads its history. The
action sets fields, writes messages and notes events on `work`. At the end the events are appended, the clocks folded
anew, their projections and the ticket written, its one timer set, and the letters put into the outbox.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from remit.desk.foundation import events, outbox, timers
from remit.desk.foundation.actors import Actor
from remit.desk.foundation.errors import DeskError, Refused
from remit.desk.foundation.models import Outbox
from remit.desk.policies import store
from remit.desk.tickets import bulk, clocking, notices
from remit.desk.tickets import timers as ticket_timers
from remit.desk.tickets.clocking import Happened, Setting
from remit.desk.tickets.models import Clock, Message, MessageText, Question, Ticket
from remit.policy.document.policy import Policy

CHANGED = [
    "status",
    "outcome",
    "priority",
    "category",
    "topic",
    "tier",
    "team_id",
    "assignee_id",
    "entitlement_id",
    "completed_at",
    "solved_at",
    "solved_as",
    "closed_at",
    "close_reason",
    "is_contested",
    "linked_to_id",
    "facts",
]


@dataclass
class Work:
    """A ticket under change, with what the change needs at hand."""

    ticket: Ticket
    actor: Actor
    now: datetime
    setting: Setting
    happened: list[Happened]
    noted: list[events.NewEvent] = field(default_factory=list)
    letters: list[Outbox] = field(default_factory=list)

    @property
    def policy(self) -> Policy:
        """The version the ticket is pinned to, compiled."""
        return self.setting.policy

    def note(self, kind: str, data: Mapping[str, Any] | None = None, at: datetime | None = None) -> None:
        """Note that something happened; `data` holds references and numbers only."""
        subject = ("ticket", self.ticket.pk)
        self.noted.append(
            events.NewEvent(self.ticket.desk_id, subject, kind, at or self.now, self.actor, data or {})
        )

    def say(self, kind: str, body: str, *, channel: str, raw: str = "", **fields: Any) -> Message:
        """Write a message of the conversation, its words apart."""
        message = Message.objects.create(
            ticket=self.ticket,
            kind=kind,
            channel=channel,
            created_at=self.now,
            **self._author(kind),
            **fields,
        )
        message.text = MessageText.objects.create(message=message, body=body, raw=raw)
        return message

    def _author(self, kind: str) -> dict[str, Any]:
        if kind == "automatic" or self.actor.kind not in ("agent", "contact"):
            return {}
        return {f"author_{self.actor.kind}_id": self.actor.id}

    def tell_requester(self, template: str, identity: str, **references: Any) -> None:
        """Put a letter to the requester into the outbox."""
        letter = notices.to_requester(self.ticket, template, identity, due_at=self.now, **references)
        if letter is not None:
            self.letters.append(letter)

    def tell_agents(self, template: str, identity: str, **references: Any) -> None:
        """Put a letter to those who work on the ticket into the outbox."""
        self.letters.append(notices.to_agents(self.ticket, template, identity, due_at=self.now, **references))

    def stop_waiting(self) -> bool:
        """End any waiting for the requester, each by its own reason: their questions count as answered.

        Says whether any was open.
        """
        open_questions = Question.objects.filter(ticket=self.ticket, answered_at=None)
        was_open = open_questions.update(answered_at=self.now) > 0
        reasons = self.open_waits()
        if not reasons and (was_open or self.ticket.status == "pending"):
            reasons = [self.waits_because()]
        for reason in reasons:
            self.note("waiting ended", {"reason": reason})
        return bool(reasons)

    def open_waits(self) -> list[str]:
        """The reasons of every waiting that began and has not ended, oldest first."""
        reasons: list[str] = []
        for one in (*self.happened, *self.noted):
            reason = str(one.data.get("reason", "waiting for the customer"))
            if one.kind == "waiting started" and reason not in reasons:
                reasons.append(reason)
            elif one.kind == "waiting ended" and reason in reasons:
                reasons.remove(reason)
            elif one.kind == "request completed" and "incomplete at intake" in reasons:
                reasons.remove("incomplete at intake")
            elif one.kind == "solved":
                reasons.clear()
        return reasons

    def waits_because(self) -> str:
        """Why the ticket waits now: the reason of the last waiting that was noted."""
        for one in reversed(self.happened):
            if one.kind == "waiting started":
                return str(one.data.get("reason", ""))
        return "waiting for the customer"

    def finish(self) -> None:
        """Write everything: see the module."""
        saved = events.append_many(self.noted)
        self.happened += [Happened(one.kind, one.at, one.pk, one.data) for one in saved]
        folded = clocking.fold_ticket(self.ticket, self.happened, self.setting, self.now)
        clocking.project(self.ticket, folded, self.policy, self.now)
        bulk.write_clocks([clocking.clock_values(self.ticket.pk, clock) for clock in folded.clocks])
        self._drop_stale({(str(clock.metric), clock.cycle) for clock in folded.clocks})
        self.ticket.save(
            update_fields=[*(name.removesuffix("_id") for name in CHANGED), *clocking.TICKET_FIELDS]
        )
        timers.set_due("ticket", self.ticket.pk, self.ticket.desk_id, folded.next_moment)
        if self.letters:
            outbox.put_many(self.letters)

    def _drop_stale(self, kept: set[tuple[str, int]]) -> None:
        """Take away projections of cycles that the events no longer give (facts corrected as of receipt)."""
        stored = Clock.objects.filter(ticket=self.ticket).values_list("pk", "metric", "cycle")
        stale = [pk for pk, metric, cycle in stored if (metric, cycle) not in kept]
        if stale:
            Clock.objects.filter(pk__in=stale).delete()


@contextmanager
def change(ticket: Ticket, *, actor: Actor, now: datetime, closed_too: bool = False) -> Iterator[Work]:
    """Change a ticket in one transaction. Raises `Refused` where it is closed, unless the action is for such."""
    with taking_up(ticket, actor=actor, now=now) as works:
        work = works[ticket.pk]
        if not closed_too:
            refuse_closed(work)
        yield work
        work.finish()
    refresh(ticket, work.ticket)


def refuse_closed(work: Work) -> None:
    """Raise `Refused` where the ticket is closed."""
    if work.ticket.status == "closed":
        raise Refused(
            gettext("%s is closed, so this can't be done any more.") % work.ticket.shown_number,
            next=gettext("Reopen it, or open a new request that links to it."),
        )


@contextmanager
def taking_up(*tickets: Ticket, actor: Actor, now: datetime) -> Iterator[dict[int, Work]]:
    """These tickets, locked, each with its history and setting, by key; in one transaction.

    One that should have closed by itself before `now` is closed first, as of when that fell due, however late the
    worker is (design §2.4); that stays done where what was to be done is refused.
    """
    refusal: DeskError | None = None
    with transaction.atomic():
        works = {pk: _taken_up(pk, actor, now) for pk in sorted(one.pk for one in tickets)}
        closed = [work for work in works.values() if _close_overdue(work)]
        try:
            with transaction.atomic(savepoint=bool(closed)):
                yield works
        except DeskError as error:
            if not closed:
                raise
            refusal = error
    if refusal is not None:
        for ticket in tickets:
            refresh(ticket, Ticket.objects.get(pk=ticket.pk))
        raise refusal


def _close_overdue(work: Work) -> bool:
    has_closed = ticket_timers.close_overdue(work.ticket, work.happened, work.setting, work.now)
    if has_closed:
        work.happened = clocking.events_of([work.ticket.pk])[work.ticket.pk]
    return has_closed


def _taken_up(key: int, actor: Actor, now: datetime) -> Work:
    """One ticket of `taking_up`. The work's own `now` is the instant that all of it happens at: see
    `clocking.instant_after`.
    """
    whole = Ticket.objects.select_related("desk", "agreement").defer(
        "agreement__source", "agreement__holidays"
    )
    locked = whole.select_for_update(of=("self",)).get(pk=key)
    version = next(one for one in store.versions_of(locked.desk_id) if one.id == locked.version_id)
    setting = clocking.settings_for([(version, locked.agreement)])[locked.basis]
    happened = clocking.events_of([locked.pk])[locked.pk]
    return Work(locked, actor, clocking.instant_after(happened, now), setting, happened)


def refresh(ticket: Ticket, changed: Ticket) -> None:
    """Bring the caller's own ticket up to what was written."""
    if ticket is changed:
        return
    for column in Ticket._meta.concrete_fields:
        setattr(ticket, column.attname, getattr(changed, column.attname))
    ticket._state.fields_cache.clear()
    ticket.__dict__.pop("_prefetched_objects_cache", None)
