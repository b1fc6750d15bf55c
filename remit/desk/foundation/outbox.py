"""What is to be sent. A row is written in the transaction that made it necessary and sent by the worker afterwards, at
least once, under an identity that never changes. Channels register how; nothing is sent inside a request.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from remit.desk.foundation import leases
from remit.desk.foundation.bulk import insert_values
from remit.desk.foundation.errors import Misconfigured
from remit.desk.foundation.models import Outbox

COLUMNS = ("desk_id", "channel", "identity", "ticket_id", "payload", "due_at", "attempts", "last_error")
LEASE = timedelta(seconds=60)
Sender = Callable[[Outbox], None]

_senders: dict[str, Sender] = {}


def register_sender(channel: str, send: Sender) -> None:
    """Say how that channel sends; called in `AppConfig.ready`. `send(row)` runs outside any transaction, returns
    when the outside has taken it, and raises DeliveryError otherwise; any other exception counts as worth another try.
    """
    _senders[channel] = send


def sender(channel: str) -> Sender:
    """Return how that channel sends; Misconfigured if no room has said."""
    if channel not in _senders:
        raise Misconfigured(f'No sender is registered for the channel "{channel}".')
    return _senders[channel]


def new(
    desk_id: int,
    channel: str,
    identity: str,
    *,
    due_at: datetime,
    payload: Mapping[str, Any],
    ticket_id: int | None = None,
) -> Outbox:
    """Return a row for `put_many`, not yet saved. `payload` holds references only, never personal text."""
    return Outbox(
        desk_id=desk_id,
        channel=channel,
        identity=identity,
        due_at=due_at,
        payload=dict(payload),
        ticket_id=ticket_id,
    )


def put(
    desk_id: int,
    channel: str,
    identity: str,
    *,
    due_at: datetime,
    payload: Mapping[str, Any],
    ticket_id: int | None = None,
) -> None:
    """Send this from `due_at` on. The same identity a second time changes nothing: it is the same letter."""
    put_many([new(desk_id, channel, identity, due_at=due_at, payload=payload, ticket_id=ticket_id)])


def put_many(rows: Iterable[Outbox]) -> None:
    """`put` for many rows in one statement."""
    values = [[getattr(row, name) for name in COLUMNS] for row in rows]
    insert_values(Outbox, COLUMNS, values, on_conflict="DO NOTHING")


def waiting() -> QuerySet[Outbox]:
    """Return what is not yet sent and not given up."""
    return Outbox.objects.filter(sent_at=None, dead_at=None)


def dead() -> QuerySet[Outbox]:
    """Return what could not be sent and waits for a person, oldest first."""
    return Outbox.objects.filter(dead_at__isnull=False).order_by("dead_at")


def claim(now: datetime, limit: int = 20, lease: timedelta = LEASE) -> list[Outbox]:
    """Lease up to `limit` rows that are due at `now`, those that have waited longest first."""
    return leases.claim(waiting(), now, limit, lease)


def renew(row: Outbox, now: datetime, lease: timedelta = LEASE) -> bool:
    """Take a fresh lease right before sending, because those before it in the batch may have been slow; false if
    another worker has it by now.
    """
    if not leases.update_held([row], leased_until=now + lease):
        return False
    row.leased_until = now + lease
    return True


def mark_sent(row: Outbox, now: datetime) -> None:
    """Note that the outside took it."""
    leases.update_held([row], sent_at=now, leased_until=None, last_error="")


def revive(row: Outbox, now: datetime) -> None:
    """Try a dead row again, under its old identity."""
    Outbox.objects.filter(pk=row.pk, sent_at=None, dead_at__isnull=False).update(
        dead_at=None, attempts=0, leased_until=None, last_error="", due_at=now
    )
