"""Statements whose SQL is worked out once in a process, for the few that every request pays for.

Django builds its SQL anew each time, which costs several times what the database needs. What is asked and written stays
the same: a `Prepared` is made from a queryset, and `Writing` writes what `bulk_create` would, without its signals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import (
    AutoField,
    BooleanField,
    CharField,
    DateTimeField,
    Field,
    ForeignKey,
    IntegerField,
    Model,
    QuerySet,
    TextField,
)

Column = tuple[str, Callable[[Any, Any], Any] | None]
AS_THEY_ARE = (BooleanField, CharField, ForeignKey, IntegerField, TextField)
"""Fields whose Python values both engines take as they are."""

Row = TypeVar("Row", bound=Model)
_SENTINELS: dict[type, Callable[[int], Any]] = {
    int: lambda place: 9_000_000_000_000_000 + place,
    str: lambda place: f"\x02slot {place}\x03",
}


@dataclass(frozen=True, slots=True)
class _Ready:
    """A statement worked out for one engine; `places`: which parameter takes which of the values."""

    vendor: str
    sql: str
    fixed: list[Any]
    places: list[tuple[int, int]]
    compiler: Any
    converters: Any

    def parameters(self, values: Sequence[Any]) -> list[Any]:
        """The parameters with these values in their places."""
        params = list(self.fixed)
        for place, number in self.places:
            params[place] = values[number]
        return params

    def converted(self, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """The rows with each value as its field reads it."""
        if self.converters and rows:
            return [tuple(row) for row in self.compiler.apply_converters(rows, self.converters)]
        return rows


class Prepared:
    """A SELECT with places for values: `Prepared(lambda desk: Version.objects.filter(desk=desk).values_list(…), int)`.

    `build` gets a stand-in for each value, of the type named for it (int or str), which must reach the database as a
    parameter of its own. `rows(…)` gives what `values_list` would.
    """

    def __init__(self, build: Callable[..., QuerySet[Any]], *types: type) -> None:
        self._build = build
        self._types = types
        self._ready: _Ready | None = None

    def rows(self, *values: Any) -> list[tuple[Any, ...]]:
        """Run it with these values."""
        here = connections[DEFAULT_DB_ALIAS]
        ready = self._ready_for(here)
        with here.cursor() as cursor:
            cursor.execute(ready.sql, ready.parameters(values))
            return ready.converted(cursor.fetchall())

    def _ready_for(self, here: Any) -> _Ready:
        ready = self._ready
        if ready is None or ready.vendor != here.vendor:
            ready = self._ready = self._prepared(here)
        return ready

    def _prepared(self, here: Any) -> _Ready:
        stand_ins = [_SENTINELS[kind](number) for number, kind in enumerate(self._types)]
        compiler = self._build(*stand_ins).query.get_compiler(connection=here)
        sql, params = compiler.as_sql()
        places = [(place, stand_ins.index(one)) for place, one in enumerate(params) if one in stand_ins]
        missing = set(range(len(stand_ins))) - {number for _, number in places}
        assert not missing, f"values {sorted(missing)} are not parameters of {sql}"
        converters = compiler.get_converters([column[0] for column in compiler.select])
        return _Ready(here.vendor, sql, list(params), places, compiler, converters)


def together(*asked: tuple[Prepared, Sequence[Any]]) -> list[list[tuple[Any, ...]]]:
    """Run several with their values; on PostgreSQL in one round trip, which costs more than most of what is asked."""
    here = connections[DEFAULT_DB_ALIAS]
    if here.vendor != "postgresql":
        return [one.rows(*values) for one, values in asked]
    ready = [one._ready_for(here) for one, _ in asked]
    params = [
        value for one, (_, values) in zip(ready, asked, strict=True) for value in one.parameters(values)
    ]
    found = []
    with here.cursor() as cursor:
        cursor.execute("; ".join(one.sql for one in ready), params)
        for one in ready:
            found.append(one.converted(cursor.fetchall()))
            cursor.nextset()
    return found


def columns_of(model: type[Model], prefix: str = "") -> list[str]:
    """The names that `values_list` needs for all columns of a model, or of one it points to."""
    return [f"{prefix}{field.attname}" for field in model._meta.concrete_fields]


def instances(model: type[Row], rows: Iterable[tuple[Any, ...]]) -> list[Row]:
    """Rows that begin with all columns of `model`, in their order, as its instances."""
    names = columns_of(model)
    count = len(names)
    return [model.from_db(DEFAULT_DB_ALIAS, names, row[:count]) for row in rows]


_inserts: dict[tuple[str, type[Model], int, bool, bool], tuple[str, list[Column], bool]] = {}


class Writing:
    """New rows that belong together, in one transaction: `with Writing(ticket, *messages) as writing: …`.

    On PostgreSQL the rows get their keys beforehand; everything is gathered and goes out at the end of the block as one
    text of several statements, which the server runs as a transaction of its own: no round trip for its begin and
    commit, and no lock is held while Python works. So nothing else may be read or written in the block. On SQLite,
    where a statement costs no trip, each goes at once and brings its keys.
    """

    def __init__(self, *rows: Model) -> None:
        """`rows` are those whose keys others refer to; they are inserted later, with `insert`."""
        self._rows = rows
        self._here = connections[DEFAULT_DB_ALIAS]
        self._gathers = self._here.vendor == "postgresql"
        self._transaction = None if self._gathers else transaction.atomic()
        self._sql: list[str] = []
        self._params: list[Any] = []
        self._first: Callable[[tuple[Any, ...]], None] | None = None

    def __enter__(self) -> Writing:
        if self._transaction is not None:
            self._transaction.__enter__()
        elif self._rows:
            self._give_keys()
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if self._transaction is not None:
            self._transaction.__exit__(kind, error, trace)
        elif kind is None:
            self._send()

    def _give_keys(self) -> None:
        asked = ", ".join(
            f"nextval(pg_get_serial_sequence('{row._meta.db_table}', '{row._meta.pk.column}'))"
            for row in self._rows
        )
        with self._here.cursor() as cursor:
            cursor.execute(f"SELECT {asked}")
            for row, key in zip(self._rows, cursor.fetchone(), strict=True):
                row.pk = key

    def begin_with(self, sql: str, params: Sequence[Any], reading: str, take: Callable[[Any], None]) -> None:
        """Run `sql`, which returns one value, before everything else, and give the value to `take`. Until it is known,
        on PostgreSQL, `take` holds `reading`, the SQL that reads it within the same transaction.
        """
        if not self._gathers:
            with self._here.cursor() as cursor:
                cursor.execute(sql, params)
                take(cursor.fetchone()[0])
            return
        from psycopg.sql import SQL

        assert not self._sql, "only the first statement's answer is read"
        self._sql.append(sql)
        self._params += params
        self._first = lambda row: take(row[0])
        take(SQL(reading))  # type: ignore[arg-type]  # a constant of ours

    def insert(self, rows: Sequence[Model], *, or_leave: bool = False) -> None:
        """Write new rows of one model; after this they may be referred to. With `or_leave`, rows that a constraint
        finds there already are left as they are; then none of them gets its key.
        """
        if not rows:
            return
        wants_keys = not self._gathers and not or_leave
        sql, params, gives_keys = _statement(rows, self._here, wants_keys=wants_keys, or_leave=or_leave)
        if self._gathers:
            self._sql.append(sql)
            self._params += params
        else:
            with self._here.cursor() as cursor:
                cursor.execute(sql, params)
                if gives_keys:
                    for row, (given,) in zip(rows, cursor.fetchall(), strict=True):
                        row.pk = given
        for row in rows:
            row._state.adding = False
            row._state.db = self._here.alias

    def _send(self) -> None:
        if not self._sql:
            return
        # Inside somebody's transaction a failure must leave that usable, as `atomic` does by a savepoint.
        around = transaction.atomic() if self._here.in_atomic_block else nullcontext()
        with around, self._here.cursor() as cursor:
            cursor.execute(_with_literals("; ".join(self._sql), self._params, self._here))
            if self._first is not None:
                self._first(cursor.fetchone())


def _with_literals(sql: str, params: Sequence[Any], here: Any) -> Any:
    """The statement with its values written into it by the driver's own quoting.

    The driver does that itself for each execution (PostgreSQL takes several statements only so), but reads a long
    text anew each time to find the places; ours are known.
    """
    from psycopg.adapt import Transformer
    from psycopg.sql import Composable

    quoting = Transformer(here.connection)
    pieces = _pieces(sql)
    parts = [pieces[0]]
    for piece, value in zip(pieces[1:], params, strict=True):
        quoted = value.as_bytes(quoting) if isinstance(value, Composable) else quoting.as_literal(value)
        parts += (quoted, piece)
    return b"".join(parts)


@lru_cache(maxsize=256)
def _pieces(sql: str) -> list[bytes]:
    return sql.encode().split(b"%s")


def _statement(
    rows: Sequence[Model], here: Any, *, wants_keys: bool, or_leave: bool
) -> tuple[str, list[Any], bool]:
    model = type(rows[0])
    has_keys = rows[0].pk is not None
    key = (here.vendor, model, len(rows), has_keys, or_leave)
    found = _inserts.get(key)
    if found is None:
        found = _inserts[key] = _insert_sql(model, len(rows), here, has_keys, wants_keys, or_leave)
    sql, columns, gives_keys = found
    params = []
    for row in rows:
        values = row.__dict__
        for name, adapt in columns:
            value = values[name]
            params.append(value if adapt is None or value is None else adapt(here, value))
    return sql, params, gives_keys


def _insert_sql(
    model: type[Model], count: int, here: Any, has_keys: bool, wants_keys: bool, or_leave: bool
) -> tuple[str, list[Column], bool]:
    quote = here.ops.quote_name
    fields = [field for field in model._meta.concrete_fields if has_keys or not isinstance(field, AutoField)]
    names = ", ".join(quote(field.column) for field in fields)
    one = "(" + ", ".join(["%s"] * len(fields)) + ")"
    table = quote(model._meta.db_table)
    sql = f"INSERT INTO {table} ({names}) VALUES {', '.join([one] * count)}"  # noqa: S608  names are the models' own
    if or_leave:
        sql += " ON CONFLICT DO NOTHING"
    key = model._meta.pk
    gives_keys = isinstance(key, AutoField) and wants_keys and not has_keys
    if gives_keys:
        sql += f" RETURNING {quote(key.column)}"
    return sql, [(field.attname, _adapter(field)) for field in fields], gives_keys


def _adapter(field: Field[Any, Any]) -> Callable[[Any, Any], Any] | None:
    """What makes a value of the field fit for the database; None where it is so already."""
    if isinstance(field, AS_THEY_ARE):
        return None
    if isinstance(field, DateTimeField):
        return _instant
    return lambda here, value: field.get_db_prep_save(value, here)


def _instant(here: Any, value: datetime) -> Any:
    """An aware instant, as each engine keeps it (SQLite: text without a zone, in UTC)."""
    if here.vendor == "postgresql":
        return value
    if value.tzinfo is not UTC:
        value = value.astimezone(UTC)
    return value.replace(tzinfo=None).isoformat(" ")
