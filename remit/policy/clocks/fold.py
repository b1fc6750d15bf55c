"""The fold: from a ticket's events to its clocks. Every row of the table in design §5 is carried here or in
`pauses`. Pure: the same events, plan, calendars and instant give the same clocks, whatever was computed
before. How a due moment is reckoned lives in `reckoning`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from remit.policy.calendars.calendar import Calendar
from remit.policy.clocks.clock import Clock, Opened, State
from remit.policy.clocks.events import ClockEvent, EventKind, in_order, instant
from remit.policy.clocks.pauses import Pause, clipped, pauses_of
from remit.policy.clocks.plan import ClockPlan
from remit.policy.clocks.reckoning import Candidate, Joins, deciding, is_unmeasured, lower_end, reach
from remit.policy.clocks.targets import Starts, Target, Unmeasured, starting, working_for
from remit.policy.vocabulary.metrics import Metric

_AT_RECEIPT = (Metric.FIRST_RESPONSE, Metric.RESOLUTION, Metric.DIAGNOSIS)
_ANSWERS = (Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE)
_TICKET_WORK = (*_ANSWERS, Metric.RESOLUTION, Metric.DIAGNOSIS)


def fold(
    events: Iterable[ClockEvent],
    plan: ClockPlan,
    calendars: Mapping[str, Calendar],
    *,
    until: datetime | None = None,
) -> dict[Metric, list[Clock]]:
    """The clocks of a ticket as they stand at `until`, in cycles for each metric that a target is given
    for. `events` need no order; later ones than `until` are left out. Without `until`, due moments are
    known but only a stop that came too late shows a breach. `calendars` are the document's, the main one
    first.
    """
    ordered = in_order(events, until)
    story = _Story(plan, calendars, pauses_of(ordered, plan.pauses))
    for event in ordered:
        step = _STEPS.get(event.kind)
        if step is not None:
            step(story, event)
    return story.clocks(until)


@dataclass(slots=True)
class _Draft:
    """A clock being folded."""

    metric: Metric
    cycle: int
    opened: Opened
    received_at: datetime
    target: Target
    begun_at: datetime | None = None
    candidates: list[Candidate] = field(default_factory=list)
    met_at: datetime | None = None
    ended_at: datetime | None = None
    breached_at: datetime | None = None
    is_inherited: bool = False
    reckoned: tuple[datetime, Candidate, datetime | None] | None = None  # as of an instant, for the end

    @property
    def is_live(self) -> bool:
        return self.ended_at is None


class _Story:
    """What is known about the ticket so far, and its clocks."""

    def __init__(
        self, plan: ClockPlan, calendars: Mapping[str, Calendar], pauses: dict[Metric, tuple[Pause, ...]]
    ) -> None:
        self.plan, self.calendars, self.pauses = plan, calendars, pauses
        self.priority = plan.initial_priority
        self.owed = plan.owed
        self.received_at: datetime | None = None
        self.complete_at: datetime | None = None
        self.is_answered = False
        self.is_stopped = False
        self.drafts: dict[Metric, list[_Draft]] = {}
        self.incomplete: list[_Draft] = []

    # Questions

    def live(self, metric: Metric) -> _Draft | None:
        """The clock of `metric` that hasn't ended; only the last can be."""
        drafts = self.drafts.get(metric)
        return drafts[-1] if drafts and drafts[-1].ended_at is None else None

    def is_awaited(self) -> bool:
        """Whether the requester is already owed an answer, so that a further message moves nothing."""
        return any(self.live(metric) for metric in _ANSWERS)

    # Opening

    def open(
        self, metric: Metric, at: datetime, opened: Opened, *, counts_from: datetime | None = None
    ) -> _Draft | None:
        """A new clock that answers to what came in `at` an instant, or the one that runs already; None where the policy
        says nothing. It counts from then, or `counts_from` a later one.
        """
        running = self.live(metric)
        if running is not None:
            return running
        target = self.plan.targets(metric, self.priority)
        if target is None:
            return None
        draft = self._drafted(metric, at, opened, target)
        if target.starts is not Starts.WHEN_COMPLETE or opened is not Opened.RECEIPT:
            self.begin(draft, counts_from or at)
        elif self.complete_at is not None:
            self.begin(draft, max(counts_from or at, self.complete_at))
        else:
            self.incomplete.append(draft)
        return draft

    def _drafted(self, metric: Metric, at: datetime, opened: Opened, target: Target) -> _Draft:
        drafts = self.drafts.setdefault(metric, [])
        draft = _Draft(metric, len(drafts) + 1, opened, at, target)
        drafts.append(draft)
        return draft

    def begin(self, draft: _Draft, at: datetime) -> None:
        """Start counting; what a merge had started already goes on beside it, and the earliest counts."""
        joins = Joins.COMPLETED if draft.candidates else Joins.FIRST
        draft.begun_at = at if draft.begun_at is None else min(draft.begun_at, at)
        candidate = self._candidate(draft.target, joins, at, at)
        draft.candidates.append(replace(candidate, received_at=draft.received_at))

    def _candidate(self, target: Target, joins: Joins, counted_from: datetime, at: datetime) -> Candidate:
        working = working_for(target, self.calendars)
        start = starting(target, working, counted_from)
        return Candidate(start, target, joins, at, start, working)

    def open_receipt(self, at: datetime, opened: Opened) -> None:
        """What is owed once a request is taken up: a first response if none was given, and the work."""
        if not self.is_answered:
            self.open(Metric.FIRST_RESPONSE, at, opened)
        else:
            self.open_answer(at, opened)
        for metric in (Metric.RESOLUTION, Metric.DIAGNOSIS):
            if metric not in self.drafts:
                self.open(metric, at, opened)

    def open_answer(self, at: datetime, opened: Opened) -> None:
        """A next-response cycle, from the oldest unanswered message; further ones don't restart it."""
        if self.plan.later_answers and not self.is_awaited():
            self.open(Metric.NEXT_RESPONSE, at, opened)

    # Ending

    def note_breach(self, draft: _Draft, at: datetime) -> None:
        """Keep a breach that happened before `at`: nothing that comes later takes it back."""
        if draft.candidates and draft.breached_at is None:
            best, due = deciding(draft.candidates, clipped(self.pauses.get(draft.metric, ()), at))
            draft.reckoned = (at, best, due)
            if due is not None and due < at:
                draft.breached_at = due

    def meet(self, metric: Metric, at: datetime) -> None:
        draft = self.live(metric)
        if draft is not None:
            self.note_breach(draft, at)
            draft.met_at = draft.ended_at = at

    def cancel(self, metrics: Iterable[Metric], at: datetime) -> None:
        for metric in metrics:
            draft = self.live(metric)
            if draft is not None:
                self.note_breach(draft, at)
                draft.ended_at = at

    # Events

    def receive(self, event: ClockEvent) -> None:
        self.received_at = event.at
        if self.owed:
            self.open_receipt(event.at, Opened.RECEIPT)

    def complete(self, event: ClockEvent) -> None:
        if self.complete_at is not None:
            return
        self.complete_at = event.at
        for draft in self.incomplete:
            if draft.ended_at is None:
                draft.target = self.plan.targets(draft.metric, self.priority) or draft.target
                self.begin(draft, event.at)

    def accept(self, event: ClockEvent) -> None:
        self._take_up(event.at, Opened.ACCEPTANCE)

    def contest(self, event: ClockEvent) -> None:
        self._take_up(event.at, Opened.CONTEST)

    def _take_up(self, at: datetime, opened: Opened) -> None:
        """Starts what is owed if it wasn't before; a contest of what was owed is a message like others."""
        self.is_stopped = False
        if not self.owed:
            self.owed = True
            self.open_receipt(at, opened)
        elif opened is Opened.CONTEST:
            self.open_answer(at, opened)

    def reply(self, event: ClockEvent) -> None:
        self.is_answered = True
        for metric in _ANSWERS:
            self.meet(metric, event.at)

    def hear(self, event: ClockEvent) -> None:
        if self.owed and self.is_answered and not self.is_stopped and event.data.get("official", True):
            self.open_answer(event.at, Opened.MESSAGE)

    def change_priority(self, event: ClockEvent) -> None:
        old, self.priority = self.priority, event.data["new"]
        is_misjudged = bool(event.data.get("misjudged"))
        for metric in self.drafts:
            draft = self.live(metric)
            if draft is not None and draft.begun_at is not None:
                self.note_breach(draft, event.at)
                if draft.breached_at is None:
                    self._reprioritise(draft, old, event.at, is_misjudged)
        if self.owed and self.received_at is not None and not self.is_stopped:
            self._open_late(self.received_at, self.received_at if is_misjudged else event.at)

    def _open_late(self, received_at: datetime, at: datetime) -> None:
        """Start what the first priority said nothing of, or none was known for: counted from `at`."""
        for metric in _AT_RECEIPT:
            if metric not in self.drafts and not (metric is Metric.FIRST_RESPONSE and self.is_answered):
                self.open(metric, received_at, Opened.RECEIPT, counts_from=at)

    def _reprioritise(self, draft: _Draft, old: str, at: datetime, is_misjudged: bool) -> None:
        """Tighter than before: the earliest counts, from now or, where we misjudged it, from receipt.
        Looser: the latest counts, from the start.
        """
        begun_at = draft.begun_at or at
        before = self.plan.targets(draft.metric, old)
        after = self.plan.targets(draft.metric, self.priority) or Target(draft.metric, Unmeasured.NONE)
        promised = None if before is None else reach(self._candidate(before, Joins.FIRST, begun_at, at), ())
        lowered = self._candidate(after, Joins.LOWERED, begun_at, at)
        offered = reach(lowered, ())
        if offered == promised:
            return
        if promised is not None and (offered is None or offered > promised):
            draft.candidates.append(lowered)
        elif is_misjudged:
            draft.candidates.append(self._candidate(after, Joins.MISJUDGED, begun_at, at))
        else:
            draft.candidates.append(self._candidate(after, Joins.RAISED, at, at))

    def estimate(self, event: ClockEvent) -> None:
        self.meet(Metric.DIAGNOSIS, event.at)

    def solve(self, event: ClockEvent) -> None:
        self.is_stopped = True
        self.meet(Metric.RESOLUTION, event.at)
        self.cancel((*_ANSWERS, Metric.DIAGNOSIS), event.at)

    def close(self, event: ClockEvent) -> None:
        """Closing ends the work on the ticket; a refund or a call that was promised is still owed."""
        self.is_stopped = True
        self.cancel(_TICKET_WORK, event.at)
        if event.data.get("reason") == "merged":
            self.cancel(list(self.drafts), event.at)

    def drop(self, event: ClockEvent) -> None:
        """Named clocks end alone; where all do, the request was turned down, and a message of its requester opens
        none: a refused one is owed a response when it is contested.
        """
        named = event.data.get("metrics")
        self.is_stopped = self.is_stopped or named is None
        self.cancel(list(self.drafts) if named is None else [Metric(metric) for metric in named], event.at)

    def reopen(self, event: ClockEvent) -> None:
        """An answer is owed again, but never a first one; the resolution goes on without the time it was
        solved."""
        self.is_stopped = False
        self.is_answered = True
        for draft in self.drafts.get(Metric.RESOLUTION, ())[-1:]:
            draft.met_at = draft.ended_at = None
        if self.owed:
            self.open_answer(event.at, Opened.REOPENING)

    def start(self, event: ClockEvent) -> None:
        self.open(Metric(event.data["metric"]), event.at, Opened.START)

    def finish(self, event: ClockEvent) -> None:
        self.meet(Metric(event.data["metric"]), event.at)

    def merge(self, event: ClockEvent) -> None:
        for donated in event.data["candidates"]:
            draft = self._receiving(Metric(donated["metric"]), donated)
            if draft is not None:
                self._join(draft, donated, event.at)

    def _receiving(self, metric: Metric, donated: Mapping[str, Any]) -> _Draft | None:
        """The clock that takes over what the donor owed: an answer owed there is an answer owed here."""
        wanted = _ANSWERS if metric in _ANSWERS else (metric,)
        for name in wanted:
            running = self.live(name)
            if running is not None:
                return running
        is_answer = metric in _ANSWERS
        if self.is_stopped or (is_answer and not self.plan.later_answers):
            return None
        if metric in (Metric.RESOLUTION, Metric.DIAGNOSIS) and self.drafts.get(metric):
            return None
        name = Metric.NEXT_RESPONSE if is_answer else metric
        target = Target.from_json(donated["target"])
        return self._drafted(name, instant(donated["received_at"]), Opened.MERGE, target)

    def _join(self, draft: _Draft, donated: Mapping[str, Any], at: datetime) -> None:
        self.note_breach(draft, at)
        target, start = Target.from_json(donated["target"]), instant(donated["counted_from"])
        joins = Joins.MERGED if draft.candidates else Joins.FIRST
        begun_at = draft.begun_at or start
        draft.begun_at = begun_at
        working = working_for(target, self.calendars)
        received_at = instant(donated["received_at"])
        draft.candidates.append(Candidate(start, target, joins, at, max(start, at), working, received_at))
        draft.received_at = min(draft.received_at, received_at)
        if donated.get("breached_at") and draft.breached_at is None:
            draft.breached_at = instant(donated["breached_at"])
            draft.is_inherited = True

    # The result

    def clocks(self, until: datetime | None) -> dict[Metric, list[Clock]]:
        made = {
            metric: [self._clock(draft, until) for draft in drafts] for metric, drafts in self.drafts.items()
        }
        if not self.owed and self.received_at is not None:
            for metric in _AT_RECEIPT:
                target = self.plan.targets(metric, self.priority)
                if target is not None and metric not in made:
                    made[metric] = [
                        Clock(
                            metric,
                            1,
                            State.NONE_OWED,
                            Opened.RECEIPT,
                            self.received_at,
                            target=target,
                            until=until,
                        )
                    ]
        return made

    def _clock(self, draft: _Draft, until: datetime | None) -> Clock:
        pauses = self.pauses.get(draft.metric, ())
        if draft.ended_at is not None:
            pauses = clipped(pauses, draft.ended_at)
        if not draft.candidates:
            return self._unbegun(draft, until)
        if draft.reckoned is not None and draft.reckoned[0] == draft.ended_at:
            _, best, due = draft.reckoned
        else:
            best, due = deciding(draft.candidates, pauses)
        breached_at = draft.breached_at
        if breached_at is None and draft.is_live and until is not None and due is not None and due <= until:
            breached_at = due
        paused = _paused(pauses, until) if draft.is_live and breached_at is None else None
        started_at = _started_at(draft, best)
        return Clock(
            metric=draft.metric,
            cycle=draft.cycle,
            state=_state(draft, best, started_at, breached_at, paused, until),
            opened=draft.opened,
            received_at=draft.received_at,
            complete_at=_complete_at(draft),
            started_at=started_at,
            due_at=breached_at or due,
            not_before=None if best.target.low is None else lower_end(best, pauses),
            met_at=draft.met_at,
            ended_at=draft.ended_at,
            breached_at=breached_at,
            is_breach_inherited=draft.is_inherited,
            paused_since=paused.start if paused else None,
            pause_reason=paused.reason if paused else None,
            target=best.target,
            candidates=tuple(draft.candidates),
            deciding=best,
            pauses=pauses,
            until=until,
        )

    def _unbegun(self, draft: _Draft, until: datetime | None) -> Clock:
        state = State.WAITING if draft.is_live else State.MET if draft.met_at else State.CANCELLED
        return Clock(
            draft.metric,
            draft.cycle,
            state,
            draft.opened,
            draft.received_at,
            met_at=draft.met_at,
            ended_at=draft.ended_at,
            target=draft.target,
            until=until,
        )


def _complete_at(draft: _Draft) -> datetime | None:
    """When a request became complete that its clock waited for; None where another's promise began it, by a merge."""
    is_own = draft.candidates[0].at == draft.begun_at
    return draft.begun_at if is_own and draft.target.starts is Starts.WHEN_COMPLETE else None


def _paused(pauses: tuple[Pause, ...], until: datetime | None) -> Pause | None:
    for pause in pauses:
        if pause.end is None or (until is not None and until < pause.end):
            return pause if until is None or pause.start <= until else None
    return None


def _started_at(draft: _Draft, best: Candidate) -> datetime:
    """When it counts from, as the deciding candidate has it; a raise or a merge, which count from a later moment,
    stop no clock that had begun."""
    if best.joins in (Joins.RAISED, Joins.MERGED):
        return min(draft.candidates[0].starts_at, best.starts_at)
    return best.starts_at


def _state(
    draft: _Draft,
    best: Candidate,
    started_at: datetime,
    breached_at: datetime | None,
    paused: Pause | None,
    until: datetime | None,
) -> State:
    if best.target.duration in (Unmeasured.NONE, Unmeasured.UNSAID):
        return State.NONE_OWED
    if breached_at is not None:
        return State.BREACHED
    if draft.met_at is not None:
        return State.MET
    if draft.ended_at is not None:
        return State.CANCELLED
    if paused is not None:
        return State.PAUSED
    if is_unmeasured(best):
        return State.IN_ORDER
    return State.WAITING if until is not None and until < started_at else State.RUNNING


_STEPS: Mapping[EventKind, Callable[[_Story, ClockEvent], None]] = {
    EventKind.RECEIVED: _Story.receive,
    EventKind.COMPLETED: _Story.complete,
    EventKind.ACCEPTED_FOR_WORK: _Story.accept,
    EventKind.CONTESTED: _Story.contest,
    EventKind.PUBLIC_REPLY: _Story.reply,
    EventKind.REQUESTER_MESSAGE: _Story.hear,
    EventKind.PRIORITY_CHANGED: _Story.change_priority,
    EventKind.ESTIMATE_GIVEN: _Story.estimate,
    EventKind.SOLVED: _Story.solve,
    EventKind.CLOSED: _Story.close,
    EventKind.CANCELLED: _Story.drop,
    EventKind.REOPENED: _Story.reopen,
    EventKind.MERGED_IN: _Story.merge,
    EventKind.STARTED: _Story.start,
    EventKind.MET: _Story.finish,
}
"""Events that aren't here (a note, an automatic message, a pause) open, stop and change no clock by
themselves."""
