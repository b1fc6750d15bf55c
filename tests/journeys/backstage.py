"""What stories need that no page does yet: people and what they hold, a renewal, a call that an agent logs; and a look
into the records, to see what a page can't show.

Runs beside the server, by the same clock and on the same database: it reads one call a line as JSON (`{"do": …, …}`)
and answers with a line. Everything is done by the actions that the product has for it.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import django

from tests.journeys import moved_clock

django.setup()

from django.apps import apps  # noqa: E402  Django has to be set up before its models are read
from django.db import connection  # noqa: E402

from remit.desk.accounts.actions.issue_token import issue_token  # noqa: E402
from remit.desk.accounts.models import Agent, Contact, Customer, User  # noqa: E402
from remit.desk.desks.models import Desk  # noqa: E402
from remit.desk.entitlements import actions as rights  # noqa: E402
from remit.desk.entitlements.models import Entitlement  # noqa: E402
from remit.desk.foundation.actors import SYSTEM  # noqa: E402
from remit.desk.foundation.models import Outbox, Timer  # noqa: E402
from remit.desk.tickets.actions import receive_request  # noqa: E402
from remit.desk.tickets.inbound import Inbound  # noqa: E402
from remit.desk.tickets.models import Ticket  # noqa: E402

PATIENCE = 60  # seconds until the worker has to have done what is due


def join(desk: str, person: str, email: str, company: str = "", language: str = "") -> None:
    """Make a contact with a sign-in; the pass phrase is the demo's, whose digest is copied instead of made again."""
    at = Desk.objects.by_slug(desk)
    customer, _ = Customer.objects.get_or_create(desk=at, name=company or person)
    pattern = User.objects.exclude(password="").order_by("pk").first()
    assert pattern is not None
    user = User.objects.create_user(email, name=person)
    user.password = pattern.password
    user.save(update_fields=["password"])
    Contact.objects.create(desk=at, customer=customer, user=user, name=person, email=email, language=language)


def hold(
    desk: str,
    email: str,
    kind: str,
    name: str,
    plan: str = "",
    is_valid: bool = True,
    standing: str = "owner",
    attributes: Mapping[str, Any] | None = None,
    bought: list[dict[str, Any]] | None = None,
) -> None:
    """Give a contact something to ask under. `bought`: purchases, each with the days ago it was made."""
    contact = Contact.objects.get(desk__slug=desk, email=email)
    now = moved_now()
    held = Entitlement.objects.create(
        desk=contact.desk, customer=contact.customer, kind=kind, name=name, plan=plan, is_valid=is_valid,
        attributes=dict(attributes or {}), created_at=now,
    )  # fmt: skip
    for one in bought or []:
        parts = dict(one)
        at = now - timedelta(days=parts.pop("days_ago", 0))
        on: date | None = at.astimezone(contact.desk.tz).date() if parts.pop("by_date", False) else None
        rights.record_purchase(
            held, parts.pop("kind", "purchase"), actor=SYSTEM, now=now, at=at, on=on, **parts
        )
    rights.set_standing(held, contact, standing, actor=SYSTEM, now=now)


def renew(desk: str, name: str, term: str) -> None:
    """Record that a renewal was paid just now."""
    held = Entitlement.objects.get(desk__slug=desk, name=name)
    rights.record_purchase(held, "renewal", actor=SYSTEM, now=moved_now(), term=term, label="Renewal")


def let_ask(desk: str, name: str, email: str, standing: str) -> None:
    """Say in what standing a contact asks under what another holds."""
    held = Entitlement.objects.get(desk__slug=desk, name=name)
    contact = Contact.objects.get(desk__slug=desk, email=email)
    rights.set_standing(held, contact, standing, actor=SYSTEM, now=moved_now())


def log_call(desk: str, agent: str, email: str, subject: str, answers: Mapping[str, Any]) -> int:
    """Let an agent log what a customer said on the telephone; return the number of the ticket."""
    contact = Contact.objects.get(desk__slug=desk, email=email)
    by = Agent.objects.get(desk__slug=desk, user__email=agent)
    inbound = Inbound("phone", contact, subject, "Said on the telephone.", dict(answers))
    received = receive_request(contact.desk, inbound, actor=by.actor, now=moved_now())
    assert received.ticket is not None
    return int(received.ticket.number)


def token(desk: str) -> str:
    """Issue a token for the desk's API; return its secret."""
    _, secret = issue_token(Desk.objects.by_slug(desk), "journeys", actor=SYSTEM, now=moved_now())
    return str(secret)


def catch_up() -> None:
    """Wait until the worker has done all that is due by now."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        now = moved_now()
        if not (
            Timer.objects.filter(due_at__lte=now, dead_at=None).exists()
            or Outbox.objects.filter(due_at__lte=now, sent_at=None, dead_at=None).exists()
        ):
            return
        time.sleep(0.05)
    raise TimeoutError(f"The worker did not catch up in {PATIENCE} s.")


def letters(desk: str, number: int) -> list[dict[str, Any]]:
    """The letters about a ticket: which, and whether they are sent."""
    ticket = Ticket.objects.get(desk__slug=desk, number=number)
    rows = Outbox.objects.filter(ticket_id=ticket.pk).order_by("id")
    return [{"template": one.payload.get("template", ""), "sent": one.sent_at is not None} for one in rows]


def breaches(desk: str, number: int) -> list[dict[str, Any]]:
    """The broken promises of a ticket."""
    ticket = Ticket.objects.get(desk__slug=desk, number=number)
    return [
        {"metric": one.metric, "due_at": one.due_at.isoformat()} for one in ticket.breaches.order_by("id")
    ]


COUNTED = (
    "tickets.Ticket", "tickets.TicketText", "tickets.Message", "tickets.MessageText", "tickets.Clock",
    "policies.Decision", "foundation.Event", "foundation.Timer", "foundation.Outbox", "entitlements.Entitlement",
)  # fmt: skip


def counts() -> dict[str, int]:
    """How many rows there are of what a request writes: to see that nothing was half-written."""
    return {name: apps.get_model(name).objects.count() for name in COUNTED}


DEEDS = {
    one.__name__: one
    for one in (join, hold, renew, let_ask, log_call, token, catch_up, letters, breaches, counts)
}
moved_now = moved_clock.moved_now


def main() -> None:
    """Do what each line asks for, until there is none."""
    for line in sys.stdin:
        call = json.loads(line)
        answer: dict[str, Any]
        try:
            answer = {"answer": DEEDS[call.pop("do")](**call)}
        except Exception as error:  # noqa: BLE001  told to the story, which fails with it
            answer = {"fault": f"{type(error).__name__}: {error}"}
        # A connection kept open in a transaction would see an old picture of the records.
        connection.close()
        print(json.dumps(answer, default=datetime.isoformat), flush=True)


if __name__ == "__main__":
    main()
