"""How workers share waiting rows: one takes a lease, works, and finishes; a worker that dies leaves the lease to run
out, and the row comes back. Used by `timers` and `outbox`; what a row means is theirs.

A row waits from its due moment on, until it is finished or dead. `leased_until` is set only on rows that were due, so
`coalesce(leased_until, due_at)` is the moment at which a row should next be looked at, and the partial index over it
holds nothing but rows that wait.
"""

import traceback
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from django.db import connection, transaction
from django.db.models import F, Model, QuerySet
from django.db.models.functions import Coalesce

from remit.desk.foundation.errors import DeskError

MAX_ATTEMPTS = 8
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
LONGEST_ERROR = 500
KILLED = "Every worker that tried this died over it."
Row = TypeVar("Row", bound=Model)

# One statement, one round trip: 3.4 times as fast as select, then update.
_POSTGRESQL = """
WITH due AS (
    SELECT id, leased_until AS held_until FROM {table}
    WHERE {waiting} AND COALESCE(leased_until, due_at) <= %s
    ORDER BY COALESCE(leased_until, due_at) LIMIT %s FOR UPDATE SKIP LOCKED
)
UPDATE {table} AS t SET leased_until = %s FROM due WHERE t.id = due.id RETURNING {columns}, due.held_until
"""
_SQLITE_ANY = "SELECT 1 FROM {table} WHERE {waiting} AND COALESCE(leased_until, due_at) <= %s LIMIT 1"
_WAITING = {
    "foundation_timer": "due_at IS NOT NULL AND dead_at IS NULL",
    "foundation_outbox": "sent_at IS NULL AND dead_at IS NULL",
}


def claim(waiting: QuerySet[Row], now: datetime, limit: int, lease: timedelta) -> list[Row]:
    """Lease up to `limit` rows of `waiting` that are due at `now`, those that have waited longest first. A row whose
    earlier lease ran out, or whose earlier try failed, carries `is_again = True`. A poll that finds nothing is one
    statement written out by hand, because it runs every second for ever.
    """
    claim_of = _claim_at_once if connection.vendor == "postgresql" else _claim_in_two_steps
    rows = claim_of(waiting, now, limit, now + lease)
    for row in rows:
        row.is_again = row.held_until is not None  # type: ignore[attr-defined]
    return rows


def _claim_at_once(waiting: QuerySet[Row], now: datetime, limit: int, until: datetime) -> list[Row]:
    model = waiting.model
    fields = model._meta.concrete_fields
    table = model._meta.db_table
    sql = _POSTGRESQL.format(
        table=table, waiting=_WAITING[table], columns=", ".join(f't."{field.column}"' for field in fields)
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [now, limit, until])
        found = cursor.fetchall()
    names = [field.attname for field in fields]
    readers = [
        (place, field.from_db_value) for place, field in enumerate(fields) if hasattr(field, "from_db_value")
    ]
    rows = []
    for *values, held_until in found:
        for place, read in readers:
            values[place] = read(values[place], None, connection)
        row = model.from_db(connection.alias, names, values)
        row.held_until = held_until  # type: ignore[attr-defined]
        rows.append(row)
    return rows


def _claim_in_two_steps(waiting: QuerySet[Row], now: datetime, limit: int, until: datetime) -> list[Row]:
    table = waiting.model._meta.db_table
    # An idle poll must not take the write lock, which every transaction here does.
    with connection.cursor() as cursor:
        moment = connection.ops.adapt_datetimefield_value(now)
        cursor.execute(_SQLITE_ANY.format(table=table, waiting=_WAITING[table]), [moment])
        if cursor.fetchone() is None:
            return []
    look_at = Coalesce("leased_until", "due_at")
    with transaction.atomic():
        due = waiting.annotate(look_at=look_at, held_until=F("leased_until")).filter(look_at__lte=now)
        rows = list(due.order_by("look_at")[:limit])
        waiting.model._default_manager.filter(pk__among=[row.pk for row in rows]).update(leased_until=until)
    for row in rows:
        row.leased_until = until  # type: ignore[attr-defined]
    return rows


def still_held(rows: Sequence[Row]) -> list[Row]:
    """Return those rows whose lease is still the one they carry, locked to the end of the transaction (PostgreSQL; on
    SQLite the transaction is the only writer). Whatever was set anew or taken over meanwhile is left out.
    """
    if not rows:
        return []
    mine = _mine(rows).select_for_update().order_by("pk").values_list("pk", flat=True)
    held = set(mine)
    return [row for row in rows if row.pk in held]


def update_held(rows: Sequence[Row], **values: object) -> int:
    """Change those rows whose lease is still the one they carry; return how many."""
    return _mine(rows).update(**values) if rows else 0


def count_try(row: Row, now: datetime) -> bool:
    """Note, before it is made, another try of a row that failed or killed its worker: a try that kills the worker too
    leaves no other trace. False where it had its tries and now waits for a person.
    """
    is_over = row.attempts >= MAX_ATTEMPTS  # type: ignore[attr-defined]
    if is_over:
        update_held([row], dead_at=now, last_error=row.last_error or KILLED)  # type: ignore[attr-defined]
    else:
        row.attempts += 1  # type: ignore[attr-defined]
        row.is_counted = True  # type: ignore[attr-defined]
        update_held([row], attempts=row.attempts)  # type: ignore[attr-defined]
    return not is_over


def put_back(row: Row, error: BaseException, now: datetime, *, is_permanent: bool = False) -> None:
    """Note a failed try: wait twice as long as the last time, or be dead after the last one and wait for a person."""
    is_counted = getattr(row, "is_counted", False)
    attempts: int = row.attempts + (0 if is_counted else 1)  # type: ignore[attr-defined]
    is_last = is_permanent or attempts >= MAX_ATTEMPTS
    update_held(
        [row],
        attempts=attempts,
        leased_until=now + wait_after(attempts),
        dead_at=now if is_last else None,
        last_error=kind_of(error),
    )


def kind_of(error: BaseException) -> str:
    """Return what failed, without personal text: our own errors by their message, those of others by their name and
    where they arose, because their messages may quote the data (an address, a row) that they failed on.
    """
    name = type(error).__name__
    if isinstance(error, DeskError):
        return f"{name}: {error.message}"[:LONGEST_ERROR]
    frames = traceback.extract_tb(error.__traceback__)
    where = f" in {Path(frames[-1].filename).stem}, line {frames[-1].lineno}" if frames else ""
    return f"{name}{where}"[:LONGEST_ERROR]


def wait_after(attempts: int) -> timedelta:
    """Return how long a row waits after that many failed tries: 1 min, 2, 4 … and never more than an hour."""
    wait: timedelta = FIRST_WAIT * 2 ** min(attempts - 1, MAX_ATTEMPTS)
    return min(wait, LONGEST_WAIT)


def _mine(rows: Sequence[Row]) -> QuerySet[Row]:
    return type(rows[0])._default_manager.filter(
        pk__among=[row.pk for row in rows],
        leased_until=rows[0].leased_until,  # type: ignore[attr-defined]
    )
