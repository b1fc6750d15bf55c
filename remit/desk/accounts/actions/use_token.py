"""Letting a program in by its token."""

from datetime import datetime, timedelta

from remit.desk.accounts.models import ApiToken
from remit.desk.desks.models import Desk

# The last use is kept to see which tokens are still needed; a write on every call would cost more than it tells.
NOTED_EVERY = timedelta(minutes=10)


def use_token(desk: Desk, secret: str, *, now: datetime) -> ApiToken | None:
    """Return the desk's living token with that secret, and note that it was used; None if there is none."""
    token = ApiToken.of_secret(desk, secret)
    if token is None or (token.agent is not None and not token.agent.is_active):
        return None
    if token.last_used_at is None or now - token.last_used_at >= NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token
