"""What the policy does not allow yet: the page says what waits, by which section, what opens it and who can."""

from __future__ import annotations

import pytest
import time_machine

from remit.desk.policies import facts as supply
from remit.desk.tickets.models import Ticket
from tests.desk.conftest import signed_in
from tests.desk.five import Place, at, place

NOON = at("2026-11-18 12:00")


@pytest.fixture
def itc(db: None) -> Place:
    """iTech CRM, where Alice's company has a plan."""
    desk = place("itech-crm", request__kind="support", topic="bug", product="crm", impact="high")
    desk.holds("plan", at("2026-03-04 10:00"), term="12 months", plan="essential")
    return desk


@pytest.fixture
def unpaid(itc: Place, monkeypatch: pytest.MonkeyPatch) -> Ticket:
    """A request with an order that nobody has paid."""
    record = {"order.exists": True, "order.paid_in_full": False}
    monkeypatch.setitem(
        supply._suppliers,
        "order",
        lambda asked, names: {name: record[name] for name in names & record.keys()},
    )
    return itc.ticket(at("2026-11-18 10:00"))


def test_it_says_by_which_section_what_opens_it_and_who_can(itc: Place, unpaid: Ticket) -> None:
    """ITC-3: nobody stands before a closed door without a sign on it."""
    with time_machine.travel(NOON, tick=False):
        page = signed_in(itc.ada).get(f"/itech-crm/desk/tickets/{unpaid.number}/").content.decode()
    assert "Taking or assigning it" in page
    assert "Beginning the work" in page
    assert '#payment">' in page
    assert "Work on this order begins once it is paid in full." in page
    assert "Opens when" in page
    assert "any agent puts it right under “Put a fact right”" in page
    assert "Can’t be taken yet" in page
    assert ">Take it<" not in page


def test_it_opens_by_the_way_the_page_names(itc: Place, unpaid: Ticket) -> None:
    """ITC-3: paid at the bank, put right with how we know; then it can be taken."""
    path = f"/itech-crm/desk/tickets/{unpaid.number}/"
    client = signed_in(itc.ada)
    with time_machine.travel(NOON, tick=False):
        form = {"fact": "order.paid_in_full", "value": "yes", "reason": "Bank statement of today"}
        client.post(f"{path}correct/", form)
        page = client.get(path).content.decode()
        assert "Can’t be taken yet" not in page
        client.post(f"{path}assign/", {"agent": "me"})
    unpaid.refresh_from_db()
    assert unpaid.assignee == itc.ada


def test_the_next_one_is_the_first_that_can_be_taken(
    itc: Place, unpaid: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request that waits for payment does not hold up those behind it."""
    path = f"/itech-crm/desk/tickets/{unpaid.number}/"
    free = itc.ticket(at("2026-11-18 11:00"))
    client = signed_in(itc.ada)
    with time_machine.travel(NOON, tick=False):
        client.post(
            f"/itech-crm/desk/tickets/{free.number}/correct/",
            {"fact": "order.exists", "value": "no", "reason": "It is another's order"},
        )
        client.post("/itech-crm/desk/next/")
        free.refresh_from_db()
        assert free.assignee == itc.ada
        told = client.post("/itech-crm/desk/next/", follow=True).content.decode()
        assert client.get(path).status_code == 200
    assert "Nothing can be taken yet." in told
    assert unpaid.shown_number in told
