"""A lead looks an individual agreement over, records it for a customer, and ends it."""

from __future__ import annotations

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from remit.desk.policies.models import Agreement, AgreementEnd
from tests.desk.conftest import signed_in
from tests.desk.five import POLICIES, Place, at

AGREED = (POLICIES / "agreements" / "mekong-freight.md").read_text(encoding="utf-8")
NOW = at("2026-07-09 03:00")
TERM = {"starts": "2026-07-01", "ends": "2027-06-30"}


@pytest.fixture(autouse=True)
def in_july():
    """A Thursday morning in Phnom Penh."""
    with time_machine.travel(NOW, tick=False):
        yield


def paths(ion: Place) -> tuple[str, str]:
    """The customer's page, and where an agreement is recorded."""
    page = f"/ionetech/desk/customers/{ion.alice.customer_id}/"
    return page, f"{page}agreement/"


class TestLookingItOver:
    def test_it_shows_what_the_document_would_change_and_records_nothing(self, ion: Place) -> None:
        page = (
            signed_in(ion.lena).post(paths(ion)[1], {"source": AGREED, **TERM, "do": "look"}).content.decode()
        )
        assert "Nothing is wrong with it, and nothing is recorded yet" in page
        assert "§4 (A\N{NON-BREAKING HYPHEN}1)" in page
        assert "§A\N{NON-BREAKING HYPHEN}2" in page
        assert "Record it" in page
        assert not Agreement.objects.exists()

    def test_it_lists_every_fault_with_its_place_and_keeps_what_was_typed(self, ion: Place) -> None:
        faulty = AGREED.replace('changes="answers"', 'changes="answer"')
        line = AGREED[: AGREED.index("{#faster")].count("\n") + 1
        for do in ("look", "record"):
            answer = signed_in(ion.lena).post(paths(ion)[1], {"source": faulty, **TERM, "do": do})
            page = answer.content.decode()
            assert answer.status_code == (422 if do == "record" else 200)
            assert f"Line {line}, column " in page
            assert "did you mean “answers”?" in page
            assert "Your waybill program" in page
            assert 'value="2026-07-01"' in page
            assert "Record it" not in page
        assert not Agreement.objects.exists()

    def test_it_asks_for_what_is_missing_or_cannot_be_read(self, ion: Place) -> None:
        lead, path = signed_in(ion.lena), paths(ion)[1]
        for form, told in (
            ({"source": " "}, "Paste the document"),
            ({"source": AGREED, "starts": "July"}, "Choose a day."),
            ({"source": AGREED, "starts": "0001-01-01"}, "Choose a year from 1970"),
            ({"source": AGREED, "ends": "9999-12-31"}, "Choose a year from 1970"),
            ({"file": SimpleUploadedFile("a.md", b"\xff\xfe")}, "no text in UTF-8"),
            (
                {"source": AGREED, "starts": "2026-07-02", "ends": "2026-07-01", "do": "record"},
                "end lies before",
            ),
        ):
            answer = lead.post(path, form)
            assert answer.status_code == 422
            assert told in answer.content.decode()


class TestRecording:
    def test_it_is_recorded_with_the_lead_and_the_days_of_the_desk(self, ion: Place) -> None:
        """The first and the last day are whole days at the desk."""
        page, path = paths(ion)
        told = (
            signed_in(ion.lena)
            .post(
                path,
                {"file": SimpleUploadedFile("a.md", AGREED.encode()), **TERM, "do": "record"},
                follow=True,
            )
            .content.decode()
        )
        agreement = Agreement.objects.get()
        assert (agreement.starts_at, agreement.ends_at) == (at("2026-06-30 17:00"), at("2027-06-30 17:00"))
        assert (agreement.recorded_by, agreement.customer) == (ion.lena, ion.alice.customer)
        assert "is recorded." in told
        assert "in force, " in told
        assert "30 June 2027" in told
        assert f"/ionetech/policy/1/?agreement={agreement.pk}" in told
        assert "Service agreement" in signed_in(ion.ada).get(page).content.decode()

    def test_a_second_one_in_its_term_is_refused(self, ion: Place) -> None:
        lead, path = signed_in(ion.lena), paths(ion)[1]
        lead.post(path, {"source": AGREED, **TERM, "do": "record"})
        answer = lead.post(path, {"source": AGREED, "starts": "2027-06-30", "do": "record"})
        assert answer.status_code == 422
        assert "runs from 2026-07-01" in answer.content.decode()
        assert lead.post(path, {"source": AGREED, "starts": "2027-07-01", "do": "record"}).status_code == 302

    def test_it_is_ended_by_a_lead_and_stays_on_the_page(self, ion: Place) -> None:
        lead, (page, path) = signed_in(ion.lena), paths(ion)
        lead.post(path, {"source": AGREED, **TERM, "do": "record"})
        end = f"{path}{Agreement.objects.get().pk}/end/"
        assert "has ended" in lead.post(end, follow=True).content.decode()
        assert AgreementEnd.objects.get().ends_at == NOW
        assert "ended already" in lead.post(end, follow=True).content.decode()
        assert "End it" not in lead.get(page).content.decode()


class TestWhoMay:
    def test_only_leads_of_the_desk(self, ion: Place, iex: Place) -> None:
        """Agents see it and cannot record; customers and other desks find nothing."""
        page, path = paths(ion)
        signed_in(ion.lena).post(path, {"source": AGREED, **TERM, "do": "record"})
        end = f"{path}{Agreement.objects.get().pk}/end/"
        assert "Record an agreement" not in signed_in(ion.ada).get(page).content.decode()
        for who in (ion.ada, ion.alice, ion.charlie, iex.ada):
            client = signed_in(who)
            assert client.get(path).status_code == 404
            assert client.post(path, {"source": AGREED, "do": "record"}).status_code == 404
            assert client.post(end).status_code == 404
        lead = signed_in(iex.lena)
        elsewhere = f"/iexexchanger/desk/customers/{iex.alice.customer_id}/agreement/"
        for wrong in (
            path.replace("ionetech", "iexexchanger"),
            end.replace("ionetech", "iexexchanger"),
            f"{elsewhere}{Agreement.objects.get().pk}/end/",
        ):
            assert lead.post(wrong, {"source": AGREED, "do": "record"}).status_code == 404
        assert Agreement.objects.count() == 1
        assert not AgreementEnd.objects.exists()
