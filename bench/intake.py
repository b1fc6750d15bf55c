"""Request to committed decision over HTTP, beside django-helpdesk on the same PostgreSQL in the same run.

Eight clients, two web processes each; every effect is counted in the database. Letters wait in the outbox meanwhile
and are sent between the runs, since the peer's mail goes nowhere; `--with-letters` lets the worker send them beside.
Bars: the API at least twice, the portal's form at least 1.3 times the tickets per second of the peer's fastest path;
with 100,000 tickets loaded within 1.2 times of empty, by processor time per request.

    python -m bench.intake [--database postgresql://postgres@127.0.0.1:5432] [--loaded 100000] [--requests 600]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import psycopg

from bench.load import Request, Run, run
from bench.peers.django_helpdesk import DjangoHelpdesk, wait_for_port

ROOT = Path(__file__).parents[1]
BODY = "The connection to the branch office drops and comes back by itself. " * 9
CLIENTS = 8
BARS = (2.0, 1.3)
"""How many times the peer's tickets per second: by the API, by the portal's form."""
LOADED_BAR = 1.2
WAITING = "select count(*) from foundation_outbox where sent_at is null and dead_at is null"


class Remit:
    """A Remit installation on a database of its own, served by two web processes and the worker."""

    def __init__(self, url: str, folder: Path, port: int) -> None:
        self.port = port
        self.environment = {
            **os.environ, "REMIT_DATABASE_URL": url, "REMIT_DATA_DIR": str(folder), "REMIT_WEB_PROCESSES": "2",
            "REMIT_LOG_LEVEL": "WARNING", "REMIT_PUBLIC_URL": f"http://127.0.0.1:{port}",
        }  # fmt: skip
        self.server: subprocess.Popen[bytes] | None = None
        self.known: dict[str, object] = {}

    def say(self, *words: str) -> dict[str, object]:
        """Run the site's script and return what it prints."""
        done = subprocess.run(
            [sys.executable, "-m", "bench.remit_site", *words],
            cwd=ROOT, env=self.environment, check=True, stdout=subprocess.PIPE,
        )  # fmt: skip
        return json.loads(done.stdout.splitlines()[-1])

    def start(self) -> None:
        """Serve, and wait for the port."""
        self.server = subprocess.Popen(
            [sys.executable, "manage.py", "serve_desk", "--port", str(self.port)],
            cwd=ROOT, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        wait_for_port(self.port)

    @contextmanager
    def letters_waiting(self) -> Iterator[None]:
        """Have letters wait in the outbox while a run is measured (the peer's mail goes nowhere), and send them after
        it, so that they take nothing from the next run either.
        """
        assert self.server is not None
        family = psutil.Process(self.server.pid).children()
        workers = [one for one in family if one.nice() > 0]
        assert workers, "the worker is told by its niceness"
        for one in workers:
            one.suspend()
        yield
        for one in workers:
            one.resume()
        self._finish_letters()

    def _finish_letters(self) -> None:
        with psycopg.connect(self.environment["REMIT_DATABASE_URL"], autocommit=True) as database:
            while database.execute(WAITING).fetchone() != (0,):
                time.sleep(0.2)

    def stop(self) -> None:
        """End the server this object started."""
        if self.server:
            self.server.terminate()
            self.server.wait(30)

    def api(self, number: int) -> Request:
        """Return a request through the API."""
        payload = {
            "contact": f"person{number % 500}@example.com", "subject": f"The tunnel drops, {number}", "body": BODY,
            "answers": self.known["answers"],
        }  # fmt: skip
        headers = {"Authorization": f"Bearer {self.known['token']}"}
        return Request("POST", f"http://127.0.0.1:{self.port}/{self.known['slug']}/api/v1/tickets",
                       {"json": payload, "headers": headers})  # fmt: skip

    def form(self, number: int) -> Request:
        """Return a request through the portal's form, as a signed-in contact sends it."""
        sessions = self.known["sessions"]
        assert isinstance(sessions, list)
        token = "k" * 32
        fields = {
            "csrfmiddlewaretoken": token,
            "subject": f"The tunnel drops, {number}",
            "body": BODY,
            "do": "send",
        }
        answers = self.known["answers"]
        assert isinstance(answers, dict)
        fields |= {f"fact.{fact}": str(value) for fact, value in answers.items()}
        # As the form has it: the one contract that the contact holds, chosen, and a key against sending twice.
        person = number % len(sessions)
        fields |= {"entitlement": f"C-{person}", "key": f"portal-{uuid.uuid4().hex}"}
        cookie = f"csrftoken={token}; sessionid={sessions[person]}"
        return Request("POST", f"http://127.0.0.1:{self.port}/{self.known['slug']}/requests/new/",
                       {"data": fields, "headers": {"Cookie": cookie}})  # fmt: skip


def postgres_processes(admin: psycopg.Connection) -> list[int]:
    """Return the server's first process; its children are the back ends of all connections."""
    try:
        data = admin.execute("show data_directory").fetchone()
        return [int((Path(data[0]) / "postmaster.pid").read_text().splitlines()[0])] if data else []
    except (PermissionError, FileNotFoundError):
        return []


def fresh_database(admin: psycopg.Connection, name: str) -> None:
    """Make an empty database."""
    admin.execute(f'drop database if exists "{name}" with (force)')
    admin.execute(f'create database "{name}"')


def measured(runs: list[Run]) -> tuple[float, float, float, int]:
    """Return medians of tickets per second, p95 and processor milliseconds, and how many requests failed."""
    return (
        statistics.median(one.per_second for one in runs),
        statistics.median(one.p95_ms for one in runs),
        statistics.median(one.cpu_ms for one in runs),
        sum(one.failed for one in runs),
    )


def main() -> None:
    """Measure the three paths in turn, round by round, empty and loaded, and print the table."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--database", default="postgresql://postgres@127.0.0.1:5432")
    words.add_argument("--loaded", type=int, default=100_000)
    words.add_argument("--requests", type=int, default=600)
    words.add_argument("--with-letters", action="store_true", help="let the worker send letters meanwhile")
    words.add_argument("--rounds", type=int, default=3)
    words.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "remit-bench")
    asked = words.parse_args()
    with psycopg.connect(f"{asked.database}/postgres", autocommit=True) as admin:
        is_met = compare(asked, admin)
    sys.exit(0 if is_met else 1)


def compare(asked: argparse.Namespace, admin: psycopg.Connection) -> bool:
    """Set both up, run the rounds, tear both down; return whether every bar is met."""
    where = urlsplit(asked.database)
    for name in ("remit_bench", "peer_bench"):
        fresh_database(admin, name)
    asked.folder.mkdir(parents=True, exist_ok=True)
    peer = DjangoHelpdesk(
        asked.folder / "django-helpdesk", where.hostname or "127.0.0.1", str(where.port or 5432),
        where.username or "postgres", "peer_bench", 8701,
    )  # fmt: skip
    remit = Remit(f"{asked.database}/remit_bench", asked.folder / "remit", 8702)
    peer.install()
    remit.known = remit.say("prepare")
    database = postgres_processes(admin)
    peer.start()
    remit.start()
    try:
        empty = rounds(asked, peer, remit, database)
        table("empty", empty)
        is_met = is_fast_enough(empty)
        if asked.loaded:
            remit.say("fill", str(asked.loaded))
            peer.fill(asked.loaded, BODY)
            loaded = rounds(asked, peer, remit, database)
            table(f"{asked.loaded:,} loaded", loaded)
            is_met = stays_cheap(empty, loaded) and is_met
    finally:
        remit.stop()
        peer.stop()
    return is_met


Paths = dict[str, list[Run]]


def rounds(asked: argparse.Namespace, peer: DjangoHelpdesk, remit: Remit, database: list[int]) -> Paths:
    """Run each path once a round, in turn, after a warm-up."""
    assert remit.server is not None
    assert peer.server is not None
    paths: list[tuple[str, Callable[[int], Request], Callable[..., bool], list[int]]] = [
        (
            peer.name,
            lambda number: peer.request(number, BODY),
            peer.answered_well,
            [peer.server.pid, *database],
        ),
        ("Remit, API", remit.api, lambda status, body, headers: status == 201, [remit.server.pid, *database]),
        (
            "Remit, portal form",
            remit.form,
            lambda status, body, headers: status == 302,
            [remit.server.pid, *database],
        ),
    ]
    found: Paths = {name: [] for name, *_ in paths}
    before = remit.say("count")
    sent = 0
    for turn in range(asked.rounds + 1):
        for name, make, good, processes in paths:
            total = 60 if turn == 0 else asked.requests
            with nullcontext() if asked.with_letters else remit.letters_waiting():
                one = run(make, good, total=total, clients=CLIENTS, processes=processes)
            sent += one.answered if name.startswith("Remit") else 0
            if one.first_failure:
                print(f"{name}: {one.failed} failed, first {one.first_failure}", file=sys.stderr)
            if turn:
                found[name].append(one)
    after = remit.say("count")
    grown = {table: after[table] - before[table] for table in after}  # type: ignore[operator]
    print(f"Remit answered {sent} requests; rows added: {grown}")
    effects = ("tickets", "messages", "decisions", "clocks", "timers", "outbox")
    assert all(grown[effect] == sent for effect in effects), "an effect is missing in the database"
    assert grown["events"] == 3 * sent, "an event is missing in the database"
    return found


def is_fast_enough(found: Paths) -> bool:
    """Say of each path of ours whether it takes in as many times more than the peer as it should."""
    peer, *ours = found
    base, is_met = measured(found[peer])[0], True
    for name, bar in zip(ours, BARS, strict=True):
        ratio = measured(found[name])[0] / base
        is_met = is_met and ratio >= bar
        print(f"bar: {name} {bar}×: {ratio:.2f}×, {'met' if ratio >= bar else 'MISSED'}")
    return is_met


def stays_cheap(empty: Paths, loaded: Paths) -> bool:
    """Say of each path of ours whether a request costs about what it did when the database was empty."""
    is_met = True
    for name in list(empty)[1:]:
        ratio = measured(loaded[name])[2] / measured(empty[name])[2]
        is_met = is_met and ratio <= LOADED_BAR
        print(f"bar: {name} loaded {LOADED_BAR}×: {ratio:.2f}×, {'met' if ratio <= LOADED_BAR else 'MISSED'}")
    return is_met


def table(title: str, found: Paths) -> None:
    """Print the medians, and the ratios to the peer."""
    peer = next(iter(found))
    base = measured(found[peer])[0]
    print(f"\n{title}\n{'path':34} {'tickets/s':>10} {'ratio':>6} {'p95 ms':>8} {'cpu ms':>8} {'failed':>7}")
    for name, runs in found.items():
        rate, p95, cpu, failed = measured(runs)
        print(f"{name:34} {rate:10.1f} {rate / base:6.2f} {p95:8.1f} {cpu:8.2f} {failed:7}")


if __name__ == "__main__":
    main()
