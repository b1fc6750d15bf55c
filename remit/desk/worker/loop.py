"""One turn of the worker, and turning for ever. Timers first, then deliveries: a promise kept late costs more than a
letter sent a moment later. Everything a turn does is safe to do again, so a worker may be killed at any moment.
"""

import gc
import logging
import os
import signal
import threading
import time
import traceback
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import FrameType

from django.conf import settings
from django.db import Error as DatabaseTrouble
from django.db import close_old_connections, connection, transaction

from remit.desk.foundation import clock, leases, outbox, timers
from remit.desk.foundation.errors import DeliveryError
from remit.desk.foundation.models import Outbox, Timer

log = logging.getLogger(__name__)

TIMERS_A_TURN = 500
DELIVERIES_A_TURN = 20
# How far the worker steps back for the web processes when all cores are taken: people wait for pages, not for it.
NICENESS = 15
# A batch makes some tens of thousands of objects and hardly a cycle; looking for those after every 700, as Python does,
# takes a tenth of the worker's time.
OBJECTS_BETWEEN_COLLECTIONS = 50_000
# While timers queue up, deliveries wait for them, but never longer than this.
DELIVERIES_WAIT_AT_MOST = timedelta(seconds=5)


@dataclass(slots=True)
class Counts:
    """What one turn did."""

    timers: int = 0
    deliveries: int = 0
    failures: int = 0

    @property
    def is_idle(self) -> bool:
        """Say whether there was nothing to do."""
        return not (self.timers or self.deliveries or self.failures)


def run_once(now: datetime) -> Counts:
    """Do one batch of what is due at `now`, then send one batch."""
    counts = Counts()
    fire_timers(now, counts)
    send_deliveries(now, counts)
    return counts


def fire_timers(now: datetime, counts: Counts, limit: int = TIMERS_A_TURN) -> int:
    """Claim due timers and let their rooms act; return how many were claimed."""
    claimed = timers.claim(now, limit, _lease())
    by_purpose: dict[str, list[Timer]] = defaultdict(list)
    for timer in claimed:
        # What failed before, or killed a worker, must not take others down with it again.
        if timer.is_again:  # type: ignore[attr-defined]
            _fire_alone(timer, now, counts)
        else:
            by_purpose[timer.purpose].append(timer)
    for batch in by_purpose.values():
        _fire_together(batch, now, counts)
    return len(claimed)


def _fire_together(batch: list[Timer], now: datetime, counts: Counts) -> None:
    try:
        counts.timers += _fire(batch, now)
    except Exception as error:
        if not connection.is_usable():
            raise
        failed = (len(batch), batch[0].purpose, leases.kind_of(error))
        log.warning("A batch of %d %r timers failed; trying them one by one: %s", *failed)
        for timer in batch:
            _fire_alone(timer, now, counts)


def _fire_alone(timer: Timer, now: datetime, counts: Counts) -> None:
    if timer.is_again and not leases.count_try(timer, now):  # type: ignore[attr-defined]
        counts.failures += 1
        return
    try:
        counts.timers += _fire([timer], now)
    except Exception as error:
        if not connection.is_usable():
            raise
        # Where it failed, without the error's own words: those may quote what people wrote.
        where = "".join(traceback.format_tb(error.__traceback__))
        log.error(
            "The timer of %s %d failed: %s\n%s", timer.purpose, timer.subject_id, leases.kind_of(error), where
        )
        counts.failures += 1
        leases.put_back(timer, error, now)


def _fire(batch: list[Timer], now: datetime) -> int:
    """Handle and finish the batch in one transaction, so that its effects happen once or not at all."""
    registered = timers.registered(batch[0].purpose)
    work = registered.reckoned(batch, now)
    with transaction.atomic():
        if registered.lock is not None:
            registered.lock(sorted(timer.subject_id for timer in batch))
        held = leases.still_held(batch)
        if len(held) < len(batch):
            # Somebody changed some of them since they were claimed, so what was reckoned may no longer be true.
            work = registered.reckoned(held, now)
        if held:
            registered.handler(work, now)
            timers.finish(held)
    return len(held)


def send_deliveries(now: datetime, counts: Counts, limit: int = DELIVERIES_A_TURN) -> None:
    """Claim what is to be sent and send it, one by one. Where those before it were so slow that half of its lease is
    gone, a row's lease is renewed before it is sent.
    """
    began = time.monotonic()
    for row in outbox.claim(now, limit, _lease()):
        moment = now + timedelta(seconds=time.monotonic() - began)
        if moment - now <= _lease() / 2 or outbox.renew(row, moment, _lease()):
            _send(row, moment, counts)


def _send(row: Outbox, now: datetime, counts: Counts) -> None:
    if row.is_again and not leases.count_try(row, now):  # type: ignore[attr-defined]
        counts.failures += 1
        return
    try:
        outbox.sender(row.channel)(row)
    except Exception as error:
        if not connection.is_usable():
            raise
        is_permanent = isinstance(error, DeliveryError) and error.permanent
        for_good = " for good" if is_permanent else ""
        log.warning("The delivery %s failed%s: %s", row.identity, for_good, leases.kind_of(error))
        counts.failures += 1
        leases.put_back(row, error, now, is_permanent=is_permanent)
    else:
        outbox.mark_sent(row, now)
        counts.deliveries += 1


def settle_down() -> None:
    """Make this process a worker: behind those that people wait for, and seldom looking for garbage."""
    os.nice(NICENESS)
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)


class Worker:
    """Turns until it is told to stop; SIGTERM and SIGINT let it finish the batch in hand."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._deliveries_last_ran_at: datetime | None = None

    def stop(self, signum: int = 0, frame: FrameType | None = None) -> None:
        """End after the batch in hand."""
        self._stop.set()

    def run_forever(self) -> None:
        """Turn; wait a moment whenever there was nothing to do or the database is away."""
        settle_down()
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)
        while not self._stop.is_set():
            try:
                is_idle = self._turn(clock.now()).is_idle
            except DatabaseTrouble:
                log.exception("The database did not answer; trying again.")
                connection.close()
                is_idle = True
            if is_idle:
                close_old_connections()
                self._stop.wait(settings.WORKER_POLL_SECONDS)

    def _turn(self, now: datetime) -> Counts:
        counts = Counts()
        has_backlog = fire_timers(now, counts, TIMERS_A_TURN) == TIMERS_A_TURN
        last = self._deliveries_last_ran_at
        if not has_backlog or last is None or now - last >= DELIVERIES_WAIT_AT_MOST:
            self._deliveries_last_ran_at = now
            send_deliveries(now, counts)
        return counts


def _lease() -> timedelta:
    return timedelta(seconds=settings.WORKER_LEASE_SECONDS)
