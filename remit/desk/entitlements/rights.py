"""Who wants to know when a customer gains or loses a right, and when a person buys one. Rooms above register here; this
room knows none of them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from remit.desk.accounts.models import Contact
    from remit.desk.entitlements.models import Entitlement, Purchase
    from remit.desk.foundation.actors import Actor

Listener = Callable[["Entitlement", "Actor", datetime, str], None]
PurchaseListener = Callable[["Purchase", "Contact"], None]
GAINS = frozenset({"purchase", "renewal", "extension", "repair", "trial", "restored", "kept"})
"""The kinds of purchase and happening by which somebody gains a right; the others take one away, or change none."""

_listeners: dict[str, Listener] = {}
_of_purchases: dict[str, PurchaseListener] = {}


def register(name: str, listener: Listener) -> None:
    """Have `listener(entitlement, actor, now, kind)` called, in one transaction with each change of a right; `kind` is
    that of the purchase or the happening.
    """
    _listeners[name] = listener


def announce(entitlement: Entitlement, actor: Actor, now: datetime, kind: str) -> None:
    """Tell every listener that something changed in what this entitlement gives."""
    for listener in list(_listeners.values()):
        listener(entitlement, actor, now, kind)


def register_for_purchases(name: str, listener: PurchaseListener) -> None:
    """Have `listener(purchase, contact)` called, in one transaction with each purchase that names who bought."""
    _of_purchases[name] = listener


def announce_purchase(purchase: Purchase, contact: Contact) -> None:
    """Tell every listener that this person bought something."""
    for listener in list(_of_purchases.values()):
        listener(purchase, contact)
