"""Shutting a program out."""

from datetime import datetime

from django.db import transaction

from remit.desk.accounts.models import ApiToken
from remit.desk.desks.models import Desk
from remit.desk.foundation import events
from remit.desk.foundation.actors import Actor
from remit.desk.foundation.errors import InvalidInput


def revoke_token(token: ApiToken, *, actor: Actor, now: datetime) -> None:
    """End the token at once; a second time changes nothing."""
    with transaction.atomic():
        if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now):
            events.append(token.desk_id, ("token", token.pk), "token revoked", now, actor)
    token.refresh_from_db()


def living_token(desk: Desk, named: str) -> ApiToken:
    """The desk's living token of that name, or the one that begins so (a whole secret will do). Raises `InvalidInput`
    that lists the living ones where none or several fit.
    """
    living = list(ApiToken.objects.filter(desk=desk, revoked_at=None).order_by("pk"))
    found = [one for one in living if ApiToken.prefix_of(named) == one.prefix] or [
        one for one in living if named == one.name
    ]
    if len(found) == 1:
        return found[0]
    there_are = ", ".join(str(one) for one in found or living) or "none"
    why = (
        "Several have this name; say which by its first characters"
        if found
        else "This desk has no such token"
    )
    raise InvalidInput("Nothing was revoked.", fields={"token": f"{why}. There are: {there_are}."})
