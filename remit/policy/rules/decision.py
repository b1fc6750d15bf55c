"""A decision as it is kept: immutable, with its whole trace, and readable from JSON again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from remit.policy.conditions import Answer, AtomReading
from remit.policy.rules.model import Change, Conflict, Finding, NextStep, Unknown
from remit.policy.vocabulary import (
    Aspect,
    FactDeclaration,
    Outcome,
    Supplier,
    Value,
    decode_facts,
    encode_facts,
)

Json = dict[str, Any]
Declarations = Mapping[str, FactDeclaration]


@dataclass(frozen=True, slots=True)
class TraceLine:
    """What one rule, requirement or default came to. `result`: it held, it did not, or that can't be told;
    `suppressed_by` is the key of the exception that overrode it; `atoms` are its condition's parts.
    """

    rule_key: str
    clause: str
    aspect: Aspect
    result: Answer
    suppressed_by: str | None
    atoms: tuple[AtomReading, ...]


class Entry(NamedTuple):
    """A trace line whose atoms are numbers into a list that all lines share."""

    rule_key: str
    clause: str
    aspect: Aspect
    result: Answer
    suppressed_by: str | None
    atoms: tuple[int, ...]


class Traced(NamedTuple):
    """The shared atoms of a trace, and its entries."""

    atoms: Sequence[AtomReading]
    entries: Sequence[Entry]


class Trace(Sequence[TraceLine]):
    """Every rule, every requirement and every default with what it came to, in this order. It is written out when it
    is first looked at; what it is written from is kept from the moment of the decision.
    """

    __slots__ = ("_traced", "_write")

    def __init__(self, write: Callable[[], Traced]) -> None:
        self._write = write
        self._traced: Traced | None = None

    @property
    def traced(self) -> Traced:
        """The trace with its atoms listed once."""
        if self._traced is None:
            self._traced = self._write()
        return self._traced

    @property
    def lines(self) -> tuple[TraceLine, ...]:
        return tuple(self)

    def __iter__(self) -> Iterator[TraceLine]:
        for place in range(len(self)):
            yield self[place]

    def __len__(self) -> int:
        return len(self.traced.entries)

    def __getitem__(self, place: Any) -> Any:
        atoms, entries = self.traced
        rule_key, clause, aspect, result, suppressed_by, numbers = entries[place]
        own = tuple(atoms[number] for number in numbers)
        return TraceLine(rule_key, clause, aspect, result, suppressed_by, own)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Trace) and self.lines == other.lines

    def __hash__(self) -> int:
        return hash(self.lines)

    def __repr__(self) -> str:
        return f"Trace({self.lines!r})"

    def to_json(self) -> Json:
        """Atoms once, each line with the numbers of its own."""
        atoms, entries = self.traced
        plain = encode_facts({atom.fact: atom.value for atom in atoms})
        return {
            "atoms": [[atom.text, atom.fact, plain.get(atom.fact), atom.result] for atom in atoms],
            "lines": [
                {
                    "rule": rule_key,
                    "clause": clause,
                    "aspect": str(aspect),
                    "result": result,
                    "suppressed_by": suppressed_by,
                    "atoms": list(numbers),
                }
                for rule_key, clause, aspect, result, suppressed_by, numbers in entries
            ],
        }

    @classmethod
    def from_json(cls, data: Json, declarations: Declarations | None = None) -> Trace:
        atoms = [
            AtomReading(text, fact, _typed(fact, value, declarations), result)
            for text, fact, value, result in data["atoms"]
        ]
        entries = [
            Entry(
                line["rule"],
                line["clause"],
                Aspect(line["aspect"]),
                line["result"],
                line["suppressed_by"],
                tuple(line["atoms"]),
            )
            for line in data["lines"]
        ]
        return cls(lambda: Traced(atoms, entries))


class Lacking(NamedTuple):
    """What is not known and could matter, and the keys of the rules that it keeps from changing the outcome."""

    unknowns: tuple[Unknown, ...]
    would_change: tuple[str, ...]


class Later:
    """What is lacking, worked out when it is first asked for, from what was kept at the decision."""

    __slots__ = ("_found", "_work_out")

    def __init__(self, work_out: Callable[[], Lacking]) -> None:
        self._work_out = work_out
        self._found: Lacking | None = None

    @property
    def found(self) -> Lacking:
        if self._found is None:
            self._found = self._work_out()
        return self._found

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Later) and self.found == other.found

    def __hash__(self) -> int:
        return hash(self.found)

    def __repr__(self) -> str:
        return repr(self.found)


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, why, and what can be done.

    `deciding` are the findings that made the outcome, `contributing` all others that applied. `asks` are the
    facts asked of the requester, `welcome` those that would help and are not insisted on. `lacking` is what nobody has
    established, seen through `unknowns` and `would_change`. `says` and the findings' `because` may hold placeholders,
    which `rules.fill` fills. `least_change` is empty unless it was asked for.
    """

    outcome: Outcome
    deciding: tuple[Finding, ...]
    contributing: tuple[Finding, ...]
    asks: tuple[str, ...]
    welcome: tuple[str, ...]
    conflicts: tuple[Conflict, ...]
    gaps: tuple[Aspect, ...]
    trace: Trace
    lacking: Later
    least_change: tuple[Change, ...] = ()
    says: str = ""
    steps: tuple[NextStep, ...] = field(default=())

    @property
    def unknowns(self) -> tuple[Unknown, ...]:
        """The unknown facts that could matter: the requester's first."""
        return self.lacking.found.unknowns

    @property
    def would_change(self) -> tuple[str, ...]:
        """The keys of the rules that lack a fact of the record or the desk and would change the outcome by holding."""
        return self.lacking.found.would_change

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses it rests on, each once, the deciding ones first."""
        return tuple(dict.fromkeys(finding.clause for finding in (*self.deciding, *self.contributing)))

    def to_json(self) -> Json:
        """The decision as plain JSON values; `from_json` reads it again."""
        return {
            "outcome": str(self.outcome),
            "deciding": [_finding_to_json(finding) for finding in self.deciding],
            "contributing": [_finding_to_json(finding) for finding in self.contributing],
            "asks": list(self.asks),
            "welcome": list(self.welcome),
            "unknowns": [[unknown.fact, str(unknown.supplier)] for unknown in self.unknowns],
            "would_change": list(self.would_change),
            "conflicts": [
                {
                    "aspect": str(conflict.aspect),
                    "findings": [_finding_to_json(finding) for finding in conflict.findings],
                }
                for conflict in self.conflicts
            ],
            "gaps": [str(aspect) for aspect in self.gaps],
            "trace": self.trace.to_json(),
            "least_change": [_change_to_json(change) for change in self.least_change],
            "says": self.says,
            "steps": [{"kind": step.kind, "label": step.label, "target": step.target} for step in self.steps],
        }

    @classmethod
    def from_json(cls, data: Json, declarations: Declarations | None = None) -> Decision:
        """The decision that `to_json` wrote. With the policy's `declarations` values of facts come back as they
        were; without, they stay as JSON writes them.
        """
        lacking = Lacking(
            tuple(Unknown(fact, Supplier(supplier)) for fact, supplier in data["unknowns"]),
            tuple(data["would_change"]),
        )
        return cls(
            outcome=Outcome(data["outcome"]),
            deciding=tuple(map(_finding_from_json, data["deciding"])),
            contributing=tuple(map(_finding_from_json, data["contributing"])),
            asks=tuple(data["asks"]),
            welcome=tuple(data["welcome"]),
            conflicts=tuple(
                Conflict(Aspect(one["aspect"]), tuple(map(_finding_from_json, one["findings"])))
                for one in data["conflicts"]
            ),
            gaps=tuple(map(Aspect, data["gaps"])),
            trace=Trace.from_json(data["trace"], declarations),
            lacking=Later(lambda: lacking),
            least_change=tuple(_change_from_json(change, declarations) for change in data["least_change"]),
            says=data["says"],
            steps=tuple(NextStep(**step) for step in data["steps"]),
        )


def _finding_to_json(finding: Finding) -> Json:
    return {
        "clause": finding.clause,
        "rule": finding.rule_key,
        "aspect": str(finding.aspect),
        "outcome": str(finding.outcome),
        "because": finding.because,
        "quote": finding.quote,
        "name": finding.name,
        "service": finding.service,
    }


def _finding_from_json(data: Json) -> Finding:
    return Finding(
        data["clause"],
        data["rule"],
        Aspect(data["aspect"]),
        Outcome(data["outcome"]),
        data["because"],
        data["quote"],
        data["name"],
        data["service"],
    )


def _change_to_json(change: Change) -> Json:
    return {
        "fact": change.fact,
        "from": _plain(change.from_value),
        "to": _plain(change.to_value),
        "outcome": str(change.outcome),
        "clause": change.clause,
        "supplier": str(change.supplier),
        "along_with": [[fact, _plain(before), _plain(after)] for fact, before, after in change.along_with],
    }


def _change_from_json(data: Json, declarations: Declarations | None) -> Change:
    return Change(
        data["fact"],
        _typed(data["fact"], data["from"], declarations),
        _typed(data["fact"], data["to"], declarations),
        Outcome(data["outcome"]),
        data["clause"],
        Supplier(data["supplier"]),
        tuple(
            (fact, _typed(fact, before, declarations), _typed(fact, after, declarations))
            for fact, before, after in data["along_with"]
        ),
    )


def _plain(value: Value | None) -> Any:
    return encode_facts({"value": value}).get("value")


def _typed(fact: str, value: Any, declarations: Declarations | None) -> Any:
    if declarations is None or fact not in declarations:
        return value
    return decode_facts({fact: value}, {fact: declarations[fact]}).get(fact)
