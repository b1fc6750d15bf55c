"""Stories in a real browser against the server that ships: web and worker in a process tree of their own, on a free
port of this machine, with the demo's desks in a database that vanishes afterwards (SQLite, or PostgreSQL where
REMIT_DATABASE_URL names a server).

Time is the installation's own (`moved_clock.py`): it begins on a Monday in June 2027 and goes on as the stories say,
so that nights, weekends and silences pass in a moment and no story depends on the day it runs. `installation` moves it,
`backstage` does what no page does yet (`backstage.py`), `portal` and `workspace` are a customer and an agent at their
pages, `looks_right` runs axe on what is on a page, light, dark and at 390 px, and sees that nothing runs off the side.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

ROOT = Path(__file__).resolve().parents[2]
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--no-first-run",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE = 240  # seconds until the server, with its demo built, has to answer
BEGINNING = datetime(2027, 6, 21, 7, 0, tzinfo=UTC)
"""A Monday, with weeks before it and after it that are free of holidays in Iran and Cambodia."""
RULES = {"rules": {"target-size": {"enabled": True}}}
DEMO_PASSPHRASE = "remit demo desk"
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


# -- The installation ------------------------------------------------------------------------------------------------


class Clock:
    """The installation's clock. It stands still between two moves, and only ever goes forward."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._set(BEGINNING)

    def now(self) -> datetime:
        """This instant as the installation has it."""
        return datetime.fromisoformat(self._file.read_text(encoding="ascii"))

    def _set(self, moment: datetime) -> None:
        written = self._file.with_suffix(".new")
        written.write_text(moment.astimezone(UTC).isoformat(), encoding="ascii")
        written.replace(self._file)  # at once: no process ever reads half of it

    def move(self, moment: datetime) -> None:
        """Let the time pass until then."""
        assert moment > self.now(), f"{moment} lies behind the installation's clock, {self.now()}."
        self._set(moment)


class Backstage:
    """Calls of `backstage.py`, each by its name there: `backstage.hold(…)`."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(**particulars: Any) -> Any:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.write(json.dumps({"do": name, **particulars}) + "\n")
            self._process.stdin.flush()
            answer = json.loads(self._process.stdout.readline())
            assert "fault" not in answer, f"{name}: {answer['fault']}"
            return answer["answer"]

        return call


@dataclass(frozen=True)
class Installation:
    """A running installation: where it is, its clock, and the way behind its stage."""

    address: str
    clock: Clock
    backstage: Backstage
    log: Path

    def go_to(self, day: str, at: str, zone: str) -> datetime:
        """Let the time pass until that weekday's next hour in that zone, as `go` does."""
        here = ZoneInfo(zone)
        hour, minute = (int(part) for part in at.split(":"))
        moment = self.clock.now().astimezone(here).replace(hour=hour, minute=minute, second=0, microsecond=0)
        while DAYS[moment.weekday()] != day or moment <= self.clock.now():
            moment += timedelta(days=1)
        return self.go(until=moment)

    @staticmethod
    def written(moment: datetime, zone: str) -> str:
        """That moment as an English page writes it in full."""
        here = moment.astimezone(ZoneInfo(zone))
        return f"{here:%a} {here.day} {here:%b %Y, %H:%M}"

    def go(self, *, until: datetime | None = None, **parts: float) -> datetime:
        """Let that much time pass, and wait until the worker has done what fell due."""
        moment = until or self.clock.now() + timedelta(**parts)
        self.clock.move(moment)
        self.backstage.catch_up()
        return moment


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A running installation with the demo's desks, of its own database. Where REMIT_JOURNEYS_FOLDER names a folder,
    that one is used and stays: for those who write stories, because building the demo takes longest.
    """
    kept = os.environ.get("REMIT_JOURNEYS_FOLDER")
    port, folder = free_port(), Path(kept) if kept else tmp_path_factory.mktemp("journeys")
    folder.mkdir(parents=True, exist_ok=True)
    address, log = f"http://127.0.0.1:{port}", folder / "server.log"
    clock = Clock(folder / "clock")
    with own_database() as database:
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("REMIT_")},
            "DJANGO_SETTINGS_MODULE": "remit.desk.settings",
            "PYTHONPATH": str(ROOT),
            "REMIT_DATA_DIR": str(folder),
            "REMIT_DATABASE_URL": database,
            "REMIT_JOURNEYS_CLOCK": str(folder / "clock"),
            "REMIT_PUBLIC_URL": address,
        }
        rig = [sys.executable, "-m", "tests.journeys.moved_clock"]
        particulars: dict[str, Any] = {"cwd": ROOT, "env": environment, "stderr": subprocess.STDOUT}
        with log.open("ab") as written:
            particulars["stdout"] = written
            # Built here and not by `serve_desk --demo`, which does it in a process that goes by the wall clock.
            if not kept or not any(folder.glob("demo-*")):
                subprocess.run([*rig, "migrate", "--verbosity", "0"], check=True, **particulars)
                subprocess.run([*rig, "build_demo"], check=True, **particulars)
            server = subprocess.Popen([*rig, "serve_desk", "--port", str(port)], **particulars)
        hand = None
        try:
            wait_for(f"{address}/healthz", server, log)
            hand = subprocess.Popen(
                [sys.executable, "-m", "tests.journeys.backstage"], cwd=ROOT, env=environment, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            )  # fmt: skip
            yield Installation(address, clock, Backstage(hand), log)
        finally:
            if hand is not None:
                hand.terminate()
                hand.communicate(timeout=20)
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(timeout=30)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


@contextmanager
def own_database() -> Iterator[str]:
    """The address of a new PostgreSQL database on the server that REMIT_DATABASE_URL names, dropped afterwards; empty
    for SQLite.
    """
    url = os.environ.get("REMIT_DATABASE_URL", "")
    if not url:
        yield ""
        return
    import psycopg

    name = f"journeys_{secrets.token_hex(4)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the server answers; fail with its log where it ended or took too long."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:  # an address of ours
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.3)
    pytest.fail(f"The server did not start:\n{log.read_text(errors='replace')[-4000:]}")


@pytest.fixture(scope="session")
def server(installation: Installation) -> str:
    """The address of the running installation."""
    return installation.address


@pytest.fixture(scope="session")
def backstage(installation: Installation) -> Backstage:
    """What no page does yet."""
    return installation.backstage


@pytest.fixture(autouse=True)
def nothing_broke(installation: Installation) -> Iterator[None]:
    """Whatever a story does, the server meets no error of its own, and no timer or delivery fails."""
    begun = installation.log.stat().st_size
    yield
    with installation.log.open("rb") as log:
        log.seek(begun)
        written = log.read().decode(errors="replace")
    broken = [
        line for line in written.splitlines() if "Internal Server Error" in line or " ERROR remit." in line
    ]
    assert broken == [], written[-6000:]


# -- The browser -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium; skipped where it is not installed."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed.")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture(scope="session")
def signed_in() -> dict[str, Any]:
    """The cookies of those who signed in once, so that each does so by the form only once in a run."""
    return {}


EXPECTED = ("Failed to load resource",)
"""What a 404 or 422 that a story asks for leaves on the console."""


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What the browser complains about on its console; any complaint fails the story."""
    heard: list[str] = []
    yield heard
    assert heard == []


@pytest.fixture
def person(
    browser: Any, server: str, signed_in: dict[str, Any], complaints: list[str]
) -> Iterator[Callable[..., Any]]:
    """A fresh page for a person, signed in by the form, or as nobody."""
    contexts: list[Any] = []

    def hear(told: Any) -> None:
        if told.type == "error" and not told.text.startswith(EXPECTED):
            complaints.append(told.text)

    def open_page(email: str | None = None) -> Any:
        context = browser.new_context(
            base_url=server, viewport={"width": 1280, "height": 900}, locale="en-GB", reduced_motion="reduce",
            storage_state=signed_in.get(email) if email else None,
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", hear)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if email and email not in signed_in:
            page.goto("/sign-in/")
            page.get_by_label("E-mail address").fill(email)
            page.get_by_label("Password").fill(DEMO_PASSPHRASE)
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url(lambda address: "/sign-in" not in address)
            signed_in[email] = context.storage_state()
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(person: Callable[..., Any]) -> Any:
    """A fresh page with nobody signed in."""
    return person()


# -- How a page looks ------------------------------------------------------------------------------------------------

VIEWS = (("light", 1280), ("dark", 1280), ("light", 390))


@pytest.fixture
def looks_right(complaints: list[str]) -> Callable[[Any], None]:
    """See that a page holds light, dark, and at 390 px: no finding of axe, nothing off the side."""

    def look(page: Any) -> None:
        page.evaluate(AXE)
        assert complaints == []
        try:
            for scheme, width in VIEWS:
                page.emulate_media(color_scheme=scheme)
                page.set_viewport_size({"width": width, "height": 900})
                assert findings(page) == [], f"{page.url} in {scheme} at {width} px"
                beyond = page.evaluate(BEYOND)
                assert beyond <= 0, f"{page.url} runs {beyond} px off the side at {width} px"
        finally:
            # axe itself tries inline styles, which the pages forbid.
            complaints[:] = [one for one in complaints if "inline style" not in one]
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 1280, "height": 900})

    return look


BEYOND = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def findings(page: Any) -> list[str]:
    """What axe, loaded before, finds on the page, one line each: the rule, what it means, where."""
    found = page.evaluate("options => axe.run(document, options)", {**RULES, "resultTypes": ["violations"]})
    return [
        f"{one['id']}: {one['help']} · {node['html'][:160]} · {node.get('failureSummary', '')[:200]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


# -- What people do on the pages -------------------------------------------------------------------------------------


class Portal:
    """What a customer does at a desk."""

    def __init__(self, page: Any, desk: str) -> None:
        self.page = page
        self.desk = desk

    def begin(self) -> Any:
        """Open the form."""
        self.page.goto(f"/{self.desk}/requests/new/")
        return self.page

    def say(self, fact: str, value: str) -> None:
        """Answer one question of the form, and wait until what would happen has been drawn anew."""
        anchor = "f-" + re.sub(r"[._]", "-", fact)
        place = self.page.locator(f"#{anchor}")
        with self.page.expect_response(lambda one: one.url.endswith("/foresee/")):
            if place.evaluate("one => one.tagName") == "FIELDSET":
                place.locator(f'input[value="{value}"]').check()
            elif place.evaluate("one => one.tagName") == "SELECT":
                place.select_option(value)
            else:
                place.fill(value)
                place.blur()
        # The form is one with the question that was answered: it must be in place before the next one is looked for.
        expect(self.page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)

    def send(self, subject: str, body: str = "", *, anyway: bool = False) -> int:
        """Send what stands in the form; return the number of the request."""
        self.page.locator("#f-subject").fill(subject)
        self.page.locator("#f-body").fill(body)
        self.page.get_by_role("button", name="Send the request").click()
        if anyway:
            self.page.get_by_role("button", name="send it without").click()
        self.page.wait_for_url(re.compile(r"/requests/\d+/$"))
        return int(self.page.url.rstrip("/").rpartition("/")[2])

    def ask(self, subject: str, body: str = "", *, anyway: bool = False, **answers: str) -> int:
        """File a request: answer the questions in this order (a double underscore stands for a dot), and send it."""
        self.begin()
        for name, value in answers.items():
            self.say(name.replace("__", "."), value)
        return self.send(subject, body, anyway=anyway)

    def see(self, number: int) -> Any:
        """Open a request."""
        self.page.goto(f"/{self.desk}/requests/{number}/")
        return self.page

    def outcome(self) -> str:
        """What was decided on the request that is open, in the policy's terms: accept, ask, quote, refuse, …"""
        shown = self.page.locator(".rm-decision__say > .rm-outcome").get_attribute("class")
        return str(shown).rpartition("rm-outcome--")[2]

    def write(self, words: str) -> None:
        """Write on the request that is open."""
        form = self.page.locator("form#write")
        form.locator("textarea").fill(words)
        form.get_by_role("button").click()
        self.page.wait_for_load_state()


class Workspace:
    """What an agent does at a desk."""

    def __init__(self, page: Any, desk: str) -> None:
        self.page = page
        self.desk = desk

    def queue(self) -> Any:
        """Open the queue."""
        self.page.goto(f"/{self.desk}/desk/")
        return self.page

    def open(self, number: int) -> Any:
        """Open a ticket."""
        self.page.goto(f"/{self.desk}/desk/tickets/{number}/")
        return self.page

    def write(self, words: str, button: str) -> None:
        """Write on the ticket that is open, and send it by that button."""
        if button == "Save note":
            self.page.locator("label[for=as-note]").click()
        self.page.locator("#say").fill(words)
        self.page.get_by_role("button", name=button, exact=True).click()
        self.page.wait_for_load_state()

    def do(self, what: str, button: str, **fields: str) -> None:
        """Open one of the things that can be done to the ticket, fill in its form, and do it."""
        place = self.page.locator(f"details:has(> summary:has-text('{what}'))").first
        if not place.is_visible():
            self.page.locator(".rm-acts__more > summary").click()
        if place.get_attribute("open") is None:
            place.locator("> summary").click()
        for name, value in fields.items():
            field = place.locator(f"[name={name}]")
            if field.first.get_attribute("type") == "radio":
                place.locator(f"[name={name}][value={value}]").check()
            elif field.evaluate("one => one.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        place.get_by_role("button", name=button, exact=True).click()
        self.page.wait_for_load_state()

    def rail(self) -> str:
        """What stands beside the conversation: clock, cover, decision, what comes."""
        return str(self.page.locator(".rm-rail").inner_text())


@pytest.fixture
def portal(person: Callable[..., Any]) -> Callable[..., Portal]:
    """A desk's portal with that customer signed in."""
    return lambda email, desk: Portal(person(email), desk)


@pytest.fixture
def workspace(person: Callable[..., Any]) -> Callable[..., Workspace]:
    """A desk's workspace with that agent signed in."""
    return lambda email, desk: Workspace(person(email), desk)
