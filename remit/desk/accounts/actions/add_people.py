"""Making people known at a desk: those who answer and those who ask."""

from datetime import datetime
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from remit.desk.accounts.models import Agent, Contact, Customer, Team, User, normal_email
from remit.desk.desks.models import Desk
from remit.desk.foundation import events
from remit.desk.foundation.actors import Actor
from remit.desk.foundation.errors import Conflict, InvalidInput
from remit.desk.foundation.text import noted_line

NAME_LENGTH, TEAM_LENGTH, CUSTOMER_LENGTH, LANGUAGE_LENGTH = 120, 80, 160, 10
TIERS = range(1, 10)


def add_agent(
    desk: Desk,
    name: str,
    email: str,
    *,
    actor: Actor,
    now: datetime,
    team: str = "",
    tier: int = 1,
    is_lead: bool = False,
    is_owner: bool = False,
    password: str | None = None,
) -> Agent:
    """Return a new agent with a sign-in; the team is made where the desk has none of that name. A sign-in that
    exists already keeps its password; a new one is held to the rules for passwords. Raises `InvalidInput` naming
    the field, `Conflict` where they answer here already.
    """
    faults: dict[str, str] = {}
    if tier not in TIERS:
        faults["tier"] = f"Tiers go from {TIERS[0]} to {TIERS[-1]}."
    name, team = (
        noted_line(name, "name", NAME_LENGTH, faults),
        noted_line(team, "team", TEAM_LENGTH, faults),
    )
    check_person(name, email, "The agent was not added.", faults)
    with transaction.atomic():
        user = user_with(email, name, password, "The agent was not added.")
        if Agent.objects.filter(desk=desk, user=user).exists():
            raise Conflict(f"{email} answers at this desk already.")
        belongs = (
            Team.objects.get_or_create(desk=desk, name=team, defaults={"tier": tier})[0] if team else None
        )
        agent = Agent.objects.create(
            desk=desk, user=user, name=name, team=belongs, tier=tier, is_lead=is_lead, is_owner=is_owner
        )
        events.append(
            desk.pk, ("agent", agent.pk), "agent added", now, actor, {"tier": tier, "is_lead": is_lead}
        )
    return agent


def add_contact(
    desk: Desk,
    customer: str,
    name: str,
    email: str,
    *,
    actor: Actor,
    now: datetime,
    language: str = "",
    password: str | None = None,
) -> Contact:
    """Return a new contact with a sign-in; the customer is made where the desk has none of that name. A new sign-in's
    password is held to the rules for passwords. Raises `InvalidInput` naming the field, `Conflict` where the address is
    known here already.
    """
    faults: dict[str, str] = {}
    name = noted_line(name, "name", NAME_LENGTH, faults)
    customer = noted_line(customer, "customer", CUSTOMER_LENGTH, faults)
    language = noted_line(language, "language", LANGUAGE_LENGTH, faults)
    check_person(name, email, "The contact was not added.", faults)
    with transaction.atomic():
        if Contact.objects.by_email(desk, email) is not None:
            raise Conflict(f"{email} is a contact of this desk already.")
        company = Customer.objects.filter(desk=desk, name=customer).first()
        company = company or Customer.objects.create(desk=desk, name=customer or name)
        user = user_with(email, name, password, "The contact was not added.")
        contact = Contact.objects.create(
            desk=desk, customer=company, user=user, name=name, email=email, language=language
        )
        data: dict[str, Any] = {"customer": company.pk}
        events.append(desk.pk, ("contact", contact.pk), "contact added", now, actor, data)
    return contact


def check_person(name: str, email: str, message: str, faults: dict[str, str]) -> None:
    """Raise `InvalidInput` for these faults, a missing name and an address that is none."""
    if not name and "name" not in faults:
        faults["name"] = "Say what the person is called."
    try:
        validate_email(email)
    except ValidationError:
        faults["email"] = f"{email!r} is no e-mail address."
    if faults:
        raise InvalidInput(message, fields=faults)


def user_with(email: str, name: str, password: str | None, message: str) -> User:
    """The user who owns that address, as they are; else a new one. Raises `InvalidInput` for a password that is easily
    guessed.
    """
    known = User.objects.owner_of(email)
    if known is not None:
        return known
    if password is not None:
        try:
            validate_password(password, User(email=normal_email(email), name=name))
        except ValidationError as error:
            raise InvalidInput(message, fields={"password": " ".join(error.messages)}) from error
    return User.objects.vouch_for(email, password, name)
