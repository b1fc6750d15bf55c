"""What people decide, find out and put right: overrides, contests, findings, corrections."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from remit.desk.accounts.models import Agent
from remit.desk.foundation.actors import Actor
from remit.desk.foundation.errors import Conflict, InvalidInput, Refused
from remit.desk.policies.models import Decision
from remit.desk.tickets.actions.merge import refuse_merged
from remit.desk.tickets.actions.steer import clean_reason, reason_row, take_off_hold
from remit.desk.tickets.again import (
    NOT_OWED,
    apply_outcome,
    decide_again,
    go_on,
    has_contested,
    known_of,
    latest_decision,
    old_and_new,
    read_finding,
    refuse_without_result,
    texts_of,
)
from remit.desk.tickets.inbound import clean_answers, clean_body
from remit.desk.tickets.models import Ticket
from remit.desk.tickets.work import Work, change, refuse_closed
from remit.policy.document.policy import ENGINE_VERSION
from remit.policy.vocabulary.facts import Supplier
from remit.policy.vocabulary.outcomes import Outcome

RECEIPT = "received_at"
"""No fact that anybody puts right: the version, the agreement and every clock of the ticket hang on it."""

CONTEST_OUTCOME = "contest outcome"
"""The kind of decision that settles a contest."""


def override_decision(ticket: Ticket, outcome: str, reason: str, *, actor: Actor, now: datetime) -> Decision:
    """Decide otherwise than the policy did, with a reason that is kept. For leads and owners. Raises `Refused` where
    the policy names the only results that a review can have, and none was recorded yet (ITC-11).

    The override is a further record; the decision it supersedes stays. What was refused is owed from now.
    """
    return _by_person(ticket, outcome, reason, "override", actor, now)


def settle_contest(ticket: Ticket, outcome: str, reason: str, *, actor: Actor, now: datetime) -> Decision:
    """Decide a contested decision: the same outcome upholds it, another replaces it."""
    return _by_person(ticket, outcome, reason, CONTEST_OUTCOME, actor, now)


def _by_person(ticket: Ticket, outcome: str, reason: str, kind: str, actor: Actor, now: datetime) -> Decision:
    words = clean_reason(reason)
    chosen = _outcome(outcome)
    _may_decide(ticket, actor)
    if chosen is Outcome.ASK and ticket.outcome != "ask":
        raise InvalidInput(
            "This can't be decided.",
            fields={"outcome": "An outcome asks the customer nothing by itself."},
            next="Write your question in a reply and choose to ask and wait.",
        )
    with change(ticket, actor=actor, now=now, closed_too=True) as work:
        if kind == CONTEST_OUTCOME and not work.ticket.is_contested:
            raise Conflict("Nobody contests this decision.")
        # What is contested is decided, also where it closed for silence meanwhile.
        if not work.ticket.is_contested:
            refuse_closed(work)
        refuse_without_result(work)
        decision = _entry(work, chosen, kind, words)
        work.ticket.is_contested = False
        apply_outcome(work, decision, as_of_receipt=False, at=work.now)
    return decision


def _outcome(outcome: str) -> Outcome:
    try:
        return Outcome(outcome)
    except ValueError:
        choices = ", ".join(str(one) for one in Outcome)
        raise InvalidInput(
            "This can't be decided.", fields={"outcome": f"Choose one of {choices}."}
        ) from None


def _may_decide(ticket: Ticket, actor: Actor) -> None:
    """Only a lead or owner of the ticket's desk decides against the policy."""
    agent = Agent.objects.filter(pk=actor.id or 0, desk_id=ticket.desk_id, is_active=True).first()
    if actor.kind != "agent" or agent is None or not agent.can_override:
        raise Refused("Only a lead of this desk can decide this.", next="Ask a lead to look at it.")


def _entry(work: Work, outcome: Outcome, kind: str, words: str) -> Decision:
    before = latest_decision(work)
    decision = Decision(
        desk_id=work.ticket.desk_id,
        ticket=work.ticket,
        version_id=work.ticket.version_id,
        agreement_id=work.ticket.agreement_id,
        kind=kind,
        outcome=str(outcome),
        deciding=before.deciding if before else [],
        contributing=before.contributing if before else [],
        facts=before.facts if before else {},
        as_of=work.now,
        decided_at=work.now,
        engine_version=ENGINE_VERSION,
        author_agent_id=work.actor.id,
        reason_ref=reason_row(work, words),
        supersedes=before,
    )
    decision.save(force_insert=True)
    return decision


def contest_decision(ticket: Ticket, text: str, *, actor: Actor, now: datetime) -> Ticket:
    """The requester disagrees: a person looks at it, and an answer is owed from now on. Like any message
    of theirs it ends the waiting for them (design §5).

    Once for each decision of a person: after that was upheld it can be contested again. Where the desk itself put
    it before people, because of what came in since, the requester may still say why. A refusal can be contested
    also where it was closed since; what was taken up and closed is reopened instead.
    """
    words = clean_body(text, "text")
    with change(ticket, actor=actor, now=now, closed_too=True) as work:
        refuse_merged(work.ticket)
        if Outcome(work.ticket.outcome) not in NOT_OWED:
            refuse_closed(work)
        if work.ticket.is_contested and has_contested(work.happened):
            raise Conflict(
                gettext("This decision is contested already; a person will look at it."),
                next=gettext("Write on the request what else they should know."),
            )
        take_off_hold(work)
        go_on(work)
        message = work.say(
            "reply", words, channel="portal" if actor.kind == "contact" else work.ticket.channel
        )
        work.note("decision contested", {"message": message.pk, "outcome": work.ticket.outcome})
        work.ticket.is_contested = True
        if work.ticket.is_solved:
            work.ticket.status, work.ticket.solved_at, work.ticket.solved_as = "open", None, ""
            work.ticket.closed_at, work.ticket.close_reason = None, ""
        work.tell_agents("contested", f"contested-{message.pk}", message=message.pk)
    return ticket


def record_finding(
    ticket: Ticket, fact: str, value: Any, reason: str, *, actor: Actor, now: datetime
) -> Decision:
    """Record what the company found out (an error reproduced, a cause), and decide again as of receipt (IEX-14)."""
    return _state(ticket, fact, value, reason, actor, now, (Supplier.DESK,), "finding recorded")


def correct_fact(
    ticket: Ticket, fact: str, value: Any, reason: str, *, actor: Actor, now: datetime
) -> Decision:
    """Put a fact right, whoever had supplied it, and decide again as of receipt (IEX-2). Raises `InvalidInput` where
    this fact isn't put right by them; the moment of receipt by nobody.

    Contacts, and programs without an agent, put right only what the requester had said.
    """
    suppliers = (Supplier.REQUESTER,) if actor.kind in ("contact", "api") else tuple(Supplier)
    return _state(ticket, fact, value, reason, actor, now, suppliers, "fact corrected")


def _state(
    ticket: Ticket,
    fact: str,
    value: Any,
    reason: str,
    actor: Actor,
    now: datetime,
    suppliers: tuple[Supplier, ...],
    kind: str,
) -> Decision:
    words = clean_reason(reason)
    with change(ticket, actor=actor, now=now) as work:
        may = {
            name: one
            for name, one in work.policy.declarations.items()
            if one.supplier in suppliers and one.means is None and name != RECEIPT
        }
        declaration = may.get(fact)
        if declaration is None:
            sentence = (
                "When a request was received can't be put right: every time that is owed counts from it."
                if fact == RECEIPT
                else f"Choose one of {', '.join(may)}."
            )
            raise InvalidInput("This can't be stated.", fields={"fact": sentence})
        stated = read_finding(work, fact, clean_answers({fact: value})[fact])
        row = reason_row(work, words)
        said, found = known_of(work, texts_of(work))
        before = {**said, **found}.get(fact)
        work.note(kind, {"fact": fact, "reason": row.pk, **old_and_new(work, fact, before, stated[fact])})
        if declaration.supplier is Supplier.REQUESTER:
            return decide_again(work, answers=stated, reason=row)
        corrected = (fact,) if declaration.supplier is Supplier.RECORD else ()
        return decide_again(work, findings=stated, corrected=corrected, reason=row)
