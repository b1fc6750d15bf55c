"""Letting a program in: a bearer token of the desk in the address, found with one statement and no slow hashing.

A wrong token, a revoked one and one of another desk are answered alike.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer

from remit.desk.accounts.actions.use_token import NOTED_EVERY
from remit.desk.accounts.models import ApiToken
from remit.desk.desks.models import Desk
from remit.desk.foundation.errors import DeskError
from remit.desk.foundation.prepared import Prepared, columns_of


class NotLetIn(DeskError):
    """No living token of this desk was given."""

    status = 401
    code = "not_let_in"


class NotAllowed(DeskError):
    """The token lacks the scope that this call needs."""

    status = 403
    code = "not_allowed"


class DeskToken(HttpBearer):
    """`Authorization: Bearer rmt_…`; gives the token with its desk and agent."""

    openapi_bearerFormat = "rmt_…"  # noqa: N815  ninja's own name

    def __call__(self, request: HttpRequest) -> Any:
        kind, _, secret = request.headers.get("Authorization", "").partition(" ")
        token = _found(request, secret.strip()) if kind.lower() == "bearer" else None
        if token is None:
            raise NotLetIn(
                "This call needs a living token of this desk.",
                next="Send it as: Authorization: Bearer rmt_…",
            )
        return token

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The token with that secret at the desk in the address."""
        return _found(request, token)


def _found(request: HttpRequest, secret: str) -> ApiToken | None:
    match = request.resolver_match
    slug = match.kwargs.get("desk", "") if match else ""
    if not secret.isascii() or len(secret) > 200:
        return None
    found = _token(slug, secret[:12])
    digest = hashlib.sha256(secret.encode()).hexdigest()
    if found is None or not secrets.compare_digest(found.digest, digest):
        return None
    if found.agent is not None and not found.agent.is_active:
        return None
    now = request.now  # type: ignore[attr-defined]
    if found.last_used_at is None or now - found.last_used_at >= NOTED_EVERY:
        ApiToken.objects.filter(pk=found.pk).update(last_used_at=now)
    return found


_tokens = Prepared(
    lambda slug, prefix: ApiToken.objects.filter(desk__slug=slug, prefix=prefix, revoked_at=None).values_list(
        *columns_of(ApiToken), *columns_of(Desk, "desk__")
    ),
    str,
    str,
)


def _token(slug: str, prefix: str) -> ApiToken | None:
    """The living token of the desk with that prefix, the desk with it."""
    rows = _tokens.rows(slug, prefix)
    if not rows:
        return None
    names = columns_of(ApiToken)
    token = ApiToken.from_db("default", names, rows[0][: len(names)])
    token.desk = Desk.from_db("default", columns_of(Desk), rows[0][len(names) :])
    return token


def need(token: ApiToken, scope: str) -> ApiToken:
    """The token, if it was given that scope. Raises `NotAllowed`."""
    if not token.allows(scope):
        raise NotAllowed(
            f'This token was not given the scope "{scope}".', next="Issue a token with this scope."
        )
    return token
