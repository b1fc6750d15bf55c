"""The parent starts again what dies, passes on the wish to stop, and leaves nobody behind."""

import contextlib
import io
import os
import signal
import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.request import urlopen

import psutil
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from remit.desk.worker import family
from remit.desk.worker.management.commands import serve_desk
from remit.desk.worker.web import WebServer

PATIENCE = 30


def until(condition):
    """Wait for something that another process does; fail if it takes too long."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


@pytest.fixture
def fork_parent(monkeypatch):
    """How to fork a parent with these members; it gives the parent's process id. What still lives is ended."""
    monkeypatch.setattr(family, "SHORT_LIFE_SECONDS", 0)
    started = []

    def start(members):
        pid = os.fork()
        if not pid:
            with contextlib.suppress(BaseException):
                family.Family(members).live()
            os._exit(0)
        started.append(pid)
        return pid

    yield start
    for pid in started:
        with contextlib.suppress(ChildProcessError, ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


@pytest.fixture
def parent(tmp_path, fork_parent):
    """Fork a parent with one child that notes its births in a file; return the file and the parent's process id."""
    births = tmp_path / "births"
    births.touch()

    def live():
        with births.open("a") as out:
            out.write(f"{os.getpid()}\n")
        signal.pause()

    def stubborn():
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        live()

    def start(kind="obedient"):
        pid = fork_parent({"child": {"obedient": live, "stubborn": stubborn}[kind]})
        until(births.read_text)
        return births, pid

    return start


@pytest.fixture
def site(tmp_path, fork_parent):
    """Serve, from two web processes, a page that says which process made it; `/slow` comes when the file `go` is there.
    Return the page's reader, the parent's process id and that file.
    """
    go = tmp_path / "go"

    def page(environ, start_response):
        if environ["PATH_INFO"] == "/slow":
            (tmp_path / "asked").touch()
            until(go.exists)
        start_response("200 OK", [])
        return [str(os.getpid()).encode()]

    def read(path="/", patience=PATIENCE):
        with (
            contextlib.suppress(OSError),
            urlopen(f"http://127.0.0.1:{port}{path}", timeout=patience) as answer,
        ):
            return int(answer.read())

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    server = WebServer(page, "127.0.0.1", port, processes=2, threads=2)
    pid = fork_parent({"web 1": server.run, "web 2": server.run})
    until(read)
    return read, pid, go


def is_alive(pid):
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


def children(births):
    return [int(line) for line in births.read_text().split()]


def test_it_starts_a_child_again_that_was_killed(parent):
    births, _ = parent()
    os.kill(children(births)[0], signal.SIGKILL)
    until(lambda: len(children(births)) == 2)
    assert is_alive(children(births)[1])


def test_it_ends_with_its_children_when_it_is_told_to(parent):
    births, pid = parent()
    os.kill(pid, signal.SIGTERM)
    assert os.waitpid(pid, 0)[1] == 0
    assert not is_alive(children(births)[0])


def test_it_ends_a_child_that_will_not_hear_at_the_second_time(parent):
    births, pid = parent("stubborn")
    os.kill(pid, signal.SIGTERM)
    os.kill(pid, signal.SIGTERM)
    until(lambda: os.kill(pid, signal.SIGTERM) is None and os.waitpid(pid, os.WNOHANG)[0] == pid)
    assert not is_alive(children(births)[0])


def test_it_leaves_no_child_behind_when_it_is_killed_itself(parent):
    births, pid = parent()
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    until(lambda: not is_alive(children(births)[0]))


def test_pages_come_from_its_own_children_with_nothing_between(site):
    read, pid, _ = site
    served_by = psutil.Process(read())
    assert served_by.ppid() == pid
    assert not served_by.children()


def test_pages_come_again_after_a_web_process_was_killed(site):
    read, pid, _ = site
    killed = read()
    os.kill(killed, signal.SIGKILL)
    until(lambda: len(psutil.Process(pid).children()) == 2 and not psutil.pid_exists(killed))
    until(lambda: read() not in (None, killed))


def test_a_page_that_was_asked_for_is_still_answered_when_it_is_told_to_end(site):
    read, pid, go = site
    with ThreadPoolExecutor() as pool:
        slow = pool.submit(read, "/slow")
        until((go.parent / "asked").exists)
        os.kill(pid, signal.SIGTERM)
        # Whoever connects just then may wait at a door that nobody opens any more, longer than the family does.
        until(lambda: read(patience=1) is None)
        go.touch()
        assert slow.result()
    assert os.waitpid(pid, 0)[1] == 0
    assert not psutil.pid_exists(slow.result())


def test_what_is_prepared_apart_leaves_nothing_in_the_parent(tmp_path):
    said = tmp_path / "pid"
    family.apart(lambda: said.write_text(str(os.getpid())), "Trying")
    assert int(said.read_text()) != os.getpid()


def test_it_starts_nothing_when_a_preparation_failed():
    with pytest.raises(CommandError, match="Bringing it up to date failed; nothing was started"):
        family.apart(lambda: sys.exit("there is no table"), "Bringing it up to date")


def test_it_serves_at_no_port_that_another_listens_at():
    """Also where that one would share it: two desks must not answer in turns."""
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CommandError, match=f"port {port}: Address already in use"):
            call_command("serve_desk", "--port", str(port))
    assert family.fault_of_place("127.0.0.1", port) == ""


def test_it_serves_at_no_port_that_is_none():
    with pytest.raises(CommandError, match="choose one from 1 to 65535"):
        call_command("serve_desk", "--port", "99999999")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("was_said", "leads_to"), [(False, "http://127.0.0.1:8765"), (True, "https://help.example")]
)
def test_it_has_letters_lead_to_the_address_it_serves_unless_another_was_said(
    settings, monkeypatch, was_said, leads_to
):
    settings.HAS_PUBLIC_URL, settings.PUBLIC_URL = was_said, "https://help.example"
    monkeypatch.setattr(serve_desk, "fault_of_place", lambda address, port: "")
    monkeypatch.setattr(serve_desk, "apart", lambda work, what: None)
    monkeypatch.setattr(serve_desk, "serve", lambda *place, **numbers: None)
    call_command("serve_desk", "--port", "8765", stdout=io.StringIO())
    assert leads_to == settings.PUBLIC_URL
