"""Questions whose SQL is worked out once in a process, for the few that every request pays for.

Django builds its SQL anew each time, which costs several times what the database needs. What is asked stays the same: a
`Prepared` is made from a queryset. Writing so is `foundation.writing`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet

from remit.desk.foundation.postgresql.statements import Statement

Row = TypeVar("Row", bound=Model)
_SENTINELS: dict[type, Callable[[int], Any]] = {
    int: lambda place: 9_000_000_000_000_000 + place,
    str: lambda place: f"\x02slot {place}\x03",
}


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A question worked out for one engine; `places`: which parameter takes which of the values."""

    vendor: str
    sql: str
    fixed: list[Any]
    places: list[tuple[int, int]]
    statement: Statement | None
    compiler: Any
    converters: Any

    def parameters(self, values: Sequence[Any]) -> list[Any]:
        """All parameters of `sql`, with these values in their places."""
        params = list(self.fixed)
        for place, number in self.places:
            params[place] = values[number]
        return params

    def called_with(self, values: Sequence[Any]) -> tuple[Statement, list[Any]]:
        """The call for these values; in the statement of PostgreSQL the other parameters are written out."""
        assert self.statement is not None
        return self.statement, [values[number] for _, number in self.places]

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
        self._compiled: _Compiled | None = None

    def rows(self, *values: Any) -> list[tuple[Any, ...]]:
        """Run it with these values."""
        return together((self, values))[0]

    def _compiled_for(self, here: Any) -> _Compiled:
        compiled = self._compiled
        if compiled is None or compiled.vendor != here.vendor:
            compiled = self._compiled = self._compile(here)
        return compiled

    def _compile(self, here: Any) -> _Compiled:
        stand_ins = [_SENTINELS[kind](number) for number, kind in enumerate(self._types)]
        compiler = self._build(*stand_ins).query.get_compiler(connection=here)
        sql, params = compiler.as_sql()
        places = [(place, stand_ins.index(one)) for place, one in enumerate(params) if one in stand_ins]
        missing = set(range(len(stand_ins))) - {number for _, number in places}
        assert not missing, f"values {sorted(missing)} are not parameters of {sql}"
        statement = None
        if here.vendor == "postgresql":
            free = {place for place, _ in places}
            about = compiler.query.model._meta.db_table
            statement = here.statement(about, sql, {n: one for n, one in enumerate(params) if n not in free})
        converters = compiler.get_converters([column[0] for column in compiler.select])
        return _Compiled(here.vendor, sql, list(params), places, statement, compiler, converters)


class AsWritten(Prepared):
    """A question in SQL of our own, without places, for PostgreSQL."""

    def __init__(self, about: str, sql: str) -> None:
        self._compiled = _Compiled("postgresql", sql, [], [], Statement(about, sql), None, None)


def together(*asked: tuple[Prepared, Sequence[Any]]) -> list[list[tuple[Any, ...]]]:
    """Run several with their values; on PostgreSQL in one round trip, which costs more than most of what is asked."""
    here = connections[DEFAULT_DB_ALIAS]
    compiled = [(one._compiled_for(here), values) for one, values in asked]
    found = []
    if here.vendor == "postgresql":
        cursor = here.run([one.called_with(values) for one, values in compiled])
        for one, _ in compiled:
            found.append(one.converted(cursor.fetchall()))
            cursor.nextset()
        return found
    with here.cursor() as cursor:
        for one, values in compiled:
            cursor.execute(one.sql, one.parameters(values))
            found.append(one.converted(cursor.fetchall()))
    return found


def columns_of(model: type[Model], prefix: str = "") -> list[str]:
    """The names that `values_list` needs for all columns of a model, or of one it points to."""
    return [f"{prefix}{field.attname}" for field in model._meta.concrete_fields]


def instances(model: type[Row], rows: Iterable[tuple[Any, ...]]) -> list[Row]:
    """Rows that begin with all columns of `model`, in their order, as its instances."""
    names = columns_of(model)
    count = len(names)
    return [model.from_db(DEFAULT_DB_ALIAS, names, row[:count]) for row in rows]
