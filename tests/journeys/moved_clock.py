"""Runs a command of Remit by a clock that stands where it is put: `python -m tests.journeys.moved_clock serve_desk`.

This is the only thing in which the installation of the journeys differs from one that ships: `clock.now`, the one
reader of the wall clock, says the moment that stands in the file REMIT_JOURNEYS_CLOCK. Web and worker are forked from
this process, so all of them go by it. A story can let a weekend pass and see what the worker did, and the times it
reads on the pages are exact, however slow the machine is.
"""

import os
import sys
from datetime import datetime
from pathlib import Path

from remit.desk.foundation import clock

FILE = Path(os.environ["REMIT_JOURNEYS_CLOCK"])


def moved_now() -> datetime:
    """Return the moment in the file, aware, in UTC."""
    return datetime.fromisoformat(FILE.read_text(encoding="ascii"))


clock.now = moved_now

if __name__ == "__main__":
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
