"""Who accepted which version of the policy, when and how, as the team reads it (ITC-13).

Reads only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count
from django.utils.translation import gettext

from remit.desk.accounts.models import Customer
from remit.desk.design.talks import Done
from remit.desk.policies.models import Consent
from remit.desk.tickets.models import Ticket
from remit.desk.workspace.visit import Visit

MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """That a person of a customer accepted a version: by what, which ticket or purchase that was, and when."""

    person: str
    version: int
    version_address: str
    way: str
    ticket: str
    ticket_address: str
    at: datetime


def consents_of(customer: Customer, visit: Visit) -> tuple[ConsentRow, ...]:
    """What the people of a customer accepted, the latest first."""
    found = (
        Consent.objects.filter(contact__customer=customer, desk=visit.desk)
        .select_related("contact", "version", "ticket", "purchase__entitlement")
        .order_by("-accepted_at", "-id")[:MOST_SHOWN]
    )
    return tuple(_row(one, visit) for one in found)


def _row(one: Consent, visit: Visit) -> ConsentRow:
    ticket = one.ticket
    if ticket is not None:
        ticket.desk = visit.desk
    return ConsentRow(
        person=one.contact.name,
        version=one.version.number,
        version_address=visit.policy_address(one.version.number),
        way=way_words(one),
        ticket=ticket.shown_number if ticket is not None else "",
        ticket_address=visit.address("ticket", ticket.number) if ticket is not None else "",
        at=one.accepted_at,
    )


def way_words(one: Consent) -> str:
    """How it was accepted, for people."""
    if one.purchase is not None:
        return gettext("by buying %s") % one.purchase.entitlement.name
    words = {
        "portal": gettext("by a request in the portal"),
        "phone": gettext("by a request on the phone"),
        "email": gettext("by a request by e-mail"),
        "chat": gettext("by a request in the chat"),
        "telegram": gettext("by a request on Telegram"),
        "api": gettext("by a request through the API"),
    }
    return words.get(one.channel, gettext("by a request"))


def told_of(ticket: Ticket, history: Iterable[Done]) -> Sequence[Done]:
    """A ticket's history, the latest first, with what its requester accepted by it."""
    consents = Consent.objects.filter(ticket_id=ticket.pk).select_related("version")
    lines = [
        Done(
            "file-text",
            gettext("Version %s of the policy was accepted by this request") % one.version.number,
            one.accepted_at,
            by=gettext("the customer"),
        )
        for one in consents
    ]
    # Where both are of one moment, the acceptance follows from the receipt and stands above it.
    return sorted([*lines, *history], key=lambda one: one.at, reverse=True) if lines else tuple(history)


def accepted_by(version_ids: Iterable[int]) -> dict[int, int]:
    """How many people accepted each version."""
    counted = Consent.objects.filter(version_id__in=list(version_ids)).order_by().values_list("version_id")
    return dict(counted.annotate(people=Count("contact_id")))
