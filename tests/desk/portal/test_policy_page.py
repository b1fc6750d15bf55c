"""The public policy page: what stands on it, in every version and language."""

from __future__ import annotations

import pytest
from django.test import Client

from remit.desk.policies.models import PolicyTranslation
from tests.desk.five import POLICIES, Place


class TestThePolicyPage:
    def test_it_is_open_to_everyone_and_lists_every_official_policy_in_its_foot(self, ion: Place) -> None:
        """ITC-22: the foot is complete on every policy page."""
        page = Client().get("/ionetech/policy/").content.decode()
        foot = page[page.index("<footer") :]
        for one in ion.version.policy.footer:
            assert one.title in foot
        assert len(ion.version.policy.footer) == foot.count("<a href=")

    def test_it_gives_each_section_an_anchor_by_its_lasting_id(self, ion: Place) -> None:
        page = Client().get("/ionetech/policy/").content.decode()
        for clause in ion.version.policy.clauses.values():
            assert f'id="{clause.id}"' in page

    def test_it_says_which_version_is_in_force_and_shows_its_fingerprint(self, ion: Place) -> None:
        page = Client().get("/ionetech/policy/1/").content.decode()
        assert "Version 1" in page
        assert ion.version.hash[:8] in page

    def test_it_answers_a_version_that_does_not_exist_with_a_sentence(self, ion: Place) -> None:
        answer = Client().get("/ionetech/policy/9/")
        assert answer.status_code == 404
        assert "no version with this number" in answer.content.decode()

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
