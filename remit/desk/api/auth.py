"""Letting a program in: a bearer token of the desk in the address.

A wrong token, a revoked one and one of another desk are answered alike. Whom the call speaks of is looked up in the
same trip.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer

from remit.desk.accounts.actions.use_token import use_token
from remit.desk.accounts.models import ApiToken
from remit.desk.api.inputs import address_in
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
    """`Authorization: Bearer rmt_…`; gives the token with its desk and agent. The request gets `contact`: the desk's
    contact with the address that the body names, if there is one.
    """

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
        """The token with that secret at the desk in the address; None where there is none."""
        match = request.resolver_match
        slug = match.kwargs.get("desk", "") if match else ""
        let_in = use_token(slug, token, now=request.now, email=address_in(request))  # type: ignore[attr-defined]
        if let_in is None:
            return None
        request.contact = let_in.contact  # type: ignore[attr-defined]
        return let_in.token


def need(token: ApiToken, scope: str) -> ApiToken:
    """The token, if it was given that scope. Raises `NotAllowed`."""
    if not token.allows(scope):
        raise NotAllowed(
            f'This token was not given the scope "{scope}".', next="Issue a token with this scope."
        )
    return token
