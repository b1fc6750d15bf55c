"""Making people known from the command line: their pass phrase is held to the same rules as everywhere else."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from remit.desk.accounts.models import Agent, Contact, User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("phrase", ["short", "password1234", "lena@harbour.example"])
def test_it_refuses_an_agents_pass_phrase_that_is_easily_guessed(desk, phrase):
    """Too short, too common, or the address itself: nothing is made, and the fault is named."""
    with pytest.raises(CommandError, match="password"):
        call_command("add_agent", "harbour", "Lena Berg", "lena@harbour.example", "--password", phrase)
    assert not User.objects.exists()
    assert not Agent.objects.exists()


def test_it_refuses_a_contacts_pass_phrase_that_is_easily_guessed(desk):
    with pytest.raises(CommandError, match="too short"):
        call_command(
            "add_contact", "harbour", "Lighthouse Ltd", "Alice", "a@x.example", "--password", "short"
        )
    assert not Contact.objects.exists()


def test_it_takes_a_long_pass_phrase(desk):
    call_command(
        "add_agent", "harbour", "Lena", "lena@harbour.example", "--password", "over the harbour wall"
    )
    assert User.objects.get().check_password("over the harbour wall")


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("add_agent", ["harbour", "Lena", "lena@harbour.example"]),
        ("add_contact", ["harbour", "Lighthouse Ltd", "Alice", "a@x.example"]),
        ("add_operator", ["Olga", "olga@example.org"]),
    ],
)
def test_it_names_the_option_where_there_is_no_terminal_to_ask_at(desk, monkeypatch, command, arguments):
    """In a script or a container: a sentence, and nobody is made."""
    monkeypatch.setattr("remit.desk.foundation.commands.getpass", _nobody_answers)
    with pytest.raises(CommandError, match="--password"):
        call_command(command, *arguments)
    assert not User.objects.exists()


def _nobody_answers(prompt):
    raise EOFError


def test_it_leaves_the_pass_phrase_of_a_sign_in_that_exists(desk, alice):
    """Whoever can sign in already is only made known here; what was typed for them is not looked at."""
    call_command("add_agent", "harbour", "Alice", alice.email, "--password", "short")
    assert not User.objects.get().check_password("short")


@pytest.mark.parametrize(
    ("command", "arguments", "said"),
    [
        (
            "add_agent",
            ("Lena", "lena@harbour.example", "--tier", "-3", "--password", ""),
            "Tiers go from 1 to 9",
        ),
        (
            "add_agent",
            ("Lena", "lena@harbour.example", "--tier", "99999999999", "--password", ""),
            "Tiers go",
        ),
        ("add_contact", ("Lighthouse", "A" * 121, "a@x.example", "--password", ""), "the limit is 120"),
        ("add_contact", ("L" * 161, "Alice", "a@x.example", "--password", ""), "the limit is 160"),
        ("issue_token", ("t" * 81,), "the limit is 80"),
    ],
)
def test_it_names_what_cannot_be_kept(desk, command, arguments, said):
    """A tier that is none and names longer than their columns: a sentence for the field, and nothing is made."""
    with pytest.raises(CommandError, match=said):
        call_command(command, "harbour", *arguments)
    assert not User.objects.exists()


class TestOperators:
    """Who runs the installation is said on its own machine; that opens no desk."""

    def test_it_makes_an_operator_of_a_new_sign_in_and_of_one_that_exists(self, alice):
        call_command("add_operator", "Olga", "olga@example.org", "--password", "over the harbour wall")
        call_command("add_operator", "Alice", alice.email, "--password", "")
        assert set(User.objects.filter(is_operator=True).values_list("email", flat=True)) == {
            "olga@example.org", alice.email,
        }  # fmt: skip
        assert User.objects.get(email="olga@example.org").check_password("over the harbour wall")
        assert User.objects.get(email=alice.email).check_password("a long pass phrase")

    def test_an_operator_reads_how_the_worker_stands_and_no_desks_records(self, desk):
        call_command("add_operator", "Olga", "olga@example.org", "--password", "")
        client = Client(HTTP_X_FORWARDED_FOR="203.0.113.9")
        assert "dead" not in client.get("/healthz").json()
        client.force_login(User.objects.get())
        assert len(client.get("/healthz").json()) > 1
        assert client.get("/harbour/desk/").status_code == 404

    def test_it_takes_it_away_again(self, alice):
        call_command("add_operator", "Alice", alice.email, "--password", "")
        call_command("remove_operator", alice.email)
        assert not User.objects.filter(is_operator=True).exists()
        with pytest.raises(CommandError, match="No operator has this address"):
            call_command("remove_operator", alice.email)

    @pytest.mark.parametrize(
        ("name", "email", "phrase", "said"),
        [
            ("", "o@example.org", "", "called"),
            ("Olga", "nonsense", "", "no e-mail address"),
            ("Olga", "o@example.org", "short", "too short"),
            ("O" * 121, "o@example.org", "", "the limit is 120"),
        ],
    )
    def test_it_names_what_cannot_be(self, name, email, phrase, said):
        with pytest.raises(CommandError, match=said):
            call_command("add_operator", name, email, "--password", phrase)
        assert not User.objects.exists()
