"""What an idle installation takes: the demo's five desks, one web process, the worker, and the parent that forked them.

Bar: web process and worker together at most 150 MiB (proportional set size, shared pages shared out), measured after a
first page of each kind was served.

    python -m bench.memory
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import urlopen

import psutil

from bench.peers.django_helpdesk import wait_for_port
from bench.timers import free_port

ROOT = Path(__file__).parents[1]
BAR = 150
NAMES = ("parent", "web process", "worker")
PAGES = ("/", "/ionetech/policy/", "/iexexchanger/policy/", "/sign-in/")


def proportional(process: psutil.Process) -> float:
    """Return the process's PSS in MiB."""
    return float(process.memory_full_info().pss) / 2**20


def main() -> int:
    """Serve the demo, warm it, let it rest, and weigh every process of the tree."""
    with tempfile.TemporaryDirectory(prefix="remit-memory-") as folder:
        environment = {**os.environ, "REMIT_DATA_DIR": folder, "REMIT_WEB_PROCESSES": "1"}
        environment.pop("REMIT_DATABASE_URL", None)
        port = free_port()
        server = subprocess.Popen(
            [sys.executable, "manage.py", "serve_desk", "--demo", "--port", str(port)],
            cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            wait_for_port(port, 300)
            for page in PAGES:
                urlopen(f"http://127.0.0.1:{port}{page}").read()
            time.sleep(5)
            parent = psutil.Process(server.pid)
            # In the order in which they were forked.
            tree = zip(NAMES, [parent, *parent.children(recursive=True)], strict=True)
            weights = {name: proportional(process) for name, process in tree}
            for name, weight in weights.items():
                print(f"{name:12} {weight:7.1f} MiB PSS")
            whole = sum(weights.values())
            print(f"{'together':12} {whole:7.1f} MiB PSS, bar {BAR}: {'met' if whole <= BAR else 'MISSED'}")
            return int(whole > BAR)
        finally:
            server.terminate()
            server.wait(30)


if __name__ == "__main__":
    sys.exit(main())
