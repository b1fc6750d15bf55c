"""History can be added to and read, and nothing else."""

import pytest
from django.db import IntegrityError, connection, transaction

from remit.desk.foundation import events
from remit.desk.foundation.actors import SYSTEM
from remit.desk.foundation.models import Event

pytestmark = pytest.mark.django_db


def test_it_keeps_what_happened_with_who_and_when(desk, ada, now):
    events.append(desk.pk, ("ticket", 7), "reply sent", now, ada.actor, {"message": 3})
    event = events.of_subject(("ticket", 7)).get()
    assert (event.kind, event.at, event.actor_kind, event.actor_id, event.data) == (
        "reply sent", now, "agent", ada.pk, {"message": 3},
    )  # fmt: skip


def test_it_does_not_keep_the_name_of_who_did_it(desk, ada, now):
    event = events.append(desk.pk, ("ticket", 7), "reply sent", now, ada.actor)
    row = Event.objects.filter(pk=event.pk).values().get()
    assert "Ada" not in str(row)


def test_it_keeps_many_in_the_order_given(desk, now):
    events.append_many(
        events.NewEvent(desk.pk, ("ticket", 7), f"step {n} taken", now, SYSTEM) for n in range(5)
    )
    kinds = [event.kind for event in events.of_subject(("ticket", 7))]
    assert kinds == [f"step {n} taken" for n in range(5)]


def test_it_refuses_to_change_an_event_in_the_database_itself(desk, now):
    """Design §3: append-only, on both engines."""
    event = events.append(desk.pk, ("ticket", 7), "reply sent", now, SYSTEM)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(kind="nothing happened")


def test_it_refuses_to_delete_an_event_in_the_database_itself(desk, now):
    event = events.append(desk.pk, ("ticket", 7), "reply sent", now, SYSTEM)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Event.objects.filter(pk=event.pk).delete()


def test_it_refuses_to_replace_or_empty_in_the_database_itself(desk, now):
    """What deletes without saying so: SQLite's INSERT OR REPLACE, PostgreSQL's TRUNCATE."""
    event = events.append(desk.pk, ("ticket", 7), "reply sent", now, SYSTEM)
    sentence = {
        "sqlite": f"INSERT OR REPLACE INTO foundation_event SELECT * FROM foundation_event WHERE id = {event.pk}",
        "postgresql": "TRUNCATE foundation_event",
    }[connection.vendor]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            cursor.execute(sentence)
    assert Event.objects.filter(pk=event.pk).exists()
