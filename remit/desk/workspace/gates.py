"""The gates that stand before what an agent would do with a ticket: what waits, by which clause, and who opens it.

Reads only; that an action is refused before its gate opens is `tickets.gates`' to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from remit.desk.design.clocks import Cite, cite_of
from remit.desk.tickets import clocking
from remit.desk.tickets.deciding import asked_again
from remit.desk.tickets.gates import ESTABLISHED_BY, Blocked, gates_for
from remit.desk.tickets.models import Ticket
from remit.desk.workspace.visit import Visit
from remit.policy.document.policy import Policy
from remit.policy.vocabulary.facts import Supplier

GATED = ("assign", "start work", "raise quote", "move on")


@dataclass(frozen=True, slots=True)
class Closed:
    """A gate of the policy that is closed: what waits, by which section, what opens it and who can."""

    actions: tuple[str, ...]
    is_taking: bool
    says: str
    cite: Cite | None
    opens: str
    ways: tuple[str, ...]


def closed_gates(
    ticket: Ticket, policy: Policy, told: Sequence[clocking.Happened], visit: Visit, address: str
) -> tuple[Closed, ...]:
    """What the policy does not allow yet, each gate once; nothing for tickets that are settled."""
    if not policy.gates or ticket.status in ("solved", "closed"):
        return ()
    asked = asked_again(ticket, policy, visit.now)
    found: dict[str, list[str]] = {}
    gates: dict[str, Blocked] = {}
    for action in GATED:
        for one in gates_for(ticket, action, policy, asked=asked, happened=told):
            found.setdefault(one.key, []).append(action)
            gates[one.key] = one
    return tuple(_closed(gates[key], actions, policy, address) for key, actions in found.items())


def _closed(gate: Blocked, actions: Sequence[str], policy: Policy, address: str) -> Closed:
    suppliers = {policy.declarations[fact].supplier for fact in gate.opened_by if fact in policy.declarations}
    done_here = [fact for fact in gate.opened_by if fact in ESTABLISHED_BY]
    ways = []
    if done_here:
        ways.append(gettext("It opens by what is done under “Do”: the cause found, an estimate given."))
    if Supplier.DESK in suppliers:
        ways.append(gettext("Whoever finds it out records it under “What we find out ourselves”."))
    if suppliers & {Supplier.RECORD, Supplier.REQUESTER} and not done_here:
        ways.append(
            gettext(
                "Where our records lag behind, any agent puts it right under “Put a fact right”, with how we know."
            )
        )
    return Closed(
        actions=tuple(_action_words(action) for action in actions),
        is_taking="assign" in actions,
        says=gate.says or gate.because,
        cite=cite_of(policy, gate.clause, address),
        opens=gate.until,
        ways=tuple(ways),
    )


def _action_words(action: str) -> str:
    words = {
        "assign": gettext("Taking or assigning it"),
        "start work": gettext("Beginning the work"),
        "raise quote": gettext("Writing a quote"),
        "move on": gettext("Solving it"),
    }
    return words[action]
