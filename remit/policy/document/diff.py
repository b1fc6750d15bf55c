"""What changed between two versions of a document: prose sentence by sentence, rules and figures key by key.

Clauses are matched by id, blocks by kind and name; moving a clause changes its number and nothing else.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from remit.policy.document.prose import plain_text
from remit.policy.document.source import ClauseSource, Document

Change = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class WordChange:
    """A stretch of prose: kept, added or removed."""

    kind: Literal["kept", "added", "removed"]
    words: str


@dataclass(frozen=True, slots=True)
class ValueChange:
    """A key of a block whose value changed; `path` as `phases.included.lasts`, None where it was or is
    absent.
    """

    block: str
    path: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """What happened to one clause. `prose` is empty where its words stayed as they were."""

    clause: str
    change: Change
    title: str
    old_number: str | None
    new_number: str | None
    prose: tuple[WordChange, ...]
    values: tuple[ValueChange, ...]

    @property
    def changes_rules(self) -> bool:
        """Whether anything but words and examples changed."""
        return any(not value.block.startswith("example") for value in self.values)


@dataclass(frozen=True, slots=True)
class DocumentDiff:
    """All changes from an old version to a new one; clauses in the order of the new one, removed ones last."""

    front: tuple[ValueChange, ...]
    clauses: tuple[ClauseChange, ...]

    @property
    def is_editorial(self) -> bool:
        """Whether only words changed, so that every request would be decided as before."""
        kept = {"version", "effective", "title", "policies"}
        return all(change.path.split(".")[0] in kept for change in self.front) and not any(
            clause.changes_rules for clause in self.clauses
        )


def diff_documents(old: Document, new: Document) -> DocumentDiff:
    """What changed from `old` to `new`."""
    before = {clause.id: clause for clause in old.clauses}
    after = {clause.id: clause for clause in new.clauses}
    changes = [
        _clause(before.get(identity), after.get(identity)) for identity in dict.fromkeys([*after, *before])
    ]
    front = tuple(_values("front matter", _flat(old.front.data), _flat(new.front.data)))
    return DocumentDiff(front, tuple(change for change in changes if change))


def in_words(diff: DocumentDiff) -> Iterator[str]:
    """The changes as lines to read: what they come to, then each clause with its words and its figures."""
    if not diff.front and not diff.clauses:
        yield "Nothing changed."
        return
    yield (
        "Only words changed: every request is decided as before."
        if diff.is_editorial
        else "Rules or figures changed: requests may be decided otherwise."
    )
    if diff.front:
        yield ""
        yield from (f"  {_said(value)}" for value in diff.front)
    for clause in diff.clauses:
        yield ""
        yield f"§{clause.new_number or clause.old_number} {clause.title} ({clause.clause}): {clause.change}"
        if clause.change != "changed":
            continue
        yield from (
            f"  {'+' if words.kind == 'added' else '-'} {words.words}"
            for words in clause.prose
            if words.kind != "kept"
        )
        yield from (f"  {_said(value)}" for value in clause.values)


def _said(value: ValueChange) -> str:
    place = " · ".join(part for part in (value.block, value.path) if part)
    return f"{place}: {value.old or 'nothing'} → {value.new or 'nothing'}"


def _clause(old: ClauseSource | None, new: ClauseSource | None) -> ClauseChange | None:
    clause = new or old
    assert clause is not None
    prose = _prose(_words(old), _words(new))
    values = tuple(_blocks(old, new))
    if old and new and not values and not prose and old.title == new.title:
        return None
    change: Change = "changed" if old and new else "added" if new else "removed"
    return ClauseChange(
        clause.id,
        change,
        clause.title,
        old.number if old else None,
        new.number if new else None,
        prose,
        values,
    )


def _words(clause: ClauseSource | None) -> list[str]:
    if clause is None:
        return []
    text = "\n".join(
        plain_text(piece.tokens, {}) for piece in clause.pieces if piece.tokens and not piece.table_of
    )
    return re.findall(r"[^\s.!?;]*(?:[^.!?;\n]+[.!?;]*\s*|\n)", text)


def _prose(old: list[str], new: list[str]) -> tuple[WordChange, ...]:
    if old == new:
        return ()
    changes: list[WordChange] = []
    for operation, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if operation == "equal":
            changes.append(WordChange("kept", "".join(old[a:b]).strip()))
            continue
        if b > a:
            changes.append(WordChange("removed", "".join(old[a:b]).strip()))
        if d > c:
            changes.append(WordChange("added", "".join(new[c:d]).strip()))
    return tuple(change for change in changes if change.words)


def _blocks(old: ClauseSource | None, new: ClauseSource | None) -> Iterator[ValueChange]:
    before, after = _named_blocks(old), _named_blocks(new)
    for name in dict.fromkeys([*after, *before]):
        yield from _values(name, before.get(name, {}), after.get(name, {}))


def _named_blocks(clause: ClauseSource | None) -> dict[str, Mapping[str, str]]:
    named: dict[str, Mapping[str, str]] = {}
    for block in clause.blocks if clause else ():
        name = " ".join(filter(None, [block.kind, block.name]))
        while name in named:
            name += " ·"
        values = _flat(block.text.data)
        if block.table:
            heads = [cell.text for cell in block.table.headers]
            for row in block.table.rows:
                label = row[0].text if row else ""
                values.update(
                    {f"{label}.{head}": cell.text for head, cell in zip(heads[1:], row[1:], strict=False)}
                )
        named[name] = values
    return named


def _values(block: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[ValueChange]:
    for path in dict.fromkeys([*new, *old]):
        if old.get(path) != new.get(path):
            yield ValueChange(block, path, old.get(path), new.get(path))


def _flat(data: Any, path: str = "") -> dict[str, str]:
    if isinstance(data, str):
        return {path: data}
    entries = data.items() if isinstance(data, dict) else enumerate(data)
    return {
        key: words
        for step, value in entries
        for key, words in _flat(value, f"{path}.{step}" if path else str(step)).items()
    }
