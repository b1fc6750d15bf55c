"""Gates: actions that the policy blocks until something is true (ITC-3, ITC-7, ITS-12)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from remit.desk.foundation.errors import Refused
from remit.desk.policies import facts as supply
from remit.desk.tickets import facts as ticket_facts
from remit.desk.tickets.models import Ticket
from remit.policy.document.policy import Gate, Policy
from remit.policy.rules import fill


@dataclass(frozen=True, slots=True)
class Blocked:
    """Why an action can't be done yet: the clause, the sentence, and the next steps."""

    clause: str
    says: str
    because: str
    steps: tuple[Any, ...]


def gates_for(ticket: Ticket, action: str, policy: Policy, asked: Any = None) -> tuple[Blocked, ...]:
    """The gates that block `action` ("start work", "raise quote", "assign", "move on") on this ticket now."""
    facts = current_facts(ticket, policy, action, asked)
    return tuple(_blocked(gate, facts, policy) for gate in policy.gates_before(action, facts))


def check_gates(ticket: Ticket, action: str, policy: Policy, asked: Any = None) -> None:
    """Raise `Refused` with the clauses where the policy blocks the action."""
    blocked = gates_for(ticket, action, policy, asked)
    if blocked:
        raise Refused(
            " ".join(one.says or f"This can't be done yet: {action}." for one in blocked),
            clauses=[one.clause for one in blocked],
            next=" ".join(one.because for one in blocked if one.because),
        )


def current_facts(ticket: Ticket, policy: Policy, action: str, asked: Any) -> dict[str, Any]:
    """What is known of the ticket, with the records that its gates look at read anew."""
    facts = ticket_facts.read_back(ticket.facts, policy)
    looked_at = {
        name
        for gate in policy.gates
        if gate.action == action
        for condition in (gate.until, gate.when)
        if condition is not None
        for name in condition.facts
    }
    if asked is not None:
        facts |= supply.supplied(asked, frozenset(looked_at))
    return facts


def _blocked(gate: Gate, facts: dict[str, Any], policy: Policy) -> Blocked:
    zone = policy.timezone
    says = fill(gate.says, facts, policy.declarations, zone, policy.language)
    because = fill(gate.because, facts, policy.declarations, zone, policy.language)
    return Blocked(gate.clause, says, because, tuple(gate.steps))
