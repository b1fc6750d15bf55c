"""Public holidays are frozen for some years into a version; before they end, leads are told what to do."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command

from remit.desk.foundation.actors import SYSTEM
from remit.desk.policies.actions import publish_policy
from tests.desk.conftest import signed_in
from tests.desk.five import POLICIES, Place, at, place

BEFORE = at("2029-12-31 16:59")  # one minute to New Year in Phnom Penh
LAST_YEAR = at("2029-12-31 17:00")
AFTER = at("2031-03-02 03:00")


def look(desk: Place, who: str, page: str, now: str) -> str:
    with time_machine.travel(now, tick=False):
        return signed_in(getattr(desk, who)).get(f"/{desk.desk.slug}/desk/{page}/").content.decode()


def renewed(slug: str, effective: str) -> str:
    """The policy's next version."""
    source = (POLICIES / f"{slug}.md").read_text(encoding="utf-8")
    return source.replace("version: 1", "version: 2", 1).replace(
        "effective: 2026-01-01", f"effective: {effective}", 1
    )


class TestTheWarning:
    @pytest.mark.parametrize("page", ["decide", "policy"])
    @pytest.mark.parametrize(("now", "is_told"), [(BEFORE, False), (LAST_YEAR, True), (AFTER, True)])
    def test_a_lead_is_told_in_the_last_year(self, ion: Place, page: str, now: str, is_told: bool) -> None:
        """ION-3: Cambodia's holidays are known from 2025 to 2030; from 2030 on, at the desk, leads read what to do."""
        said = look(ion, "lena", page, now)
        assert ("Public holidays are known until 31 December 2030" in said) is is_told
        assert ("Publish the policy again" in said) is is_told
        if page == "decide":
            assert ('<span>To decide</span><span class="rm-num">1</span>' in said) is is_told

    def test_it_is_a_leads_task(self, ion: Place) -> None:
        """An agent publishes nothing, so an agent's list stays empty."""
        page = look(ion, "ada", "decide", LAST_YEAR)
        assert "Public holidays are known" not in page
        assert "Nothing to decide" in page
        assert "Nothing to decide" not in look(ion, "lena", "decide", LAST_YEAR)

    def test_publishing_again_ends_it(self, ion: Place) -> None:
        """The next version freezes its holidays anew, also while it is still to come; its examples of 2026 still hold."""
        publish_policy(ion.desk, renewed("ionetech", "2030-06-01"), actor=SYSTEM, now=LAST_YEAR)
        assert "Public holidays are known" not in look(ion, "lena", "decide", LAST_YEAR)

    def test_a_policy_without_a_countrys_holidays_never_runs_out(self, db: None) -> None:
        """Its calendars close on the dates that it lists, and nothing was frozen."""
        itc = place("itech-crm")
        assert "Public holidays are known" not in look(itc, "lena", "decide", AFTER)


@pytest.mark.parametrize(("slug", "says"), [("ionetech", True), ("itech-crm", False)])
def test_publishing_says_until_when_they_are_known(db: None, tmp_path: Path, slug: str, says: bool) -> None:
    """ION-3: who publishes learns when to publish next."""
    place(slug)
    file = tmp_path / "policy.md"
    file.write_text(renewed(slug, "2027-01-01"), encoding="utf-8")
    said = StringIO()
    call_command("publish_policy", slug, str(file), stdout=said)
    assert ("public holidays are known until 2031-12-31" in said.getvalue()) is says
