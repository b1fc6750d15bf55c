"""One turn of the worker: a batch's effects happen together and once; one bad row does not hold up the others."""

import contextlib
from datetime import timedelta

import pytest
from django.db import connection

from remit.desk.desks.models import Closure
from remit.desk.foundation import leases, outbox, timers
from remit.desk.foundation.errors import DeliveryError
from remit.desk.foundation.models import Outbox, Timer
from remit.desk.worker import loop

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def registered(monkeypatch):
    """Let a test register what it wants; nothing of it outlives the test."""
    monkeypatch.setattr(timers, "_registered", {})
    monkeypatch.setattr(outbox, "_senders", {})


@pytest.fixture
def due(registered, desk, now):
    """Five due timers, the list of (subject, true due moment) that were handled, and which subjects shall fail."""
    handled, failing = [], set()

    def handler(batch, moment):
        for timer in batch:
            if timer.subject_id in failing:
                raise ValueError("cannot")
            handled.append((timer.subject_id, timer.due_at))
            Closure.objects.create(
                desk=desk,
                starts_at=timer.due_at,
                ends_at=timer.due_at + HOUR,
                announced_at=moment,
                reason=str(timer.subject_id),
            )

    timers.register("test", handler)
    timers.set_many("test", [(n, desk.pk, now - HOUR) for n in range(5)])
    return handled, failing


def effects():
    return sorted(Closure.objects.values_list("reason", flat=True))


class TestTimers:
    def test_it_hands_over_the_whole_batch_with_the_true_due_moments(self, due, now):
        counts = loop.run_once(now)
        assert counts.timers == 5
        assert sorted(due[0]) == [(n, now - HOUR) for n in range(5)]
        assert timers.waiting().count() == 0

    def test_it_does_nothing_twice(self, due, now):
        loop.run_once(now)
        assert loop.run_once(now).is_idle
        assert effects() == list("01234")

    def test_it_takes_back_a_failed_batch_and_goes_on_without_the_bad_row(self, due, now):
        due[1].add(3)
        counts = loop.run_once(now)
        assert (counts.timers, counts.failures) == (4, 1)
        assert effects() == list("0124"), "what a failed batch wrote is undone, and each effect is there once"

    def test_it_tries_the_bad_row_again_alone_and_succeeds_once_it_can(self, due, now):
        due[1].add(3)
        loop.run_once(now)
        due[1].clear()
        assert loop.run_once(now + timedelta(seconds=59)).is_idle
        assert loop.run_once(now + timedelta(seconds=60)).timers == 1
        assert effects() == list("01234")

    def test_it_puts_the_bad_row_before_a_person_in_the_end(self, due, now):
        due[1].add(3)
        for tries in range(10):
            loop.run_once(now + tries * 2 * HOUR)
        assert timers.dead().get().subject_id == 3

    def test_it_puts_a_row_that_kills_every_worker_before_a_person_and_spares_the_others(self, due, now):
        def die(batch, moment):
            if any(timer.subject_id == 2 for timer in batch):
                raise KeyboardInterrupt
            handled(batch, moment)

        handled = timers.registered("test").handler
        timers.register("test", die)
        for _ in range(leases.MAX_ATTEMPTS + 1):
            with contextlib.suppress(KeyboardInterrupt):
                loop.run_once(now)
            now += timedelta(hours=2)
        loop.run_once(now)
        assert sorted(subject for subject, _ in due[0]) == [0, 1, 3, 4]
        dead = timers.dead().get()
        assert (dead.subject_id, dead.last_error) == (2, leases.KILLED)

    def test_it_leaves_alone_what_the_handler_set_again(self, registered, desk, now):
        timers.register("test", lambda batch, moment: timers.set_due("test", 1, desk.pk, moment + HOUR))
        timers.set_due("test", 1, desk.pk, now)
        loop.run_once(now)
        assert Timer.objects.get().due_at == now + HOUR

    def test_it_locks_the_subjects_before_the_timers(self, registered, desk, now):
        order = []
        timers.register("test", lambda batch, moment: order.append("handled"), lock=order.append)
        timers.set_many("test", [(2, desk.pk, now), (1, desk.pk, now)])
        loop.run_once(now)
        assert order == [[1, 2], "handled"]

    def test_it_reckons_before_the_transaction_and_writes_in_it(self, registered, desk, now):
        seen = []

        def reckon(batch, moment):
            seen.append(len(connection.savepoint_ids))
            return [timer.subject_id for timer in batch]

        def write(subjects, moment):
            seen.append((subjects, len(connection.savepoint_ids)))

        timers.register("test", write, reckon=reckon)
        timers.set_due("test", 7, desk.pk, now)
        outside = len(connection.savepoint_ids)
        loop.run_once(now)
        assert seen == [outside, ([7], outside + 1)]

    def test_it_reckons_again_when_somebody_changed_a_subject_meanwhile(self, registered, desk, now):
        reckoned, written = [], []

        def reckon(batch, moment):
            reckoned.append(sorted(timer.subject_id for timer in batch))
            if len(reckoned) == 1:
                timers.set_due("test", 2, desk.pk, now + HOUR)
            return reckoned[-1]

        timers.register("test", lambda subjects, moment: written.append(subjects), reckon=reckon)
        timers.set_many("test", [(1, desk.pk, now), (2, desk.pk, now)])
        loop.run_once(now)
        assert (reckoned, written) == ([[1, 2], [1]], [[1]])
        assert timers.waiting().get().due_at == now + HOUR

    def test_it_keeps_a_timer_that_no_room_knows_for_a_person(self, registered, desk, now):
        timers.set_due("forgotten", 1, desk.pk, now)
        assert loop.run_once(now).failures == 1
        assert 'purpose "forgotten"' in Timer.objects.get().last_error


class TestDeliveries:
    @pytest.fixture
    def letters(self, registered, desk, now):
        """Three due letters, and the list of identities that were sent; a sender can be told to refuse."""
        sent, refusals = [], {}

        def send(row):
            sent.append(row.identity)
            if row.identity in refusals:
                raise refusals[row.identity]

        outbox.register_sender("test", send)
        outbox.put_many(
            outbox.new(desk.pk, "test", f"<{n}@x>", due_at=now, payload={"message": n}) for n in range(3)
        )
        return sent, refusals

    def test_it_sends_each_letter_once(self, letters, now):
        assert loop.run_once(now).deliveries == 3
        assert loop.run_once(now).is_idle
        assert sorted(letters[0]) == ["<0@x>", "<1@x>", "<2@x>"]

    def test_it_sends_the_others_when_one_is_refused(self, letters, now):
        letters[1]["<1@x>"] = DeliveryError("the server is busy")
        counts = loop.run_once(now)
        assert (counts.deliveries, counts.failures) == (2, 1)

    def test_it_tries_again_under_the_same_identity(self, letters, now):
        letters[1]["<1@x>"] = DeliveryError("the server is busy")
        loop.run_once(now)
        letters[1].clear()
        assert loop.run_once(now + timedelta(minutes=2)).deliveries == 1
        assert letters[0].count("<1@x>") == 2

    def test_it_gives_up_at_once_when_the_refusal_is_permanent(self, letters, now):
        letters[1]["<1@x>"] = DeliveryError("no such mailbox", permanent=True)
        loop.run_once(now)
        assert outbox.dead().get().identity == "<1@x>"

    def test_it_holds_on_to_what_it_claimed_while_others_are_slow(self, registered, desk, now, monkeypatch):
        clock = {"passed": 0.0}
        monkeypatch.setattr(loop.time, "monotonic", lambda: clock["passed"])
        taken_by_another = []

        def send(row):
            clock["passed"] += 40
            moment = now + timedelta(seconds=clock["passed"] - 1)
            taken_by_another.extend(one.identity for one in outbox.claim(moment))

        outbox.register_sender("test", send)
        outbox.put_many(outbox.new(desk.pk, "test", f"<{n}@x>", due_at=now, payload={}) for n in range(2))
        counts = loop.Counts()
        loop.send_deliveries(now, counts)
        assert (counts.deliveries, taken_by_another) == (2, [])

    def test_it_keeps_a_letter_that_no_channel_can_send(self, registered, desk, now):
        outbox.put(desk.pk, "pigeon", "<1@x>", due_at=now, payload={})
        assert loop.run_once(now).failures == 1
        assert 'channel "pigeon"' in Outbox.objects.get().last_error


def test_it_lets_deliveries_wait_while_timers_queue_up_but_not_for_long(registered, desk, now, monkeypatch):
    monkeypatch.setattr(loop, "TIMERS_A_TURN", 1)
    sent = []
    outbox.register_sender("test", lambda row: sent.append(row.identity))
    timers.register("test", lambda batch, moment: None)
    timers.set_many("test", [(n, desk.pk, now) for n in range(9)])
    worker = loop.Worker()
    worker._turn(now)
    outbox.put(desk.pk, "test", "<1@x>", due_at=now, payload={})
    worker._turn(now + timedelta(seconds=4))
    assert sent == []
    worker._turn(now + timedelta(seconds=5))
    assert sent == ["<1@x>"]
