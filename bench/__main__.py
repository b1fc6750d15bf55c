"""`python -m bench`: every measurement, one after the other; a name or two after it runs just those.

Each stands on its own as `python -m bench.<name>`; intake and timers need a PostgreSQL on loopback.
"""

from __future__ import annotations

import subprocess
import sys

ALL = ("decide", "time_arithmetic", "cover", "compile_and_check", "memory", "timers", "intake")


def main() -> int:
    """Run each in a process of its own, so that none warms or crowds the next."""
    chosen = sys.argv[1:] or list(ALL)
    if unknown := [name for name in chosen if name not in ALL]:
        print(f"There is no {unknown[0]}; there are {', '.join(ALL)}.", file=sys.stderr)
        return 2
    failed = 0
    for name in chosen:
        print(f"\n── {name}", flush=True)
        failed |= subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False).returncode
    return failed


if __name__ == "__main__":
    sys.exit(main())
