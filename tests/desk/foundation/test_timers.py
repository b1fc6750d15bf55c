"""A timer waits for one moment, is taken by one worker, comes back when that worker dies, and ends before a person."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from remit.desk.foundation import leases, timers
from remit.desk.foundation.errors import Misconfigured
from remit.desk.foundation.models import Timer

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def subjects(claimed):
    return [timer.subject_id for timer in claimed]


class TestWaiting:
    def test_it_is_not_taken_before_it_is_due(self, desk, now):
        timers.set_due("ticket", 1, desk.pk, now + MINUTE)
        assert timers.claim(now) == []
        assert subjects(timers.claim(now + MINUTE)) == [1]

    def test_it_waits_for_nothing_while_no_moment_is_set(self, desk, now):
        timers.set_due("ticket", 1, desk.pk, None)
        assert timers.claim(now + timedelta(days=9999)) == []

    def test_it_takes_those_first_that_have_waited_longest(self, desk, now):
        timers.set_many("ticket", [(n, desk.pk, now - n * MINUTE) for n in range(1, 6)])
        assert sorted(subjects(timers.claim(now, limit=2))) == [4, 5]

    def test_it_replaces_the_moment_of_a_subject_instead_of_adding_one(self, desk, now):
        timers.set_due("ticket", 1, desk.pk, now)
        timers.set_due("ticket", 1, desk.pk, now + MINUTE)
        assert Timer.objects.get().due_at == now + MINUTE

    def test_it_keeps_the_purposes_of_one_subject_apart(self, desk, now):
        timers.set_due("ticket", 1, desk.pk, now)
        timers.set_due("entitlement", 1, desk.pk, now)
        assert Timer.objects.count() == 2


class TestLeases:
    def test_it_is_taken_by_one_worker_only(self, desk, now):
        timers.set_many("ticket", [(n, desk.pk, now) for n in range(6)])
        first, second = timers.claim(now, limit=3), timers.claim(now, limit=10)
        assert sorted(subjects(first) + subjects(second)) == list(range(6))
        assert timers.claim(now) == []

    def test_it_comes_back_when_the_lease_has_run_out(self, desk, now):
        timers.set_due("ticket", 1, desk.pk, now - MINUTE)
        [first] = timers.claim(now, lease=MINUTE)
        assert timers.claim(now + MINUTE / 2) == []
        [again] = timers.claim(now + MINUTE)
        assert (first.is_again, again.is_again) == (False, True)
        assert again.due_at == now - MINUTE, (
            "the true due moment dates the effect, however late it is noticed"
        )

    def test_it_is_held_no_more_once_another_worker_took_it_over(self, desk, now):
        timers.set_due("ticket", 1, desk.pk, now)
        slow = timers.claim(now, lease=MINUTE)
        quick = timers.claim(now + MINUTE, lease=MINUTE)
        with transaction.atomic():
            assert leases.still_held(slow) == []
            assert leases.still_held(quick) == quick

    def test_it_is_held_no_more_once_its_moment_was_set_anew(self, desk, now):
        timers.set_due("ticket", 1, desk.pk, now)
        claimed = timers.claim(now)
        timers.set_due("ticket", 1, desk.pk, now + MINUTE)
        with transaction.atomic():
            assert leases.still_held(claimed) == []
        timers.finish(claimed)
        assert Timer.objects.get().due_at == now + MINUTE

    def test_it_awaits_nothing_more_once_finished(self, desk, now):
        timers.set_due("ticket", 1, desk.pk, now)
        timers.finish(timers.claim(now))
        assert timers.waiting().count() == 0


class TestFailing:
    def test_it_waits_twice_as_long_after_every_failure(self, desk, now):
        timers.set_due("ticket", 1, desk.pk, now)
        waits = []
        for _ in range(leases.MAX_ATTEMPTS - 1):
            [timer] = timers.claim(now)
            leases.put_back(timer, ValueError("no"), now)
            until = Timer.objects.get().leased_until
            waits.append((until - now) / MINUTE)
            assert timers.claim(until - timedelta(microseconds=1)) == []
            now = until
        assert waits == [1, 2, 4, 8, 16, 32, 60]

    def test_it_is_dead_after_eight_failures_and_says_why(self, desk, now):
        timers.set_due("ticket", 1, desk.pk, now)
        for _ in range(leases.MAX_ATTEMPTS):
            now += timedelta(hours=2)
            [timer] = timers.claim(now)
            leases.put_back(timer, Misconfigured("The calendar never opens."), now)
        assert timers.claim(now + timedelta(days=1)) == []
        dead = timers.dead().get()
        assert (dead.dead_at, dead.attempts) == (now, 8)
        assert dead.last_error == "Misconfigured: The calendar never opens."

    def test_it_lives_again_when_a_person_says_so(self, desk, now):
        timers.set_due("ticket", 1, desk.pk, now)
        Timer.objects.update(dead_at=now, attempts=8)
        timers.revive(timers.dead().get())
        [timer] = timers.claim(now)
        assert (timer.attempts, timer.due_at) == (0, now)


@given(attempts=st.integers(1, 500))
def test_it_never_waits_longer_than_an_hour_nor_shorter_than_before(attempts):
    assert leases.wait_after(attempts) <= leases.wait_after(attempts + 1) <= leases.LONGEST_WAIT
