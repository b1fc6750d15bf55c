"""What can happen to a ticket as far as its clocks care. The full event log lives in the desk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class EventKind(StrEnum):
    """The kinds of events; the comment names what `ClockEvent.data` holds (instants aware or ISO text)."""

    RECEIVED = "received"  # at: when the request reached us; for a caller, the call
    COMPLETED = "completed"  # all required facts are known
    ACCEPTED_FOR_WORK = "accepted_for_work"  # a decision taken later that an answer is owed
    CONTESTED = "contested"
    PUBLIC_REPLY = "public_reply"  # by a person
    AUTOMATIC_MESSAGE = "automatic_message"
    NOTE = "note"
    REQUESTER_MESSAGE = "requester_message"  # official: bool, yes unless said
    WAITING_STARTED = (
        "waiting_started"  # reason, clause, question, again: bool (asked because of what just came)
    )
    WAITING_ENDED = "waiting_ended"  # reason
    PRIORITY_CHANGED = "priority_changed"  # old, new, misjudged, reason
    ESTIMATE_GIVEN = "estimate_given"
    HELD = "held"  # reason, clause
    UNHELD = "unheld"
    SOLVED = "solved"
    REOPENED = "reopened"
    CLOSED = "closed"  # reason
    MERGED_IN = "merged_in"  # candidates: what `merging.donor_candidates` gave
    EVENT_DECLARED = "event_declared"  # name, starts_at, declared_at, ends_at, metrics, clause
    EVENT_ENDED = "event_ended"  # name, at
    STARTED = "started"  # metric: a clock that people start, such as a refund's
    MET = "met"  # metric: what that clock was waiting for is done
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class ClockEvent:
    """Something that happened `at` a UTC instant; `seq` orders what the log wrote one after the other."""

    kind: EventKind
    at: datetime
    seq: int = 0
    data: Mapping[str, Any] = field(default_factory=dict)


# Receipt comes first since nothing can happen to a ticket before it exists; then stop, cancel, pause, start.
_RANK = {
    EventKind.RECEIVED: 0,
    EventKind.PUBLIC_REPLY: 1,
    EventKind.ESTIMATE_GIVEN: 1,
    EventKind.MET: 1,
    EventKind.SOLVED: 2,
    EventKind.CLOSED: 3,
    EventKind.CANCELLED: 3,
    EventKind.WAITING_STARTED: 4,
    EventKind.HELD: 4,
    EventKind.EVENT_DECLARED: 4,
}
_LAST = 5


def in_order(events: Iterable[ClockEvent], until: datetime | None) -> list[ClockEvent]:
    """The events up to and including `until`, in time; at one instant stop, cancel, pause, start (design
    §5)."""
    rank = _RANK.get
    placed = [
        (event.at, rank(event.kind, _LAST), event.seq, place, event)
        for place, event in enumerate(events)
        if until is None or event.at <= until
    ]
    placed.sort()
    return [event for *_, event in placed]


def is_answer(message: ClockEvent, question: ClockEvent) -> bool:
    """Whether a message of the requester's, at a question's instant or later, answers it. What the rules ask again was
    asked knowing what came at that instant, so that doesn't.
    """
    return message.at != question.at or not question.data.get("again", False)


def instant(value: datetime | str) -> datetime:
    """An instant from an event's data, which may come from JSON."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value
