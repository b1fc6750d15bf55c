"""Comparing values that have no plain order: durations in unlike units, amounts in unlike currencies. Where two
values can't be compared the answer is unknown, never a guess.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from remit.policy.conditions.tree import Among, Atom, Compare, Contains, Holds, Listed, Related, Relation
from remit.policy.vocabulary import Duration, Kind, Money, Value, length

_ORDER: Mapping[Relation, Callable[[Any, Any], bool]] = {
    Relation.EQUAL: operator.eq,
    Relation.UNEQUAL: operator.ne,
    Relation.LESS: operator.lt,
    Relation.AT_MOST: operator.le,
    Relation.MORE: operator.gt,
    Relation.AT_LEAST: operator.ge,
}
_TYPES: Mapping[Kind, tuple[type, ...]] = {
    Kind.YES_NO: (bool,),
    Kind.ONE_OF: (str,),
    Kind.SOME_OF: (frozenset,),
    Kind.NUMBER: (int, Decimal),
    Kind.TEXT: (str,),
    Kind.DATE: (date,),
    Kind.INSTANT: (datetime,),
    Kind.DURATION: (Duration,),
    Kind.MONEY: (Money,),
    Kind.TOPIC: (str,),
}


def relate(relation: Relation) -> Callable[[Value, Value], bool | None]:
    """Whether two durations, or two amounts of money, stand in the relation; None where they can't be compared."""
    order = _ORDER[relation]

    def related(one: Value, other: Value) -> bool | None:
        sizes = size(one), size(other)
        if sizes[0][0] != sizes[1][0]:
            return None
        return order(sizes[0][1], sizes[1][1])

    return related


def within(relation: Relation, limit: Value) -> Callable[[Value], bool | None]:
    """Whether a duration or an amount stands in the relation to `limit`; None where they can't be compared."""
    order, (unit, bound) = _ORDER[relation], size(limit)

    def is_within(value: Value) -> bool | None:
        found, amount = size(value)
        return order(amount, bound) if found == unit else None

    return is_within


def size(value: Value) -> tuple[str, Any]:
    """What a duration or an amount is measured in, and how much of it there is: seconds for seconds to days
    (a day as 24 hours), otherwise the unit itself.
    """
    if isinstance(value, Money):
        return value.currency, value.amount
    if not isinstance(value, Duration):
        raise TypeError(f"{value!r} is neither a duration nor an amount of money.")
    try:
        return "seconds", length(value).total_seconds()
    except ValueError:
        return str(value.unit), value.amount


def ill_typed(facts: Mapping[str, Value | None], atoms: Iterable[Atom]) -> dict[str, str]:
    """The facts whose value is not of the kind that the atoms expect, each with a sentence."""
    errors: dict[str, str] = {}
    for atom in atoms:
        for fact, kind in _kinds(atom):
            value = facts.get(fact)
            if value is not None and not is_of_kind(value, kind):
                errors[fact] = f"expected {kind}, not {value!r}."
    return errors


def is_of_kind(value: object, kind: Kind) -> bool:
    """Whether a value is of the Python type that its kind of fact has."""
    if isinstance(value, bool) or (isinstance(value, datetime) and kind is Kind.DATE):
        return kind is Kind.YES_NO
    if isinstance(value, datetime) and value.tzinfo is None:
        return False
    return isinstance(value, _TYPES[kind])


def _kinds(atom: Atom) -> list[tuple[str, Kind]]:
    match atom:
        case Holds():
            return [(atom.fact, Kind.YES_NO)]
        case Contains():
            return [(atom.fact, Kind.SOME_OF)]
        case Listed():
            return [(atom.fact, Kind.TEXT), (atom.other, Kind.SOME_OF)]
        case Compare() | Among():
            return [(atom.fact, atom.kind)]
        case Related():
            return [(atom.fact, atom.kind), (atom.other, atom.kind)]
        case _:
            return []
