"""A ticket as the team sees it: the conversation with notes, every clock, the cover, the decision with its trace, what
is left to find out, what happens next by itself, and what can be done.

Reads only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from remit.desk.accounts.models import Agent
from remit.desk.design.clocks import Cite, ClockPanel, cite_of, clock_panels, metric_words
from remit.desk.design.covers import CoverPanel, cover_panel
from remit.desk.design.decisions import (
    DecisionPanel,
    Known,
    decision_panel,
    fact_label,
    fact_value,
    known_facts,
    outcome_word,
    written,
)
from remit.desk.design.talks import Done, Said, ToTry, checklist, close_words, conversation, happened
from remit.desk.entitlements.cover import timeline_of
from remit.desk.foundation import events, outbox
from remit.desk.foundation.stuck import reason_of
from remit.desk.policies import store
from remit.desk.policies.models import Decision, ReasonText
from remit.desk.tickets import clocking
from remit.desk.tickets import facts as ticket_facts
from remit.desk.tickets.again import has_contested, only_results
from remit.desk.tickets.models import Ticket
from remit.desk.tickets.questions import asked_by_itself
from remit.desk.workspace.consents import told_of
from remit.desk.workspace.effects import Effect, effects_of_sending
from remit.desk.workspace.gates import Closed, closed_gates
from remit.desk.workspace.steps import Steps, is_to_decide, steps_for
from remit.desk.workspace.visit import Visit
from remit.policy.clocks import Reader
from remit.policy.document.policy import Policy
from remit.policy.vocabulary.facts import FactDeclaration, Kind, Supplier

TOLD_IN_TALK = frozenset(
    {"waiting started", "waiting ended", "decision made", "decision contested", "priority changed", "estimate given",
     "solved", "reopened", "closed", "held", "unheld", "handed up", "escalated", "promise broken", "merged in",
     "finding recorded", "fact corrected", "diagnosis made", "work started", "assigned", "turned down",
     "decision stands"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TracePoint:
    """A section that was looked at and what it came to."""

    text: str
    more: str
    cite: Cite | None
    is_met: bool


@dataclass(frozen=True, slots=True)
class Determination:
    """Something the company finds out itself: its value so far, and what it was based on."""

    fact: str
    label: str
    help: str
    value: str
    written: str
    evidence: str
    by: str
    kind: str
    options: tuple[tuple[str, str], ...]
    is_open: bool


@dataclass(frozen=True, slots=True)
class Coming:
    """Something that happens by itself."""

    at: datetime
    text: str
    cite: Cite | None


@dataclass(frozen=True, slots=True)
class TicketPage:
    """A ticket's page."""

    number: str
    address: str
    subject: str
    status: str
    priority: str
    priority_label: str
    requester: str
    customer: str
    customer_address: str
    assignee: str
    is_mine: bool
    tier: int
    topic: str
    channel: str
    talk: tuple[Said | Done, ...]
    checklist: tuple[ToTry, ...]
    clock: ClockPanel | None
    clocks: tuple[ClockPanel, ...]
    cover: CoverPanel | None
    entitlement: str
    decision: DecisionPanel
    decision_kind: str
    decision_reason: str
    version: int
    version_address: str
    trace: tuple[TracePoint, ...]
    known: tuple[Known, ...]
    determinations: tuple[Determination, ...]
    results: Determination | None
    coming: tuple[Coming, ...]
    history: tuple[Done, ...]
    effects: tuple[Effect, ...]
    gates: tuple[Closed, ...]
    agents: tuple[tuple[int, str, bool], ...]
    priorities: tuple[tuple[str, str, bool], ...]
    tiers: tuple[tuple[int, str], ...]
    close_reasons: tuple[tuple[str, str], ...]
    outcomes: tuple[tuple[str, str, bool], ...]
    fact_choices: tuple[tuple[str, str], ...]
    steps: Steps
    is_to_decide: bool
    is_contested: bool
    has_contested: bool
    is_settled: bool
    is_closed: bool
    is_lead: bool
    linked: tuple[tuple[str, str], ...]
    previous: str
    following: str
    place: str
    typed: Mapping[str, Any]
    errors: Mapping[str, str]

    @property
    def can_take(self) -> bool:
        """Whether no gate stands before assigning it."""
        return not any(one.is_taking for one in self.gates)


def ticket_page(
    ticket: Ticket,
    visit: Visit,
    *,
    typed: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    order: Sequence[int] = (),
) -> TicketPage:
    """The page of one ticket (fetched `for_page`)."""
    policy = store.policy_of(ticket)
    address = visit.policy_address(policy.number, ticket.agreement_id)
    texts = ticket.text.answers if hasattr(ticket, "text") else {}
    decisions = list(ticket.decisions.all())
    latest = decisions[-1]
    facts = ticket_facts.read_back(ticket.facts, policy, texts)
    judged = ticket_facts.read_back(latest.facts, policy, texts)
    panel = decision_panel(
        _own_words(latest),
        judged,
        policy,
        visit.almanac,
        policy_address=address,
        address_of=lambda kind, target: "",
    )
    history = list(events.of_subject(("ticket", ticket.pk)))
    folded = clocking.folded_at(ticket, history, visit.now)
    clocks = _clocks(ticket, folded, policy, visit, address)
    told = [clocking.Happened(one.kind, one.at, one.pk, one.data) for one in history]
    messages = list(ticket.messages.all())
    reasons = _reasons(history, decisions)
    names = _names(visit)
    is_settled = ticket.status in ("solved", "closed")
    found = tuple(_determinations(latest, facts, policy, visit, history, reasons, names))
    results = _results(latest, policy, found) if is_to_decide(ticket) else None
    return TicketPage(
        number=ticket.shown_number,
        address=visit.address("ticket", ticket.number),
        subject=ticket.subject,
        status=ticket.status,
        priority=ticket.priority,
        priority_label=next((one.label for one in policy.priorities if one.id == ticket.priority), ""),
        requester=ticket.requester.name if ticket.requester else gettext("Unknown"),
        customer=ticket.customer.name if ticket.customer else "",
        customer_address=visit.address("customer", ticket.customer_id) if ticket.customer_id else "",
        assignee=ticket.assignee.name if ticket.assignee else "",
        is_mine=ticket.assignee_id == visit.agent.pk,
        tier=ticket.tier,
        topic=policy.topics[ticket.topic].title if ticket.topic in policy.topics else ticket.topic,
        channel=ticket.channel,
        talk=_talk(
            ticket,
            messages,
            history,
            policy,
            visit,
            address,
            asked_by_itself(messages, decisions, policy, texts),
        ),
        checklist=checklist(ticket.steps.all()),
        clock=next((one for one in clocks if one.is_open), None),
        clocks=clocks,
        cover=_cover(ticket, policy, visit),
        entitlement=str(ticket.entitlement.name) if ticket.entitlement else "",
        decision=panel,
        decision_kind=latest.kind,
        decision_reason=reasons.get(latest.reason_ref_id or 0, ""),
        version=policy.number,
        version_address=address,
        trace=tuple(_trace(panel)),
        known=tuple(known_facts(facts, policy, visit.almanac)),
        determinations=tuple(one for one in found if one is not results),
        results=results,
        coming=tuple(_coming(folded, ticket.tier, policy, address)),
        history=tuple(told_of(ticket, _history(history, policy, visit, address, names, reasons))),
        effects=tuple(effects_of_sending(ticket, told, folded, policy, visit)),
        gates=closed_gates(ticket, policy, told, visit, address),
        agents=tuple((pk, name, pk == ticket.assignee_id) for pk, name in names.items()),
        priorities=tuple((one.id, one.label, one.id == ticket.priority) for one in policy.priorities),
        tiers=_tiers(ticket, policy),
        close_reasons=_close_reasons(policy),
        outcomes=_outcomes(ticket),
        fact_choices=_fact_choices(policy),
        steps=steps_for(
            ticket, policy, clocks, history, is_lead=visit.viewer.is_lead, wants_result=results is not None
        ),
        is_to_decide=is_to_decide(ticket),
        is_contested=ticket.is_contested,
        has_contested=has_contested(history),
        is_settled=is_settled,
        is_closed=ticket.status == "closed",
        is_lead=visit.viewer.is_lead,
        linked=tuple(_linked(ticket, visit)),
        typed=typed or {},
        errors=errors or {},
        **_neighbours(ticket, visit, order),
    )  # fmt: skip


def _talk(
    ticket: Ticket,
    messages: Iterable[Any],
    history: Iterable[Any],
    policy: Policy,
    visit: Visit,
    address: str,
    questions: Mapping[int, str],
) -> tuple[Said | Done, ...]:
    """What was said and done, and which letters of it reached nobody."""
    told = [one for one in history if one.kind in TOLD_IN_TALK]
    talk = conversation(
        messages,
        told,
        policy,
        visit.almanac,
        policy_address=address,
        desk_name=visit.desk.name,
        questions=questions,
    )
    failed = [
        Done(
            "mail",
            " ".join((gettext("This letter could not be delivered."), reason_of(row))).strip(),
            row.dead_at,
        )
        for row in outbox.dead().filter(ticket_id=ticket.pk)
        if row.dead_at is not None
    ]
    return tuple(sorted([*talk, *failed], key=lambda one: one.at)) if failed else talk


def _own_words(decision: Decision) -> dict[str, Any]:
    data = dict(written(decision))
    if decision.kind in ("override", "contest outcome"):
        data |= {"says": "", "steps": []}
    return data


# --- clocks and cover -----------------------------------------------------------------------------------------------


def _clocks(
    ticket: Ticket, folded: clocking.Folded, policy: Policy, visit: Visit, address: str
) -> tuple[ClockPanel, ...]:
    """Every clock, folded as of now, the earliest due first."""
    return clock_panels(
        clocking.derived_rows(ticket, folded),
        policy,
        received_at=ticket.received_at,
        now=visit.now,
        almanac=visit.almanac,
        policy_address=address,
        reader=Reader.AGENT,
    )


def _cover(ticket: Ticket, policy: Policy, visit: Visit) -> CoverPanel | None:
    held = ticket.entitlement
    if held is None or held.kind not in policy.covers:
        return None
    spec_at = store.spec_at(store.versions_of(visit.desk), held.kind, policy)
    spec = policy.covers[held.kind]
    titles = policy.phase_titles(held.kind)
    return cover_panel(
        timeline_of(held, spec_at), spec.covered, titles, name=held.name, kind=held.kind, now=visit.now,
        almanac=visit.almanac,
    )  # fmt: skip


# --- the decision ---------------------------------------------------------------------------------------------------


def _trace(panel: DecisionPanel) -> Iterable[TracePoint]:
    for reason in (*panel.reasons, *panel.others):
        is_met = reason.outcome == "accept"
        yield TracePoint(reason.claim, "" if is_met else outcome_word(reason.outcome), reason.cite, is_met)


def _determinations(
    latest: Decision,
    facts: Mapping[str, Any],
    policy: Policy,
    visit: Visit,
    history: Sequence[Any],
    reasons: Mapping[int, str],
    names: Mapping[int, str],
) -> Iterable[Determination]:
    """The desk's own facts that matter here: those found already, and those the decision says would matter."""
    matter = {fact for fact, supplier in latest.unknowns if supplier == "desk"}
    found = {
        one.data.get("fact"): one for one in history if one.kind in ("finding recorded", "fact corrected")
    }
    for name, declaration in policy.declarations.items():
        if declaration.supplier is not Supplier.DESK or declaration.means is not None:
            continue
        if name not in matter and name not in facts:
            continue
        event = found.get(name)
        value = facts.get(name)
        yield Determination(
            fact=name,
            label=declaration.ask or fact_label(name, declaration),
            help=declaration.help,
            value=fact_value(name, value, policy, visit.almanac) if value is not None else "",
            written="yes" if value is True else "no" if value is False else str(value or ""),
            evidence=reasons.get(event.data.get("reason", 0), "") if event else "",
            by=names.get(event.actor_id or 0, "") if event else "",
            kind="yesno" if declaration.kind is Kind.YES_NO else "choice" if declaration.options else "text",
            options=tuple(declaration.options.items()),
            is_open=value is None,
        )


def _results(
    latest: Decision, policy: Policy, determinations: Iterable[Determination]
) -> Determination | None:
    """The finding that alone settles what is left to a person here, where the policy names its results (ITC-11)."""
    wanted = only_results(latest, policy)
    return next((one for one in determinations if wanted and one.fact == wanted.name), None)


def _outcomes(ticket: Ticket) -> tuple[tuple[str, str, bool], ...]:
    """What a person may decide; what is left to discretion is not decided by leaving it to a person again, and who
    wants to ask something asks it in a reply.
    """
    left_out = {"review"} if is_to_decide(ticket) else set()
    if ticket.outcome != "ask":
        left_out.add("ask")
    offered = [one for one in OUTCOMES if one not in left_out]
    return tuple((one, outcome_word(one), one == ticket.outcome) for one in offered)


OUTCOMES = ("accept", "review", "ask", "quote", "split", "refuse", "suspend")


def _fact_choices(policy: Policy) -> tuple[tuple[str, str], ...]:
    """The facts a person may put right, by their names for people."""

    def may(one: FactDeclaration) -> bool:
        return one.means is None and one.name not in ("channel", "received_at", "priority")

    return tuple((name, fact_label(name, one)) for name, one in policy.declarations.items() if may(one))


# --- what comes, what was -------------------------------------------------------------------------------------------


def _coming(folded: clocking.Folded, tier: int, policy: Policy, address: str) -> Iterable[Coming]:
    """What is still to fall due on the ticket if nobody does anything; `tier` is where it stands now."""
    for moment in folded.agenda[:6]:
        yield Coming(moment.at, _moment_words(moment, tier), cite_of(policy, moment.clause, address))


def _moment_words(moment: Any, tier: int) -> str:
    metric = metric_words(moment.metric) if moment.metric else ""
    if moment.kind == "escalation" and moment.step is not None:
        return _step_words(metric, moment.step, tier)
    words = {
        "at risk": gettext("%s is at risk") % metric,
        "breach": gettext("%s due; if not, it is recorded as late") % metric,
        "closing warning": gettext("The customer is reminded before it closes"),
        "closing": gettext("Closes by itself"),
    }
    return words.get(moment.kind, str(moment.kind))


def _step_words(metric: str, step: Any, tier: int) -> str:
    """What a step of an escalation does (ION-4): it warns, or hands up a ticket that stands lower."""
    if isinstance(step.action, int) and step.action > tier:
        return gettext("%(metric)s: handed up to tier %(tier)s") % {"metric": metric, "tier": step.action}
    used = f"{float(step.at_fraction * 100):g} %"
    return gettext("%(metric)s: warning, %(used)s of the time used") % {"metric": metric, "used": used}


def _history(
    history: Sequence[Any],
    policy: Policy,
    visit: Visit,
    address: str,
    names: Mapping[int, str],
    reasons: Mapping[int, str],
) -> Iterable[Done]:
    """Everything that happened, latest first, with who did it and why."""
    for event in reversed(history):
        reason = event.data.get("reason")
        line = happened(event, policy, visit.almanac, address)
        why = reasons.get(reason, "") if isinstance(reason, int) else ""
        yield replace(line, text=f"{line.text}: {why}" if why else line.text, by=_by(event, visit, names))


def _by(event: Any, visit: Visit, names: Mapping[int, str]) -> str:
    if event.actor_kind == "agent":
        return names.get(event.actor_id or 0, gettext("an agent"))
    return {"contact": gettext("the customer"), "api": gettext("a program")}.get(event.actor_kind, "")


def _names(visit: Visit) -> dict[int, str]:
    found = Agent.objects.filter(desk=visit.desk, is_active=True).order_by("name").values_list("pk", "name")
    return dict(found[:200])


def _reasons(history: Sequence[Any], decisions: Sequence[Decision]) -> dict[int, str]:
    wanted = {one.data.get("reason") for one in history if isinstance(one.data.get("reason"), int)}
    wanted |= {one.reason_ref_id for one in decisions if one.reason_ref_id}
    return dict(ReasonText.objects.filter(pk__in=wanted).values_list("pk", "text")) if wanted else {}


# --- what can be done -----------------------------------------------------------------------------------------------


def _tiers(ticket: Ticket, policy: Policy) -> tuple[tuple[int, str], ...]:
    labels: dict[int, str] = {}
    for escalation in policy.escalations:
        labels |= dict(escalation.labels)
    highest = max([3, ticket.tier, *labels])
    words = gettext("Tier %s")
    return tuple((n, labels.get(n) or words % n) for n in range(1, highest + 1) if n != ticket.tier)


def _close_reasons(policy: Policy) -> tuple[tuple[str, str], ...]:
    words = {**{one: close_words(one, policy) for one in ("solved", "silence")}, **policy.close_reasons}
    return tuple((one, said) for one, said in words.items() if one != "merged")


def _linked(ticket: Ticket, visit: Visit) -> Iterable[tuple[str, str]]:
    if ticket.linked_to is not None:
        number = ticket.linked_to.number
        yield f"{visit.desk.ticket_prefix}-{number}", visit.address("ticket", number)
    for number in ticket.links.values_list("number", flat=True)[:5]:
        yield f"{visit.desk.ticket_prefix}-{number}", visit.address("ticket", number)


def _neighbours(ticket: Ticket, visit: Visit, order: Sequence[int]) -> dict[str, str]:
    if ticket.number not in order:
        return {"previous": "", "following": "", "place": ""}
    at = list(order).index(ticket.number)
    place = gettext("%(at)s of %(of)s in the queue") % {"at": at + 1, "of": len(order)}
    return {
        "previous": visit.address("ticket", order[at - 1]) if at else "",
        "following": visit.address("ticket", order[at + 1]) if at + 1 < len(order) else "",
        "place": place,
    }
