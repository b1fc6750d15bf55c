"""The engine that `settings.DATABASES` names for SQLite."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db.backends.sqlite3 import base


class DatabaseOperations(base.DatabaseOperations):
    """What Django does on SQLite, for an installation whose rows keep moments in UTC."""

    def convert_datetimefield_value(self, value: Any, expression: Any, connection: Any) -> datetime | None:
        """Return the moment that a row keeps without a zone. Tens are read for a page; Django asks the settings about
        zones for each.
        """
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


class DatabaseWrapper(base.DatabaseWrapper):
    """SQLite as Django knows it."""

    ops_class = DatabaseOperations
