"""Letting a program in by its token: with one statement, prepared, and no slow hashing."""

from datetime import datetime, timedelta

from remit.desk.accounts.models import ApiToken
from remit.desk.desks.models import Desk
from remit.desk.foundation.prepared import Prepared, columns_of, instances

# The last use is kept to see which tokens are still needed; a write on every call would cost more than it tells.
NOTED_EVERY = timedelta(minutes=10)
LONGEST_SECRET = 200


def use_token(slug: str, secret: str, *, now: datetime) -> ApiToken | None:
    """Return the living token with that secret at the desk with that slug, its desk with it, and note that it was used.

    None for a wrong token, a revoked one, one of another desk, and one whose agent has left: all are alike.
    """
    if not secret.isascii() or len(secret) > LONGEST_SECRET:
        return None
    token = _living(slug, ApiToken.prefix_of(secret))
    if token is None or not token.opens_with(secret):
        return None
    if token.agent is not None and not token.agent.is_active:
        return None
    if token.last_used_at is None or now - token.last_used_at >= NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


_TOKENS = Prepared(
    lambda slug, prefix: ApiToken.objects.filter(desk__slug=slug, prefix=prefix, revoked_at=None).values_list(
        *columns_of(ApiToken), *columns_of(Desk, "desk__")
    ),
    str,
    str,
)


def _living(slug: str, prefix: str) -> ApiToken | None:
    rows = _TOKENS.rows(slug, prefix)
    token = next(iter(instances(ApiToken, rows)), None)
    if token is not None:
        [token.desk] = instances(Desk, [rows[0][len(columns_of(ApiToken)) :]])
    return token
