"""From an outbox row to a letter: to whom, and in which words.

The words stand in `templates/notifications/<template>.txt`, the subject on their first line, and are said in the
reader's language; so is what the policy says, where the version was translated, and in its own language elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.template.loader import get_template
from django.utils.translation import gettext

from remit.desk.accounts.models import Agent, Contact
from remit.desk.design.clocks import metric_words
from remit.desk.design.decisions import usual_sentence
from remit.desk.design.frames import speaking
from remit.desk.design.words import Almanac, zone_words
from remit.desk.desks.models import Desk
from remit.desk.entitlements.models import Entitlement
from remit.desk.foundation.models import Outbox
from remit.desk.foundation.prepared import Prepared, columns_of, instances, together
from remit.desk.policies import readings, store, words
from remit.desk.policies.models import Decision, OffChannelMessage
from remit.desk.policies.store import Deal, Edition
from remit.desk.tickets import clocking
from remit.desk.tickets import facts as ticket_facts
from remit.desk.tickets.letters import Letter
from remit.desk.tickets.models import Clock, MessageText, StepText, Ticket, TicketText
from remit.policy.document.policy import Policy

MOST_READERS = 20
MOST_PROMISES = 3
ENDINGS = {"reply", "question"}


def render(row: Outbox) -> Letter | None:
    """Word the letter, or return None where nobody can be written to any more (a contact without an address)."""
    known = _read(row)
    readers, language = _readers(row, known)
    if not readers:
        return None
    desk = known.desk
    with speaking(language, desk.tz):
        context = _context(row, known, Almanac(language, desk.tz))
        stem = str(row.payload["template"]).replace(" ", "_")
        text = get_template(f"notifications/{stem}.txt").render(context)
    subject, _, body = text.strip().partition("\n")
    ticket: Ticket | None = context.get("ticket")
    sender = desk.email_address or settings.DEFAULT_FROM_EMAIL
    return Letter(
        to=tuple(readers),
        sender=f'"{_plain(desk.name)}" <{sender}>',
        reply_to=sender,
        subject=_plain(subject),
        body=_without_gaps(body) + "\n",
        in_reply_to=f"ticket-{ticket.pk}" if ticket is not None else "",
        is_automatic=row.payload["template"] not in ENDINGS,
    )


def _without_gaps(body: str) -> str:
    """The body with no more than one empty line in a row, as parts left out would leave it."""
    return re.sub(r"\n{3,}", "\n\n", body.strip())


@dataclass(frozen=True, slots=True)
class Known:
    """What the row's references lead to; None for what it doesn't refer to, or what is gone."""

    desk: Desk
    contact: Contact | None
    ticket: Ticket | None
    edition: Edition | None
    deal: Deal | None
    text: TicketText | None
    body: str
    to_try: tuple[str, ...]
    decision: Decision | None
    owed: tuple[Clock, ...]


_DESKS = Prepared(lambda pk: Desk.objects.filter(pk=pk).values_list(*columns_of(Desk)), int)
_CONTACTS = Prepared(
    lambda pk, desk: Contact.objects.filter(pk=pk, desk_id=desk).values_list(*columns_of(Contact)), int, int
)
_TICKETS = Prepared(
    lambda pk, desk: Ticket.objects.filter(pk=pk, desk_id=desk).values_list(
        *columns_of(Ticket),
        *(f"version__{name}" for name in store.EDITION),
        *(f"agreement__{name}" for name in store.DEAL),
    ),
    int,
    int,
)
_TEXTS = Prepared(
    lambda pk: TicketText.objects.filter(pk=pk).values_list(*columns_of(TicketText)),
    int,
)
_BODIES = Prepared(lambda pk: MessageText.objects.filter(pk=pk).values_list("body"), int)
_TO_TRY = Prepared(
    lambda message: (
        StepText.objects.filter(step__message_id=message).order_by("step__position").values_list("text")
    ),
    int,
)
_DECISIONS = Prepared(
    lambda pk, ticket: Decision.objects.filter(pk=pk, ticket_id=ticket).values_list(*columns_of(Decision)),
    int,
    int,
)
_OWED = Prepared(
    lambda ticket: (
        Clock.objects.filter(ticket_id=ticket, is_internal=False, met_at=None, breached_at=None)
        .exclude(due_at=None)
        .exclude(state__in=["paused", "cancelled"])
        .order_by("due_at", "metric")
        .values_list(*columns_of(Clock))
    ),
    int,
)


def _read(row: Outbox) -> Known:
    """Read what the letter is about, in one round trip; a reference that the row lacks finds nothing."""
    payload, ticket = row.payload, row.ticket_id or 0
    desks, contacts, tickets, texts, bodies, to_try, decisions, owed = together(
        (_DESKS, (row.desk_id,)),
        (_CONTACTS, (payload.get("contact") or 0, row.desk_id)),
        (_TICKETS, (ticket, row.desk_id)),
        (_TEXTS, (ticket,)),
        (_BODIES, (payload.get("message") or 0,)),
        (_TO_TRY, (payload.get("message") or 0,)),
        (_DECISIONS, (payload.get("decision") or 0, ticket)),
        (_OWED, (ticket if "decision" in payload else 0,)),
    )
    desk = instances(Desk, desks)[0]
    ends = len(columns_of(Ticket)) + len(store.EDITION)
    edition, deal = (tickets[0][ends - len(store.EDITION) : ends], tickets[0][ends:]) if tickets else ((), ())
    about = next(iter(instances(Ticket, tickets)), None)
    if about is not None:
        about.desk = desk
    return Known(
        desk=desk,
        contact=next(iter(instances(Contact, contacts)), None),
        ticket=about,
        edition=Edition(*edition) if edition else None,
        deal=store.deals([deal])[0] if about is not None and about.agreement_id else None,
        text=next(iter(instances(TicketText, texts)), None),
        body=bodies[0][0] if bodies else "",
        to_try=tuple(words for (words,) in to_try),
        decision=next(iter(instances(Decision, decisions)), None),
        owed=tuple(instances(Clock, owed)),
    )


def _plain(line: str) -> str:
    """One line without quotes or breaks, safe in a letter's head."""
    return " ".join(line.replace('"', "'").split())


def _readers(row: Outbox, known: Known) -> tuple[list[str], str]:
    """The addresses, and the language to write in."""
    payload, desk = row.payload, known.desk
    if "contact" in payload:
        contact = known.contact
        if contact is None or not contact.email:
            return [], desk.language
        return [contact.email], contact.language or desk.language
    agents = Agent.objects.filter(desk=desk, is_active=True).select_related("user").order_by("pk")
    return [agent.user.email for agent in _those_at_work(agents, payload)][:MOST_READERS], desk.language


def _those_at_work(agents: Any, payload: dict[str, Any]) -> Sequence[Agent]:
    """The assignee; else the ticket's team; else those of its tier; else everyone at the desk."""
    for wanted in (
        {"pk": payload.get("agent")},
        {"team_id": payload.get("team")},
        {"tier": payload.get("tier")},
    ):
        if next(iter(wanted.values())) is not None:
            found = list(agents.filter(**wanted)[:MOST_READERS])
            if found:
                return found
    return list(agents[:MOST_READERS])


def _context(row: Outbox, known: Known, almanac: Almanac) -> dict[str, Any]:
    payload, desk = row.payload, known.desk
    address = f"{settings.PUBLIC_URL}/{desk.slug}/"
    context: dict[str, Any] = {
        "desk": desk,
        "portal": address,
        "new_request": f"{address}requests/new/",
        **payload,
    }
    if payload.get("close_at"):
        context["close_at"] = _moment(datetime.fromisoformat(payload["close_at"]), almanac, desk)
    if payload.get("ends_at"):
        context["ends_at"] = _moment(datetime.fromisoformat(payload["ends_at"]), almanac, desk)
    if payload.get("on"):
        context["on"] = almanac.day(date.fromisoformat(payload["on"]), long=True)
    if payload.get("metric"):
        context["metric"] = metric_words(payload["metric"])
    if payload.get("at_fraction"):
        context |= _escalation_context(payload, almanac)
    if known.ticket is not None and known.edition is not None:
        context |= _ticket_context(
            row, known, known.ticket, _policy_read(known.edition, known.deal, almanac), address, almanac
        )
    if "off_channel" in payload:
        context |= _off_channel_context(payload["off_channel"], almanac)
    if "entitlement" in payload:
        context |= _phase_context(row, desk, address, almanac)
    return context


def _policy_read(edition: Edition, deal: Deal | None, almanac: Almanac) -> Policy:
    """The policy of a version in the reader's language, where it was translated."""
    return readings.in_language(store.compiled(edition, deal), edition.id, almanac.language)


def _moment(at: datetime, almanac: Almanac, desk: Desk) -> str:
    """A moment to hold somebody to: with its year, and the zone its wall clock stands in."""
    return f"{almanac.exact(at)} ({zone_words(desk.zone)})"


def _escalation_context(payload: dict[str, Any], almanac: Almanac) -> dict[str, Any]:
    """What a step of an escalation did: a warning, or handing up (ION-4). Only a ticket that rose was handed up."""
    used = Fraction(payload["at_fraction"])
    return {
        "is_handed_up": "from_tier" in payload,
        "used": almanac.figures(f"{float(used * 100):g} %"),
        "has_run_out": used >= 1,
    }


def _phase_context(row: Outbox, desk: Desk, address: str, almanac: Almanac) -> dict[str, Any]:
    entitlement = Entitlement.objects.filter(pk=row.payload["entitlement"]).first()
    phase, kind, cited = row.payload["phase"], "", ""
    versions = store.versions_of(desk)
    if entitlement is not None and versions:
        policy = _policy_read(store.in_force(versions, row.due_at), None, almanac)
        phase = policy.phase_titles(entitlement.kind).get(phase, phase)
        kind = policy.kind_title(entitlement.kind)
        page = f"{address}policy/{policy.number}/"
        cited = _cited(row.payload.get("clause", ""), policy, page, almanac)
    return {"entitlement": entitlement, "phase": phase, "kind": kind, "cited": cited}


def _ticket_context(
    row: Outbox, known: Known, ticket: Ticket, policy: Policy, address: str, almanac: Almanac
) -> dict[str, Any]:
    number = ticket.number
    page = f"{address}policy/{policy.number}/"
    if ticket.agreement_id is not None:
        page += f"?agreement={ticket.agreement_id}"
    context: dict[str, Any] = {
        "ticket": ticket,
        "number": ticket.shown_number,
        "subject": known.text.subject if known.text else "",
        "url": f"{address}requests/{number}/",
        "desk_url": f"{address}desk/tickets/{number}/",
        "cited": _cited(row.payload.get("clause", ""), policy, page, almanac),
    }
    if "message" in row.payload:
        context["body"] = known.body
        context["to_try"] = known.to_try
    if row.payload.get("reason"):
        context["because"] = policy.close_reasons.get(row.payload["reason"], "")
    if known.decision is not None:
        context |= _decision_context(known.decision, policy, known.text, page, almanac)
        context["promises"] = [
            _promised(clock, _moment(clock.due_at, almanac, known.desk))
            + _cited(clock.clause, policy, page, almanac)
            for clock in known.owed[:MOST_PROMISES]
            if clock.due_at is not None
        ]
    if ticket.status == "pending" and row.payload["template"] in ("decision", "question"):
        context |= _closing_context(ticket, known, policy, row, page, almanac)
    return context


def _cited(clause: str, policy: Policy, page: str, almanac: Almanac) -> str:
    """A clause as it stands behind a sentence: " (§10 Answers: https://…)"; nothing where there is none."""
    if not clause or policy.clause_of(clause) is None:
        return ""
    found = words.clause_reference(clause, policy, page)
    number = gettext("§%s") % almanac.figures(found["number"])
    return f" ({number} {found['title']}: {found['url']})"


def _promised(clock: Clock, moment: str) -> str:
    """What is owed by when, in a sentence."""
    if clock.metric == "first response":
        usually = gettext("A person usually answers you by %s.")
        return (usually if clock.approximate else gettext("A person answers you by %s.")) % moment
    usually = gettext("%(metric)s usually by %(moment)s.")
    words_of = usually if clock.approximate else gettext("%(metric)s by %(moment)s.")
    return words_of % {"metric": metric_words(clock.metric), "moment": moment}


def _closing_context(
    ticket: Ticket, known: Known, policy: Policy, row: Outbox, page: str, almanac: Almanac
) -> dict[str, Any]:
    """When a waiting request closes without an answer, and by which clause (ITC-17)."""
    assert known.edition is not None
    setting = clocking.settings_for([(known.edition, known.deal)])[ticket.basis]
    happened = clocking.events_of([ticket.pk])[ticket.pk]
    found = clocking.fold_ticket(ticket, happened, setting, row.due_at).closing
    if found is None:
        return {}
    return {
        "closes_at": _moment(found.at, almanac, known.desk),
        "closes_by": _cited(found.clause, policy, page, almanac),
    }


def _decision_context(
    decision: Decision, policy: Policy, text: TicketText | None, page: str, almanac: Almanac
) -> dict[str, Any]:
    facts = ticket_facts.read_back(decision.facts, policy, text.answers if text else None)
    own = words.filled(decision.says, policy, facts) if decision.says else ""
    is_foreign = not own or not policy.reads(decision.says, almanac.language)
    says = "\n\n".join(part for part in (usual_sentence(decision.outcome) if is_foreign else "", own) if part)
    return {
        "decision": decision,
        "says": says,
        "persons_reason": decision.persons_reason,
        "reasons": [
            words.filled(one["because"], policy, facts) + _cited(one["clause"], policy, page, almanac)
            for one in decision.grounds[:3]
            if one["because"]
        ],
        "asks": words.asked(decision.asks, policy),
        "steps": [words.filled(step["label"], policy, facts) for step in decision.steps],
        "is_override": decision.is_by_person,
    }


def _off_channel_context(row_id: int, almanac: Almanac) -> dict[str, Any]:
    row = OffChannelMessage.objects.filter(pk=row_id).select_related("version", "agreement").first()
    if row is None:
        return {}
    policy = readings.in_language(store.policy_of(row), row.version.pk, almanac.language)
    return {
        "says": policy.channels.elsewhere,
        "steps": [step.label for step in policy.channels.steps],
        "row": row,
    }
