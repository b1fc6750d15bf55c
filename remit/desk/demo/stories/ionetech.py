"""I One Tech: an IT service firm in Phnom Penh. Four priorities, tiers, weekend hours for critical requests."""

from __future__ import annotations

from remit.desk.demo.stage import Stage, Story
from remit.desk.tickets import actions

LEAD = "Vichea Lim"
FIRST = "Dara Sok"
SECOND = "Sreyneang Keo"


def cast(stage: Stage) -> None:
    """Bring in the people and the contracts."""
    stage.agent(FIRST, "dara@ionetech.example", "Front line")
    stage.agent(SECOND, "sreyneang@ionetech.example", "Specialists", 2)
    stage.agent("Kosal Heng", "kosal@ionetech.example", "Senior engineers", 3)
    stage.agent(LEAD, "vichea@ionetech.example", "Front line", is_lead=True, is_owner=True)
    companies = {}
    for company, person, email, contract in (
        ("Angkor Textiles", "Bopha Chan", "bopha@angkor-textiles.example", "C-1041"),
        ("Mekong Freight Co.", "Rithy Pen", "rithy@mekongfreight.example", "C-1057"),
        ("Riverside Hotel Group", "Malis Noun", "malis@riverside-hotels.example", "C-1063"),
        ("Khmer Craft Online", "Sophal Meas", "sophal@khmercraft.example", "C-1070"),
    ):
        customer = companies[company] = stage.contact(company, person, email).customer
        hardware = company == "Riverside Hotel Group"
        stage.holding(
            customer, "contract", contract, attributes={"hardware": hardware},
            bought=[{"kind": "purchase", "at": stage.ago(days=200), "term": "12 months", "label": "Service contract"}],
            standings={person: "owner"},
        )  # fmt: skip
    stage.agreement(companies["Mekong Freight Co."], "mekong-freight.md", starts_at=stage.ago(days=120))


def _asked(category: str, impact: str, topic: str, details: str) -> dict[str, str]:
    return {"category": category, "impact": impact, "topic": topic, "details": details}


def payroll_server(stage: Stage) -> Story:
    """Critical, nobody answered in time: late, and handed up by itself (ION-4)."""
    yield stage.workday(1, "10:04")
    dara = stage.agents[FIRST]
    ticket = stage.request(
        "Bopha Chan", "Payroll server unreachable since 09:40",
        "Nobody can open payroll. Salaries are due today. The server answers no ping.",
        channel="phone", actor=dara.actor,
        answers=_asked("infrastructure", "critical", "servers", "The payroll server answers no ping since 09:40"),
    )  # fmt: skip
    yield stage.workday(1, "12:40")
    stage.note(
        ticket,
        SECOND,
        "The host is up, its disk array is not. Spare controller ordered, arriving this afternoon.",
    )


def vpn(stage: Stage) -> Story:
    """High, answered in time, now waiting for the customer: the clock stands still (ION-8)."""
    yield stage.workday(2, "18:40")
    ticket = stage.request(
        "Rithy Pen", "VPN drops every few minutes for the whole Siem Reap office",
        "Since this afternoon the tunnel goes down every five to ten minutes and comes back by itself.",
        answers=_asked("technical", "high", "network", "The tunnel goes down every five to ten minutes"),
    )  # fmt: skip
    yield stage.workday(1, "09:20")
    stage.act(actions.assign_ticket, ticket, stage.agents[FIRST], by=FIRST)
    stage.reply(
        ticket, FIRST, "We see the drops in our log. They begin where your provider changed the route."
    )
    yield stage.workday(1, "09:50")
    stage.ask(
        ticket, FIRST, "Could you restart the modem once and tell us the time at which you did?",
        steps=[
            "Restart the modem, and note the time",
            "Connect one computer by cable and open the VPN",
            "Send us the time of the next drop",
        ],
    )  # fmt: skip
    actions.tick_step(ticket, 1, True, actor=ticket.requester.actor, now=stage.now)


def waybills(stage: Stage) -> Story:
    """Software of others is excluded (ION-9); the agreement with this customer includes it, and is quicker."""
    yield stage.workday(1, "11:15")
    ticket = stage.request(
        "Rithy Pen", "Waybills come out without the customs code",
        "Since yesterday Cargo Ledger leaves the field empty. Two trucks wait at Poipet.",
        answers=_asked("technical", "high", "third_party", "The customs code stays empty on every waybill"),
    )  # fmt: skip
    yield stage.workday(1, "12:05")
    stage.act(actions.assign_ticket, ticket, stage.agents[SECOND], by=SECOND)
    stage.reply(
        ticket, SECOND, "We see it. Its maker has a fix; we install it at your depots this afternoon."
    )


def mailbox(stage: Stage) -> Story:
    """Medium, from a message to a solution, and thanks."""
    yield stage.workday(4, "09:15")
    ticket = stage.request(
        "Sophal Meas", "New starter needs a mailbox by Monday", "Kanha Sun joins our shop team on Monday.",
        answers=_asked("technical", "medium", "mail", "A mailbox for Kanha Sun"),
    )  # fmt: skip
    yield stage.workday(4, "11:02")
    stage.act(actions.assign_ticket, ticket, stage.agents[SECOND], by=SECOND)
    stage.reply(ticket, SECOND, "The mailbox is made. The sign-in comes to you by text message in a minute.")
    stage.act(actions.solve_ticket, ticket, "fixed", by=SECOND)
    yield stage.workday(4, "14:30")
    stage.write(ticket, "Sophal Meas", "Thank you, it works.")
    yield stage.workday(3, "09:05")
    stage.act(actions.solve_ticket, ticket, "fixed", by=SECOND)


def phishing(stage: Stage) -> Story:
    """Security, raised by the agent: the earlier of two moments counts (design §5)."""
    yield stage.workday(1, "15:20")
    ticket = stage.request(
        "Malis Noun", "Phishing mail opened on the reception computer",
        "A guest form was opened from a mail. A window flashed and closed.",
        answers=_asked("security", "medium", "access", "Somebody opened an attachment at the reception"),
    )  # fmt: skip
    yield stage.workday(1, "15:50")
    stage.act(actions.change_priority, ticket, "high", "The attachment is a known loader.", by=LEAD)
    stage.act(actions.assign_ticket, ticket, stage.agents[LEAD], by=LEAD)
    stage.reply(ticket, LEAD, "Please unplug that computer from the network now. We are on our way.")
    yield stage.workday(1, "16:10")
    stage.act(actions.hand_up, ticket, 2, "The loader needs a forensic look.", by=LEAD)


def label_printer(stage: Stage) -> Story:
    """Hardware is excluded, unless the contract names it (ION-9): refused here, accepted at the hotel group."""
    yield stage.workday(3, "10:30")
    stage.request(
        "Sophal Meas", "Label printer prints blank labels", "We changed the roll twice.",
        answers=_asked("technical", "medium", "hardware", "Every label comes out blank"),
    )  # fmt: skip
    yield stage.workday(0, "08:10")
    stage.request(
        "Malis Noun", "Key card encoder does not start", "The green light stays off.",
        answers=_asked("technical", "high", "hardware", "The encoder at the front desk stays off"),
    )  # fmt: skip


def invoice(stage: Stage) -> Story:
    """Low, in its turn."""
    yield stage.workday(1, "16:45")
    stage.request(
        "Rithy Pen", "Invoice 5518 shows last year's address", "Please send it again with the new one.",
        answers=_asked("billing", "low", "account", "Invoice 5518 has our old address"),
    )  # fmt: skip


def quiet_share(stage: Stage) -> Story:
    """Asked, and never answered."""
    yield stage.workday(9, "10:00")
    ticket = stage.request(
        "Bopha Chan", "Shared drive is slow after the patch", "Opening a folder takes ten seconds.",
        answers=_asked("technical", "medium", "mail", "Opening a folder takes ten seconds"),
    )  # fmt: skip
    yield stage.workday(9, "13:30")
    stage.ask(ticket, FIRST, "Is it slow for everyone, or in one office?")


def incomplete(stage: Stage) -> Story:
    """Two details are missing: we ask for just those (ION-8)."""
    yield stage.ago(hours=3)
    stage.request("Bopha Chan", "Something is wrong with the mail", "Please help.", answers={"topic": "mail"})


STORIES = (payroll_server, vpn, waybills, mailbox, phishing, label_printer, invoice, quiet_share, incomplete)
