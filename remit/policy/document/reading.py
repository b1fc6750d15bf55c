"""Turns the blocks of a document into their models: finds the kind, folds a table into it, and says where a
field is wrong.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from remit.policy.document.blocks import BLOCKS, AgreementHead, FrontMatter, Model
from remit.policy.document.findings import CODES, Finding, did_you_mean
from remit.policy.document.source import Block, Cell, Document, Table
from remit.policy.document.strict_text import Path, Place, StrictText

TABLE_KEYS = frozenset({"columns", "labels", "cells"})
"""Keys of a table's fence: column → what it holds, label of a row → id, words of a cell → value."""


@dataclass(frozen=True, slots=True)
class ReadBlock:
    """A block that could be read: its model, and the block with any table folded into its data."""

    model: Any
    block: Block

    @property
    def clause(self) -> str:
        return self.block.clause

    @property
    def line(self) -> int:
        return self.block.line

    def place(self, *path: str | int, key: bool = False) -> Place:
        return self.block.place(path, key=key)


def read_front(document: Document) -> tuple[FrontMatter | None, list[Finding]]:
    """The front matter as a model, or None with what is wrong."""
    try:
        return FrontMatter.model_validate(document.front.data), []
    except ValidationError as error:
        return None, list(_findings(error, FrontMatter, document.front, document.path, None))


def read_head(agreement: Document) -> tuple[AgreementHead | None, list[Finding]]:
    """The head of an individual agreement as a model, or None with what is wrong."""
    try:
        return AgreementHead.model_validate(agreement.front.data), []
    except ValidationError as error:
        return None, list(_findings(error, AgreementHead, agreement.front, agreement.path, None))


def read_blocks(document: Document) -> tuple[list[ReadBlock], list[Finding]]:
    """Every block that could be read, in the order of the page, and what is wrong with the others."""
    read: list[ReadBlock] = []
    findings: list[Finding] = []
    for written in document.blocks:
        model = BLOCKS.get(written.kind)
        if model is None:
            findings.append(_unknown_kind(written, document.path))
            continue
        if written.is_table and written.table is None:
            continue
        block, faults = fold_table(written, written.table, document.path) if written.table else (written, [])
        findings += faults
        found, faults = _read(model, block, document.path)
        findings += faults
        if found is not None:
            read.append(found)
    return read, findings


def _read(model: type[Model], block: Block, path: str) -> tuple[ReadBlock | None, list[Finding]]:
    """A block with its model. With a fault in it, what is left without the faulty keys, so that one slip
    does not hide others.
    """
    try:
        return ReadBlock(model.model_validate(block.text.data), block), []
    except ValidationError as error:
        findings = list(_findings(error, model, block.text, path, block.clause))
        data = copy.deepcopy(block.text.data)
        for detail in error.errors(include_url=False):
            _drop(data, _path(detail["loc"], data))
    try:
        return ReadBlock(
            model.model_validate(data), replace(block, text=replace(block.text, data=data))
        ), findings
    except ValidationError:
        return None, findings


def _drop(data: Any, path: Path) -> None:
    """Take the value at a path out of the data, where it is there."""
    for step in path[:-1]:
        if not isinstance(data, (dict, list)) or (isinstance(data, dict) and step not in data):
            return
        data = data[step]  # type: ignore[index]
    if isinstance(data, dict) and path:
        data.pop(str(path[-1]), None)


def _unknown_kind(block: Block, path: str) -> Finding:
    place = block.place((block.kind,), key=True)
    later = [key for key in block.text.data if key in BLOCKS and key != block.kind]
    if later:
        hint: str | None = f"the first key names the kind: put “{later[0]}” first"
    else:
        hint = did_you_mean(block.kind, BLOCKS) or "the kinds of block are: " + ", ".join(BLOCKS)
    return Finding(
        "unknown-kind",
        "error",
        f"“{block.kind}” is not a kind of block",
        place.line,
        place.column,
        block.clause,
        hint=hint,
        path=path,
    )


# --- faults of fields -------------------------------------------------------------------------------------------------


def _findings(
    error: ValidationError, model: type[BaseModel], text: StrictText, path: str, clause: str | None
) -> Iterable[Finding]:
    for detail in error.errors(include_url=False):
        code, message, hint = _said(detail, model)
        steps = _path(detail["loc"], text.data)
        if code == "unknown-key" and detail["input"] in ("", None):
            hint = 'inside {…} a comma begins a new key: put a text that holds a comma in "quotation marks"'
        is_key = code in ("unknown-key", "missing-key") or detail["loc"][-1:] == ("[key]",)
        place = text.key_at(steps) if is_key else text.value_at(steps)
        yield Finding(code, "error", message, place.line, place.column, clause, hint=hint, path=path)


def _said(detail: ErrorDetails, model: type[BaseModel]) -> tuple[str, str, str | None]:
    kind, name = detail["type"], str(detail["loc"][-1]) if detail["loc"] else ""
    if kind == "missing":
        return "missing-key", f"“{name}” is missing", None
    if kind == "extra_forbidden":
        known = _keys_at(model, detail["loc"][:-1])
        return "unknown-key", f"“{name}” is not a key here", did_you_mean(name, known)
    plain = {
        "string_type": "a word or a sentence is expected here",
        "list_type": "a list is expected here: [first, second]",
        "dict_type": "keys and values are expected here: {key: value}",
        "model_type": "keys and values are expected here: {key: value}",
        "model_attributes_type": "keys and values are expected here: {key: value}",
        "string_too_short": "something is expected here; it is empty",
        "too_short": "at least one entry is expected here",
    }
    if kind in plain:
        return "type", plain[kind], None
    hint = (detail.get("ctx") or {}).get("hint")
    return kind if kind in CODES else "type", detail["msg"], str(hint) if hint else None


def _path(loc: Iterable[int | str], data: Any) -> Path:
    """The steps of `loc` that lead through the data; pydantic's own steps (tags of unions, key marks) are
    left out.
    """
    steps: list[str | int] = []
    rest = list(loc)
    for position, step in enumerate(rest):
        if isinstance(data, dict) and step in data:
            data = data[str(step)]
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        elif position < len(rest) - 1 or step == "[key]":
            continue
        steps.append(step)
    return tuple(steps)


def _keys_at(model: type[BaseModel], loc: Iterable[int | str]) -> list[str]:
    current = model
    for step in loc:
        found = next((field for field in current.model_fields.values() if field.alias == step), None)
        annotation: Any = found.annotation if found else None
        inner = _inner_model(annotation) if found else None
        current = inner or current
    return [field.alias or name for name, field in current.model_fields.items()] + ["assumed"]


@cache
def _inner_model(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in get_args(annotation):
        inner = _inner_model(part) if not isinstance(part, (str, bytes)) and _is_hashable(part) else None
        if inner:
            return inner
    return None


def _is_hashable(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


# --- tables -----------------------------------------------------------------------------------------------------------


def fold_table(block: Block, table: Table, path: str) -> tuple[Block, list[Finding]]:
    """The block with the rows of its table as data, each value at the place of its cell."""
    folder = _TABLES.get(block.kind)
    fold = _Fold(block, table, path)
    if folder is None:
        place = block.place((block.kind,), key=True)
        fold.fault(
            "table",
            f"“{block.kind}” cannot be written as a table",
            place,
            "these can: " + ", ".join(sorted(_TABLES)),
        )
    else:
        folder(fold)
    for key in TABLE_KEYS:
        fold.data.pop(key, None)
    return Block(block.kind, block.clause, fold.text, block.line, False, table), fold.faults


class _Fold:
    """Works on a copy of a block's strict text; knows what each column holds."""

    def __init__(self, block: Block, table: Table, path: str) -> None:
        self.block = block
        self.table = table
        self.path = path
        self.faults: list[Finding] = []
        text = block.text
        self.data: dict[str, Any] = copy.deepcopy(text.data)
        self.text = StrictText(self.data, dict(text.values), dict(text.keys), text.assumed, [], text.start)
        self.columns = self._columns()

    def fault(self, code: str, message: str, place: Place, hint: str | None = None) -> None:
        self.faults.append(
            Finding(
                code, "error", message, place.line, place.column, self.block.clause, hint=hint, path=self.path
            )
        )

    def _columns(self) -> dict[str, int]:
        written = self.data.get("columns")
        heads = [cell.text for cell in self.table.headers]
        if not isinstance(written, Mapping):
            self.fault(
                "missing-key",
                "“columns” is missing",
                self.block.place((self.block.kind,), key=True),
                "say what each column holds: columns: {" + ", ".join(f"{head}: …" for head in heads) + "}",
            )
            return {}
        columns: dict[str, int] = {}
        for head, key in written.items():
            if head not in heads:
                self.fault(
                    "table-column",
                    f"the table has no column “{head}”",
                    self.block.place(("columns", head), key=True),
                    did_you_mean(head, heads),
                )
            else:
                columns[str(key)] = heads.index(head)
        return columns

    def words(self, key: str) -> Mapping[str, str]:
        value = self.data.get(key)
        return {str(k): str(v) for k, v in value.items()} if isinstance(value, Mapping) else {}

    def cell(self, row: tuple[Cell, ...], column: str) -> Cell | None:
        index = self.columns.get(column)
        cell = row[index] if index is not None and index < len(row) else None
        if cell is None or cell.text in ("", "–", "—", "-"):
            return None
        translated = self.words("cells").get(cell.text)
        return Cell(translated, cell.place) if translated is not None else cell

    def put(self, path: Path, value: Any, place: Place) -> None:
        target: Any = self.data
        for step in path[:-1]:
            target = target[step]
        if isinstance(target, list):
            target.append(value)
        else:
            target[path[-1]] = value
        self.text.values[path] = place
        self.text.keys.setdefault(path, place)

    def needs(self, *columns: str) -> bool:
        missing = [column for column in columns if column not in self.columns]
        if missing and self.columns:
            self.fault(
                "table-column",
                f"no column is mapped to “{missing[0]}”",
                self.block.place(("columns",)),
                f"columns: {{Heading: {missing[0]}, …}}",
            )
        return not missing


def _fold_calendar(fold: _Fold) -> None:
    if not fold.needs("days", "open"):
        return
    bands = fold.data.pop("bands", {}) or {}
    fold.data["hours"] = []
    for number, row in enumerate(fold.table.rows):
        fold.put(("hours", number), {}, row[0].place)
        for column in ("days", "open", "band"):
            cell = fold.cell(row, column)
            if cell is None:
                continue
            value = cell.text
            if column == "band" and bands:
                if value not in bands:
                    fold.fault(
                        "table-cell",
                        f"“{value}” is none of the bands",
                        cell.place,
                        did_you_mean(value, bands),
                    )
                value = str(bands.get(value, value))
            fold.put(("hours", number, column), value, cell.place)


_ROW_KEYS = (
    "within",
    "when",
    "calendar",
    "bands",
    "starts",
    "when closed",
    "approximate",
    "internal",
    "until close",
    "not before",
)


def _fold_targets(fold: _Fold) -> None:
    by = fold.data.get("by")
    if not isinstance(by, str) or not fold.needs(by, "within"):
        if not isinstance(by, str):
            fold.fault(
                "missing-key",
                "“by” is missing: the fact that the first column names",
                fold.block.place(("targets",), key=True),
            )
        return
    labels = fold.words("labels")
    fold.data["rows"] = {}
    for row in fold.table.rows:
        head = fold.cell(row, by)
        if head is None:
            continue
        key = labels.get(head.text, head.text)
        if key in fold.data["rows"]:
            fold.fault("duplicate-key", f"“{head.text}” has two rows", head.place)
            continue
        fold.put(("rows", key), {}, head.place)
        for column in _ROW_KEYS:
            cell = fold.cell(row, column)
            if cell is not None:
                fold.put(("rows", key, column), cell.text, cell.place)


def _fold_matrix(fold: _Fold) -> None:
    fact = fold.data.get("priority matrix")
    if not isinstance(fact, str) or not fold.needs(fact):
        return
    labels = fold.words("labels")
    fold.data["rows"] = {}
    for row in fold.table.rows:
        head = fold.cell(row, fact)
        if head is None:
            continue
        key = labels.get(head.text, head.text)
        fold.put(("rows", key), {}, head.place)
        for column in fold.columns:
            cell = fold.cell(row, column) if column != fact else None
            if cell is not None:
                fold.put(("rows", key, column), cell.text, cell.place)


def _fold_phases(fold: _Fold) -> None:
    if not fold.needs("phase"):
        return
    written = fold.data.get("phases")
    phases: dict[str, Any] = dict(written) if isinstance(written, Mapping) else {}
    fold.data["phases"] = phases
    labels = fold.words("labels")
    titles = {str(value.get("title", "")): key for key, value in phases.items() if isinstance(value, Mapping)}
    for row in fold.table.rows:
        head = fold.cell(row, "phase")
        if head is None:
            continue
        key = labels.get(head.text) or titles.get(head.text) or slug(head.text)
        phase = phases.get(key)
        fold.put(
            ("phases", key), {"title": head.text, **(phase if isinstance(phase, Mapping) else {})}, head.place
        )
        for column in ("lasts", "after", "remind"):
            cell = fold.cell(row, column)
            if cell is not None:
                fold.put(("phases", key, column), cell.text, cell.place)


def _fold_services(fold: _Fold) -> None:
    if not fold.needs("title"):
        return
    labels = fold.words("labels")
    fold.data["services"] = {}
    for row in fold.table.rows:
        head = fold.cell(row, "title")
        if head is None:
            continue
        key = labels.get(head.text, slug(head.text))
        fold.put(("services", key), {"title": head.text}, head.place)
        about = fold.cell(row, "about")
        if about is not None:
            fold.put(("services", key, "about"), about.text, about.place)


_TABLES = {
    "calendar": _fold_calendar,
    "targets": _fold_targets,
    "priority matrix": _fold_matrix,
    "cover": _fold_phases,
    "services": _fold_services,
}


def foldable_kinds() -> tuple[str, ...]:
    """The kinds of block that may be written as a table."""
    return tuple(_TABLES)


def slug(label: str) -> str:
    """The id a label stands for where none is given: small letters, digits and underscores."""
    return re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")


def id_of(label: str, options: Mapping[str, str]) -> str | None:
    """The option a label of a table means: its id, its wording, or the nearest spelling that differs only
    in case.
    """
    if label in options:
        return label
    lowered = label.casefold()
    for identity, wording in options.items():
        if lowered in (identity.casefold(), wording.casefold()):
            return identity
    return None
