"""Who supplies which fact of the record.

A supplier answers for the facts of one prefix ("order", "ticket"). Rooms register theirs when their app is ready;
the last to register wins, so billing can take over the orders. A supplier is asked only where the policy looks at
one of its facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext

from remit.desk.foundation.errors import InvalidInput
from remit.policy.vocabulary.facts import (
    FactDeclaration,
    FactErrors,
    Kind,
    Supplier,
    Value,
    decode_facts,
    encode_facts,
)

FactSupplier = Callable[[Any, frozenset[str]], Mapping[str, Any]]
"""`supplier(request, wanted) -> facts`: `request` is the `tickets.inbound.Asked` of this intake."""

_suppliers: dict[str, FactSupplier] = {}


@dataclass(frozen=True, slots=True)
class StandIn:
    """A supplier for records that nobody keeps: it says the same of every request."""

    facts: Mapping[str, Any]

    def __call__(self, request: Any, wanted: frozenset[str]) -> Mapping[str, Any]:
        """The facts, whatever is asked about."""
        return self.facts


def register_supplier(prefix: str, supplier: FactSupplier) -> None:
    """Have `supplier` asked for the record facts `prefix` and `prefix.…`."""
    _suppliers[prefix] = supplier


def register_stand_in(prefix: str, facts: Mapping[str, Any]) -> None:
    """Have these facts said of every request, until a room that keeps such records registers its supplier."""
    _suppliers[prefix] = StandIn(facts)


def fixed() -> dict[str, Any]:
    """The facts that are the same for every request, because nothing supplies them yet."""
    found: dict[str, Any] = {}
    for supplier in _suppliers.values():
        if isinstance(supplier, StandIn):
            found |= supplier.facts
    return found


def supplied(request: Any, wanted: frozenset[str]) -> dict[str, Any]:
    """What all suppliers say of the wanted facts; a fact nobody supplies stays unknown."""
    facts: dict[str, Any] = {}
    by_prefix: dict[str, set[str]] = {}
    for name in wanted:
        by_prefix.setdefault(name.split(".", 1)[0], set()).add(name)
    for prefix, names in sorted(by_prefix.items()):
        supplier = _suppliers.get(prefix)
        if supplier is not None:
            facts |= {
                name: value
                for name, value in supplier(request, frozenset(names)).items()
                if value is not None
            }
    return facts


def read_answers(
    answers: Mapping[str, Any],
    declarations: Mapping[str, FactDeclaration],
    *,
    zone: Any,
    told_at: datetime,
    suppliers: Iterable[Supplier] = (Supplier.REQUESTER,),
) -> dict[str, Value]:
    """The answers of a form or a call, given `told_at` an instant, as facts. Raises `InvalidInput` naming every field
    that can't be read, or that tells of what is yet to come where the policy asks for what has been.

    Only facts that these suppliers may state are taken: a requester can't say what the record or the desk says.
    """
    allowed = set(suppliers)
    mine = {name: one for name, one in declarations.items() if one.supplier in allowed and one.means is None}
    try:
        read = dict(decode_facts(answers, mine, zone))
    except FactErrors as error:
        others = declarations.keys() - mine.keys()
        faults = {name: _in_words(name, error) for name in error.errors}
        foreign = dict.fromkeys(faults.keys() & others, gettext("This is not asked of you; leave it out."))
        raise InvalidInput(gettext("Some answers can't be used."), fields=faults | foreign) from error
    ahead = [name for name, value in read.items() if mine[name].has_been and _is_after(value, told_at, zone)]
    if ahead:
        sentence = gettext("This is yet to come. Say when it was; check the year.")
        raise InvalidInput(gettext("Some answers can't be used."), fields=dict.fromkeys(ahead, sentence))
    return read


def _in_words(name: str, error: FactErrors) -> str:
    """What is wrong with a value in the language in use; where that has no words for it, as the core says it."""
    fault = error.faults.get(name)
    words = gettext(fault.phrase) if fault is not None else ""
    return words % fault.values if fault is not None and words != fault.phrase else error.errors[name]


def _is_after(value: Value, told_at: datetime, zone: Any) -> bool:
    if isinstance(value, datetime):
        return value > told_at
    return isinstance(value, date) and value > told_at.astimezone(zone).date()


def is_personal(declaration: FactDeclaration | None) -> bool:
    """Whether the fact's value is someone's own words, which only erasable rows may hold (design §2.7)."""
    return (
        declaration is not None
        and declaration.kind is Kind.TEXT
        and declaration.supplier is not Supplier.RECORD
    )


def encode(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as they are stored."""
    return dict(encode_facts(facts))
