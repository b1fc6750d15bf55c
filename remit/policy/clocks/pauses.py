"""When which clocks stand still: the stretches that a ticket's events open and close.

A pause belongs to the ticket, not to one clock; what it does to a due moment is worked out in `reckoning`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from remit.policy.clocks.events import ClockEvent, EventKind, instant, is_answer
from remit.policy.clocks.plan import PauseReason, PauseRule
from remit.policy.vocabulary.metrics import Metric


@dataclass(frozen=True, slots=True)
class Pause:
    """Clocks stand still in [start, end); `end` is None where it isn't known yet."""

    start: datetime
    end: datetime | None
    reason: str
    clause: str


@dataclass(slots=True)
class _Open:
    start: datetime
    reason: str
    clause: str
    metrics: frozenset[Metric]
    ends_at: datetime | None = None
    asked: ClockEvent | None = None  # the latest question, where it waits for an answer

    def is_over(self, at: datetime) -> bool:
        return self.ends_at is not None and self.ends_at <= at


class _Log:
    """Collects stretches; `open` holds those whose end hasn't come, by what will end them, and `declared` the
    declared events, by name and written start: two leaves of one name are two events.
    """

    def __init__(self, rules: Mapping[str, PauseRule]) -> None:
        self.rules = rules
        self.open: dict[str, _Open] = {}
        self.declared: dict[tuple[str, datetime], _Open] = {}
        self.done: list[tuple[Pause, frozenset[Metric]]] = []

    def begin(self, key: str, at: datetime, event: ClockEvent) -> None:
        """Begin a stretch; one that goes on is not begun anew, and waits for an answer to the latest question."""
        rule = self.rules.get(key)
        if rule is not None and key not in self.open:
            clause = str(event.data.get("clause") or rule.clause)
            self.open[key] = _Open(at, key, clause, rule.metrics)
        if key in self.open:
            self.open[key].asked = event

    def end(self, key: str, at: datetime) -> None:
        self._close(self.open.pop(key, None), at)

    def _close(self, stretch: _Open | None, at: datetime) -> None:
        if stretch is None:
            return
        end = at if stretch.ends_at is None else min(at, stretch.ends_at)
        self._keep(stretch, end)

    def _keep(self, stretch: _Open, end: datetime | None) -> None:
        if end is None or stretch.start < end:
            self.done.append((Pause(stretch.start, end, stretch.reason, stretch.clause), stretch.metrics))

    def end_waiting(self, at: datetime) -> None:
        for key in list(self.open):
            self.end(key, at)

    def declare(self, event: ClockEvent) -> None:
        """A declared event pauses from its start or its declaration, whichever is later (C24-12). Declared again
        with the same name and start, it is the same event, and only its end moves.
        """
        data, rule = event.data, self.rules.get(PauseReason.DECLARED_EVENT)
        name = str(data["name"])
        named = data.get("metrics")
        metrics = rule.metrics if named is None and rule is not None else frozenset(map(Metric, named or ()))
        written = instant(data.get("starts_at", event.at))
        start = max(written, instant(data.get("declared_at", event.at)))
        ends_at = data.get("ends_at")
        clause = str(data.get("clause") or (rule.clause if rule is not None else ""))
        self._close(self.declared.pop((name, written), None), start)
        self.declared[name, written] = _Open(start, name, clause, metrics, ends_at and instant(ends_at))

    def end_declared(self, name: str, at: datetime) -> None:
        """End what runs under this name; where nothing does, the next to come is called off."""
        ahead = [key for key, one in self.declared.items() if key[0] == name and not one.is_over(at)]
        running = [key for key in ahead if self.declared[key].start <= at]
        for key in running or sorted(ahead, key=lambda one: self.declared[one].start)[:1]:
            self._close(self.declared.pop(key), at)

    def finish(self) -> None:
        for stretch in (*self.open.values(), *self.declared.values()):
            self._keep(stretch, stretch.ends_at)


_SOLVED_PAUSES = PauseRule(frozenset({Metric.RESOLUTION}))


def pauses_of(
    events: Iterable[ClockEvent], rules: Mapping[str, PauseRule]
) -> dict[Metric, tuple[Pause, ...]]:
    """The pauses of each metric, in order and without overlap, from events in order."""
    log = _Log({**rules, PauseReason.SOLVED: _SOLVED_PAUSES})
    for event in events:
        step = _STEPS.get(event.kind)
        if step is not None:
            step(log, event)
    log.finish()
    if not log.done:
        return {}
    log.done.sort(key=lambda one: one[0].start)
    return {
        metric: _apart([pause for pause, metrics in log.done if metric in metrics])
        for metric in {metric for _, metrics in log.done for metric in metrics}
    }


def _heard(log: _Log, event: ClockEvent) -> None:
    waiting = log.open.get(PauseReason.WAITING_FOR_CUSTOMER)
    if waiting is None or not event.data.get("official", True):
        return
    if waiting.asked is None or is_answer(event, waiting.asked):
        log.end(PauseReason.WAITING_FOR_CUSTOMER, event.at)


def _waiting(log: _Log, event: ClockEvent) -> None:
    log.begin(str(event.data.get("reason", PauseReason.WAITING_FOR_CUSTOMER)), event.at, event)


def _waited(log: _Log, event: ClockEvent) -> None:
    log.end(str(event.data.get("reason", PauseReason.WAITING_FOR_CUSTOMER)), event.at)


def _completed(log: _Log, event: ClockEvent) -> None:
    log.end(PauseReason.INCOMPLETE, event.at)


def _held(log: _Log, event: ClockEvent) -> None:
    log.begin(PauseReason.ON_HOLD, event.at, event)


def _unheld(log: _Log, event: ClockEvent) -> None:
    log.end(PauseReason.ON_HOLD, event.at)


def _stopped(log: _Log, event: ClockEvent) -> None:
    """Solved time doesn't count for a resolution that is taken up again; what was waited for is moot."""
    if PauseReason.SOLVED not in log.open:
        log.end_waiting(event.at)
        log.begin(PauseReason.SOLVED, event.at, event)


def _taken_up(log: _Log, event: ClockEvent) -> None:
    log.end(PauseReason.SOLVED, event.at)


def _contested(log: _Log, event: ClockEvent) -> None:
    """A contest is a message of the requester's too."""
    log.end(PauseReason.SOLVED, event.at)
    log.end(PauseReason.WAITING_FOR_CUSTOMER, event.at)


def _ended(log: _Log, event: ClockEvent) -> None:
    log.end_declared(str(event.data["name"]), instant(event.data.get("at", event.at)))


_STEPS = {
    EventKind.REQUESTER_MESSAGE: _heard,
    EventKind.WAITING_STARTED: _waiting,
    EventKind.WAITING_ENDED: _waited,
    EventKind.COMPLETED: _completed,
    EventKind.HELD: _held,
    EventKind.UNHELD: _unheld,
    EventKind.SOLVED: _stopped,
    EventKind.CLOSED: _stopped,
    EventKind.REOPENED: _taken_up,
    EventKind.CONTESTED: _contested,
    EventKind.ACCEPTED_FOR_WORK: _taken_up,
    EventKind.EVENT_DECLARED: _Log.declare,
    EventKind.EVENT_ENDED: _ended,
}


def _apart(pauses: list[Pause]) -> tuple[Pause, ...]:
    """Overlapping stretches laid end to end; the one that began first keeps what they share."""
    laid: list[Pause] = []
    covered: datetime | None = None
    for pause in pauses:
        start = pause.start if covered is None else max(pause.start, covered)
        if pause.end is None:
            laid.append(Pause(start, None, pause.reason, pause.clause))
            break
        if start < pause.end:
            laid.append(
                pause if start == pause.start else Pause(start, pause.end, pause.reason, pause.clause)
            )
            covered = pause.end
    return tuple(laid)


def clipped(pauses: tuple[Pause, ...], at: datetime) -> tuple[Pause, ...]:
    """The pauses as they stood `at` an instant, one that was under way ended there."""
    return tuple(
        pause
        if pause.end is not None and pause.end <= at
        else Pause(pause.start, at, pause.reason, pause.clause)
        for pause in pauses
        if pause.start < at
    )
