"""What a customer with an individual agreement sees: its clauses on the policy page, and in their decisions."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client

from remit.desk.foundation.actors import SYSTEM
from remit.desk.policies import store
from remit.desk.policies.actions import end_agreement, record_agreement
from remit.desk.policies.models import Agreement, PolicyTranslation
from tests.desk.conftest import agent_named, signed_in
from tests.desk.five import POLICIES, Place, at, place

AGREED = (POLICIES / "agreements" / "mekong-freight.md").read_text(encoding="utf-8")
NOW = at("2026-07-09 11:40")


@pytest.fixture
def agreement(ion: Place) -> Agreement:
    """What was agreed with Alice's company, from July 2026 until the end of June 2027."""
    ion.holds("contract", at("2026-01-05 02:00"), term="24 months", name="C-1")
    ion.holds("contract", at("2026-01-05 02:00"), term="24 months", name="C-2", contact=ion.charlie)
    return record_agreement(
        ion.alice.customer,
        AGREED,
        starts_at=at("2026-06-30 17:00"),
        ends_at=at("2027-06-30 17:00"),
        actor=SYSTEM,
        now=at("2026-06-01 00:00"),
    )


@pytest.fixture
def elsewhere(db: None) -> Client:
    """Rosa, who leads another desk and is known to no other."""
    return signed_in(agent_named("Rosa", place("iexexchanger").desk, is_lead=True))


def seen(client: Client, path: str) -> str:
    """The page at that address, in the term."""
    with time_machine.travel(NOW, tick=False):
        answer = client.get(path)
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


class TestThePolicyPage:
    def test_it_shows_the_customer_what_was_agreed_and_for_how_long(
        self, ion: Place, agreement: Agreement
    ) -> None:
        """Design §4: the clauses it changes, each marked, and its term by the first and the last day."""
        page = seen(signed_in(ion.alice), "/ionetech/policy/")
        assert "Service agreement with Mekong Freight Co." in page
        assert "1 July 2026" in page
        assert "30 June 2027" in page
        assert "As changed by the agreement, A-1" in page
        assert "We look after Cargo Ledger" in page
        assert "30 min" in page
        assert 'href="/ionetech/policy/1/"' in page

    @pytest.mark.parametrize("who", ["charlie", "ada", None])
    def test_nobody_else_sees_it(self, ion: Place, agreement: Agreement, who: str | None) -> None:
        """Another customer, an agent and a visitor read the policy as it is published."""
        page = seen(signed_in(getattr(ion, who)) if who else Client(), "/ionetech/policy/")
        assert "Cargo Ledger" not in page
        assert "rm-agreed" not in page

    def test_its_own_address_is_for_the_customer_and_the_team(
        self, ion: Place, agreement: Agreement, elsewhere: Client
    ) -> None:
        """Outsiders get 404, whatever number is tried; it is never kept by a cache on the way."""
        path = f"/ionetech/policy/1/?agreement={agreement.pk}"
        for who in (ion.alice, ion.ada):
            assert "Cargo Ledger" in seen(signed_in(who), path)
        for client in (signed_in(ion.charlie), Client(), elsewhere):
            assert client.get(path).status_code == 404
        other = path.replace("ionetech", "iexexchanger")
        assert elsewhere.get(other).status_code == 404
        assert (
            signed_in(ion.alice).get(f"/ionetech/policy/1/?agreement={agreement.pk + 1}").status_code == 404
        )
        assert "no-store" in signed_in(ion.alice).get(path)["Cache-Control"]
        assert signed_in(ion.alice).get("/ionetech/policy/1/?agreement=x").status_code == 200

    def test_after_its_end_the_page_is_the_policy_again(self, ion: Place, agreement: Agreement) -> None:
        with time_machine.travel(at("2026-07-10 00:00"), tick=False):
            end_agreement(agreement, actor=SYSTEM, now=at("2026-07-10 00:00"))
            client = signed_in(ion.alice)
            assert "Cargo Ledger" not in client.get("/ionetech/policy/").content.decode()
            page = client.get(f"/ionetech/policy/1/?agreement={agreement.pk}").content.decode()
        assert "has ended" in page
        assert "We look after Cargo Ledger" in page

    def test_a_translated_page_keeps_its_clauses_in_their_own_words(
        self, crm24: Place, agreement: Agreement
    ) -> None:
        """ITC-22: what is translated is read so; nobody translated what was agreed."""
        source = (POLICIES / "crm24.fa.md").read_text(encoding="utf-8")
        PolicyTranslation.objects.create(version=crm24.version, language="fa", source=source)
        clause = next(one for one in store.compiled(crm24.version).clauses.values() if not one.does)
        agreed = (
            f"---\nagreement: With Lighthouse\ndesk: crm24\n---\n\n"
            f'## As we agreed {{#agreed changes="{clause.id}"}}\n\nWords of our own.\n'
        )
        record_agreement(
            crm24.alice.customer,
            agreed,
            starts_at=at("2026-07-01 00:00"),
            ends_at=None,
            actor=SYSTEM,
            now=at("2026-06-01 00:00"),
        )
        page = seen(signed_in(crm24.alice), "/crm24/policy/?lang=fa")
        assert '<html lang="fa" dir="rtl"' in page
        assert "Words of our own." in page


class TestTheDecision:
    def test_it_cites_the_agreements_clause_with_its_words(self, ion: Place, agreement: Agreement) -> None:
        """ION-9: excluded by the policy, included by the agreement, and cited so."""
        ticket = ion.ticket(NOW, topic="third_party")
        page = seen(signed_in(ion.alice), f"/ionetech/requests/{ticket.number}/")
        assert "Added by the agreement" in page
        assert "under “<bdi>Service agreement with Mekong Freight Co.</bdi>”" in page
        assert "We look after Cargo Ledger" in page
        assert f'/ionetech/policy/1/?agreement={agreement.pk}#waybills"' in page
        assert "§4 (A\N{NON-BREAKING HYPHEN}1)" in page
        assert "As changed by the agreement, A-1" in page

    def test_the_team_sees_the_same(self, ion: Place, agreement: Agreement) -> None:
        ticket = ion.ticket(NOW, topic="third_party")
        page = seen(signed_in(ion.ada), f"/ionetech/desk/tickets/{ticket.number}/")
        assert f'/ionetech/policy/1/?agreement={agreement.pk}#waybills"' in page
        assert "§A\N{NON-BREAKING HYPHEN}2" in page

    def test_another_customers_decision_is_the_policys(self, ion: Place, agreement: Agreement) -> None:
        ticket = ion.ticket(NOW, contact=ion.charlie, topic="third_party")
        page = seen(signed_in(ion.charlie), f"/ionetech/requests/{ticket.number}/")
        assert "Not covered now" in page
        assert "agreement=" not in page

    @pytest.mark.parametrize(("who", "outcome"), [("alice", "accept"), ("charlie", "refuse")])
    def test_the_form_foresees_it(self, ion: Place, agreement: Agreement, who: str, outcome: str) -> None:
        """What stands beside the form is the very decision that sending makes; so it is for an agent on the phone."""
        asked = {
            "fact.topic": "third_party",
            "fact.category": "technical",
            "fact.impact": "high",
            "fact.details": "Empty waybills.",
            "subject": "Waybills",
        }
        person = getattr(ion, who)
        with time_machine.travel(NOW, tick=False):
            for client, path, more in (
                (signed_in(person), "/ionetech/requests/new/foresee/", {}),
                (signed_in(ion.ada), "/ionetech/desk/calls/new/foresee/", {"contact": person.pk}),
            ):
                page = client.post(path, {**asked, **more}).content.decode()
                assert f"rm-outcome--{outcome}" in page
