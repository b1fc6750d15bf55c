"""Every template of ours keeps the rules: nothing inline, nothing that misses the contrast of AA, icons that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template.loader import get_template
from django.test import Client

from remit.desk.design.icons import PATHS
from remit.desk.design.shapes import MARKS, OUTCOMES, STATES
from remit.policy.vocabulary.outcomes import Outcome

ROOMS = Path(__file__).resolve().parents[3] / "remit" / "desk"
OURS = sorted(
    path
    for room in ("design", "portal", "workspace")
    for path in (ROOMS / room / "templates").rglob("*.html")
)


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_a_template_has_nothing_inline(path: Path) -> None:
    """No inline script or style gets past the security policy; Tabler's -lt and status- classes miss AA."""
    source = path.read_text(encoding="utf-8")
    assert not re.search(r'\sstyle="', source)
    assert not re.search(r'\son[a-z]+="', source)
    assert not re.search(r"<script(?![^>]*\bsrc=)", source)
    assert not re.search(r"\b(?:bg-\w+-lt|status-\w+)\b", source)


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_a_template_can_be_read_and_names_only_icons_there_are(path: Path) -> None:
    get_template(str(path.relative_to(path.parents[[one.name for one in path.parents].index("templates")])))
    for name in re.findall(r'{% icon "([^"]+)"', path.read_text(encoding="utf-8")):
        assert name in PATHS


def test_each_outcome_and_each_state_has_a_shape_of_its_own() -> None:
    assert set(OUTCOMES) == {str(one) for one in Outcome}
    assert len(set(OUTCOMES.values())) == len(OUTCOMES)
    assert len(set(STATES.values())) == len(STATES)
    assert len(set(MARKS.values())) == len(MARKS)


@pytest.mark.django_db
class TestWhatWentWrong:
    def test_an_address_without_a_page_gets_one_in_our_look(self, client: Client) -> None:
        answer = client.get("/a/b/c/d/")
        assert answer.status_code == 404
        assert "nothing at this address" in answer.content.decode()

    def test_a_form_without_its_token_says_that_nothing_was_changed(self) -> None:
        answer = Client(enforce_csrf_checks=True).post("/sign-in/", {"login": "a@example.org"})
        assert answer.status_code == 403
        assert "Nothing was changed" in answer.content.decode()

    def test_signing_in_names_what_is_wrong_and_keeps_the_address(self, client: Client) -> None:
        answer = client.post("/sign-in/", {"login": "nobody@example.org", "password": "wrong pass phrase"})
        page = answer.content.decode()
        assert "nobody@example.org" in page
        assert 'role="alert"' in page
