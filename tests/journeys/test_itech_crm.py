"""iTech CRM: paid plans, one channel, answers by the hour, and silence that closes a request."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.journey

DESK = "itech-crm"
NORA = "nora@itech-crm.example"
BUG = {"request.kind": "support", "topic": "bug", "product": "crm", "impact": "high"}


def with_plan(backstage: Any, person: str, email: str, name: str, **more: Any) -> None:
    """Bring in a client whose plan was bought a month ago for a year."""
    backstage.join(desk=DESK, person=person, email=email)
    more = {"plan": "essential", "attributes": {"inclusions": []}, **more}
    bought = [{"days_ago": 30, "term": "12 months", "label": "Plan"}]
    backstage.hold(desk=DESK, email=email, kind="plan", name=name, bought=bought, **more)


def test_it_answers_in_time_and_closes_after_silence_until_taken_up_again(
    installation: Any, backstage: Any, portal: Any, workspace: Any, looks_right: Any
) -> None:
    """ITC-2, -4: a plan is active and a bug is what a plan covers: accepted. ITC-15: high is answered within 24 elapsed
    hours. ITC-17: reminded 36 hours after the team's question, closed after 48. ITC-18: taken up again within seven
    days; after them a new, linked request.
    """
    with_plan(backstage, "Ines Duarte", "ines@marina.example", "P-7001")
    thursday = installation.go_to("Thursday", "16:10", "UTC")

    ines = portal("ines@marina.example", DESK)
    ines.begin()
    for fact, answer in BUG.items():
        ines.say(fact, answer)
    expect(ines.page.locator("#foresee")).to_contain_text("Accepted")
    expect(ines.page.locator("#foresee")).to_contain_text("First answer within 24 hours")
    looks_right(ines.page)
    number = ines.send("Reminders are sent twice", "Each patient gets two.")
    assert ines.outcome() == "accept"
    story = ines.page.locator("main")
    for words in (
        "Your plan is active until",  # ITC-2
        "Bugs, trouble with the system and the services connected to it",  # ITC-4
        installation.written(thursday + timedelta(hours=24), "UTC"),  # ITC-15
    ):
        expect(story).to_contain_text(words)
    looks_right(ines.page)

    installation.go_to("Friday", "10:00", "UTC")
    nora = workspace(NORA, DESK)
    expect(nora.queue().locator("tr", has_text="Reminders are sent twice")).to_contain_text("6 h 10 min")
    nora.open(number)
    nora.page.get_by_role("button", name="Take it").click()
    nora.write("The job ran on two machines. We have stopped one.", "Send reply")
    ines.see(number)
    expect(story).to_contain_text("We have stopped one.")
    expect(story.locator(".rm-clocks")).to_contain_text("First answer")
    expect(story.locator(".rm-clocks")).to_contain_text("Done 10:00")

    installation.go_to("Friday", "12:00", "UTC")
    nora.open(number)
    nora.write("Does it still happen today?", "Ask and wait")
    assert "Closes by itself" in nora.rail()
    expect(ines.see(number).locator("main")).to_contain_text("Waiting for you")

    installation.go_to("Saturday", "23:59", "UTC")
    assert "closing soon" not in [one["template"] for one in backstage.letters(desk=DESK, number=number)]
    installation.go_to("Sunday", "00:00", "UTC")  # 36 hours after Friday 12:00
    reminders = [
        one for one in backstage.letters(desk=DESK, number=number) if one["template"] == "closing soon"
    ]
    assert reminders == [{"template": "closing soon", "sent": True}]

    installation.go_to("Sunday", "11:59", "UTC")
    expect(ines.see(number).locator("main")).to_contain_text("Waiting for you")
    installation.go_to("Sunday", "12:00", "UTC")  # 48 hours
    expect(ines.see(number).locator("main")).to_contain_text("Closed")
    expect(story).to_contain_text("We heard nothing back")
    looks_right(ines.page)

    installation.go_to("Tuesday", "09:00", "UTC")
    ines.see(number).get_by_role("button", name="Take it up again").click()
    expect(story).not_to_contain_text("This request is closed")
    assert ines.page.url.endswith(f"/requests/{number}/")

    installation.go_to("Tuesday", "09:30", "UTC")
    nora.open(number)
    nora.write("Is it gone now?", "Ask and wait")
    installation.go_to("Thursday", "09:30", "UTC")
    expect(ines.see(number).locator("main")).to_contain_text("This request is closed")
    installation.go(days=7, minutes=1)
    ines.see(number).get_by_role("button", name="Take it up again").click()
    expect(story).to_contain_text("Follows ITC-" + str(number))
    assert not ines.page.url.endswith(f"/requests/{number}/")


def test_it_does_not_count_the_time_until_a_request_is_complete_and_a_reply_keeps_it_open(
    installation: Any, backstage: Any, portal: Any, workspace: Any
) -> None:
    """ITC-16: the first answer's clock waits for what intake had to ask for. ITC-17: a reply before the 48 hours are
    over keeps the request open.
    """
    with_plan(backstage, "Paulo Reis", "paulo@atelier.example", "P-7002")
    asked = installation.go_to("Wednesday", "11:20", "UTC")
    paulo = portal("paulo@atelier.example", DESK)
    answers = {name: value for name, value in BUG.items() if name != "product"}
    number = paulo.ask("Labels are cut off", anyway=True, **answers)
    assert paulo.outcome() == "ask"
    story = paulo.page.locator("main")
    expect(story).to_contain_text("Which product is it about?")

    installation.go_to("Wednesday", "17:20", "UTC")
    paulo.see(number).locator("#f-product input[value=crm]").check()
    paulo.page.get_by_role("button", name="Send this detail").click()
    assert paulo.outcome() == "accept"
    # 24 hours from Wednesday 11:20, and the six until it was complete: Thursday 17:20.
    expect(story).to_contain_text(installation.written(asked + timedelta(hours=24 + 6), "UTC"))
    expect(story.locator(".rm-ledger")).to_contain_text("Waiting for the missing details")

    nora = workspace(NORA, DESK)
    nora.open(number)
    nora.write("Which printer do you use?", "Ask and wait")
    installation.go_to("Friday", "17:19", "UTC")
    paulo.see(number)
    paulo.write("The LW-450 at the counter.")
    installation.go_to("Friday", "17:21", "UTC")
    expect(paulo.see(number).locator("main")).not_to_contain_text("This request is closed")
    installation.go_to("Monday", "09:00", "UTC")
    expect(paulo.see(number).locator("main")).not_to_contain_text("This request is closed")


def test_it_refuses_someone_without_a_plan_and_offers_the_plans(
    backstage: Any, portal: Any, looks_right: Any
) -> None:
    """ITC-2: no active plan: refused, the plans on sale are the next step, and the clause is quoted."""
    backstage.join(desk=DESK, person="Rosa Lima", email="rosa@lima.example")
    rosa = portal("rosa@lima.example", DESK)
    rosa.ask("Invoices print without our logo", **BUG)
    assert rosa.outcome() == "refuse"
    story = rosa.page.locator("main")
    expect(story.locator("h1")).to_contain_text("You have no active support plan")
    expect(story.locator(".rm-next a").first).to_have_text("Get the Business plan")
    expect(story).to_contain_text("Get the Essential plan")
    expect(story.locator(".rm-quote").first).to_contain_text("active, paid support plan")
    expect(story).to_contain_text("You see it differently.")
    looks_right(rosa.page)


def test_it_gives_training_to_those_whose_plan_names_it_only(backstage: Any, portal: Any) -> None:
    """ITC-5: training is out; a plan that names it goes before the rule, and the page shows both."""
    with_plan(backstage, "Ana Brito", "ana@brito.example", "P-7003")
    with_plan(
        backstage,
        "Rui Mota",
        "rui@mota.example",
        "P-7004",
        plan="business",
        attributes={"inclusions": ["training"]},
    )
    training = {"request.kind": "support", "topic": "training", "impact": "low"}
    ana = portal("ana@brito.example", DESK)
    ana.ask("Could somebody show us the reports?", **training)
    assert ana.outcome() == "refuse"
    expect(ana.page.locator("h1")).to_contain_text("Training and guidance are not part of your plan.")
    rui = portal("rui@mota.example", DESK)
    rui.ask("Training for two new colleagues", **training)
    assert rui.outcome() == "accept"
    expect(rui.page.locator("main")).to_contain_text("what a plan names goes before the general rule")


def test_it_lists_all_policies_at_the_foot_of_every_policy_page(page: Any, looks_right: Any) -> None:
    """ITC-22: the foot of the policy page names every official policy, each with its address."""
    for address in (f"/{DESK}/policy/", f"/{DESK}/policy/1/"):
        page.goto(address)
        foot = page.get_by_role("contentinfo").get_by_role("link")
        assert foot.all_inner_texts() == [
            "Support policy", "Refund policy", "Terms of service", "Privacy", "Emergency access", "Plugin licences",
        ]  # fmt: skip
        assert all(one.get_attribute("href") for one in foot.all())
    looks_right(page)
