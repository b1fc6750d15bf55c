"""Whether the desk is open, told on its first page."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client

from remit.desk.desks.actions.create_desk import create_desk
from remit.desk.foundation.actors import SYSTEM
from remit.desk.policies.models import PolicyTranslation
from remit.desk.tickets.actions import announce_closure
from tests.desk.five import POLICIES, Place, at


def line(address: str, moment: str) -> str:
    """What the first page of a desk says of its hours at a UTC moment, as plain words."""
    with time_machine.travel(at(moment), tick=False):
        page = Client().get(address).content.decode()
    inside = page[page.index('<p class="rm-opening') :]
    inside = inside[: inside.index("</p>")]
    return " ".join(" ".join(part.split("<")[0] for part in inside.split(">")).split())


@pytest.mark.usefixtures("crm24")
class TestTheDesksHours:
    """C24-6: Saturday to Wednesday 9 to 17, Thursday 9 to 12, Tehran time (UTC+3:30)."""

    def test_it_says_until_when_it_is_open(self) -> None:
        assert line("/crm24/", "2026-07-11 08:00") == "Open now, until 17:00"

    def test_it_says_when_a_closed_desk_opens_again(self) -> None:
        assert line("/crm24/", "2026-07-09 09:30") == "Closed now; open again Saturday, 09:00"

    def test_it_names_the_holiday_that_keeps_it_closed(self) -> None:
        words = line("/crm24/", "2027-03-21 08:00")
        assert words.startswith("Closed now; open again")
        assert "Nowruz" in words

    def test_it_is_said_in_persian_with_persian_figures(self, crm24: Place) -> None:
        source = (POLICIES / "crm24.fa.md").read_text(encoding="utf-8")
        PolicyTranslation.objects.create(version=crm24.version, language="fa", source=source)
        assert line("/crm24/?lang=fa", "2026-07-11 08:00") == "اکنون باز است، تا ۱۷:۰۰"


@pytest.mark.usefixtures("ion")
class TestLimitedHoursAndClosures:
    def test_it_says_where_only_some_requests_count(self) -> None:
        """ION-3: on the weekend from 9 to 13 in Phnom Penh, for critical requests."""
        assert line("/ionetech/", "2026-07-11 03:00") == "Limited hours now, until 13:00"

    def test_it_counts_an_announced_closure_and_says_why(self, ion: Place) -> None:
        """IEX-4: a closure counts because it was announced."""
        announce_closure(
            ion.desk, starts_at=at("2026-07-09 11:00"), ends_at=at("2026-07-10 05:00"), reason="We move house",
            actor=ion.lena.actor, now=at("2026-07-01 02:00"),
        )  # fmt: skip
        assert line("/ionetech/", "2026-07-10 02:00") == "Closed now; open again today, 12:00 We move house"

    def test_it_stands_on_a_contacts_own_page_too(self, ion: Place) -> None:
        client = Client()
        client.force_login(ion.alice.user)
        with time_machine.travel(at("2026-07-08 02:00"), tick=False):
            assert "Open now, until 18:00" in client.get("/ionetech/").content.decode()


@pytest.mark.django_db
def test_it_says_nothing_of_hours_where_no_policy_was_published() -> None:
    create_desk(
        slug="plain", name="Plain", ticket_prefix="P", zone="UTC", actor=SYSTEM, now=at("2026-07-01 02:00")
    )
    assert "rm-opening" not in Client().get("/plain/").content.decode()
