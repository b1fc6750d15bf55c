"""A desk with a program that calls it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from remit.desk.accounts.models import ApiToken
from remit.desk.foundation import clock
from tests.desk.five import Place, at, place


@pytest.fixture
def itc(db: None) -> Place:
    """iTech CRM, where Alice's company has a plan."""
    desk = place("itech-crm", request__kind="support", topic="bug", product="crm", impact="high")
    desk.holds("plan", at("2026-03-04 10:00"), term="24 months", plan="essential")
    return desk


@pytest.fixture
def iex(db: None) -> Place:
    """iEXExchanger, another desk."""
    return place("iexexchanger", topic="commissions")


@pytest.fixture(autouse=True)
def then(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls come in on a Wednesday in November 2026."""
    monkeypatch.setattr(clock, "now", lambda: at("2026-11-18 10:00"))


class Caller:
    """A program with a token of one desk."""

    def __init__(self, desk: Place, **token: Any) -> None:
        self.place = desk
        self.token, self.secret = ApiToken.issue(desk.desk, "Shop", now=at("2026-01-01 00:00"), **token)
        self.client = Client()

    def call(
        self, method: str, path: str, body: Any = None, *, secret: str = "", desk: str = "", **headers: str
    ) -> Any:
        """Call `/<desk>/api/v1/<path>`."""
        address = f"/{desk or self.place.desk.slug}/api/v1/{path}"
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(
            method,
            address,
            body if isinstance(body, (str, bytes)) else json.dumps(body),
            content_type="application/json",
            headers={"authorization": f"Bearer {secret or self.secret}", **named},
        )

    def request(self, **changes: Any) -> dict[str, Any]:
        """A body that is accepted, with changes."""
        body = {
            "contact": "alice@example.org",
            "subject": "It does not work",
            "body": "Since this morning.",
            "answers": dict(self.place.usual),
        }
        return {**body, **changes}


@pytest.fixture
def caller(itc: Place) -> Caller:
    """A program at iTech CRM."""
    return Caller(itc)


@pytest.fixture
def caller_of() -> Callable[..., Caller]:
    """Make a program of any desk."""
    return Caller
