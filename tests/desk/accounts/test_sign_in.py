"""Signing in, being refused, making a sign-in of one's own, and what a confirmed address opens."""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from remit.desk.accounts.models import Contact, Customer, User
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
    [link] = re.findall(r"http://testserver(/account/confirm/\S+)", letter.body)
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


def test_it_sends_a_new_pass_phrase_by_letter(alice):
    Client().post("/account/forgotten/", {"email": "alice@example.org"})
    assert re.search(r"/account/forgotten/\S+/", mail.outbox[0].body)
