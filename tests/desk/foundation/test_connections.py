"""A kept connection to PostgreSQL is found dead before a request runs into it, and costs no question while it lives."""

import pytest
from django.db import connection, connections

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept():
    """A connection of its own, as a thread of the web process keeps one."""
    one = connections.create_connection("default")
    one.ensure_connection()
    yield one
    one.close()


def test_it_asks_the_server_nothing_while_the_connection_lives(kept):
    asked = []
    kept.connection.cursor = lambda *words, **names: asked.append(words)
    assert kept.is_usable()
    assert asked == []


def test_it_finds_out_that_the_server_ended_the_connection(kept):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [kept.connection.info.backend_pid])
    assert not kept.is_usable()


def test_it_knows_a_closed_connection(kept):
    kept.connection.close()
    assert not kept.is_usable()
