"""A bench judges itself: what misses its bar is named, and makes the run fail. How fast things are is no test's business."""

from typing import Any

import pytest

from bench import timers
from bench.time_arithmetic import Row


def measured(**changed: Any) -> dict[str, Any]:
    """What a run of a hundred timers found, all bars met."""
    effects = {name: {"rows": 100 * owed, "twice": 0, "lost": 0} for name, owed in timers.OWED.items()}
    usual = {
        "engine": "sqlite",
        "seconds": 60.0,
        "processor_seconds": 1.0,
        "due": 0,
        "effects": effects,
        "p95_before": {"customer": 10.0, "agent": 20.0},
        "p95_during": {"customer": 20.0, "agent": 40.0},
        "poll_ms": 1.0,
    }
    return usual | changed


@pytest.mark.parametrize(
    "missed",
    [
        {"seconds": 60.1},
        {"due": 1},
        {"poll_ms": 1.1},
        {"p95_during": {"customer": 20.1, "agent": 40.0}},
        {"p95_during": {"customer": 20.0, "agent": 40.1}},
        *(
            {"effects": {**measured()["effects"], name: {"rows": 99, wrong: 1, right: 0}}}
            for name in timers.OWED
            for wrong, right in (("twice", "lost"), ("lost", "twice"))
        ),
    ],
)
def test_it_fails_when_one_bar_of_the_timers_is_missed(missed, capsys):
    """Too slow, something left, or one row of one effect twice or lost among all."""
    assert timers.report(100, measured())
    assert not timers.report(100, measured(**missed))
    assert capsys.readouterr().out.count("MISSED") == 1


@pytest.mark.parametrize(
    ("row", "is_met"),
    [
        (Row("add", 6.0, 6), True),
        (Row("add", 6.1, 6), False),
        (Row("add against pandas", 30.0, 30, "×"), True),
        (Row("add against pandas", 29.9, 30, "×"), False),
        (Row("add business days", 1000.0), True),
    ],
)
def test_it_takes_less_time_and_a_greater_ratio_for_better(row, is_met):
    assert row.is_met is is_met
    assert ("MISSED" in str(row)) is not is_met
