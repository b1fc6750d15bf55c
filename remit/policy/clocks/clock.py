"""What a clock is: one metric of one ticket, measured. It is made by `fold` and answers questions about
itself. What a clock shows in words lives in `words`, as a band of time in `picture`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from remit.policy.clocks.pauses import Pause, clipped
from remit.policy.clocks.reckoning import Candidate, Joins, beyond, reach
from remit.policy.clocks.targets import Target, Unmeasured
from remit.policy.vocabulary.metrics import Metric

__all__ = ["Candidate", "Clock", "Joins", "Opened", "State"]


class State(StrEnum):
    """Where a clock stands. A breach is sticky, also where the clock is met later."""

    WAITING = "waiting to start"
    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    BREACHED = "breached"
    NONE_OWED = "none owed"
    CANCELLED = "cancelled"
    IN_ORDER = "in order"


class Opened(StrEnum):
    """What opened a clock."""

    RECEIPT = "receipt"
    MESSAGE = "message"
    CONTEST = "contest"
    ACCEPTANCE = "acceptance"
    REOPENING = "reopening"
    MERGE = "merge"
    START = "start"


@dataclass(frozen=True, slots=True)
class Clock:
    """One measured promise. `received_at` is what it answers to, `started_at` when it counts from, `due_at`
    None while a pause of unknown length, or a target without a moment, leaves it open. `breached_at` is
    the true due moment, however late it was noticed; `is_breach_inherited` says that a ticket merged
    into this one brought it, where it is counted. `ended_at` is when it was met or cancelled. `until` is
    the instant it was looked at.
    """

    metric: Metric
    cycle: int
    state: State
    opened: Opened
    received_at: datetime
    complete_at: datetime | None = None
    started_at: datetime | None = None
    due_at: datetime | None = None
    not_before: datetime | None = None
    met_at: datetime | None = None
    ended_at: datetime | None = None
    breached_at: datetime | None = None
    is_breach_inherited: bool = False
    paused_since: datetime | None = None
    pause_reason: str | None = None
    target: Target | None = None
    candidates: tuple[Candidate, ...] = ()
    deciding: Candidate | None = None
    pauses: tuple[Pause, ...] = ()
    until: datetime | None = field(default=None, compare=False)

    def at_risk_at(self, fraction: Fraction) -> datetime | None:
        """When `fraction` of the target has run out, in its own unit and shifted by its pauses; beyond 1 it
        runs on past the due moment. None where there is no due moment.
        """
        if self.deciding is None or self.due_at is None:
            return None
        if fraction == 1:
            return self.due_at
        if fraction > 1:
            return beyond(self.deciding, self.due_at, self.pauses, fraction - 1)
        moment = reach(self.deciding, self.pauses, fraction)
        return None if moment is None else min(moment, self.due_at)

    @property
    def left(self) -> timedelta | None:
        """What was left when it paused: working time for targets that count it, else elapsed time."""
        candidate, since = self.deciding, self.paused_since
        if candidate is None or since is None or isinstance(candidate.target.duration, Unmeasured):
            return None
        due = reach(candidate, clipped(self.pauses, since))
        if due is None or due <= since:
            return timedelta()
        return candidate.working.between(since, due) if candidate.target.counts_working_time else due - since
