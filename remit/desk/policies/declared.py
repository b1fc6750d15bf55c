"""Who wants to know when the desk's working time changes: events declared or ended, closures announced.

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
