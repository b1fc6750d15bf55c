"""A migration operation that makes the database itself refuse to change or delete a table's rows, on both engines."""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

SQLITE = """
CREATE TRIGGER "{table}_no_{verb}" BEFORE {verb} ON "{table}"
BEGIN SELECT RAISE(ABORT, '{table} is append-only: {verb} refused'); END
"""
POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION remit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, lower(TG_OP)
USING ERRCODE = 'integrity_constraint_violation'; END $$
"""
POSTGRESQL = """
CREATE TRIGGER "{table}_no_{verb}" BEFORE {verb} ON "{table}"
FOR EACH ROW EXECUTE FUNCTION remit_append_only()
"""
POSTGRESQL_TRUNCATE = """
CREATE TRIGGER "{table}_no_truncate" BEFORE TRUNCATE ON "{table}"
FOR EACH STATEMENT EXECUTE FUNCTION remit_append_only()
"""
VERBS = ("update", "delete")


class AppendOnly(Operation):
    """`AppendOnly("Event")` in a migration: from then on rows of that model can be added and read, nothing else. The
    refusal is an IntegrityError. An `AlterField` on SQLite rebuilds the table and loses this; add it again there.
    `NeverEmptied` belongs to it. On SQLite a pragma in the settings fires the delete trigger for INSERT OR REPLACE too.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change nothing in the state: the tables' shape is the same."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Create the two triggers."""
        table = self._table(app_label, to_state)
        sql = POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(POSTGRESQL_FUNCTION, params=None)
        for verb in VERBS:
            schema_editor.execute(sql.format(table=table, verb=verb), params=None)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Drop the two triggers."""
        table = self._table(app_label, from_state)
        on = f' ON "{table}"' if schema_editor.connection.vendor == "postgresql" else ""
        for verb in VERBS:
            schema_editor.execute(f'DROP TRIGGER "{table}_no_{verb}"{on}', params=None)

    def describe(self) -> str:
        """Return the line that `migrate --plan` shows."""
        return f"Refuse to change or delete rows of {self.model_name}"

    @property
    def migration_name_fragment(self) -> str:
        """Return the word for a file name."""
        return f"{self.model_name.lower()}_append_only"

    def _table(self, app_label: str, state: ProjectState) -> Any:
        return state.apps.get_model(app_label, self.model_name)._meta.db_table


class NeverEmptied(AppendOnly):
    """`NeverEmptied("Event")`: on PostgreSQL the table refuses TRUNCATE too, which triggers of rows do not see. SQLite
    has no such statement.
    """

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Create the trigger of the statement."""
        if schema_editor.connection.vendor == "postgresql":
            table = self._table(app_label, to_state)
            schema_editor.execute(POSTGRESQL_TRUNCATE.format(table=table), params=None)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Drop the trigger."""
        if schema_editor.connection.vendor == "postgresql":
            table = self._table(app_label, from_state)
            schema_editor.execute(f'DROP TRIGGER "{table}_no_truncate" ON "{table}"', params=None)

    def describe(self) -> str:
        """Return the line that `migrate --plan` shows."""
        return f"Refuse to empty the table of {self.model_name}"

    @property
    def migration_name_fragment(self) -> str:
        """Return the word for a file name."""
        return f"{self.model_name.lower()}_never_emptied"
