"""I One Tech: four categories by four impacts, weekend hours for what is critical, tiers, and what a person changes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.journey

DESK = "ionetech"
HERE = "Asia/Phnom_Penh"
DARA = "dara@ionetech.example"
VICHEA = "vichea@ionetech.example"  # a lead


def with_contract(backstage: Any, person: str, email: str, name: str, *, hardware: bool = False) -> None:
    """Bring in a customer whose service contract was signed two months ago for a year."""
    backstage.join(desk=DESK, person=person, email=email)
    backstage.hold(
        desk=DESK, email=email, kind="contract", name=name, attributes={"hardware": hardware},
        bought=[{"days_ago": 60, "term": "12 months", "label": "Service contract"}],
    )  # fmt: skip


def asked(category: str, impact: str, topic: str, details: str) -> dict[str, str]:
    """The answers of a request, in the order in which the form leads to them."""
    return {"category": category, "impact": impact, "topic": topic, "details": details}


def test_it_sets_the_priority_from_what_the_customer_sees_in_the_words_of_the_category(
    installation: Any, backstage: Any, portal: Any, workspace: Any, looks_right: Any
) -> None:
    """ION-5, -6: each category asks for the impact in words of its own, and the policy sets the priority from them.
    ION-1: high is answered within four hours.
    """
    with_contract(backstage, "Chenda Ly", "chenda@ly.example", "C-7101")
    tuesday = installation.go_to("Tuesday", "10:00", HERE)
    chenda = portal("chenda@ly.example", DESK)
    chenda.begin()
    chenda.say("category", "security")
    impacts = chenda.page.locator("#f-impact .rm-choice span")
    assert impacts.all_inner_texts() == [
        "A breach or a violation", "An urgent patch or a risk assessment", "A routine check", "A general question",
    ]  # fmt: skip
    chenda.say("category", "technical")
    assert impacts.all_inner_texts() == [
        "A core function is down, or its security is hit", "A significant disruption of daily work",
        "Something important, while work goes on", "Something minor, or a question",
    ]  # fmt: skip
    chenda.page.get_by_label("A significant disruption of daily work").check()
    chenda.say("topic", "network")
    chenda.say("details", "The VPN drops every few minutes")
    expect(chenda.page.locator("#foresee")).to_contain_text("First answer within 4 hours")
    looks_right(chenda.page)
    number = chenda.send("VPN drops for the whole office")
    assert chenda.outcome() == "accept"
    story = chenda.page.locator("main")
    expect(story).to_contain_text(installation.written(tuesday + timedelta(hours=4), HERE))
    looks_right(chenda.page)
    dara = workspace(DARA, DESK)
    expect(dara.open(number).locator(".rm-props")).to_contain_text("High")
    looks_right(dara.page)


def test_it_does_not_count_the_time_until_missing_information_is_there(
    installation: Any, backstage: Any, portal: Any, workspace: Any
) -> None:
    """ION-8: what is missing is asked for by name, and waiting for it is not counted; a question of an agent waits too."""
    with_contract(backstage, "Sovan Kim", "sovan@kim.example", "C-7102")
    wednesday = installation.go_to("Wednesday", "10:00", HERE)
    sovan = portal("sovan@kim.example", DESK)
    answers = asked("technical", "high", "servers", "")
    answers.pop("details")
    number = sovan.ask("The file server", anyway=True, **answers)
    assert sovan.outcome() == "ask"
    story = sovan.page.locator("main")
    expect(story.locator("form#answer")).to_contain_text("What happens, and what did you expect?")
    installation.go_to("Wednesday", "12:30", HERE)
    sovan.see(number).locator("#f-details").fill("It refuses every second connection")
    sovan.page.get_by_role("button", name="Send this detail").click()
    assert sovan.outcome() == "accept"
    # Four hours from 10:00, and the two and a half until it was complete: 16:30.
    expect(story).to_contain_text(installation.written(wednesday + timedelta(hours=6.5), HERE))

    dara = workspace(DARA, DESK)
    installation.go_to("Wednesday", "13:00", HERE)
    dara.open(number)
    expect(dara.page.locator("[data-for=ask]")).to_contain_text("Then it waits for the customer")
    dara.write("Which switch is it connected to?", "Ask and wait")
    assert "None runs" in dara.rail() or "Waiting" in dara.rail()
    expect(sovan.see(number).locator("main")).to_contain_text("Waiting for you")
    installation.go_to("Thursday", "13:00", HERE)
    assert backstage.breaches(desk=DESK, number=number) == []


def test_it_counts_limited_weekend_hours_for_critical_requests_and_escalates_when_nobody_answers(
    installation: Any, backstage: Any, portal: Any, workspace: Any, looks_right: Any
) -> None:
    """ION-3: on a Saturday only critical requests are counted. ION-1: one hour. ION-4: warned at half of the time, to
    tier 2 when it is over, to tier 3 at twice the time, each by itself and on record.
    """
    with_contract(backstage, "Vuthy Sar", "vuthy@sar.example", "C-7103")
    saturday = installation.go_to("Saturday", "10:00", HERE)
    answers = asked("infrastructure", "critical", "servers", "The payroll server answers no ping")
    critical = backstage.log_call(
        desk=DESK, agent=DARA, email="vuthy@sar.example", subject="Payroll server down", answers=answers
    )
    vuthy = portal("vuthy@sar.example", DESK)
    high = vuthy.ask(
        "Backup runs out of space", **asked("infrastructure", "high", "backup", "The disk is full")
    )
    # High is counted from Monday 08:00: four hours, Monday 12:00. Critical: Saturday 11:00.
    expect(vuthy.page.locator("main")).to_contain_text(
        installation.written(saturday + timedelta(hours=2 * 24 + 2), HERE)
    )
    expect(vuthy.see(critical).locator("main")).to_contain_text(
        installation.written(saturday + timedelta(hours=1), HERE)
    )
    looks_right(vuthy.page)

    dara = workspace(DARA, DESK)
    installation.go_to("Saturday", "10:30", HERE)
    assert "escalation" in [one["template"] for one in backstage.letters(desk=DESK, number=critical)]
    dara.open(critical)
    assert "handed up to tier 2" in dara.rail()
    installation.go_to("Saturday", "11:00", HERE)
    (broken,) = backstage.breaches(desk=DESK, number=critical)
    assert broken["metric"] == "first response"
    expect(dara.open(critical).locator(".rm-props")).to_contain_text("tier 2")
    installation.go_to("Saturday", "12:00", HERE)
    expect(dara.open(critical).locator(".rm-props")).to_contain_text("tier 3")
    looks_right(dara.page)
    expect(dara.queue().locator("tr", has_text="Payroll server down")).to_contain_text("late")
    looks_right(dara.page)
    installation.go_to("Monday", "11:59", HERE)
    assert backstage.breaches(desk=DESK, number=high) == []
    installation.go_to("Monday", "12:00", HERE)
    assert len(backstage.breaches(desk=DESK, number=high)) == 1


def test_it_lets_an_agent_raise_hand_up_and_a_lead_overrule_with_a_reason(
    installation: Any, backstage: Any, portal: Any, workspace: Any, looks_right: Any
) -> None:
    """ION-6: an agent may change the priority, and the due moment comes nearer. ION-4: handed up with a reason. ION-9: the
    hardware is refused; a lead overrules it with a reason that is kept.
    """
    with_contract(backstage, "Malin Tep", "malin@tep.example", "C-7104")
    tuesday = installation.go_to("Tuesday", "10:00", HERE)
    malin = portal("malin@tep.example", DESK)
    number = malin.ask(
        "A colleague opened a strange mail", **asked("security", "medium", "access", "It asked for her name")
    )
    story = malin.page.locator("main")
    expect(story).to_contain_text(installation.written(tuesday + timedelta(hours=24), HERE))
    installation.go_to("Tuesday", "11:00", HERE)
    vichea = workspace(VICHEA, DESK)
    vichea.open(number)
    vichea.do("Change the priority", "Change", priority="high", reason="")
    expect(vichea.page.get_by_role("alert")).to_be_visible()
    vichea.do("Change the priority", "Change", priority="high", reason="The attachment is a known loader.")
    expect(vichea.page.locator(".rm-props")).to_contain_text("High")
    # Four hours from the change at 11:00 come before Wednesday 10:00.
    expect(malin.see(number).locator("main")).to_contain_text(
        installation.written(tuesday + timedelta(hours=1 + 4), HERE)
    )
    vichea.open(number)
    vichea.do("Hand up a tier", "Hand over", tier="2", reason="It needs a forensic look.")
    expect(vichea.page.locator(".rm-props")).to_contain_text("tier 2")
    expect(vichea.page.locator("main")).to_contain_text("It needs a forensic look.")

    printer = malin.ask(
        "The label printer jams", **asked("technical", "medium", "hardware", "Every label jams")
    )
    assert malin.outcome() == "refuse"
    vichea.open(printer)
    vichea.do("Overrule", "Decide so", outcome="accept", reason="")
    expect(vichea.page.get_by_role("alert")).to_be_visible()
    vichea.do("Overrule", "Decide so", outcome="accept", reason="We sold them the printer with the service.")
    expect(vichea.page.locator(".rm-rail")).to_contain_text("We sold them the printer with the service.")
    looks_right(vichea.page)
    malin.see(printer)
    assert malin.outcome() == "accept"
    expect(story).to_contain_text("Decided by a person here")
    expect(story).to_contain_text("We sold them the printer with the service.")
    looks_right(malin.page)
    dara = workspace(DARA, DESK)
    expect(dara.open(printer).locator(".rm-rail")).not_to_contain_text("Overrule")
