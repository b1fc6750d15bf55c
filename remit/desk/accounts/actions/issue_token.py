"""Giving a program a token."""

from datetime import datetime

from django.db import transaction

from remit.desk.accounts.models import SCOPES, Agent, ApiToken
from remit.desk.desks.models import Desk
from remit.desk.foundation import events
from remit.desk.foundation.actors import Actor
from remit.desk.foundation.errors import InvalidInput
from remit.desk.foundation.text import noted_line

NAME_LENGTH = 80


def issue_token(
    desk: Desk,
    name: str,
    *,
    actor: Actor,
    now: datetime,
    agent: Agent | None = None,
    scopes: tuple[str, ...] = SCOPES,
) -> tuple[ApiToken, str]:
    """Return a new token with its secret, which is shown this once; InvalidInput for a scope, agent or name
    that cannot be.
    """
    if not scopes:
        sentence = "Choose at least one, or the token opens nothing."
        raise InvalidInput("The token was not issued.", fields={"scopes": sentence})
    if unknown := [scope for scope in scopes if scope not in SCOPES]:
        sentence = f"There is no {unknown[0]!r}; there are {', '.join(SCOPES)}."
        raise InvalidInput("The token was not issued.", fields={"scopes": sentence})
    if agent is not None and (agent.desk_id != desk.pk or not agent.is_active):
        raise InvalidInput(
            "The token was not issued.", fields={"agent": "Nobody like this answers at this desk."}
        )
    faults: dict[str, str] = {}
    name = noted_line(name, "name", NAME_LENGTH, faults)
    if not name and not faults:
        faults["name"] = "Say what will use it."
    if faults:
        raise InvalidInput("The token was not issued.", fields=faults)
    with transaction.atomic():
        token, secret = ApiToken.issue(desk, name, now=now, agent=agent, scopes=scopes)
        data = {"scopes": list(scopes), "agent": agent.pk if agent else None}
        events.append(desk.pk, ("token", token.pk), "token issued", now, actor, data)
    return token, secret
