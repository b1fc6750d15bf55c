"""Whether what is recorded is something the desk's policy knows. The room of policies registers how to tell; this room
knows no policy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from remit.desk.foundation.errors import InvalidInput

Checker = Callable[[int, str, str, Mapping[str, Any], datetime], Mapping[str, str]]

_checkers: dict[str, Checker] = {}


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
