"""100,000 timers that fall due at once, with their whole effect, and what people feel of it meanwhile.

Every timer belongs to a whole ticket whose first response has just been broken: breach row, event, clocks,
queue, letter. Two workers share them. Bars: none twice, none lost, counted row by row in the database; at most
60 s on both databases; pages' p95 at most twice as long meanwhile, the customer's and the agent's each by
themselves; with nothing due, at most 1 ms a poll. Exits 1 where one is missed.

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
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import django

ROOT = Path(__file__).parents[1]
WORKERS = 2
LOOKS_AT_A_PAGE = 0.1  # seconds
UNDISTURBED = 16  # seconds of browsing before the timers fall due
POLLS = 300
OWED = {"breach rows": 1, "events": 3, "clocks": 1, "letters": 3, "timers to come": 1}
"""Rows that the firing of one ticket's timer makes or leaves: the broken promise, and a step up at half of the target
and at its end, each an event and a letter (ION-4); the clock as breached; one timer for what comes next.
"""


def prepare(total: int) -> dict[str, Any]:
    """Open a desk, let the real action receive one request, and multiply its ticket; return what the rest
    needs.
    """
    from bench.remit_site import ANSWERS
    from bench.remit_site import prepare as open_site
    from remit.desk.accounts.models import Contact
    from remit.desk.foundation import clock
    from remit.desk.foundation.models import Outbox
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
    # The letter of its receipt is no effect of a timer, and the copies have none.
    Outbox.objects.all().delete()
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
    loop.settle_down()
    begun = time.process_time()
    while timers.waiting().filter(due_at__lte=now).exists():
        loop.fire_timers(now, counts)
    spent = time.process_time() - begun
    print(json.dumps({"timers": counts.timers, "failures": counts.failures, "processor_seconds": spent}))


def tally(now: datetime) -> dict[str, Any]:
    """Count the effects ticket by ticket, and time a poll that finds nothing."""
    from django.db import connection

    from remit.desk.foundation import timers
    from remit.desk.foundation.models import Event, Outbox, Timer
    from remit.desk.tickets.models import Breach, Clock

    polls = []
    for _ in range(POLLS):
        begun = time.perf_counter()
        assert timers.claim(now) == []
        polls.append((time.perf_counter() - begun) * 1000)
    made = Event.objects.filter(subject_kind="ticket", kind__in=["promise broken", "escalated"])
    effects = {
        "breach rows": (Breach.objects, "ticket_id"),
        "events": (made, "subject_id"),
        "clocks": (Clock.objects.filter(state="breached"), "ticket_id"),
        "letters": (Outbox.objects, "ticket_id"),
        "timers to come": (Timer.objects.filter(purpose="ticket"), "subject_id"),
    }
    return {
        "effects": {name: _by_ticket(rows, key, OWED[name]) for name, (rows, key) in effects.items()},
        "due": timers.waiting().filter(due_at__lte=now).count(),
        "poll_ms": statistics.median(polls),
        "engine": connection.vendor,
    }


def _by_ticket(rows: Any, key: str, owed: int) -> dict[str, int]:
    """Count the rows of one effect: all, and over all tickets those beyond what each is owed, and those short of it."""
    from django.db.models import Count

    from remit.desk.tickets.models import Ticket

    counts = dict(rows.order_by().values_list(key).annotate(Count("pk")))
    each = [counts.get(ticket, 0) for ticket in Ticket.objects.values_list("pk", flat=True)]
    return {
        "rows": sum(counts.values()),
        "twice": sum(max(0, count - owed) for count in each),
        "lost": sum(max(0, owed - count) for count in each),
    }


class Visitor:
    """People who open pages: a customer their request and the policy, an agent the queue and the same ticket; one page
    after the other, a tenth of a second on each, with how long each took in milliseconds.
    """

    def __init__(self, port: int, site: dict[str, Any]) -> None:
        base, number = f"http://127.0.0.1:{port}/{site['slug']}", site["number"]
        customer, agent = site["sessions"][0], site["agent_session"]
        self._pages = [
            ("customer", customer, f"{base}/requests/{number}/"),
            ("agent", agent, f"{base}/desk/"),
            ("customer", customer, f"{base}/policy/"),
            ("agent", agent, f"{base}/desk/tickets/{number}/"),
        ]
        self._took: dict[str, list[float]] = {}
        self._is_done = threading.Event()

    def browse(self) -> None:
        """Open pages until told to stop. A page that sends elsewhere, to the sign-in for one, is not what was meant."""
        while not self._is_done.is_set():
            for who, session, address in self._pages:
                begun = time.perf_counter()
                with urlopen(
                    Request(address, headers={"Cookie": f"sessionid={session}"}), timeout=60
                ) as page:
                    page.read()
                    assert page.url == address, f"{address} led to {page.url}"
                self._took.setdefault(who, []).append((time.perf_counter() - begun) * 1000)
                self._is_done.wait(LOOKS_AT_A_PAGE)

    def p95(self, seconds: float = 0, until: Any = None) -> dict[str, float]:
        """Browse for so long, or until `until` returns; return the 95th percentile in milliseconds of each person's
        pages. Raises what went wrong on a page.
        """
        self._took.clear()
        self._is_done.clear()
        with ThreadPoolExecutor(1) as pool:
            browsing = pool.submit(self.browse)
            time.sleep(seconds)
            try:
                if until:
                    until()
            finally:
                self._is_done.set()
            browsing.result()
        return {who: statistics.quantiles(took, n=20)[-1] for who, took in self._took.items()}


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
        before = visitor.p95(UNDISTURBED)
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
    effects = found["effects"]
    rows = [
        (f"{total:,} timers with their whole effect", f"{found['seconds']:.1f} s", found["seconds"] <= 60),
        ("workers' processor time a timer", f"{found['processor_seconds'] / total * 1000:.2f} ms", True),
        ("timers still due", f"{found['due']:,}", found["due"] == 0),
        *(
            (
                f"{name}: all · twice · lost",
                f"{one['rows']:,} · {one['twice']:,} · {one['lost']:,}",
                one["twice"] == one["lost"] == 0,
            )
            for name, one in effects.items()
        ),
        *(
            (
                f"{who}'s pages, p95 before · meanwhile",
                f"{before:.0f} · {found['p95_during'][who]:.0f} ms ({found['p95_during'][who] / before:.1f}×)",
                found["p95_during"][who] <= 2 * before,
            )
            for who, before in found["p95_before"].items()
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
