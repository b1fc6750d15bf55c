"""Trees made fast: any number of conditions become one Python function that asks each atom once.

Evaluation is three-valued (Kleene): an atom about an unknown fact is unknown, `and` is no as soon as one part
is no, `or` is yes as soon as one part is yes. The function keeps every atom's answer in a slot, which is the
trace. Its source is put together from slot numbers only: names and values of the document are handed in
as constants, so no text of a document is ever executed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

from remit.policy.conditions.comparing import ill_typed, relate, within
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
    Listed,
    Not,
    Related,
    Tree,
    atoms_of,
    facts_of,
    lies_within,
)
from remit.policy.vocabulary import FactErrors, Kind, Value

Answer: TypeAlias = bool | None
Facts: TypeAlias = Mapping[str, Value | None]
_BY_LENGTH = (Kind.DURATION, Kind.MONEY)
_WORTH_A_TABLE = 4  # atoms about one fact from which looking its value up is faster than comparing


class Reading(NamedTuple):
    """What one run found: every atom's answer by slot, and as bit sets by position: the trees that hold, those
    that are unsure, and the facts that are unknown.
    """

    answers: tuple[Answer, ...]
    holding: int
    unsure: int
    unknown: int


class Given(NamedTuple):
    """Answers supposed for some atoms, as bit sets over slots: which it is `about`, which are `yes`, which `no`."""

    about: int
    yes: int
    no: int


class AtomReading(NamedTuple):
    """One line of a trace: the atom as it is written, a fact it reads, that fact's value, and the answer."""

    text: str
    fact: str
    value: Value | None
    result: Answer


class Program:
    """Trees compiled together. `trees[i]` is bit i of a reading's `holding` and `unsure`; `facts[i]` is bit i
    of its `unknown`; `atoms[i]` is slot i of its `answers`.
    """

    def __init__(self, trees: Sequence[Tree]) -> None:
        self.trees = tuple(trees)
        self.atoms = _in_slots(self.trees)
        self.slots = {atom: slot for slot, atom in enumerate(self.atoms)}
        self.facts = tuple(sorted(frozenset[str]().union(*map(facts_of, self.trees))))
        self.bit_of_fact = {fact: 1 << place for place, fact in enumerate(self.facts)}
        self.facts_of_tree = tuple(self._mask(facts_of(tree)) for tree in self.trees)
        self._run: Callable[[Callable[[str], Any]], Any] = _compiled(*_Source(self).whole())

    def run(self, facts: Facts) -> Reading:
        """The reading of these facts. Raises `FactErrors` where a value is not of its fact's kind."""
        try:
            return Reading._make(self._run(facts.get))
        except TypeError:
            errors = ill_typed(facts, self.atoms)
            if not errors:
                raise
            raise FactErrors(errors) from None

    def trace(self, facts: Facts, reading: Reading) -> list[AtomReading]:
        """What every atom found, once for each fact that it reads; `readings_of_tree` says which are whose."""
        answers = reading.answers
        return [
            AtomReading(text, fact, facts.get(fact), answers[slot]) for slot, text, fact in self._readings
        ]

    def lacks(self, place: int, answers: Sequence[Answer], supplied: Collection[str]) -> bool:
        """Whether a tree can't hold whatever the `supplied` facts turn out to be: an atom that it needs, about another
        fact, is unknown.
        """
        return any(answers[slot] is None and fact not in supplied for slot, fact in self._needs[place])

    @cached_property
    def _needs(self) -> tuple[tuple[tuple[int, str], ...], ...]:
        needed = [[atom for atom in _needed(tree) if not isinstance(atom, Derived)] for tree in self.trees]
        return tuple(
            tuple((self.slots[atom], atom.fact) for atom in atoms if not other_fact(atom)) for atoms in needed
        )

    @cached_property
    def readings_of_tree(self) -> tuple[tuple[int, ...], ...]:
        """Per tree, the places in a trace of what its atoms found."""
        places: dict[int, list[int]] = {}
        for place, (slot, _, _) in enumerate(self._readings):
            places.setdefault(slot, []).append(place)
        slots = [dict.fromkeys(self.slots[atom] for atom in atoms_of(tree)) for tree in self.trees]
        return tuple(tuple(place for slot in own for place in places[slot]) for own in slots)

    @cached_property
    def _readings(self) -> list[tuple[int, str, str]]:
        return [
            (slot, str(atom), fact)
            for slot, atom in enumerate(self.atoms)
            for fact in (atom.fact, *other_fact(atom))
        ]

    def given(self, fact: str, value: Value | None, facts: Facts) -> Given:
        """The answers that the atoms about `fact` give where its value is `value`, all else as in `facts`. Not for
        derived facts.
        """
        about = yes = no = 0
        for slot in self._slots_of_fact.get(fact, ()):
            atom = self.atoms[slot]
            others = [facts.get(name) for name in other_fact(atom)]
            sides = [value, *others] if atom.fact == fact else [facts.get(atom.fact), value]
            answer = self._tests[slot](*sides)
            about |= 1 << slot
            yes |= bool(answer) << slot
            no |= (answer is False) << slot
        return Given(about, yes, no)

    def _mask(self, facts: frozenset[str]) -> int:
        return sum(self.bit_of_fact[fact] for fact in facts)

    @cached_property
    def trees_of_fact(self) -> tuple[int, ...]:
        """Per fact, the bits of the trees that read it."""
        return tuple(
            sum(1 << place for place, facts in enumerate(self.facts_of_tree) if facts >> fact & 1)
            for fact in range(len(self.facts))
        )

    @cached_property
    def weighed_facts(self) -> frozenset[str]:
        """The facts whose values some atom looks at, and not only whether they are known."""
        asking = [atom for atom in self.atoms if not isinstance(atom, (Known, Derived))]
        return frozenset(name for atom in asking for name in (atom.fact, *other_fact(atom)))

    @cached_property
    def compared_facts(self) -> frozenset[str]:
        """The facts that some atom compares with another fact."""
        pairs = [atom for atom in self.atoms if other_fact(atom)]
        return frozenset(name for atom in pairs for name in (atom.fact, *other_fact(atom)))

    def compares_two_of(self, facts: Collection[str]) -> bool:
        """Whether some atom compares two of these facts with one another."""
        return not self.compared_facts.isdisjoint(facts) and any(
            atom.fact in facts and name in facts for atom in self.atoms for name in other_fact(atom)
        )

    @cached_property
    def _slots_of_fact(self) -> dict[str, list[int]]:
        slots: dict[str, list[int]] = {}
        for slot, atom in enumerate(self.atoms):
            if not isinstance(atom, Derived):
                for fact in (atom.fact, *other_fact(atom)):
                    slots.setdefault(fact, []).append(slot)
        return slots

    @cached_property
    def _tests(self) -> list[Callable[..., Answer]]:
        """Per slot, the atom as a function of the values it reads."""
        return [_test(atom) for atom in self.atoms]

    @cached_property
    def tests(self) -> tuple[Callable[[list[Answer]], Answer], ...]:
        """Per tree, the condition as a function of the answers."""
        return tuple(_compiled(*_Source(self).single(tree)) for tree in self.trees)

    @cached_property
    def derivations(self) -> list[tuple[int, int, int, Callable[[list[Answer]], Answer]]]:
        """Slot, bit, bit of the fact, and meaning of each derived fact, parts before wholes. The bits lie above
        the trees'.
        """
        derived = [(slot, atom) for slot, atom in enumerate(self.atoms) if isinstance(atom, Derived)]
        return [
            (
                slot,
                1 << (len(self.trees) + place),
                self.bit_of_fact[atom.fact],
                _compiled(*_Source(self).single(atom.meaning)),
            )
            for place, (slot, atom) in enumerate(derived)
        ]

    @cached_property
    def dependents(self) -> list[int]:
        """Per slot, the bits of the trees and derived facts whose own text contains the atom."""
        dependents = [0] * len(self.atoms)
        meanings = [(bit, self.atoms[slot]) for slot, bit, _, _ in self.derivations]
        wholes = [(1 << place, tree) for place, tree in enumerate(self.trees)]
        wholes += [(bit, atom.meaning) for bit, atom in meanings if isinstance(atom, Derived)]
        for bit, tree in wholes:
            for atom in _own_atoms(tree):
                dependents[self.slots[atom]] |= bit
        return dependents


def other_fact(atom: Atom) -> tuple[str, ...]:
    """The second fact that an atom reads, if it reads one."""
    return (atom.other,) if isinstance(atom, (Related, Listed)) else ()


def _own_atoms(tree: Tree) -> list[Atom]:
    """The atoms of a tree without those in the meanings of its derived facts."""
    if isinstance(tree, Not):
        return _own_atoms(tree.part)
    if isinstance(tree, (All, AnyOf)):
        return [atom for part in tree.parts for atom in _own_atoms(part)]
    return [] if isinstance(tree, Always) else [tree]


def _needed(tree: Tree) -> list[Atom]:
    """Atoms without which a tree can't hold."""
    if isinstance(tree, All):
        return [atom for part in tree.parts for atom in _needed(part)]
    return [] if isinstance(tree, (Not, AnyOf, Always)) else [tree]


def _in_slots(trees: Sequence[Tree]) -> tuple[Atom, ...]:
    """Every atom once: those about facts first, in order of first use, then the derived ones, each after the
    atoms of its meaning.
    """
    plain: dict[Atom, None] = {}
    derived: dict[Atom, None] = {}

    def collect(tree: Tree) -> None:
        for atom in _own_atoms(tree):
            if isinstance(atom, Derived):
                collect(atom.meaning)
                derived[atom] = None
            else:
                plain[atom] = None

    for tree in trees:
        collect(tree)
    return (*plain, *derived)


class _Source:
    """Writes the source of the functions. `a` is an answer, `f` a fact's value, `k` a constant."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.constants: dict[str, object] = {}
        self.listed = False

    def single(self, tree: Tree) -> tuple[str, dict[str, object]]:
        """One tree as a function of the list of answers."""
        self.listed = True
        no, yes = self.test(tree, False), self.test(tree, True)
        return f"def run(a):\n return False if {no} else True if {yes} else None", self.constants

    def whole(self) -> tuple[str, dict[str, object]]:
        """All trees as one function of the facts' `get`, in the order in which things are needed."""
        lines = ["def run(get):", " holding = unsure = unknown = 0"]
        for place, fact in enumerate(self.program.facts):
            lines += self._fact(place, fact)
        for slot, atom in enumerate(self.program.atoms):
            lines += self._late_atom(slot, atom)
        for guard, guarded in self._by_guard().items():
            indent = " "
            if guard is not None and len(guarded) > 1:
                lines.append(f" if not ({self.test(guard, False)}):")
                indent = "  "
            for place, tree in guarded:
                lines.append(f"{indent}if not ({self.test(tree, False)}):")
                lines.append(f"{indent} if {self.test(tree, True)}: holding |= {1 << place}")
                lines.append(f"{indent} else: unsure |= {1 << place}")
        answers = "".join(f"a{slot}, " for slot in range(len(self.program.atoms)))
        lines.append(f" return ({answers}), holding, unsure, unknown")
        return "\n".join(lines), self.constants

    def _by_guard(self) -> dict[Atom | None, list[tuple[int, Tree]]]:
        """The trees with their places under an atom that each of them needs: the one that most of them share. Where
        it is answered no, none of them has to be asked.
        """
        needed = [
            [atom for atom in _needed(tree) if not isinstance(atom, Derived)] for tree in self.program.trees
        ]
        shared = Counter(atom for atoms in needed for atom in atoms)
        groups: dict[Atom | None, list[tuple[int, Tree]]] = {}
        for place, tree in enumerate(self.program.trees):
            guard = max(needed[place], key=lambda atom: (_is_of_words(atom), shared[atom]), default=None)
            groups.setdefault(guard, []).append((place, tree))
        return groups

    def _fact(self, place: int, fact: str) -> list[str]:
        """Read one fact and ask the atoms that need no other."""
        name = f"f{place}"
        lines = [f" {name} = get({self._constant(fact)})"]
        asked = [
            (slot, atom)
            for slot, atom in enumerate(self.program.atoms)
            if atom.fact == fact and not isinstance(atom, (Known, Related, Listed, Derived))
        ]
        unknown = "".join(f"a{slot} = " for slot, _ in asked)
        lines += [f" if {name} is None:", f"  unknown |= {1 << place}"]
        if asked:
            lines += [f"  {unknown}None", " else:", *self._questions(name, asked)]
        return lines

    def _questions(self, name: str, asked: Sequence[tuple[int, Atom]]) -> list[str]:
        """Ask the atoms about one known fact: words that are only compared are looked up, all in one go."""
        if len(asked) < _WORTH_A_TABLE or not all(_is_of_words(atom) for _, atom in asked):
            return [f"  a{slot} = {self._question(atom, name)}" for slot, atom in asked]
        table, others = _table([atom for _, atom in asked])
        slots = "".join(f"a{slot}, " for slot, _ in asked)
        return [f"  {slots} = {self._constant(table.get)}({name}, {self._constant(others)})"]

    def _late_atom(self, slot: int, atom: Atom) -> list[str]:
        """An atom that is never unknown, reads two facts, or has a meaning."""
        name = self._fact_name(atom.fact)
        if isinstance(atom, Known):
            return [f" a{slot} = {name} is not None"]
        if isinstance(atom, (Related, Listed)):
            other = self._fact_name(atom.other)
            return [
                f" a{slot} = None if {name} is None or {other} is None else {self._question(atom, name, other)}"
            ]
        if isinstance(atom, Derived):
            yes, no = self.test(atom.meaning, True), self.test(atom.meaning, False)
            return [
                f" a{slot} = {name} is True if {name} is not None else True if {yes} else False if {no} else None"
            ]
        return []

    def _question(self, atom: Atom, *names: str) -> str:
        template, constant = _template(atom)
        return template.format(*names, k=self._constant(constant))

    def test(self, tree: Tree, wanted: bool) -> str:
        """The expression that is true exactly where the tree's answer is `wanted`."""
        if isinstance(tree, Not):
            return self.test(tree.part, not wanted)
        if isinstance(tree, Always):
            return str(tree.value is wanted)
        if isinstance(tree, (All, AnyOf)):
            each = isinstance(tree, All) is wanted
            joined = (" and " if each else " or ").join(self.test(part, wanted) for part in tree.parts)
            return f"({joined or each})"
        slot = self.program.slots[tree]
        answer = f"a[{slot}]" if self.listed else f"a{slot}"
        return answer if wanted else f"{answer} is False"

    def _fact_name(self, fact: str) -> str:
        return f"f{self.program.facts.index(fact)}"

    def _constant(self, value: object) -> str:
        name = f"k{len(self.constants)}"
        self.constants[name] = value
        return name


def _is_of_words(atom: Atom) -> bool:
    """Whether an atom compares words for being the same."""
    if isinstance(atom, Among):
        return all(isinstance(value, str) for value in atom.values)
    return isinstance(atom, Compare) and isinstance(atom.value, str)


def _table(atoms: Sequence[Atom]) -> tuple[dict[str, tuple[bool, ...]], tuple[bool, ...]]:
    """The answers of atoms about words for each word that one of them names, and for any other word."""
    named: dict[str, list[int]] = {}
    for place, atom in enumerate(atoms):
        values = (
            atom.values if isinstance(atom, Among) else (atom.value,) if isinstance(atom, Compare) else ()
        )
        for value in values:
            named.setdefault(str(value), []).append(place)
    table = {
        word: tuple(place in holding for place in range(len(atoms)))
        for word, holding in ((word, frozenset(places)) for word, places in named.items())
    }
    return table, (False,) * len(atoms)


def _template(atom: Atom) -> tuple[str, object]:
    """How an atom is asked of known values, `{0}` and `{1}`, with its constant `{k}`."""
    match atom:
        case Holds():
            return "{0} is True", None
        case Known():
            return "{0} is not None", None
        case Among(values=values):
            return "{0} in {k}", values
        case Contains(value=value):
            return "{k} in {0}", value
        case Compare() | Related():
            return _comparison(atom)
        case Listed(parents=parents):
            return "{k}({0}, {1})", lambda value, chosen: lies_within(value, chosen, parents)
        case Derived():
            raise TypeError(f"{atom.fact} is derived: its parts are asked instead.")


def _comparison(atom: Compare | Related) -> tuple[str, object]:
    has_order = atom.kind not in _BY_LENGTH
    if isinstance(atom, Compare):
        return (
            (f"{{0}} {atom.relation} {{k}}", atom.value)
            if has_order
            else ("{k}({0})", within(atom.relation, atom.value))
        )
    return (f"{{0}} {atom.relation} {{1}}", None) if has_order else ("{k}({0}, {1})", relate(atom.relation))


def _test(atom: Atom) -> Callable[..., Answer]:
    if isinstance(atom, Derived):
        return lambda *_: None
    template, constant = _template(atom)
    names = ("f0", "f1")[: 1 + len(other_fact(atom))]
    asked = template.format(*names, k="k0")
    missing = "False" if isinstance(atom, Known) else "None"
    unknown = " or ".join(f"{name} is None" for name in names)
    source = f"def run({', '.join(names)}):\n return {missing} if {unknown} else {asked}"
    return _compiled(source, {"k0": constant})


def _compiled(source: str, constants: dict[str, object]) -> Callable[..., Any]:
    """The function `run` of a source that was put together here."""
    namespace: dict[str, Any] = {"__builtins__": {}, **constants}
    exec(compile(source, "<conditions>", "exec"), namespace)  # noqa: S102 (slot numbers only, see above)
    run: Callable[..., Any] = namespace["run"]
    return run
