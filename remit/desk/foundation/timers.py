"""Waiting for the next moment that matters to a subject. One row a subject: setting it again replaces it.
Rooms register what to do; the worker claims what is due and calls them.

The order of locks is subject first, timer second, in actions and in the worker alike; so a handler that
changes its subjects registers `lock`, which locks them (in the order of their keys) before the timers are.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from remit.desk.foundation import leases
from remit.desk.foundation.bulk import insert_values
from remit.desk.foundation.errors import Misconfigured
from remit.desk.foundation.models import Timer

COLUMNS = ("purpose", "subject_id", "desk_id", "due_at", "leased_until", "attempts", "dead_at", "last_error")
_REPLACES = "(purpose, subject_id) DO UPDATE SET " + ", ".join(
    f"{name} = excluded.{name}" for name in COLUMNS[3:]
)
LEASE = timedelta(seconds=60)
Handler = Callable[[Any, datetime], None]
Reckon = Callable[[list[Timer], datetime], Any]
Lock = Callable[[list[int]], object]


@dataclass(frozen=True, slots=True)
class Registered:
    """What a room wants done with its due timers."""

    handler: Handler
    lock: Lock | None
    reckon: Reckon | None

    def reckoned(self, timers: list[Timer], now: datetime) -> Any:
        """Return what the handler takes."""
        return self.reckon(timers, now) if self.reckon is not None else timers


_registered: dict[str, Registered] = {}


def register(
    purpose: str, handler: Handler, lock: Lock | None = None, *, reckon: Reckon | None = None
) -> None:
    """Say what to do with due timers of that purpose; called in `AppConfig.ready`.

    `handler(timers, now)` runs inside one transaction for the whole batch. It recomputes each subject, does
    what is due and dates it by when it fell due, and calls `set_due` or `set_many` for those that await
    something more; the rest are finished for it. `lock(subject_ids)` locks the subjects, before the timers
    are locked.

    With `reckon`, reading and reckoning happen before the transaction, so that writers do not wait for
    them: `reckon(timers, now)` changes nothing, and `handler` gets what it returned. That is safe only
    where whoever changes a subject sets its timer anew in the same transaction, which ends the lease: then
    the batch is reckoned again.
    """
    _registered[purpose] = Registered(handler, lock, reckon)


def registered(purpose: str) -> Registered:
    """Return what is done with that purpose; Misconfigured if no room has said."""
    if purpose not in _registered:
        raise Misconfigured(f'Nothing is registered for timers of purpose "{purpose}".')
    return _registered[purpose]


def set_due(purpose: str, subject_id: int, desk_id: int, due_at: datetime | None) -> None:
    """Await `due_at` for the subject, or nothing. Replaces what was awaited, ends any lease, and revives a
    dead row.
    """
    set_many(purpose, [(subject_id, desk_id, due_at)])


def set_many(purpose: str, dues: Iterable[tuple[int, int, datetime | None]]) -> None:
    """`set_due` for many subjects in one statement; each is (subject id, desk id, due moment or None)."""
    # Where a subject is given twice, the last moment holds; the statement takes each row once.
    rows = {subject: (purpose, subject, desk, due, None, 0, None, "") for subject, desk, due in dues}
    insert_values(Timer, COLUMNS, rows.values(), on_conflict=_REPLACES)


def waiting() -> QuerySet[Timer]:
    """Return the timers that await a moment."""
    return Timer.objects.filter(due_at__isnull=False, dead_at=None)


def dead() -> QuerySet[Timer]:
    """Return the timers that failed too often and wait for a person, oldest first."""
    return Timer.objects.filter(dead_at__isnull=False).order_by("dead_at")


def claim(now: datetime, limit: int = 500, lease: timedelta = LEASE) -> list[Timer]:
    """Lease up to `limit` timers that are due at `now`, those that have waited longest first."""
    return leases.claim(waiting(), now, limit, lease)


def finish(timers: Sequence[Timer]) -> None:
    """Await nothing more for those timers that were not set again since they were claimed."""
    leases.update_held(timers, due_at=None, leased_until=None, attempts=0, last_error="")


def revive(timer: Timer) -> None:
    """Try a dead timer again, at its true due moment."""
    set_due(timer.purpose, timer.subject_id, timer.desk_id, timer.due_at)
