"""YAML read as strict text: every scalar stays the words that were written, with its line and column.

`9:30`, `on`, `no` and `007` are text here, whatever YAML thinks of them; the models of the blocks say what
they mean. Anchors, aliases, tags, merge keys and repeated keys are refused. `{value: X, assumed: reason}`
is unwrapped to X and the assumption is kept with its path. What the keys mean is no business of this
module.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple, TypeAlias

import yaml

from remit.policy.document.findings import Finding
from remit.policy.vocabulary.look_alikes import look_alike

Path: TypeAlias = tuple[str | int, ...]
Plain: TypeAlias = "str | list[Plain] | dict[str, Plain]"

MAX_DEPTH = 24
FAR_TOO_DEEP = 200
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


class Place(NamedTuple):
    """A place in a file; both count from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class AssumedValue:
    """A value the source leaves open: where it stands in its block, what was assumed, and why."""

    path: Path
    value: str
    reason: str


@dataclass(slots=True)
class StrictText:
    """One YAML mapping as plain text, and where each part of it stands."""

    data: dict[str, Plain]
    values: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)
    assumed: list[AssumedValue] = field(default_factory=list)
    faults: list[Finding] = field(default_factory=list)
    start: Place = field(default=Place(1, 1))

    def value_at(self, path: Path) -> Place:
        """Where the value at `path` stands, or the nearest thing around it that is there."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.values:
                return self.values[path[:length]]
        return self.start

    def key_at(self, path: Path) -> Place:
        """Where the key at `path` stands, or its value, or what is around it."""
        return self.keys.get(path) or self.value_at(path)


_TAGS = {yaml.ScalarNode: "str", yaml.SequenceNode: "seq", yaml.MappingNode: "map"}


@cache
def _loader() -> type[Any]:
    """libyaml's parser where the wheel has it (ten times faster), else the one in Python. Neither guesses
    at types.
    """

    class StrictLoader(getattr(yaml, "CBaseLoader", yaml.BaseLoader)):  # type: ignore[misc]
        def resolve(self, kind: Any, value: Any, implicit: Any) -> str:
            return _TAGS[kind]

        def descend_resolver(self, current_node: Any, current_index: Any) -> None:
            """Tags depend on no path."""

        def ascend_resolver(self) -> None:
            """Tags depend on no path."""

    return StrictLoader


def read_mapping(
    text: str, *, first_line: int, indent: int = 0, path: str = "", clause: str | None = None
) -> StrictText:
    """Read one YAML mapping.

    `first_line` is the line of the file (from 1) on which `text` begins, `indent` the columns cut off
    before it. Faults of form are collected in `.faults`; what could be read is kept.
    """
    result = StrictText({}, start=Place(first_line, 1 + indent))
    reader = _Reader(result, first_line, indent, path, clause, text)
    reader.read(text)
    return result


class _Reader:
    def __init__(
        self, result: StrictText, first_line: int, indent: int, path: str, clause: str | None, text: str
    ) -> None:
        self.result = result
        self.first_line = first_line
        self.indent = indent
        self.path = path
        self.clause = clause
        self.lines = text.split("\n")

    def read(self, text: str) -> None:
        if self._has_no_text(text):
            return
        try:
            if (mark := _too_deep(text)) is not None:
                message = f"values are nested more than {MAX_DEPTH} deep"
                self._fault("too-deep", message, self._place(mark), "close what is open, or write it flatter")
                return
            if self._has_anchors(text):
                return
            node = yaml.compose(text, Loader=_loader())
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            if mark is not None and mark.line > text.rstrip().count("\n"):
                mark = (
                    error.context_mark or mark
                )  # something was opened and never closed: say where it was opened
            place = Place(self.first_line, 1) if mark is None else self._place(mark)
            self._fault("yaml", _plain_problem(error), place, hint=_yaml_hint(error))
            return
        except yaml.YAMLError as error:
            self._fault("yaml", f"this is not readable: {error}", self.result.start)
            return
        if node is None:
            self._fault("empty-block", "nothing stands in this block", self.result.start)
        elif not isinstance(node, yaml.MappingNode):
            self._fault(
                "not-a-mapping",
                "keys and values are expected here, one “key: value” to a line",
                self._place(node.start_mark),
            )
        else:
            data = self._plain(node, ())
            if isinstance(data, dict):
                self.result.data = data
            else:
                self._fault("not-a-mapping", "a block is more than one value", self.result.start)

    def _has_no_text(self, text: str) -> bool:
        """Whether a character stands in it that is no text; then that is a fault."""
        stray = _NO_TEXT.search(text)
        if stray is None:
            return False
        line = text.count("\n", 0, stray.start())
        column = stray.start() - text.rfind("\n", 0, stray.start()) + self.indent
        what = f"a character that is no text (U+{ord(stray[0]):04X}) stands here"
        self._fault("yaml", what, Place(self.first_line + line, column), "take it out")
        return True

    def _has_anchors(self, text: str) -> bool:
        """Whether anchors or aliases stand in it; each is a fault."""
        marks = _anchored(text)
        for mark in marks:
            message = "anchors and aliases (& and *) are not used in policies; write the value out"
            self._fault("alias", message, self._place(mark))
        return bool(marks)

    def _plain(self, node: Any, path: Path) -> Plain:
        place = self._content_place(node)
        self.result.values[path] = place
        if len(path) > MAX_DEPTH:
            self._fault("too-deep", f"values are nested more than {MAX_DEPTH} deep", place)
            return ""
        if node.tag not in ("str", "seq", "map"):
            self._fault(
                "tag", f"tags such as “{node.tag}” are not used in policies", place, "write the value alone"
            )
            return ""
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(item, (*path, index)) for index, item in enumerate(node.value)]
        return str(node.value)

    def _mapping(self, node: Any, path: Path) -> Plain:
        entries: dict[str, Plain] = {}
        for key_node, value_node in node.value:
            place = self._place(key_node.start_mark)
            if not isinstance(key_node, yaml.ScalarNode):
                self._fault("key", "a key is a word or a few words, not a list or a mapping", place)
                continue
            key = str(key_node.value)
            if (alike := look_alike(key)) is not None:
                at = self._content_place(key_node)
                self._fault(
                    "look-alike",
                    f"“{key}” holds {alike[1]}",
                    Place(at.line, at.column + alike[0]),
                    "write it with the letters it looks like",
                )
            if key in entries:
                self._fault(
                    "duplicate-key", f"“{key}” stands twice in one block", place, hint="keep one of the two"
                )
                continue
            self.result.keys[(*path, key)] = place
            entries[key] = self._plain(value_node, (*path, key))
        return self._without_assumption(entries, path)

    def _without_assumption(self, entries: dict[str, Plain], path: Path) -> Plain:
        reason = entries.get("assumed")
        if not isinstance(reason, str):
            return entries
        if not reason.strip():
            self._fault(
                "assumed", "“assumed” says why: give the reason", self.result.value_at((*path, "assumed"))
            )
        del entries["assumed"]
        if set(entries) == {"value"}:
            value = entries["value"]
            self._lift(path)
            self.result.assumed.append(AssumedValue(path, value if isinstance(value, str) else "", reason))
            return value
        self.result.assumed.append(AssumedValue(path, "", reason))
        return entries

    def _lift(self, path: Path) -> None:
        """What stood under `path/value` now stands at `path`."""
        inner = (*path, "value")
        for places in (self.result.values, self.result.keys):
            moved = {key: place for key, place in places.items() if key[: len(inner)] == inner}
            for key, place in moved.items():
                del places[key]
                if key != inner or places is self.result.values:
                    places[(*path, *key[len(inner) :])] = place

    def _place(self, mark: Any) -> Place:
        return Place(self.first_line + mark.line, mark.column + 1 + self.indent)

    def _content_place(self, node: Any) -> Place:
        """Where the words themselves begin: after a quotation mark, on the line after a `>` or `|`."""
        place = self._place(node.start_mark)
        style = getattr(node, "style", None)
        if style in ('"', "'"):
            return Place(place.line, place.column + 1)
        if style in ("|", ">") and node.start_mark.line + 1 < len(self.lines):
            following = self.lines[node.start_mark.line + 1]
            return Place(place.line + 1, len(following) - len(following.lstrip()) + 1 + self.indent)
        return place

    def _fault(self, code: str, message: str, place: Place, hint: str | None = None) -> None:
        self.result.faults.append(
            Finding(code, "error", message, place.line, place.column, self.clause, hint=hint, path=self.path)
        )


def _too_deep(text: str) -> Any:
    """Where nesting gets beyond all reason, or None. The reader of nodes calls itself for each level, and a
    text made to be deep would end the process; events are read without that.
    """
    if text.count("[") + text.count("{") + text.count("- ") + text.count("? ") < FAR_TOO_DEEP:
        return None
    depth = 0
    for event in yaml.parse(text, Loader=_loader()):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > FAR_TOO_DEEP:
                return event.start_mark
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return None


def _anchored(text: str) -> list[Any]:
    """Where anchors and aliases stand; an anchor that nothing refers to leaves no trace in the nodes."""
    if "&" not in text and "*" not in text:
        return []
    events = yaml.parse(text, Loader=_loader())
    return [one.start_mark for one in events if getattr(one, "anchor", None) is not None]


def _plain_problem(error: yaml.MarkedYAMLError) -> str:
    problem = str(error.problem or "this cannot be read").strip()
    known: Mapping[str, str] = {
        "mapping values are not allowed in this context": "a colon stands where a value was begun",
        "did not find expected key": "a new key was expected here",
        "did not find expected ',' or '}'": "a “,” or the closing “}” is missing",
        "did not find expected ',' or ']'": "a “,” or the closing “]” is missing",
        "found character that cannot start any token": "a value cannot begin with this character",
        "found unexpected end of stream": "the closing quotation mark is missing",
    }
    return known.get(problem, problem)


def _yaml_hint(error: yaml.MarkedYAMLError) -> str:
    problem = str(error.problem or "")
    if "mapping values" in problem:
        return 'put the text in "quotation marks" when it holds a colon followed by a space'
    if "cannot start any token" in problem:
        return 'put the value in "quotation marks" (or use spaces where a tab stands)'
    if "end of stream" in problem:
        return "close the quotation mark, or remove the one that opens"
    return "look at the indentation and at the brackets and quotation marks just before this place"
