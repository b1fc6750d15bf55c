"""The tables are what the models say, and history is guarded by the database itself."""

import io

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from tests.house.tree import ROOT

pytestmark = pytest.mark.django_db


def test_it_has_a_migration_for_every_change_of_a_model():
    out = io.StringIO()
    call_command("makemigrations", "--check", "--dry-run", stdout=out)
    assert "No changes" in out.getvalue()


def test_it_guards_every_table_that_a_migration_declared_append_only():
    """On SQLite a later change of the table would lose the triggers without a word."""
    declared = set()
    for config in apps.get_app_configs():
        if not config.name.startswith("remit."):
            continue
        for path in (ROOT / config.path / "migrations").glob("0*.py"):
            for part in path.read_text(encoding="utf-8").split("AppendOnly(")[1:]:
                declared.add(config.get_model(part.split(")")[0].strip("\"' ").split(".")[-1])._meta.db_table)
    assert "foundation_event" in declared
    query = {
        "sqlite": "SELECT tbl_name || ' ' || name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgrelid::regclass || ' ' || tgname FROM pg_trigger WHERE NOT tgisinternal",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        there = {row[0] for row in cursor.fetchall()}
    verbs = ("update", "delete", "truncate") if connection.vendor == "postgresql" else ("update", "delete")
    wanted = {f"{table} {table}_no_{verb}" for table in declared for verb in verbs}
    assert sorted(wanted - there) == []
