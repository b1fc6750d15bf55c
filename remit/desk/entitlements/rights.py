"""Who wants to know when a customer gains or loses a right. Rooms above register here; this room knows none of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from remit.desk.entitlements.models import Entitlement
    from remit.desk.foundation.actors import Actor

Listener = Callable[["Entitlement", "Actor", datetime, bool], None]

_listeners: dict[str, Listener] = {}


def register(name: str, listener: Listener) -> None:
    """Have `listener(entitlement, actor, now, is_gain)` called, in one transaction with each change of a right."""
    _listeners[name] = listener


def announce(entitlement: Entitlement, actor: Actor, now: datetime, *, is_gain: bool) -> None:
    """Tell every listener that something changed in what this entitlement gives."""
    for listener in list(_listeners.values()):
        listener(entitlement, actor, now, is_gain)
