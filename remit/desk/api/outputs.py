"""What callers get: plain dictionaries, their shapes as schemas for the description of the API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.conf import settings
from ninja import Schema

from remit.desk.policies import words
from remit.desk.policies.models import Decision
from remit.desk.tickets.deciding import Preview
from remit.desk.tickets.models import Clock, Message, Ticket
from remit.policy.clocks import Derivation, told
from remit.policy.document.policy import Policy


class ClauseOut(Schema):
    """A clause of the policy: cite it by its id, show its number and title."""

    id: str
    number: str
    title: str
    url: str


class ReasonOut(Schema):
    """Why: what one clause came to."""

    clause: ClauseOut
    rule: str
    aspect: str
    outcome: str
    because: str
    quote: str


class AskOut(Schema):
    """A missing fact, and how to ask for it. `options`: value → wording."""

    fact: str
    ask: str
    kind: str
    options: dict[str, str]


class StepOut(Schema):
    """What the requester can do next."""

    kind: str
    label: str
    target: str


class DecisionOut(Schema):
    """A decision with the clauses it rests on. `persons_reason`: why a person decided so; empty where the policy did.
    `least_change`: what would better the outcome.
    """

    outcome: str
    says: str
    reasons: list[ReasonOut]
    persons_reason: str
    clauses: list[ClauseOut]
    asks: list[AskOut]
    steps: list[StepOut]
    least_change: list[dict[str, Any]]
    facts: dict[str, Any]
    policy_version: int
    policy_hash: str
    as_of: datetime


class ClockOut(Schema):
    """A promise in motion. `usually`: an approximate time, not a promise. `derivation`: how the moment came about."""

    metric: str
    cycle: int
    state: str
    target: str
    usually: bool
    started_at: datetime | None
    due_at: datetime | None
    met_at: datetime | None
    breached_at: datetime | None
    clause: str
    derivation: list[str]


class MessageOut(Schema):
    """Something said on the ticket."""

    kind: str
    by: str
    at: datetime
    body: str


class TicketOut(Schema):
    """A ticket with its decision and clocks; `messages` only where one ticket is read."""

    number: int
    name: str
    url: str
    status: str
    outcome: str
    priority: str
    received_at: datetime
    is_replay: bool = False
    decision: DecisionOut | None
    clocks: list[ClockOut]
    messages: list[MessageOut] = []


class OffChannelOut(Schema):
    """The channel doesn't count: the message is in the log, and no ticket was made."""

    off_channel: bool
    says: str
    clauses: list[ClauseOut]


class ErrorOut(Schema):
    """The one shape of every failure."""

    class Body(Schema):
        code: str
        message: str
        fields: dict[str, str]
        clauses: list[ClauseOut]
        next: str

    error: Body


def policy_address(slug: str, policy: Policy, agreement_id: int | None) -> str:
    """Where the version can be read, under the agreement that is meant."""
    address = f"{settings.PUBLIC_URL}/{slug}/policy/{policy.number}/"
    return f"{address}?agreement={agreement_id}" if agreement_id else address


def decision_of_preview(preview: Preview, slug: str) -> dict[str, Any]:
    """A dry run as callers get it."""
    written = preview.decision.to_json()
    return _decision(
        written,
        preview.policy,
        policy_address(slug, preview.policy, preview.agreement.id if preview.agreement else None),
        preview.facts,
        preview.stored_facts,
        preview.version.hash,
        preview.asked.instant,
    )


def decision_of_row(
    row: Decision, policy: Policy, slug: str, policy_hash: str, facts: Mapping[str, Any]
) -> dict[str, Any]:
    """A stored decision as callers get it; `facts` are its facts as values."""
    written = {
        "outcome": row.outcome,
        "says": row.says,
        "deciding": row.grounds,
        "contributing": row.contributing,
        "asks": row.asks,
        "steps": row.steps,
        "least_change": row.least_change,
        "persons_reason": row.persons_reason,
    }
    page = policy_address(slug, policy, row.agreement_id)
    return _decision(written, policy, page, facts, row.facts, policy_hash, row.as_of)


def _decision(
    written: Mapping[str, Any],
    policy: Policy,
    page: str,
    facts: Mapping[str, Any],
    stored: Mapping[str, Any],
    policy_hash: str,
    as_of: datetime,
) -> dict[str, Any]:
    findings = [*written["deciding"], *written["contributing"]]
    cited = {one["clause"]: words.clause_reference(one["clause"], policy, page) for one in findings}
    return {
        "outcome": written["outcome"],
        "says": words.sentence(written["says"], written["outcome"], policy, facts),
        "reasons": [
            {
                "clause": cited[one["clause"]],
                "rule": one["rule"],
                "aspect": one["aspect"],
                "outcome": one["outcome"],
                "because": words.filled(one["because"], policy, facts),
                "quote": one["quote"],
            }
            for one in written["deciding"]
        ],
        "persons_reason": written.get("persons_reason", ""),
        "clauses": list(cited.values()),
        "asks": [_ask(name, policy, facts) for name in written["asks"]],
        "steps": written["steps"],
        "least_change": [_without_text(one) for one in written["least_change"]],
        "facts": {name: value for name, value in stored.items() if not isinstance(value, dict)},
        "policy_version": policy.number,
        "policy_hash": policy_hash,
        "as_of": as_of.isoformat(),
    }


def _ask(name: str, policy: Policy, facts: Mapping[str, Any]) -> dict[str, Any]:
    declaration = policy.declarations[name]
    return {
        "fact": name,
        "ask": declaration.ask or declaration.words,
        "kind": str(declaration.kind),
        "options": dict(policy.options_for(name, facts)),
    }


def _without_text(change: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in change.items() if not isinstance(value, dict)}


def ticket_out(
    ticket: Ticket,
    decision: dict[str, Any] | None,
    clocks: Sequence[tuple[Clock, Derivation]],
    *,
    is_replay: bool = False,
    messages: Sequence[Message] = (),
    questions: Mapping[int, str] = MappingProxyType({}),
) -> dict[str, Any]:
    """A ticket as callers get it; `ticket.desk` must be loaded."""
    slug = ticket.desk.slug
    return {
        "number": ticket.number,
        "name": ticket.shown_number,
        "url": f"{settings.PUBLIC_URL}/{slug}/requests/{ticket.number}/",
        "status": ticket.status,
        "outcome": ticket.outcome,
        "priority": ticket.priority,
        "received_at": ticket.received_at.isoformat(),
        "is_replay": is_replay,
        "decision": decision,
        "clocks": [_clock(clock, derivation) for clock, derivation in clocks if not clock.is_internal],
        "messages": [message_out(message, questions) for message in messages],
    }


def _clock(clock: Clock, derivation: Derivation) -> dict[str, Any]:
    return {
        "metric": clock.metric,
        "cycle": clock.cycle,
        "state": clock.state,
        "target": clock.target,
        "usually": clock.approximate,
        "started_at": _moment(clock.started_at),
        "due_at": _moment(clock.due_at),
        "met_at": _moment(clock.met_at),
        "breached_at": _moment(clock.breached_at),
        "clause": clock.clause,
        "derivation": [text for text, _ in told(derivation)],
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None


def message_out(message: Message, questions: Mapping[int, str] = MappingProxyType({})) -> dict[str, Any]:
    """A message as callers get it. `questions`: the words of what the desk asked by itself, by message."""
    by = "contact" if message.author_contact_id else "agent" if message.author_agent_id else "desk"
    text = getattr(message, "text", None)
    return {
        "kind": message.kind,
        "by": by,
        "at": message.created_at.isoformat(),
        "body": questions.get(message.pk) or (text.body if text is not None else ""),
    }
