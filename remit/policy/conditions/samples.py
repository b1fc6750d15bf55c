"""Values worth trying for a fact: enough to give every combination of answers that its atoms can give. Used to
complete unknown facts and to look for the least change; random values play no part.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations

from remit.policy.conditions.boxes import any_value
from remit.policy.conditions.program import Facts, Given, Program, other_fact
from remit.policy.conditions.tree import Among, Atom, Compare, Contains, Known
from remit.policy.vocabulary import Duration, FactDeclaration, Kind, Money, Unit, Value, length

_MOST_SUBSETS = 6  # words of a some-of fact beyond which subsets are no longer tried in full


def samples(program: Program, declared: FactDeclaration, facts: Facts) -> list[Value]:
    """One value for each distinct set of answers that the program's atoms about the fact can give, the first
    in the declared order; where an atom compares it with another fact, that fact's value in `facts` counts.
    """
    atoms = [atom for atom in program.atoms if declared.name in (atom.fact, *other_fact(atom))]
    chosen: dict[Given, Value] = {}
    for value in _candidates(declared, atoms, facts):
        chosen.setdefault(program.given(declared.name, value, facts), value)
    return list(chosen.values())


def _candidates(declared: FactDeclaration, atoms: Iterable[Atom], facts: Facts) -> Iterator[Value]:
    if declared.kind is Kind.YES_NO:
        yield from (True, False)
        return
    yield from _subsets(declared, atoms) if declared.kind is Kind.SOME_OF else declared.options
    mentioned = [value for atom in atoms for value in _mentioned(atom)]
    for value in sorted(mentioned, key=lambda one: (str(type(one)), str(one))):
        yield from _around(value)
    yield from _others(declared, atoms, facts)
    if declared.kind is Kind.TEXT:
        yield "something else"
    elif not declared.options and not mentioned:
        yield any_value(declared)


def _mentioned(atom: Atom) -> Iterable[Value]:
    if isinstance(atom, Compare):
        return (atom.value,)
    return atom.values if isinstance(atom, Among) else ()


def _around(value: Value) -> Iterator[Value]:
    """A value with its nearest neighbours on both sides, where its kind has an order."""
    yield value
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        yield from (value - 1, value + 1)
    elif isinstance(value, date):  # instants are dates too
        yield from (value - timedelta(days=1), value + timedelta(days=1))
    elif isinstance(value, Duration):
        seconds = int(length(value).total_seconds())
        yield from (Duration(None, max(0, seconds + step), Unit.SECONDS) for step in (-1, 1))
    elif isinstance(value, Money):
        yield from (Money(value.amount + step, value.currency) for step in (-1, 1))


def _subsets(declared: FactDeclaration, atoms: Iterable[Atom]) -> Iterator[Value]:
    words = sorted({atom.value for atom in atoms if isinstance(atom, Contains)}) or list(declared.options)
    if len(words) <= _MOST_SUBSETS:
        sizes: Iterable[int] = range(len(words) + 1)
    else:
        sizes = (0, 1, len(words))
    for size in sizes:
        yield from map(frozenset, combinations(words, size))


def _others(declared: FactDeclaration, atoms: Iterable[Atom], facts: Facts) -> Iterator[Value]:
    """Values that agree with the facts that it is compared with."""
    for atom in atoms:
        names = () if isinstance(atom, Known) else other_fact(atom)
        for name in names:
            value = facts.get(atom.fact if name == declared.name else name)
            if isinstance(value, frozenset):
                yield from sorted(value)
            elif isinstance(value, str) and declared.kind is Kind.SOME_OF:
                yield frozenset({value})
            elif value is not None:
                yield from _around(value)
