"""What is left to people: requests the policy hands to a person, and decisions that customers contest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from remit.desk.design.clocks import Cite, cite_of
from remit.desk.design.decisions import fact_label, filled, outcome_word
from remit.desk.foundation.models import Outbox
from remit.desk.foundation.stuck import reason_of, stuck_work
from remit.desk.policies import store
from remit.desk.tickets import facts as ticket_facts
from remit.desk.tickets.models import Ticket
from remit.desk.workspace.archiving import title_of
from remit.desk.workspace.visit import Visit, holidays_running_out, waiting_at

MOST = 100


@dataclass(frozen=True, slots=True)
class Case:
    """One thing to decide: what it is, why it came to a person, and the words that bear on it."""

    number: str
    address: str
    subject: str
    who: str
    kind: str
    outcome: str
    outcome_word: str
    received_at: datetime
    why: tuple[tuple[str, Cite | None], ...]
    said: str
    open_points: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StuckLine:
    """A letter that could not be delivered, or a step that could not be taken, and the ticket it belongs to."""

    is_letter: bool
    number: str
    address: str
    reason: str
    since: datetime


@dataclass(frozen=True, slots=True)
class DecidingPage:
    """The list of what is left to people. `stuck` is for leads only; `archivable` says how much may be archived, in
    words, empty where nothing may (IEX-13); `holidays` that they run out, to leads.
    """

    cases: tuple[Case, ...]
    stuck: tuple[StuckLine, ...]
    archivable: str
    archiving_address: str
    is_lead: bool
    holidays: str


def deciding_page(visit: Visit) -> DecidingPage:
    """The page; oldest first, because each of them waits."""
    tickets = Ticket.objects.visible_to(visit.viewer).to_decide().for_lists()
    found = tickets.prefetch_related("decisions", "messages__text").order_by("received_at", "id")[:MOST]
    stuck = tuple(stuck_lines(visit)) if visit.viewer.is_lead else ()
    archivable = waiting_at(visit).count()
    return DecidingPage(
        tuple(_case(one, visit) for one in found),
        stuck,
        title_of(archivable) if archivable else "",
        visit.address("archiving"),
        visit.viewer.is_lead,
        holidays_running_out(visit),
    )


def stuck_lines(visit: Visit) -> Iterable[StuckLine]:
    """What failed too often at this desk and waits for a person, letters first."""
    found = stuck_work(visit.desk.pk)
    rows = [(letter, letter.ticket_id) for letter in found.letters[:MOST]]
    rows += [
        (timer, timer.subject_id if timer.purpose == "ticket" else None) for timer in found.timers[:MOST]
    ]
    tickets = Ticket.objects.visible_to(visit.viewer).in_bulk(
        [ticket for _, ticket in rows if ticket is not None]
    )
    for row, ticket_id in rows:
        ticket = tickets.get(ticket_id)
        yield StuckLine(
            is_letter=isinstance(row, Outbox),
            number=f"{visit.desk.ticket_prefix}-{ticket.number}" if ticket else "",
            address=visit.address("ticket", ticket.number) if ticket else "",
            reason=reason_of(row) or gettext("Something went wrong inside; the log says more."),
            since=row.dead_at,
        )


def _case(ticket: Any, visit: Visit) -> Case:
    policy = store.policy_of(ticket)
    latest = list(ticket.decisions.all())[-1]
    facts = ticket_facts.read_back(
        latest.facts, policy, ticket.text.answers if hasattr(ticket, "text") else {}
    )
    address = visit.policy_address(policy.number, ticket.agreement_id)
    said = [one for one in ticket.messages.all() if one.author_contact_id and one.kind != "note"]
    who = ticket.customer or ticket.requester
    return Case(
        number=ticket.shown_number,
        address=visit.address("ticket", ticket.number),
        subject=ticket.subject,
        who=str(who) if who else gettext("Unknown"),
        kind="contest" if ticket.is_contested else "review",
        outcome=latest.outcome,
        outcome_word=outcome_word(latest.outcome),
        received_at=ticket.received_at,
        why=tuple(_why(latest, facts, policy, visit, address)),
        said=said[-1].text.body[:400] if said and hasattr(said[-1], "text") else "",
        open_points=tuple(
            fact_label(fact, policy.declarations.get(fact))
            for fact, supplier in latest.unknowns
            if supplier == "desk"
        )[:8],
    )


def _why(
    latest: Any, facts: Any, policy: Any, visit: Visit, address: str
) -> Iterable[tuple[str, Cite | None]]:
    for conflict in latest.rest.get("conflicts", ()):
        clauses = [policy.clause_of(one["clause"]) for one in conflict["findings"]]
        numbers = " / ".join(f"§{one.mark}" for one in clauses if one)
        yield gettext("Sections %s disagree here.") % numbers, None
    if latest.rest.get("gaps"):
        yield gettext("The policy says nothing about this case."), None
    for finding in latest.deciding:
        because = filled(finding.get("because", ""), facts, policy, visit.almanac) or finding.get("name", "")
        yield because or policy.clauses[finding["clause"]].title, cite_of(policy, finding["clause"], address)
