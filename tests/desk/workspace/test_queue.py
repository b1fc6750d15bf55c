"""The queue: its order, its parts, why each ticket stands where it stands, and who may look."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client

from remit.desk.policies.store import compiled
from remit.desk.tickets.actions import ask_requester, reply_publicly
from remit.desk.tickets.models import Ticket
from remit.policy.vocabulary.metrics import Metric
from tests.desk.conftest import agent_named, signed_in
from tests.desk.five import Place, at

# Thursday 09:15 in Phnom Penh; an answer to "high" is owed by 13:15, to "critical" by 10:15.
MORNING = at("2026-07-09 02:15")
PAGE = "/ionetech/desk/"


def look(place: Place, when: str = "2026-07-09 02:20", query: str = "", address: str = PAGE) -> str:
    with time_machine.travel(at(when), tick=False):
        return signed_in(place.ada).get(address + query).content.decode()


class TestTheQueue:
    def test_it_parts_late_at_risk_in_time_and_stopped(self, ion: Place) -> None:
        ion.ticket(MORNING, impact="critical", subject="Payroll is down")
        ion.ticket(MORNING, subject="VPN drops")
        waiting = ion.ticket(MORNING, subject="Two laptops")
        ask_requester(waiting, "Which ones?", actor=ion.ada.actor, now=MORNING)
        page = look(ion, "2026-07-09 03:40")
        late, in_time, stopped = (
            page.index(f'rowgroup">{one} ') for one in ("Late", "In time", "Clock stopped")
        )
        assert late < page.index("Payroll is down") < in_time < page.index("VPN drops") < stopped
        assert stopped < page.index("Two laptops")

    def test_it_keeps_the_order_of_arrival_where_the_policy_promises_it(self, iex: Place) -> None:
        """IEX-4: the time of the first complete message gives the place, however the clocks of the tickets stand."""
        iex.holds("licence", at("2026-06-20 10:00"), name="L-204", plan="pro")
        answered = iex.ticket(at("2026-07-06 08:00"), subject="The first to come", topic="commissions")
        iex.ticket(at("2026-07-07 08:00"), subject="The second to come", topic="commissions")
        reply_publicly(answered, "We look into it.", actor=iex.ada.actor, now=at("2026-07-07 09:00"))
        page = look(iex, "2026-07-08 08:00", address="/iexexchanger/desk/")
        assert page.index("The first to come") < page.index("The second to come")

    def test_it_says_why_each_stands_where_it_stands_with_the_section(self, ion: Place) -> None:
        """Design §8: the queue says why each ticket stands where it stands."""
        ion.ticket(MORNING)
        page = look(ion)
        assert "First answer within 4 hours, due 13:15" in page
        assert "complete 09:15, in its turn" in page
        target = compiled(ion.version).target(Metric.FIRST_RESPONSE, {"priority": "high"})
        assert target is not None
        assert f"§{compiled(ion.version).clauses[target.clause].number}</a>" in page

    def test_it_begins_with_a_capital_where_nothing_is_owed(self, ion: Place) -> None:
        ticket = ion.ticket(MORNING)
        reply_publicly(ticket, "We look into it.", actor=ion.ada.actor, now=at("2026-07-09 02:18"))
        assert "Complete 09:15, in its turn" in look(ion)

    def test_it_keeps_the_order_of_the_first_complete_message_whatever_is_added(self, ion: Place) -> None:
        """IEX-4, IEX-5: repeating moves nothing up."""
        from remit.desk.tickets.actions import receive_message

        first = ion.ticket(MORNING, subject="First one")
        second = ion.ticket(at("2026-07-09 02:30"), subject="Second one")
        receive_message(second, "Please hurry", actor=ion.alice.actor, now=at("2026-07-09 02:40"))
        page = look(ion, "2026-07-09 02:45")
        assert page.index(first.subject) < page.index("Second one")

    def test_it_can_be_narrowed_by_words_priority_and_who_has_it(self, ion: Place) -> None:
        ion.ticket(MORNING, impact="low", subject="A small thing")
        ion.ticket(MORNING, subject="A VPN thing")
        assert "A small thing" not in look(ion, query="?q=vpn")
        assert "A VPN thing" not in look(ion, query="?priority=low")
        assert "No ticket fits" in look(ion, query="?with=me")
        assert "A VPN thing" in look(ion, query="?q=ION-2")

    def test_it_says_so_when_nothing_waits(self, ion: Place) -> None:
        assert "Everyone has an answer." in look(ion)

    def test_it_gives_the_next_one_to_who_asks_for_it(self, ion: Place) -> None:
        ticket = ion.ticket(MORNING)
        with time_machine.travel(MORNING, tick=False):
            answer = signed_in(ion.ada).post(f"{PAGE}next/")
        assert answer["Location"] == f"{PAGE}tickets/{ticket.number}/"
        assert Ticket.objects.get().assignee == ion.ada

    def test_it_asks_the_same_number_of_queries_however_long_it_is(
        self, ion: Place, django_assert_max_num_queries: object
    ) -> None:
        for number in range(15):
            ion.ticket(MORNING, subject=f"Request {number}")
        client = signed_in(ion.ada)
        with time_machine.travel(MORNING, tick=False), django_assert_max_num_queries(30):  # type: ignore[operator]
            client.get(PAGE)

    @pytest.mark.parametrize("path", [PAGE, f"{PAGE}decide/", f"{PAGE}policy/", f"{PAGE}tickets/1/"])
    def test_it_is_not_there_for_customers_and_agents_of_other_desks(
        self, ion: Place, iex: Place, path: str
    ) -> None:
        ion.ticket(MORNING)
        assert signed_in(ion.alice).get(path).status_code == 404
        assert signed_in(agent_named("Rosa", iex.desk)).get(path).status_code == 404
        assert Client().get(path)["Location"].startswith("/sign-in/")

    def test_it_holds_words_of_customers_as_text(self, ion: Place) -> None:
        ion.ticket(MORNING, subject="<script>alert(1)</script>")
        assert "<script>alert" not in look(ion)

    def test_it_moves_what_was_answered_out_of_late(self, ion: Place) -> None:
        ticket = ion.ticket(MORNING, impact="critical")
        reply_publicly(ticket, "We look at it.", actor=ion.ada.actor, now=at("2026-07-09 02:30"))
        assert 'rowgroup">Late' not in look(ion, "2026-07-09 05:00")

    def test_an_agent_who_left_sees_nothing(self, ion: Place) -> None:
        gone = agent_named("Gone", ion.desk, is_active=False)
        assert signed_in(gone).get(PAGE).status_code == 404
