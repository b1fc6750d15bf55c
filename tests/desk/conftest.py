"""The fixed cast of the desk's tests. Every page and every call is also tried by those who may not: Charlie, of another
customer, and Rosa, an agent of another desk.
"""

from datetime import UTC, datetime

import pytest
from django.test import Client

from remit.desk.accounts.models import Agent, Contact, Customer, Team, User
from remit.desk.desks.actions.create_desk import create_desk
from remit.desk.desks.models import Desk
from remit.desk.foundation.actors import SYSTEM

# A Thursday, ten in the morning in UTC.
NOW = datetime(2026, 3, 12, 10, 0, tzinfo=UTC)
PASSWORD = "a long pass phrase"


def user_named(name: str) -> User:
    """Return a new user with the usual pass phrase."""
    return User.objects.create_user(f"{name.lower()}@example.org", PASSWORD, name=name)


def contact_named(name: str, customer: Customer) -> Contact:
    """Return a new contact of the customer, who can sign in."""
    user = user_named(name)
    return Contact.objects.create(
        desk=customer.desk, customer=customer, user=user, name=name, email=user.email
    )


def agent_named(name: str, desk: Desk, **fields: object) -> Agent:
    """Return a new agent of the desk, who can sign in."""
    return Agent.objects.create(desk=desk, user=user_named(name), name=name, **fields)


def signed_in(person: Contact | Agent) -> Client:
    """Return a browser in which that person has signed in."""
    client = Client()
    assert person.user is not None
    client.force_login(person.user)
    return client


@pytest.fixture
def now() -> datetime:
    """The moment at which the tests take place."""
    return NOW


@pytest.fixture
def desk(db: None) -> Desk:
    """The desk at which the cast meets."""
    return create_desk(
        slug="harbour", name="Harbour Support", ticket_prefix="HAR", zone="Europe/Berlin",
        email_address="help@harbour.example", actor=SYSTEM, now=NOW,
    )  # fmt: skip


@pytest.fixture
def other_desk(db: None) -> Desk:
    """A desk that must never see into the first one."""
    return create_desk(
        slug="quarry", name="Quarry Support", ticket_prefix="QUA", zone="UTC", actor=SYSTEM, now=NOW
    )


@pytest.fixture
def customer(desk: Desk) -> Customer:
    """The customer of Alice and Bob."""
    return Customer.objects.create(desk=desk, name="Lighthouse Ltd")


@pytest.fixture
def alice(customer: Customer) -> Contact:
    """Who asks."""
    return contact_named("Alice", customer)


@pytest.fixture
def bob(customer: Customer) -> Contact:
    """Alice's colleague, at the same customer."""
    return contact_named("Bob", customer)


@pytest.fixture
def charlie(desk: Desk) -> Contact:
    """An outsider: a contact of another customer at the same desk."""
    return contact_named("Charlie", Customer.objects.create(desk=desk, name="Anchor Ltd"))


@pytest.fixture
def team(desk: Desk) -> Team:
    """The first tier."""
    return Team.objects.create(desk=desk, name="First line", tier=1)


@pytest.fixture
def ada(desk: Desk, team: Team) -> Agent:
    """An agent of the desk."""
    return agent_named("Ada", desk, team=team)


@pytest.fixture
def lena(desk: Desk, team: Team) -> Agent:
    """A lead of the desk, who decides what is left to discretion."""
    return agent_named("Lena", desk, team=team, is_lead=True)


@pytest.fixture
def rosa(other_desk: Desk) -> Agent:
    """An agent of another desk: an outsider here."""
    return agent_named("Rosa", other_desk)
