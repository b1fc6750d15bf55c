"""`filter(pk__among=keys)`: `__in` for many keys. They go to the database as one parameter, so that neither Django nor
the engine has to read a statement with a place for each; what is found is the same.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import AutoField, BigIntegerField, Lookup
from pydantic_core import to_json


class Among(Lookup):
    """Whether an integer column is one of these whole numbers."""

    lookup_name = "among"

    def get_prep_lookup(self) -> list[int]:
        """Return the numbers; anything else is a mistake of the caller's."""
        keys: Iterable[Any] = self.rhs
        return [int(key) for key in keys]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """Return the condition for SQLite."""
        column, params = self.process_lhs(compiler, connection)
        return f"{column} IN (SELECT value FROM json_each(%s))", [*params, to_json(self.rhs).decode()]  # noqa: S608  no value in the text

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """Return the condition for PostgreSQL."""
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s::bigint[])", [*params, "{" + ",".join(map(str, self.rhs)) + "}"]


def register() -> None:
    """Let keys and numbers be looked up so; called in `AppConfig.ready`."""
    AutoField.register_lookup(Among)
    BigIntegerField.register_lookup(Among)
