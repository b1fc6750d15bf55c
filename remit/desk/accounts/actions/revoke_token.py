"""Shutting a program out."""

from datetime import datetime

from django.db import transaction

from remit.desk.accounts.models import ApiToken
from remit.desk.foundation import events
from remit.desk.foundation.actors import Actor


def revoke_token(token: ApiToken, *, actor: Actor, now: datetime) -> None:
    """End the token at once; a second time changes nothing."""
    with transaction.atomic():
        if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now):
            events.append(token.desk_id, ("token", token.pk), "token revoked", now, actor)
    token.refresh_from_db()
