"""Using support accepts the policy: who accepted which version, when and how, once for each person and version."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from remit.desk.entitlements.actions import record_purchase
from remit.desk.foundation.actors import SYSTEM
from remit.desk.foundation.errors import InvalidInput
from remit.desk.foundation.writing import Writing
from remit.desk.policies.actions import publish_policy
from remit.desk.policies.models import Consent, PolicyVersion
from remit.desk.tickets.actions import receive_request, reopen_ticket
from remit.desk.tickets.inbound import Inbound
from remit.desk.tickets.models import Ticket
from tests.desk.five import POLICIES, Place, at

BOUGHT = at("2026-07-02 12:00")
ASKED = at("2026-09-15 11:00")
SECOND = at("2026-10-01 00:00")


def next_version(of: Place, slug: str = "iexexchanger", **changes: str) -> PolicyVersion:
    """The same policy as version 2, published and in force on 1 October (local: the evening before, in UTC)."""
    source = (POLICIES / f"{slug}.md").read_text(encoding="utf-8")
    source = source.replace("\nversion: 1\n", "\nversion: 2\n", 1)
    line = next(one for one in source.splitlines() if one.startswith("effective:"))
    source = source.replace(line, "effective: 2026-10-01 00:00", 1)
    for old, new in changes.items():
        source = source.replace(old, new)
    return publish_policy(of.desk, source, actor=SYSTEM, now=at("2026-09-20 00:00"))


def accepted() -> list[tuple[str, int, str, str, datetime]]:
    """Each consent: who, which version, how, by which channel, when."""
    rows = Consent.objects.order_by("id")
    return [(one.contact.name, one.version.number, one.way, one.channel, one.accepted_at) for one in rows]


class TestAFirstRequest:
    def test_it_records_who_accepted_which_version_when_and_how(self, iex: Place) -> None:
        """ITC-13, IEX-1: a first request accepts the version in force."""
        ticket = iex.ticket(ASKED)
        assert accepted() == [("Alice", 1, "request", "portal", ASKED)]
        row = Consent.objects.get()
        assert (row.ticket, row.desk, row.recorded_at) == (ticket, iex.desk, ASKED)

    def test_it_is_recorded_once_for_a_person_and_a_version(self, iex: Place) -> None:
        """ITC-13: a second request adds nothing; another person's own first one does."""
        iex.ticket(ASKED)
        iex.ticket(at("2026-09-16 11:00"))
        iex.ask(at("2026-09-16 12:00"), iex.charlie)
        assert [one[0] for one in accepted()] == ["Alice", "Charlie"]
        assert Ticket.objects.count() == 3

    def test_it_is_recorded_again_at_the_first_use_of_a_later_version(self, iex: Place) -> None:
        """IEX-29: going on means agreeing to the version that is in force by then."""
        iex.ticket(ASKED)
        next_version(iex)
        iex.ticket(at("2026-09-30 20:00"))
        iex.ticket(at("2026-10-02 11:00"))
        iex.ticket(at("2026-10-03 11:00"))
        found = [(number, when) for _, number, _, _, when in accepted()]
        assert found == [(1, ASKED), (2, at("2026-10-02 11:00"))]

    def test_a_request_that_is_turned_down_is_a_use_too(self, iex: Place) -> None:
        """IEX-1: whoever asks accepts, whatever is decided."""
        assert iex.ticket(ASKED).outcome == "refuse"
        assert len(accepted()) == 1

    def test_a_request_that_opens_another_is_judged_and_accepted_by_its_own_version(self, iex: Place) -> None:
        """IEX-28, IEX-29: a question taken up long after is a new request."""
        iex.holds("licence", BOUGHT)
        ticket = iex.ticket(ASKED)
        Ticket.objects.filter(pk=ticket.pk).update(status="closed", solved_at=ASKED, solved_as="answered")
        ticket.refresh_from_db()
        next_version(iex)
        reopen_ticket(ticket, actor=iex.alice.actor, now=at("2026-12-01 11:00"))
        assert [one[1] for one in accepted()] == [1, 2]

    def test_it_is_not_recorded_where_the_channel_does_not_count(self, iex: Place) -> None:
        """ITC-14: a message off the channels is no request, so nothing is accepted by it."""
        assert iex.ask(ASKED, channel="other").ticket is None
        assert accepted() == []

    def test_it_is_not_recorded_where_the_document_names_no_such_moment(self, ion: Place, iex: Place) -> None:
        """ITC-13: the document says what accepts it: nothing at I One Tech, and here by a later version buying alone."""
        ion.ticket(at("2026-11-18 03:00"))
        next_version(iex, **{"consent: [purchase, first request]": "consent: [purchase]"})
        iex.ticket(at("2026-10-02 11:00"))
        assert accepted() == []

    def test_nothing_is_accepted_before_it_was_published(self, iex: Place) -> None:
        """IEX-29: a version binds from its publication, though it judges a call that was taken before."""
        early = Inbound(
            "portal", iex.alice, "It fails", "It fails.", iex.usual, received_at=at("2025-12-31 12:00")
        )
        receive_request(iex.desk, early, actor=iex.ada.actor, now=at("2026-01-02 00:00"))
        assert accepted() == []

    def test_the_same_key_again_adds_nothing(self, iex: Place) -> None:
        iex.ask(ASKED, key="k-1")
        assert iex.ask(ASKED, key="k-1").is_replay
        assert len(accepted()) == 1


class TestAPurchase:
    def test_it_records_what_who_bought_accepted(self, iex: Place) -> None:
        """ITC-13: buying accepts the version in force at its moment; the first request then adds nothing."""
        held = iex.holds("licence", BOUGHT)
        assert accepted() == []  # nobody was named
        bought = at("2026-08-01 12:00")
        purchase = record_purchase(
            held, "renewal", contact=iex.alice, actor=SYSTEM, now=ASKED, at=bought, term="12 months"
        )
        assert accepted() == [("Alice", 1, "purchase", "", bought)]
        row = Consent.objects.get()
        assert (row.purchase, row.ticket, row.recorded_at) == (purchase, None, ASKED)
        iex.ticket(ASKED)
        assert len(accepted()) == 1

    def test_what_is_not_bought_accepts_nothing(self, its: Place) -> None:
        """ITC-13: buying accepts; having a device repaired under its warranty buys nothing."""
        held = its.holds("item", BOUGHT, on=BOUGHT.date())
        record_purchase(held, "repair", contact=its.alice, actor=SYSTEM, now=ASKED)
        assert accepted() == []

    def test_it_refuses_a_buyer_of_another_customer_and_records_nothing(self, iex: Place) -> None:
        held = iex.holds("licence", BOUGHT)
        with pytest.raises(InvalidInput) as told:
            record_purchase(held, "renewal", contact=iex.charlie, actor=SYSTEM, now=ASKED)
        assert "contact" in told.value.fields
        assert held.purchases.count() == 1

    def test_the_commands_record_it_for_the_contact_they_name(self, iex: Place) -> None:
        call_command(
            "add_entitlement",
            "iexexchanger",
            "alice@example.org",
            "licence",
            "L-9",
            "--bought",
            "2026-08-01 12:00",
        )
        assert [(one[0], one[2]) for one in accepted()] == [("Alice", "purchase")]
        next_version(iex)
        call_command(
            "record_cover", "iexexchanger", "L-9", "renewal", "--term", "12 months", "--at", "2026-10-05 12:00",
            "--buyer", "alice@example.org",
        )  # fmt: skip
        assert [one[1] for one in accepted()] == [1, 2]


class TestTheRecord:
    def test_the_database_refuses_to_change_or_delete_it(self, iex: Place) -> None:
        """ITC-13: what was accepted stays as it was recorded."""
        iex.ticket(ASKED)
        for change in (
            lambda: Consent.objects.update(way="purchase"),
            lambda: Consent.objects.all()._raw_delete("default"),
        ):
            with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
                change()

    def test_it_stays_when_the_person_is_erased(self, iex: Place) -> None:
        """C24-11: the row holds the person's key and no text of theirs."""
        iex.ticket(ASKED)
        key = iex.alice.pk
        iex.alice.delete()
        assert Consent.objects.get().contact_id == key

    def test_it_is_written_only_where_it_is_not_recorded_yet(
        self, iex: Place, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Design §2.3: what is recorded is read with the rest before the decision; a second request inserts nothing."""
        written: list[type] = []
        add = Writing.add

        def watched(self: Writing, model: type, **values: Any) -> None:
            written.append(model)
            add(self, model, **values)

        monkeypatch.setattr(Writing, "add", watched)
        iex.ticket(ASKED)
        assert Consent in written
        written.clear()
        with CaptureQueriesContext(connection) as caught:
            iex.ticket(at("2026-09-16 11:00"))
        assert Consent not in written
        (about,) = [one["sql"] for one in caught if "policies_consent" in one["sql"]]
        assert ("policies_policyversion" in about) is (connection.vendor == "postgresql")

    def test_what_another_request_wrote_meanwhile_is_left(
        self, iex: Place, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """ITC-13: a request that was judged before another wrote adds no second row, and is taken in all the same."""
        module = sys.modules["remit.desk.tickets.actions.receive_request"]
        write = module._write

        def after_another(*args: Any) -> Any:
            monkeypatch.setattr(module, "_write", write)
            iex.ask(ASKED)
            return write(*args)

        monkeypatch.setattr(module, "_write", after_another)
        iex.ask(at("2026-09-15 10:59"))
        assert Ticket.objects.count() == 2
        assert [one[-1] for one in accepted()] == [ASKED]
