"""Gates: actions that the policy blocks until something is true (ITC-3, ITC-7, ITS-12)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from remit.desk.foundation.errors import Refused
from remit.desk.policies import facts as supply
from remit.desk.tickets import facts as ticket_facts
from remit.desk.tickets.clocking import Happened
from remit.desk.tickets.deciding import asked_again
from remit.desk.tickets.facts import CORRECTED, Asked
from remit.desk.tickets.models import Ticket
from remit.desk.tickets.work import Work
from remit.policy.document.policy import Gate, Policy
from remit.policy.rules import fill


@dataclass(frozen=True, slots=True)
class Blocked:
    """Why an action can't be done yet: the clause, the sentence, the next steps, and what opens the gate, in words and
    as the facts it looks at.
    """

    key: str
    clause: str
    says: str
    because: str
    steps: tuple[Any, ...]
    until: str
    opened_by: tuple[str, ...]


ESTABLISHED_BY = {"diagnosis.done": "diagnosis made", "estimate.given": "estimate given"}
"""Facts that become true by what was done on the ticket: fact → event."""


def gates_for(
    ticket: Ticket, action: str, policy: Policy, *, asked: Asked, happened: Iterable[Happened]
) -> tuple[Blocked, ...]:
    """The gates that block `action` ("start work", "raise quote", "assign", "move on") on this ticket now."""
    facts = current_facts(ticket, action, policy, asked=asked, happened=happened)
    return tuple(_blocked(gate, facts, policy) for gate in policy.gates_before(action, facts))


def check_gates(work: Work, action: str) -> None:
    """Raise `Refused` with the clauses where the policy blocks the action."""
    if not any(action in gate.actions for gate in work.policy.gates):
        return
    asked = asked_again(work.ticket, work.policy, work.now)
    blocked = gates_for(work.ticket, action, work.policy, asked=asked, happened=work.happened)
    if blocked:
        raise Refused(
            " ".join(one.says or f"This can't be done yet: {action}." for one in blocked),
            clauses=[one.clause for one in blocked],
            next=" ".join(one.because for one in blocked if one.because),
        )


def current_facts(
    ticket: Ticket, action: str, policy: Policy, *, asked: Asked, happened: Iterable[Happened]
) -> dict[str, Any]:
    """What is known of the ticket, with the records that its gates look at read anew."""
    facts = ticket_facts.read_back(ticket.facts, policy)
    looked_at = {
        name
        for gate in policy.gates
        if action in gate.actions
        for condition in (gate.until, gate.when)
        if condition is not None
        for name in condition.facts
    }
    kept = set(ticket.facts.get(CORRECTED, []))
    facts |= supply.supplied(asked, frozenset(looked_at - kept))
    done = {one.kind for one in happened}
    facts |= {fact: True for fact, event in ESTABLISHED_BY.items() if fact in looked_at and event in done}
    return {**facts, "ticket.exists": True}


def _blocked(gate: Gate, facts: dict[str, Any], policy: Policy) -> Blocked:
    zone = policy.zone
    says = fill(gate.says, facts, policy.declarations, zone, policy.language)
    because = fill(gate.because, facts, policy.declarations, zone, policy.language)
    opened_by = tuple(sorted(gate.until.facts))
    return Blocked(gate.key, gate.clause, says, because, tuple(gate.steps), gate.until.words(), opened_by)
