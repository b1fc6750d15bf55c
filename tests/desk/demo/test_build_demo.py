"""The demo says what it needs, and who is who."""

from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from remit.desk.demo.management.commands.build_demo import sign_ins


@pytest.mark.django_db
def test_it_asks_for_the_tables_first(monkeypatch):
    monkeypatch.setattr(connection.introspection, "table_names", lambda *args, **named: [])
    with pytest.raises(CommandError, match="Run migrate first"):
        call_command("build_demo")


def test_it_marks_who_leads(monkeypatch):
    """Some of what the demo shows is for leads only."""
    agents = {
        name: SimpleNamespace(user=SimpleNamespace(email=f"{name}@x.example"), is_lead=name == "dana")
        for name in ("dana", "omar")
    }
    stage = SimpleNamespace(desk=SimpleNamespace(name="X"), agents=agents, contacts={})
    assert "dana@x.example (lead), omar@x.example\n" in sign_ins([stage])
