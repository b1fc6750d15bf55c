"""What customers hold is checked against the policy in force, and what is recorded says which cover follows."""

from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from remit.desk.entitlements.actions import add_entitlement
from remit.desk.entitlements.models import Entitlement, Purchase
from remit.desk.foundation import clock
from remit.desk.foundation.actors import SYSTEM
from remit.desk.foundation.errors import InvalidInput
from remit.desk.policies import store
from remit.desk.policies.holding import Recording, foreseen, record, timeline_in_force
from tests.desk.five import Place, at, place

START = at("2026-11-18 10:00")


@pytest.fixture
def iex(db: None) -> Place:
    """iEXExchanger."""
    return place("iexexchanger", topic="commissions")


@pytest.fixture
def itc(db: None) -> Place:
    """iTech CRM, which sells plans."""
    return place("itech-crm")


def added(at_desk: Place, kind: str, **fields: object) -> Entitlement:
    """What Alice's company holds from now on."""
    return add_entitlement(at_desk.alice.customer, kind, "L-7", actor=SYSTEM, now=START, **fields)


def sentence(at_desk: Place, field: str, kind: str, **fields: object) -> str:
    """What is said of the one field that is refused; nothing is recorded."""
    with pytest.raises(InvalidInput) as caught:
        added(at_desk, kind, **fields)
    assert set(caught.value.fields) == {field}
    assert not Entitlement.objects.filter(name="L-7").exists()
    return caught.value.fields[field]


@pytest.mark.parametrize("on", [None, date(2026, 8, 1)])
def test_a_warranty_lasts_to_the_end_of_its_last_day_whichever_way_the_work_is_recorded(
    db: None, on: date | None
) -> None:
    """ITS-3: repaired on 1 August 2026 at 09:00 UTC; the 90th day is 30 October, over at midnight in London (UTC by then)."""
    desk = place("its")
    repaired = datetime(2026, 8, 1, 9, tzinfo=UTC)
    device = add_entitlement(desk.alice.customer, "item", "Notebook", actor=SYSTEM, now=repaired)
    versions = store.versions_of(device.desk_id)
    what = Recording("repair", on=on)
    end = datetime(2026, 10, 31, tzinfo=UTC)
    weighed = foreseen(device, what, versions, repaired)
    record(device, what, actor=SYSTEM, now=repaired)
    recorded = timeline_in_force(device, versions, repaired)
    assert weighed is not None
    assert weighed.next_end(repaired) == end
    assert recorded is not None
    assert recorded.next_end(repaired) == end


class TestFreeDays:
    """C24-2: ten days from registration, once; then a paid term, or none."""

    REGISTERED, PAID = at("2026-11-02 09:00"), at("2026-11-20 09:00")

    @pytest.fixture
    def account(self, db: None) -> Entitlement:
        """Registered on 2 November; the free days are over."""
        return place("crm24").holds("subscription", self.REGISTERED, name="C24-2")

    @pytest.mark.parametrize("kind", ["purchase", "trial"])
    @pytest.mark.parametrize(("term", "field"), [("3 months", "term"), ("", "kind")])
    def test_they_do_not_begin_again_with_a_payment_and_its_term_is_not_dropped(
        self, account: Entitlement, kind: str, term: str, field: str
    ) -> None:
        versions, what = store.versions_of(account.desk_id), Recording(kind, term=term)
        for attempt in (
            lambda: foreseen(account, what, versions, self.PAID),
            lambda: record(account, what, actor=SYSTEM, now=self.PAID),
        ):
            with pytest.raises(InvalidInput) as refused:
                attempt()
            assert set(refused.value.fields) == {field}
            assert "as a renewal" in refused.value.fields[field]
        assert account.purchases.count() == 1

    def test_a_renewal_starts_the_paid_term(self, account: Entitlement) -> None:
        record(account, Recording("renewal", term="3 months"), actor=SYSTEM, now=self.PAID)
        line = timeline_in_force(account, store.versions_of(account.desk_id), self.PAID)
        assert line is not None
        assert line.at(self.PAID).phase == "paid"

    def test_a_warranty_begins_anew_with_each_repair(self, db: None) -> None:
        """ITS-3: and no term of its own would count there either."""
        device = place("its").holds("item", at("2026-06-01 09:00"), name="Notebook")
        record(device, Recording("repair"), actor=SYSTEM, now=self.PAID)
        with pytest.raises(InvalidInput):
            record(device, Recording("repair", term="2 years"), actor=SYSTEM, now=self.PAID)
        assert device.purchases.count() == 2


class TestAdding:
    def test_it_refuses_a_kind_the_policy_does_not_cover(self, iex: Place) -> None:
        """IEX-1: a slip of the pen would be a licence that covers nothing."""
        said = sentence(iex, "kind", "lisence")
        assert 'Did you mean "licence"?' in said
        assert "licence." in said

    def test_it_refuses_a_plan_the_policy_does_not_name(self, itc: Place) -> None:
        """ITC-2: and lists those it names."""
        said = sentence(itc, "plan", "plan", plan="esential")
        assert 'Did you mean "essential"?' in said
        assert "business" in said

    def test_it_refuses_an_attribute_the_policy_does_not_ask_for(self, iex: Place) -> None:
        """IEX-12: the nearest one and the list are named."""
        assert 'Did you mean "domains"?' in sentence(iex, "domain", "licence", attributes={"domain": 2})

    def test_it_refuses_a_value_that_is_not_of_its_kind(self, iex: Place) -> None:
        assert "number" in sentence(iex, "domains", "licence", attributes={"domains": "two"})

    def test_it_refuses_what_is_worked_out(self, iex: Place) -> None:
        """IEX-10: a phase is computed, never stored."""
        assert "worked out" in sentence(iex, "phase", "licence", attributes={"phase": "included"})

    def test_it_takes_what_the_policy_knows(self, iex: Place) -> None:
        held = added(iex, "licence", attributes={"domains": 2, "title": "Our shop"})
        assert held.attributes["domains"] == 2

    def test_the_command_says_so_too(self, iex: Place) -> None:
        with pytest.raises(CommandError, match='Did you mean "licence"'):
            call_command("add_entitlement", "iexexchanger", "alice@example.org", "licnce", "L-7")

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (
                ("L-7", "--bought", "2026-01-31", "--term", "3 business days"),
                "term: .*counted by the calendar",
            ),
            (("L-7", "--term", "bogus"), "term: A term runs from when it was bought"),
            (
                ("L-7", "--bought", "2026-01-31", "--term", "12 months"),
                "term: .*record what was paid as a renewal",
            ),
            (("L-7", "--bought", "2026-01-31", "--term", "0 months"), "term: .*lasts nothing"),
            (("L-7", "--bought", "2026-01-31", "--term", "999999 months"), "100 years are the most"),
            (("L-7", "--bought", "0001-01-01"), "bought: Choose a year from 1970"),
            (("L" * 121,), "name: .* the limit is 120"),
        ],
    )
    def test_the_command_names_what_cannot_be_kept(
        self, iex: Place, arguments: tuple[str, ...], said: str
    ) -> None:
        with pytest.raises(CommandError, match=said):
            call_command("add_entitlement", "iexexchanger", iex.alice.email, "licence", *arguments)
        assert not Entitlement.objects.exists()


class TestRecordingCover:
    @pytest.fixture(autouse=True)
    def then(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Commands run on a morning in August 2027."""
        monkeypatch.setattr(clock, "now", lambda: at("2027-08-10 09:00"))

    def said(self, *arguments: str) -> str:
        """What the command prints."""
        out = StringIO()
        call_command("record_cover", "iexexchanger", *arguments, stdout=out)
        return out.getvalue()

    def test_it_says_what_would_follow_and_records_nothing(self, iex: Place) -> None:
        """IEX-11: the renewal starts when paid; in the desk's zone, UTC+3."""
        iex.holds("licence", at("2026-01-31 09:00"))
        said = self.said("L-204", "renewal", "--term", "12 months", "--dry-run")
        assert "from 2027-08-10 12:00 to 2028-08-10 12:00 (UTC+3)" in said
        assert Purchase.objects.count() == 1

    def test_it_records_and_says_what_follows(self, iex: Place) -> None:
        held = iex.holds("licence", at("2026-01-31 09:00"))
        said = self.said("L-204", "renewal", "--term", "12 months", "--at", "2027-08-09 12:00")
        assert "to 2028-08-09 12:00" in said
        assert held.purchases.get(kind="renewal").at == at("2027-08-09 09:00")
        assert "archived: from 2027-08-10 12:00" in self.said("L-204", "archived", "--clause", "archived")
        assert held.happenings.get().kind == "archived"

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (("L-999", "renewal"), "holds anything"),
            (("L-204", "renewal", "--term", "a year"), "term"),
            (("L-204", "renewal", "--at", "tomorrow"), "Write 2026-01-31"),
            (("L-204", "renewal", "--at", "0001-01-01"), "Choose a year from 1970"),
            (("L-204", "renewal", "--term", "3 business days"), "counted by the calendar"),
            (("L-204", "renewal", "--term", "0 months"), "lasts nothing"),
            (("L-204", "renewal", "--term", "2..10 months"), "write the one that was bought"),
            (("L-204", "renewal", "--term", "999999 years"), "100 years are the most"),
            (("L-204", "renewal", "--part", "p" * 81), "the limit is 80"),
            (("L-204", "archived", "--at", "1980-01-01"), "before the first purchase"),
            (("L-204", "archived", "--reason", "r" * 201), "the limit is 200"),
            (("L-204", "renewal", "--at", "2027-12-01"), "in the future"),
        ],
    )
    def test_it_says_what_cannot_be(self, iex: Place, arguments: tuple[str, ...], said: str) -> None:
        iex.holds("licence", at("2026-01-31 09:00"))
        with pytest.raises(CommandError, match=said):
            self.said(*arguments)
        assert Purchase.objects.count() == 1
