"""The five example policies, each at a desk of its own, with somebody who asks and something they hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from remit.desk.accounts.models import Agent, Contact, Customer, Team, User
from remit.desk.desks.actions.create_desk import create_desk
from remit.desk.desks.models import Desk
from remit.desk.entitlements.actions import record_purchase
from remit.desk.entitlements.models import Entitlement
from remit.desk.foundation.actors import SYSTEM
from remit.desk.foundation.models import Event, Outbox
from remit.desk.policies.actions import publish_policy
from remit.desk.policies.models import PolicyVersion
from remit.desk.tickets.actions import Received, receive_request
from remit.desk.tickets.inbound import Inbound
from remit.desk.tickets.models import Clock, Ticket
from remit.desk.worker import loop
from tests.desk.conftest import user_named

POLICIES = Path(__file__).resolve().parents[2] / "policies"
ZONES = {
    "crm24": "Asia/Tehran",
    "its": "Europe/London",
    "ionetech": "Asia/Phnom_Penh",
    "iexexchanger": "UTC+3",
}
PREFIXES = {"itech-crm": "ITC", "crm24": "CRM", "its": "ITS", "ionetech": "ION", "iexexchanger": "IEX"}


def at(written: str) -> datetime:
    """A UTC instant: `at("2026-11-18 11:20")`."""
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


@dataclass
class Place:
    """A desk with its policy in force and its people."""

    desk: Desk
    version: PolicyVersion
    alice: Contact
    charlie: Contact
    ada: Agent
    lena: Agent
    usual: Mapping[str, Any] = field(default_factory=dict)

    def ask(self, now: datetime, contact: Contact | None = None, **answers: Any) -> Received:
        """Send a request with the desk's usual answers and these (`topic="bug"`, `request__kind="refund"`)."""
        given = {**self.usual, **{name.replace("__", "."): value for name, value in answers.items()}}
        special = {name: given.pop(name) for name in SPECIAL if name in given}
        inbound = Inbound(
            channel=special.get("channel", "portal"),
            contact=contact or self.alice,
            subject=special.get("subject", "It does not work"),
            body=special.get("body", "Since this morning."),
            answers={name: value for name, value in given.items() if value is not None},
            entitlement=special.get("entitlement"),
            idempotency_key=special.get("key"),
            linked_to=special.get("about"),
            observed=special.get("observed", {}),
        )
        return receive_request(self.desk, inbound, actor=(contact or self.alice).actor, now=now)

    def ticket(self, now: datetime, **answers: Any) -> Ticket:
        """The ticket that such a request makes."""
        received = self.ask(now, **answers)
        assert received.ticket is not None
        return received.ticket

    def holds(
        self, kind: str, bought: datetime, *, contact: Contact | None = None, **fields: Any
    ) -> Entitlement:
        """Something the contact's customer holds, bought then."""
        purchase = {name: fields.pop(name) for name in ("term", "on", "part") if name in fields}
        entitlement = Entitlement.objects.create(
            desk=self.desk,
            customer=(contact or self.alice).customer,
            kind=kind,
            name=fields.pop("name", "L-204"),
            created_at=bought,
            **fields,
        )
        record_purchase(entitlement, "purchase", actor=SYSTEM, now=bought, **purchase)
        return entitlement


SPECIAL = ("channel", "subject", "body", "entitlement", "key", "about", "observed")


def place(slug: str, **usual: Any) -> Place:
    """The desk of one example policy, its first version in force."""
    source = (POLICIES / f"{slug}.md").read_text(encoding="utf-8")
    start = at("2026-01-01 00:00")
    desk = create_desk(
        slug=slug,
        name=slug.title(),
        ticket_prefix=PREFIXES[slug],
        zone=ZONES.get(slug, "UTC"),
        email_address=f"help@{slug}.example",
        actor=SYSTEM,
        now=start,
    )
    version = publish_policy(desk, source, actor=SYSTEM, now=start)
    alice = _contact("Alice", Customer.objects.create(desk=desk, name="Lighthouse Ltd"))
    charlie = _contact("Charlie", Customer.objects.create(desk=desk, name="Anchor Ltd"))
    first = Team.objects.create(desk=desk, name="First line", tier=1)
    Team.objects.create(desk=desk, name="Specialists", tier=2)
    Team.objects.create(desk=desk, name="Management", tier=3)
    ada = Agent.objects.create(desk=desk, user=_user("Ada"), name="Ada", team=first)
    lena = Agent.objects.create(desk=desk, user=_user("Lena"), name="Lena", team=first, is_lead=True)
    return Place(
        desk,
        version,
        alice,
        charlie,
        ada,
        lena,
        {name.replace("__", "."): one for name, one in usual.items()},
    )


def _user(name: str) -> User:
    """One sign-in for a person, at however many desks they are known."""
    return User.objects.filter(email=f"{name.lower()}@example.org").first() or user_named(name)


def _contact(name: str, customer: Customer) -> Contact:
    user = _user(name)
    return Contact.objects.create(
        desk=customer.desk, customer=customer, user=user, name=name, email=user.email
    )


def clock_of(ticket: Ticket, metric: str = "first response", cycle: int = 1) -> Clock:
    """The stored projection of one clock."""
    return Clock.objects.get(ticket=ticket, metric=metric, cycle=cycle)


def kinds(ticket: Ticket) -> list[str]:
    """What happened to the ticket, in order."""
    return list(
        Event.objects.filter(subject_kind="ticket", subject_id=ticket.pk)
        .order_by("id")
        .values_list("kind", flat=True)
    )


def letters(ticket: Ticket) -> list[str]:
    """The templates of the letters that the ticket put into the outbox, in order."""
    rows = Outbox.objects.filter(ticket_id=ticket.pk).order_by("id")
    return [row.payload["template"] for row in rows]


def work_until(now: datetime) -> int:
    """Let every timer that is due by `now` fire, as the worker would, and say how many did."""
    counts = loop.Counts()
    while loop.fire_timers(now, counts):
        pass
    assert not counts.failures
    return counts.timers


def day(written: str) -> date:
    """A date: `day("2026-10-02")`."""
    return date.fromisoformat(written)
