"""From events to clocks: loads what the pure fold needs, folds, and writes the projections back.

Nothing is accumulated in place: clocks, next moments and places in the queue can be rebuilt from the events, the
pinned version and the calendar at any time (design §5). Works on many tickets at once, with a fixed number of
statements, because the timers need it so.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext

from remit.desk.desks.models import Closure as ClosureRow
from remit.desk.foundation.errors import Misconfigured
from remit.desk.foundation.models import Event
from remit.desk.foundation.prepared import Prepared, columns_of, instances
from remit.desk.policies import store
from remit.desk.policies.models import DeclaredEvent
from remit.desk.tickets import facts as ticket_facts
from remit.desk.tickets.models import Clock as ClockRow
from remit.desk.tickets.models import Ticket
from remit.policy.calendars import Calendar, CalendarNeverOpens, Closure
from remit.policy.clocks import (
    Clock,
    ClockEvent,
    Derivation,
    EscalationStep,
    EventKind,
    State,
    auto_close,
    derivation_of,
    escalation_moments,
    fold,
    segments_of,
)
from remit.policy.document.policy import Policy
from remit.policy.vocabulary.metrics import Metric
from remit.policy.vocabulary.outcomes import Outcome

CLOCK_EVENTS: Mapping[str, EventKind] = {
    "request received": EventKind.RECEIVED,
    "request completed": EventKind.COMPLETED,
    "accepted for work": EventKind.ACCEPTED_FOR_WORK,
    "decision contested": EventKind.CONTESTED,
    "reply sent": EventKind.PUBLIC_REPLY,
    "automatic message sent": EventKind.AUTOMATIC_MESSAGE,
    "note written": EventKind.NOTE,
    "message received": EventKind.REQUESTER_MESSAGE,
    "waiting started": EventKind.WAITING_STARTED,
    "waiting ended": EventKind.WAITING_ENDED,
    "priority changed": EventKind.PRIORITY_CHANGED,
    "estimate given": EventKind.ESTIMATE_GIVEN,
    "held": EventKind.HELD,
    "unheld": EventKind.UNHELD,
    "solved": EventKind.SOLVED,
    "reopened": EventKind.REOPENED,
    "closed": EventKind.CLOSED,
    "merged in": EventKind.MERGED_IN,
    "clock started": EventKind.STARTED,
    "clock met": EventKind.MET,
    "clocks cancelled": EventKind.CANCELLED,
}
"""What an event of a ticket means to its clocks; other events mean nothing to them."""


AT_RISK_FROM = Fraction(3, 4)
"""A clock is at risk from this part of its target on, where no escalation step of the policy warns earlier."""

KEPT_CALENDARS = 64


@dataclass(frozen=True, slots=True)
class Setting:
    """What folding needs beyond a ticket's own events: the pinned policy, calendars with closures, declared events."""

    policy: Policy
    calendars: Mapping[str, Calendar]
    declared: tuple[ClockEvent, ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that falls due on a ticket. `kind`: at risk, breach, escalation, closing warning, closing."""

    at: datetime
    kind: str
    metric: str = ""
    cycle: int = 0
    step: EscalationStep | None = None
    clause: str = ""
    reason: str = ""
    close_at: datetime | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """What makes it the same moment again, however its date has moved."""
        if self.kind == "closing warning":
            return (self.kind, self.close_at.isoformat() if self.close_at else "")
        return (self.kind, self.metric, self.cycle, str(self.step.at_fraction) if self.step else "")


@dataclass(frozen=True, slots=True)
class Folded:
    """A ticket's clocks at one instant, and what is still to come of them, earliest first."""

    by_metric: Mapping[Metric, list[Clock]]
    clocks: tuple[Clock, ...]
    agenda: tuple[Moment, ...]
    facts: Mapping[str, Any]

    def due(self, now: datetime, done: int = 0) -> Moment | None:
        """The earliest moment that has come, when the first `done` of the agenda were acted on."""
        if done < len(self.agenda) and self.agenda[done].at <= now:
            return self.agenda[done]
        return None

    @property
    def closing(self) -> Moment | None:
        """When it closes by itself if its requester goes on saying nothing; None where it waits for nobody."""
        return next((one for one in self.agenda if one.kind == "closing" and one.reason == "silence"), None)

    def next_moment_after(self, done: int) -> datetime | None:
        """When this ticket has to be looked at again, when the first `done` of the agenda were acted on."""
        return self.agenda[done].at if done < len(self.agenda) else None

    @property
    def next_moment(self) -> datetime | None:
        """When this ticket has to be looked at again."""
        return self.next_moment_after(0)


# -- Loading -------------------------------------------------------------------------------------------------------


CLOSURES = Prepared(
    lambda desk: (
        ClosureRow.objects.filter(desk_id=desk)
        .order_by("starts_at", "id")
        .values_list("starts_at", "ends_at", "announced_at", "reason")
    ),
    int,
)
DECLARED = Prepared(
    lambda desk: (
        DeclaredEvent.objects.filter(desk_id=desk)
        .order_by("starts_at", "id")
        .values_list(*columns_of(DeclaredEvent))
    ),
    int,
)


Basis = tuple[int, int, int | None]
"""The keys of a desk, a version and an agreement: see `Ticket.basis`."""


def settings_for(judged_by: Iterable[tuple[Any, Any]]) -> dict[Basis, Setting]:
    """The settings of these versions, each with the agreement it stands under or None: two statements for each desk."""
    pairs = list(judged_by)
    by_desk = {
        desk: (CLOSURES.rows(desk), DECLARED.rows(desk))
        for desk in sorted({version.desk_id for version, _ in pairs})
    }
    return {
        (version.desk_id, version.id, agreement.id if agreement else None): setting_of(
            store.compiled(version, agreement), *by_desk[version.desk_id]
        )
        for version, agreement in pairs
    }


def setting_of(
    policy: Policy, closures: Iterable[tuple[Any, ...]], declared: Iterable[tuple[Any, ...]]
) -> Setting:
    """The setting of one version, from the rows of `CLOSURES` and `DECLARED` of its desk."""
    events = instances(DeclaredEvent, declared)
    return Setting(
        policy,
        calendars_with(policy, tuple(Closure(*row) for row in closures)),
        tuple(_declared(event, policy) for event in events if event.kind in policy.events),
    )


_calendars: OrderedDict[tuple[str, tuple[Closure, ...]], Mapping[str, Calendar]] = OrderedDict()


def calendars_with(policy: Policy, closures: tuple[Closure, ...]) -> Mapping[str, Calendar]:
    """The policy's calendars with the desk's closures; kept, because compiled working time hangs on them."""
    key = (policy.hash, closures)
    found = _calendars.get(key)
    if found is None:
        found = (
            {name: replace(one, closures=closures) for name, one in policy.calendars.items()}
            if closures
            else (policy.calendars)
        )
        _calendars[key] = found
        while len(_calendars) > KEPT_CALENDARS:
            _calendars.popitem(last=False)
    return found


def _declared(event: DeclaredEvent, policy: Policy) -> ClockEvent:
    kind = policy.events[event.kind]
    data = {
        "name": event.name,
        "starts_at": event.starts_at,
        "declared_at": event.declared_at,
        "ends_at": event.ends_at,
        "metrics": kind.metrics,
        "clause": kind.clause,
    }
    return ClockEvent(EventKind.EVENT_DECLARED, event.declared_at, 0, data)


@dataclass(frozen=True, slots=True)
class Happened:
    """An event of a ticket as the clocks and the timers read it."""

    kind: str
    at: datetime
    seq: int
    data: Mapping[str, Any]


def events_of(ticket_ids: Iterable[int]) -> dict[int, list[Happened]]:
    """What happened to these tickets, in the order it was written down: one statement."""
    ids = list(ticket_ids)
    found: dict[int, list[Happened]] = {one: [] for one in ids}
    rows = Event.objects.filter(subject_kind="ticket", subject_id__among=ids).order_by("id")
    for ticket, kind, at, seq, data in rows.values_list("subject_id", "kind", "at", "id", "data"):
        found[ticket].append(Happened(kind, at, seq, data))
    return found


TICK = timedelta(microseconds=1)
"""The least that databases tell apart."""


def instant_after(happened: Iterable[Happened], now: datetime) -> datetime:
    """When what begins now on a locked ticket happens: `now`, or just after the last event, where whoever held the
    lock came in later and wrote first. So a ticket's history never runs backwards, and a fold up to this instant
    leaves nothing out (design §5).
    """
    last = max((one.at for one in happened), default=now)
    return now if last <= now else last + TICK


# -- Folding -------------------------------------------------------------------------------------------------------


def fold_ticket(ticket: Ticket, happened: Sequence[Happened], setting: Setting, now: datetime) -> Folded:
    """The ticket's clocks as of `now`, and everything that is still to fall due on it. Raises `Misconfigured` where the
    desk is closed for so long that no due moment can be reckoned.
    """
    try:
        return _folded(ticket, happened, setting, now)
    except CalendarNeverOpens as error:
        raise Misconfigured(
            gettext(
                "This desk is closed for so long that no due moment can be promised. Nothing was changed."
            ),
            next=gettext("Someone who leads the desk has to end or take back the closure it announced."),
        ) from error


def _folded(ticket: Ticket, happened: Sequence[Happened], setting: Setting, now: datetime) -> Folded:
    policy = setting.policy
    known = ticket_facts.read_back(ticket.facts, policy)
    stream = [_clock_event(one) for one in happened if one.kind in CLOCK_EVENTS]
    plan = policy.clock_plan(known, owed_outcome(happened, ticket.outcome))
    if (first := priority_before_corrections(happened)) is not None:
        plan = replace(plan, initial_priority=first)
    clocks = fold([*stream, *setting.declared], plan, setting.calendars, until=now)
    flat = tuple(clock for cycles in clocks.values() for clock in cycles)
    current = {**known, "priority": ticket.priority} if ticket.priority else known
    if ticket.status == "closed":
        return Folded(clocks, flat, (), current)
    noted = {_noted(one) for one in happened}
    agenda = [
        *_moments_of_clocks(flat, policy, current),
        *_moments_of_closing(stream, setting, ticket, now),
    ]
    left = sorted((one for one in agenda if one.key not in noted), key=lambda one: one.at)
    return Folded(clocks, flat, tuple(left), current)


def owed_outcome(happened: Sequence[Happened], fallback: str) -> Outcome:
    """The outcome that says whether an answer was owed from receipt: the latest one judged as of receipt."""
    outcome = fallback
    for one in happened:
        if one.kind == "decision made" and one.data.get("as_of_receipt"):
            outcome = one.data["outcome"]
    return Outcome(outcome)


def priority_before_corrections(happened: Sequence[Happened]) -> str | None:
    """The priority that held before the requester first said otherwise and so changed it; None where nobody did."""
    changes = (one.data for one in happened if one.kind == "priority changed" and "facts" in one.data)
    return next((str(data["old"]) for data in changes), None)


def _clock_event(one: Happened) -> ClockEvent:
    return ClockEvent(CLOCK_EVENTS[one.kind], one.at, one.seq, one.data)


def _noted(one: Happened) -> tuple[object, ...]:
    data = one.data
    if one.kind == "closing announced":
        return ("closing warning", data.get("close_at", ""))
    if one.kind == "clock at risk":
        return ("at risk", data["metric"], data["cycle"], "")
    if one.kind == "promise broken":
        return ("breach", data["metric"], data["cycle"], "")
    if one.kind == "escalated":
        return ("escalation", data["metric"], data["cycle"], data["at_fraction"])
    return ()


def _moments_of_clocks(clocks: Sequence[Clock], policy: Policy, facts: Mapping[str, Any]) -> Iterable[Moment]:
    for clock in clocks:
        if clock.due_at is None or (clock.ended_at is not None and clock.breached_at is None):
            continue
        metric, cycle = str(clock.metric), clock.cycle
        clause = clock.target.clause if clock.target else ""
        if not clock.is_breach_inherited:
            yield Moment(clock.breached_at or clock.due_at, "breach", metric, cycle, clause=clause)
        if clock.ended_at is not None:
            continue
        for at, step in escalation_moments(clock, policy.escalation(clock.metric, facts)):
            yield Moment(at, "escalation", metric, cycle, step, step.clause or clause)
        at_risk = clock.at_risk_at(AT_RISK_FROM)
        if at_risk is not None and at_risk < clock.due_at and clock.breached_at is None:
            yield Moment(at_risk, "at risk", metric, cycle, clause=clause)


CLOSING_REASONS = {"waiting for the customer": "silence", "solved": "solved"}
CLOSING_STATUSES = {"pending": "waiting for the customer", "solved": "solved"}
"""What a ticket that may close by itself waits for, by its status."""


def _moments_of_closing(
    stream: Sequence[ClockEvent], setting: Setting, ticket: Ticket, now: datetime
) -> Iterable[Moment]:
    wanted = CLOSING_STATUSES.get(ticket.status, "")
    rule = setting.policy.closings.get(wanted)
    if rule is None:
        return
    # Whoever changes a ticket first does what would have closed it (`work.taking_up`): its last event found it open.
    open_at = max(one.at for one in stream)
    found = auto_close(stream, rule, setting.calendars, until=now, open_at=open_at)
    if found is None:
        return
    reason = CLOSING_REASONS[wanted]
    if found.warn_at is not None:
        yield Moment(
            found.warn_at, "closing warning", clause=rule.clause, reason=reason, close_at=found.close_at
        )
    yield Moment(found.close_at, "closing", clause=rule.clause, reason=reason, close_at=found.close_at)


# -- Projections ---------------------------------------------------------------------------------------------------

CLOCK_FIELDS = [
    "state",
    "started_at",
    "due_at",
    "not_before",
    "at_risk_at",
    "met_at",
    "breached_at",
    "paused_since",
    "pause_reason",
    "approximate",
    "is_internal",
    "target",
    "clause",
    "segments",
]


def clock_values(ticket_id: int | None, clock: Clock) -> list[Any]:
    """The projection of one clock: ticket, metric, cycle, and `CLOCK_FIELDS` in their order."""
    target = clock.target
    return [
        ticket_id,
        str(clock.metric),
        clock.cycle,
        str(clock.state),
        clock.started_at,
        clock.due_at,
        clock.not_before,
        clock.at_risk_at(AT_RISK_FROM) if clock.due_at is not None else None,
        clock.met_at,
        clock.breached_at,
        clock.paused_since,
        clock.pause_reason or "",
        target.approximate if target else False,
        target.internal if target else False,
        str(target.duration) if target else "",
        (target.clause if target else "") or "",
        [
            {
                "start": _iso(part.start),
                "end": _iso(part.end),
                "kind": str(part.kind),
                "reason": part.reason,
                "clause": part.clause,
            }
            for part in segments_of(clock)
        ],
    ]


def clock_row(ticket_id: int | None, clock: Clock) -> ClockRow:
    """The projection of one clock as a row, not saved."""
    values = clock_values(ticket_id, clock)
    row = ClockRow(**dict(zip(["metric", "cycle", *CLOCK_FIELDS], values[1:], strict=True)))
    if ticket_id is not None:
        row.ticket_id = ticket_id
    return row


def derived_rows(ticket: Ticket, folded: Folded) -> list[tuple[ClockRow, Derivation]]:
    """The projections of a folded ticket's clocks, each with how it came about: worked out when somebody reads it."""
    return [(clock_row(ticket.pk, clock), derivation_of(clock)) for clock in folded.clocks]


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None


def state_of(ticket: Ticket, clocks: Sequence[Clock], now: datetime) -> tuple[datetime | None, str, str]:
    """What a ticket's line in a list says of its clocks: next due moment, its metric, and the state in a word."""
    if ticket.status in ("solved", "closed"):
        return None, "", "none owed"
    open_clocks = [clock for clock in clocks if clock.ended_at is None and clock.state is not State.NONE_OWED]
    due = [clock for clock in open_clocks if clock.due_at is not None and clock.state is not State.PAUSED]
    if due:
        first = min(due, key=lambda clock: (clock.due_at, str(clock.metric)))
        return first.due_at, str(first.metric), _word(first, now)
    if any(clock.state is not State.IN_ORDER for clock in open_clocks):
        return None, "", "stopped"
    return None, "", "in order" if open_clocks else "none owed"


def _word(clock: Clock, now: datetime) -> str:
    if clock.breached_at is not None:
        return "late"
    at_risk = clock.at_risk_at(AT_RISK_FROM)
    return "at risk" if at_risk is not None and at_risk <= now else "in time"


NOT_HEAD = 1 << 52
INCOMPLETE = 1 << 53
ZERO = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def place_in_queue(ticket: Ticket, policy: Policy, known: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
    """Where the policy puts a ticket in the queue, and why: lower stands further ahead (IEX-4, IEX-5).

    A later message changes neither the receipt nor the completion that counts here, so repeating moves nothing up.
    """
    queue = policy.queue
    is_head = policy.goes_to_the_head(known)
    order = queue.order if queue else "first complete message"
    why: dict[str, Any] = {"order": order, "is_head": is_head, "clause": queue.clause if queue else ""}
    if order == "due moment":
        at, is_last = (ticket.next_due_at or ticket.received_at), ticket.next_due_at is None
        why["at"] = _iso(ticket.next_due_at)
    else:
        at, is_last = (ticket.completed_at or ticket.received_at), ticket.completed_at is None
        why["at"] = _iso(ticket.completed_at)
    rank = (
        (0 if is_head else NOT_HEAD)
        + (INCOMPLETE if is_last else 0)
        + (at - ZERO) // timedelta(microseconds=1)
    )
    return rank, why


TICKET_FIELDS = ["next_due_at", "next_metric", "clock_state", "queue_rank", "queue_why"]


def project(ticket: Ticket, folded: Folded, policy: Policy, now: datetime) -> None:
    """Set the ticket's projection fields; saving them, and the clocks, is the caller's."""
    ticket.next_due_at, ticket.next_metric, ticket.clock_state = state_of(ticket, folded.clocks, now)
    ticket.queue_rank, ticket.queue_why = place_in_queue(ticket, policy, folded.facts)


def folded_at(ticket: Ticket, events: Iterable[Event], now: datetime) -> Folded:
    """The ticket folded as of `now`, from its events as already read: for pages, which show it as it stands."""
    setting = settings_for([(ticket.version, ticket.agreement)])[ticket.basis]
    happened = [Happened(one.kind, one.at, one.pk, one.data) for one in events]
    return fold_ticket(ticket, happened, setting, now)
