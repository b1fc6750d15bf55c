"""What a customer holds, and a lead recording what became of it: first what it comes to, then for good."""

from __future__ import annotations

import re
from typing import Any

import pytest
import time_machine

from remit.desk.entitlements.actions import record_purchase
from remit.desk.entitlements.models import Entitlement, Happening, Purchase
from remit.desk.foundation.actors import SYSTEM
from remit.desk.foundation.errors import Refused
from remit.desk.policies.actions import publish_policy
from remit.desk.policies.models import Consent
from remit.desk.tickets.models import Ticket
from tests.desk.conftest import signed_in
from tests.desk.five import POLICIES, Place, at

NOW = at("2027-08-10 09:00")
RENEWAL = {"deed": "purchase", "kind": "renewal", "term": "12 months", "on": "2027-08-10", "at": "12:00"}


@pytest.fixture
def licence(iex: Place) -> Entitlement:
    """A licence whose support ran out long ago."""
    return iex.holds("licence", at("2026-01-31 09:00"))


def paths(licence: Entitlement) -> tuple[str, str]:
    """The customer's page, and where what is held is recorded."""
    page = f"/iexexchanger/desk/customers/{licence.customer_id}/"
    return page, f"{page}held/{licence.pk}/"


class TestTheCustomer:
    def test_it_draws_the_phases_of_each_holding(self, iex: Place, licence: Entitlement) -> None:
        """IEX-10: the band, the list under it, and what is on record; for every agent of the desk."""
        with time_machine.travel(NOW, tick=False):
            client = signed_in(iex.ada)
            page = client.get(paths(licence)[0]).content.decode()
            listed = client.get("/iexexchanger/desk/customers/?q=light").content.decode()
        assert 'role="img"' in page
        assert "L-204" in page
        assert "Record a renewal" not in page  # a lead does that
        assert "Lighthouse Ltd" in listed
        assert "Anchor Ltd" not in listed

    @pytest.mark.parametrize("who", ["alice", "charlie"])
    def test_it_is_not_there_for_customers(self, iex: Place, licence: Entitlement, who: str) -> None:
        client = signed_in(getattr(iex, who))
        page, held = paths(licence)
        assert client.get(page).status_code == 404
        assert client.post(held, {**RENEWAL, "do": "record"}).status_code == 404
        assert client.get("/iexexchanger/desk/customers/").status_code == 404

    def test_it_keeps_desks_apart(self, iex: Place, ion: Place, licence: Entitlement) -> None:
        """A lead of another desk finds nothing, whatever number is tried."""
        lead = signed_in(ion.lena)
        assert lead.get(f"/ionetech/desk/customers/{licence.customer_id}/").status_code == 404
        path = f"/ionetech/desk/customers/{ion.alice.customer_id}/held/{licence.pk}/"
        assert lead.post(path, {**RENEWAL, "do": "record"}).status_code == 404
        assert licence.purchases.count() == 1


def looked_at(lead: Any, path: str, form: dict[str, str]) -> dict[str, str]:
    """The form as the page sends it once it has shown what that becomes."""
    page = lead.post(path, {**form, "do": "look"}).content.decode()
    found = re.search('name="seen" value="([0-9a-f]+)"', page)
    return {**form, "seen": found[1] if found else "", "do": "record"}


class TestRecording:
    def test_it_shows_what_it_becomes_and_records_nothing_yet(self, iex: Place, licence: Entitlement) -> None:
        """IEX-11: the renewal would start when it was paid."""
        with time_machine.travel(NOW, tick=False):
            page = signed_in(iex.lena).post(paths(licence)[1], {**RENEWAL, "do": "look"}).content.decode()
        assert "What it becomes" in page
        assert "10 August 2028" in page or "Aug 2028" in page
        assert "Record it" in page
        assert Purchase.objects.count() == 1

    def test_it_records_and_what_waited_is_decided_again(self, iex: Place, licence: Entitlement) -> None:
        """IEX-11, design §2.6."""
        ticket = iex.ticket(at("2027-08-09 09:00"))
        assert ticket.outcome == "refuse"
        with time_machine.travel(NOW, tick=False):
            lead, path = signed_in(iex.lena), paths(licence)[1]
            told = lead.post(path, looked_at(lead, path, RENEWAL), follow=True)
        assert "Recorded." in told.content.decode()
        assert licence.purchases.get(kind="renewal").at == NOW
        assert Ticket.objects.get().outcome == "accept"

    @pytest.mark.parametrize("changed", [{"term": "24 months"}, {"seen": ""}, {"on": "2027-08-09"}])
    def test_it_records_nothing_that_was_not_looked_at(
        self, iex: Place, licence: Entitlement, changed: dict[str, str]
    ) -> None:
        """IEX-11: pressed without the look, or changed after it, the page shows what it becomes first."""
        with time_machine.travel(NOW, tick=False):
            lead, path = signed_in(iex.lena), paths(licence)[1]
            answer = lead.post(path, {**looked_at(lead, path, RENEWAL), **changed})
        page = answer.content.decode()
        assert answer.status_code == 200
        assert "What it becomes" in page
        assert "look first at what it becomes" in page
        assert Purchase.objects.count() == 1

    @pytest.mark.parametrize("do", ["look", "record"])
    def test_a_renewal_that_is_not_possible_is_refused_with_the_section(
        self, iex: Place, licence: Entitlement, do: str
    ) -> None:
        """IEX-11: before money is recorded for something that changes nothing."""
        source = (POLICIES / "iexexchanger.md").read_text(encoding="utf-8")
        source = source.replace("    archivable: starts when paid", "    archivable: not possible")
        source = re.sub(
            "```remit\nexample: an archived licence that came back\n.*?```", "", source, flags=re.S
        )
        source = source.replace("version: 1\n", "version: 2\n", 1)
        source = source.replace("effective: 2026-06-13", "effective: 2026-06-14", 1)
        publish_policy(iex.desk, source, actor=SYSTEM, now=at("2026-01-02 00:00"))
        late = at("2028-08-10 09:00")
        with time_machine.travel(late, tick=False):
            form = {**RENEWAL, "on": "2028-08-10", "do": do}
            answer = signed_in(iex.lena).post(paths(licence)[1], form)
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "L-204 can&#x27;t be renewed in the phase “Can be archived”." in page
        assert "(§10)" in page
        with pytest.raises(Refused) as refused:
            record_purchase(licence, "renewal", actor=SYSTEM, now=late, term="12 months")
        assert refused.value.clauses == ("periods",)
        assert Purchase.objects.count() == 1

    def test_it_records_what_a_person_decided(self, iex: Place, licence: Entitlement) -> None:
        """IEX-13: archived by a lead, with the reason."""
        with time_machine.travel(NOW, tick=False):
            lead, path = signed_in(iex.lena), paths(licence)[1]
            form = {"deed": "happening", "kind": "archived", "reason": "Six months over"}
            lead.post(path, looked_at(lead, path, form))
        happening = Happening.objects.get()
        assert (happening.kind, happening.reason, happening.actor_id) == (
            "archived", "Six months over", iex.lena.pk,
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"term": "a year"}, "Not recorded"),
            ({"on": "2028-01-01"}, "in the future"),
            ({"on": ""}, "Choose a day"),
            ({"kind": "gift"}, "Choose one of"),
            ({"on": "0001-01-01"}, "Choose a day"),
            ({"term": "3 business days"}, "counted by the calendar"),
            ({"term": "0 months"}, "lasts nothing"),
            ({"term": "999999 years"}, "100 years are the most"),
            ({"part": "p" * 81}, "the limit is 80"),
            ({"kind": "archived", "reason": "r" * 201}, "the limit is 200"),
        ],
    )
    @pytest.mark.parametrize("do", ["look", "record"])
    def test_it_says_what_cannot_be_and_keeps_what_was_typed(
        self, iex: Place, licence: Entitlement, wrong: dict[str, str], said: str, do: str
    ) -> None:
        with time_machine.travel(NOW, tick=False):
            answer = signed_in(iex.lena).post(paths(licence)[1], {**RENEWAL, **wrong, "do": do})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert said in page
        assert 'value="12:00"' in page
        assert Purchase.objects.count() == 1

    def test_what_no_database_takes_is_taken_out(self, iex: Place, licence: Entitlement) -> None:
        """A reason and a part are cleaned as every text from outside is."""
        with time_machine.travel(NOW, tick=False):
            lead = signed_in(iex.lena)
            path = paths(licence)[1]
            lead.post(path, looked_at(lead, path, {**RENEWAL, "part": "ho\0st"}))
            lead.post(
                path, looked_at(lead, path, {"deed": "happening", "kind": "archived", "reason": "O\0ver"})
            )
        assert licence.purchases.get(kind="renewal").part == "host"
        assert Happening.objects.get().reason == "Over"

    def test_an_agent_who_is_no_lead_cannot(self, iex: Place, licence: Entitlement) -> None:
        assert signed_in(iex.ada).post(paths(licence)[1], {**RENEWAL, "do": "record"}).status_code == 404
        assert Purchase.objects.count() == 1


def test_a_term_of_no_length_recorded_before_it_was_refused_is_shown_all_the_same(
    iex: Place, licence: Entitlement
) -> None:
    """IEX-11: rows are append-only, and the pages of who holds it must not fall over one."""
    Purchase.objects.create(entitlement=licence, kind="renewal", at=NOW, term="0 months", recorded_at=NOW)
    with time_machine.travel(NOW, tick=False):
        assert signed_in(iex.lena).get(paths(licence)[0]).status_code == 200
        assert signed_in(iex.alice).get("/iexexchanger/").status_code == 200


class TestWhatWasAccepted:
    """ITC-13: the version, by whom, when and how, wherever the team looks."""

    def test_it_stands_on_the_customers_page_in_the_tickets_history_and_by_the_version(
        self, iex: Place, licence: Entitlement
    ) -> None:
        """IEX-1: a request in the portal, with the way to it."""
        iex.ask(at("2026-07-02 10:00"))
        with time_machine.travel(NOW, tick=False):
            agent = signed_in(iex.ada)
            customer = agent.get(paths(licence)[0]).content.decode()
            ticket = agent.get("/iexexchanger/desk/tickets/1/").content.decode()
            policy = agent.get("/iexexchanger/desk/policy/").content.decode()
            public = agent.get("/iexexchanger/policy/").content.decode()
        assert (
            '<bdi>Alice</bdi>: <a href="/iexexchanger/policy/1/">version 1</a>, by a request in the portal'
            in customer
        )
        assert '<a href="/iexexchanger/desk/tickets/1/">IEX-1</a>' in customer
        history = ticket[ticket.index("rm-history") :]
        assert "Version 1 of the policy was accepted by this request" in history
        assert history.index("was accepted") < history.index("Received")
        assert "Accepted by" in policy
        assert "<td>one person</td>" in policy
        assert "Accepted by" not in public  # that is the team's

    def test_a_lead_says_who_bought(self, iex: Place, licence: Entitlement) -> None:
        """ITC-13: a purchase that names who bought accepts the version in force at its moment."""
        with time_machine.travel(NOW, tick=False):
            lead = signed_in(iex.lena)
            sent = {**RENEWAL, "buyer": str(iex.alice.pk)}
            shown = lead.post(paths(licence)[1], {**sent, "do": "look"}).content.decode()
            assert f'<option value="{iex.alice.pk}" selected>Alice</option>' in shown
            assert not Consent.objects.exists()
            lead.post(paths(licence)[1], looked_at(lead, paths(licence)[1], sent))
            page = lead.get(paths(licence)[0]).content.decode()
        consent = Consent.objects.get()
        assert (consent.contact, consent.way, consent.accepted_at) == (iex.alice, "purchase", NOW)
        assert "by buying L-204" in page

    @pytest.mark.parametrize("do", ["look", "record"])
    @pytest.mark.parametrize("who", ["charlie", "nobody", "of another desk"])
    def test_it_takes_nobody_but_people_of_the_customer(
        self, iex: Place, ion: Place, licence: Entitlement, who: str, do: str
    ) -> None:
        """Another customer's contact, one of another desk and none at all are told alike; nothing is recorded."""
        buyer = {"charlie": iex.charlie.pk, "nobody": "x", "of another desk": ion.alice.pk}[who]
        with time_machine.travel(NOW, tick=False):
            sent = {**RENEWAL, "buyer": str(buyer), "do": do}
            answer = signed_in(iex.lena).post(paths(licence)[1], sent)
        assert answer.status_code == 422
        assert "Choose someone of" in answer.content.decode()
        assert (Purchase.objects.filter(kind="renewal").count(), Consent.objects.count()) == (0, 0)
