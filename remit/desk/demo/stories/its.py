"""iTS: ninety days of warranty on devices, parts and software work."""

from __future__ import annotations

from typing import Any

from remit.desk.demo.stage import Stage, Story
from remit.desk.tickets import actions

AGENT = "Hannah Vogel"
LEAD = "Samuel Reid"


def cast(stage: Stage) -> None:
    """Bring in the people and their devices: one fresh, one repaired, one whose ninety days are over."""
    stage.agent(AGENT, "hannah@its.example", "Workshop")
    stage.agent(LEAD, "samuel@its.example", "Workshop", is_lead=True, is_owner=True)
    household = stage.contact("Priya Nair", "Priya Nair", "priya@nair.example").customer
    office = stage.contact("Baker & Lowe", "Miles Lowe", "miles@bakerlowe.example").customer
    for customer, person, name, work in (
        (household, "Priya Nair", "ThinkPad T14, PF-3K9201", [(210, ""), (49, "screen")]),
        (household, "Priya Nair", "Front desk PC, DX-7710", [(10, "")]),
        (household, "Priya Nair", "LaserJet M404, VNB3-4471", [(95, "")]),
        (office, "Miles Lowe", "Server NAS-2, SN-20931", [(30, "")]),
    ):
        stage.holding(
            customer, "item", name, standings={person: "owner"},
            attributes={"work_by_us": True, "proof_recorded": True},
            bought=[_worked(stage, days, part) for days, part in work],
        )  # fmt: skip
    stage.holding(
        office, "item", "Scanner FI-7160, A0-5512", standings={"Miles Lowe": "owner"},
        attributes={"work_by_us": False, "proof_recorded": False},
    )  # fmt: skip


def _worked(stage: Stage, days: int, part: str) -> dict[str, Any]:
    return {
        "kind": "purchase" if not part else "repair", "at": stage.ago(days=days), "on": stage.date_ago(days),
        "part": part, "label": f"Repair of the {part}" if part else "Installation",
    }  # fmt: skip


def _item(stage: Stage, start: str) -> Any:
    return stage.desk.entitlements.get(name__startswith=start)


def _claim(stage: Stage, happened: str, days: int, **more: str) -> dict[str, str]:
    answers = {
        "request.kind": "claim",
        "happened": happened,
        "since": stage.date_ago(days).isoformat(),
        **more,
    }
    return {"shown": "It cannot be caught on a photo", **answers}


def flicker(stage: Stage) -> Story:
    """A claim under warranty: diagnosed, estimated, being repaired."""
    yield stage.workday(3, "09:12")
    ticket = stage.request(
        "Priya Nair", "ThinkPad screen flickers again", "It flickers when the lid moves.",
        holding=_item(stage, "ThinkPad"),
        answers=_claim(stage, "The screen flickers when the lid moves", 4, **{"item.part": "screen"}),
    )  # fmt: skip
    yield stage.workday(3, "12:32")
    stage.act(actions.assign_ticket, ticket, stage.agents[AGENT], by=AGENT)
    stage.reply(ticket, AGENT, "Please bring it in. It sounds like the cable we changed; the repair is free.")
    yield stage.workday(2, "10:00")
    stage.act(actions.record_finding, ticket, "cause", "technician", "The cable was seated badly.", by=AGENT)


def jam(stage: Stage) -> Story:
    """Days after the ninety: paid options (ITS-15)."""
    yield stage.workday(1, "11:00")
    stage.request(
        "Priya Nair", "LaserJet jams on every page", "The paper folds at the roller.", holding=_item(stage, "LaserJet"),
        answers=_claim(stage, "The paper folds at the roller", 1),
    )  # fmt: skip


def spill(stage: Stage) -> Story:
    """Liquid is excluded: refused after the diagnosis, with a paid repair (ITS-13)."""
    yield stage.workday(5, "14:00")
    ticket = stage.request(
        "Priya Nair", "Keys of the front desk PC stick", "Since the weekend.", holding=_item(stage, "Front desk"),
        answers=_claim(stage, "Several keys stick", 7),
    )  # fmt: skip
    yield stage.workday(4, "10:30")
    stage.reply(ticket, AGENT, "We have it on the bench and tell you today what we find.")
    yield stage.workday(4, "15:00")
    stage.act(actions.record_finding, ticket, "cause", "liquid", "Traces of coffee under the keys.", by=AGENT)


def not_ours(stage: Stage) -> Story:
    """No work of ours on it: refused (ITS-1)."""
    yield stage.workday(2, "16:20")
    stage.request(
        "Miles Lowe", "Scanner pulls two sheets", "Always two at once.", holding=_item(stage, "Scanner"),
        answers=_claim(stage, "It pulls two sheets at once", 2),
    )  # fmt: skip


def nas(stage: Stage) -> Story:
    """Answered within the day and solved."""
    yield stage.ago(hours=60)
    ticket = stage.request(
        "Miles Lowe", "NAS does not start after the power cut", "The light blinks amber.",
        holding=_item(stage, "Server"),
        answers=_claim(stage, "It does not start", 3),
    )  # fmt: skip
    yield stage.ago(hours=55)
    stage.act(actions.assign_ticket, ticket, stage.agents[LEAD], by=LEAD)
    stage.reply(
        ticket,
        LEAD,
        "One disk has failed; the data is whole. A new one comes tomorrow, free.",
    )
    yield stage.ago(hours=30)
    stage.act(actions.solve_ticket, ticket, "fixed", by=LEAD)


def details_missing(stage: Stage) -> Story:
    """Two details are missing (ITS-10)."""
    yield stage.ago(hours=5)
    stage.request(
        "Miles Lowe",
        "NAS is loud",
        "Very.",
        holding=_item(stage, "Server"),
        answers={"request.kind": "claim"},
    )


STORIES = (flicker, jam, spill, not_ours, nas, details_missing)
