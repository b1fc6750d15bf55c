"""The engine that `settings.DATABASES` names for PostgreSQL."""

from __future__ import annotations

import select
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.postgresql.psycopg_any import BaseTzLoader

from remit.desk.foundation.postgresql.statements import Call, Ready, Statement


class MomentInUtc(BaseTzLoader):  # type: ignore[misc]  # not in Django's stubs
    """Reads a moment as the server writes it (`2026-03-01 10:00:00.5+00`; Django has the session's zone be UTC). The
    driver's own reader takes it to pieces in Python.
    """

    timezone = UTC

    def load(self, data: Any) -> datetime:
        """Return the moment; what the standard library can't read (infinity) is left to the driver."""
        try:
            return datetime.fromisoformat(str(data, "ascii"))
        except ValueError:
            read: datetime = super().load(data)
            return read


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL as Django knows it, with statements that each connection keeps ready."""

    ready: Ready

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect; a new connection has nothing ready yet."""
        made = super().get_new_connection(conn_params)
        made.adapters.register_loader("timestamptz", MomentInUtc)
        self.ready = Ready(made, keeps=not self.settings_dict["DISABLE_SERVER_SIDE_CURSORS"])
        return made

    def statement(self, about: str, sql: str, fixed: Mapping[int, Any]) -> Statement:
        """The statement in which the parameters at these places are written out, `%s` left for the others."""
        self.ensure_connection()
        first, *pieces = sql.split("%s")
        for place, piece in enumerate(pieces):
            literal = self.ready.literal(fixed[place]).decode().replace("%", "%%") if place in fixed else "%s"
            first += literal + piece
        return Statement(about, first)

    def run(self, calls: Sequence[Call]) -> Any:
        """Run these in one round trip; return a cursor that gives their answers in turn (`nextset`), until the next
        run: it is kept, because making one costs as much as sending a short text.
        """
        self.close_if_health_check_failed()
        self.ensure_connection()
        with self.wrap_database_errors:
            text = self.ready.text_of(calls)
        cursor = self._prepare_cursor(self.ready.cursor)
        cursor.execute(text)
        return cursor

    def is_usable(self) -> bool:
        """Say whether the connection still lives. A server that ended it said so, and that lies unread in the socket:
        only then is it asked, because a round trip at each request's start is a twentieth of taking a request in.
        """
        if self.connection is None or self.connection.closed:
            return False
        waiting = select.poll()
        try:
            waiting.register(self.connection.fileno(), select.POLLIN)
        except base.Database.Error:
            return False
        return not waiting.poll(0) or bool(super().is_usable())
