"""Cover of one licence with fifty renewals: laid out from what was bought, and read at an instant.

Renewed in time (each added to the end), renewed after a gap (each starts when paid), and archived and restored between.
Bar: 30 µs median, layout and reading together; exits 1 where one of the three misses it.

    python -m bench.cover
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from remit.policy.cover import Happening, Purchase, facts_at, timeline
from remit.policy.document.compiling import compile_document
from remit.policy.document.source import load
from remit.policy.vocabulary.durations import parse_duration

ROOT = Path(__file__).parents[1]
RENEWALS = 50
BAR = 30
BOUGHT = datetime(2020, 3, 1, 9, tzinfo=UTC)
YEAR = timedelta(days=365)


def licence(gap: timedelta) -> list[Purchase]:
    """Return a purchase and fifty renewals, each so long before (negative: after) the end of the year before."""
    term = parse_duration("12 months")
    return [
        Purchase(str(number), "renewal" if number else "purchase", BOUGHT + number * (YEAR - gap), term=term)
        for number in range(RENEWALS + 1)
    ]


def median_us(work: Callable[[], object], rounds: int = 400) -> float:
    """Return the median of so many calls, in microseconds."""
    took = []
    for _ in range(rounds):
        begun = time.perf_counter_ns()
        work()
        took.append(time.perf_counter_ns() - begun)
    return statistics.median(took) / 1000


def main() -> int:
    """Measure the three histories and print the table; return 1 where one misses the bar."""
    policy = compile_document(load((ROOT / "policies" / "iexexchanger.md").read_text(encoding="utf-8")))
    spec = policy.covers["licence"]
    in_time, late = licence(timedelta(days=20)), licence(timedelta(days=-120))
    decided = [
        Happening(kind, one.at + timedelta(days=days), by="agent")
        for one in late[5::10]
        for kind, days in (("archived", 20), ("restored", 60))
    ]
    now = BOUGHT + 30 * YEAR
    print(f"{'history':42} {'µs':>8} {'bar':>5}")
    is_met = True
    for title, purchases, happenings in (
        ("fifty renewals in time", in_time, []),
        ("fifty renewals, each after a gap", late, []),
        ("the same, archived and restored five times", late, decided),
    ):

        def whole(purchases: list[Purchase] = purchases, happenings: list[Happening] = happenings) -> object:
            return facts_at(timeline(purchases, happenings, lambda at: spec), spec, now)

        took = median_us(whole)
        is_met = is_met and took <= BAR
        print(f"{title:42} {took:8.1f} {BAR:5}  {'met' if took <= BAR else 'MISSED'}")
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
