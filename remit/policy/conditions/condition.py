"""A condition as the rest of the core meets it: its text, its tree, and everything that can be asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from functools import cached_property
from types import MappingProxyType

from remit.policy.conditions.boxes import Box, boxes_of
from remit.policy.conditions.parsing import Bound, read_tree
from remit.policy.conditions.program import Answer, AtomReading, Facts, Program
from remit.policy.conditions.prose import words_of
from remit.policy.conditions.tree import Atom, Tree, atoms_of, facts_of
from remit.policy.vocabulary import FactDeclaration


@dataclass(frozen=True)  # no slots: what is worked out from the tree is kept
class Condition:
    """A condition that was read and found sound. `line` and `column` (from 1) say where it begins."""

    text: str
    tree: Tree
    declarations: Mapping[str, FactDeclaration] = field(repr=False, compare=False)
    line: int = field(default=1, compare=False)
    column: int = field(default=1, compare=False)

    def evaluate(self, facts: Facts) -> Answer:
        """True, False, or None where it can't be told because facts are unknown. Raises `FactErrors` for values
        that are not of their fact's kind.
        """
        reading = self._program.run(facts)
        return None if reading.unsure else bool(reading.holding)

    def trace(self, facts: Facts) -> tuple[AtomReading, ...]:
        """Every atom with the fact it reads, that fact's value, and what it found."""
        found = self._program.trace(facts, self._program.run(facts))
        return tuple(found[place] for place in self._program.readings_of_tree[0])

    @cached_property
    def atoms(self) -> tuple[Atom, ...]:
        """The atoms, each once, from left to right."""
        return tuple(dict.fromkeys(atoms_of(self.tree)))

    @cached_property
    def facts(self) -> frozenset[str]:
        """The names of the facts it reads."""
        return facts_of(self.tree)

    def words(self) -> str:
        """The condition as an English phrase, to stand after "when"."""
        return words_of(self.tree, self.declarations)

    def boxes(self) -> list[Box]:
        """The value sets in which it holds. Raises `TooManyBoxes`."""
        return boxes_of(self.tree, self.declarations)

    @cached_property
    def _program(self) -> Program:
        return Program((self.tree,))


def parse_condition(
    text: str,
    declarations: Mapping[str, FactDeclaration],
    values: Mapping[str, Bound] = MappingProxyType({}),
    position: tuple[int, int] = (1, 1),
    zone: tzinfo = UTC,
) -> Condition:
    """The condition that `text` writes.

    `declarations` are all facts the document may use, the common ones included; `values` what `values.name`
    stands for; `position` the line and column (from 1) of the text in the document; `zone` where instants
    written without an offset belong. Raises `ConditionError` with line, column and the nearest valid name.
    """
    tree = read_tree(text, declarations, values, position, zone)
    return Condition(text, tree, declarations, *position)
