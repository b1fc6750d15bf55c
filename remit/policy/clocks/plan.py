"""What a fold needs besides the events: the targets, the pauses, and what is owed from the beginning."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from remit.policy.clocks.targets import Target
from remit.policy.vocabulary.metrics import Metric, Priority


class PauseReason(StrEnum):
    """The reasons a document can give for a pause (the grammar's `pause:` blocks)."""

    WAITING_FOR_CUSTOMER = "waiting for the customer"
    INCOMPLETE = "incomplete at intake"
    WAITING_FOR_ACCESS = "waiting for access"
    ON_HOLD = "on hold"
    DECLARED_EVENT = "declared event"
    SOLVED = "solved"


@dataclass(frozen=True, slots=True)
class PauseRule:
    """Which clocks a reason pauses, and the clause that says so."""

    metrics: frozenset[Metric]
    clause: str = ""


@dataclass(frozen=True, slots=True)
class ClockPlan:
    """How one ticket is measured. `targets` answers with the target for a metric at a priority (None:
    nothing is said). `owed` is false for a request that was refused or suspended: its clocks start when
    it is contested or accepted after all. `later_answers` says whether messages after the first answer
    are owed one too.
    """

    targets: Callable[[Metric, Priority], Target | None]
    pauses: Mapping[str, PauseRule] = field(default_factory=dict)
    initial_priority: Priority = ""
    owed: bool = True
    later_answers: bool = True
