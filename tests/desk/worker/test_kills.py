"""A worker killed with `kill -9` in the middle of a step, a hundred times: each effect once, nothing lost."""

import json
import subprocess
import sys

from tests.desk.worker.killing import KILLS, LETTERS, SUBJECTS
from tests.house.tree import ROOT


def test_it_does_everything_once_though_it_is_killed_a_hundred_times(shared_database, tmp_path):
    """Effects in the database once; deliveries at least once, under one identity each."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.desk.worker.killing", str(tmp_path / "mailbox")],
        env=shared_database, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["kills"] == KILLS
    assert (found["twice"], found["waiting"], found["dead"]) == (0, 0, 0)
    assert found["effects"] >= SUBJECTS + SUBJECTS // 3
    assert found["followed_up"] == SUBJECTS // 3
    assert found["identities"] == found["marked_sent"] == LETTERS
    assert found["tries"] > LETTERS, "some were killed between sending and noting it, and were sent again"
