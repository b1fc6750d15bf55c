"""What can be said about a policy document before it is published: one finding, and the error that carries
them all.

Here lives the shape of a finding. What is looked for lives in `remit.policy.check` and, for faults of form,
in the modules that read the document.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault or doubt, at one place.

    `line` and `column` count from 1. `witness` is a concrete case that shows the fault (facts and what
    follows from them), `hint` a way out. `clause` is the id of the clause it stands under, or None before
    the first.
    """

    code: str
    level: Level
    message: str
    line: int
    column: int
    clause: str | None = None
    witness: str | None = None
    hint: str | None = None
    path: str = ""

    def __str__(self) -> str:
        head = f"{self.path or 'policy'}:{self.line}:{self.column}: {self.level} {self.code} {self.message}"
        tail = [f"    for example: {self.witness}"] if self.witness else []
        tail += [f"    hint: {self.hint}"] if self.hint else []
        return "\n".join([head, *tail])

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


class PolicyErrors(ValueError):
    """A document that cannot be compiled or published; holds every finding, not only the first."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = in_order(findings)
        faults = [finding for finding in self.findings if finding.level == "error"]
        super().__init__("\n".join(str(finding) for finding in faults) or "the document has faults")


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings by place, each once."""
    return tuple(dict.fromkeys(sorted(findings, key=lambda f: (f.path, f.line, f.column, f.code, f.message))))


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like `name`, or None when none is near."""
    names = list(known)
    lowered = {candidate.lower(): candidate for candidate in reversed(names)}
    found = difflib.get_close_matches(name.lower(), list(lowered), n=1, cutoff=0.55)
    if found:
        return lowered[found[0]]
    ends = [candidate for candidate in names if candidate.split(".")[-1] == name.rsplit(".", maxsplit=1)[-1]]
    return ends[0] if len(ends) == 1 else None


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """A hint that names the nearest known name, or lists them where they are few."""
    names = list(known)
    near = nearest(name, names)
    if near:
        return f"did you mean “{near}”?"
    if 0 < len(names) <= 12:
        return "known here: " + ", ".join(names)
    return None
