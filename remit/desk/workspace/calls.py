"""Opening a request for somebody who called: finding the caller, then the same form and dry run as in the portal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext

from remit.desk.accounts.models import Contact
from remit.desk.asking.forms import Asker
from remit.desk.foundation.errors import NotFoundHere
from remit.desk.policies import store
from remit.desk.workspace.visit import Visit
from remit.policy.document.policy import Policy

MOST_FOUND = 20
BY_PEOPLE = ("phone", "email", "chat", "telegram", "portal")
"""Ways by which a request reaches a person of the desk, the likeliest first."""


@dataclass(frozen=True, slots=True)
class Found:
    """A contact who may be the caller."""

    name: str
    email: str
    customer: str
    address: str


@dataclass(frozen=True, slots=True)
class CallerPage:
    """Looking for the caller."""

    text: str
    found: tuple[Found, ...]
    is_cut: bool


def caller_page(visit: Visit, text: str) -> CallerPage:
    """The contacts of the desk that a word fits, by name; the first ones where nothing was typed yet."""
    text = text.strip()[:200].replace("\0", "")
    contacts = Contact.objects.filter(desk=visit.desk).select_related("customer").order_by("name", "id")
    for word in text.split()[:5]:
        contacts = contacts.filter(
            Q(name__icontains=word) | Q(email__icontains=word) | Q(customer__name__icontains=word)
        )
    found = list(contacts[: MOST_FOUND + 1])
    address = visit.address("call")
    return CallerPage(
        text,
        tuple(
            Found(
                one.name, one.email, one.customer.name if one.customer else "", f"{address}?contact={one.pk}"
            )
            for one in found[:MOST_FOUND]
        ),
        len(found) > MOST_FOUND,
    )


def asker_of(visit: Visit, data: Mapping[str, Any]) -> Asker | None:
    """The form filled in by this agent for the caller that `data` names; None where it names nobody yet.

    `NotFoundHere` for a contact of another desk, as for one that does not exist.
    """
    wanted = str(data.get("contact", ""))
    if not wanted:
        return None
    number = int(wanted) if wanted.isdecimal() and len(wanted) < 18 else 0
    contact = Contact.objects.filter(desk=visit.desk, pk=number).select_related("customer").first()
    if contact is None:
        raise NotFoundHere(gettext("There is no contact like this here."))
    policy = _policy_for(contact, visit)
    channels = tuple((one, channel_words(one)) for one in BY_PEOPLE if policy.is_official(one))
    offered = [one for one, _ in channels]
    chosen = str(data.get("channel", ""))
    return Asker(
        desk=visit.desk,
        contact=contact,
        actor=visit.agent.actor,
        policy=policy,
        almanac=visit.almanac,
        now=visit.now,
        address=visit.address("call"),
        foresee_address=visit.address("foresee"),
        policy_address=visit.policy_address(policy.number),
        version_address=visit.policy_address(policy.number),
        channel=chosen if chosen in offered else next(iter(offered), "portal"),
        channels=channels,
        another_address=visit.address("call"),
    )


def _policy_for(contact: Contact, visit: Visit) -> Policy:
    """The policy in force, under the agreement that runs with the caller's customer."""
    agreement = store.agreement_at(visit.desk.pk, contact.customer_id, visit.now)
    if agreement is None:
        return visit.in_force
    return store.compiled(store.in_force(store.versions_of(visit.desk), visit.now), agreement)


def channel_words(channel: str) -> str:
    """What people call a way by which words travel."""
    words = {
        "phone": gettext("Phone"),
        "email": gettext("E-mail"),
        "chat": gettext("Chat"),
        "telegram": "Telegram",
        "portal": gettext("Portal, for them"),
    }
    return words.get(channel, channel)
