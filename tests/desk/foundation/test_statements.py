"""PostgreSQL keeps statements ready for each connection; behind a pooler they are written out in full."""

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from remit.desk.desks.models import Desk
from remit.desk.foundation.postgresql.statements import Ready, Statement
from remit.desk.foundation.prepared import Prepared, together
from remit.desk.foundation.writing import Keys
from remit.desk.tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db

SHARE = Statement("nothing", "SELECT %s::text || ' is 100 %%', %s::int + 1")


@pytest.fixture
def own_connection():
    """A connection that nobody used before."""
    one = connections.create_connection("default")
    yield one
    one.close()


def answers(here, *calls):
    cursor = here.run(calls)
    found = [cursor.fetchall()]
    while cursor.nextset():
        found.append(cursor.fetchall())
    return found


def ready_names(here):
    with here.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements")
        return {name for (name,) in cursor.fetchall()}


def test_it_makes_a_statement_ready_once_and_runs_it_with_other_values(own_connection):
    found = answers(own_connection, (SHARE, ["It's \\ so", 1]), (SHARE, ["", -3]))
    assert found == [[("It's \\ so is 100 %", 2)], [(" is 100 %", -2)]]
    assert ready_names(own_connection) == {SHARE.name.decode()}


def test_a_new_connection_has_nothing_ready_and_makes_it_so_again(own_connection):
    answers(own_connection, (SHARE, ["a", 1]))
    own_connection.close()
    assert answers(own_connection, (SHARE, ["a", 1])) == [[("a is 100 %", 2)]]


def test_behind_a_pooler_nothing_is_kept_and_the_answers_are_the_same(own_connection):
    own_connection.ensure_connection()
    own_connection.ready = Ready(own_connection.connection, keeps=False)
    assert answers(own_connection, (SHARE, ["It's \\ so", 1])) == [[("It's \\ so is 100 %", 2)]]
    assert ready_names(own_connection) == set()


def test_a_question_made_of_a_queryset_keeps_its_constants_and_takes_its_values(desk, other_desk):
    named = Prepared(
        lambda slug: Desk.objects.filter(slug=slug).exclude(name="50 %s off").values_list("pk", "name"), str
    )
    found = together((named, ["harbour"]), (named, ["quarry"]), (named, ["it's"]))
    assert found == [[(desk.pk, desk.name)], [(other_desk.pk, other_desk.name)], []]
    assert connection.vendor == "postgresql"


def test_keys_are_drawn_with_what_is_read_and_given_in_order(desk):
    keys = Keys(Ticket, Message, Message)
    names = Prepared(lambda slug: Desk.objects.filter(slug=slug).values_list("name"), str)
    with CaptureQueriesContext(connection) as asked:
        (named, *drawn) = together((names, ["harbour"]), *keys.asked)
    assert (named, len(asked)) == ([(desk.name,)], 1)
    keys.take(drawn)
    rows = [Ticket(), Message()]
    keys.give(rows)
    assert [row.pk for row in rows] == list(drawn[0][0][:2])
