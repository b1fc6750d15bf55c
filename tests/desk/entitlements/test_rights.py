"""What customers hold: recorded once, phases computed, ends noted."""

from datetime import date

import pytest

from remit.desk.entitlements.actions import record_happening, record_purchase, set_standing
from remit.desk.entitlements.models import Entitlement, Standing
from remit.desk.foundation.actors import SYSTEM
from remit.desk.foundation.errors import InvalidInput
from remit.desk.foundation.models import Event, Outbox, Timer
from remit.desk.policies import declared
from remit.desk.tickets import letters as written
from remit.desk.tickets import phases
from tests.desk.five import Place, at, place, work_until


@pytest.fixture
def iex(db: None) -> Place:
    """iEXExchanger."""
    return place("iexexchanger", topic="commissions")


class TestPhaseEnds:
    def test_it_notes_each_end_when_it_comes_and_tells_the_holder(self, iex):
        """IEX-10: the end of included support, then of transition, each dated by its own moment."""
        licence = iex.holds("licence", at("2025-08-02 09:00"))
        assert Timer.objects.get(purpose="entitlement").due_at == at("2026-08-02 09:00")
        work_until(at("2026-10-05 09:00"))
        ended = Event.objects.filter(subject_kind="entitlement", subject_id=licence.pk, kind="phase ended")
        assert [(one.data["phase"], one.at) for one in ended.order_by("id")] == [
            ("included", at("2026-08-02 09:00")),
            ("transition", at("2026-10-02 09:00")),
        ]
        assert Outbox.objects.filter(payload__template="phase ended").count() == 2

    def test_it_moves_with_a_renewal(self, iex):
        """IEX-11: renewed while it runs, the term adds to the end, and the timer follows."""
        licence = iex.holds("licence", at("2025-08-02 09:00"))
        record_purchase(licence, "renewal", actor=SYSTEM, now=at("2026-07-01 09:00"), term="12 months")
        work_until(at("2026-09-01 09:00"))
        assert Timer.objects.get(purpose="entitlement").due_at == at("2027-08-02 09:00")

    def test_it_is_awaited_too_where_the_policy_comes_later(self, iex):
        """A desk that registers licences before it publishes loses no phase end."""
        iex.holds("licence", at("2025-08-02 09:00"))
        Timer.objects.all().delete()
        declared.announce_publication(iex.desk.pk, at("2026-01-01 00:00"))
        assert Timer.objects.get(purpose="entitlement").due_at == at("2026-08-02 09:00")


class TestReminders:
    """Ten free days from Fri 23 Oct end at Tue 3 Nov 00:00 in Tehran, which is Mon 2 Nov 20:30 UTC."""

    REMINDED, OVER = "2026-10-31 20:30", "2026-11-02 20:30"

    @pytest.fixture
    def subscription(self, db: None) -> Entitlement:
        """The free days of a customer of CRM24."""
        crm = place("crm24")
        return crm.holds("subscription", at("2026-10-23 09:00"), on=date(2026, 10, 23), name="S-1")

    def reminders(self, subscription: Entitlement) -> list[Event]:
        """The reminders noted in its history."""
        return list(
            Event.objects.filter(
                subject_kind="entitlement", subject_id=subscription.pk, kind="phase ending"
            ).order_by("id")
        )

    def test_it_reminds_two_days_before_the_free_days_are_over(self, subscription):
        """C24-2: one letter that says when, dated by the moment the policy names however late the worker is."""
        assert Timer.objects.get(purpose="entitlement").due_at == at(self.REMINDED)
        work_until(at("2026-10-31 20:29"))
        assert not self.reminders(subscription)
        phases.fire([Timer.objects.get(purpose="entitlement")], at("2026-11-01 07:00"))
        assert [one.at for one in self.reminders(subscription)] == [at(self.REMINDED)]
        letter = written.written(Outbox.objects.get(payload__template="phase ending"))
        assert letter is not None
        assert letter.to == ("alice@example.org",)
        assert letter.subject == "S-1: “Free days” ends soon"
        assert "ends on Tuesday 3 November 2026, 00:00 (Tehran time)" in letter.body
        assert Timer.objects.get(purpose="entitlement").due_at == at(self.OVER)

    def test_it_reminds_once(self, subscription):
        """C24-2: neither a timer set again nor the end itself brings a second letter."""
        work_until(at("2026-11-01 07:00"))
        Timer.objects.filter(purpose="entitlement").update(due_at=at(self.REMINDED))
        work_until(at("2026-11-01 08:00"))
        work_until(at("2026-11-03 07:00"))
        assert len(self.reminders(subscription)) == 1
        assert Outbox.objects.filter(payload__template="phase ending").count() == 1
        assert Outbox.objects.filter(payload__template="phase ended").count() == 1

    def test_it_does_not_remind_who_has_paid(self, subscription):
        """C24-2: with a term that follows the free days there is nothing to be reminded of, even if the timer stands."""
        record_purchase(subscription, "renewal", actor=SYSTEM, now=at("2026-10-30 09:00"), term="3 months")
        assert Timer.objects.get(purpose="entitlement").due_at == at(self.OVER)
        Timer.objects.filter(purpose="entitlement").update(due_at=at(self.REMINDED))
        work_until(at("2026-11-01 07:00"))
        assert not self.reminders(subscription)
        assert not Outbox.objects.filter(payload__template="phase ending").exists()

    def test_it_does_not_remind_of_what_is_over_already(self, subscription):
        """C24-2: a worker that stood still past the end tells of the end only."""
        fired = Timer.objects.get(purpose="entitlement")
        phases.fire([fired], at("2026-11-03 07:00"))
        assert not self.reminders(subscription)
        assert Event.objects.filter(subject_kind="entitlement", kind="phase ended").count() == 1


class TestRecording:
    def test_it_names_what_is_wrong_with_a_purchase(self, iex):
        """A purchase in the future, of an unknown kind or with an unreadable term is refused, field by field."""
        licence = iex.holds("licence", at("2025-08-02 09:00"))
        with pytest.raises(InvalidInput) as caught:
            record_purchase(
                licence,
                "gift",
                actor=SYSTEM,
                now=at("2026-01-01 00:00"),
                at=at("2027-01-01 00:00"),
                term="ages",
            )
        assert set(caught.value.fields) == {"kind", "at", "term"}
        with pytest.raises(InvalidInput) as caught:
            record_purchase(licence, "renewal", actor=SYSTEM, now=at("2026-01-01 00:00"))
        assert set(caught.value.fields) == {"term"}
        assert licence.purchases.count() == 1

    def test_it_takes_only_known_happenings_and_standings(self, iex):
        """IEX-13, IEX-22: the words are fixed, and a contact is of the same desk."""
        licence = iex.holds("licence", at("2025-08-02 09:00"))
        with pytest.raises(InvalidInput):
            record_happening(licence, "vanished", actor=SYSTEM, now=at("2026-01-01 00:00"))
        with pytest.raises(InvalidInput):
            set_standing(licence, iex.alice, "king", actor=SYSTEM, now=at("2026-01-01 00:00"))
        elsewhere = place("its")
        with pytest.raises(InvalidInput):
            set_standing(licence, elsewhere.alice, "owner", actor=SYSTEM, now=at("2026-01-01 00:00"))

    def test_it_keeps_one_standing_for_a_contact(self, iex):
        """IEX-22: a later word replaces an earlier one."""
        licence = iex.holds("licence", at("2025-08-02 09:00"))
        for standing in ("colleague", "named contact"):
            set_standing(licence, iex.alice, standing, actor=SYSTEM, now=at("2026-01-01 00:00"))
        assert [one.standing for one in Standing.objects.all()] == ["named contact"]


class TestReach:
    def test_it_opens_to_a_contact_what_is_theirs(self, iex):
        """The customer's own, and what they have a standing in; nothing else."""
        own = iex.holds("licence", at("2025-08-02 09:00"))
        others = iex.holds("licence", at("2025-08-02 09:00"), contact=iex.charlie, name="L-9")
        assert list(Entitlement.objects.open_to(iex.alice)) == [own]
        set_standing(others, iex.alice, "contractor", actor=SYSTEM, now=at("2026-01-01 00:00"))
        assert set(Entitlement.objects.open_to(iex.alice)) == {own, others}
