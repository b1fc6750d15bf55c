"""The desk's tokens as its leads see them: what lets a program in, for whom it acts, and whether it is still used. No
secret is here but a new token's own, once.

Reads only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict

from remit.desk.accounts.models import SCOPES, Agent, ApiToken
from remit.desk.workspace.visit import Visit

MOST = 200


@dataclass(frozen=True, slots=True)
class TokenLine:
    """A token. `begins`: the first characters of its secret; `agent`: for whom it acts, empty where for itself;
    `is_stopped`: its agent answers here no more, so it opens nothing.
    """

    key: int
    name: str
    begins: str
    agent: str
    scopes: tuple[str, ...]
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None
    is_stopped: bool


@dataclass(frozen=True, slots=True)
class TokensPage:
    """The page. `secret`: of the token that was just issued. What was typed stands in the form again where none was."""

    living: tuple[TokenLine, ...]
    revoked: tuple[TokenLine, ...]
    agents: tuple[tuple[str, str, bool], ...]
    scopes: tuple[tuple[str, bool], ...]
    address: str
    name: str
    errors: Mapping[str, str]
    secret: str = ""


def tokens_page(
    visit: Visit, *, form: QueryDict | None = None, errors: Mapping[str, str] | None = None, secret: str = ""
) -> TokensPage:
    """The page, the latest token first."""
    rows = ApiToken.objects.filter(desk=visit.desk).select_related("agent").order_by("-pk")
    agents = Agent.objects.filter(desk=visit.desk, is_active=True).order_by("name", "pk")[:MOST]
    chosen = form.get("agent", "") if form is not None else ""
    wanted = form.getlist("scopes") if form is not None else SCOPES
    return TokensPage(
        living=tuple(_line(one) for one in rows.filter(revoked_at=None)[:MOST]),
        revoked=tuple(_line(one) for one in rows.exclude(revoked_at=None)[:MOST]),
        agents=tuple((str(one.pk), one.name, str(one.pk) == chosen) for one in agents),
        scopes=tuple((one, one in wanted) for one in SCOPES),
        address=f"/{visit.desk.slug}/api/v1/",
        name=form.get("name", "") if form is not None else "",
        errors=errors or {},
        secret=secret,
    )


def _line(one: ApiToken) -> TokenLine:
    return TokenLine(
        key=one.pk,
        name=one.name,
        begins=one.prefix,
        agent=one.agent.name if one.agent else "",
        scopes=tuple(one.scopes),
        created_at=one.created_at,
        last_used_at=one.last_used_at,
        revoked_at=one.revoked_at,
        is_stopped=one.agent is not None and not one.agent.is_active,
    )
