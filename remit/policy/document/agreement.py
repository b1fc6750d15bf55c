"""Puts an individual agreement over a policy: the strongest layer (design §4).

An agreement is a document of the same format whose clauses each name the clause of the policy they change
(`{#faster changes="answers"}`), or hold nothing but exceptions to some. The two are put together as they were
read, before anything is compiled: what comes out is a document like any other, and is compiled, decided by,
checked and drawn as one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from remit.policy.document.findings import Finding, did_you_mean
from remit.policy.document.reading import read_head
from remit.policy.document.source import (
    Amendment,
    Block,
    ClauseSource,
    Document,
    Overlay,
    Piece,
    load_after,
)
from remit.policy.document.strict_text import Place

STAYS = frozenset(
    {
        "facts",
        "topics",
        "values",
        "calendar",
        "priorities",
        "priority matrix",
        "cover",
        "services",
        "plans",
        "channels",
        "event",
        "close reasons",
        "terms",
    }
)
"""What a clause declares for the whole document. It stays when the clause is changed, unless the agreement declares
the same anew."""

BRINGS = frozenset({"facts", "values", "calendar", "services", "terms", "example"})
"""What a clause that is an exception may hold beside its exceptions: none of it changes anything by itself."""

EXCEPTIONS = frozenset({"rule", "targets"})

_NAMED = frozenset({"calendar", "cover", "event"})

_LINE = re.compile(r"\bline (\d+)")


def put_over(policy: Document, text: str, path: str = "agreement.md") -> Document:
    """The policy as it reads under an agreement. Never raises on what is written in it: what is wrong stands in
    `Document.faults`, and `told` says where.

    A changed clause keeps its id, its number and its place; its words and its blocks are the agreement's, but for
    what it declares (`STAYS`). The agreement's own exceptions come after the last clause.
    """
    after = len(policy.lines)
    agreement = load_after(text, path, after)
    lines = (*policy.lines, *agreement.lines[after:])
    clauses, faults = _Over(policy, agreement, lines).clauses()
    return replace(
        policy,
        hash=hashlib.sha256(f"{policy.hash} {agreement.hash}".encode()).hexdigest(),
        lines=lines,
        clauses=clauses,
        faults=(*policy.faults, *agreement.faults, *faults),
        overlay=Overlay(agreement, policy, after),
    )


class _Over:
    """One agreement being put over one policy."""

    def __init__(self, policy: Document, agreement: Document, lines: tuple[str, ...]) -> None:
        self.policy = policy
        self.agreement = agreement
        self.lines = lines
        self.faults: list[Finding] = []

    def fault(self, code: str, message: str, place: Place, clause: str | None, hint: str | None) -> None:
        self.faults.append(
            Finding(
                code, "error", message, place.line, place.column, clause, hint=hint, path=self.agreement.path
            )
        )

    def clauses(self) -> tuple[tuple[ClauseSource, ...], list[Finding]]:
        """The clauses of the whole, and what is wrong with the agreement."""
        self._read_head()
        changed: dict[str, ClauseSource] = {}
        added: list[ClauseSource] = []
        for clause in self.agreement.clauses:
            if not clause.changes:
                self._must_be_exceptions(clause)
                added.append(clause)
            elif self.policy.clause(clause.changes) is None:
                self._unknown(clause)
            elif clause.changes in changed:
                self.fault(
                    "changes-twice",
                    f"“{clause.changes}” is changed a second time (first on line "
                    f"{changed[clause.changes].line})",
                    self._place(clause, clause.changes),
                    clause.id,
                    "say in one clause how it reads under this agreement",
                )
            else:
                changed[clause.changes] = clause
        own = {clause.id for clause in added}
        return (
            *(
                _changed(clause, changed[clause.id]) if clause.id in changed else clause
                for clause in self.policy.clauses
            ),
            *(self._added(clause, own) for clause in added),
        ), self.faults

    def _read_head(self) -> None:
        head, faults = read_head(self.agreement)
        self.faults += faults
        desk = self.policy.front.data.get("desk")
        if head is not None and head.desk != desk:
            self.fault(
                "agreement-desk",
                f"this agreement is with the desk “{head.desk}”; the policy is of “{desk}”",
                self.agreement.front.value_at(("desk",)),
                None,
                None,
            )

    def _unknown(self, clause: ClauseSource) -> None:
        self.fault(
            "changes-unknown",
            f"the policy has no clause “{clause.changes}”",
            self._place(clause, clause.changes),
            clause.id,
            did_you_mean(clause.changes, [one.id for one in self.policy.clauses])
            or "name one clause of the policy by its id",
        )

    def _must_be_exceptions(self, clause: ClauseSource) -> None:
        """A clause that names none it changes says nothing but exceptions to some (and what these need)."""
        hint = (
            f'name the clause it changes: {{#{clause.id} changes="…"}}, or make it an exception: '
            "exception to: [clause]"
        )
        if self.policy.clause(clause.id) is not None:
            self.fault(
                "duplicate-clause",
                f"the policy has a clause “{clause.id}” already",
                self._place(clause, clause.id),
                clause.id,
                f'to change it, write {{#an-id-of-its-own changes="{clause.id}"}}',
            )
        has_exceptions = False
        for block in clause.blocks:
            is_exception = block.kind in EXCEPTIONS and bool(block.text.data.get("exception to"))
            has_exceptions |= is_exception
            if not is_exception and block.kind not in BRINGS:
                self.fault(
                    "changes-nothing",
                    f"this “{block.kind}” is no exception, and its clause names none that it changes",
                    block.place((block.kind,), key=True),
                    clause.id,
                    hint,
                )
                has_exceptions = True
        if not has_exceptions:
            message = f"“{clause.title}” changes nothing: it names no clause, and holds no exception to one"
            self.fault("changes-nothing", message, Place(clause.line, 1), clause.id, hint)

    def _added(self, clause: ClauseSource, own: set[str]) -> ClauseSource:
        """A clause of exceptions, after the policy's own; below a clause that changes one it stands by itself."""
        number = f"A-{clause.number}"
        is_part = clause.parent in own
        return replace(
            clause,
            number=number,
            level=3 if is_part else 2,
            parent=clause.parent if is_part else None,
            amendment=Amendment(clause.id, number),
        )

    def _place(self, clause: ClauseSource, words: str) -> Place:
        return Place(clause.line, max(self.lines[clause.line - 1].rfind(words), 0) + 1)


def _changed(clause: ClauseSource, by: ClauseSource) -> ClauseSource:
    """The policy's clause with the agreement's words and blocks, and with what it declares and the agreement does
    not.
    """
    anew = {declared for block in by.blocks for declared in _declared(block)}
    stays = tuple(
        piece
        for piece in clause.pieces
        if (block := piece.block or piece.table_of) is not None
        and block.kind in STAYS
        and not anew & _declared(block)
    )
    return replace(
        clause,
        title=by.title,
        line=by.line,
        pieces=(*(_under(piece, clause.id) for piece in by.pieces), *stays),
        amendment=Amendment(by.id, f"A-{by.number}"),
    )


def _declared(block: Block) -> set[tuple[str, str]]:
    """What a block declares, by kind and name; of a kind that a document has one of, the kind alone."""
    entries = block.text.data.get(block.kind)
    if isinstance(entries, dict) and block.kind != "channels":
        return {(block.kind, name) for name in entries}
    return {(block.kind, block.name if block.kind in _NAMED else "")}


def _under(piece: Piece, clause: str) -> Piece:
    """A piece of the agreement as one of the clause that it changes."""

    def belonging(block: Block | None) -> Block | None:
        return None if block is None else replace(block, clause=clause)

    return replace(piece, block=belonging(piece.block), table_of=belonging(piece.table_of))


# --- where things stand -----------------------------------------------------------------------------------------------


def told(document: Document, findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings about a policy, each with the line of the file it stands in; of a policy under an agreement those
    that are the agreement's doing, each at its place in the agreement.

    What the policy's own examples say, its rules that an exception now always overrides, and its warnings are no
    findings about an agreement: the policy answers for them where it stands alone.
    """
    overlay = document.overlay
    for finding in findings:
        if overlay is None:
            yield finding
        elif finding.line > overlay.after:
            yield _in_agreement(finding, overlay)
        elif finding.level == "error" and finding.code != "never-fires" and "example" not in finding.code:
            yield _at_the_change(finding, document, overlay)


def _in_agreement(finding: Finding, overlay: Overlay) -> Finding:
    return replace(
        finding,
        message=_lines_told(finding.message, overlay),
        line=finding.line - overlay.after,
        path=overlay.document.path,
    )


def _at_the_change(finding: Finding, document: Document, overlay: Overlay) -> Finding:
    """What goes wrong in the policy under the agreement, at the clause of the agreement that changes the same clause,
    else at its head.
    """
    clause = document.clause(finding.clause or "")
    line = clause.line - overlay.after if clause is not None and clause.amendment else 1
    return replace(
        finding,
        message=f"{_lines_told(finding.message, overlay)} (in the policy, line {finding.line})",
        line=line,
        column=1,
        path=overlay.document.path,
    )


def _lines_told(message: str, overlay: Overlay) -> str:
    def told_as(found: re.Match[str]) -> str:
        line = int(found[1])
        return f"line {line - overlay.after}" if line > overlay.after else f"line {line} of the policy"

    return _LINE.sub(told_as, message)
