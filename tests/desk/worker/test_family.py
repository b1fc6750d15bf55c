"""The parent starts again what dies, passes on the wish to stop, and leaves nobody behind."""

import contextlib
import io
import os
import signal
import socket
import time

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from remit.desk.worker import family
from remit.desk.worker.management.commands import serve_desk

PATIENCE = 10


def until(condition):
    """Wait for something that another process does; fail if it takes too long."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


@pytest.fixture
def parent(tmp_path, monkeypatch):
    """Fork a parent with one child that notes its births in a file; return the file and the parent's process id."""
    births = tmp_path / "births"
    births.touch()
    monkeypatch.setattr(family, "SHORT_LIFE_SECONDS", 0)

    def live():
        with births.open("a") as out:
            out.write(f"{os.getpid()}\n")
        signal.pause()

    def stubborn():
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        live()

    started = []

    def start(kind="obedient"):
        member = {"obedient": live, "stubborn": stubborn}[kind]
        pid = os.fork()
        if not pid:
            with contextlib.suppress(BaseException):
                family.Family({"child": member}).live()
            os._exit(0)
        started.append(pid)
        until(births.read_text)
        return births, pid

    yield start
    for pid in started:
        with contextlib.suppress(ChildProcessError, ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


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
    monkeypatch.setattr(serve_desk, "serve", lambda *place, **numbers: None)
    call_command("serve_desk", "--port", "8765", stdout=io.StringIO())
    assert leads_to == settings.PUBLIC_URL
