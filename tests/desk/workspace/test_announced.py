"""Closed days and declared events: leads announce them on a page, see what they stop, and take them back in time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from remit.desk.desks.models import Closure
from remit.desk.foundation.errors import Misconfigured
from remit.desk.policies.models import DeclaredEvent
from remit.desk.tickets.models import Ticket
from tests.desk.conftest import signed_in
from tests.desk.five import Place, at, clock_of, place

NOON = at("2026-11-17 08:30")
PAGE = "/{}/desk/announced/"


@pytest.fixture
def crm(db: None) -> Iterator[Place]:
    """CRM24 at noon in Tehran on a Tuesday."""
    found = place("crm24")
    with time_machine.travel(NOON, tick=False):
        yield found


@pytest.fixture
def its(db: None) -> Iterator[Place]:
    """I One Tech, whose customer has a contract, on a Tuesday afternoon in Phnom Penh."""
    found = place("ionetech", topic="network", category="technical", impact="high", details="It drops.")
    found.holds("contract", at("2026-01-05 02:00"), name="SC-118", term="12 months")
    with time_machine.travel(NOON, tick=False):
        yield found


def post(place: Place, path: str, who: str = "lena", **form: object) -> tuple[int, str]:
    page = PAGE.format(place.desk.slug)
    answer = signed_in(getattr(place, who)).post(page + path, form, follow=True)
    return answer.status_code, answer.content.decode()


class TestEvents:
    def test_a_lead_declares_one_and_reads_what_it_stops(self, crm: Place) -> None:
        """C24-12: with a cause of the policy's list; the page says which clocks stand still, and by which section."""
        status, page = post(
            crm,
            "event/",
            kind="force majeure",
            name="Flood in the data hall",
            cause="flood",
            ends_at="2026-11-20T12:00",
        )
        event = DeclaredEvent.objects.get()
        assert status == 200
        assert "Flood in the data hall" in page
        assert "Stops the clocks: first answer, next answer and solution." in page
        assert (event.starts_at, event.ends_at) == (NOON, at("2026-11-20 08:30"))

    def test_it_names_what_is_wrong_and_keeps_what_was_typed(self, crm: Place) -> None:
        status, page = post(
            crm, "event/", kind="force majeure", name="Flood", cause="boredom", starts_at="soon"
        )
        assert status == 422
        assert "Write the day and the time." in page
        assert 'value="Flood"' in page
        status, page = post(crm, "event/", kind="force majeure", name="Flood", cause="boredom")
        assert status == 422
        assert "The policy lists these causes" in page
        assert not DeclaredEvent.objects.exists()

    def test_it_takes_clean_names_known_services_and_years_in_reach(self, crm: Place) -> None:
        form = {"kind": "force majeure", "cause": "flood"}
        for wrong, said in (
            ({"services": ["no\0ne"]}, "The policy lists these services"),
            ({"starts_at": "0001-01-01T00:00"}, "Choose a year from 1970 to 2200."),
            ({"name": "n" * 121}, "the limit is 120"),
        ):
            status, page = post(crm, "event/", **form, **wrong)
            assert status == 422
            assert said in page
        post(crm, "event/", name="Flo\0od", **form)
        assert DeclaredEvent.objects.get().name == "Flood"

    def test_it_can_be_ended_early_and_called_off(self, crm: Place) -> None:
        """The clocks run on from there; one that has not begun never stops anything."""
        post(crm, "event/", kind="force majeure", name="Strike", cause="strike", ends_at="2026-11-30T12:00")
        _, page = post(crm, f"event/{DeclaredEvent.objects.get().pk}/end/")
        assert DeclaredEvent.objects.get().ends_at == NOON
        assert "The clocks run on from here." in page
        post(crm, "event/", kind="force majeure", name="Storm", cause="storm", starts_at="2026-11-25T12:00")
        ahead = DeclaredEvent.objects.latest("pk")
        post(crm, f"event/{ahead.pk}/end/")
        ahead.refresh_from_db()
        assert ahead.ends_at == ahead.starts_at


class TestClosures:
    def test_a_lead_announces_one_and_the_clocks_follow(self, its: Place) -> None:
        """IEX-4's closed days, at any desk: written on the desk's own clock, and not counted from then on."""
        ticket = its.ticket(NOON)
        before = clock_of(ticket).due_at
        status, page = post(
            its,
            "closure/",
            starts_at="2026-11-17T16:00",
            ends_at="2026-11-18T12:00",
            reason="The team moves house",
        )
        closure = Closure.objects.get()
        assert status == 200
        assert "The team moves house" in page
        assert closure.starts_at == at("2026-11-17 09:00")
        assert clock_of(ticket).due_at > before

    def test_it_can_be_taken_back_before_it_begins_only(self, its: Place) -> None:
        """What was not counted stays not counted; what was only announced leaves no trace on a clock."""
        ticket = its.ticket(NOON)
        before = clock_of(ticket).due_at
        post(its, "closure/", starts_at="2026-11-17T16:00", ends_at="2026-11-18T12:00", reason="Moving")
        closure = Closure.objects.get()
        with time_machine.travel(at("2026-11-17 10:00"), tick=False):
            _, page = post(its, f"closure/{closure.pk}/withdraw/")
            assert "This closure has begun." in page
        post(its, f"closure/{closure.pk}/withdraw/")
        assert not Closure.objects.exists()
        assert clock_of(ticket).due_at == before

    def test_one_that_has_begun_can_be_ended_and_the_clocks_run_on(self, its: Place) -> None:
        """What was closed until then stays closed: the row is kept, and ends at that moment."""
        ticket = its.ticket(NOON)
        post(its, "closure/", starts_at="2026-11-17T16:00", ends_at="2026-12-18T12:00", reason="Moving")
        closure, late = Closure.objects.get(), clock_of(ticket).due_at
        _, page = post(its, f"closure/{closure.pk}/end/")
        assert "This closure has not begun." in page
        begun = at("2026-11-18 02:00")
        with time_machine.travel(begun, tick=False):
            page = signed_in(its.lena).get(PAGE.format("ionetech")).content.decode()
            assert f"closure/{closure.pk}/end/" in page
            _, page = post(its, f"closure/{closure.pk}/end/")
            assert "The clocks run on from here." in page
            closure.refresh_from_db()
            assert closure.ends_at == begun
            assert clock_of(ticket).due_at < late
            _, page = post(its, f"closure/{closure.pk}/end/")
            assert "This closure is over already." in page

    @pytest.mark.parametrize(
        ("starts", "ends", "said"),
        [
            ("2026-12-28T08:00", "2062-01-03T08:00", "One closure lasts 60 days at most."),
            ("2029-01-02T08:00", "2029-01-03T08:00", "This is more than two years ahead."),
            ("2026-11-01T08:00", "2026-11-02T08:00", "is past already"),
            ("0001-01-01T00:00", "2026-12-03T08:00", "Choose a year from 1970 to 2200."),
        ],
    )
    def test_a_mistyped_year_is_named(self, its: Place, starts: str, ends: str, said: str) -> None:
        """Nothing is announced that would stop every clock for decades."""
        status, page = post(its, "closure/", starts_at=starts, ends_at=ends, reason="Holidays")
        assert status == 422
        assert said in page
        assert not Closure.objects.exists()

    def test_a_reason_of_nothing_one_can_see_is_none(self, its: Place) -> None:
        """What no database takes is taken out before it is kept."""
        form = {"starts_at": "2026-11-18T08:00", "ends_at": "2026-11-19T08:00"}
        assert post(its, "closure/", reason="\0\x07", **form)[0] == 422
        assert post(its, "closure/", reason="Mov\0ing", **form)[0] == 200
        assert Closure.objects.get().reason == "Moving"

    def test_a_desk_that_never_opens_again_says_so(self, its: Place) -> None:
        """An endless closure of before: a request is refused in words and nothing of it is kept, until a lead ends it."""
        Closure.objects.create(
            desk=its.desk, starts_at=at("2026-11-17 08:00"), ends_at=at("2062-01-03 08:00"),
            announced_at=at("2026-11-01 08:00"), reason="Holidays",
        )  # fmt: skip
        with pytest.raises(Misconfigured, match="closed for so long"):
            its.ticket(NOON)
        assert not Ticket.objects.exists()
        post(its, f"closure/{Closure.objects.get().pk}/end/")
        assert clock_of(its.ticket(NOON)).due_at


class TestRights:
    def test_an_agent_reads_them_and_announces_none(self, its: Place) -> None:
        page = signed_in(its.ada).get(PAGE.format("ionetech")).content.decode()
        assert "A lead or the owner of the desk announces these." in page
        assert "Announce a closure" not in page
        form = {"starts_at": "2026-11-17T16:00", "ends_at": "2026-11-18T12:00", "reason": "Moving"}
        assert post(its, "closure/", who="ada", **form)[0] == 404
        assert post(its, "event/", who="ada", kind="force majeure", name="Strike")[0] == 404
        assert not Closure.objects.exists()
        assert not DeclaredEvent.objects.exists()

    def test_another_desks_are_not_there(self, its: Place, db: None) -> None:
        """A closure or an event of another desk can be neither ended nor taken back."""
        other = place("iexexchanger")
        closure = Closure.objects.create(
            desk=other.desk, starts_at=at("2026-12-01 08:00"), ends_at=at("2026-12-02 08:00"), announced_at=NOON,
            reason="Theirs",
        )  # fmt: skip
        assert post(its, f"closure/{closure.pk}/withdraw/")[0] == 404
        assert post(its, f"closure/{closure.pk}/end/")[0] == 404
        event = DeclaredEvent.objects.create(
            desk=other.desk,
            kind="force majeure",
            name="Theirs",
            starts_at=NOON,
            declared_at=NOON,
            clause="calm",
        )
        assert post(its, f"event/{event.pk}/end/")[0] == 404
        event.refresh_from_db()
        assert event.ends_at is None
        assert Closure.objects.filter(pk=closure.pk).exists()
