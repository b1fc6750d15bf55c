"""Targets: what a policy promises for a metric, which row applies, and when a target runs out.

Predicates come in as plain callables, so that conditions need not be known here. Pauses live in `pauses`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import IntEnum, StrEnum
from fractions import Fraction
from typing import Any

from remit.policy.calendars.calendar import OPEN, Calendar
from remit.policy.calendars.working_time import WORKING_DAY, WorkingTime
from remit.policy.vocabulary.durations import Duration, Unit, add_calendar, elapsed, parse_duration
from remit.policy.vocabulary.facts import Value
from remit.policy.vocabulary.metrics import Metric

_MINUTE = timedelta(minutes=1)
_WORKING = {Unit.WORKING_MINUTES: _MINUTE, Unit.WORKING_HOURS: 60 * _MINUTE}
_ELAPSED = frozenset({Unit.SECONDS, Unit.MINUTES, Unit.HOURS})
_ALWAYS = Calendar("always open", UTC, always_open=True)


class Starts(StrEnum):
    """From when a target counts."""

    AT_RECEIPT = "at receipt"
    AT_NEXT_OPENING = "at next opening"
    WHEN_COMPLETE = "when complete"


class DueWhenClosed(StrEnum):
    """What happens to a due moment that falls into closed time."""

    STAYS = "stays"
    MOVES = "moves to next opening"


class Unmeasured(StrEnum):
    """Targets without a moment: answered in queue order, not owed at all (C24-7, IEX-5), or owed nothing only because
    the table has no row for the priority, which no document can write.
    """

    IN_ORDER = "in order"
    NONE = "none"
    UNSAID = "no row"


class Counts(IntEnum):
    """What a target's unit counts."""

    NOTHING = 0
    ELAPSED = 1
    WORKING_TIME = 2
    BUSINESS_DAYS = 3
    CALENDAR = 4


def _counted(duration: Duration | Unmeasured) -> tuple[Counts, timedelta]:
    """What a duration counts, and its length where that is a length of time."""
    if isinstance(duration, Unmeasured):
        return Counts.NOTHING, timedelta()
    if duration.unit in _WORKING:
        return Counts.WORKING_TIME, duration.amount * _WORKING[duration.unit]
    if duration.unit is Unit.BUSINESS_DAYS:
        return Counts.BUSINESS_DAYS, timedelta()
    if duration.unit in _ELAPSED:
        return Counts.ELAPSED, elapsed(duration)
    return Counts.CALENDAR, timedelta()


@dataclass(frozen=True, slots=True)
class Target:
    """What is promised for `metric`. `low` is a lower end that counts as 'not before', given only where the
    policy says so. `calendar` names the calendar of working units, of "at next opening" and of local
    times (None: the document's first), `bands` what of it counts. `approximate` is shown as 'usually',
    `internal` to agents only.
    """

    metric: Metric
    duration: Duration | Unmeasured
    low: Duration | None = None
    calendar: str | None = None
    bands: frozenset[str] = OPEN
    starts: Starts = Starts.AT_RECEIPT
    due_when_closed: DueWhenClosed = DueWhenClosed.STAYS
    approximate: bool = False
    until_close: bool = False
    internal: bool = False
    clause: str = ""
    # What follows from the duration, worked out once, since every due moment asks for it.
    counts: Counts = field(init=False, repr=False, compare=False)
    span: timedelta = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        counts, span = _counted(self.duration)
        object.__setattr__(self, "counts", counts)
        object.__setattr__(self, "span", span)

    @property
    def counts_working_time(self) -> bool:
        """Whether closed time is left out of the count."""
        return self.counts in (Counts.NOTHING, Counts.WORKING_TIME, Counts.BUSINESS_DAYS)

    def to_json(self) -> dict[str, Any]:
        """The target as plain JSON values, for an event that has to carry it."""
        return {
            "metric": str(self.metric),
            "duration": str(self.duration),
            "low": None if self.low is None else str(self.low),
            "calendar": self.calendar,
            "bands": sorted(self.bands),
            "starts": str(self.starts),
            "due_when_closed": str(self.due_when_closed),
            "approximate": self.approximate,
            "until_close": self.until_close,
            "internal": self.internal,
            "clause": self.clause,
        }

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> Target:
        """The target that `to_json` wrote."""
        duration, low = written["duration"], written["low"]
        return cls(
            metric=Metric(written["metric"]),
            duration=Unmeasured(duration) if duration in tuple(Unmeasured) else parse_duration(duration),
            low=None if low is None else parse_duration(low),
            calendar=written["calendar"],
            bands=frozenset(written["bands"]),
            starts=Starts(written["starts"]),
            due_when_closed=DueWhenClosed(written["due_when_closed"]),
            approximate=written["approximate"],
            until_close=written["until_close"],
            internal=written["internal"],
            clause=written["clause"],
        )


class TargetsOverlap(ValueError):
    """Two blocks of targets apply at once and neither names the other as its exception."""


@dataclass(frozen=True, slots=True)
class TargetRule:
    """One block of targets: for which metric, when it applies, and its rows. `by` is the fact whose value
    picks the row; without it the row stands under "". `exception_to` names the clauses whose targets
    this block overrides.
    """

    metric: Metric
    rows: Mapping[str, Target]
    clause: str
    by: str | None = None
    applies: Callable[[Mapping[str, Value]], bool | None] | None = None
    exception_to: frozenset[str] = frozenset()

    def row(self, facts: Mapping[str, Value]) -> Target | None:
        """The row for these facts, or None where the block doesn't apply or has no such row."""
        if self.applies is not None and self.applies(facts) is not True:
            return None
        return self.rows.get(str(facts.get(self.by)) if self.by else "")


@dataclass(frozen=True, slots=True)
class TargetTable:
    """All blocks of targets of a document."""

    rules: tuple[TargetRule, ...]
    _by_metric: dict[Metric, tuple[TargetRule, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_metric = {metric: tuple(rule for rule in self.rules if rule.metric is metric) for metric in Metric}
        object.__setattr__(self, "_by_metric", by_metric)

    def resolve(self, metric: Metric, facts: Mapping[str, Value]) -> Target | None:
        """The target that holds for `metric` under `facts`, or None where nothing is said. A block that
        applies overrides the clauses it is an exception to. Raises `TargetsOverlap` where different
        targets still remain: order never decides.
        """
        found = [(rule, row) for rule in self._by_metric[metric] if (row := rule.row(facts)) is not None]
        if len(found) > 1:
            overridden = {clause for rule, _ in found for clause in rule.exception_to}
            found = [(rule, row) for rule, row in found if rule.clause not in overridden] or found
            if len({row for _, row in found}) > 1:
                clauses = " and ".join(sorted({rule.clause for rule, _ in found}))
                raise TargetsOverlap(f"Clauses {clauses} both give a target for the {metric}.")
        return found[0][1] if found else None

    def unsaid(self, metric: Metric, facts: Mapping[str, Value]) -> Target | None:
        """Where nothing is said only because a table by priority lacks the row: a target without a moment that says so,
        by the clause of the table; None where the document promises nothing of the kind.
        """
        for rule in self._by_metric[metric]:
            if _unsaid_by(rule, facts):
                return replace(next(iter(rule.rows.values())), duration=Unmeasured.UNSAID, low=None)
        return None


def _unsaid_by(rule: TargetRule, facts: Mapping[str, Value]) -> bool:
    """Whether a table by priority applies, and has no row for this one."""
    is_by_priority = rule.by == "priority" and bool(facts.get("priority")) and bool(rule.rows)
    return is_by_priority and (rule.applies is None or rule.applies(facts) is True)


def working_for(target: Target, calendars: Mapping[str, Calendar]) -> WorkingTime:
    """The working time a target counts in: of its calendar, or of the document's first, or day and night."""
    if target.calendar is None:
        return next(iter(calendars.values()), _ALWAYS).working(target.bands)
    return calendars[target.calendar].working(target.bands)


def starting(target: Target, working: WorkingTime, at: datetime) -> datetime:
    """When a target counts from that is triggered `at` an instant: then, or at the next opening."""
    if target.starts is Starts.AT_NEXT_OPENING or target.counts_working_time:
        return working.next_opening(at)
    return at


def advanced(
    start: datetime, duration: Duration, working: WorkingTime, until_close: bool = False
) -> datetime:
    """The instant `duration` after `start`, counted as its unit says."""
    counts, span = _counted(duration)
    return _advanced(start, duration, counts, span, working, until_close)


def _advanced(
    start: datetime,
    duration: Duration,
    counts: Counts,
    span: timedelta,
    working: WorkingTime,
    until_close: bool,
) -> datetime:
    if counts is Counts.ELAPSED:
        return start + span
    if counts is Counts.WORKING_TIME:
        return working.add(start, span)
    if counts is Counts.BUSINESS_DAYS:
        return working.add_business_days(start, duration.amount, until_close)
    return add_calendar(start, duration, working.calendar.zone)


def runs_out(
    target: Target, working: WorkingTime, start: datetime, part: Fraction | None = None
) -> datetime | None:
    """When a target (or `part` of it) that counts from `start` has run out, pauses apart; None for
    unmeasured ones. Whether it is due then is said by `falls_due`.
    """
    duration = target.duration
    if isinstance(duration, Unmeasured):
        return None
    end = _advanced(start, duration, target.counts, target.span, working, target.until_close)
    if part is None:
        return end
    if target.counts is Counts.BUSINESS_DAYS:
        return working.add_days(start, int(duration.amount * WORKING_DAY * part))
    if target.counts is Counts.WORKING_TIME:
        return working.add(start, _times(target.span, part))
    return start + _times(end - start, part)


def falls_due(target: Target, working: WorkingTime, ran_out: datetime) -> datetime:
    """The due moment of a target that has run out: then, or at the next opening where it is closed and the
    policy says so. What runs out exactly at closing is due at closing (design §5).
    """
    if target.due_when_closed is DueWhenClosed.MOVES and not working.is_closing(ran_out):
        return working.next_opening(ran_out)
    return ran_out


def _times(span: timedelta, part: Fraction) -> timedelta:
    return span * part.numerator // part.denominator


def shifted(
    target: Target, working: WorkingTime, start: datetime, begin: datetime, end: datetime
) -> datetime:
    """`start` moved on by what of a target's own unit lies in the pause [begin, end). Working hours move by
    working time and business days by parts of working days, so that a pause over a short day moves the
    due moment by a whole one; all else moves by elapsed time.
    """
    counts = target.counts
    if counts is Counts.WORKING_TIME:
        return working.add(start, working.between(begin, end))
    if counts is Counts.BUSINESS_DAYS:
        return working.add_days(start, working.measure_days(begin, end))
    return start if counts is Counts.NOTHING else start + (end - begin)
