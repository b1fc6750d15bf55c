"""What the portal's pages show, put together from the records: requests, their decisions, clocks and cover.

Reads only. Internal targets and notes never come in here: customers do not see them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from remit.desk.asking.fields import Field, answers_in, fields_for
from remit.desk.design.clocks import Cite, ClockPanel, cite_of, clock_panels
from remit.desk.design.covers import CoverPanel, cover_panel
from remit.desk.design.decisions import DecisionPanel, Known, decision_panel, fact_value, known_facts, written
from remit.desk.design.opening import Opening, opening_at
from remit.desk.design.talks import Done, Said, ToTry, checklist, conversation
from remit.desk.design.words import zone_words
from remit.desk.entitlements.cover import histories, timeline_of
from remit.desk.entitlements.models import Entitlement
from remit.desk.foundation.models import Event
from remit.desk.policies import store
from remit.desk.policies.models import Decision
from remit.desk.portal.visit import Visit
from remit.desk.tickets import clocking
from remit.desk.tickets import facts as ticket_facts
from remit.desk.tickets.actions import merged_into
from remit.desk.tickets.again import has_contested
from remit.desk.tickets.models import Ticket
from remit.desk.tickets.questions import asked_by_itself
from remit.policy.clocks import Reader
from remit.policy.document.policy import Policy

SHOWN_EVENTS = (
    "waiting started", "waiting ended", "decision contested", "priority changed", "estimate given", "solved",
    "reopened", "closed", "closing announced", "held", "unheld", "diagnosis made", "work started", "merged away",
    "merged in", "fact corrected", "decision stands",
)  # fmt: skip
"""What a requester is told of what the desk did by itself."""


@dataclass(frozen=True, slots=True)
class Row:
    """A request in a list."""

    number: str
    address: str
    subject: str
    state: str
    shape: str
    tone: str
    more: str
    received_at: datetime
    is_waiting_for_you: bool


@dataclass(frozen=True, slots=True)
class Made:
    """By what and whom a decision was made."""

    number: int
    effective_at: datetime
    address: str
    decision: int
    by: str
    at: datetime
    agreement: str = ""


@dataclass(frozen=True, slots=True)
class RequestPage:
    """A request as its requester sees it. `faults`: the errors that no field of the page is there for."""

    number: str
    subject: str
    address: str
    status: str
    status_words: str
    decision: DecisionPanel
    promise: str
    known: tuple[Known, ...]
    made: Made
    persons_reason: str
    clock: ClockPanel | None
    clocks: tuple[ClockPanel, ...]
    talk: tuple[Said | Done, ...]
    checklist: tuple[ToTry, ...]
    ask_fields: tuple[Field, ...]
    is_contested: bool
    has_contested: bool
    can_contest: bool
    can_write: bool
    can_reopen: bool
    is_asked: bool
    closes_at: datetime | None
    closes_by: Cite | None
    linked: tuple[str, str] | None
    merged_into: tuple[str, str] | None
    typed: dict[str, Any]
    errors: dict[str, str]
    faults: tuple[str, ...]


# --- cover ----------------------------------------------------------------------------------------------------------


def opening_of(visit: Visit) -> Opening | None:
    """How the desk's own hours stand just now, announced closures included; None before a policy was published."""
    if visit.policy is None or visit.policy.main_calendar is None:
        return None
    (setting,) = clocking.settings_for([(visit.edition, visit.agreement)]).values()
    return opening_at(setting.calendars[visit.policy.main_calendar.name], visit.now, visit.almanac)


def covers_of(visit: Visit, entitlements: Sequence[Entitlement], policy: Policy) -> tuple[CoverPanel, ...]:
    """The cover of each entitlement now, three statements however many there are."""
    known = [one for one in entitlements if one.kind in policy.covers]
    found = histories(one.pk for one in known)
    versions = store.versions_of(visit.desk)
    return tuple(_cover(visit, one, policy, versions, found.get(one.pk)) for one in known)


def _cover(
    visit: Visit, entitlement: Entitlement, policy: Policy, versions: Sequence[store.Edition], history: Any
) -> CoverPanel:
    spec_at = store.spec_at(versions, entitlement.kind, policy)
    timeline = timeline_of(entitlement, spec_at, history=history)
    spec = policy.covers[entitlement.kind]
    return cover_panel(
        timeline,
        spec.covered,
        policy.phase_titles(entitlement.kind),
        name=entitlement.name,
        kind=entitlement.kind,
        now=visit.now,
        almanac=visit.almanac,
    )


# --- lists ----------------------------------------------------------------------------------------------------------

STATUS_SHAPES = {
    "new": ("running", ""),
    "open": ("running", ""),
    "pending": ("risk", "risk"),
    "on hold": ("stopped", ""),
    "solved": ("met", "ok"),
    "closed": ("none", ""),
}


def status_words(ticket: Any) -> str:
    """How a request stands, for the one who sent it."""
    if ticket.is_contested:
        return gettext("A person looks again")
    if ticket.status == "solved" and ticket.solved_as == "refused":
        return gettext("Not taken up")
    words = {
        "new": gettext("In the queue"),
        "open": gettext("Being worked on"),
        "pending": gettext("Waiting for you"),
        "on hold": gettext("On hold"),
        "solved": gettext("Solved"),
        "closed": gettext("Closed"),
    }
    return words[ticket.status]


def row_of(ticket: Any, visit: Visit) -> Row:
    """One line of the list of requests."""
    shape, tone = STATUS_SHAPES[ticket.status]
    if ticket.solved_as == "refused":
        shape, tone = "none", ""
    more = ""
    published = {
        one.metric for one in ticket.clocks.all() if not one.is_internal and one.due_at and one.met_at is None
    }
    if (
        ticket.next_due_at is not None
        and ticket.next_metric in published
        and ticket.status in ("new", "open")
    ):
        by = visit.almanac.by(ticket.next_due_at, visit.now)
        is_late = ticket.next_due_at <= visit.now
        late, soon = (
            gettext("We are late: you were to hear from us by %s."),
            gettext("You hear from us by %s."),
        )
        more = (late if is_late else soon) % by
    return Row(
        number=ticket.shown_number,
        address=visit.address("request", ticket.number),
        subject=ticket.subject,
        state=status_words(ticket),
        shape=shape,
        tone=tone,
        more=more,
        received_at=ticket.received_at,
        is_waiting_for_you=ticket.status == "pending",
    )


# --- one request ----------------------------------------------------------------------------------------------------


def request_page(
    ticket: Ticket,
    visit: Visit,
    *,
    decision: Decision | None = None,
    typed: dict[str, Any] | None = None,
    errors: dict[str, str] | None = None,
    marks_missing: bool = False,
) -> RequestPage:
    """The page of one request (fetched `for_page`), of its latest decision or of the one given. `marks_missing`: its
    questions were answered in vain, so that each that has no answer yet says so.
    """
    policy = visit.reading(store.policy_of(ticket), ticket.version_id)
    address = visit.policy_address(policy.number, ticket.agreement_id)
    texts = ticket.text.answers if hasattr(ticket, "text") else {}
    decisions = list(ticket.decisions.all())
    shown = decision or decisions[-1]
    facts = ticket_facts.read_back(shown.facts, policy, texts)
    panel = decision_panel(
        written(shown), facts, policy, visit.almanac, policy_address=address,
        address_of=lambda kind, target: _step_address(kind, target, policy, visit),
    )  # fmt: skip
    if ticket.is_solved and panel.outcome == "quote":
        panel = replace(panel, buttons=tuple(one for one in panel.buttons if one.kind != "wait"))
    history = list(Event.objects.filter(subject_kind="ticket", subject_id=ticket.pk).order_by("id"))
    folded = clocking.folded_at(ticket, history, visit.now)
    clocks = _clocks(ticket, folded, policy, visit, address)
    closing = folded.closing if ticket.status == "pending" else None
    known = tuple(_known(ticket, facts, policy, visit))
    messages = [one for one in ticket.messages.all() if one.kind != "note"]
    waits = ticket.status == "pending" and ticket.outcome == "ask"
    asks = panel.asks if waits and decision is None else ()
    if marks_missing:
        missing = [one for one in asks if one in policy.declarations and one not in (typed or {})]
        errors = {**dict.fromkeys(missing, gettext("We need this to start.")), **(errors or {})}
    ask_fields = fields_for(
        [*asks, *(panel.welcome if asks else ())], policy, facts, typed or {}, errors or {}, asks
    )
    is_merged = ticket.close_reason == "merged"
    can_write = ticket.status != "closed" or is_merged
    contests = ticket.is_contested and has_contested(history)
    can_contest = panel.is_refusal and not contests and not is_merged
    has_place = {"text": can_contest, "body": can_write, **{one.fact: True for one in ask_fields}}
    return RequestPage(
        number=ticket.shown_number,
        subject=ticket.subject,
        address=visit.address("request", ticket.number),
        status=ticket.status,
        status_words=status_words(ticket),
        decision=panel,
        promise=_promise(panel, clocks, visit),
        known=known,
        made=_made(shown, policy, address),
        persons_reason=shown.persons_reason,
        clock=next((one for one in clocks if one.is_open), None),
        clocks=tuple(clocks),
        talk=conversation(
            messages,
            [one for one in history if one.kind in SHOWN_EVENTS], policy, visit.almanac,
            policy_address=address, desk_name=visit.desk.name,
            questions=asked_by_itself(messages, decisions, policy, texts),
        ),
        checklist=checklist(ticket.steps.all()),
        ask_fields=ask_fields,
        is_contested=ticket.is_contested,
        has_contested=contests,
        can_contest=can_contest,
        can_write=can_write,
        can_reopen=ticket.is_solved and not panel.is_refusal and not is_merged,
        is_asked=ticket.status == "pending" and not asks,
        closes_at=closing.at if closing is not None else None,
        closes_by=cite_of(policy, closing.clause, address) if closing is not None else None,
        linked=_linked(ticket, visit) if not is_merged else None,
        merged_into=_merged_into(ticket, visit) if is_merged else None,
        typed=typed or {},
        errors=errors or {},
        faults=tuple(said for name, said in (errors or {}).items() if not has_place.get(name, False)),
    )  # fmt: skip


def _made(decision: Decision, policy: Policy, address: str) -> Made:
    by = "person" if decision.is_by_person else "policy"
    agreement = policy.agreement.title if policy.agreement else ""
    return Made(policy.number, policy.effective_at, address, decision.pk, by, decision.decided_at, agreement)


def _clocks(
    ticket: Ticket, folded: clocking.Folded, policy: Policy, visit: Visit, address: str
) -> tuple[ClockPanel, ...]:
    """The clocks a customer sees, folded as of now: published targets, the earliest due first."""
    return clock_panels(
        (one for one in clocking.derived_rows(ticket, folded) if not one[0].is_internal),
        policy,
        received_at=ticket.received_at,
        now=visit.now,
        almanac=visit.almanac,
        policy_address=address,
        reader=Reader.CUSTOMER,
    )


def _promise(panel: DecisionPanel, clocks: Sequence[ClockPanel], visit: Visit) -> str:
    """By when a person answers, for the headline; empty where that is not promised or has passed."""
    first = next((one for one in clocks if one.metric == "first response" and one.is_open), None)
    if (
        first is None
        or first.due_at is None
        or first.due_at <= visit.now
        or panel.outcome not in ("accept", "review")
    ):
        return ""
    usually = (
        gettext("A person usually answers you by %s.")
        if first.is_approximate
        else gettext("A person answers you by %s.")
    )
    return usually % visit.almanac.by(first.due_at, visit.now)


def _known(ticket: Ticket, facts: dict[str, Any], policy: Policy, visit: Visit) -> list[Known]:
    almanac = visit.almanac
    lines: list[Known] = []
    if ticket.entitlement is not None and ticket.entitlement.kind in policy.covers:
        kind = ticket.entitlement.kind
        plan = policy.plans.get(ticket.entitlement.plan)
        more = plan.title if plan else ticket.entitlement.plan
        if not ticket.entitlement.is_valid:
            more = gettext("not valid")
        lines.append(Known(f"{kind}.name", _cover_label(kind, policy), ticket.entitlement.name, more))
        cover = covers_of(visit, [ticket.entitlement], policy)[0]
        lines.append(Known(f"{kind}.phase", gettext("Cover today"), cover.phase, cover=cover))
    received = almanac.full(ticket.received_at)
    lines.append(
        Known(
            "received_at", gettext("Received"), received, zone_words(visit.desk.zone), at=ticket.received_at
        )
    )
    lines += known_facts(facts, policy, almanac)
    if facts.get("sender.standing"):
        value = fact_value("sender.standing", facts["sender.standing"], policy, almanac)
        lines.append(Known("sender.standing", gettext("Asked by"), gettext("You, %s") % value.lower()))
    return lines


def _cover_label(kind: str, policy: Policy) -> str:
    title = policy.kind_title(kind)
    return title[:1].upper() + title[1:]


def _linked(ticket: Ticket, visit: Visit) -> tuple[str, str] | None:
    other = ticket.linked_to
    if other is None or other.requester_id != ticket.requester_id:
        return None
    return f"{visit.desk.ticket_prefix}-{other.number}", visit.address("request", other.number)


def _merged_into(ticket: Ticket, visit: Visit) -> tuple[str, str] | None:
    """The request that this one goes on in, and its page where it is the reader's own."""
    onward = merged_into(ticket)
    if onward.pk == ticket.pk:
        return None
    is_own = onward.requester_id == visit.contact.pk
    number = f"{visit.desk.ticket_prefix}-{onward.number}"
    return number, visit.address("request", onward.number) if is_own else ""


def _step_address(kind: str, target: str, policy: Policy, visit: Visit) -> str:
    """Where a next step of the policy leads: on the page itself, to a new request, or to an address it names."""
    if kind == "read":
        if target.startswith(("https://", "http://")):
            return target
        return visit.address("policy") + (f"#{target}" if target in policy.clauses else "")
    on_page = {"answer": "#answer", "contest": "#contest-text", "correct": "correct/", "wait": ""}
    if kind in on_page:
        return on_page[kind]
    if kind == "buy":
        return f"?buy={target}#contest-text"
    return "#write"


def wish_to_buy(service: str, ticket: Ticket) -> dict[str, Any]:
    """What stands in the form where someone chose to buy something on a request that was not taken up: a person reads
    it and answers with the price. Nothing where the policy sells no such thing.
    """
    policy = store.policy_of(ticket)
    plan = policy.plans.get(service)
    sold = policy.services.get(service)
    title = sold.title if sold is not None else plan.title if plan is not None else ""
    wish = gettext("We would like to buy: %s. Please tell us the price and how to pay.")
    return {"body" if ticket.is_contested else "text": wish % title} if title else {}


# --- putting right --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CorrectingPage:
    """What the requester told us, to be changed."""

    number: str
    subject: str
    address: str
    fields: tuple[Field, ...]
    errors: dict[str, str]
    body: str
    can_contest: bool


def told(ticket: Ticket) -> dict[str, Any]:
    """What the requester said, as a form writes it."""
    texts = ticket.text.answers if hasattr(ticket, "text") else {}
    return ticket_facts.answers_given(ticket.facts, store.policy_of(ticket), texts)


def changed_answers(ticket: Ticket, answers: dict[str, Any]) -> dict[str, Any]:
    """Of these answers those that differ from what was said before."""
    before = told(ticket)
    return {name: value for name, value in answers.items() if before.get(name) != value}


def correcting_page(ticket: Ticket, visit: Visit, form: Any, errors: dict[str, str]) -> CorrectingPage:
    """The form with what was said, or with what was typed since."""
    policy = visit.reading(store.policy_of(ticket), ticket.version_id)
    said = told(ticket)
    typed = {**said, **(answers_in(form, policy) if form else {})}
    return CorrectingPage(
        number=ticket.shown_number,
        subject=ticket.subject,
        address=visit.address("request", ticket.number),
        fields=fields_for(said, policy, {**said, **typed}, typed, errors, said),
        errors=errors,
        body=form.get("body", "") if form else "",
        can_contest=ticket.outcome in ("refuse", "suspend"),
    )
