"""100,000 timers that fall due at once, with their whole effect, and what people feel of it meanwhile.

Every timer belongs to a whole ticket whose first response has just been broken: breach row, event, clocks,
queue, letter. Two workers share them. Bars: none twice, none lost, at most 60 s on both databases, pages'
p95 at most twice as long meanwhile; with nothing due, at most 1 ms a poll.

python -m bench.timers [--database postgresql://remit@127.0.0.1:54329/remit] [--timers 100000]
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import django

ROOT = Path(__file__).parents[1]
WORKERS = 2
LOOKS_AT_A_PAGE = 0.1  # seconds
POLLS = 300


def prepare(total: int) -> dict[str, Any]:
    """Open a desk, let the real action receive one request, and multiply its ticket; return what the rest
    needs.
    """
    from bench.remit_site import ANSWERS
    from bench.remit_site import prepare as open_site
    from remit.desk.accounts.models import Contact
    from remit.desk.foundation import clock
    from remit.desk.tickets.actions.receive_request import receive_request
    from remit.desk.tickets.inbound import Inbound
    from remit.desk.tickets.models import Clock

    site = open_site()
    contact = Contact.objects.earliest("pk")
    now = clock.now() - timedelta(days=10)
    inbound = Inbound(
        channel="portal",
        contact=contact,
        subject="The tunnel drops",
        body="Again and again.",
        answers=ANSWERS,
    )
    ticket = receive_request(contact.desk, inbound, actor=contact.actor, now=now).ticket
    first = Clock.objects.filter(ticket=ticket, due_at__isnull=False).earliest("due_at")
    multiply(ticket.pk, total)
    return {**site, "number": ticket.number, "now": (first.due_at + timedelta(seconds=1)).isoformat()}


def multiply(ticket_id: int, total: int) -> None:
    """Copy the ticket, its text, clocks, events and timer inside the database, `total` - 1 times."""
    from django.db import connection, transaction

    from remit.desk.foundation.models import Event, Timer
    from remit.desk.tickets.models import Clock, Ticket, TicketText

    with transaction.atomic():
        _copy(Ticket, "id", ticket_id, total, number="number + i")
        _copy(TicketText, "ticket_id", ticket_id, total)
        _copy(Clock, "ticket_id", ticket_id, total)
        _copy(Event, "subject_id", ticket_id, total, where="AND subject_kind = 'ticket'")
        _copy(Timer, "subject_id", ticket_id, total, where="AND purpose = 'ticket'")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _copy(model: Any, key: str, value: int, total: int, *, where: str = "", **changed: str) -> None:
    from django.db import connection

    table = model._meta.db_table
    columns = [
        field.column for field in model._meta.concrete_fields if not field.primary_key or field.column == key
    ]
    values = [f"{column} + i" if column == key else changed.get(column, f'"{column}"') for column in columns]
    names = ", ".join(f'"{column}"' for column in columns)
    sql = (
        f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {total - 1}) "
        f'INSERT INTO "{table}" ({names}) SELECT {", ".join(values)} FROM "{table}", n '
        f'WHERE "{key}" = {value} {where}'
    )
    with connection.cursor() as cursor:
        cursor.execute(sql)


def work(now: datetime) -> None:
    """Be one worker: fire what is due at `now` until nothing is left."""
    from remit.desk.foundation import timers
    from remit.desk.worker import loop

    counts = loop.Counts()
    os.nice(loop.NICENESS)
    begun = time.process_time()
    while timers.waiting().filter(due_at__lte=now).exists():
        loop.fire_timers(now, counts)
    spent = time.process_time() - begun
    print(json.dumps({"timers": counts.timers, "failures": counts.failures, "processor_seconds": spent}))


def tally(now: datetime) -> dict[str, Any]:
    """Count the effects, and time a poll that finds nothing."""
    from django.db import connection

    from remit.desk.foundation import timers
    from remit.desk.foundation.models import Event, Outbox
    from remit.desk.tickets.models import Breach, Clock

    broken = Event.objects.filter(kind="promise broken")
    polls = []
    for _ in range(POLLS):
        begun = time.perf_counter()
        assert timers.claim(now) == []
        polls.append((time.perf_counter() - begun) * 1000)
    return {
        "breaches": Breach.objects.count(),
        "broken": broken.count(),
        "broken_tickets": broken.values("subject_id").distinct().count(),
        "clocks": Clock.objects.filter(state="breached").count(),
        "letters": Outbox.objects.count(),
        "due": timers.waiting().filter(due_at__lte=now).count(),
        "poll_ms": statistics.median(polls),
        "engine": connection.vendor,
    }


class Visitor:
    """One person who opens pages, one after the other, a tenth of a second on each, and notes how long each took."""

    def __init__(self, port: int, site: dict[str, Any]) -> None:
        slug = site["slug"]
        self._addresses = [
            f"http://127.0.0.1:{port}/{slug}/requests/{site['number']}/",
            f"http://127.0.0.1:{port}/{slug}/policy/",
        ]
        self._cookie = {"Cookie": f"sessionid={site['sessions'][0]}"}
        self.took: list[float] = []
        self._is_done = threading.Event()

    def browse(self) -> None:
        """Open pages until told to stop."""
        while not self._is_done.is_set():
            for address in self._addresses:
                begun = time.perf_counter()
                urlopen(Request(address, headers=self._cookie), timeout=60).read()
                self.took.append((time.perf_counter() - begun) * 1000)
                self._is_done.wait(LOOKS_AT_A_PAGE)

    def p95(self, seconds: float = 0, until: Any = None) -> float:
        """Browse for so long, or until `until` returns; return the 95th percentile in milliseconds."""
        self.took.clear()
        self._is_done.clear()
        thread = threading.Thread(target=self.browse)
        thread.start()
        time.sleep(seconds)
        if until:
            until()
        self._is_done.set()
        thread.join()
        return statistics.quantiles(self.took, n=20)[-1]


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def measure(total: int, environment: dict[str, str]) -> dict[str, Any]:
    """Run it all, each part in a process of its own, and return the figures."""

    def say(*words: str) -> Any:
        command = [sys.executable, "-m", "bench.timers", "--part", *words]
        done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE)
        return json.loads(done.stdout.splitlines()[-1])

    site = say("prepare", str(total))
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "manage.py", "serve_desk", "--without-worker", "--port", str(port)],
        cwd=ROOT, env=environment, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait_for(port)
        visitor = Visitor(port, site)
        visitor.p95(2)
        before = visitor.p95(8)
        begun = time.perf_counter()

        spent: list[float] = []

        def all_workers() -> None:
            command = [sys.executable, "-m", "bench.timers", "--part", "work", site["now"]]
            workers = [
                subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE)
                for _ in range(WORKERS)
            ]
            for worker in workers:
                said, _ = worker.communicate()
                assert worker.returncode == 0
                spent.append(json.loads(said.splitlines()[-1])["processor_seconds"])

        during = visitor.p95(until=all_workers)
        took = time.perf_counter() - begun
    finally:
        server.terminate()
        server.wait(30)
    figures = {"seconds": took, "processor_seconds": sum(spent), "p95_before": before, "p95_during": during}
    return {**say("tally", site["now"]), **figures}


def _wait_for(port: int) -> None:
    for _ in range(900):
        try:
            urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).read()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server did not come up")


def report(total: int, found: dict[str, Any]) -> bool:
    """Print the table; return whether every bar is met."""
    twice = found["broken"] - found["broken_tickets"]
    lost = total - found["broken_tickets"]
    ratio = found["p95_during"] / found["p95_before"]
    rows = [
        (f"{total:,} timers with their whole effect", f"{found['seconds']:.1f} s", found["seconds"] <= 60),
        ("workers' processor time a timer", f"{found['processor_seconds'] / total * 1000:.2f} ms", True),
        ("twice · lost", f"{twice} · {lost}", twice == lost == found["due"] == 0),
        (
            "breach rows · letters",
            f"{found['breaches']:,} · {found['letters']:,}",
            found["breaches"] >= total,
        ),
        (
            "pages' p95 before · meanwhile",
            f"{found['p95_before']:.0f} · {found['p95_during']:.0f} ms ({ratio:.1f}×)",
            ratio <= 2,
        ),
        ("a poll with nothing due", f"{found['poll_ms']:.2f} ms", found["poll_ms"] <= 1),
    ]
    print(f"\n{found['engine']}, {WORKERS} workers")
    for title, figure, is_met in rows:
        print(f"  {title:<44} {figure:>28}  {'met' if is_met else 'MISSED'}")
    return all(is_met for _, _, is_met in rows)


def main() -> None:
    """Measure, or be one part of the measurement."""
    reader = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    reader.add_argument("--database", default="", help="a PostgreSQL to empty and use; SQLite without it")
    reader.add_argument("--timers", type=int, default=100_000)
    reader.add_argument("--part", nargs="*", help=argparse.SUPPRESS)
    asked = reader.parse_args()
    if asked.part:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "remit.desk.settings")
        django.setup()
        word, value = asked.part
        if word == "prepare":
            print(json.dumps(prepare(int(value))))
        elif word == "work":
            work(datetime.fromisoformat(value).astimezone(UTC))
        else:
            print(json.dumps(tally(datetime.fromisoformat(value).astimezone(UTC))))
        return
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "REMIT_DATA_DIR": folder, "REMIT_LOG_LEVEL": "WARNING"}
        environment.pop("REMIT_DATABASE_URL", None)
        if asked.database:
            _empty(asked.database)
            environment["REMIT_DATABASE_URL"] = asked.database
        sys.exit(0 if report(asked.timers, measure(asked.timers, environment)) else 1)


def _empty(url: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")


if __name__ == "__main__":
    main()
