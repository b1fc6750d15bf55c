"""A decision as it is kept: immutable, with its whole trace, and readable from JSON again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

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


class Trace(Sequence[TraceLine]):
    """Every rule, every requirement and every default with what it came to, in this order. The lines are written
    out when they are first looked at; what they are written from is kept from the moment of the decision.
    """

    __slots__ = ("_lines", "_write")

    def __init__(self, write: Callable[[], tuple[TraceLine, ...]]) -> None:
        self._write = write
        self._lines: tuple[TraceLine, ...] | None = None

    @property
    def lines(self) -> tuple[TraceLine, ...]:
        if self._lines is None:
            self._lines = self._write()
        return self._lines

    def __iter__(self) -> Iterator[TraceLine]:
        return iter(self.lines)

    def __len__(self) -> int:
        return len(self.lines)

    def __getitem__(self, place: Any) -> Any:
        return self.lines[place]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Trace) and self.lines == other.lines

    def __hash__(self) -> int:
        return hash(self.lines)

    def __repr__(self) -> str:
        return f"Trace({self.lines!r})"

    def to_json(self) -> Json:
        """Atoms once, each line with the numbers of its own."""
        numbers: dict[AtomReading, int] = {}
        lines = [
            {
                "rule": line.rule_key,
                "clause": line.clause,
                "aspect": str(line.aspect),
                "result": line.result,
                "suppressed_by": line.suppressed_by,
                "atoms": [numbers.setdefault(atom, len(numbers)) for atom in line.atoms],
            }
            for line in self.lines
        ]
        atoms = [[atom.text, atom.fact, _plain(atom.value), atom.result] for atom in numbers]
        return {"atoms": atoms, "lines": lines}

    @classmethod
    def from_json(cls, data: Json, declarations: Declarations | None = None) -> Trace:
        atoms = [
            AtomReading(text, fact, _typed(fact, value, declarations), result)
            for text, fact, value, result in data["atoms"]
        ]
        lines = tuple(
            TraceLine(
                line["rule"],
                line["clause"],
                Aspect(line["aspect"]),
                line["result"],
                line["suppressed_by"],
                tuple(atoms[number] for number in line["atoms"]),
            )
            for line in data["lines"]
        )
        return cls(lambda: lines)


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, why, and what can be done.

    `deciding` are the findings that made the outcome, `contributing` all others that applied. `asks` are the
    facts asked of the requester, `welcome` those that would help and are not insisted on. `unknowns` are the
    unknown facts that could matter, `would_change` the keys of the rules that would change the outcome if a
    missing record or desk fact made them hold. `says` and the findings' `because` may hold placeholders, which
    `rules.fill` fills. `least_change` is empty unless it was asked for.
    """

    outcome: Outcome
    deciding: tuple[Finding, ...]
    contributing: tuple[Finding, ...]
    asks: tuple[str, ...]
    welcome: tuple[str, ...]
    unknowns: tuple[Unknown, ...]
    would_change: tuple[str, ...]
    conflicts: tuple[Conflict, ...]
    gaps: tuple[Aspect, ...]
    trace: Trace
    least_change: tuple[Change, ...] = ()
    says: str = ""
    steps: tuple[NextStep, ...] = field(default=())

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
        return cls(
            outcome=Outcome(data["outcome"]),
            deciding=tuple(map(_finding_from_json, data["deciding"])),
            contributing=tuple(map(_finding_from_json, data["contributing"])),
            asks=tuple(data["asks"]),
            welcome=tuple(data["welcome"]),
            unknowns=tuple(Unknown(fact, Supplier(supplier)) for fact, supplier in data["unknowns"]),
            would_change=tuple(data["would_change"]),
            conflicts=tuple(
                Conflict(Aspect(one["aspect"]), tuple(map(_finding_from_json, one["findings"])))
                for one in data["conflicts"]
            ),
            gaps=tuple(map(Aspect, data["gaps"])),
            trace=Trace.from_json(data["trace"], declarations),
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
