"""New rows that belong together, written by statements whose SQL is worked out once in a process.

Writes what `bulk_create` would, without its signals. For what every request pays for; rows by the thousand are
`foundation.bulk`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from string import Formatter
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import (
    AutoField,
    BooleanField,
    CharField,
    DateTimeField,
    Field,
    ForeignKey,
    IntegerField,
    JSONField,
    Model,
    TextField,
)

from remit.desk.foundation.bulk import json_text
from remit.desk.foundation.postgresql.statements import Call, Statement
from remit.desk.foundation.prepared import AsWritten, Prepared

Column = tuple[str, Callable[[Any], Any] | None]
AS_THEY_ARE = (BooleanField, CharField, ForeignKey, IntegerField, TextField)
"""Fields whose Python values both engines take as they are."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A value that PostgreSQL reads as it writes the row: SQL in which `{name}` is another column of that row."""

    sql: str


class Keys:
    """Keys for rows that others will refer to, drawn on PostgreSQL with what is read beforehand; on SQLite rows bring
    theirs when they are inserted. One that is not used is missing in the row of numbers, and nobody minds.
    """

    def __init__(self, *models: type[Model]) -> None:
        self._question = _next_keys(models) if connections[DEFAULT_DB_ALIAS].vendor == "postgresql" else None
        self._drawn: Sequence[int | None] = [None] * len(models)

    @property
    def asked(self) -> Sequence[tuple[Prepared, tuple[()]]]:
        """What to ask `together` with the rest, and to give the answers of to `take`."""
        return () if self._question is None else ((self._question, ()),)

    def take(self, answers: Sequence[list[tuple[Any, ...]]]) -> None:
        """Take the answers to `asked`."""
        for (drawn,) in answers:
            self._drawn = drawn

    def give(self, rows: Iterable[Model]) -> None:
        """Give the rows their keys, in the order of the models."""
        for row, key in zip(rows, self._drawn, strict=False):
            row.pk = key


class Writing:
    """New rows that belong together, in one transaction: `with Writing() as writing: …`.

    On PostgreSQL the rows that others refer to have their `Keys` beforehand; everything is gathered and goes out at the
    end of the block as one text of several statements, which the server runs as a transaction of its own: no round trip
    for its begin and commit, and no lock is held while Python works. So nothing else may be read or written in the
    block. On SQLite, where a statement costs no trip, each goes at once and brings its keys.
    """

    def __init__(self) -> None:
        self._here = connections[DEFAULT_DB_ALIAS]
        self._gathers = self._here.vendor == "postgresql"
        self._transaction = None if self._gathers else transaction.atomic()
        self._calls: list[Call] = []
        self._first: Callable[[Any], None] | None = None

    def __enter__(self) -> Writing:
        if self._transaction is not None:
            self._transaction.__enter__()
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if self._transaction is not None:
            self._transaction.__exit__(kind, error, trace)
        elif kind is None and self._calls:
            self._send()

    def begin_with(
        self, statement: Statement, values: Sequence[Any], reading: Reading, take: Callable[[Any], None]
    ) -> None:
        """Run a statement that returns one value, before everything else, and give the value to `take`. Until it is
        known, on PostgreSQL, `take` holds `reading`, which reads it within the same transaction.
        """
        if not self._gathers:
            with self._here.cursor() as cursor:
                cursor.execute(statement.sql, values)
                take(cursor.fetchone()[0])
            return
        assert not self._calls, "only the first statement's answer is read"
        self._calls.append((statement, values))
        self._first = take
        take(reading)

    def insert(self, rows: Sequence[Model], *, or_leave: bool = False) -> None:
        """Write new rows of one model; after this they may be referred to. With `or_leave`, rows that a constraint
        finds there already are left as they are; then none of them gets its key.
        """
        if not rows:
            return
        shape = Shape(type(rows[0]), rows[0].pk is not None, or_leave)
        for row, key in zip(rows, self._insert([row.__dict__ for row in rows], shape), strict=False):
            row.pk = key
        for row in rows:
            row._state.adding = False
            row._state.db = self._here.alias

    def add(self, model: type[Model], *, or_leave: bool = False, **values: Any) -> None:
        """Write a new row that nobody refers to, as values by the names of attributes: an instance of its model, which
        costs more than the writing, isn't made. What is not given is the model's default.
        """
        held = {**_defaults(model), **values}
        assert len(held) == len(_defaults(model)), f"{model} hasn't all of {list(values)}"
        self._insert([held], Shape(model, False, or_leave))

    def _insert(self, rows: Sequence[Mapping[str, Any]], shape: Shape) -> Sequence[int]:
        """Write rows, now or with the others; gives the keys that they get at once."""
        if self._gathers:
            self._calls += (_call_for(row, shape) for row in rows)
            return ()
        sql, columns, gives_keys = _insert_of_many(shape, len(rows))
        with self._here.cursor() as cursor:
            cursor.execute(sql, [value for row in rows for value in _values(row, columns)])
            return [key for (key,) in cursor.fetchall()] if gives_keys else ()

    def _send(self) -> None:
        # Inside somebody's transaction a failure must leave that usable, as `atomic` does by a savepoint.
        around = transaction.atomic() if self._here.in_atomic_block else nullcontext()
        with around:
            cursor = self._here.run(self._calls)
            if self._first is not None:
                self._first(cursor.fetchone()[0])


# -- SQL, once in a process ----------------------------------------------------------------------------------------


@cache
def _next_keys(models: tuple[type[Model], ...]) -> Prepared:
    sequences = (f"pg_get_serial_sequence('{one._meta.db_table}', '{one._meta.pk.column}')" for one in models)
    return AsWritten("keys", f"SELECT {', '.join(f'nextval({one})' for one in sequences)}")


class Shape(NamedTuple):
    """What the SQL that inserts rows hangs on, beside their number and the values read as they are written."""

    model: type[Model]
    has_key: bool
    or_leave: bool

    @property
    def fields(self) -> list[Field[Any, Any]]:
        """The columns that are written."""
        every = self.model._meta.concrete_fields
        return [one for one in every if self.has_key or not isinstance(one, AutoField)]

    def sql(self, rows: str) -> str:
        """The statement for rows of values."""
        names = ", ".join(f'"{field.column}"' for field in self.fields)
        ending = " ON CONFLICT DO NOTHING" if self.or_leave else ""
        table = self.model._meta.db_table
        return f'INSERT INTO "{table}" ({names}) VALUES {rows}{ending}'  # noqa: S608  names are the models' own


@cache
def _defaults(model: type[Model]) -> dict[str, Any]:
    return {field.attname: field.get_default() for field in model._meta.concrete_fields}


def _call_for(row: Mapping[str, Any], shape: Shape) -> Call:
    readings = tuple((name, one.sql) for name, one in row.items() if type(one) is Reading)
    statement, columns = _insert_of_one(shape, readings)
    return statement, _values(row, columns)


@cache
def _insert_of_one(shape: Shape, readings: tuple[tuple[str, str], ...]) -> tuple[Statement, list[Column]]:
    """The statement for one row on PostgreSQL, and what goes into its places."""
    fields, read = shape.fields, dict(readings)
    by_name = {field.attname: field for field in fields}
    marks: list[str] = []
    places: list[Field[Any, Any]] = []
    for field in fields:
        written = read.get(field.attname, f"{{{field.attname}}}")
        named = [name for _, name, _, _ in Formatter().parse(written) if name]
        marks.append(written.format_map(dict.fromkeys(named, "%s")))
        places += (by_name[name] for name in named)
    statement = Statement(shape.model._meta.db_table, shape.sql(f"({', '.join(marks)})"))
    return statement, [(field.attname, _adapter(field, datetime.isoformat)) for field in places]


@cache
def _insert_of_many(shape: Shape, count: int) -> tuple[str, list[Column], bool]:
    """The statement for so many rows on SQLite, what goes into the places of each, and whether it gives their keys."""
    fields, key = shape.fields, shape.model._meta.pk
    one = "(" + ", ".join(["%s"] * len(fields)) + ")"
    gives_keys = isinstance(key, AutoField) and not shape.has_key and not shape.or_leave
    returning = f' RETURNING "{key.column}"' if gives_keys else ""
    sql = shape.sql(", ".join([one] * count)) + returning
    return sql, [(field.attname, _adapter(field, _without_zone)) for field in fields], gives_keys


def _adapter(field: Field[Any, Any], moment: Callable[[datetime], str]) -> Callable[[Any], Any] | None:
    """What makes a value of the field fit for the database; None where it is so already."""
    if isinstance(field, DateTimeField):
        return moment
    if isinstance(field, JSONField):
        return json_text
    if isinstance(field, AS_THEY_ARE):
        return None
    return lambda value: field.get_db_prep_save(value, connections[DEFAULT_DB_ALIAS])


def _without_zone(at: datetime) -> str:
    """An aware instant as SQLite keeps it: text in UTC, without a zone."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ")


def _values(row: Mapping[str, Any], columns: Iterable[Column]) -> list[Any]:
    return [
        value if (value := row[name]) is None or adapt is None else adapt(value) for name, adapt in columns
    ]
