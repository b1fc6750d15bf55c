"""A program comes in by a token of one desk; the secret is shown once and only its digest is kept."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from remit.desk.accounts.actions.issue_token import issue_token
from remit.desk.accounts.actions.revoke_token import revoke_token
from remit.desk.accounts.actions.use_token import NOTED_EVERY, LetIn, use_token
from remit.desk.accounts.models import ApiToken, Contact, Customer
from remit.desk.foundation import events
from remit.desk.foundation.actors import SYSTEM
from remit.desk.foundation.errors import InvalidInput
from remit.desk.foundation.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def issued(desk, now):
    """A token and its secret."""
    return issue_token(desk, "web shop", actor=SYSTEM, now=now)


def test_it_lets_the_program_in(desk, issued, now):
    token, secret = issued
    assert use_token(desk.slug, secret, now=now) == LetIn(token)


def test_it_finds_the_contact_of_its_desk_in_the_same_trip(
    desk, other_desk, issued, now, django_assert_num_queries
):
    """Another desk's contact with the address is nobody here."""
    here, there = (
        Contact.objects.create(
            desk=one,
            customer=Customer.objects.create(desk=one, name="E"),
            name="Erin",
            email=f"erin@{one.slug}.example",
        )
        for one in (desk, other_desk)
    )
    use_token(desk.slug, issued[1], now=now)
    with django_assert_num_queries(1 if connection.vendor == "postgresql" else 2):
        assert use_token(desk.slug, issued[1], now=now, email=here.email) == LetIn(issued[0], here)
    assert use_token(desk.slug, issued[1], now=now, email=there.email) == LetIn(issued[0])


def test_it_keeps_no_secret_that_could_be_read_again(issued):
    token, secret = issued
    assert secret.startswith("rmt_")
    assert secret not in str(ApiToken.objects.filter(pk=token.pk).values().get())


def test_it_does_not_open_another_desk(other_desk, issued, now):
    assert use_token(other_desk.slug, issued[1], now=now) is None


@pytest.mark.parametrize(
    "change", [lambda s: s[:-1], lambda s: s + "x", lambda s: s[:12], lambda s: "", str.upper]
)
def test_it_is_wrong_by_a_single_character(desk, issued, now, change):
    assert use_token(desk.slug, change(issued[1]), now=now) is None


def test_it_shuts_the_program_out_once_revoked(desk, issued, now):
    token, secret = issued
    revoke_token(token, actor=SYSTEM, now=now)
    assert use_token(desk.slug, secret, now=now) is None
    revoke_token(token, actor=SYSTEM, now=now + timedelta(days=1))
    assert token.revoked_at == now
    kinds = [event.kind for event in events.of_subject(("token", token.pk))]
    assert kinds == ["token issued", "token revoked"]


def test_it_acts_for_its_agent_and_ends_with_them(desk, ada, now):
    token, secret = issue_token(desk, "Ada's script", agent=ada, actor=ada.actor, now=now)
    assert token.actor == ada.actor
    ada.is_active = False
    ada.save()
    assert use_token(desk.slug, secret, now=now) is None


def test_it_acts_as_itself_without_an_agent(issued):
    token, _ = issued
    assert (token.actor.kind, token.actor.id) == ("api", token.pk)


def test_it_notes_its_last_use_now_and_then_but_not_every_time(desk, issued, now):
    token, secret = issued
    for later in (timedelta(0), timedelta(minutes=1)):
        use_token(desk.slug, secret, now=now + later)
        token.refresh_from_db()
        assert token.last_used_at == now
    use_token(desk.slug, secret, now=now + NOTED_EVERY)
    token.refresh_from_db()
    assert token.last_used_at == now + NOTED_EVERY


def test_it_finds_the_desk_and_the_agent_at_the_price_of_one_query(
    desk, issued, now, django_assert_num_queries
):
    use_token(desk.slug, issued[1], now=now)
    with django_assert_num_queries(1):
        use_token(desk.slug, issued[1], now=now)


def test_it_refuses_a_scope_that_does_not_exist(desk, now):
    with pytest.raises(InvalidInput) as refusal:
        issue_token(desk, "x", scopes=("tickets:burn",), actor=SYSTEM, now=now)
    assert "tickets:read" in refusal.value.fields["scopes"]


def test_it_refuses_an_agent_of_another_desk(desk, rosa, now):
    with pytest.raises(InvalidInput):
        issue_token(desk, "x", agent=rosa, actor=SYSTEM, now=now)


class TestTheCommands:
    def issue(self, *words):
        said = StringIO()
        call_command("issue_token", "harbour", *words, stdout=said)
        return said.getvalue().strip()

    def test_it_issues_one_that_acts_for_an_agent(self, desk, ada):
        secret = self.issue("Script", "--agent", "ADA@example.org", "--scope", "tickets:write")
        token = ApiToken.objects.get()
        assert (token.agent, token.scopes, token.prefix) == (ada, ["tickets:write"], secret[:12])
        assert Event.objects.get(subject_kind="token").data["agent"] == ada.pk

    def test_it_names_an_agent_whom_the_desk_does_not_know(self, desk, rosa):
        """One of another desk is told like nobody."""
        for address in (rosa.user.email, "nobody@example.org"):
            with pytest.raises(CommandError, match="Nobody with this address answers"):
                self.issue("Script", "--agent", address)
        assert not ApiToken.objects.exists()

    @pytest.mark.parametrize("named", [lambda secret: "web shop", lambda s: s[:12], lambda secret: secret])
    def test_it_revokes_by_name_by_beginning_and_by_secret(self, desk, now, named):
        secret = self.issue("web shop")
        call_command("revoke_token", "harbour", named(secret))
        assert use_token(desk.slug, secret, now=now) is None
        assert [one.kind for one in Event.objects.filter(subject_kind="token").order_by("id")] == [
            "token issued", "token revoked",
        ]  # fmt: skip

    def test_it_revokes_none_of_several_and_lists_them(self, desk):
        first, second = self.issue("web shop"), self.issue("web shop")
        with pytest.raises(CommandError, match="Several have this name") as told:
            call_command("revoke_token", "harbour", "web shop")
        assert first[:12] in str(told.value)
        assert second[:12] in str(told.value)
        assert ApiToken.objects.filter(revoked_at=None).count() == 2

    def test_it_knows_no_token_of_another_desk(self, desk, other_desk):
        secret = self.issue("web shop")
        with pytest.raises(CommandError, match="There are: none"):
            call_command("revoke_token", "quarry", secret)
