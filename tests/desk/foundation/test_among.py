"""Looking up many keys as one parameter: the same rows as `__in` finds, on both engines."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from remit.desk.foundation import timers
from remit.desk.foundation.models import Timer

pytestmark = pytest.mark.django_db


@pytest.fixture
def keys(desk, now):
    """The keys of six timers."""
    timers.set_many("ticket", [(number, desk.pk, now) for number in range(6)])
    return list(Timer.objects.order_by("subject_id").values_list("pk", flat=True))


def test_it_finds_what_in_finds(keys):
    for some in (keys[1:3], [keys[0], keys[0], 9_000_000_000], [], keys):
        found = set(Timer.objects.filter(pk__among=some).values_list("pk", flat=True))
        assert found == set(Timer.objects.filter(pk__in=some).values_list("pk", flat=True))
    assert set(Timer.objects.filter(subject_id__among=iter((2, 5))).values_list("subject_id", flat=True)) == {
        2,
        5,
    }
    assert Timer.objects.exclude(pk__among=keys[:2]).count() == 4


def test_it_asks_once_however_many_keys_there_are(keys):
    many = range(keys[0], keys[0] + 5_000)
    with CaptureQueriesContext(connection) as captured:
        assert len(Timer.objects.filter(pk__among=many)) == 6
        assert Timer.objects.filter(pk__among=many).update(attempts=1) == 6
    assert len(captured) == 2


def test_it_takes_whole_numbers_only(keys):
    with pytest.raises(ValueError, match="one"):
        Timer.objects.filter(pk__among=["one"]).count()
