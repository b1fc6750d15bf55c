"""Bringing an installation up to date before it serves: its tables, and for a first look the demo's desks."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.management import call_command, get_commands
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from remit.desk.desks.models import Desk

# Written by `build_demo`: who can sign in where. It stays beside the database, for every later start.
SIGN_INS = "demo-sign-ins.txt"


def bring_up_to_date() -> None:
    """Apply the migrations that are missing."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0)


def open_demo(say: Callable[[str], object]) -> None:
    """Build the demo's desks where there is no desk at all; never change an installation that has one."""
    if Desk.objects.exists() or "build_demo" not in get_commands():
        return
    say("Opening the demo's desks …")
    # In a process of its own: what building takes must not weigh on the processes that serve afterwards.
    subprocess.run([sys.executable, "-m", "django", "build_demo"], check=True)


def demo_sign_ins() -> str:
    """Return who can sign in to the demo, as `build_demo` wrote it down; empty for other installations."""
    file = Path(settings.DATA_DIR) / SIGN_INS
    return file.read_text(encoding="utf-8").rstrip() if file.exists() else ""
