"""A letter is written once under one identity, sent at least once, and ends before a person when nobody takes it."""

from datetime import timedelta

import pytest
from django.db import connection

from remit.desk.foundation import leases, outbox
from remit.desk.foundation.errors import DeliveryError
from remit.desk.foundation.models import Outbox

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def letter(desk, now):
    """A letter that is due now."""
    outbox.put(desk.pk, "email", "<1@harbour.example>", due_at=now, payload={"message": 1}, ticket_id=7)
    return Outbox.objects.get()


def test_it_writes_the_same_letter_once(desk, letter, now):
    outbox.put(desk.pk, "email", letter.identity, due_at=now, payload={"message": 2})
    assert Outbox.objects.get().payload == {"message": 1}


def test_it_is_taken_by_one_worker_only(letter, now):
    assert outbox.claim(now) == [letter]
    assert outbox.claim(now) == []


def test_it_is_not_taken_before_it_is_due(letter, now):
    assert outbox.claim(now - MINUTE) == []


def test_it_is_not_taken_again_once_sent(letter, now):
    [row] = outbox.claim(now)
    outbox.mark_sent(row, now)
    assert outbox.claim(now + timedelta(days=1)) == []
    assert Outbox.objects.get().sent_at == now


def test_it_is_not_sent_by_a_slow_worker_whose_letter_another_took_over(letter, now):
    [slow] = outbox.claim(now, lease=MINUTE)
    [quick] = outbox.claim(now + MINUTE, lease=MINUTE)
    assert not outbox.renew(slow, now + MINUTE)
    assert outbox.renew(quick, now + MINUTE)


def test_it_is_dead_at_once_when_the_failure_is_permanent(letter, now):
    [row] = outbox.claim(now)
    leases.put_back(row, DeliveryError("no such mailbox"), now, is_permanent=True)
    assert outbox.dead().get().last_error == "DeliveryError: no such mailbox"
    assert outbox.claim(now + timedelta(days=1)) == []


def test_it_is_sent_under_its_old_identity_when_a_person_revives_it(letter, now):
    [row] = outbox.claim(now)
    leases.put_back(row, ValueError("no"), now, is_permanent=True)
    outbox.revive(row, now + MINUTE)
    [again] = outbox.claim(now + MINUTE)
    assert again.identity == letter.identity


def test_it_keeps_no_words_of_a_foreign_error_because_they_may_quote_people(letter, now):
    [row] = outbox.claim(now)
    leases.put_back(row, ValueError("anna@customer.example is no address"), now, is_permanent=True)
    assert outbox.dead().get().last_error == "ValueError"


def test_an_identity_is_unique_by_one_index(desk):
    """Each further index would be written with each letter."""
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, "foundation_outbox").values()
    assert [one["unique"] for one in found if one["columns"] == ["identity"]] == [True]
