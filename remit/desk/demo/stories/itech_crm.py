"""iTech CRM: paid plans, tickets only. Three hours for urgent requests, day and night."""

from __future__ import annotations

from remit.desk.demo.stage import Stage, Story
from remit.desk.tickets import actions

AGENT = "Nora Lindqvist"
LEAD = "Marco Bianchi"


def cast(stage: Stage) -> None:
    """Bring in the people and the plans."""
    stage.agent(AGENT, "nora@itech-crm.example", "Support")
    stage.agent(LEAD, "marco@itech-crm.example", "Support", is_lead=True, is_owner=True)
    for company, person, email, plan_name, plan, days in (
        ("Harbor Dental", "Julia Ferreira", "julia@harbordental.example", "P-2201", "business", 150),
        ("Northwind Studio", "Tom Okafor", "tom@northwindstudio.example", "P-2188", "essential", 60),
        ("Casa Verde", "Lucía Romero", "lucia@casaverde.example", "P-1990", "essential", 420),
    ):
        customer = stage.contact(company, person, email).customer
        inclusions = {"business": ["training"], "essential": []}[plan]
        stage.holding(
            customer, "plan", plan_name, plan=plan, attributes={"inclusions": inclusions},
            bought=[{"kind": "purchase", "at": stage.ago(days=days), "term": "12 months", "label": plan.title()}],
            standings={person: "owner"},
        )  # fmt: skip


def _support(topic: str, impact: str, product: str = "crm") -> dict[str, str]:
    return {"request.kind": "support", "topic": topic, "impact": impact, "product": product}


def login_loop(stage: Stage) -> Story:
    """Urgent: three hours, and answered in one."""
    yield stage.ago(hours=30)
    ticket = stage.request(
        "Julia Ferreira", "Nobody can sign in since the update", "The sign-in page comes back again and again.",
        answers=_support("system", "urgent"),
    )  # fmt: skip
    yield stage.ago(hours=29)
    stage.act(actions.assign_ticket, ticket, stage.agents[AGENT], by=AGENT)
    stage.reply(ticket, AGENT, "The update reset the session store. We have set it back; please try now.")
    yield stage.ago(hours=28, minutes=30)
    stage.write(ticket, "Julia Ferreira", "Everybody is in again. Thank you!")
    yield stage.ago(hours=28)
    stage.act(actions.solve_ticket, ticket, "fixed", by=AGENT)


def slow_lists(stage: Stage) -> Story:
    """Medium, in time."""
    yield stage.workday(1, "14:00")
    stage.request(
        "Tom Okafor", "Contact lists take a minute to open", "Since we imported the fair's contacts.",
        answers=_support("stability", "medium"),
    )  # fmt: skip


def gateway(stage: Stage) -> Story:
    """High, not answered within a day: late."""
    yield stage.ago(hours=27)
    stage.request(
        "Julia Ferreira", "Text messages to patients are not delivered", "The gateway says accepted, nobody gets one.",
        answers=_support("messaging", "high"),
    )  # fmt: skip


def no_plan(stage: Stage) -> Story:
    """The plan ended: refused, with the plans on sale (ITC-2)."""
    yield stage.workday(2, "10:10")
    stage.request(
        "Lucía Romero", "Invoices print without our logo", "Since this week.", answers=_support("bug", "low")
    )


def training(stage: Stage) -> Story:
    """Training is out, unless the plan names it (ITC-5): accepted for one, refused for the other."""
    yield stage.workday(3, "09:40")
    stage.request(
        "Julia Ferreira",
        "Training for two new receptionists",
        "One hour would do.",
        answers=_support("training", "low"),
    )
    yield stage.workday(3, "10:40")
    stage.request(
        "Tom Okafor",
        "Could somebody show us the reports?",
        "We are new to it.",
        answers=_support("training", "low"),
    )


def feature(stage: Stage) -> Story:
    """Something new is sold separately (ITC-6)."""
    yield stage.workday(4, "15:30")
    stage.request(
        "Tom Okafor",
        "A calendar view of projects",
        "By week and by person.",
        answers=_support("feature", "low"),
    )


def silence(stage: Stage) -> Story:
    """Asked, warned, closed after 48 hours of silence (ITC-17)."""
    yield stage.ago(days=6, hours=4)
    ticket = stage.request(
        "Tom Okafor",
        "A plugin lost its settings",
        "Twice this month.",
        answers=_support("bug", "medium", "official_plugin"),
    )
    yield stage.ago(days=6)
    stage.ask(ticket, AGENT, "Which plugin is it, and does it happen after an update or by itself?")


def waiting(stage: Stage) -> Story:
    """Asked yesterday; the 48 hours are running."""
    yield stage.ago(hours=40)
    ticket = stage.request(
        "Julia Ferreira",
        "Appointments jump by an hour",
        "Only those from the web form.",
        answers=_support("bug", "medium"),
    )
    yield stage.ago(hours=37)
    stage.ask(ticket, AGENT, "Which time zone is chosen in the web form's settings?")


def emergency(stage: Stage) -> Story:
    """An emergency is a lead's decision (ITC-19)."""
    yield stage.ago(hours=2)
    stage.request(
        "Julia Ferreira", "The whole CRM is down", "White page everywhere, since ten minutes.",
        answers={"request.kind": "emergency", "product": "crm", "impact": "urgent"},
    )  # fmt: skip


STORIES = (login_loop, slow_lists, gateway, no_plan, training, feature, silence, waiting, emergency)
