"""What a ticket that goes into another takes along: its unanswered promises, as the data of the merge
event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from remit.policy.clocks.clock import Clock
from remit.policy.clocks.pauses import clipped
from remit.policy.clocks.reckoning import counted_from
from remit.policy.vocabulary.metrics import Metric


def donor_candidates(clocks: Mapping[Metric, list[Clock]], at: datetime) -> list[dict[str, Any]]:
    """The candidates of a donor's clocks that are still open `at` the merge, as plain JSON values. Each
    holds the metric, the unanswered receipt, the start with the donor's pauses up to the merge counted
    in, the target, and the breach there may have been: it was counted on the donor and isn't counted
    again.
    """
    return [
        {
            "metric": str(metric),
            "received_at": clock.received_at.isoformat(),
            "counted_from": counted_from(clock.deciding, clipped(clock.pauses, at)).isoformat(),
            "target": clock.deciding.target.to_json(),
            "breached_at": clock.breached_at.isoformat() if clock.breached_at else None,
        }
        for metric, cycles in clocks.items()
        for clock in cycles
        if clock.ended_at is None and clock.deciding is not None
    ]
