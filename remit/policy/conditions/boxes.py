"""Conditions as sets of values, for what can be proved without running them. A box says, per fact, which values
it may have and whether it may be unknown; a condition holds exactly in a union of boxes. What follows from
that for a document (rules that never fire, conflicts) is said in `check`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

from remit.policy.conditions.program import Program
from remit.policy.conditions.tree import (
    All,
    Always,
    Among,
    AnyOf,
    Atom,
    Compare,
    Contains,
    Derived,
    Holds,
    Known,
    Not,
    Relation,
    Tree,
)
from remit.policy.vocabulary import Duration, FactDeclaration, Kind, Unit, Value, length

MOST_BOXES = 20_000
"""Boxes that are looked at before a search gives up."""


class TooManyBoxes(ValueError):
    """The conditions branch too often to be searched."""


@dataclass(frozen=True, slots=True)
class Points:
    """Some single values, or with `all_but` every value except these. `domain` holds all there are, where
    that is known.
    """

    values: frozenset[Value]
    all_but: bool = False
    domain: frozenset[Value] | None = None

    @property
    def is_empty(self) -> bool:
        if self.all_but:
            return self.domain is not None and self.domain <= self.values
        return not self.values

    def meet(self, other: Points) -> Points:
        domain = self.domain if other.domain is None else other.domain
        if self.all_but and other.all_but:
            return Points(self.values | other.values, True, domain)
        if self.all_but:
            return Points(other.values - self.values, False, domain)
        return Points(
            self.values - other.values if other.all_but else self.values & other.values, False, domain
        )

    def complement(self) -> Points:
        return Points(self.values, not self.all_but, self.domain)

    def sample(self, kind: Kind) -> Value | None:
        """A value of the set."""
        if not self.all_but:
            return min(self.values, key=str)
        if self.domain is not None:
            return next((value for value in sorted(self.domain, key=str) if value not in self.values), None)
        return next(
            text for text in (f"something else{'!' * n}" for n in range(99)) if text not in self.values
        )


@dataclass(frozen=True, slots=True)
class Range:
    """An interval of ordered values (durations in seconds); None is an open end."""

    low: Any = None
    high: Any = None
    has_low: bool = False
    has_high: bool = False

    @property
    def is_empty(self) -> bool:
        if self.low is None or self.high is None:
            return False
        return bool(self.low > self.high or (self.low == self.high and not (self.has_low and self.has_high)))

    def meet(self, other: Range) -> Range:
        low, has_low = self.low, self.has_low
        if low is None or (other.low is not None and other.low > low):
            low, has_low = other.low, other.has_low
        elif other.low == low:
            has_low = has_low and other.has_low
        high, has_high = self.high, self.has_high
        if high is None or (other.high is not None and other.high < high):
            high, has_high = other.high, other.has_high
        elif other.high == high:
            has_high = has_high and other.has_high
        return Range(low, high, has_low, has_high)

    def contains(self, value: Any) -> bool:
        return not Range(value, value, True, True).meet(self).is_empty

    def sample(self, kind: Kind) -> Value | None:
        """A value of the interval, as near to a written end as can be."""
        step = _STEPS[kind]
        if self.low is None and self.high is None:
            return None
        near = [end + n * step for end in (self.low, self.high) if end is not None for n in (0, 1, -1)]
        if self.low is not None and self.high is not None and not isinstance(self.low, date):
            near.append(self.low + (self.high - self.low) / 2)
        found = next((value for value in near if self.contains(value)), None)
        return (
            Duration(None, int(found), Unit.SECONDS) if kind is Kind.DURATION and found is not None else found
        )


@dataclass(frozen=True, slots=True)
class Holding:
    """Sets of words that hold all of `has` and none of `lacks`."""

    has: frozenset[str] = frozenset()
    lacks: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        return bool(self.has & self.lacks)

    def meet(self, other: Holding) -> Holding:
        return Holding(self.has | other.has, self.lacks | other.lacks)

    def sample(self, kind: Kind) -> Value | None:
        return self.has


ValueSet: TypeAlias = Points | Range | Holding
_STEPS: Mapping[Kind, Any] = {
    Kind.NUMBER: 1,
    Kind.DATE: timedelta(days=1),
    Kind.INSTANT: timedelta(minutes=1),
    Kind.DURATION: 60,
}


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a box allows one fact: `values` (None: any value at all) and whether it may be `unknown`; with
    `only_unknown` no value is allowed.
    """

    kind: Kind
    values: ValueSet | None
    unknown: bool
    only_unknown: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.unknown and (self.only_unknown or (self.values is not None and self.values.is_empty))

    def meet(self, other: Allowed) -> Allowed:
        values = self.values
        if values is None:
            values = other.values
        elif other.values is not None:
            values = values.meet(other.values)  # type: ignore[arg-type]  # one fact has one kind of set
        only_unknown = self.only_unknown or other.only_unknown
        return Allowed(self.kind, values, self.unknown and other.unknown, only_unknown)


Box: TypeAlias = Mapping[str, Allowed]
"""Per fact what it may be; facts that are not named may be anything. A relation between two facts stands as a
pseudo-fact under its own text, allowed to be yes or no."""


def boxes_of(
    tree: Tree, declarations: Mapping[str, FactDeclaration], wanted: bool = True, or_unknown: bool = False
) -> list[Box]:
    """The boxes in which the tree's answer is `wanted`, or, with `or_unknown`, also where it is unknown. Boxes may
    overlap; none is empty.
    """
    match tree:
        case Not(part=part):
            return boxes_of(part, declarations, not wanted, or_unknown)
        case Always(value=value):
            return [{}] if value is wanted else []
        case Derived(meaning=meaning):
            return boxes_of(meaning, declarations, wanted, or_unknown)
        case All(parts=parts) | AnyOf(parts=parts):
            each = [boxes_of(part, declarations, wanted, or_unknown) for part in parts]
            return (
                list(_meeting(each))
                if isinstance(tree, All) is wanted
                else [box for found in each for box in found]
            )
    return [
        {name: allowed}
        for name, allowed in _atom_boxes(tree, declarations, wanted, or_unknown)
        if not allowed.is_empty
    ]


def meeting(
    holding: Sequence[Tree], failing: Sequence[Tree], declarations: Mapping[str, FactDeclaration]
) -> Iterator[Box]:
    """The boxes in which every tree of `holding` holds and none of `failing` does (they are answered no, or
    unknown). No box at all is a proof that there are no such facts. Raises `TooManyBoxes`.
    """
    sides = [boxes_of(tree, declarations) for tree in holding]
    sides += [boxes_of(tree, declarations, False, True) for tree in failing]
    return _meeting(sorted(sides, key=len))


def witness(
    holding: Sequence[Tree], failing: Sequence[Tree], declarations: Mapping[str, FactDeclaration]
) -> dict[str, Value] | None:
    """Facts under which every tree of `holding` holds and none of `failing` does, tried out before they are
    returned; None where none were found. That alone proves nothing (relations between facts are not
    solved for): a proof is `meeting` giving no box. Raises `TooManyBoxes`.
    """
    program = Program((*holding, *failing))
    expected = (1 << len(holding)) - 1
    for box in meeting(holding, failing, declarations):
        facts = sample(box, declarations)
        if program.run(facts).holding == expected:
            return facts
    return None


def sample(box: Box, declarations: Mapping[str, FactDeclaration]) -> dict[str, Value]:
    """Facts inside a box, as few as possible. Relations between facts are left aside."""
    facts: dict[str, Value] = {}
    for name, allowed in sorted(box.items()):
        declared = declarations.get(name)
        if declared is None or allowed.unknown:
            continue
        value = allowed.values.sample(allowed.kind) if allowed.values is not None else None
        facts[name] = any_value(declared) if value is None else value
    return facts


def any_value(declared: FactDeclaration) -> Value:
    """Some value that the fact could have."""
    first = next(iter(declared.options), "something")
    values: Mapping[Kind, Value] = {
        Kind.YES_NO: True,
        Kind.SOME_OF: frozenset({first}),
        Kind.NUMBER: 1,
        Kind.DATE: date(2026, 1, 1),
        Kind.INSTANT: datetime.fromisoformat("2026-01-01T12:00:00+00:00"),
        Kind.DURATION: Duration(None, 1, Unit.HOURS),
    }
    return values.get(declared.kind, first)


def _meeting(sides: Sequence[Sequence[Box]]) -> Iterator[Box]:
    """The boxes in which one box of every side meets, one by one."""
    looked_at = 0

    def below(place: int, box: Box) -> Iterator[Box]:
        nonlocal looked_at
        if place == len(sides):
            yield box
            return
        for other in sides[place]:
            looked_at += 1
            if looked_at > MOST_BOXES:
                raise TooManyBoxes(f"The conditions branch into more than {MOST_BOXES:,} cases.")
            met = _meet(box, other)
            if met is not None:
                yield from below(place + 1, met)

    return below(0, {})


def _meet(one: Box, other: Box) -> Box | None:
    met = dict(one)
    for name, allowed in other.items():
        both = met[name].meet(allowed) if name in met else allowed
        if both.is_empty:
            return None
        met[name] = both
    return met


def _atom_boxes(
    atom: Atom, declarations: Mapping[str, FactDeclaration], wanted: bool, or_unknown: bool
) -> Iterable[tuple[str, Allowed]]:
    """What an atom's answer says of its fact; several entries are alternatives."""
    if isinstance(atom, Known):
        kind = declarations[atom.fact].kind
        yield atom.fact, Allowed(kind, None, not wanted, only_unknown=not wanted)
        return
    name, kind, sets = _sets(atom, declarations, wanted)
    for values in sets:
        yield name, Allowed(kind, values, or_unknown)


def _sets(
    atom: Atom, declarations: Mapping[str, FactDeclaration], wanted: bool
) -> tuple[str, Kind, Sequence[ValueSet]]:
    match atom:
        case Holds(fact=fact):
            return fact, Kind.YES_NO, [_YES if wanted else _NO]
        case Contains(fact=fact, value=value):
            one = frozenset({value})
            return fact, Kind.SOME_OF, [Holding(has=one) if wanted else Holding(lacks=one)]
        case Compare(fact=fact, kind=kind, relation=relation, value=value) if kind in _STEPS:
            return fact, kind, _ranges(relation, _measured(value), wanted)
        case Among(fact=fact, kind=kind, values=values) if kind in _STEPS:
            return fact, kind, _ranges_of(values, wanted)
        case Compare(fact=fact, kind=kind, value=value) if kind is not Kind.MONEY:
            return fact, kind, [_points(fact, frozenset({value}), declarations, wanted)]
        case Among(fact=fact, kind=kind, values=values):
            return fact, kind, [_points(fact, values, declarations, wanted)]
    return str(atom), Kind.YES_NO, [_YES if wanted else _NO]


_YES = Points(frozenset({True}), domain=frozenset({True, False}))
_NO = Points(frozenset({False}), domain=frozenset({True, False}))


def _points(
    fact: str, values: frozenset[Value], declarations: Mapping[str, FactDeclaration], wanted: bool
) -> Points:
    options = declarations[fact].options
    points = Points(values, domain=frozenset(options) if options else None)
    return points if wanted else points.complement()


def _ranges(relation: Relation, value: Any, wanted: bool) -> Sequence[Range]:
    below, above = Range(high=value), Range(low=value)
    at_most, at_least = Range(high=value, has_high=True), Range(low=value, has_low=True)
    exactly = Range(value, value, True, True)
    yes: Mapping[Relation, tuple[Sequence[Range], Sequence[Range]]] = {
        Relation.EQUAL: ([exactly], [below, above]),
        Relation.UNEQUAL: ([below, above], [exactly]),
        Relation.LESS: ([below], [at_least]),
        Relation.AT_MOST: ([at_most], [above]),
        Relation.MORE: ([above], [at_most]),
        Relation.AT_LEAST: ([at_least], [below]),
    }
    return yes[relation][0 if wanted else 1]


def _ranges_of(values: frozenset[Value], wanted: bool) -> Sequence[Range]:
    ends: list[Any] = sorted(values, key=_measured)
    if wanted:
        return [Range(end, end, True, True) for end in ends]
    between = [Range(low, high) for low, high in itertools.pairwise(ends)]
    return [Range(high=ends[0]), *between, Range(low=ends[-1])]


def _measured(value: Value) -> Any:
    if isinstance(value, Duration):
        return Decimal(int(length(value).total_seconds()))
    return value
