"""The engine that `settings.DATABASES` names for PostgreSQL."""

from __future__ import annotations

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL as Django knows it."""

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
