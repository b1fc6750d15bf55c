"""Signing in, being refused, making a sign-in of one's own, and what a confirmed address opens."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client, override_settings

from remit.desk.accounts.models import Agent, Contact, Customer, User
from tests.desk.conftest import PASSWORD, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_limits():
    """The rate limits count in the cache; each test starts with none used up."""
    cache.clear()


def sign_in(client, address, password=PASSWORD):
    return client.post("/sign-in/", {"login": address, "password": password})


def sign_up(client, address):
    client.post("/sign-up/", {"email": address, "password1": "quite another phrase"})
    [letter] = mail.outbox
    [link] = re.findall(rf"{settings.PUBLIC_URL}(/account/confirm/\S+)", letter.body)
    return link


class TestSigningIn:
    def test_it_lets_a_person_in_by_address_and_pass_phrase(self, alice):
        client = Client()
        assert sign_in(client, "Alice@Example.org").status_code == 302
        assert client.session["_auth_user_id"] == str(alice.user_id)

    @pytest.mark.parametrize("address", ["alice@example.org", "nobody@example.org"])
    def test_it_says_the_same_for_a_wrong_phrase_and_an_unknown_address(self, alice, address):
        page = sign_in(Client(), address, "wrong phrase")
        assert page.status_code == 200
        assert "email address and/or password you specified are not correct" in page.content.decode()

    def test_it_asks_to_wait_after_too_many_wrong_phrases(self, alice):
        """The limit is counted in the database, so that it holds over all processes."""
        client = Client()
        for _ in range(5):
            sign_in(client, "alice@example.org", "wrong phrase")
        page = sign_in(client, "alice@example.org")
        assert "_auth_user_id" not in client.session
        assert "Too many failed login attempts" in page.content.decode()

    def test_it_does_not_let_in_a_person_who_was_shut_out(self, alice):
        User.objects.update(is_active=False)
        client = Client()
        sign_in(client, "alice@example.org")
        assert "_auth_user_id" not in client.session

    def test_it_begins_where_the_person_belongs(self, alice, rosa):
        """Who asks at one desk comes to its portal, who answers at one to its workspace; both may ask for a page."""
        assert sign_in(Client(), "alice@example.org").headers["Location"] == "/harbour/"
        assert sign_in(Client(), "rosa@example.org").headers["Location"] == "/quarry/desk/"
        wanted = {"login": "rosa@example.org", "password": PASSWORD, "next": "/quarry/policy/"}
        assert Client().post("/sign-in/", wanted).headers["Location"] == "/quarry/policy/"

    def test_it_shows_the_desks_to_a_person_of_several(self, alice, rosa):
        """One sign-in, two desks: the person chooses."""
        Customer.objects.create(desk=rosa.desk, name="Quarry Ltd").contacts.create(
            desk=rosa.desk, user=alice.user, name="Alice", email=alice.email
        )
        assert sign_in(Client(), "alice@example.org").headers["Location"] == "/"

    def test_it_signs_out_by_a_form_only(self, alice):
        client = signed_in(alice)
        client.get("/sign-out/")
        assert "_auth_user_id" in client.session
        client.post("/sign-out/")
        assert "_auth_user_id" not in client.session

    @pytest.mark.parametrize(
        "elsewhere",
        [
            "https://evil.example/", "//evil.example/", "///evil.example", r"\\evil.example", "/\\evil.example",
            "https:evil.example", "javascript:alert(1)", "http://harbour.example@evil.example/",
        ],
    )  # fmt: skip
    def test_it_leads_nowhere_else(self, alice, elsewhere):
        """Whatever a link to the sign-in asks for, it leads to a page of this installation."""
        wanted = {"login": "alice@example.org", "password": PASSWORD, "next": elsewhere}
        assert Client().post("/sign-in/", wanted).headers["Location"] == "/harbour/"

    def test_it_begins_a_session_of_its_own(self, alice):
        """A session that somebody put into the browser before opens nothing after."""
        client = Client()
        client.get("/harbour/?lang=en")
        client.session.save()
        client.cookies["sessionid"] = before = client.session.session_key
        sign_in(client, "alice@example.org")
        assert client.session["_auth_user_id"] == str(alice.user_id)
        assert client.session.session_key != before
        assert not Session.objects.filter(session_key=before).exists()

    def test_it_ends_all_other_sessions_with_a_new_pass_phrase(self, alice):
        thief, owner = signed_in(alice), signed_in(alice)
        changed = {
            "oldpassword": PASSWORD,
            "password1": "quite another phrase",
            "password2": "quite another phrase",
        }
        owner.post("/account/password/", changed)
        alice.user.refresh_from_db()
        assert alice.user.check_password("quite another phrase")
        assert thief.get("/harbour/requests/").status_code == 302

    def test_it_takes_no_form_from_another_site(self, alice):
        client = Client(enforce_csrf_checks=True)
        assert sign_in(client, "alice@example.org").status_code == 403


class TestMakingASignIn:
    def test_it_opens_what_the_address_has_only_once_it_is_confirmed(self, desk):
        customer = Customer.objects.create(desk=desk, name="Lighthouse Ltd")
        contact = Contact.objects.create(desk=desk, customer=customer, name="Dora", email="Dora@example.org")
        client = Client()
        link = sign_up(client, "dora@example.org")
        contact.refresh_from_db()
        assert contact.user is None, "whoever types an address does not own it yet"
        client.post(link)
        contact.refresh_from_db()
        assert contact.user == User.objects.get(email="dora@example.org")

    def test_it_does_not_take_a_contact_that_somebody_has(self, alice):
        link = sign_up(Client(), "dora@example.org")
        Contact.objects.filter(pk=alice.pk).update(email="dora@example.org")
        Client().post(link)
        alice.refresh_from_db()
        assert alice.user.email == "alice@example.org"

    def test_it_does_not_tell_whether_an_address_is_known(self, alice):
        fresh = Client().post("/sign-up/", {"email": "new@example.org", "password1": "quite another phrase"})
        known = Client().post(
            "/sign-up/", {"email": "alice@example.org", "password1": "quite another phrase"}
        )
        assert (fresh.status_code, fresh.headers["Location"]) == (
            known.status_code,
            known.headers["Location"],
        )

    def test_it_takes_as_long_for_a_known_address_as_for_a_new_one(self, alice, monkeypatch):
        """What takes long is hashing the pass phrase: it is done as often either way. So it is at the sign-in."""
        hashed = []
        encode = MD5PasswordHasher.encode
        monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *of: hashed.append(of) or encode(*of))

        def times(post):
            hashed.clear()
            post()
            return len(hashed)

        def sign_up_with(address):
            return times(
                lambda: Client().post("/sign-up/", {"email": address, "password1": "quite another phrase"})
            )

        User.objects.create_user("without@example.org")
        assert sign_up_with("new@example.org") == sign_up_with("alice@example.org") == 1
        wrong = [
            times(lambda one=one: sign_in(Client(), f"{one}@example.org", "wrong phrase"))
            for one in ("alice", "nobody", "without")
        ]
        assert wrong == [1, 1, 1]

    def test_it_leaves_nothing_to_who_claimed_an_address_before_its_owner_came(self, desk):
        """Somebody signs up as a lead to come. Once the operator vouches for the address, the phrase they chose opens
        nothing, whoever follows the link of their sign-up.
        """
        link = sign_up(Client(), "lena@example.org")
        call_command("add_agent", "harbour", "Lena", "lena@example.org", "--lead", "--password", "")
        Client().post(link)
        claimed = Client()
        sign_in(claimed, "lena@example.org", "quite another phrase")
        assert "_auth_user_id" not in claimed.session
        assert User.objects.get().name == "Lena"
        assert Agent.objects.get().user == User.objects.get()

    def test_it_knows_an_owner_by_a_further_address_of_theirs(self, desk, alice):
        """One person stays one, also where a desk knows them by another confirmed address."""
        EmailAddress.objects.create(user=alice.user, email="a.reed@example.org", verified=True)
        call_command("add_agent", "harbour", "Alice", "a.reed@example.org", "--password", "")
        assert Agent.objects.get().user == alice.user

    def test_it_refuses_a_pass_phrase_that_is_too_short(self):
        Client().post("/sign-up/", {"email": "dora@example.org", "password1": "short"})
        assert not User.objects.exists()


@pytest.mark.parametrize(
    "address",
    [
        "/account/addresses/",
        "/account/password/",
        "/account/second-step/",
        "/account/second-step/totp/activate/",
    ],
)
def test_it_shows_account_pages_to_their_owner_only(alice, address):
    assert Client().get(address).status_code == 302
    page = signed_in(alice).get(address, follow=True)
    assert page.status_code == 200


@pytest.mark.parametrize(
    "ask",
    [
        lambda client: client.post("/account/forgotten/", {"email": "alice@example.org"}),
        lambda client: client.post("/account/forgotten/", {"email": "nobody@example.org"}),
        lambda client: client.post("/sign-up/", {"email": "new@example.org", "password1": "quite another phrase"}),
        lambda client: client.post("/sign-up/", {"email": "alice@example.org", "password1": "quite another phrase"}),
    ],
)  # fmt: skip
@override_settings(PUBLIC_URL="https://help.example")
def test_its_letters_lead_to_the_public_address_by_whatever_name_the_server_was_called(alice, ask):
    """A link that opens an account goes to nobody else's machine, though the server answers to several names."""
    ask(Client(HTTP_HOST="localhost:9999"))
    [letter] = mail.outbox
    assert "https://help.example/" in letter.body
    assert "localhost" not in letter.body
    assert "localhost" not in letter.subject


def test_it_sends_a_new_pass_phrase_by_letter(alice):
    Client().post("/account/forgotten/", {"email": "alice@example.org"})
    assert re.search(r"/account/forgotten/\S+/", mail.outbox[0].body)
