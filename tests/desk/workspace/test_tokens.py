"""The tokens of a desk: leads see whom each acts for and when it was last used, issue one and revoke one."""

from __future__ import annotations

import json
import re

import pytest
import time_machine
from django.test import Client

from remit.desk.accounts.actions.issue_token import issue_token
from remit.desk.accounts.models import ApiToken
from remit.desk.foundation.models import Event
from tests.desk.conftest import signed_in
from tests.desk.five import Place, at

NOW = at("2026-07-09 02:15")
PAGE = "/ionetech/desk/tokens/"
FORM = {"name": "Web shop", "agent": "", "scopes": ["tickets:read", "tickets:write"]}


def called(secret: str) -> int:
    """What the API answers to this token."""
    return Client().get("/ionetech/api/v1/tickets/1", HTTP_AUTHORIZATION=f"Bearer {secret}").status_code


def events() -> list[tuple[str, int | None]]:
    """What happened to tokens, and which agent did it."""
    found = Event.objects.filter(subject_kind="token").order_by("id")
    return list(found.values_list("kind", "actor_id"))


class TestIssuing:
    def test_the_secret_is_shown_this_once_and_lets_the_program_in(self, ion: Place) -> None:
        """Only its digest is kept: no page says it again."""
        lead = signed_in(ion.lena)
        with time_machine.travel(NOW, tick=False):
            ion.ticket(NOW)
            answer = lead.post(PAGE, FORM)
            page = answer.content.decode()
            (secret,) = re.findall(r">(rmt_[\w-]{43})</textarea>", page)
            again = lead.get(PAGE).content.decode()
            assert called(secret) == 200
            used = lead.get(PAGE).content.decode()
        assert answer.headers["Cache-Control"].count("no-store")
        assert secret not in again
        assert secret[:12] in again
        assert "never used" in again
        assert "last used" in used
        assert events() == [("token issued", ion.lena.pk)]

    def test_it_acts_for_an_agent_where_one_is_chosen(self, ion: Place) -> None:
        """What the program writes is a public reply of that agent."""
        ion.ticket(NOW)
        with time_machine.travel(NOW, tick=False):
            page = signed_in(ion.lena).post(PAGE, {**FORM, "agent": str(ion.ada.pk)}).content.decode()
            (secret,) = re.findall(r">(rmt_[\w-]{43})</textarea>", page)
            said = Client().post(
                "/ionetech/api/v1/tickets/1/replies", json.dumps({"body": "We look into it."}),
                content_type="application/json", HTTP_AUTHORIZATION=f"Bearer {secret}",
            )  # fmt: skip
        assert said.status_code == 201, said.content
        assert "acts for Ada" in page
        assert ApiToken.objects.get().agent == ion.ada

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"name": " "}, "Say what will use it."),
            ({"name": "n" * 81}, "the limit is 80"),
            ({"scopes": []}, "Choose at least one"),
            ({"scopes": ["tickets:burn"]}, "There is no"),
            ({"agent": "x"}, "Nobody like this"),
            ({"agent": "other"}, "Nobody like this"),
        ],
    )
    def test_it_says_what_cannot_be_and_keeps_what_was_typed(
        self, ion: Place, iex: Place, wrong: dict[str, str], said: str
    ) -> None:
        """An agent of another desk is told like one that does not exist."""
        if wrong.get("agent") == "other":
            wrong = {"agent": str(iex.ada.pk)}
        answer = signed_in(ion.lena).post(PAGE, {**FORM, **wrong})
        assert answer.status_code == 422
        assert said in answer.content.decode()
        assert "name" in wrong or 'value="Web shop"' in answer.content.decode()
        assert not ApiToken.objects.exists()


class TestRevoking:
    def test_the_next_call_is_refused(self, ion: Place) -> None:
        """At once, and for good; a second time changes nothing."""
        ion.ticket(NOW)
        token, secret = issue_token(ion.desk, "Web shop", actor=ion.lena.actor, now=NOW)
        assert called(secret) == 200
        lead = signed_in(ion.lena)
        for _ in range(2):
            page = lead.post(f"{PAGE}{token.pk}/revoke/", follow=True).content.decode()
        assert called(secret) == 401
        assert "Revoked. The next call with it is refused." in page
        assert [kind for kind, _ in events()] == ["token issued", "token revoked"]

    def test_a_token_of_an_agent_who_left_is_shown_to_open_nothing(self, ion: Place) -> None:
        _, secret = issue_token(ion.desk, "Script", agent=ion.ada, actor=ion.lena.actor, now=NOW)
        ion.ada.is_active = False
        ion.ada.save()
        assert "it opens nothing" in signed_in(ion.lena).get(PAGE).content.decode()
        assert called(secret) == 401


class TestWhoGetsThere:
    def test_it_is_for_leads_alone(self, ion: Place) -> None:
        """An agent, a customer, and a lead of another desk find nothing, and their menu leads nowhere."""
        token, _ = issue_token(ion.desk, "Web shop", actor=ion.lena.actor, now=NOW)
        for person in (ion.ada, ion.alice):
            client = signed_in(person)
            assert client.get(PAGE).status_code == 404
            assert client.post(PAGE, FORM).status_code == 404
            assert client.post(f"{PAGE}{token.pk}/revoke/").status_code == 404
        assert PAGE not in signed_in(ion.ada).get("/ionetech/desk/").content.decode()
        assert PAGE in signed_in(ion.lena).get("/ionetech/desk/").content.decode()
        assert ApiToken.objects.get().revoked_at is None

    def test_it_keeps_desks_apart(self, ion: Place, iex: Place) -> None:
        """A lead sees and revokes tokens of their own desk only, whatever number is tried."""
        token, _ = issue_token(iex.desk, "Their shop", actor=iex.ada.actor, now=NOW)
        stranger = signed_in(ion.lena)
        iex.lena.delete()
        assert "Their shop" not in stranger.get(PAGE).content.decode()
        assert stranger.post(f"{PAGE}{token.pk}/revoke/").status_code == 404
        assert stranger.get("/iexexchanger/desk/tokens/").status_code == 404
        assert ApiToken.objects.get().revoked_at is None

    def test_it_takes_no_form_from_elsewhere(self, ion: Place) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(ion.lena.user)
        assert client.post(PAGE, FORM).status_code == 403
        assert client.get(PAGE + "1/revoke/").status_code == 405
