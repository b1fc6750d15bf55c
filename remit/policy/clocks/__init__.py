"""Clocks: what is owed by when, as a pure fold over a ticket's events, its targets and its calendars.
Nothing is accumulated in place: whoever stores a due moment stores a projection of `fold`. Arithmetic on
working time lives in `calendars`; which target applies is said by the document.
"""

from remit.policy.clocks.clock import Candidate, Clock, Joins, State
from remit.policy.clocks.closing import AutoClose, CloseRule, Reopening, ReopenRule, auto_close, reopening
from remit.policy.clocks.derivation import Derivation, Step, derivation_of
from remit.policy.clocks.escalations import EscalationStep, escalation_moments
from remit.policy.clocks.events import ClockEvent, EventKind
from remit.policy.clocks.fold import fold
from remit.policy.clocks.merging import donor_candidates
from remit.policy.clocks.pauses import Pause
from remit.policy.clocks.picture import Segment, SegmentKind, segments_of
from remit.policy.clocks.plan import ClockPlan, PauseReason, PauseRule
from remit.policy.clocks.targets import (
    DueWhenClosed,
    Starts,
    Target,
    TargetRule,
    TargetsOverlap,
    TargetTable,
    Unmeasured,
)
from remit.policy.clocks.words import Reader, Speech, sentence, told

__all__ = [
    "AutoClose",
    "Candidate",
    "Clock",
    "ClockEvent",
    "ClockPlan",
    "CloseRule",
    "Derivation",
    "DueWhenClosed",
    "EscalationStep",
    "EventKind",
    "Joins",
    "Pause",
    "PauseReason",
    "PauseRule",
    "Reader",
    "ReopenRule",
    "Reopening",
    "Segment",
    "SegmentKind",
    "Speech",
    "Starts",
    "State",
    "Step",
    "Target",
    "TargetRule",
    "TargetTable",
    "TargetsOverlap",
    "Unmeasured",
    "auto_close",
    "derivation_of",
    "donor_candidates",
    "escalation_moments",
    "fold",
    "reopening",
    "segments_of",
    "sentence",
    "told",
]
