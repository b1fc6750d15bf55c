"""Statements whose SQL is worked out once in a process, for the few that every request pays for.

Django builds its SQL anew each time, which costs several times what the database needs. What is asked and written stays
the same: a `Prepared` is made from a queryset, and `insert` writes what `bulk_create` would, without its signals.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
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
        ready = self._ready
        if ready is None or ready.vendor != here.vendor:
            ready = self._ready = self._prepared(here)
        params = list(ready.fixed)
        for place, number in ready.places:
            params[place] = values[number]
        with here.cursor() as cursor:
            cursor.execute(ready.sql, params)
            found = cursor.fetchall()
        if ready.converters and found:
            return [tuple(row) for row in ready.compiler.apply_converters(found, ready.converters)]
        return found

    def instances(self, model: type[Row], *values: Any) -> list[Row]:
        """The rows as instances of `model`, whose columns the queryset's values begin with, in their order."""
        names = [field.attname for field in model._meta.concrete_fields]
        count = len(names)
        return [model.from_db(DEFAULT_DB_ALIAS, names, row[:count]) for row in self.rows(*values)]

    def _prepared(self, here: Any) -> _Ready:
        stand_ins = [_SENTINELS[kind](number) for number, kind in enumerate(self._types)]
        compiler = self._build(*stand_ins).query.get_compiler(connection=here)
        sql, params = compiler.as_sql()
        places = [(place, stand_ins.index(one)) for place, one in enumerate(params) if one in stand_ins]
        missing = set(range(len(stand_ins))) - {number for _, number in places}
        assert not missing, f"values {sorted(missing)} are not parameters of {sql}"
        converters = compiler.get_converters([column[0] for column in compiler.select])
        return _Ready(here.vendor, sql, list(params), places, compiler, converters)


def columns_of(model: type[Model], prefix: str = "") -> list[str]:
    """The names that `values_list` needs for all columns of a model, or of one it points to."""
    return [f"{prefix}{field.attname}" for field in model._meta.concrete_fields]


_inserts: dict[tuple[str, type[Model], int], tuple[str, list[Column], bool]] = {}


def insert(rows: Sequence[Model]) -> None:
    """Write new rows of one model in one statement, and give them their keys."""
    if not rows:
        return
    here = connections[DEFAULT_DB_ALIAS]
    model = type(rows[0])
    key = (here.vendor, model, len(rows))
    found = _inserts.get(key)
    if found is None:
        found = _inserts[key] = _insert_sql(model, len(rows), here)
    sql, columns, gives_keys = found
    params = []
    for row in rows:
        values = row.__dict__
        for name, adapt in columns:
            value = values[name]
            params.append(value if adapt is None or value is None else adapt(here, value))
    with here.cursor() as cursor:
        cursor.execute(sql, params)
        if gives_keys:
            for row, (given,) in zip(rows, cursor.fetchall(), strict=True):
                row.pk = given
    for row in rows:
        row._state.adding = False
        row._state.db = here.alias


def _insert_sql(model: type[Model], count: int, here: Any) -> tuple[str, list[Column], bool]:
    quote = here.ops.quote_name
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, AutoField)]
    names = ", ".join(quote(field.column) for field in fields)
    one = "(" + ", ".join(["%s"] * len(fields)) + ")"
    table = quote(model._meta.db_table)
    sql = f"INSERT INTO {table} ({names}) VALUES {', '.join([one] * count)}"  # noqa: S608  names are the models' own
    key = model._meta.pk
    gives_keys = isinstance(key, AutoField)
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
