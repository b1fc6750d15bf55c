"""Desks as their agents see them."""

from __future__ import annotations

import pytest

from tests.desk.five import Place, at, place


@pytest.fixture
def ion(db: None) -> Place:
    """I One Tech, whose customer has a contract in force."""
    found = place("ionetech", topic="network", category="technical", impact="high", details="It drops.")
    found.holds("contract", at("2026-01-05 02:00"), name="SC-118", term="12 months")
    return found


@pytest.fixture
def iex(db: None) -> Place:
    """iEXExchanger, whose team finds out whether something is a product error (IEX-14)."""
    usual = {
        "topic": "panel",
        "domain": "a.example",
        "plan": "pro",
        "version": "3.8",
        "details": "Counted twice.",
    }
    return place("iexexchanger", **usual)
