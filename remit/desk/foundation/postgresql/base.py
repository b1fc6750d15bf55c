"""The engine that `settings.DATABASES` names for PostgreSQL."""

from __future__ import annotations

import select
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.backends.postgresql import base

from remit.desk.foundation.postgresql.statements import Call, Ready, Statement


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL as Django knows it, with statements that each connection keeps ready."""

    ready: Ready

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect; a new connection has nothing ready."""
        made = super().get_new_connection(conn_params)
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

    def run(self, cursor: Any, calls: Sequence[Call]) -> None:
        """Run these in one round trip; `cursor` gives their answers in turn (`nextset`)."""
        with self.wrap_database_errors:
            text = self.ready.text_of(calls)
        cursor.execute(text)

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
