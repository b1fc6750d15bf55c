"""From an outbox row to a letter: to whom, and in which words.

The words stand in `templates/notifications/<template>.<language>.txt`, the subject on their first line; a language
without a file of its own falls back to English.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from django.conf import settings
from django.template import TemplateDoesNotExist
from django.template.loader import get_template

from remit.desk.accounts.models import Agent, Contact
from remit.desk.desks.models import Desk
from remit.desk.entitlements.models import Entitlement
from remit.desk.foundation.models import Outbox
from remit.desk.foundation.prepared import Prepared, columns_of, instances, together
from remit.desk.policies import store, words
from remit.desk.policies.models import Decision, OffChannelMessage
from remit.desk.policies.store import Edition
from remit.desk.tickets import facts as ticket_facts
from remit.desk.tickets.letters import Letter
from remit.desk.tickets.models import MessageText, Ticket, TicketText
from remit.policy.document.policy import Policy

MOST_READERS = 20
ENDINGS = {"reply", "question"}


def render(row: Outbox) -> Letter | None:
    """Word the letter, or return None where nobody can be written to any more (a contact without an address)."""
    known = _read(row)
    readers, language = _readers(row, known)
    if not readers:
        return None
    desk = known.desk
    context = _context(row, known)
    text = _template(str(row.payload["template"]), language).render(context)
    subject, _, body = text.strip().partition("\n")
    ticket: Ticket | None = context.get("ticket")
    sender = desk.email_address or settings.DEFAULT_FROM_EMAIL
    return Letter(
        to=tuple(readers),
        sender=f'"{_plain(desk.name)}" <{sender}>',
        reply_to=sender,
        subject=_plain(subject),
        body=body.strip() + "\n",
        in_reply_to=f"ticket-{ticket.pk}" if ticket is not None else "",
        is_automatic=row.payload["template"] not in ENDINGS,
    )


@dataclass(frozen=True, slots=True)
class Known:
    """What the row's references lead to; None for what it doesn't refer to, or what is gone."""

    desk: Desk
    contact: Contact | None
    ticket: Ticket | None
    edition: Edition | None
    text: TicketText | None
    body: str
    decision: Decision | None


_DESKS = Prepared(lambda pk: Desk.objects.filter(pk=pk).values_list(*columns_of(Desk)), int)
_CONTACTS = Prepared(
    lambda pk, desk: Contact.objects.filter(pk=pk, desk_id=desk).values_list(*columns_of(Contact)), int, int
)
_TICKETS = Prepared(
    lambda pk, desk: Ticket.objects.filter(pk=pk, desk_id=desk).values_list(
        *columns_of(Ticket), *(f"version__{name}" for name in store.EDITION)
    ),
    int,
    int,
)
_TEXTS = Prepared(
    lambda pk: TicketText.objects.filter(pk=pk).values_list(*columns_of(TicketText)),
    int,
)
_BODIES = Prepared(lambda pk: MessageText.objects.filter(pk=pk).values_list("body"), int)
_DECISIONS = Prepared(
    lambda pk, ticket: Decision.objects.filter(pk=pk, ticket_id=ticket).values_list(*columns_of(Decision)),
    int,
    int,
)


def _read(row: Outbox) -> Known:
    """Read what the letter is about, in one round trip; a reference that the row lacks finds nothing."""
    payload, ticket = row.payload, row.ticket_id or 0
    desks, contacts, tickets, texts, bodies, decisions = together(
        (_DESKS, (row.desk_id,)),
        (_CONTACTS, (payload.get("contact") or 0, row.desk_id)),
        (_TICKETS, (ticket, row.desk_id)),
        (_TEXTS, (ticket,)),
        (_BODIES, (payload.get("message") or 0,)),
        (_DECISIONS, (payload.get("decision") or 0, ticket)),
    )
    desk = instances(Desk, desks)[0]
    about = next(iter(instances(Ticket, tickets)), None)
    if about is not None:
        about.desk = desk
    return Known(
        desk=desk,
        contact=next(iter(instances(Contact, contacts)), None),
        ticket=about,
        edition=Edition(*tickets[0][-len(store.EDITION) :]) if tickets else None,
        text=next(iter(instances(TicketText, texts)), None),
        body=bodies[0][0] if bodies else "",
        decision=next(iter(instances(Decision, decisions)), None),
    )


def _plain(line: str) -> str:
    """One line without quotes or breaks, safe in a letter's head."""
    return " ".join(line.replace('"', "'").split())


def _template(name: str, language: str) -> Any:
    stem = "notifications/" + name.replace(" ", "_")
    for suffix in (language, language.split("-", maxsplit=1)[0], "en"):
        try:
            return get_template(f"{stem}.{suffix}.txt")
        except TemplateDoesNotExist:
            continue
    raise TemplateDoesNotExist(stem)


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


def _context(row: Outbox, known: Known) -> dict[str, Any]:
    payload, desk = row.payload, known.desk
    address = f"{settings.PUBLIC_URL}/{desk.slug}/"
    context: dict[str, Any] = {
        "desk": desk,
        "portal": address,
        "new_request": f"{address}requests/new/",
        **payload,
    }
    zone = desk.tz
    for name in ("close_at", "due_at"):
        if payload.get(name):
            context[name] = _moment(datetime.fromisoformat(payload[name]), zone)
    if payload.get("on"):
        context["on"] = f"{date.fromisoformat(payload['on']):%-d %B %Y}"
    if known.ticket is not None and known.edition is not None:
        context |= _ticket_context(row, known, known.ticket, store.compiled(known.edition), address)
    if "off_channel" in payload:
        context |= _off_channel_context(payload["off_channel"])
    if "entitlement" in payload:
        context["entitlement"] = Entitlement.objects.filter(pk=payload["entitlement"]).first()
    return context


def _moment(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%A %-d %B %Y, %H:%M}"


def _ticket_context(
    row: Outbox, known: Known, ticket: Ticket, policy: Policy, address: str
) -> dict[str, Any]:
    text = known.text
    number = ticket.number
    context: dict[str, Any] = {
        "ticket": ticket,
        "number": ticket.shown_number,
        "subject": text.subject if text else "",
        "url": f"{address}requests/{number}/",
        "desk_url": f"{address}desk/tickets/{number}/",
    }
    if "message" in row.payload:
        context["body"] = known.body
    if row.payload.get("clause"):
        page = f"{address}policy/{policy.number}/"
        context["cited"] = words.clause_reference(row.payload["clause"], policy, page)
    if row.payload.get("reason"):
        context["because"] = policy.close_reasons.get(row.payload["reason"], "")
    if known.decision is not None:
        context |= _decision_context(known.decision, policy, text, address)
    return context


def _decision_context(
    decision: Decision, policy: Policy, text: TicketText | None, address: str
) -> dict[str, Any]:
    facts = ticket_facts.read_back(decision.facts, policy, text.answers if text else None)
    page = f"{address}policy/{policy.number}/"
    reasons = [
        {
            **words.clause_reference(one["clause"], policy, page),
            "because": words.filled(one["because"], policy, facts),
        }
        for one in decision.deciding[:3]
    ]
    return {
        "decision": decision,
        "says": words.sentence(decision.says, decision.outcome, policy, facts),
        "reasons": reasons,
        "asks": words.asked(decision.asks, policy),
        "steps": [step["label"] for step in decision.steps],
        "is_override": decision.kind in ("override", "contest outcome"),
    }


def _off_channel_context(row_id: int) -> dict[str, Any]:
    row = OffChannelMessage.objects.filter(pk=row_id).select_related("version").first()
    if row is None:
        return {}
    policy = store.compiled(row.version)
    return {
        "says": policy.channels.elsewhere,
        "steps": [step.label for step in policy.channels.steps],
        "row": row,
    }
