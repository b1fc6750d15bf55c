"""Documents with a character that no database takes: each way in names its line and column, and stores nothing.
On PostgreSQL such a character in a text column would end the transaction.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from remit.desk.foundation.actors import SYSTEM
from remit.desk.foundation.errors import InvalidInput
from remit.desk.policies.actions import publish_policy, record_agreement
from remit.desk.policies.models import Agreement, PolicyVersion
from tests.desk.conftest import signed_in
from tests.desk.five import POLICIES, Place, at, place

NOW = at("2026-07-09 03:00")
AGREED = (POLICIES / "agreements" / "mekong-freight.md").read_text(encoding="utf-8")
IN_PROSE = AGREED.replace("waybill", "way\0bill", 1)
IN_A_BLOCK = AGREED.replace("```remit\n", "```remit\n\0", 1)
LINES = {text: text[: text.index("\0")].count("\n") + 1 for text in (IN_PROSE, IN_A_BLOCK)}
both = pytest.mark.parametrize("source", [IN_PROSE, IN_A_BLOCK], ids=["in prose", "in a block"])


@pytest.fixture
def ion(db: None) -> Place:
    """I One Tech."""
    return place("ionetech")


@both
def test_an_agreement_with_it_is_refused_by_its_line(ion: Place, source: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        record_agreement(ion.alice.customer, source, starts_at=NOW, ends_at=None, actor=SYSTEM, now=NOW)
    assert any(f"line {LINES[source]}, column" in place for place in caught.value.fields)
    assert any("U+0000" in sentence.upper() for sentence in caught.value.fields.values())
    assert not Agreement.objects.exists()


@both
def test_so_does_the_command(ion: Place, source: str, tmp_path: Path) -> None:
    file = tmp_path / "agreement.md"
    file.write_text(source, encoding="utf-8")
    with pytest.raises(CommandError, match=f"line {LINES[source]}, column"):
        call_command("record_agreement", "ionetech", "alice@example.org", str(file))
    assert not Agreement.objects.exists()


@both
@pytest.mark.parametrize("way", ["typed", "file"])
@pytest.mark.parametrize("do", ["look", "record"])
def test_so_does_the_page(ion: Place, source: str, way: str, do: str) -> None:
    sent = {"source": source} if way == "typed" else {"file": SimpleUploadedFile("a.md", source.encode())}
    path = f"/ionetech/desk/customers/{ion.alice.customer_id}/agreement/"
    with time_machine.travel(NOW, tick=False):
        answer = signed_in(ion.lena).post(path, {**sent, "starts": "2026-07-10", "do": do})
    page = answer.content.decode()
    assert answer.status_code == (422 if do == "record" else 200)
    assert f"Line {LINES[source]}, column" in page
    assert not Agreement.objects.exists()


def test_a_policy_with_it_is_refused_and_the_version_in_force_stays(ion: Place, tmp_path: Path) -> None:
    source = (POLICIES / "ionetech.md").read_text(encoding="utf-8")
    source = source.replace("version: 1", "version: 2", 1).replace("## ", "## \0", 1)
    line = source[: source.index("\0")].count("\n") + 1
    with pytest.raises(InvalidInput) as caught:
        publish_policy(ion.desk, source, actor=SYSTEM, now=NOW)
    assert any(f"line {line}, column" in place for place in caught.value.fields)
    file = tmp_path / "policy.md"
    file.write_text(source, encoding="utf-8")
    with pytest.raises(CommandError, match=rf":{line}:\d+: error hidden-character"):
        call_command("publish_policy", "ionetech", str(file))
    assert PolicyVersion.objects.filter(desk=ion.desk).count() == 1


def test_a_translation_with_it_is_refused_too(db: None) -> None:
    crm = place("crm24")
    source = (POLICIES / "crm24.md").read_text(encoding="utf-8").replace("version: 1", "version: 2", 1)
    persian = (POLICIES / "crm24.fa.md").read_text(encoding="utf-8").replace("version: 1", "version: 2", 1)
    with pytest.raises(InvalidInput):
        publish_policy(
            crm.desk, source, translations={"fa": persian.replace("## ", "## \0", 1)}, actor=SYSTEM, now=NOW
        )
    assert PolicyVersion.objects.filter(desk=crm.desk).count() == 1
