"""iTS: claims under warranty, what they lack, the twenty-four hours, and the day the warranty ends."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.journey

DESK = "its"
LONDON = "Europe/London"
HANNAH = "hannah@its.example"


def with_device(backstage: Any, person: str, email: str, name: str, days_ago: int) -> None:
    """Bring in a customer with a device that was installed that many days ago."""
    backstage.join(desk=DESK, person=person, email=email)
    backstage.hold(
        desk=DESK, email=email, kind="item", name=name, attributes={"work_by_us": True, "proof_recorded": True},
        bought=[{"days_ago": days_ago, "by_date": True, "label": "Installation"}],
    )  # fmt: skip


def test_it_asks_a_claim_for_what_it_lacks_and_then_accepts_it(
    installation: Any, backstage: Any, portal: Any, workspace: Any, looks_right: Any
) -> None:
    """ITS-10: only what is missing is asked for. ITS-3: within ninety days the claim is accepted, free of charge.
    ITS-11: a person answers within 24 hours of receipt, and asking does not stop them.
    """
    installation.go_to("Friday", "20:15", LONDON)
    with_device(backstage, "Amira Said", "amira@said.example", "Notebook, SN-70011", 12)
    amira = portal("amira@said.example", DESK)
    number = amira.ask(
        "It does not charge", "Since yesterday.", anyway=True,
        **{"request.kind": "claim", "happened": "The light stays off when I plug it in"},
    )  # fmt: skip
    assert amira.outcome() == "ask"
    story = amira.page.locator("main")
    asked = story.locator("form#answer legend, form#answer label.form-label").all_inner_texts()
    assert [one for one in asked if "(if you can)" not in one] == [
        "Since when?",
        "Can you show it on a photo?",
    ]
    looks_right(amira.page)

    installation.go_to("Friday", "22:00", LONDON)
    amira.see(number)
    amira.page.locator("#f-since").fill("2027-06-20")
    amira.page.locator("#f-shown").fill("The lamp beside the socket is dark")
    amira.page.get_by_role("button", name="Send these details").click()
    assert amira.outcome() == "accept"
    expect(story.locator("h1")).to_contain_text("There is nothing to pay.")
    looks_right(amira.page)

    installation.go_to("Saturday", "20:14", LONDON)
    hannah = workspace(HANNAH, DESK)
    hannah.open(number)
    hannah.write("Please bring it in tomorrow at ten; the repair is free.", "Send reply")
    looks_right(hannah.page)
    expect(amira.see(number).locator("main .rm-clocks")).to_contain_text("Done")
    assert backstage.breaches(desk=DESK, number=number) == []


def test_it_records_an_answer_that_comes_after_the_twenty_four_hours_as_late(
    installation: Any, backstage: Any, portal: Any
) -> None:
    """ITS-11: unanswered a day after receipt, by night and on a Sunday, the promise is broken, and stays so."""
    with_device(backstage, "Owen Hale", "owen@hale.example", "Printer, SN-70012", 20)
    received = installation.go_to("Saturday", "03:15", LONDON)
    owen = portal("owen@hale.example", DESK)
    number = owen.ask(
        "It prints empty pages",
        **{"request.kind": "claim", "happened": "Every page is empty", "since": "2027-06-01", "shown": "Empty pages"},
    )  # fmt: skip
    assert owen.outcome() == "accept"
    installation.go_to("Sunday", "03:14", LONDON)
    assert backstage.breaches(desk=DESK, number=number) == []
    late = installation.go_to("Sunday", "03:15", LONDON)
    assert (late - received).total_seconds() == 24 * 3600
    (broken,) = backstage.breaches(desk=DESK, number=number)
    assert broken["metric"] == "first response"
    expect(owen.see(number).locator("main")).to_contain_text("late")


def test_it_counts_the_last_day_of_the_warranty_to_its_end_and_then_offers_paid_work(
    installation: Any, backstage: Any, portal: Any, looks_right: Any
) -> None:
    """ITS-3: the ninetieth day after the work counts to its end in London. ITS-15: a minute later the claim is quoted."""
    installation.go_to("Tuesday", "12:00", LONDON)
    with_device(backstage, "Lena Brandt", "lena@brandt.example", "Server, SN-70013", 90)
    installation.go_to("Tuesday", "23:59", LONDON)
    claim = {
        "request.kind": "claim",
        "happened": "It does not start",
        "since": "2027-06-01",
        "shown": "A dark lamp",
    }
    lena = portal("lena@brandt.example", DESK)
    lena.ask("It does not start", **claim)
    assert lena.outcome() == "accept"
    installation.go_to("Wednesday", "00:00", LONDON)
    lena.ask("It does not start again", **claim)
    assert lena.outcome() == "quote"
    story = lena.page.locator("main")
    expect(story.locator("h1")).to_contain_text("The warranty is over. We can look at it as paid work.")
    expect(story).to_contain_text(
        "We write you a price on this request. Nothing starts before you agree to it."
    )
    looks_right(lena.page)
