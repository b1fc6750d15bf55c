"""Whether what is recorded is something the desk's policy knows, and allows. The room of policies registers how to
tell; this room knows no policy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from remit.desk.foundation.errors import InvalidInput

if TYPE_CHECKING:
    from remit.desk.entitlements.models import Entitlement
    from remit.policy.cover import Purchase

PurchaseChecker = Callable[["Entitlement", "Purchase", datetime], None]
Checker = Callable[[int, str, str, Mapping[str, Any], datetime], Mapping[str, str]]

_checkers: dict[str, Checker] = {}
_of_purchases: dict[str, PurchaseChecker] = {}


def register(name: str, checker: Checker) -> None:
    """Have `checker(desk_id, kind, plan, attributes, now)` asked before anything is added; it gives a sentence for each
    fault, by field.
    """
    _checkers[name] = checker


def check_holding(desk_id: int, kind: str, plan: str, attributes: Mapping[str, Any], now: datetime) -> None:
    """Raise `InvalidInput` with what no checker can make sense of: kind, plan, or an attribute by its name."""
    faults: dict[str, str] = {}
    for checker in _checkers.values():
        faults |= checker(desk_id, kind, plan, attributes, now)
    if faults:
        raise InvalidInput(
            "This can't be recorded: the policy in force does not know it.",
            fields=faults,
            next="Correct what is named here, or publish a policy that declares it.",
        )


def register_for_purchases(name: str, checker: PurchaseChecker) -> None:
    """Have `checker(entitlement, purchase, now)` asked before a purchase is recorded; it raises `Refused`, with the
    clause, where the policy allows none such, and `InvalidInput` where it would not count as it was bought.
    """
    _of_purchases[name] = checker


def check_allowed(entitlement: Entitlement, purchase: Purchase, now: datetime) -> None:
    """Raise `Refused` or `InvalidInput` where the policy allows no such purchase at its moment (IEX-11, C24-2)."""
    for checker in _of_purchases.values():
        checker(entitlement, purchase, now)
