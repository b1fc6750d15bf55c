"""How long it takes to compile a policy document, and to check it fully: conflicts, gaps, time, words and
every example.

python -m bench.compile_and_check [FILE …]

One line per document, the largest first; without files, the published policies. Times are of the processor,
so that neighbours on a busy machine do not count, after imports, medians of some rounds. Bar: compile and
fully check the largest in 300 ms; exits 1 where it is missed.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from time import process_time

from remit.policy.check import check_text
from remit.policy.document.compiling import compile_text

BAR = 300.0
ROUNDS = 9
POLICIES = Path(__file__).resolve().parents[1] / "policies"


def measured(run: Callable[[], object]) -> tuple[float, float]:
    """Median and best of the rounds, in milliseconds."""
    times = []
    for _ in range(ROUNDS):
        gc.collect()
        before = process_time()
        run()
        times.append((process_time() - before) * 1000)
    return median(times), min(times)


def main(arguments: list[str]) -> int:
    """Print the table; returns 1 where the largest document misses the bar."""
    files = [Path(one) for one in arguments] or [
        path for path in POLICIES.glob("*.md") if path.name.count(".") == 1
    ]
    texts = sorted(
        ((path.name, path.read_text(encoding="utf-8")) for path in files), key=lambda one: -len(one[1])
    )
    print(
        f"{'document':24} {'kB':>5} {'rules':>5} {'examples':>8} {'compile ms':>11} {'check ms':>9} {'best ms':>8}"
    )
    checked = []
    for name, text in texts:
        policy = compile_text(text, name)  # loads what is loaded once: parsers, the holidays of a country
        compiled, _ = measured(partial(compile_text, text, name))
        whole, best = measured(partial(check_text, text, name))
        checked.append(whole)
        counts = f"{len(policy.ruleset.rules):5} {len(policy.examples):8}"
        print(f"{name:24} {len(text) / 1000:5.0f} {counts} {compiled:11.0f} {whole:9.0f} {best:8.0f}")
    verdict = "met" if checked[0] <= BAR else "MISSED"
    print(
        f"\nbar: compile and check the largest in {BAR:.0f} ms, examples included: {checked[0]:.0f} ms, {verdict}"
    )
    return 0 if checked[0] <= BAR else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
