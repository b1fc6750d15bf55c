"""A database that other processes can see too, for tests of processes that die."""

import os

import pytest
from django.db import connection


@pytest.fixture
def shared_database(transactional_db, tmp_path):
    """Return the environment in which a program of its own finds an empty database of ours, on either engine."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "remit.desk.settings",
        "REMIT_DATA_DIR": str(tmp_path),
    }
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(tmp_path / "remit.sqlite3")])
        environment.pop("REMIT_DATABASE_URL", None)
    else:
        name = connection.settings_dict["NAME"]
        environment["REMIT_DATABASE_URL"] = os.environ["REMIT_DATABASE_URL"].rsplit("/", 1)[0] + f"/{name}"
    return environment
