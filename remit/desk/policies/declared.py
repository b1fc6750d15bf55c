"""Who wants to know when the desk's working time changes (events declared or ended, closures announced), and when a
version of its policy is published.

Rooms above register here; this room knows none of them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

Listener = Callable[[int, datetime], None]

_listeners: dict[str, Listener] = {}


def register(name: str, listener: Listener) -> None:
    """Have `listener(desk_id, now)` called, in the same transaction, after each change."""
    _listeners[name] = listener


def announce(desk_id: int, now: datetime) -> None:
    """Tell every listener that what counts as working time has changed at this desk."""
    for listener in list(_listeners.values()):
        listener(desk_id, now)


_readers: dict[str, Listener] = {}


def register_reader(name: str, reader: Listener) -> None:
    """Have `reader(desk_id, now)` called, in the same transaction, after each publication."""
    _readers[name] = reader


def announce_publication(desk_id: int, now: datetime) -> None:
    """Tell every reader that a version was published at this desk."""
    for reader in list(_readers.values()):
        reader(desk_id, now)
