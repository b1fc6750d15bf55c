"""The queue as a page: tickets by how their clocks stand, each with why it stands where it stands.

The order is the policy's (`queue_rank`). Where the policy promises the order of arrival, tickets stand in it;
elsewhere they are parted by how their clocks stand now, in the policy's order within each part.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext

from remit.desk.design.clocks import Cite, ClockPanel, cite_of, clock_panel, pause_words
from remit.desk.design.words import read_instant
from remit.desk.policies import store
from remit.desk.tickets.models import Clock, Ticket
from remit.desk.workspace.visit import Visit
from remit.policy.document.policy import Policy

A_PART = 50
WORKABLE = ("new", "open")
STOPPED = ("pending", "on hold")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the queue."""

    number: str
    address: str
    subject: str
    who: str
    channel: str
    state: str
    shape: str
    tone: str
    used: str
    why: tuple[tuple[str, Cite | None], ...]
    priority: str
    priority_rank: int
    priorities: int
    assignee: str
    is_mine: bool
    tier: int
    is_contested: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the queue: its heading, its lines, and how to see the rest."""

    name: str
    title: str
    note: str
    rows: tuple[Row, ...]
    count: int
    more_address: str


@dataclass(frozen=True, slots=True)
class Filter:
    """How the list was narrowed."""

    show: str
    priority: str
    status: str
    assignee: str
    text: str

    @property
    def is_on(self) -> bool:
        """Whether anything beyond the view itself narrows the list."""
        return bool(self.priority or self.status or self.assignee or self.text)


@dataclass(frozen=True, slots=True)
class QueuePage:
    """The queue."""

    title: str
    parts: tuple[Part, ...]
    filter: Filter
    priorities: tuple[tuple[str, str], ...]
    statuses: tuple[str, ...]
    order: str
    order_cite: Cite | None
    count: int
    can_take: bool


def filter_of(query: Any) -> Filter:
    """The filter that an address holds."""
    return Filter(
        show=query.get("show", "queue"),
        priority=query.get("priority", ""),
        status=query.get("status", ""),
        assignee=query.get("with", ""),
        text=query.get("q", "").strip()[:200].replace("\0", ""),
    )


TITLES = {
    "queue": lambda: gettext("Queue"),
    "mine": lambda: gettext("Mine"),
    "late": lambda: gettext("Late"),
    "stopped": lambda: gettext("Clock stopped"),
    "settled": lambda: gettext("Settled"),
}


def queue_page(visit: Visit, wanted: Filter) -> QueuePage:
    """The page of the queue under a filter."""
    policy = visit.in_force
    tickets = narrowed(Ticket.objects.visible_to(visit.viewer), wanted, visit)
    queue = policy.queue
    is_in_turn = queue is not None and queue.order == "first complete message"
    parts = [part for part in _parts(tickets, visit, wanted, is_in_turn=is_in_turn) if part.rows]
    return QueuePage(
        title=TITLES.get(wanted.show, TITLES["queue"])(),
        parts=tuple(parts),
        filter=wanted,
        priorities=tuple((one.id, one.label) for one in policy.priorities),
        statuses=("new", "open", "pending", "on hold", "solved", "closed"),
        order=_order_words(queue.order if queue else "first complete message"),
        order_cite=cite_of(policy, queue.clause if queue else None, visit.policy_address(policy.number)),
        count=sum(part.count for part in parts),
        can_take=wanted.show == "queue",
    )


def narrowed(tickets: Any, wanted: Filter, visit: Visit) -> Any:
    """The tickets a filter leaves."""
    if wanted.show == "mine":
        tickets = tickets.filter(assignee=visit.agent)
    if wanted.priority:
        tickets = tickets.filter(priority=wanted.priority)
    if wanted.status:
        tickets = tickets.filter(status=wanted.status)
    if wanted.assignee == "me":
        tickets = tickets.filter(assignee=visit.agent)
    elif wanted.assignee == "nobody":
        tickets = tickets.filter(assignee=None)
    if wanted.text:
        number = wanted.text.upper().removeprefix(f"{visit.desk.ticket_prefix}-")
        found = Q(text__subject__icontains=wanted.text) | Q(customer__name__icontains=wanted.text)
        found |= Q(requester__name__icontains=wanted.text)
        if number.isdecimal() and len(number) < 10:
            found |= Q(number=int(number))
        tickets = tickets.filter(found)
    return tickets


def _parts(tickets: Any, visit: Visit, wanted: Filter, *, is_in_turn: bool) -> Iterable[Part]:
    """The parts of the list. Where the policy promises the order of arrival (IEX-4), what can be worked on is one part
    in that very order, whatever its clocks; otherwise the parts go by how the clocks stand.
    """
    workable = tickets.filter(status__in=WORKABLE)
    late = Q(next_due_at__lte=visit.now)
    at_risk = Q(clock_state="at risk") & ~late
    risky = gettext("more than three quarters of the time used")
    found: dict[str, tuple[str, str, Any]] = {
        "late": (gettext("Late"), "", workable.filter(late)),
        "at risk": (gettext("At risk"), risky, workable.filter(at_risk)),
        "in time": (
            gettext("In time"),
            "",
            workable.exclude(late).exclude(clock_state__in=["at risk", "none owed"]),
        ),
        "in turn": (gettext("In turn"), "", workable),
        "none owed": (
            gettext("Nothing owed now"),
            "",
            workable.exclude(late).filter(clock_state="none owed"),
        ),
        "stopped": (gettext("Clock stopped"), "", tickets.filter(status__in=STOPPED)),
        "settled": (
            gettext("Settled"),
            gettext("latest first"),
            tickets.filter(status__in=["solved", "closed"]),
        ),
    }
    usual = ["in turn", "stopped"] if is_in_turn else ["late", "at risk", "in time", "none owed", "stopped"]
    shown = {"late": ["late"], "stopped": ["stopped"], "settled": ["settled"]}.get(wanted.show, usual)
    if wanted.status in ("solved", "closed") or wanted.text:
        shown = [*shown, "settled"] if "settled" not in shown else shown
    for name in shown:
        title, note, rows = found[name]
        order = ("-id",) if name == "settled" else ("queue_rank", "id")
        yield _part(name, title, note, rows.order_by(*order), visit)


def _part(name: str, title: str, note: str, tickets: Any, visit: Visit) -> Part:
    clocks = Prefetch("clocks", queryset=Clock.objects.order_by("due_at"))
    shown = list(tickets.for_lists().prefetch_related(clocks, "questions")[: A_PART + 1])
    count = len(shown) if len(shown) <= A_PART else tickets.count()
    rows = tuple(row_of(one, visit) for one in shown[:A_PART])
    more = f"?show={name}" if count > A_PART and name in ("late", "stopped", "settled") else ""
    return Part(name, title, note, rows, count, more)


def row_of(ticket: Any, visit: Visit) -> Row:
    """One line."""
    policy = store.policy_of(ticket)
    clock = next_clock(ticket, policy, visit)
    state, shape, tone, used = _state(ticket, clock, visit)
    rank, label = _priority(ticket.priority, policy)
    who = ticket.customer or ticket.requester
    return Row(
        number=ticket.shown_number,
        address=visit.address("ticket", ticket.number),
        subject=ticket.subject,
        who=str(who) if who else gettext("Unknown"),
        channel=ticket.channel,
        state=state,
        shape=shape,
        tone=tone,
        used=used,
        why=_as_a_sentence(_why(ticket, clock, policy, visit)),
        priority=label,
        priority_rank=rank,
        priorities=max(2, min(5, len(policy.priorities))),
        assignee=ticket.assignee.name if ticket.assignee else "",
        is_mine=ticket.assignee_id == visit.agent.pk,
        tier=ticket.tier,
        is_contested=ticket.is_contested,
    )


def next_clock(ticket: Any, policy: Policy, visit: Visit) -> ClockPanel | None:
    """The open clock that falls due first; else one that stands still."""
    over = ("none owed", "cancelled", "met")
    live = [one for one in ticket.clocks.all() if one.met_at is None and one.state not in over]
    if not live:
        return None
    first = min(live, key=lambda one: (one.due_at is None, one.due_at or visit.now, one.metric))
    return clock_panel(
        first, policy, received_at=ticket.received_at, now=visit.now, almanac=visit.almanac,
        policy_address=visit.policy_address(policy.number, ticket.agreement_id),
    )  # fmt: skip


def _state(ticket: Any, clock: ClockPanel | None, visit: Visit) -> tuple[str, str, str, str]:
    if ticket.status in ("solved", "closed"):
        return gettext("Settled"), "met", "", ""
    if ticket.status == "pending":
        return gettext("With customer"), "stopped", "", ""
    if ticket.status == "on hold":
        return gettext("On hold"), "stopped", "", ""
    if clock is None:
        return gettext("None owed"), "none", "", ""
    if clock.due_at is None:
        return clock.word, clock.shape, clock.tone, ""
    if clock.tone == "late":
        return clock.word, "late", "late", "100%"
    words = (
        gettext("%s left") % clock.headline if clock.is_soon else visit.almanac.brief(clock.due_at, visit.now)
    )
    tone = "risk" if clock.tone == "risk" else ""
    return words, clock.shape, tone, clock.used


def _priority(priority: str, policy: Policy) -> tuple[int, str]:
    """How many bars of the priority are full, and its label."""
    known = list(policy.priorities)
    for index, one in enumerate(known):
        if one.id == priority:
            of = max(2, min(5, len(known)))
            return max(1, of - index), one.label
    return 0, ""


def _as_a_sentence(parts: Iterable[tuple[str, Cite | None]]) -> tuple[tuple[str, Cite | None], ...]:
    """The parts with a capital at the beginning, whichever of them comes first."""
    return tuple((words if place else capfirst(words), cite) for place, (words, cite) in enumerate(parts))


def _why(
    ticket: Any, clock: ClockPanel | None, policy: Policy, visit: Visit
) -> Iterable[tuple[str, Cite | None]]:
    """Why the ticket stands here: its place by the policy, then what is owed by when."""
    address = visit.policy_address(policy.number, ticket.agreement_id)
    why = ticket.queue_why or {}
    if ticket.is_contested:
        yield gettext("Contested, a person decides"), None
    if why.get("is_head"):
        yield gettext("Goes to the head of the queue"), cite_of(policy, why.get("clause"), address)
    if ticket.status in STOPPED:
        yield from _why_stopped(ticket, policy, visit, address)
        return
    if clock is not None and clock.target_line:
        yield clock.target_line, clock.target_cite
    if why.get("order") == "first complete message" and not why.get("is_head"):
        words = gettext("not complete yet, after those that are")
        if why.get("at"):
            words = gettext("complete %s, in its turn") % visit.almanac.brief(
                read_instant(why["at"]), visit.now
            )
        yield words, cite_of(policy, why.get("clause"), address)
    if ticket.tier > 1:
        yield gettext("at tier %s") % ticket.tier, None


def _why_stopped(
    ticket: Any, policy: Policy, visit: Visit, address: str
) -> Iterable[tuple[str, Cite | None]]:
    asked = [one for one in ticket.questions.all() if one.answered_at is None]
    paused = next((one for one in ticket.clocks.all() if one.paused_since), None)
    if asked and ticket.status == "pending":
        words = gettext("Asked %s, no reply yet") % visit.almanac.brief(asked[-1].asked_at, visit.now)
        yield words, cite_of(policy, asked[-1].clause, address)
        return
    if paused is None:
        yield (
            (gettext("Waiting for the customer") if ticket.status == "pending" else gettext("On hold")),
            None,
        )
        return
    rule = policy.pauses.get(paused.pause_reason)
    words = f"{pause_words(paused.pause_reason)}, {visit.almanac.brief(paused.paused_since, visit.now)}"
    yield words, cite_of(policy, rule.clause if rule else None, address)


def _order_words(order: str) -> str:
    words = {
        "first complete message": pgettext("queue", "in order of the first complete message"),
        "due moment": pgettext("queue", "what is due first stands first"),
    }
    return words.get(order, order)


def numbers_in_order(visit: Visit) -> Sequence[int]:
    """The numbers of the queue in the policy's order, as far as one looks ahead."""
    found = Ticket.objects.visible_to(visit.viewer).in_queue(visit.desk)
    return list(found.values_list("number", flat=True)[:200])
