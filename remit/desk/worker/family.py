"""One process tree: a parent that loads everything once, then forks the worker and the web processes, so that they
share what was loaded. The parent starts again what dies and passes on the wish to stop.
"""

import contextlib
import ctypes
import gc
import logging
import multiprocessing
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import NoReturn

from django.core.management.base import CommandError
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.urls import get_resolver

from remit.desk.foundation.bodies import measured
from remit.desk.worker.loop import Worker
from remit.desk.worker.web import WebServer

log = logging.getLogger(__name__)

# A member that dies sooner than this waits this long before it is started again, so that a fault at its start does not
# keep the machine busy.
SHORT_LIFE_SECONDS = 5
# Slow clients and a batch in hand do not hold up a stop for longer than this.
PATIENCE_SECONDS = 20
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGALRM)
_PR_SET_PDEATHSIG = 1
# What glibc calls them in malloc.h: freed memory beyond this much goes back, and threads share this many pools.
_M_TRIM_THRESHOLD, _M_ARENA_MAX = -1, -8


def serve(address: str, port: int, *, processes: int, threads: int, has_worker: bool) -> None:
    """Serve pages at the address and do what is due, until SIGTERM or SIGINT."""
    application = measured(get_wsgi_application())
    # Reading the addresses now loads every view once, in the parent, instead of in each child at its first request.
    assert get_resolver().url_patterns
    server = WebServer(application, address, port, processes=processes, threads=threads)
    members: dict[str, Callable[[], None]] = {
        f"web {number}": server.run for number in range(1, processes + 1)
    }
    if has_worker:
        members["worker"] = lambda: Worker().run_forever()
    Family(members).live()


def fault_of_place(address: str, port: int) -> str:
    """Why nothing can be served at this address and port, in a sentence; empty where it can. Asked before the web
    server starts: that one would share a port silently with another.
    """
    if not 1 <= port <= 65_535:
        return f"There is no port {port}; choose one from 1 to 65535."
    try:
        family = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as trial:
            # A port that was left a moment ago may be taken again; one that is listened at may not.
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind((address, port))
    except OSError as error:
        return (
            f"Nothing can be served at {address}, port {port}: {error.strerror}. Choose another with --port."
        )
    return ""


def apart(work: Callable[[], object], what: str) -> None:
    """Do the work in a process of its own and wait for it, so that what it takes does not weigh on the processes that
    serve afterwards. Raises `CommandError` naming `what` where it failed; why, the child has said.
    """

    def of_its_own() -> None:
        _die_with_parent()
        work()

    # A connection would be shared, and broken for both when one of them ends.
    connections.close_all()
    process = multiprocessing.get_context("fork").Process(target=of_its_own)
    process.start()
    process.join()
    if process.exitcode:
        raise CommandError(f"{what} failed; nothing was started.")


class Family:
    """Named children of this process. Each is forked from it, so it shares the parent's memory until it changes it."""

    def __init__(self, members: dict[str, Callable[[], None]]) -> None:
        self._members = members
        self._living: dict[int, str] = {}
        self._born: dict[str, float] = {}
        self._is_stopping = False

    def live(self) -> None:
        """Start all, start again whoever dies, and return when all have stopped as they were told."""
        connections.close_all()
        _be_thrifty()
        gc.collect()
        # What is frozen is never looked at by the collector again, which would copy its pages in every child.
        gc.freeze()
        for signum in SIGNALS:
            signal.signal(signum, self._stop)
        for name in self._members:
            self._start(name)
        while self._living:
            self._wait()

    def _start(self, name: str) -> None:
        self._born[name] = time.monotonic()
        # A signal in the middle of this would reach a child that still believes to be the parent.
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        pid = os.fork()
        if not pid:
            self._be(name)
        self._living[pid] = name
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)

    def _be(self, name: str) -> NoReturn:
        code = 1
        try:
            # Ctrl+C reaches a whole group; in one of its own a child hears of it once, from the parent.
            os.setpgid(0, 0)
            _die_with_parent()
            for signum in SIGNALS:
                signal.signal(signum, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
            self._members[name]()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        except BaseException:
            log.exception("The %s process failed.", name)
        finally:
            # Not sys.exit: the parent's own clean-up must not run a second time in a child.
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _wait(self) -> None:
        pid, status = os.wait()
        name = self._living.pop(pid, None)
        if name is None or self._is_stopping:
            return
        log.error("The %s process ended (%s); starting it again.", name, os.waitstatus_to_exitcode(status))
        if time.monotonic() - self._born[name] < SHORT_LIFE_SECONDS:
            time.sleep(SHORT_LIFE_SECONDS)
        if not self._is_stopping:
            self._start(name)

    def _stop(self, signum: int, frame: FrameType | None) -> None:
        """Ask the children to end; at the second time, or when they had time enough, end them."""
        was_asked, self._is_stopping = self._is_stopping, True
        signal.alarm(PATIENCE_SECONDS)
        for pid in self._living:
            with contextlib.suppress(ProcessLookupError):
                if was_asked:
                    os.killpg(pid, signal.SIGKILL)
                else:
                    os.kill(pid, signal.SIGTERM)


def _be_thrifty() -> None:
    """Let this process and its children give freed memory back soon; C libraries without the means keep their way."""
    with contextlib.suppress(OSError, AttributeError):
        library = ctypes.CDLL(None)
        library.mallopt(_M_ARENA_MAX, 2)
        library.mallopt(_M_TRIM_THRESHOLD, 64 * 1024)
        library.malloc_trim(0)


def _die_with_parent() -> None:
    """Ask the kernel for a SIGTERM when the parent dies without a word, so that no child keeps its port."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
