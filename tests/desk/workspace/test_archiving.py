"""The page of what may be archived: a lead archives it or leaves it, or has the desk do it by itself (IEX-13)."""

from __future__ import annotations

import re

import pytest
import time_machine

from remit.desk.desks.models import Desk
from remit.desk.entitlements.models import Entitlement, Happening
from remit.desk.foundation.models import Outbox
from tests.desk.conftest import signed_in
from tests.desk.five import Place, at, work_until

NOW = at("2027-04-05 12:00")
PAGE = "/iexexchanger/desk/archiving/"


@pytest.fixture
def licence(iex: Place) -> Entitlement:
    """A licence that may be archived since Fri 2 Apr 2027."""
    held = iex.holds("licence", at("2025-08-02 09:00"))
    work_until(NOW)
    return held


def press(iex: Place, who: str, path: str, **form: str) -> tuple[int, str]:
    with time_machine.travel(NOW, tick=False):
        answer = signed_in(getattr(iex, who)).post(path, form, follow=True)
    return answer.status_code, answer.content.decode()


def look(iex: Place, who: str, path: str = PAGE) -> str:
    with time_machine.travel(NOW, tick=False):
        return signed_in(getattr(iex, who)).get(path).content.decode()


class TestTheTask:
    def test_it_stands_among_what_is_to_decide(self, iex: Place, licence: Entitlement) -> None:
        """IEX-13: a person is asked."""
        page = look(iex, "lena", "/iexexchanger/desk/decide/")
        assert "1 entitlement may be archived" in page
        assert PAGE in page
        assert "Nothing to decide" not in page

    def test_the_page_shows_since_when_by_which_clause_and_the_cover(
        self, iex: Place, licence: Entitlement
    ) -> None:
        page = look(iex, "lena")
        assert "L-204" in page
        assert "Lighthouse Ltd" in page
        assert re.search("May be archived since .*2 Apr", page)
        assert "#archive" in page
        assert "Can be archived" in page  # the phase, in the band's list

    def test_an_agent_looks_and_a_lead_decides(self, iex: Place, licence: Entitlement) -> None:
        assert "Leave for now" not in look(iex, "ada")
        assert press(iex, "ada", f"{PAGE}{licence.pk}/", do="archive", reason="Over")[0] == 404
        assert press(iex, "ada", f"{PAGE}way/", archiving="at once")[0] == 404
        assert not Happening.objects.exists()

    @pytest.mark.parametrize("who", ["alice", "charlie"])
    def test_it_is_not_there_for_customers(self, iex: Place, licence: Entitlement, who: str) -> None:
        client = signed_in(getattr(iex, who))
        assert client.get(PAGE).status_code == 404
        assert client.post(f"{PAGE}{licence.pk}/", {"do": "archive", "reason": "Over"}).status_code == 404
        assert client.post(f"{PAGE}way/", {"archiving": "at once"}).status_code == 404

    def test_it_keeps_desks_apart(self, iex: Place, ion: Place, licence: Entitlement) -> None:
        lead = signed_in(ion.lena)
        assert "L-204" not in lead.get("/ionetech/desk/archiving/").content.decode()
        path = f"/ionetech/desk/archiving/{licence.pk}/"
        assert lead.post(path, {"do": "archive", "reason": "Over"}).status_code == 404


class TestDeciding:
    def test_archived_it_shows_on_the_licence_and_the_holder_gets_a_letter(
        self, iex: Place, licence: Entitlement
    ) -> None:
        """IEX-13: on the band of the customer's own page, and of the team's."""
        _, page = press(iex, "lena", f"{PAGE}{licence.pk}/", do="archive", reason="Long over")
        assert "L-204 is archived; its holder is told." in page
        assert "Nothing waits to be archived." in page
        assert Outbox.objects.filter(payload__template="archived").count() == 1
        assert "Archived" in look(iex, "alice", "/iexexchanger/")
        assert "Archived" in look(iex, "ada", f"/iexexchanger/desk/customers/{licence.customer_id}/")

    def test_left_for_now_it_stays_below_with_who_and_why(self, iex: Place, licence: Entitlement) -> None:
        _, page = press(iex, "lena", f"{PAGE}{licence.pk}/", do="leave", reason="They pay in May")
        assert "L-204 is left as it is." in page
        assert "Left by Lena" in page
        assert "They pay in May" in page
        assert "Leave for now" not in page
        assert "may be archived" not in look(iex, "lena", "/iexexchanger/desk/decide/")

    @pytest.mark.parametrize(
        ("reason", "said"), [("", "Say why"), ("\0", "Say why"), ("r" * 201, "the limit is 200")]
    )
    def test_it_asks_for_a_reason(self, iex: Place, licence: Entitlement, reason: str, said: str) -> None:
        status, page = press(iex, "lena", f"{PAGE}{licence.pk}/", do="archive", reason=reason)
        assert status == 422
        assert said in page
        assert not Happening.objects.exists()

    def test_decided_meanwhile_it_says_so(self, iex: Place, licence: Entitlement) -> None:
        press(iex, "lena", f"{PAGE}{licence.pk}/", do="archive", reason="Long over")
        _, page = press(iex, "lena", f"{PAGE}{licence.pk}/", do="leave", reason="Wait")
        assert "may not be archived any more" in page
        assert Happening.objects.count() == 1


class TestTheSwitch:
    def test_a_lead_has_the_desk_archive_at_once_and_back(self, iex: Place, licence: Entitlement) -> None:
        """IEX-13: the operator's switch."""
        for way in ("at once", "ask"):
            press(iex, "lena", f"{PAGE}way/", archiving=way)
            assert Desk.objects.get().archiving == way
            assert f'value="{way}" checked' in look(iex, "lena")
        assert Entitlement.objects.to_archive().exists()

    def test_any_other_way_is_refused(self, iex: Place) -> None:
        assert press(iex, "lena", f"{PAGE}way/", archiving="never")[0] == 422
