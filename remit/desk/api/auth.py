"""Letting a program in: a bearer token of the desk in the address.

A wrong token, a revoked one and one of another desk are answered alike.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer

from remit.desk.accounts.actions.use_token import use_token
from remit.desk.accounts.models import ApiToken
from remit.desk.foundation.errors import DeskError


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
        token = self.authenticate(request, secret.strip()) if kind.lower() == "bearer" else None
        if token is None:
            raise NotLetIn(
                "This call needs a living token of this desk.",
                next="Send it as: Authorization: Bearer rmt_…",
            )
        return token

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The token with that secret at the desk in the address."""
        match = request.resolver_match
        slug = match.kwargs.get("desk", "") if match else ""
        return use_token(slug, token, now=request.now)  # type: ignore[attr-defined]


def need(token: ApiToken, scope: str) -> ApiToken:
    """The token, if it was given that scope. Raises `NotAllowed`."""
    if not token.allows(scope):
        raise NotAllowed(
            f'This token was not given the scope "{scope}".', next="Issue a token with this scope."
        )
    return token
