"""Rows that nobody refers to are written as values, without an instance of their model."""

import pytest

from remit.desk.foundation.models import Timer
from remit.desk.foundation.writing import Writing

pytestmark = pytest.mark.django_db


def test_what_is_not_given_is_the_models_default(desk, now):
    with Writing() as writing:
        writing.add(Timer, desk_id=desk.pk, purpose="ticket", subject_id=1, due_at=now)
    timer = Timer.objects.get(purpose="ticket", subject_id=1)
    assert (timer.due_at, timer.leased_until, timer.attempts, timer.last_error) == (now, None, 0, "")


def test_a_row_that_is_there_already_is_left_where_that_was_asked_for(desk, now):
    for _ in range(2):
        with Writing() as writing:
            writing.add(Timer, or_leave=True, desk_id=desk.pk, purpose="ticket", subject_id=1, due_at=now)
    assert Timer.objects.filter(purpose="ticket", subject_id=1).count() == 1


def test_a_name_that_the_model_has_not_is_refused(desk, now):
    with pytest.raises(AssertionError, match="due"), Writing() as writing:
        writing.add(Timer, desk_id=desk.pk, purpose="ticket", subject_id=1, due=now)
