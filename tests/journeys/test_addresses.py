"""Every address: how its page looks, and that nobody comes in who has no business there."""

from __future__ import annotations

import re
from typing import Any

import pytest

pytestmark = pytest.mark.journey

DESKS = ("itech-crm", "crm24", "its", "ionetech", "iexexchanger")

PUBLIC = (
    "/", "/sign-in/", "/sign-up/", "/account/forgotten/", "/iexexchanger/", "/iexexchanger/api/v1/",
    *(f"/{desk}/policy/" for desk in DESKS), "/iexexchanger/policy/1/",
)  # fmt: skip
OF_CUSTOMERS = (
    "/", "/iexexchanger/requests/", "/iexexchanger/requests/new/", "/account/addresses/", "/account/password/",
    "/account/second-step/", "/sign-out/",
)  # fmt: skip
OF_AGENTS = (
    "/ionetech/desk/", "/ionetech/desk/?show=mine", "/ionetech/desk/?q=nothing-like-it", "/ionetech/desk/decide/",
    "/ionetech/desk/policy/",
)  # fmt: skip


def test_public_pages_hold_in_every_light_and_width(page: Any, looks_right: Any) -> None:
    """Axe finds nothing, and nothing runs off the side: the doors, sign-in, the policies, the API's description, and
    what is shown where there is nothing.
    """
    for address in PUBLIC:
        assert page.goto(address).status == 200
        looks_right(page)
    assert page.goto("/iexexchanger/nothing-here/").status == 404
    looks_right(page)


def test_customers_pages_hold_in_every_light_and_width(person: Any, looks_right: Any) -> None:
    """The same for what a customer sees: the lists, the form, the form to put a fact right, an own account."""
    agnieszka = person("agnieszka@kantor-lodz.example")
    for address in ("/iexexchanger/", *OF_CUSTOMERS):
        assert agnieszka.goto(address).status == 200
        looks_right(agnieszka)
    agnieszka.goto("/iexexchanger/requests/")
    agnieszka.locator(".rm-rows__title").first.click()
    looks_right(agnieszka)
    agnieszka.get_by_role("link", name="Correct a fact").click()
    looks_right(agnieszka)


def test_agents_pages_hold_in_every_light_and_width(person: Any, looks_right: Any) -> None:
    """The same for the workspace: the queue, full and empty, what is left to decide, the policy with its margin, a
    ticket with everything on it.
    """
    vichea = person("vichea@ionetech.example")
    for address in OF_AGENTS:
        assert vichea.goto(address).status == 200
        looks_right(vichea)
    vichea.goto("/ionetech/desk/")
    vichea.locator(".rm-queue__subject").first.click()
    looks_right(vichea)
    vichea.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    looks_right(vichea)


def own_addresses(person: Any) -> list[str]:
    """Addresses that belong to one customer of iEXExchanger, or to its agents."""
    agnieszka = person("agnieszka@kantor-lodz.example")
    agnieszka.goto("/iexexchanger/requests/")
    first = agnieszka.locator(".rm-rows__title").first.get_attribute("href")
    number = re.search(r"/(\d+)/$", first)[1]
    agnieszka.goto(first)
    made = re.search(r"D-(\d+)", agnieszka.locator(".rm-made").inner_text())[1]
    return [
        first, f"{first}correct/", f"{first}decision/{made}/", "/iexexchanger/desk/", "/iexexchanger/desk/decide/",
        "/iexexchanger/desk/policy/", f"/iexexchanger/desk/tickets/{number}/",
    ]  # fmt: skip


POSTED = ("write/", "answer/", "contest/", "reopen/")
DEEDS = ("say", "assign", "priority", "tier", "solve", "close", "override", "finding", "correct", "merge")


@pytest.mark.parametrize(
    "outsider", ["oksana@obmin-plus.example", "dara@ionetech.example", "leila@sahand-trading.example", None]
)
def test_an_outsider_is_told_that_there_is_nothing_or_asked_to_sign_in(
    outsider: str | None, person: Any
) -> None:
    """Another customer of the desk, an agent of another desk, another desk's customer: 404 alike, whether it exists or
    not, to read and to write. Nobody signed in: the way to sign-in.
    """
    addresses = own_addresses(person)
    ours, ticket = addresses[0], addresses[-1]
    stranger = person(outsider)
    stranger.goto("/sign-in/" if outsider is None else "/")
    token = next(one["value"] for one in stranger.context.cookies() if one["name"] == "csrftoken")
    for address in [*addresses, "/iexexchanger/requests/999999/", "/iexexchanger/desk/tickets/999999/"]:
        answer = stranger.request.get(address, max_redirects=0)
        if outsider is None:
            assert (answer.status, "/sign-in/" in answer.headers.get("location", "")) == (302, True), address
        else:
            assert answer.status == 404, address
    form = {"csrfmiddlewaretoken": token, "body": "Let me in", "text": "Let me in"}
    for address in [*(ours + one for one in POSTED), *(f"{ticket}{one}/" for one in DEEDS)]:
        answer = stranger.request.post(address, form=form, max_redirects=0)
        assert answer.status == (302 if outsider is None else 404), address
    answer = stranger.request.get("/iexexchanger/api/v1/tickets/1")
    assert answer.status == 401
    assert answer.json()["error"]["code"]


def test_a_token_of_another_desk_opens_nothing(person: Any, backstage: Any) -> None:
    """A desk's API answers only to tokens of that desk."""
    page = person()
    headers = {"Authorization": f"Bearer {backstage.token(desk='ionetech')}"}
    assert page.request.get("/ionetech/api/v1/tickets/1", headers=headers).status == 200
    assert page.request.get("/iexexchanger/api/v1/tickets/1", headers=headers).status == 401
