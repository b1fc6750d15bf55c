"""CRM24: ten free days, working hours from Saturday to Thursday noon in Tehran, and a page in Persian."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.journey

DESK = "crm24"
TEHRAN = "Asia/Tehran"
QUESTION = {"request.kind": "support", "details": "The contact list is empty"}


def test_it_counts_a_trial_users_question_from_the_next_opening_and_refuses_after_ten_days(
    installation: Any, backstage: Any, portal: Any, workspace: Any, looks_right: Any
) -> None:
    """C24-2: in the ten free days everything is as for those who pay; the last day counts to its end. C24-6: Thursday
    afternoon and Friday are closed. C24-7: owed in order, in working hours, without a figure.
    """
    backstage.join(desk=DESK, person="Navid Ansari", email="navid@ansari.example")
    installation.go_to("Monday", "15:00", TEHRAN)
    backstage.hold(
        desk=DESK, email="navid@ansari.example", kind="subscription", name="S-7101",
        attributes={"trainings_held": 0},
        bought=[{"kind": "trial", "by_date": True, "label": "Registration"}],
    )  # fmt: skip
    installation.go_to("Thursday", "13:30", TEHRAN)  # closed since noon
    navid = portal("navid@ansari.example", DESK)
    number = navid.ask("Contacts are gone", "Since this morning.", **QUESTION)
    assert navid.outcome() == "accept"
    story = navid.page.locator("main")
    # In order, and what is closed is not counted: from Thursday 13:30 to Saturday 09:00.
    expect(story.locator("[aria-labelledby=clock]")).to_contain_text("In order")
    expect(story.locator("[aria-labelledby=clock] .rm-ledger")).to_contain_text("Sat 09:00")
    expect(story.locator("[aria-labelledby=clock]")).not_to_contain_text("due")
    looks_right(navid.page)
    neda = workspace("neda@crm24.example", DESK)
    neda.open(number)
    assert "Solution" in neda.rail()  # an answer and a solution are two clocks, both in order
    looks_right(neda.page)

    # Registered on Monday: the ten days are Tuesday to the Thursday of the week after; over at Friday 00:00.
    installation.go_to("Friday", "00:00", TEHRAN)
    installation.go_to("Thursday", "23:59", TEHRAN)
    navid.ask("May my colleague sign in too?", **QUESTION)
    assert navid.outcome() == "accept"
    installation.go_to("Friday", "00:00", TEHRAN)
    navid.ask("The reports are empty", **QUESTION)
    assert navid.outcome() == "refuse"
    expect(story.locator("h1")).to_contain_text("No subscription is running")
    expect(story.locator(".rm-next a").first).to_have_text("Subscribe for three months")
    looks_right(navid.page)


def test_it_shows_its_policy_in_persian_from_right_to_left(page: Any, portal: Any, looks_right: Any) -> None:
    """C24-6: the hours are published, in Persian too, where the page reads from right to left. A customer whose language
    is Persian has the portal in it.
    """
    page.goto(f"/{DESK}/policy/?lang=fa")
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert page.locator("html").get_attribute("lang") == "fa"
    assert page.evaluate("getComputedStyle(document.querySelector('.rm-doc')).direction") == "rtl"
    looks_right(page)
    page.goto(f"/{DESK}/policy/?lang=en")
    assert page.locator("html").get_attribute("dir") is None
    leila = portal("leila@sahand-trading.example", DESK)
    leila.page.goto(f"/{DESK}/")
    assert leila.page.locator("html").get_attribute("dir") == "rtl"
    looks_right(leila.page)
    leila.page.goto(f"/{DESK}/requests/")
    leila.page.locator(".rm-rows__title").first.click()
    looks_right(leila.page)
