"""What is measured on a ticket, and the states a ticket can be in. How it is measured lives in `clocks`."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias


class Metric(StrEnum):
    """A promise that a policy can make about a ticket."""

    FIRST_RESPONSE = "first response"
    NEXT_RESPONSE = "next response"
    RESOLUTION = "resolution"
    DIAGNOSIS = "diagnosis"
    REFUND = "refund"
    CALL_BACK = "call back"


class Status(StrEnum):
    """Where a ticket stands: pending waits for the requester, on hold for someone else."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    ON_HOLD = "on hold"
    SOLVED = "solved"
    CLOSED = "closed"


Priority: TypeAlias = str
"""The id of a priority; each document names its own, strongest first."""
