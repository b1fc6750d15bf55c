"""Appending to the history. An event says what happened to which subject, when, and by whom; its data holds references
and numbers, never personal text, so that erasing a person leaves history whole.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from remit.desk.foundation.actors import Actor
from remit.desk.foundation.models import Event

Subject = tuple[str, int]


@dataclass(frozen=True, slots=True)
class NewEvent:
    """What `append` takes, as one value, for `append_many`."""

    desk_id: int
    subject: Subject
    kind: str
    at: datetime
    actor: Actor
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def columns(self) -> dict[str, Any]:
        """Return its values by the names of the row's attributes."""
        subject_kind, subject_id = self.subject
        return {
            "desk_id": self.desk_id,
            "subject_kind": subject_kind,
            "subject_id": subject_id,
            "kind": self.kind,
            "at": self.at,
            "actor_kind": self.actor.kind,
            "actor_id": self.actor.id,
            "data": dict(self.data),
        }

    def row(self) -> Event:
        """Return the row, not yet saved."""
        return Event(**self.columns)


def append(
    desk_id: int,
    subject: Subject,
    kind: str,
    at: datetime,
    actor: Actor,
    data: Mapping[str, Any] | None = None,
) -> Event:
    """Add one event. `subject` is its kind and key, `kind` a verb in the past tense ("reply sent"), `at` the instant at
    which it took effect, which may lie before this one.
    """
    event = NewEvent(desk_id, subject, kind, at, actor, data or {}).row()
    event.save(force_insert=True)
    return event


def append_many(events: Iterable[NewEvent]) -> list[Event]:
    """Add many events in one statement, in the order given."""
    return Event.objects.bulk_create([event.row() for event in events], batch_size=2000)


def of_subject(subject: Subject) -> QuerySet[Event]:
    """Return what happened to the subject, in the order in which it was written down."""
    return Event.objects.filter(subject_kind=subject[0], subject_id=subject[1]).order_by("id")
