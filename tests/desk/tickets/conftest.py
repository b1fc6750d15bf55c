"""A desk for each of the five policies."""

import pytest
from django.conf import settings

from tests.desk.five import Place, place

collect_ignore = [] if "postgresql" in settings.DATABASES["default"]["ENGINE"] else ["test_at_once.py"]


@pytest.fixture
def itc(db: None) -> Place:
    """iTech CRM."""
    return place("itech-crm", request__kind="support", topic="bug", product="crm", impact="high")


@pytest.fixture
def c24(db: None) -> Place:
    """CRM24."""
    return place("crm24", request__kind="support", details="The list of customers stays empty.")


@pytest.fixture
def its(db: None) -> Place:
    """iTS."""
    return place(
        "its",
        request__kind="claim",
        happened="It does not start.",
        since="2026-11-17",
        error_text="none shown",
    )


@pytest.fixture
def ion(db: None) -> Place:
    """I One Tech."""
    return place(
        "ionetech", category="technical", impact="high", topic="servers", details="The service is slow."
    )


@pytest.fixture
def iex(db: None) -> Place:
    """iEXExchanger."""
    return place(
        "iexexchanger",
        topic="commissions",
        domain="kassa.example",
        plan="pro",
        version="4.2",
        details="Which of two commissions is used?",
    )
