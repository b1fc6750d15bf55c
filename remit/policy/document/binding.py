"""Placeholders: which value of a clause's blocks `{{ path }}` means. How it is said stands in `spoken`.

A path is the end of a key path into the blocks of its clause (`included` for `phases.included.lasts`), or
of another clause's after `clause-id:`. A path that lands on a mapping with one value means that value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from remit.policy.document.findings import nearest
from remit.policy.document.source import Block, Document
from remit.policy.document.strict_text import Path

_UNBOUND = frozenset({"example", "facts", "topics", "rule", "default", "requires"})
"""Kinds whose values are no figures of the prose."""

_WORDING = frozenset({"title", "label", "help", "ask", "says", "because", "quote", "next", "about", "while"})
"""Keys whose values are words to people, or rules, and never figures."""


@dataclass(frozen=True, slots=True)
class Bound:
    """What a placeholder stands for: the value as written and where it comes from."""

    words: str
    clause: str
    path: str


class Unbound(ValueError):
    """A placeholder that means nothing, or more than one thing; the message says which, `hint` what to
    write.
    """

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


class Bindings:
    """The values that placeholders of one document may mean."""

    def __init__(self, document: Document, folded: Mapping[int, Block]) -> None:
        """`folded`: line → the block with its table folded in, for blocks written as tables."""
        self._leaves: dict[str, list[Bound]] = {}
        for clause in document.clauses:
            leaves: list[Bound] = []
            for block in clause.blocks:
                if block.kind not in _UNBOUND:
                    data = folded.get(block.line, block).text.data
                    leaves += [Bound(words, clause.id, _dotted(path)) for path, words in _nodes(data, ())]
            self._leaves[clause.id] = leaves

    def find(self, written: str, clause: str) -> Bound:
        """What `written` means in `clause`; raises `Unbound`."""
        named, _, path = written.rpartition(":")
        where, path = named.strip() or clause, path.strip()
        if where not in self._leaves:
            near = nearest(where, self._leaves)
            raise Unbound(
                f"“{{{{ {written} }}}}” names a clause “{where}” that is not there",
                f"did you mean “{near}”?" if near else None,
            )
        leaves = self._leaves[where]
        found = [bound for bound in leaves if bound.path == path] or [
            bound for bound in leaves if bound.path.endswith("." + path)
        ]
        if not found:
            raise Unbound(
                f"“{{{{ {written} }}}}” has no value in the blocks of “{where}”",
                self._near(path, where, is_named=bool(named.strip())),
            )
        if len({bound.words for bound in found}) > 1:
            choices = ", ".join(f"“{bound.path}”" for bound in found[:4])
            raise Unbound(
                f"“{{{{ {written} }}}}” may mean several values", f"write more of the path: {choices}"
            )
        return found[0]

    def _near(self, path: str, where: str, *, is_named: bool) -> str | None:
        """What to write instead, whole: with the clause where the author named one, and no longer than it has to be."""
        paths = [bound.path for bound in self._leaves[where]]
        near = nearest(path, dict.fromkeys([*paths, *(end for one in paths for end in _ends(one))]))
        if near:
            return f"did you mean “{where}: {near}”?" if is_named else f"did you mean “{near}”?"
        elsewhere = [
            clause
            for clause, leaves in self._leaves.items()
            if any(bound.path == path or bound.path.endswith("." + path) for bound in leaves)
        ]
        if elsewhere:
            return f"in “{elsewhere[0]}” there is one: write “{{{{ {elsewhere[0]}: {path} }}}}”"
        return "known here: " + ", ".join(paths[:8]) if paths else "no block of this clause has a value"


def _ends(path: str) -> Iterator[str]:
    parts = path.split(".")
    return (".".join(parts[start:]) for start in range(1, len(parts)))


def _dotted(path: Path) -> str:
    return ".".join(str(step) for step in path)


def _nodes(data: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """Every value under `data`; a mapping or list with one value stands for it too."""
    if isinstance(data, str):
        if path:
            yield path, data
        return
    entries: Sequence[tuple[str | int, Any]] = (
        list(data.items()) if isinstance(data, dict) else list(enumerate(data))
    )
    inner: list[tuple[Path, str]] = []
    for step, value in entries:
        if step not in _WORDING:
            inner += _nodes(value, (*path, step))
    yield from inner
    leaves = {words for _, words in inner}
    if path and len(leaves) == 1:
        yield path, leaves.pop()
