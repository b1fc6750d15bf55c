"""Moments as they are kept and read back: the same instant to the microsecond, in UTC, on both engines."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import connection

from remit.desk.foundation import timers
from remit.desk.foundation.models import Timer

pytestmark = pytest.mark.django_db

MOMENTS = [
    datetime(2026, 3, 29, 1, 0, tzinfo=UTC),
    datetime(2026, 3, 29, 1, 0, 0, 500_000, tzinfo=UTC),
    datetime(1970, 1, 1, 0, 0, 0, 1, tzinfo=UTC),
    datetime(2026, 10, 25, 3, 30, 0, 123_456, tzinfo=timezone(timedelta(hours=5, minutes=45))),
    datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
]


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_moment_is_read_as_it_was_written(desk, moment):
    Timer.objects.create(desk=desk, purpose="ticket", subject_id=1, due_at=moment)
    timers.set_due("ticket", 2, desk.pk, moment)
    for read in Timer.objects.values_list("due_at", flat=True):
        assert (read, read.tzinfo) == (moment, UTC)
    assert Timer.objects.filter(due_at=moment).count() == 2


def test_no_moment_is_read_as_none(desk):
    timers.set_due("ticket", 1, desk.pk, None)
    assert Timer.objects.get().due_at is None


def test_a_moment_is_read_in_a_statement_written_by_hand(desk):
    timers.set_due("ticket", 1, desk.pk, MOMENTS[1])
    with connection.cursor() as cursor:
        cursor.execute("SELECT due_at FROM foundation_timer")
        (read,) = cursor.fetchone()
    assert read.replace(tzinfo=UTC) == MOMENTS[1]
