"""A worker that is killed with SIGKILL at every place where it could be: before and after each statement and commit.

Run as a program with the settings of the database to use; prints what it found as JSON. Each round forks a worker that
kills itself at one counted place, and the next round comes a lease later.
"""

import json
import os
import signal
import sys
from collections import Counter
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import django

django.setup()

from django.db import connection, connections  # noqa: E402

from remit.desk.desks.actions.create_desk import create_desk  # noqa: E402
from remit.desk.foundation import events, outbox, timers  # noqa: E402
from remit.desk.foundation.actors import SYSTEM  # noqa: E402
from remit.desk.foundation.models import Event, Outbox  # noqa: E402
from remit.desk.worker import loop  # noqa: E402

START = datetime(2026, 3, 12, 10, 0, tzinfo=UTC)
LEASE = timedelta(seconds=61)
KILLS = 100
SUBJECTS = 120
LETTERS = 60


class Killer(AbstractContextManager):
    """Kills this process at the n-th place: an odd one lies before a statement or commit, an even one after it."""

    def __init__(self, place):
        self.place, self.passed = place, 0

    def step(self):
        self.passed += 1
        if self.passed == self.place:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, execute, sql, params, many, context):
        self.step()
        result = execute(sql, params, many, context)
        self.step()
        return result

    def __enter__(self):
        commit = connection._commit

        def guarded():
            self.step()
            commit()
            self.step()

        connection._commit = guarded
        connection.execute_wrappers.append(self.around)
        return self

    def __exit__(self, *args):
        return None


def handler(batch, now):
    """Note the effect of each; a third of the subjects await one more moment."""
    events.append_many(
        events.NewEvent(t.desk_id, ("test", t.subject_id), "moment passed", t.due_at, SYSTEM) for t in batch
    )
    timers.set_many(
        "test",
        [
            (t.subject_id, t.desk_id, START + LEASE)
            for t in batch
            if t.subject_id % 3 == 0 and t.due_at == START
        ],
    )


def main(mailbox):
    """Set up, kill, finish, and report."""
    desk = create_desk(slug="harbour", name="Harbour", ticket_prefix="HAR", actor=SYSTEM, now=START)

    def send(row):
        with open(mailbox, "a", encoding="utf-8") as out:
            out.write(row.identity + "\n")

    timers.register("test", handler)
    outbox.register_sender("test", send)
    timers.set_many("test", [(n, desk.pk, START) for n in range(SUBJECTS)])
    outbox.put_many(
        outbox.new(desk.pk, "test", f"<{n}@harbour.example>", due_at=START, payload={})
        for n in range(LETTERS)
    )

    kills, rounds = 0, 0
    while kills < KILLS and rounds < 10 * KILLS:
        now = START + rounds * LEASE
        rounds += 1
        connections.close_all()
        pid = os.fork()
        if not pid:
            connection.ensure_connection()
            counts = loop.Counts()
            with Killer(place=1 + rounds // 2 % 37):
                if rounds % 2:
                    loop.fire_timers(now, counts, limit=10)
                else:
                    loop.send_deliveries(now, counts, limit=3)
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        kills += os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        # New work arrives all the time, so that every round has something to be killed in.
        if timers.waiting().count() < 20:
            more = Event.objects.filter(subject_kind="test").count() + SUBJECTS
            timers.set_many("test", [(3 * n + 1, desk.pk, now) for n in range(more, more + 10)])

    while not loop.run_once(START + (rounds + 1) * LEASE).is_idle:
        continue
    effects = Counter(
        Event.objects.filter(subject_kind="test").values_list("subject_id", "at"),
    )
    with open(mailbox, encoding="utf-8") as letters:
        sent = [line.strip() for line in letters]
    print(
        json.dumps(
            {
                "kills": kills,
                "effects": len(effects),
                "twice": sum(count > 1 for count in effects.values()),
                "waiting": timers.waiting().count() + outbox.waiting().count(),
                "dead": timers.dead().count() + outbox.dead().count(),
                "followed_up": sum(at == START + LEASE for _, at in effects),
                "identities": len(set(sent)),
                "tries": len(sent),
                "marked_sent": Outbox.objects.filter(sent_at__isnull=False).count(),
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1])
