"""Statements that a connection to PostgreSQL keeps ready: parsed and planned once, called many at a time in one text.

To read and plan a statement costs the server several times what running it does, for the short ones that requests are
made of. `PREPARE` does that once for each connection; a text of `EXECUTE`s is one round trip, and outside of any other
it is a transaction of the server's own. Behind a pooler, which gives every transaction another connection, the
statements are written out in full instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain, count
from typing import Any

_numbers = count(1)


class Statement:
    """One statement of SQL, `%s` where a value goes (`%%` is a percent sign). Its name is its own in this process;
    `about`, the table that it reads or writes, stands in it for who reads the server's log.
    """

    __slots__ = ("_pieces", "name", "sql")

    def __init__(self, about: str, sql: str) -> None:
        self.sql = sql
        self.name = f"remit_{next(_numbers)}_{about}".encode()
        pieces = sql.replace("%%", "\0").split("%s")
        self._pieces = [piece.replace("\0", "%").encode() for piece in pieces]

    @property
    def preparing(self) -> bytes:
        """What makes it ready; the server infers the values' types from where they stand."""
        places = [b"$%d" % number for number in range(1, len(self._pieces))]
        return b"PREPARE %s AS %s" % (self.name, self.written_out(places))

    def called(self, literals: Sequence[bytes]) -> bytes:
        """Its call, once it is ready."""
        return b"EXECUTE %s(%s)" % (self.name, b", ".join(literals)) if literals else b"EXECUTE " + self.name

    def written_out(self, literals: Sequence[bytes]) -> bytes:
        """The statement in full."""
        return self._pieces[0] + b"".join(chain.from_iterable(zip(literals, self._pieces[1:], strict=True)))


Call = tuple[Statement, Sequence[Any]]
"""A statement with its values: those that the driver can quote."""


class Ready:
    """What one connection keeps ready."""

    def __init__(self, connection: Any, *, keeps: bool) -> None:
        """`keeps`: whether the connection stays with us from one transaction to the next."""
        from psycopg.adapt import Transformer  # where SQLite is the database, nobody loads the driver

        self._connection = connection
        self._keeps = keeps
        self.cursor: Any = connection.cursor()
        self._names: set[bytes] = set()
        self.literal: Callable[[Any], bytes] = Transformer(connection).as_literal

    def text_of(self, calls: Iterable[Call]) -> bytes:
        """One text that runs these in turn, each with an answer of its own. Makes ready what isn't yet."""
        quoted = [(one, [self.literal(value) for value in values]) for one, values in calls]
        if not self._keeps:
            return b"; ".join(one.written_out(literals) for one, literals in quoted)
        for one, _ in quoted:
            if one.name not in self._names:
                self._connection.execute(one.preparing)
                self._names.add(one.name)
        return b"; ".join(one.called(literals) for one, literals in quoted)
