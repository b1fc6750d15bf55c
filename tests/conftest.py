"""The rig of all tests: no way out to the network, and tests may empty tables that nobody else can."""

import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from django.db.backends.postgresql.operations import DatabaseOperations as PostgresqlOperations
from django.db.backends.sqlite3.base import DatabaseOperations

LOOPBACK = ("127.", "::1", "localhost")


@pytest.fixture(scope="session", autouse=True)
def no_way_out() -> Iterator[None]:
    """Refuse connections to anything but this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not str(address[0]).startswith(LOOPBACK):
            raise AssertionError(f"A test reached for {address[0]}; tests talk to this machine only.")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


@pytest.fixture(scope="session", autouse=True)
def tables_can_be_emptied() -> Iterator[None]:
    """Let tests that commit empty the append-only tables afterwards: the triggers step aside for the flush."""
    flush = DatabaseOperations.sql_flush

    def without_triggers(self: DatabaseOperations, *args: Any, **kwargs: Any) -> list[str]:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
        aside = [f'DROP TRIGGER "{name}"' for name, _ in triggers]
        return [*aside, *flush(self, *args, **kwargs), *(sql for _, sql in triggers)]

    truncate = PostgresqlOperations.sql_flush

    def as_replica(self: PostgresqlOperations, *args: Any, **kwargs: Any) -> list[str]:
        aside, back = "SET session_replication_role = replica", "SET session_replication_role = DEFAULT"
        return [aside, *truncate(self, *args, **kwargs), back]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", without_triggers)
        patch.setattr(PostgresqlOperations, "sql_flush", as_replica)
        yield


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where CI is set, fail for a skipped test: a part that is missing there hides what it would have shown."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") == "true" and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
