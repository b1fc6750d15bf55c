"""Many rows in one statement: the same rows as Django would write, on both engines."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import IntegrityError, transaction

from remit.desk.foundation import timers
from remit.desk.foundation.bulk import insert_values, update_values
from remit.desk.foundation.models import Outbox, Timer

pytestmark = pytest.mark.django_db
LETTER = ("desk_id", "channel", "identity", "ticket_id", "payload", "due_at", "attempts", "last_error")
TRICKY = {"quoted": 'it\'s "so" \\ and %s {} 🙂', "number": 1.5, "none": None, "list": [1, {"a": True}]}


def letter(desk, identity, due_at, **fields):
    row = {"ticket_id": None, "payload": {}, "attempts": 0, "last_error": "", **fields}
    row |= {"desk_id": desk.pk, "channel": "email", "identity": identity, "due_at": due_at}
    return tuple(row[name] for name in LETTER)


def identities():
    return sorted(Outbox.objects.values_list("identity", flat=True))


def test_it_writes_what_django_reads_back(desk):
    moment = datetime(2026, 3, 29, 3, 0, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    insert_values(
        Outbox, LETTER, [letter(desk, "<%s@'x>", moment, payload=TRICKY, last_error='a\n"b"\\', ticket_id=7)]
    )
    row = Outbox.objects.get()
    assert (row.identity, row.payload, row.last_error, row.ticket_id) == ("<%s@'x>", TRICKY, 'a\n"b"\\', 7)
    assert row.due_at == moment
    assert Outbox.objects.filter(due_at=moment.astimezone(UTC), sent_at=None).exists()


def test_it_writes_nothing_where_there_is_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        insert_values(Outbox, LETTER, [])
        update_values(Timer, ["attempts"], [])


def test_it_refuses_the_whole_where_one_row_is_there_already(desk, now):
    insert_values(Outbox, LETTER, [letter(desk, "<1@x>", now)])
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_values(Outbox, LETTER, [letter(desk, "<2@x>", now), letter(desk, "<1@x>", now)])
    assert identities() == ["<1@x>"]


def test_it_leaves_out_what_is_there_where_it_is_told_to(desk, now):
    insert_values(Outbox, LETTER, [letter(desk, "<1@x>", now)])
    insert_values(
        Outbox, LETTER, [letter(desk, "<1@x>", now), letter(desk, "<3@x>", now)], on_conflict="DO NOTHING"
    )
    assert identities() == ["<1@x>", "<3@x>"]


def test_it_changes_rows_that_are_there_and_adds_the_others(desk, now):
    timers.set_due("ticket", 1, desk.pk, now)
    Timer.objects.update(attempts=3, last_error="no")
    later = now + timedelta(hours=1)
    timers.set_many("ticket", [(1, desk.pk, later), (2, desk.pk, None)])
    rows = Timer.objects.order_by("subject_id").values_list("subject_id", "due_at", "attempts", "last_error")
    assert list(rows) == [(1, later, 0, ""), (2, None, 0, "")]


def test_it_lets_the_last_moment_hold_where_a_subject_is_given_twice(desk, now):
    timers.set_many("ticket", [(1, desk.pk, None), (1, desk.pk, now)])
    assert Timer.objects.get().due_at == now


def test_it_changes_each_row_by_its_key(desk, now):
    timers.set_many("ticket", [(n, desk.pk, now) for n in range(3)])
    keys = dict(Timer.objects.values_list("subject_id", "pk"))
    update_values(Timer, ["due_at", "last_error"], [(keys[0], None, "zero"), (keys[2], now, "two")])
    rows = Timer.objects.order_by("subject_id").values_list("due_at", "last_error")
    assert list(rows) == [(None, "zero"), (now, ""), (now, "two")]


def test_it_writes_a_thousand_rows_in_one_statement(desk, now, django_assert_num_queries):
    with django_assert_num_queries(1):
        insert_values(Outbox, LETTER, [letter(desk, f"<{n}@x>", now) for n in range(1000)])
    assert Outbox.objects.count() == 1000
