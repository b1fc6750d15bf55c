"""The one tree that a condition is read into. Its leaves are atoms: questions about a fact that have one
answer (yes, no, or unknown). Text is read into trees in `parsing`; trees are evaluated in `program`, turned
into prose in `prose` and into sets of values in `boxes`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from remit.policy.vocabulary import Duration, Kind, Money, Value


class Relation(StrEnum):
    """How two values are compared."""

    EQUAL = "=="
    UNEQUAL = "!="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="

    @property
    def mirrored(self) -> Relation:
        """The relation with its sides exchanged: `3 < x` says `x > 3`."""
        return _MIRRORED.get(self, self)


_MIRRORED = {
    Relation.LESS: Relation.MORE,
    Relation.MORE: Relation.LESS,
    Relation.AT_MOST: Relation.AT_LEAST,
    Relation.AT_LEAST: Relation.AT_MOST,
}


@dataclass(frozen=True, slots=True)
class Holds:
    """A yes-or-no fact is yes."""

    fact: str

    def __str__(self) -> str:
        return self.fact


@dataclass(frozen=True, slots=True)
class Known:
    """A fact has a value. Never unknown itself."""

    fact: str

    def __str__(self) -> str:
        return f"known({self.fact})"


@dataclass(frozen=True, slots=True)
class Compare:
    """A fact stands in a relation to a value of its kind."""

    fact: str
    kind: Kind
    relation: Relation
    value: Value

    def __str__(self) -> str:
        return f"{self.fact} {self.relation} {written(self.value)}"


@dataclass(frozen=True, slots=True)
class Among:
    """A fact's value is one of `values`; against a topic these include everything that lies within them.
    `listed` is the list as it was written.
    """

    fact: str
    kind: Kind
    values: frozenset[Value]
    listed: tuple[Value, ...] = field(compare=False)

    def __str__(self) -> str:
        return f"{self.fact} in [{', '.join(written(value) for value in self.listed)}]"


@dataclass(frozen=True, slots=True)
class Contains:
    """A some-of fact contains `value`."""

    fact: str
    value: str

    def __str__(self) -> str:
        return f"{written(self.value)} in {self.fact}"


@dataclass(frozen=True, slots=True)
class Related:
    """Two facts of one kind stand in a relation."""

    fact: str
    kind: Kind
    relation: Relation
    other: str

    def __str__(self) -> str:
        return f"{self.fact} {self.relation} {self.other}"


@dataclass(frozen=True, slots=True)
class Listed:
    """A fact's value, or a topic that it lies within, is in the some-of fact `other`. `parents` maps each
    topic to the one it lies within.
    """

    fact: str
    other: str
    parents: Mapping[str, str] = field(compare=False)

    def __str__(self) -> str:
        return f"{self.fact} in {self.other}"


@dataclass(frozen=True, slots=True)
class Derived:
    """A yes-or-no fact with a meaning of its own (`means:` in its declaration): yes where it was given as
    yes, otherwise what `meaning` comes to.
    """

    fact: str
    meaning: Tree

    def __str__(self) -> str:
        return self.fact


@dataclass(frozen=True, slots=True)
class Always:
    """A plain `yes` or `no` in place of a condition."""

    value: bool

    def __str__(self) -> str:
        return "yes" if self.value else "no"


@dataclass(frozen=True, slots=True)
class Not:
    part: Tree

    def __str__(self) -> str:
        if isinstance(self.part, Known):
            return f"missing({self.part.fact})"
        if isinstance(self.part, (All, AnyOf)):
            return f"not ({self.part})"
        return f"not {self.part}"


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds (`and`)."""

    parts: tuple[Tree, ...]

    def __str__(self) -> str:
        return " and ".join(f"({part})" if isinstance(part, AnyOf) else str(part) for part in self.parts)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds (`or`)."""

    parts: tuple[Tree, ...]

    def __str__(self) -> str:
        return " or ".join(f"({part})" if isinstance(part, All) else str(part) for part in self.parts)


Atom: TypeAlias = Holds | Known | Compare | Among | Contains | Related | Listed | Derived
Tree: TypeAlias = Atom | Always | Not | All | AnyOf

NOTHING_MORE = All(())
"""The tree that always holds: no condition at all."""


def atoms_of(tree: Tree) -> Iterator[Atom]:
    """The atoms of a tree from left to right, a derived fact before the atoms of its meaning; repeated where
    the tree repeats them.
    """
    if isinstance(tree, Not):
        yield from atoms_of(tree.part)
    elif isinstance(tree, (All, AnyOf)):
        for part in tree.parts:
            yield from atoms_of(part)
    elif isinstance(tree, Derived):
        yield tree
        yield from atoms_of(tree.meaning)
    elif not isinstance(tree, Always):
        yield tree


def facts_of(tree: Tree) -> frozenset[str]:
    """The names of all facts a tree reads, those in the meanings of derived facts included."""
    names: set[str] = set()
    for atom in atoms_of(tree):
        names.add(atom.fact)
        if isinstance(atom, (Related, Listed)):
            names.add(atom.other)
    return frozenset(names)


def lies_within(topic: str, chosen: Collection[Value], parents: Mapping[str, str]) -> bool:
    """Whether a topic, or one that it lies within, is among the chosen."""
    current: str | None = topic
    while current is not None:
        if current in chosen:
            return True
        current = parents.get(current)
    return False


def written(value: Value) -> str:
    """A value as a condition writes it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f'"{value.isoformat().replace("+00:00", "Z")}"'
    if isinstance(value, (date, Duration, Money, str)):
        return f'"{value}"'
    if isinstance(value, frozenset):
        return f"[{', '.join(written(one) for one in sorted(value))}]"
    assert isinstance(value, (int, Decimal))
    return str(value)
