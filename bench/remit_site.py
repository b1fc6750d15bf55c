"""A Remit installation for measuring: one desk on a database of its own, customers with contracts, sign-ins, tickets.

Run as a module with the installation's environment set (`REMIT_DATABASE_URL`, `REMIT_DATA_DIR`):
`python -m bench.remit_site prepare` prints what a load needs as JSON; `… fill 100000` loads tickets by multiplying
those that the real action made; `… count` prints rows by table.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

PEOPLE = 500
SLUG = "ionetech"
ANSWERS = {
    "category": "technical",
    "impact": "medium",
    "topic": "network",
    "details": "The tunnel goes down every five to ten minutes and comes back by itself.",
}


def prepare() -> dict[str, Any]:
    """Open the desk with its policy, its people and their contracts; return a token, session keys of people who ask
    (`sessions`) and the key of an agent's (`agent_session`).
    """
    from django.core.management import call_command

    from remit.desk.accounts.models import Agent, ApiToken, Contact, Customer, User
    from remit.desk.desks.actions.create_desk import create_desk
    from remit.desk.entitlements.actions import record_purchase, set_standing
    from remit.desk.entitlements.models import Entitlement
    from remit.desk.foundation import clock
    from remit.desk.foundation.actors import SYSTEM
    from remit.desk.policies.actions.publish_policy import publish_policy

    call_command("migrate", verbosity=0)
    now = clock.now()
    past = now - timedelta(days=100)
    desk = create_desk(
        slug=SLUG, name="I One Tech", ticket_prefix="ION", zone="Asia/Phnom_Penh",
        email_address="support@ionetech.example", actor=SYSTEM, now=past,
    )  # fmt: skip
    source = Path(__file__).parents[1] / "policies" / f"{SLUG}.md"
    publish_policy(desk, source.read_text(encoding="utf-8"), actor=SYSTEM, now=past)
    _, secret = ApiToken.issue(desk, "load", now=now)
    sessions = []
    for number in range(PEOPLE):
        email = f"person{number}@example.com"
        user = User.objects.create(email=email, name=f"Person {number}", password="!")
        customer = Customer.objects.create(desk=desk, name=f"Company {number}")
        contact = Contact.objects.create(desk=desk, customer=customer, user=user, name=user.name, email=email)
        held = Entitlement.objects.create(
            desk=desk, customer=customer, kind="contract", name=f"C-{number}", created_at=past
        )
        record_purchase(held, "purchase", at=past, term="12 months", actor=SYSTEM, now=past)
        set_standing(held, contact, "owner", actor=SYSTEM, now=past)
        if number < 50:
            sessions.append(_signed_in(user))
    agent = User.objects.create(email="agent@example.com", name="Agent", password="!")
    Agent.objects.create(desk=desk, user=agent, name=agent.name)
    return {
        "slug": SLUG,
        "token": secret,
        "sessions": sessions,
        "agent_session": _signed_in(agent),
        "answers": ANSWERS,
    }


def _signed_in(user: Any) -> str:
    """Return the key of a session in which that person has signed in."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def count() -> dict[str, int]:
    """Return how many rows each table of an intake has."""
    from remit.desk.foundation.models import Event, Outbox, Timer
    from remit.desk.policies.models import Decision
    from remit.desk.tickets.models import Clock, Message, Ticket

    tables = {"tickets": Ticket, "messages": Message, "decisions": Decision, "events": Event,
              "clocks": Clock, "timers": Timer, "outbox": Outbox}  # fmt: skip
    return {name: model.objects.count() for name, model in tables.items()}


def main() -> None:
    """Do what the words say and print JSON."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "remit.desk.settings")
    django.setup()
    word = sys.argv[1]
    if word == "prepare":
        print(json.dumps(prepare()))
    elif word == "fill":
        from bench.filling import fill

        print(json.dumps({"tickets": fill(int(sys.argv[2]))}))
    else:
        print(json.dumps(count()))


if __name__ == "__main__":
    main()
