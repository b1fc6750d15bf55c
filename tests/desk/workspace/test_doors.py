"""Who gets to a page of the workspace, and what the others are told."""

import pytest
from django.test import Client

from tests.desk.conftest import signed_in

PAGES = ("", "decide/", "policy/", "tickets/1/", "tokens/")


@pytest.mark.parametrize("page", PAGES)
def test_it_asks_a_visitor_to_sign_in(desk, page):
    answer = Client().get(f"/harbour/desk/{page}")
    assert answer.headers["Location"] == f"/sign-in/?next=/harbour/desk/{page}"


@pytest.mark.parametrize("page", PAGES)
def test_it_knows_no_desk_that_is_not_there(db, alice, page):
    """A visitor isn't sent to sign in for a desk that does not exist, and a person is told the same."""
    assert Client().get(f"/nosuch/desk/{page}").status_code == 404
    assert signed_in(alice).get(f"/nosuch/desk/{page}").status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_it_shows_a_customer_and_a_stranger_nothing(alice, rosa, page):
    assert signed_in(alice).get(f"/harbour/desk/{page}").status_code == 404
    assert signed_in(rosa).get(f"/harbour/desk/{page}").status_code == 404
