"""Letting a program in by its token: prepared, in one trip with the contact it speaks of, and no slow hashing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from remit.desk.accounts.models import ApiToken, Contact
from remit.desk.desks.models import Desk
from remit.desk.foundation.prepared import Prepared, columns_of, instances, together

# The last use is kept to see which tokens are still needed; a write on every call would cost more than it tells.
NOTED_EVERY = timedelta(minutes=10)
LONGEST_SECRET = 200


@dataclass(frozen=True, slots=True)
class LetIn:
    """A program that was let in, and the contact of its desk with the address that was asked for, if there is one."""

    token: ApiToken
    contact: Contact | None = None


def use_token(slug: str, secret: str, *, now: datetime, email: str = "") -> LetIn | None:
    """Let in who has the secret of a living token at the desk with that slug, and note that the token was used; the
    token has its desk. `email`: a normal address whose contact is wanted; read in the same trip, by the same secret.

    None for a wrong token, a revoked one, one of another desk, and one whose agent has left: all are alike.
    """
    if not secret.isascii() or len(secret) > LONGEST_SECRET:
        return None
    token, contact = _living(slug, secret, email)
    if token is None or not token.opens_with(secret):
        return None
    if token.agent is not None and not token.agent.is_active:
        return None
    if token.last_used_at is None or now - token.last_used_at >= NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return LetIn(token, contact)


_TOKENS = Prepared(
    lambda slug, prefix: ApiToken.objects.filter(desk__slug=slug, prefix=prefix, revoked_at=None).values_list(
        *columns_of(ApiToken), *columns_of(Desk, "desk__")
    ),
    str,
    str,
)


_CONTACTS = Prepared(
    lambda prefix, digest, email: (
        Contact.objects.filter(desk__api_tokens__prefix=prefix, desk__api_tokens__digest=digest, email=email)
        .exclude(email="")
        .values_list(*columns_of(Contact))
    ),
    str,
    str,
    str,
)
"""Read by the whole secret: to whom it isn't known, the time that this takes tells nothing either. Empty addresses are
left out because the index does so: a prepared question can't know that it asks for none.
"""


def _living(slug: str, secret: str, email: str) -> tuple[ApiToken | None, Contact | None]:
    prefix = ApiToken.prefix_of(secret)
    asked = [(_CONTACTS, (prefix, ApiToken.digest_of(secret), email))] if email else []
    rows, *found = together((_TOKENS, (slug, prefix)), *asked)
    token = next(iter(instances(ApiToken, rows)), None)
    if token is not None:
        [token.desk] = instances(Desk, [rows[0][len(columns_of(ApiToken)) :]])
    return token, next((one for some in found for one in instances(Contact, some)), None)
