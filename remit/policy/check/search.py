"""Looking for facts under which some conditions hold and others don't, over all rules of a document at
once.

The value sets of each condition are worked out once and kept. A search stops at the first case; that there
is none is a proof, unless the search gave up (`GaveUp`). What a case means is said by the modules that
search.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from remit.policy.conditions import All, Box, Not, TooManyBoxes, Tree, boxes_of, sample
from remit.policy.conditions.boxes import Allowed
from remit.policy.conditions.tree import Among, AnyOf, Derived, Holds
from remit.policy.document.policy import Policy
from remit.policy.vocabulary.facts import FactDeclaration, Kind, Value, encode_facts

MOST_STEPS = 4_000
"""Boxes that one search looks at before it gives up."""


class GaveUp(Exception):
    """The conditions branch too often to be searched to the end."""


class Searcher:
    """Searches over the conditions of one policy; `links` are facts that follow from one another."""

    def __init__(self, policy: Policy) -> None:
        self.declarations: Mapping[str, FactDeclaration] = policy.declarations
        self.links = tuple(_links(policy))
        self._boxes: dict[tuple[int, bool, bool], tuple[Tree, list[Box]]] = {}

    def boxes(self, tree: Tree, wanted: bool = True, or_unknown: bool = False) -> list[Box]:
        """The boxes of a tree, kept (by the tree itself, which is kept alive beside them)."""
        key = (id(tree), wanted, or_unknown)
        if key not in self._boxes:
            try:
                self._boxes[key] = (tree, boxes_of(tree, self.declarations, wanted, or_unknown))
            except TooManyBoxes:
                raise GaveUp from None
        return self._boxes[key][1]

    def must(self, tree: Tree) -> Box:
        """What every case of a condition has in common, as far as it is written plainly: a look before a search."""
        common: Box = {}
        for part in _parts(tree, True):
            try:
                boxes = self.boxes(part)
            except GaveUp:
                continue
            met = meet(common, boxes[0]) if len(boxes) == 1 else common
            common = common if met is None else met
        return common

    def cases(
        self, holding: Sequence[Tree], failing: Sequence[Tree], *, failing_known: bool = False
    ) -> Iterator[Box]:
        """Boxes in which all of `holding` hold and none of `failing` does; with `failing_known` they are
        answered no, else no or unknown. Raises `GaveUp`.
        """
        sides = [self.boxes(part) for tree in holding for part in _parts(tree, True)]
        sides += [
            self.boxes(part, False, not failing_known) for tree in failing for part in _parts(tree, False)
        ]
        return self._meet_all(sorted(sides, key=len))

    def _meet_all(self, sides: Sequence[Sequence[Box]]) -> Iterator[Box]:
        steps = 0

        def below(place: int, box: Box) -> Iterator[Box]:
            nonlocal steps
            if place == len(sides):
                yield from self._linked(box)
                return
            for other in sides[place]:
                steps += 1
                if steps > MOST_STEPS:
                    raise GaveUp
                met = meet(box, other)
                if met is not None:
                    yield from below(place + 1, met)

        return below(0, {})

    def _linked(self, box: Box) -> Iterator[Box]:
        """The box within what the links between its facts allow."""
        boxes = [box]
        for names, tree in self.links:
            if names <= box.keys():
                boxes = [
                    met for one in boxes for link in self.boxes(tree) if (met := meet(one, link)) is not None
                ]
        return iter(boxes)

    def facts(self, box: Box) -> dict[str, Value]:
        """Facts inside a box, as few as possible."""
        return sample(box, self.declarations)


def _parts(tree: Tree, holds: bool) -> Iterator[Tree]:
    """What must hold (or fail) one by one for the whole to hold (or fail)."""
    if isinstance(tree, Derived):
        yield from _parts(tree.meaning, holds)
    elif isinstance(tree, All if holds else AnyOf):
        for part in tree.parts:
            yield from _parts(part, holds)
    else:
        yield tree


def meet(one: Box, other: Box) -> Box | None:
    """What two boxes have in common, or None."""
    met: dict[str, Allowed] = dict(one)
    for name, allowed in other.items():
        mine = met.get(name)
        both = allowed if mine is None else mine.meet(allowed)
        if both.is_empty:
            return None
        met[name] = both
    return met


def _links(policy: Policy) -> Iterator[tuple[frozenset[str], Tree]]:
    """What always holds between facts of a document: cover is active in the covered phases, and held unless
    its phase is none.
    """
    for kind, spec in policy.covers.items():
        phase, active, held = f"{kind}.phase", f"{kind}.active", f"{kind}.held"
        covered = frozenset(spec.covered)
        if covered:
            yield frozenset({phase, active}), _equal(Holds(active), _among(phase, covered))
        yield frozenset({phase, held}), _equal(Holds(held), Not(_among(phase, frozenset({"none"}))))
        if covered:
            yield frozenset({active, held}), AnyOf((Holds(held), Not(Holds(active))))
    official = policy.channels.official
    if policy.channels.clause and official:
        yield (
            frozenset({"channel", "channel.official"}),
            _equal(Holds("channel.official"), _among("channel", official)),
        )


def _among(fact: str, values: Iterable[str]) -> Tree:
    chosen = frozenset(values)
    return Among(fact, Kind.ONE_OF, chosen, tuple(sorted(chosen)))


def _equal(one: Tree, other: Tree) -> Tree:
    return AnyOf((All((one, other)), All((_not(one), _not(other)))))


def _not(tree: Tree) -> Tree:
    return tree.part if isinstance(tree, Not) else Not(tree)


def case_words(facts: Mapping[str, Value]) -> str:
    """A case as people read it: `topic = hosting, licence.phase = transition`."""
    if not facts:
        return "any request"
    written = encode_facts(facts)
    return ", ".join(f"{name} = {_written(value)}" for name, value in written.items())


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return f"[{', '.join(map(str, value))}]"
    return str(value)
