"""The public policy page: what stands on it, in every version and language."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client

from remit.desk.policies.models import PolicyTranslation
from remit.desk.policies.store import compiled
from remit.desk.tickets.actions import announce_closure
from tests.desk.five import POLICIES, Place, at, day


class TestThePolicyPage:
    def test_it_is_open_to_everyone_and_lists_every_official_policy_in_its_foot(self, ion: Place) -> None:
        """ITC-22: the foot is complete on every policy page."""
        page = Client().get("/ionetech/policy/").content.decode()
        foot = page[page.index("<footer") :]
        for one in compiled(ion.version).footer:
            assert one.title in foot
        assert len(compiled(ion.version).footer) == foot.count("<a href=")

    def test_it_gives_each_section_an_anchor_by_its_lasting_id(self, ion: Place) -> None:
        page = Client().get("/ionetech/policy/").content.decode()
        for clause in compiled(ion.version).clauses.values():
            assert f'id="{clause.id}"' in page

    def test_it_says_which_version_is_in_force_and_shows_its_fingerprint(self, ion: Place) -> None:
        page = Client().get("/ionetech/policy/1/").content.decode()
        assert "Version 1" in page
        assert ion.version.hash[:8] in page

    def test_it_answers_a_version_that_does_not_exist_with_a_sentence(self, ion: Place) -> None:
        answer = Client().get("/ionetech/policy/9/")
        assert answer.status_code == 404
        assert "no version with this number" in answer.content.decode()

    def test_it_lists_the_hours_and_the_holidays_that_count(self, crm24: Place) -> None:
        """C24-6: the hours by the day, the frozen holidays of twelve months first, the rest folded away."""
        with time_machine.travel(at("2026-11-18 10:00"), tick=False):
            page = Client().get("/crm24/policy/").content.decode()
        section = page[page.index('id="hours-and-holidays"') :]
        assert "Saturday to Wednesday" in section
        assert "09:00–17:00" in section
        assert "09:00–12:00" in section
        assert "Tehran time" in section
        shown, folded = section.split("more days, before or after these", 1)
        days = compiled(crm24.version).main_calendar.holidays
        coming = [on for on in days if day("2026-11-18") <= on < day("2027-11-18")]
        assert coming
        assert shown.count('<th scope="row"><time') == len(coming)
        rest = folded[: folded.index("</details>")]
        assert rest.count('<th scope="row"><time') == len(days) - len(coming)

    def test_it_lists_the_closures_that_were_announced(self, ion: Place) -> None:
        """IEX-4: in the desk's zone, until they are over."""
        announce_closure(
            ion.desk, starts_at=at("2026-07-09 11:00"), ends_at=at("2026-07-10 11:00"), reason="We move house",
            actor=ion.lena.actor, now=at("2026-07-01 02:00"),
        )  # fmt: skip
        with time_machine.travel(at("2026-07-09 12:00"), tick=False):
            page = Client().get("/ionetech/policy/").content.decode()
        assert "We move house" in page
        assert "Thu 9 Jul 2026, 18:00" in page
        assert "(limited)" in page
        with time_machine.travel(at("2026-07-11 12:00"), tick=False):
            assert "We move house" not in Client().get("/ionetech/policy/").content.decode()

    def test_it_holds_no_inline_script_or_style(self, ion: Place) -> None:
        page = Client().get("/ionetech/policy/").content.decode()
        assert " style=" not in page
        assert "<style" not in page
        assert "onclick" not in page

    @pytest.mark.usefixtures("crm24")
    def test_it_reads_in_persian_from_right_to_left_where_it_was_translated(self, crm24: Place) -> None:
        source = (POLICIES / "crm24.fa.md").read_text(encoding="utf-8")
        PolicyTranslation.objects.create(version=crm24.version, language="fa", source=source)
        client = Client()
        page = client.get("/crm24/policy/?lang=fa").content.decode()
        assert '<html lang="fa" dir="rtl"' in page
        assert "سیاست پشتیبانی" in page
        assert "tabler.rtl" in page
        assert 'dir="rtl"' in client.get("/crm24/policy/").content.decode()  # remembered for this desk

    def test_it_ignores_a_language_that_nobody_translated(self, crm24: Place) -> None:
        page = Client().get("/crm24/policy/?lang=fa").content.decode()
        assert '<html lang="en"' in page
