"""Stories in a real browser against the server that ships: started as its own process, on a free port of this machine,
with the demo's desks in a data folder that vanishes afterwards.

`server` is its address, `page` a page of Debian's Chromium, `sign_in` gets a person in, `looks_right` runs axe over what
is on the page in light, dark and at 390 px, and sees that nothing runs off the side.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--no-first-run",
]  # fmt: skip
PATIENCE = 150  # seconds until the server, with its demo built, has to answer
RULES = {"rules": {"target-size": {"enabled": True}}}
DEMO_PASSPHRASE = os.environ.get("REMIT_DEMO_PASSPHRASE", "remit demo desk")


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running installation with the demo's desks."""
    port, folder = free_port(), tmp_path_factory.mktemp("journeys")
    address = f"http://127.0.0.1:{port}"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("REMIT_")},
        "DJANGO_SETTINGS_MODULE": "remit.desk.settings",
        "REMIT_DATA_DIR": str(folder),
        "REMIT_PUBLIC_URL": address,
        "PYTHONPATH": str(ROOT),
    }
    log = (folder / "server.log").open("wb")
    command = [sys.executable, "-m", "django", "serve_desk", "--demo", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        wait_for(f"{address}/healthz", process, folder / "server.log")
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
        log.close()


def wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the server answers; fail with its log where it ended or took too long."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 - an address of ours
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.3)
    pytest.fail(f"The server did not start:\n{log.read_text(errors='replace')[-4000:]}")


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


@pytest.fixture
def page(browser: Any, server: str) -> Iterator[Any]:
    """A fresh page, signed in as nobody; whatever the browser complains about on its console fails the test."""
    context = browser.new_context(base_url=server, viewport={"width": 1280, "height": 900}, locale="en-GB")
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    expected = ("Failed to load resource",)  # what a 404 or 422 that a story asks for leaves there
    assert [one for one in complaints if not one.startswith(expected)] == []


@pytest.fixture
def sign_in(page: Any) -> Callable[..., None]:
    """Sign a person in by the form, with the demo's pass phrase."""

    def do(email: str, passphrase: str = DEMO_PASSPHRASE) -> None:
        page.goto("/sign-in/")
        page.get_by_label("E-mail address").fill(email)
        page.get_by_label("Password").fill(passphrase)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda address: "/sign-in" not in address)

    return do


@pytest.fixture
def looks_right(page: Any) -> Callable[[], None]:
    """See that the page holds in light and dark, wide and at 390 px: no finding of axe, nothing off the side."""

    def look() -> None:
        for scheme in ("light", "dark"):
            for width in (1280, 390):
                page.emulate_media(color_scheme=scheme)
                page.set_viewport_size({"width": width, "height": 900})
                assert findings(page) == [], f"{page.url} in {scheme} at {width} px"
                beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                assert beyond <= 0, f"{page.url} runs {beyond} px off the side at {width} px"
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 1280, "height": 900})

    return look


def findings(page: Any) -> list[str]:
    """What axe finds on the page, one line each: the rule, what it means, where."""
    page.evaluate(AXE)
    found = page.evaluate("options => axe.run(document, options)", RULES)
    return [
        f"{one['id']}: {one['help']} · {node['html'][:160]} · {node.get('failureSummary', '')[:200]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]
