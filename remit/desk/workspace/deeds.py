"""What an agent does to a ticket, by the name its form has: each reads its form and calls one action, and says what was
done. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext

from remit.desk.accounts.models import Agent
from remit.desk.asking.fields import wanted_tick
from remit.desk.foundation.errors import InvalidInput
from remit.desk.foundation.text import is_blank
from remit.desk.policies import store
from remit.desk.tickets import actions
from remit.desk.tickets.models import Ticket
from remit.desk.workspace.visit import Visit
from remit.policy.vocabulary.facts import Kind

Deed = Callable[[Ticket, QueryDict, Visit], str]


def say(ticket: Ticket, form: QueryDict, visit: Visit) -> str:
    """Send what stands in the composer: as a reply, a question, a last reply, or a note."""
    body, actor, now = form.get("body", ""), visit.agent.actor, visit.now
    mode = form.get("do") or form.get("as", "reply")
    steps = form.get("steps", "").splitlines()
    if not all(map(is_blank, steps)) and (mode != "ask" or form.get("as") == "note"):
        raise InvalidInput(
            "Steps go with a question.",
            fields={"steps": gettext("Steps to try go with a question: choose Ask and wait, or clear them.")},
        )
    if form.get("as") == "note" or mode == "note":
        actions.note_internally(ticket, body, actor=actor, now=now)
        return gettext("Noted for the team.")
    if mode == "ask":
        reason = form.get("reason") or "waiting for the customer"
        actions.ask_requester(ticket, body, actor=actor, now=now, reason=reason, steps=steps)
        return gettext("Asked. It waits for the customer now.")
    if mode == "solve":
        with transaction.atomic():  # the last reply and the solving are one thing: both or neither
            actions.reply_publicly(ticket, body, actor=actor, now=now)
            actions.solve_ticket(ticket, form.get("solved_as") or "answered", actor=actor, now=now)
        return gettext("Sent, and solved.")
    actions.reply_publicly(ticket, body, actor=actor, now=now)
    return gettext("Sent.")


def tick(ticket: Ticket, form: QueryDict, visit: Visit) -> str:
    """Tick a step for the customer, who told it otherwise than in the portal, or take the tick off (ION-8)."""
    position, is_done = wanted_tick(form)
    actions.tick_step(ticket, position, is_done, actor=visit.agent.actor, now=visit.now)
    return gettext("Ticked for the customer.") if is_done else gettext("The tick is taken off.")


def assign(ticket: Ticket, form: QueryDict, visit: Visit) -> str:
    """Give it to an agent, to oneself, or to nobody."""
    wanted = form.get("agent", "")
    agent: Agent | None = None
    if wanted == "me":
        agent = visit.agent
    elif wanted:
        may_be_one = wanted.isdecimal() and len(wanted) < 19
        agent = Agent.objects.filter(desk=visit.desk, pk=wanted).first() if may_be_one else None
        if agent is None:
            raise InvalidInput(
                "This can't be assigned so.", fields={"agent": gettext("Choose an agent of this desk.")}
            )
    actions.assign_ticket(ticket, agent, actor=visit.agent.actor, now=visit.now)
    return gettext("It is with %s now.") % agent.name if agent else gettext("It is with nobody now.")


def priority(ticket: Ticket, form: QueryDict, visit: Visit) -> str:
    """Change the priority, with a reason; the clocks follow."""
    actions.change_priority(
        ticket,
        form.get("priority", ""),
        form.get("reason", ""),
        actor=visit.agent.actor,
        now=visit.now,
        is_misjudged=form.get("misjudged") == "yes",
    )
    return gettext("The priority is changed, and the clocks with it.")


def tier(ticket: Ticket, form: QueryDict, visit: Visit) -> str:
    """Hand it up or down a tier, with a reason."""
    wanted = form.get("tier", "")
    number = int(wanted) if wanted.isdecimal() and len(wanted) < 3 else 0
    actions.hand_up(ticket, number, form.get("reason", ""), actor=visit.agent.actor, now=visit.now)
    return gettext("Handed to tier %s.") % number


def hold(ticket: Ticket, form: QueryDict, visit: Visit) -> str:
    """Put it on hold, with a reason."""
    actions.hold_ticket(ticket, form.get("reason", ""), actor=visit.agent.actor, now=visit.now)
    return gettext("On hold.")


def unhold(ticket: Ticket, form: QueryDict, visit: Visit) -> str:
    """Take it off hold."""
    actions.unhold_ticket(ticket, actor=visit.agent.actor, now=visit.now)
    return gettext("Off hold.")


def solve(ticket: Ticket, form: QueryDict, visit: Visit) -> str:
    """Mark it as solved, without a message."""
    actions.solve_ticket(ticket, form.get("solved_as") or "answered", actor=visit.agent.actor, now=visit.now)
    return gettext("Solved.")


def close(ticket: Ticket, form: QueryDict, visit: Visit) -> str:
    """Close it for one of the policy's reasons."""
    actions.close_ticket(ticket, form.get("reason", ""), actor=visit.agent.actor, now=visit.now)
    return gettext("Closed.")


def reopen(ticket: Ticket, form: QueryDict, visit: Visit) -> str:
    """Take it up again."""
    again = actions.reopen_ticket(ticket, actor=visit.agent.actor, now=visit.now)
    if again.pk != ticket.pk:
        return gettext("It was closed too long ago; %s follows it.") % again.shown_number
    return gettext("Taken up again.")


def override(ticket: Ticket, form: QueryDict, visit: Visit) -> str:
    """Decide otherwise than the policy, with a reason."""
    actions.override_decision(
        ticket, form.get("outcome", ""), form.get("reason", ""), actor=visit.agent.actor, now=visit.now
    )
    return gettext("Decided. The policy’s own decision stays on record beside yours.")


def settle(ticket: Ticket, form: QueryDict, visit: Visit) -> str:
    """Decide what a customer contests, with a reason."""
    actions.settle_contest(
        ticket, form.get("outcome", ""), form.get("reason", ""), actor=visit.agent.actor, now=visit.now
    )
    return gettext("Decided, and the customer is told.")


def finding(ticket: Ticket, form: QueryDict, visit: Visit) -> str:
    """Record what was found out, with the evidence; it is decided again as of receipt."""
    fact = form.get("fact", "")
    actions.record_finding(
        ticket,
        fact,
        _value(ticket, fact, form),
        form.get("reason", ""),
        actor=visit.agent.actor,
        now=visit.now,
    )
    return gettext("Recorded, and decided again as of receipt.")


def correct(ticket: Ticket, form: QueryDict, visit: Visit) -> str:
    """Put a fact right, with a reason; it is decided again as of receipt."""
    fact = form.get("fact", "")
    actions.correct_fact(
        ticket,
        fact,
        _value(ticket, fact, form),
        form.get("reason", ""),
        actor=visit.agent.actor,
        now=visit.now,
    )
    return gettext("Put right, and decided again as of receipt.")


def _value(ticket: Ticket, fact: str, form: QueryDict) -> str | list[str]:
    declaration = store.policy_of(ticket).declarations.get(fact)
    if declaration is not None and declaration.kind is Kind.SOME_OF:
        return [one.strip() for part in form.getlist("value") for one in part.split(",") if one.strip()]
    return form.get("value", "").strip()


def start(ticket: Ticket, form: QueryDict, visit: Visit) -> str:
    """Begin the work; the policy's gates may say not yet."""
    actions.start_work(ticket, actor=visit.agent.actor, now=visit.now)
    return gettext("Work has begun.")


def diagnosis(ticket: Ticket, form: QueryDict, visit: Visit) -> str:
    """Note that the cause is found."""
    actions.record_diagnosis(ticket, actor=visit.agent.actor, now=visit.now)
    return gettext("The cause is on record.")


def estimate(ticket: Ticket, form: QueryDict, visit: Visit) -> str:
    """Tell the customer by when it should be solved."""
    try:
        on = date.fromisoformat(form.get("on", ""))
    except ValueError:
        raise InvalidInput("This can't be promised.", fields={"on": gettext("Choose a day.")}) from None
    actions.give_estimate(ticket, on, actor=visit.agent.actor, now=visit.now)
    return gettext("The customer is told.")


def merge(ticket: Ticket, form: QueryDict, visit: Visit) -> str:
    """Merge it into another ticket of the desk, with a reason."""
    text = form.get("into", "").strip().upper().removeprefix(f"{visit.desk.ticket_prefix}-")
    into: Ticket | None = None
    if text.isdecimal() and len(text) < 10:
        into = Ticket.objects.visible_to(visit.viewer).filter(number=int(text)).first()
    if into is None:
        raise InvalidInput(
            "These can't be merged.", fields={"into": gettext("We have no ticket with this number.")}
        )
    actions.merge_tickets(ticket, into, form.get("reason", ""), actor=visit.agent.actor, now=visit.now)
    return gettext("Merged into %s.") % into.shown_number


DEEDS: Mapping[str, Deed] = {
    deed.__name__: deed
    for deed in (
        say, tick, assign, priority, tier, hold, unhold, solve, close, reopen, override, settle, finding, correct,
        start, diagnosis, estimate, merge,
    )
}  # fmt: skip
