"""Two of the five desks, as their customers and visitors see them."""

from __future__ import annotations

import pytest

from tests.desk.five import Place, place


@pytest.fixture
def ion(db: None) -> Place:
    """I One Tech, where the form sets the priority from what the customer sees (ION-6)."""
    return place("ionetech", topic="network", category="technical", impact="high", details="The VPN drops.")


@pytest.fixture
def crm24(db: None) -> Place:
    """CRM24, whose policy is also read in Persian."""
    return place("crm24", request__kind="support", details="The import stops.")
