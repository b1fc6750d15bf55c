"""What the policy lets be archived: at once by the desk itself, or by a person who is asked (IEX-13).

A licence bought on Sat 2 Aug 2025 09:00 UTC is included to 2 Aug 2026 and in transition to 2 Oct 2026, both 09:00; six months
later, on Fri 2 Apr 2027 09:00, it may be archived.
"""

from __future__ import annotations

import pytest
from django.core.management import call_command

from remit.desk.desks.actions.set_archiving import set_archiving
from remit.desk.entitlements.actions import record_happening, record_purchase
from remit.desk.entitlements.models import Entitlement, Happening
from remit.desk.foundation.actors import SYSTEM
from remit.desk.foundation.errors import Conflict, InvalidInput
from remit.desk.foundation.models import Event, Outbox, Timer
from remit.desk.policies import store
from remit.desk.policies.actions import archive_entitlement, leave_unarchived
from remit.desk.policies.holding import timeline_in_force
from remit.desk.tickets import letters
from tests.desk.five import Place, at, place, work_until

BOUGHT, MAY_BE, LATER = at("2025-08-02 09:00"), at("2027-04-02 09:00"), at("2027-04-05 12:00")


@pytest.fixture
def iex(db: None) -> Place:
    """iEXExchanger."""
    return place(
        "iexexchanger",
        topic="commissions",
        details="Which one?",
        plan="pro",
        version="4.2",
        domain="a.example",
    )


@pytest.fixture
def licence(iex: Place) -> Entitlement:
    """A licence that nobody renews."""
    return iex.holds("licence", BOUGHT)


def phase_at(licence: Entitlement, moment: str) -> str:
    line = timeline_in_force(licence, store.versions_of(licence.desk_id), at(moment))
    assert line is not None
    return line.at(at(moment)).phase


def told(template: str) -> int:
    return Outbox.objects.filter(payload__template=template).count()


class TestAtOnce:
    @pytest.fixture(autouse=True)
    def switched(self, iex: Place) -> None:
        """The desk archives at once."""
        set_archiving(iex.desk, "at once", actor=SYSTEM, now=BOUGHT)

    def test_it_is_archived_at_the_moment_it_may_be_however_late_the_worker_is(
        self, iex: Place, licence: Entitlement
    ) -> None:
        """IEX-13: a decision of the desk, dated by the moment, with its clause, on the record."""
        work_until(LATER)
        happening = Happening.objects.get()
        assert (happening.kind, happening.at, happening.actor_kind, happening.clause) == (
            "archived", MAY_BE, "system", "archive",
        )  # fmt: skip
        event = Event.objects.get(subject_kind="entitlement", kind="archived")
        assert event.data["at"] == MAY_BE.isoformat()
        assert phase_at(licence, "2027-04-02 09:00") == "archived"
        assert not Entitlement.objects.to_archive().exists()
        assert Timer.objects.get(purpose="entitlement").due_at is None

    def test_the_phase_says_that_the_desk_itself_decided(self, iex: Place, licence: Entitlement) -> None:
        work_until(LATER)
        line = timeline_in_force(licence, store.versions_of(licence.desk_id), LATER)
        assert line is not None
        assert line.at(LATER).derivation[0].text.startswith("archived by the desk's decision")

    def test_the_holder_gets_one_letter_that_says_so(self, iex: Place, licence: Entitlement) -> None:
        """IEX-13: not a second one for the phase that ended at that moment."""
        work_until(LATER)
        work_until(at("2027-06-01 09:00"))
        assert told("archived") == 1
        assert told("phase ended") == 2  # included, and transition
        letter = letters.written(Outbox.objects.get(payload__template="archived"))
        assert letter is not None
        assert letter.to == ("alice@example.org",)
        assert letter.subject == "L-204: archived"
        assert "was archived on 2 April 2027" in letter.body
        assert "policy/1/#archive" in letter.body

    def test_what_is_asked_then_is_refused_by_the_clause(self, iex: Place, licence: Entitlement) -> None:
        work_until(LATER)
        received = iex.ask(at("2027-04-06 08:00"))
        assert received.decision.outcome == "refuse"
        assert received.decision.facts["licence.archived"] is True

    def test_a_licence_that_is_renewed_in_time_is_not_archived(
        self, iex: Place, licence: Entitlement
    ) -> None:
        work_until(at("2027-03-01 09:00"))
        record_purchase(licence, "renewal", actor=SYSTEM, now=at("2027-03-02 09:00"), term="12 months")
        work_until(LATER)
        assert not Happening.objects.exists()

    def test_it_never_archives_again_what_a_person_brought_back(
        self, iex: Place, licence: Entitlement
    ) -> None:
        """IEX-13: coming back is a person's decision, and stands."""
        work_until(LATER)
        record_happening(licence, "restored", actor=iex.lena.actor, now=at("2027-05-01 09:00"))
        work_until(at("2027-12-01 09:00"))
        assert phase_at(licence, "2027-12-01 09:00") == "archivable"
        assert not Entitlement.objects.to_archive().exists()
        assert list(Entitlement.objects.left_unarchived()) == [licence]

    def test_payment_alone_does_not_bring_it_back(self, iex: Place, licence: Entitlement) -> None:
        """IEX-13."""
        work_until(LATER)
        record_purchase(licence, "renewal", actor=SYSTEM, now=at("2027-05-01 09:00"), term="12 months")
        assert phase_at(licence, "2027-05-02 09:00") == "archived"

    def test_what_was_archivable_before_it_was_recorded_waits_for_a_person(self, iex: Place) -> None:
        """Only a moment that the desk lives through archives by itself: nothing vanishes by being recorded."""
        late = Entitlement.objects.create(
            desk=iex.desk, customer=iex.alice.customer, kind="licence", name="L-2", created_at=LATER
        )
        record_purchase(late, "purchase", actor=SYSTEM, now=LATER, at=at("2020-01-01 09:00"))
        work_until(LATER)
        assert not Happening.objects.filter(kind="archived").exists()
        assert list(Entitlement.objects.to_archive()) == [late]


class TestAskingAPerson:
    def test_nothing_is_archived_and_it_waits_for_a_person(self, iex: Place, licence: Entitlement) -> None:
        """IEX-13: what a desk does unless it is told otherwise."""
        work_until(at("2027-04-02 08:59"))
        assert not Entitlement.objects.to_archive().exists()
        work_until(LATER)
        assert not Happening.objects.exists()
        assert phase_at(licence, "2027-04-05 12:00") == "archivable"
        assert [(one.pk, one.archivable_at) for one in Entitlement.objects.to_archive()] == [
            (licence.pk, MAY_BE)
        ]

    def test_a_renewal_takes_it_off_the_list(self, iex: Place, licence: Entitlement) -> None:
        """The caller may have read the licence long before it came on the list."""
        work_until(LATER)
        record_purchase(licence, "renewal", actor=SYSTEM, now=at("2027-04-06 09:00"), term="12 months")
        assert not Entitlement.objects.to_archive().exists()

    def test_a_person_archives_it_and_the_holder_is_told(self, iex: Place, licence: Entitlement) -> None:
        work_until(LATER)
        archive_entitlement(licence, actor=iex.lena.actor, now=LATER, reason="Long over")
        happening = Happening.objects.get()
        assert (happening.kind, happening.at, happening.actor_id, happening.clause, happening.reason) == (
            "archived", LATER, iex.lena.pk, "archive", "Long over",
        )  # fmt: skip
        assert not Entitlement.objects.to_archive().exists()
        assert told("archived") == 1

    def test_a_person_leaves_it_and_may_archive_it_later(self, iex: Place, licence: Entitlement) -> None:
        work_until(LATER)
        leave_unarchived(licence, actor=iex.lena.actor, now=LATER, reason="They pay in May")
        assert not Entitlement.objects.to_archive().exists()
        assert list(Entitlement.objects.left_unarchived()) == [licence]
        assert phase_at(licence, "2027-04-06 09:00") == "archivable"
        assert told("archived") == 0
        archive_entitlement(licence, actor=iex.lena.actor, now=at("2027-07-01 09:00"), reason="They did not")
        assert phase_at(licence, "2027-07-02 09:00") == "archived"

    def test_left_once_it_is_asked_again_when_it_runs_out_again(
        self, iex: Place, licence: Entitlement
    ) -> None:
        work_until(LATER)
        leave_unarchived(licence, actor=iex.lena.actor, now=LATER, reason="They pay in May")
        record_purchase(licence, "renewal", actor=SYSTEM, now=at("2027-05-01 09:00"), term="12 months")
        work_until(at("2029-01-01 09:00"))
        assert list(Entitlement.objects.to_archive()) == [licence]

    def test_it_is_not_decided_twice_nor_without_a_reason(self, iex: Place, licence: Entitlement) -> None:
        work_until(LATER)
        with pytest.raises(InvalidInput, match="Nothing was decided"):
            archive_entitlement(licence, actor=iex.lena.actor, now=LATER, reason=" ")
        archive_entitlement(licence, actor=iex.lena.actor, now=LATER, reason="Long over")
        with pytest.raises(Conflict, match="L-204 may not be archived any more"):
            leave_unarchived(licence, actor=iex.lena.actor, now=LATER, reason="Wait")
        assert Happening.objects.count() == 1

    def test_where_the_policy_names_no_clause_nothing_is_asked(self, db: None) -> None:
        """ITC-2: a plan that ended is not put into an archive, at no desk that does not say so."""
        itc = place("itech-crm")
        itc.holds("plan", BOUGHT, term="1 month")
        work_until(at("2029-01-01 09:00"))
        assert not Entitlement.objects.exclude(archivable_at=None).exists()


class TestTheSwitch:
    def test_the_operator_sets_it_and_the_record_says_so(
        self, iex: Place, capsys: pytest.CaptureFixture[str]
    ) -> None:
        call_command("set_archiving", "iexexchanger", "at once")
        iex.desk.refresh_from_db()
        assert iex.desk.archiving == "at once"
        assert "is archived at once" in capsys.readouterr().out
        assert Event.objects.get(kind="archiving set").data == {"archiving": "at once"}

    def test_it_knows_two_ways_only(self, iex: Place) -> None:
        with pytest.raises(InvalidInput):
            set_archiving(iex.desk, "never", actor=SYSTEM, now=LATER)

    def test_what_waits_already_stays_with_people(self, iex: Place, licence: Entitlement) -> None:
        """IEX-13: switching archives nothing that a person was asked about."""
        work_until(LATER)
        set_archiving(iex.desk, "at once", actor=SYSTEM, now=LATER)
        work_until(at("2028-01-01 09:00"))
        assert list(Entitlement.objects.to_archive()) == [licence]
