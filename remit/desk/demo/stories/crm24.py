"""CRM24: a hosted CRM from Tehran. Ten free days, three channels, Saturday to Thursday noon."""

from __future__ import annotations

from remit.desk.demo.stage import Stage, Story
from remit.desk.tickets import actions

AGENT = "Neda Karimi"
LEAD = "Arash Moradi"


def cast(stage: Stage) -> None:
    """Bring in the people: one in the free days, one paying, one whose free days are over."""
    stage.agent(AGENT, "neda@crm24.example", "Support")
    stage.agent(LEAD, "arash@crm24.example", "Support", is_lead=True, is_owner=True)
    for company, person, email, language, account, days, paid in (
        ("Sahand Trading", "Leila Hosseini", "leila@sahand-trading.example", "fa", "S-8120", 120, 110),
        ("Pars Logistics", "Omid Rahimi", "omid@parslogistics.example", "fa", "S-9034", 6, None),
        ("Green Valley Foods", "Sara Novak", "sara@greenvalley.example", "en", "S-8871", 40, None),
    ):
        customer = stage.contact(company, person, email, language).customer
        bought: list[dict[str, object]] = [
            {"kind": "trial", "at": stage.ago(days=days), "on": stage.date_ago(days), "label": "Registration"}
        ]
        if paid:
            bought.append(
                {"kind": "renewal", "at": stage.ago(days=paid), "term": "12 months", "label": "Subscription"}
            )
        stage.holding(
            customer, "subscription", account, bought=bought, standings={person: "owner"},
            attributes={"trainings_held": 0},
        )  # fmt: skip


def _support(details: str) -> dict[str, str]:
    return {"request.kind": "support", "details": details}


def import_stops(stage: Stage) -> Story:
    """By e-mail, answered in its turn and solved."""
    yield stage.workday(3, "10:05")
    ticket = stage.request(
        "Leila Hosseini", "The import stops at line 200", "The file has 340 lines. No message is shown.",
        channel="email", answers=_support("The import stops at line 200"),
    )  # fmt: skip
    yield stage.workday(3, "11:40")
    stage.act(actions.assign_ticket, ticket, stage.agents[AGENT], by=AGENT)
    stage.reply(ticket, AGENT, "Line 201 holds a comma in a phone number. Put it in quotes and import again.")
    yield stage.workday(3, "12:15")
    stage.act(actions.solve_ticket, ticket, "answered", by=AGENT)


def trial_question(stage: Stage) -> Story:
    """In the free days, everything is as for a paying customer."""
    yield stage.workday(1, "09:30")
    stage.request(
        "Omid Rahimi",
        "How many users are in the free days?",
        "We are eleven.",
        answers=_support("The number of users"),
    )


def over(stage: Stage) -> Story:
    """The free days are over and nothing was bought."""
    yield stage.workday(2, "09:50")
    stage.request(
        "Sara Novak",
        "We cannot open our contacts",
        "It asks for a subscription.",
        answers=_support("Contacts do not open"),
    )


def refund(stage: Stage) -> Story:
    """Paid after the free days: not refunded (C24-3)."""
    yield stage.workday(5, "13:20")
    stage.request(
        "Leila Hosseini", "Refund of the last payment", "We use another program now.",
        answers={"request.kind": "refund", "payment_reference": "P-7704"},
    )  # fmt: skip


def by_phone(stage: Stage) -> Story:
    """Logged from a call, waiting for the caller."""
    yield stage.workday(1, "10:15")
    ticket = stage.request(
        "Leila Hosseini", "Reports show last month's figures", "Called, said since yesterday.",
        channel="phone", actor=stage.agents[AGENT].actor, answers=_support("Reports show last month's figures"),
    )  # fmt: skip
    yield stage.workday(1, "10:40")
    stage.ask(ticket, AGENT, "Which report is it, and which filter is set at its top?")


def after_hours(stage: Stage) -> Story:
    """Written at night: counted from the next opening (C24-6)."""
    yield stage.workday(1, "22:30")
    stage.request(
        "Omid Rahimi",
        "Reminders come twice",
        "Each reminder arrives two times.",
        answers=_support("Reminders come twice"),
    )


def training(stage: Stage) -> Story:
    """The one training session of every customer (C24-9)."""
    yield stage.workday(4, "11:00")
    stage.request(
        "Omid Rahimi",
        "Our training session",
        "Sunday morning would suit us.",
        answers={"request.kind": "training"},
    )


STORIES = (import_stops, trial_question, over, refund, by_phone, after_hours, training)
