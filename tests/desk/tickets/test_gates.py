"""Gates: actions that the policy blocks until something is true, each with its clause."""

import pytest

from remit.desk.foundation.errors import Refused
from remit.desk.policies import facts as supply
from remit.desk.tickets.actions import (
    assign_ticket,
    close_ticket,
    give_estimate,
    record_diagnosis,
    solve_ticket,
    start_work,
)
from tests.desk.five import at, clock_of, day, kinds

START = at("2026-11-18 10:00")


@pytest.fixture
def order(monkeypatch):
    """An order, as billing will supply its facts; change it to change what is on record."""
    record = {"order.exists": True, "order.paid_in_full": False, "order.service": "custom_work"}
    monkeypatch.setitem(supply._suppliers, "order", lambda asked, names: dict(record))
    return record


class TestPaymentBeforeWork:
    def test_it_blocks_work_until_the_order_is_paid_in_full(self, itc, order):
        """ITC-3: no work, and no assignment to work, before full payment; the refusal names the clause."""
        itc.holds("plan", at("2026-03-04 10:00"), term="12 months")
        ticket = itc.ticket(START)
        for act in (
            lambda: start_work(ticket, actor=itc.ada.actor, now=START),
            lambda: assign_ticket(ticket, itc.ada, actor=itc.lena.actor, now=START),
        ):
            with pytest.raises(Refused) as caught:
                act()
            assert caught.value.clauses
        assert "work started" not in kinds(ticket)
        order["order.paid_in_full"] = True
        order["order.service"] = "training"
        assign_ticket(ticket, itc.ada, actor=itc.lena.actor, now=START)
        start_work(ticket, actor=itc.ada.actor, now=START)
        assert "work started" in kinds(ticket)

    def test_it_is_open_where_there_is_no_order(self, itc):
        """A gate without its case blocks nothing."""
        itc.holds("plan", at("2026-03-04 10:00"), term="12 months")
        ticket = itc.ticket(START)
        start_work(ticket, actor=itc.ada.actor, now=START)
        assert ticket.status == "open"


class TestEstimateAfterDiagnosis:
    def test_it_does_not_move_on_from_the_diagnosis_without_a_date(self, its):
        """ITS-12: diagnosed, a claim goes on only with an estimated date, which the customer sees."""
        its.holds(
            "item",
            at("2026-10-02 09:00"),
            on=day("2026-10-02"),
            attributes={"work_by_us": True, "proof_recorded": True},
        )
        ticket = its.ticket(START)
        record_diagnosis(ticket, actor=its.ada.actor, now=at("2026-11-18 12:00"))
        with pytest.raises(Refused) as caught:
            solve_ticket(ticket, actor=its.ada.actor, now=at("2026-11-18 13:00"))
        assert caught.value.clauses == ("estimate",)
        with pytest.raises(Refused) as caught:
            close_ticket(ticket, "solved", actor=its.ada.actor, now=at("2026-11-18 13:00"))
        assert caught.value.clauses == ("estimate",)
        give_estimate(ticket, day("2026-11-25"), actor=its.ada.actor, now=at("2026-11-18 14:00"))
        solve_ticket(ticket, "fixed", actor=its.ada.actor, now=at("2026-11-19 13:00"))
        assert ticket.status == "solved"
        assert clock_of(ticket).met_at is None

    def test_it_closes_for_the_customers_own_reasons_all_the_same(self, its):
        """ITS-12: of whom nothing is heard, nobody waits for a date."""
        its.holds(
            "item",
            at("2026-10-02 09:00"),
            on=day("2026-10-02"),
            attributes={"work_by_us": True, "proof_recorded": True},
        )
        ticket = its.ticket(START)
        record_diagnosis(ticket, actor=its.ada.actor, now=at("2026-11-18 12:00"))
        close_ticket(ticket, "silence", actor=its.ada.actor, now=at("2026-11-18 13:00"))
        assert ticket.status == "closed"
