"""iEXExchanger: licensed exchange software; licences with phases, and an agreement of 30 sections."""

from __future__ import annotations

from remit.desk.demo.stage import Stage, Story
from remit.desk.entitlements.actions import set_standing
from remit.desk.foundation.actors import SYSTEM, Actor
from remit.desk.tickets import actions

AGENT = "Ilya Markov"
LEAD = "Dana Petrova"
FOUND = (
    "error.in_standard", "error.code_unchanged", "error.files_unchanged", "error.database_untouched",
    "error.server_fits", "error.no_third_party", "error.nothing_outside", "error.on_clean_installation",
)  # fmt: skip


def cast(stage: Stage) -> None:
    """Bring in the people and the licences: one in each phase."""
    stage.agent(AGENT, "ilya@iexexchanger.example", "Support")
    stage.agent(LEAD, "dana@iexexchanger.example", "Support", is_lead=True, is_owner=True)
    for company, person, email, licence, plan, days in (
        ("Kantor Łódź", "Agnieszka Wolska", "agnieszka@kantor-lodz.example", "L-311", "pro", 342),
        ("Kassa Sever", "Pavel Orlov", "pavel@kassa-sever.example", "L-204", "pro", 475),
        ("Obmin Plus", "Oksana Hrytsenko", "oksana@obmin-plus.example", "L-266", "pro_plus", 395),
        ("Alpine Change", "Reto Keller", "reto@alpinechange.example", "L-118", "pro", 800),
        ("Dunav Swap", "Mirela Ionescu", "mirela@dunavswap.example", "L-071", "pro", 640),
    ):
        customer = stage.contact(company, person, email).customer
        bought = [{"kind": "purchase", "at": stage.ago(days=days), "label": "Licence"}]
        if licence == "L-118":
            bought.append(
                {"kind": "renewal", "at": stage.ago(days=120), "term": "12 months", "label": "Renewal"}
            )
        stage.holding(
            customer, "licence", licence, plan=plan, bought=bought, standings={person: "owner"},
            attributes={
                "domains": 2 if plan == "pro_plus" else 1, "channels": 1, "installations": 1, "versions_behind": 0,
            },
        )  # fmt: skip
    stage.contact("Freelance", "Timur Aliev", "timur@code-for-hire.example")
    licence = stage.desk.entitlements.get(name="L-311")

    set_standing(licence, stage.contacts["Timur Aliev"], "contractor", actor=SYSTEM, now=stage.now)


def _about(topic: str, domain: str, details: str, plan: str = "pro", **more: str) -> dict[str, str]:
    return {"topic": topic, "domain": domain, "plan": plan, "version": "3.8.2", "details": details, **more}


def commissions(stage: Stage) -> Story:
    """Accepted, answered, asked for access, answered again: the ticket of the pictures."""
    yield stage.workday(2, "17:20")
    ticket = stage.request(
        "Agnieszka Wolska", "BTC to SEPA shows yesterday's rate after the commission changed",
        "This morning I lowered the commission on BTC to SEPA from 1.2 % to 0.9 %. The panel shows 0.9, but the site "
        "still calculates with yesterday's rate. Other directions are fine.",
        answers=_about("commissions", "kantor-lodz.example", "The site calculates with yesterday's rate"),
    )  # fmt: skip
    yield stage.workday(2, "18:33")
    stage.act(actions.assign_ticket, ticket, stage.agents[AGENT], by=AGENT)
    stage.reply(
        ticket,
        AGENT,
        "Thank you, that makes it clear: the direction kept its cached rate. I try the same on our clean stand.",
    )
    yield stage.workday(1, "11:05")
    stage.ask(ticket, AGENT, "To compare, does it also happen with whole percents, say from 1 to 2?")
    yield stage.workday(1, "15:20")
    stage.write(
        ticket, "Agnieszka Wolska", "With whole percents it is correct. Only below one percent it stays."
    )
    yield stage.workday(1, "15:48")
    stage.note(
        ticket,
        AGENT,
        "Reproduced on the clean 3.8.2 stand: the rate cache ignores changes below one percent.",
    )


def expired(stage: Stage) -> Story:
    """Support has ended: refused, with what would change it (IEX-10)."""
    yield stage.workday(1, "18:40")
    stage.request(
        "Pavel Orlov", "Why is the commission on BTC to USDT counted twice?", "Since the weekend, in every order.",
        answers=_about("commissions", "kassa-sever.example", "The commission on BTC to USDT is counted twice"),
    )  # fmt: skip


def suspected_error(stage: Stage) -> Story:
    """Without cover, but perhaps an error of the product: a person looks, and finds all eight true (IEX-14)."""
    yield stage.workday(6, "12:00")
    ticket = stage.request(
        "Pavel Orlov", "Reserve turns negative after a cancelled order",
        "Cancel an order while its payment is being checked, and the reserve drops twice.",
        answers={
            **_about("error", "kassa-sever.example", "The reserve drops twice when an order is cancelled"),
            "panel.section": "orders", "steps_before": "Cancelled order 88120 during its check",
            "reproduction": "Cancel any order while its payment is checked", "changes": "nothing",
        },
    )  # fmt: skip
    yield stage.workday(5, "11:30")
    for fact in FOUND:
        stage.act(actions.record_finding, ticket, fact, True, "Seen on the clean stand, 3.8.2.", by=LEAD)
    yield stage.workday(5, "12:10")
    stage.reply(
        ticket,
        LEAD,
        "You are right, it is an error of ours. The fix goes into 3.8.3 and reaches you free of charge.",
    )


def hosting(stage: Stage) -> Story:
    """What is not listed is out: refused, then contested."""
    yield stage.workday(3, "10:20")
    ticket = stage.request(
        "Reto Keller", "Please set up the mail queue on our server", "Mails leave an hour late.",
        answers={"topic": "queues"},
    )  # fmt: skip
    yield stage.workday(3, "10:45")

    contact = stage.contacts["Reto Keller"]
    actions.contest_decision(
        ticket, "The mails are the panel's own notifications. Please look again.",
        actor=Actor("contact", contact.pk, contact.name), now=stage.now,
    )  # fmt: skip


def feature(stage: Stage) -> Story:
    """A new feature is paid work: quoted."""
    yield stage.workday(2, "13:00")
    stage.request(
        "Reto Keller", "A second approval for orders over 10,000", "Two of us should confirm large orders.",
        answers={"topic": "features"},
    )  # fmt: skip


def transition(stage: Stage) -> Story:
    """In transition: basic advice, usually within 2 to 10 business days."""
    yield stage.workday(3, "16:10")
    stage.request(
        "Oksana Hrytsenko", "How do I hide a direction at night?", "From 22:00 to 8:00 we do not pay out.",
        answers=_about("currencies", "obmin-plus.example", "Hide one direction from 22:00 to 8:00", "pro_plus"),
    )  # fmt: skip


def vague(stage: Stage) -> Story:
    """Too little to begin with: asked, answered the same day, then accepted. The clock starts when it is complete."""
    yield stage.workday(4, "11:00")
    ticket = stage.request("Reto Keller", "Notifications", "Not working.", answers={"topic": "notifications"})
    yield stage.workday(4, "12:30")
    stage.write(
        ticket, "Reto Keller", "Sorry, here is more.",
        _about("notifications", "alpinechange.example", "Operators get no mail about new orders since Monday"),
    )  # fmt: skip
    yield stage.workday(3, "11:10")
    stage.reply(
        ticket,
        AGENT,
        "Open Settings, Notifications, and tick New order for each operator. The update cleared it.",
    )
    stage.act(actions.solve_ticket, ticket, "answered", by=AGENT)


def contractor(stage: Stage) -> Story:
    """Somebody's programmer: not served, paid or not (IEX-22)."""
    yield stage.workday(1, "12:15")
    stage.request(
        "Timur Aliev", "Where is the hook for the rate source?", "I program for Kantor Łódź.",
        holding=stage.desk.entitlements.get(name="L-311"),
        answers=_about("settings", "kantor-lodz.example", "Which file reads the rate source"),
    )  # fmt: skip


STORIES = (commissions, expired, suspected_error, hosting, feature, transition, vague, contractor)
