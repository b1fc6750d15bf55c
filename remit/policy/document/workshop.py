"""What the compiling modules share: the blocks that could be read, the faults found so far, and small
common questions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

from remit.policy.conditions import Condition, ConditionError, parse_condition
from remit.policy.document.findings import Finding, Level
from remit.policy.document.reading import ReadBlock
from remit.policy.document.source import Document
from remit.policy.document.strict_text import Place
from remit.policy.vocabulary.facts import FactDeclaration, Value
from remit.policy.vocabulary.zones import at_wall_time


def _code_of(message: str) -> str:
    """The code of a fault in a condition, by what its sentence is about."""
    if message.startswith("There is no "):
        return "unknown-fact"
    if message.startswith("A look-alike "):
        return "look-alike"
    if " is never " in message:
        return "value-outside-list"
    if re.search(
        r": expected |can't be compared|has no order|is not an? (date|duration|instant|amount)", message
    ):
        return "type"
    return "condition"


def rule_key(clause: str, name: str) -> str:
    """The key of a rule: its clause and its name in small letters, digits and hyphens."""
    return f"{clause}/{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')}"


@dataclass(slots=True)
class Workshop:
    """One compilation under way.

    `read` are the conditions read so far, by their text. `unsure_rules` are the keys of rules whose
    condition is at fault; they are compiled never to fire. `is_whole` is false where anything else is
    missing that examples may depend on.
    """

    document: Document
    blocks: list[ReadBlock]
    where: tzinfo
    holidays: Mapping[str, Mapping[date, str]] | None
    findings: list[Finding] = field(default_factory=list)
    declarations: dict[str, FactDeclaration] = field(default_factory=dict)
    values: dict[str, Value] = field(default_factory=dict)
    read: dict[str, Condition] = field(default_factory=dict)
    unsure_rules: set[str] = field(default_factory=set)
    is_whole: bool = True

    def of(self, kind: str) -> Iterator[ReadBlock]:
        return (block for block in self.blocks if block.block.kind == kind)

    def one(self, kind: str) -> ReadBlock | None:
        """The only block of its kind; a second one is a fault."""
        found = list(self.of(kind))
        for extra in found[1:]:
            self.fault(
                "duplicate-block",
                f"“{kind}” stands a second time (first on line {found[0].line})",
                extra,
                extra.place(kind, key=True),
                "a document has one of these",
            )
        return found[0] if found else None

    def fault(
        self,
        code: str,
        message: str,
        block: ReadBlock | str | None,
        place: Place,
        hint: str | None = None,
        *,
        level: Level = "error",
        witness: str | None = None,
    ) -> None:
        clause = block.clause if isinstance(block, ReadBlock) else block
        self.findings.append(
            Finding(
                code,
                level,
                message,
                place.line,
                place.column,
                clause or None,
                witness,
                hint,
                self.document.path,
            )
        )

    def condition(self, text: str | None, block: ReadBlock, *path: str | int) -> Condition | None:
        """The condition at `path` of a block, None where there is none. One that is at fault becomes a
        finding, and in its place stands a condition that never holds.
        """
        if text is None:
            return None
        place = block.place(*path)
        try:
            condition = parse_condition(
                text, self.declarations, self.values, (place.line, place.column), self.where
            )
        except ConditionError as error:
            is_said = "did you mean" in error.message
            nearest = f"did you mean “{error.nearest}”?" if error.nearest and not is_said else None
            message = error.message.rstrip(".")
            at = self._as_written(text, place, Place(error.line, error.column))
            self.fault(_code_of(message), message, block, at, error.hint or nearest)
            if block.block.kind == "rule":
                self.unsure_rules.add(rule_key(block.clause, block.model.rule))
            else:
                self.is_whole = False
            return parse_condition("no", self.declarations)
        self.read[text] = condition
        return condition

    def _as_written(self, text: str, start: Place, at: Place) -> Place:
        """Where a place in a text that begins at `start` stands in the document, in which it may run over several lines
        (a folded value is read as one): told by counting the characters that are no blanks.
        """
        lines = text.split("\n")
        row = at.line - start.line
        column = at.column - (start.column if row == 0 else 1)
        before = len("".join("".join([*lines[:row], lines[row][:column]]).split()))
        whole = "".join(text.split())
        for number, line in enumerate(self.document.lines[start.line - 1 :], start.line):
            rest = line[start.column - 1 :] if number == start.line else line
            written = "".join(rest.split())
            if not whole.startswith(written[: len(whole)]):
                return at
            if before < len(written):
                places = [place for place, sign in enumerate(rest) if not sign.isspace()]
                return Place(number, places[before] + 1 + len(line) - len(rest))
            before, whole = before - len(written), whole[len(written) :]
        return at

    def line_of(self, block: ReadBlock) -> int:
        """Where a rule stands on the page, by which rules are ordered. Under an agreement the clauses stand in the
        order of the page and their lines do not, so that the place among the blocks is taken.
        """
        if self.document.overlay is None:
            return block.line
        return next(place for place, one in enumerate(self.blocks, 1) if one is block)

    def instant(self, local: datetime) -> datetime:
        """The UTC instant of a local time of the document."""
        return at_wall_time(local, self.where)

    def is_clause(self, identity: str) -> bool:
        return self.document.clause(identity) is not None
