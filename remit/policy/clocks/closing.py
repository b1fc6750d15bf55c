"""Closing by itself, and what may be reopened (ITC-17, ITC-18, IEX-28).

Pure arithmetic on a ticket's events; closing, warning and reopening are the desk's business.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from remit.policy.calendars.calendar import OPEN, Calendar
from remit.policy.calendars.working_time import WorkingTime
from remit.policy.clocks.derivation import Derivation, Step, What
from remit.policy.clocks.events import ClockEvent, EventKind, in_order, is_answer
from remit.policy.clocks.plan import PauseReason
from remit.policy.clocks.targets import Target, advanced, working_for
from remit.policy.vocabulary.durations import Duration, length
from remit.policy.vocabulary.metrics import Metric


@dataclass(frozen=True, slots=True)
class CloseRule:
    """A ticket that waits for the customer (or is solved, where `reason` says so) closes by itself `after`
    a while, with a warning `warn_before` it; `calendar` is used by working units and for local times. A request
    that intake had to ask about waits for the customer too.
    """

    reason: str
    after: Duration
    warn_before: Duration | None = None
    clause: str = ""
    calendar: str | None = None
    bands: frozenset[str] = OPEN

    def __post_init__(self) -> None:
        if self.warn_before is not None and self.warn_before.unit is not self.after.unit:
            length(self.warn_before)  # a fixed length can be taken off any closing moment; nothing else can


@dataclass(frozen=True, slots=True)
class AutoClose:
    """When to warn (None: no warning is asked for) and when to close, and how that came about."""

    warn_at: datetime | None
    close_at: datetime
    derivation: Derivation


def auto_close(
    events: Iterable[ClockEvent],
    rule: CloseRule,
    calendars: Mapping[str, Calendar],
    *,
    until: datetime | None = None,
    open_at: datetime | None = None,
) -> AutoClose | None:
    """When the ticket closes by itself, or None where it isn't waiting. Waiting for the customer counts
    from the latest question, or the team's last public message after it; automatic messages that ask nothing,
    the warning among them, don't count. Any message of the customer's on an official channel ends it, unless
    it was followed at once by a question for what is still missing.

    What comes after the closing fell due no longer keeps the ticket open, unless it reopens it; what comes at that
    very instant does (design §2.4). At `open_at` the ticket is known to have been open, whatever was due before.
    """
    working = working_for(
        Target(Metric.RESOLUTION, rule.after, calendar=rule.calendar, bands=rule.bands), calendars
    )
    since = _since(in_order(events, until), rule, working, open_at)
    if since is None:
        return None
    close_at = advanced(since, rule.after, working)
    warn_at = _warning(rule, working, since, close_at)
    steps = [
        Step(since, What.WAITED_FROM, reason=rule.reason),
        Step(since, What.UNANSWERED, rule.clause, wait=rule.after),
    ]
    if warn_at is not None:
        steps.append(Step(warn_at, What.REMINDED))
    steps.append(Step(close_at, What.CLOSES, rule.clause))
    return AutoClose(warn_at, close_at, Derivation(tuple(steps), working.calendar.zone))


def _warning(rule: CloseRule, working: WorkingTime, since: datetime, close_at: datetime) -> datetime | None:
    """A warning longer than the wait itself comes when the wait begins."""
    before = rule.warn_before
    if before is None:
        return None
    if before.unit is rule.after.unit:
        left = max(0, rule.after.amount - before.amount)
        return advanced(since, Duration(None, left, before.unit), working) if left else since
    return max(since, close_at - length(before))


def _since(
    events: list[ClockEvent], rule: CloseRule, working: WorkingTime, open_at: datetime | None
) -> datetime | None:
    """The moment the wait counts from, after all that happened until it closed the ticket; None where there is no
    wait. On hold the ticket waits for someone else; off hold the wait counts anew, so that no ticket closes the moment
    it is taken up.
    """
    reason = rule.reason
    since: datetime | None = None
    waits: dict[str, ClockEvent] = {}  # each with its latest question
    is_held = False
    for event in events:
        kind = event.kind
        may_be_late = kind is not EventKind.REOPENED and (open_at is None or event.at > open_at)
        is_waiting = bool(waits) and not is_held
        if may_be_late and is_waiting and since and advanced(since, rule.after, working) < event.at:
            return since
        if (begun := _begun(event, reason)) is not None:
            waits[begun] = event
            since = event.at
        elif kind is EventKind.PUBLIC_REPLY and waits:
            since = event.at
        elif kind in (EventKind.HELD, EventKind.UNHELD):
            is_held = kind is EventKind.HELD
            since = event.at
        elif kind is EventKind.REQUESTER_MESSAGE and reason != PauseReason.SOLVED:
            if waits and event.data.get("official", True):
                since = event.at  # what is still missing is asked for at once
                waits = {why: asked for why, asked in waits.items() if not _is_answered(why, asked, event)}
        else:
            for why in _ended(event, reason):
                waits.pop(why, None)
    return since if waits and not is_held else None


_WAITING = PauseReason.WAITING_FOR_CUSTOMER
_FOR_AN_ANSWER = frozenset({str(_WAITING), str(PauseReason.INCOMPLETE)})
"""A request that lacks something waits for the customer like any other, as far as closing goes (ITC-17)."""


def _begun(event: ClockEvent, reason: str) -> str | None:
    """The reason of the wait that begins here, where such waits close the ticket."""
    if reason == PauseReason.SOLVED:
        return reason if event.kind is EventKind.SOLVED else None
    if event.kind is not EventKind.WAITING_STARTED:
        return None
    begun = str(event.data.get("reason", _WAITING))
    return begun if begun in _closing(reason) else None


def _closing(reason: str) -> frozenset[str]:
    return _FOR_AN_ANSWER if reason == _WAITING else frozenset({reason})


def _is_answered(reason: str, asked: ClockEvent, message: ClockEvent) -> bool:
    """Whether a message ends the wait. One for what a request lacks ends when that is there, or when the desk takes
    up what was written instead; both are events of their own.
    """
    return reason != PauseReason.INCOMPLETE and is_answer(message, asked)


_ENDS = frozenset({EventKind.CLOSED, EventKind.REOPENED, EventKind.CONTESTED, EventKind.CANCELLED})


def _ended(event: ClockEvent, reason: str) -> frozenset[str]:
    """The reasons of the waits that end here."""
    every, none = _closing(reason), frozenset[str]()
    if event.kind in _ENDS:
        return every
    if reason == PauseReason.SOLVED:
        return none
    if event.kind is EventKind.WAITING_ENDED:
        return frozenset({str(event.data.get("reason", _WAITING))})
    if event.kind is EventKind.COMPLETED:
        return frozenset({str(PauseReason.INCOMPLETE)})
    return every if event.kind is EventKind.SOLVED else none


class Reopening(StrEnum):
    """What becomes of a message to a ticket that is closed."""

    REOPEN = "reopen"
    NEW_LINKED = "new linked ticket"


@dataclass(frozen=True, slots=True)
class ReopenRule:
    """Tickets closed for `reason` ("any" for all) may be reopened `within` a while (None: always), counted from when
    they were solved (where they were) or closed; `after_that` says what a later message becomes.
    """

    reason: str
    within: Duration | None
    after_that: Reopening = Reopening.NEW_LINKED
    clause: str = ""
    calendar: str | None = None
    bands: frozenset[str] = OPEN
    counts_from_solved: bool = False


def reopening(
    closed_at: datetime,
    reason: str,
    at: datetime,
    rules: Iterable[ReopenRule],
    calendars: Mapping[str, Calendar],
    *,
    solved_at: datetime | None = None,
) -> Reopening:
    """What a message `at` an instant does to a ticket that closed for `reason` at `closed_at` (or was solved then, and
    never closed), and had been solved at `solved_at`. The rule for that reason holds, else the one for "any", else the
    ticket reopens; the window's last moment lies in it, and where it counts from the fix, closing later makes it no
    longer (ITC-11). Raises `ValueError` where the message lies before the closing.
    """
    if at < closed_at:
        raise ValueError("A message before the closing reopens nothing: the ticket was still open.")
    known = {rule.reason: rule for rule in rules}
    rule = known.get(reason, known.get("any"))
    if rule is None or rule.within is None:
        return Reopening.REOPEN
    target = Target(Metric.RESOLUTION, rule.within, calendar=rule.calendar, bands=rule.bands)
    since = solved_at if rule.counts_from_solved and solved_at is not None else closed_at
    limit = advanced(since, rule.within, working_for(target, calendars))
    return Reopening.REOPEN if at <= limit else rule.after_that
