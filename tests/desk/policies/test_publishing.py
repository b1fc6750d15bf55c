"""Publishing: versions are immutable, numbered, in force from an instant; a faulty one changes nothing."""

import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from remit.desk.foundation.actors import SYSTEM
from remit.desk.foundation.errors import InvalidInput, Misconfigured
from remit.desk.policies import store
from remit.desk.policies.actions import declare_event, end_event, publish_policy
from remit.desk.policies.models import PolicyVersion
from remit.desk.policies.store import compiled
from remit.desk.tickets.models import Ticket
from tests.desk.five import POLICIES, Place, at, clock_of, place


@pytest.fixture
def itc(db: None) -> Place:
    """iTech CRM, where Alice's company has a plan."""
    desk = place("itech-crm", request__kind="support", topic="bug", product="crm", impact="high")
    desk.holds("plan", at("2026-03-04 10:00"), term="12 months", plan="essential")
    return desk


def second(source: str) -> str:
    """The policy as its second version: from July on, high means twelve hours."""
    source = source.replace("version: 1", "version: 2", 1).replace("2026-01-01 00:00", "2026-07-01 00:00", 1)
    return re.sub(r"\| High \| 24 \w+ \|", "| High | 12 h |", source).replace("high: 24 h", "high: 12 h")


class TestVersions:
    def test_it_judges_by_the_version_in_force_at_receipt(self, itc, monkeypatch):
        """IEX-29: a ticket is judged by, and stays with, the version in force when it came in."""
        source = second((POLICIES / "itech-crm.md").read_text(encoding="utf-8"))
        monkeypatch.setattr("remit.policy.check.check", lambda document: [])
        version = publish_policy(itc.desk, source, actor=SYSTEM, now=at("2026-06-01 00:00"))
        before = itc.ticket(at("2026-06-30 23:59"))
        after = itc.ticket(at("2026-07-01 00:00"))
        assert (before.version_id, after.version_id) == (itc.version.pk, version.pk)
        assert before.clocks.get().due_at == at("2026-07-01 23:59")
        assert after.clocks.get().due_at == at("2026-07-01 12:00")

    def test_it_holds_the_first_version_before_its_own_beginning(self, itc):
        """Design §4: before the first version the first holds."""
        assert store.in_force(store.versions_of(itc.desk), at("2020-01-01 00:00")).id == itc.version.pk

    def test_it_says_so_where_a_desk_has_published_nothing(self, desk):
        """No policy, no decision: the operator is told what to do."""
        with pytest.raises(Misconfigured):
            store.in_force(store.versions_of(desk), at("2026-01-01 00:00"))

    def test_it_freezes_the_holidays(self, db):
        """C24-6: holidays are part of a version, so that no later list moves a promise."""
        desk = place("crm24")
        assert desk.version.holidays["working hours"]
        policy = store.compile_source(desk.version.source, {"working hours": {"2026-11-21": "A new holiday"}})
        assert policy.main_calendar.holidays != compiled(desk.version).main_calendar.holidays
        assert store.hash_of(desk.version.source, {}) != desk.version.hash


class TestRefusing:
    def test_it_names_every_fault_with_its_line_and_stores_nothing(self, itc):
        """Every finding, nothing published, the version in force stays."""
        source = (POLICIES / "itech-crm.md").read_text(encoding="utf-8")
        faulty = source.replace("when: not plan.active", "when: not plan.activ", 1).replace(
            "version: 1", "version: 2", 1
        )
        with pytest.raises(InvalidInput) as caught:
            publish_policy(itc.desk, faulty, actor=SYSTEM, now=at("2026-06-01 00:00"))
        assert any("plan.activ" in sentence for sentence in caught.value.fields.values())
        assert all(place.startswith(("line", "desk", "version")) for place in caught.value.fields)
        assert PolicyVersion.objects.filter(desk=itc.desk).count() == 1
        assert itc.ticket(at("2026-11-18 10:00")).version_id == itc.version.pk

    def test_it_refuses_another_desks_document_and_a_number_that_was_used(self, itc):
        """A version is its desk's next."""
        source = (POLICIES / "its.md").read_text(encoding="utf-8")
        with pytest.raises(InvalidInput) as caught:
            publish_policy(itc.desk, source, actor=SYSTEM, now=at("2026-06-01 00:00"))
        assert set(caught.value.fields) == {"desk", "version"}


class TestOrder:
    """Versions follow one another: a later number never begins before an earlier one (IEX-29)."""

    @pytest.fixture(autouse=True)
    def examples_stand(self, monkeypatch):
        """What the changed figures do to the document's own examples is not what is tried here."""
        monkeypatch.setattr("remit.policy.check.check", lambda document: [])

    @pytest.fixture
    def later(self) -> str:
        """The second version, in force from July on."""
        return second((POLICIES / "itech-crm.md").read_text(encoding="utf-8"))

    def test_it_refuses_a_version_that_begins_before_an_earlier_one(self, itc, later):
        """IEX-29: what was in force stays so; both instants are named, in the desk's zone."""
        publish_policy(itc.desk, later, actor=SYSTEM, now=at("2026-06-01 00:00"))
        third = later.replace("version: 2", "version: 3", 1).replace("2026-07-01", "2026-06-30", 1)
        before_all = third.replace("2026-06-30", "2025-06-30", 1)
        for source in (third, before_all):
            with pytest.raises(InvalidInput) as caught:
                publish_policy(itc.desk, source, actor=SYSTEM, now=at("2026-06-02 00:00"))
            assert set(caught.value.fields) == {"effective"}
            assert (
                "version 2, which is in force from 2026-07-01 00:00 (UTC)" in caught.value.fields["effective"]
            )
        assert PolicyVersion.objects.filter(desk=itc.desk).count() == 2

    def test_of_two_versions_from_one_instant_the_higher_number_holds(self, itc, later):
        """IEX-29: a slip can be mended before its version begins."""
        publish_policy(itc.desk, later, actor=SYSTEM, now=at("2026-06-01 00:00"))
        third = publish_policy(
            itc.desk, later.replace("version: 2", "version: 3", 1), actor=SYSTEM, now=at("2026-06-02 00:00")
        )
        assert store.in_force(store.versions_of(itc.desk), at("2026-07-01 00:00")).id == third.pk

    def test_the_command_says_from_when_it_holds_and_where_it_is_read(self, itc, later, tmp_path):
        """ITC-22: in the desk's zone, with the address; a refusal says why on the command line too."""
        file = tmp_path / "policy.md"
        file.write_text(later, encoding="utf-8")
        itc.desk.zone = "Asia/Tehran"
        itc.desk.save()
        said = StringIO()
        call_command("publish_policy", "itech-crm", str(file), stdout=said)
        assert "in force from 2026-07-01 03:30 (Asia/Tehran)" in said.getvalue()
        assert "/itech-crm/policy/2/" in said.getvalue()
        file.write_text(
            later.replace("version: 2", "version: 3", 1).replace("2026-07-01", "2026-06-30", 1),
            encoding="utf-8",
        )
        with pytest.raises(CommandError, match="before version 2"):
            call_command("publish_policy", "itech-crm", str(file))

    def test_the_command_prints_each_fault_as_the_check_does(self, itc, later, tmp_path):
        """ITC-22: file, line, column, code and a way out, as its warnings are."""
        file = tmp_path / "policy.md"
        file.write_text(later.replace("anchor: bought", "anchr: bought", 1), encoding="utf-8")
        with pytest.raises(CommandError) as caught:
            call_command("publish_policy", "itech-crm", str(file))
        assert re.search(r"(?m)^itech-crm\.md:\d+:\d+: error unknown-key ", str(caught.value))
        assert re.search(r"(?m)^ +hint: ", str(caught.value))


class TestWarning:
    def test_the_command_says_what_the_desk_cannot_keep_and_publishes_all_the_same(self, desk, tmp_path):
        """ITC-3: unpriced services and a gate that waits for orders nobody keeps, each with line, column and hint."""
        file = tmp_path / "policy.md"
        source = (POLICIES / "itech-crm.md").read_text(encoding="utf-8")
        file.write_text(source.replace("desk: itech-crm", f"desk: {desk.slug}", 1), encoding="utf-8")
        said = StringIO()
        call_command("publish_policy", desk.slug, str(file), stdout=said)
        first, *others = said.getvalue().splitlines()
        assert "is published" in first
        for code in ("service-unpriced", "gate-never-closes", "zone-differs"):
            assert any(re.search(rf":\d+:\d+: warning {code} ", line) for line in others)
        assert any(line.strip().startswith("hint:") for line in others)
        assert PolicyVersion.objects.filter(desk=desk).count() == 1


class TestDeclaredEvents:
    def test_it_pauses_every_promise_while_force_majeure_lasts(self, db):
        """C24-12: from its declaration to its end the commitments its clause names are lifted."""
        c24 = place("crm24", request__kind="support", details="Nothing works.")
        c24.holds("subscription", at("2026-11-10 08:00"))
        ticket = c24.ticket(at("2026-11-17 07:00"))
        storm = declare_event(
            c24.desk,
            "force majeure",
            "Storm",
            cause="storm",
            actor=c24.lena.actor,
            now=at("2026-11-17 08:00"),
        )
        clock = ticket.clocks.get(metric="first response")
        assert (clock.state, clock.paused_since) == ("paused", at("2026-11-17 08:00"))
        end_event(storm, actor=c24.lena.actor, now=at("2026-11-18 08:00"))
        assert ticket.clocks.get(metric="first response").state == "in order"
        assert Ticket.objects.get().clock_state == "in order"

    def test_ended_before_its_planned_end_it_pauses_until_then_only(self, db):
        """C24-12: after an hour of the four that were planned the promise holds again, three hours early."""
        c24 = place("crm24", request__kind="support", details="Nothing works.")
        c24.holds("subscription", at("2026-11-10 08:00"))
        ticket = c24.ticket(at("2026-11-17 06:00"))
        storm = declare_event(
            c24.desk,
            "force majeure",
            "Storm",
            cause="storm",
            ends_at=at("2026-11-17 11:00"),
            actor=c24.lena.actor,
            now=at("2026-11-17 07:00"),
        )
        assert clock_of(ticket).state == "paused"
        end_event(storm, actor=c24.lena.actor, now=at("2026-11-17 08:00"))
        assert (clock_of(ticket).state, clock_of(ticket).paused_since) == ("in order", None)

    def test_it_takes_only_events_and_causes_that_the_policy_lists(self, db):
        """What the policy doesn't declare can't lift a promise."""
        c24 = place("crm24")
        for kind, cause in (("holiday", ""), ("force majeure", "laziness"), ("force majeure", "")):
            with pytest.raises(InvalidInput):
                declare_event(
                    c24.desk, kind, "x", cause=cause, actor=c24.lena.actor, now=at("2026-11-17 08:00")
                )
