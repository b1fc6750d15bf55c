"""Placeholders: which value of a clause's blocks `{{ path }}` means, and how that value is said on the
page.

A path is the end of a key path into the blocks of its clause (`included` for `phases.included.lasts`), or
of another clause's after `clause-id:`. A path that lands on a mapping with one value means that value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from remit.policy.document.findings import nearest
from remit.policy.document.source import Block, Document
from remit.policy.document.strict_text import Path
from remit.policy.rules.words import day_in_words
from remit.policy.vocabulary.durations import Duration, parse_duration

_UNBOUND = frozenset({"example", "facts", "topics", "rule", "default", "requires"})
"""Kinds whose values are no figures of the prose."""

_WORDING = frozenset({"title", "label", "help", "ask", "says", "because", "quote", "next", "about", "while"})
"""Keys whose values are words to people, or rules, and never figures."""

_UNITS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "en": {
        "s": ("second", "seconds"),
        "min": ("minute", "minutes"),
        "h": ("hour", "hours"),
        "working minutes": ("working minute", "working minutes"),
        "working hours": ("working hour", "working hours"),
        "business days": ("business day", "business days"),
        "days": ("day", "days"),
        "months": ("month", "months"),
        "years": ("year", "years"),
    },
    "fa": {
        "s": ("ثانیه", "ثانیه"),
        "min": ("دقیقه", "دقیقه"),
        "h": ("ساعت", "ساعت"),
        "working minutes": ("دقیقهٔ کاری", "دقیقهٔ کاری"),
        "working hours": ("ساعت کاری", "ساعت کاری"),
        "business days": ("روز کاری", "روز کاری"),
        "days": ("روز", "روز"),
        "months": ("ماه", "ماه"),
        "years": ("سال", "سال"),
    },
}
_WAIT = re.compile(r" of [a-z][a-z0-9_]*$")
_RANGE = {"en": "{low} to {high}", "fa": "{low} تا {high}"}
_PERSIAN_DIGITS = str.maketrans("0123456789%", "۰۱۲۳۴۵۶۷۸۹٪")


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
        where, _, path = written.rpartition(":")
        where, path = where.strip() or clause, path.strip()
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
                f"“{{{{ {written} }}}}” has no value in the blocks of “{where}”", self._near(path, where)
            )
        if len({bound.words for bound in found}) > 1:
            choices = ", ".join(f"“{bound.path}”" for bound in found[:4])
            raise Unbound(
                f"“{{{{ {written} }}}}” may mean several values", f"write more of the path: {choices}"
            )
        return found[0]

    def _near(self, path: str, where: str) -> str | None:
        paths = [bound.path for bound in self._leaves[where]]
        near = nearest(path, paths) or nearest(path, {end for one in paths for end in _ends(one)})
        if near:
            return f"did you mean “{near}”?"
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


def spoken(written: str, language: str) -> str:
    """A bound value in words: "48 h" is "48 hours", "2..10 business days" "2 to 10 business days", the wait
    "6 months of expired" its span "6 months", a date a date.
    """
    try:
        return _duration(parse_duration(_WAIT.sub("", written)), language)
    except ValueError:
        pass
    words = _moment(written) if language != "fa" else written
    if re.fullmatch(r"\d+(\.\d+)? ?%", words):
        words = words.replace(" ", "\u00a0") if language != "fa" else words.replace(" ", "")
    return words.translate(_PERSIAN_DIGITS) if language == "fa" else words


def _duration(duration: Duration, language: str) -> str:
    key = language if language in _UNITS else "en"
    one, many = _UNITS[key][str(duration.unit)]
    amount = str(duration.amount)
    if duration.amount_low is not None:
        amount = _RANGE[key].format(low=duration.amount_low, high=duration.amount)
    words = f"{amount} {one if duration.amount == 1 and duration.amount_low is None else many}"
    return words.translate(_PERSIAN_DIGITS) if key == "fa" else words


def _moment(written: str) -> str:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}( \d{1,2}:\d{2})?", written):
        return written
    try:
        moment = datetime.fromisoformat(written) if " " in written else date.fromisoformat(written)
    except ValueError:
        return written
    day = day_in_words(moment)
    return f"{day}, {moment:%H:%M}" if isinstance(moment, datetime) else day
