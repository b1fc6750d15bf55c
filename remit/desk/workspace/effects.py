"""What each way of sending would do to a ticket's clocks, in words, before anything is sent.

Reads only; what is found out by trial is never kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from remit.desk.design.clocks import metric_words
from remit.desk.design.words import listed
from remit.desk.tickets import clocking
from remit.desk.tickets.models import Ticket
from remit.desk.workspace.visit import Visit
from remit.policy.document.policy import Policy
from remit.policy.document.spoken import spoken

LAST = 1 << 62
"""Stands for the place in the log of what is only tried."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What one way of sending does to the clocks."""

    mode: str
    icon: str
    text: str


def effects_of_sending(
    ticket: Ticket, told: Sequence[clocking.Happened], folded: clocking.Folded, policy: Policy, visit: Visit
) -> Iterable[Effect]:
    """What each way of sending would do now, found out by doing it to the clocks on trial."""
    setting = clocking.settings_for([(ticket.version, ticket.agreement)])[ticket.basis]

    def on_trial(*more: tuple[str, dict[str, Any]]) -> list[str]:
        happened = [clocking.Happened(kind, visit.now, LAST + n, data) for n, (kind, data) in enumerate(more)]
        after = clocking.fold_ticket(ticket, [*told, *happened], setting, visit.now)
        return list(differences(folded, after, policy))

    reply = ("reply sent", {})
    parts = on_trial(reply)
    if ticket.status == "pending":
        parts.append(gettext("It goes on waiting for the customer."))
    yield Effect("reply", "clock-check", " ".join(parts) or _idle())
    waiting = {"reason": "waiting for the customer"}
    asked = [*on_trial(reply, ("waiting started", waiting)), gettext("Then it waits for the customer.")]
    yield Effect("ask", "player-pause", " ".join([*asked, *_closes(policy, visit)]))
    solved = policy.reopening.get("solved") or policy.reopening.get("any")
    window = (
        gettext("They can take it up again within %s.") % spoken(str(solved.within), visit.almanac.language)
        if solved and solved.within
        else gettext("They can take it up again.")
    )
    ends = [gettext("Ends every clock.")] if any(_is_going_on(one) for one in folded.clocks) else []
    yield Effect("solve", "circle-check", " ".join([*ends, window]))
    yield Effect("note", "lock", gettext("Only the team reads this, and no clock minds it."))


def _is_going_on(clock: Any) -> bool:
    return clock.ended_at is None and clock.state not in ("none owed", "cancelled")


def _idle() -> str:
    return gettext("No answer is owed now; the customer gets this anyway.")


def differences(before: clocking.Folded, after: clocking.Folded, policy: Policy) -> Iterable[str]:
    """How the clocks stand after sending, in words: what is met, what stands still, what runs on."""
    were = {(one.metric, one.cycle): one for one in before.clocks if _is_going_on(one)}
    met, stops, stands, runs = [], [], [], []
    cites: set[str] = set()
    for clock in after.clocks:
        was = were.get((clock.metric, clock.cycle))
        if was is None and not _is_going_on(clock):
            continue
        name = metric_words(str(clock.metric)).lower()
        if not _is_going_on(clock):
            met.append(name)
        elif clock.state == "paused":
            (stands if was is not None and was.state == "paused" else stops).append(name)
            rule = policy.pauses.get(clock.pause_reason or "")
            clause = policy.clause_of(rule.clause) if rule is not None else None
            cites |= {f"§{clause.mark}"} if clause is not None else set()
        else:
            runs.append(name)
    cited = f" ({', '.join(sorted(cites))})" if cites else ""
    if met:
        yield gettext("Stops the clock: %s.") % listed(met)
    if stops:
        yield gettext("Stands still until the customer answers: %s.") % (listed(stops) + cited)
    if stands:
        yield gettext("Goes on standing still: %s.") % (listed(stands) + cited)
    if runs:
        yield gettext("Runs on: %s.") % listed(runs)


def _closes(policy: Policy, visit: Visit) -> Iterable[str]:
    if "waiting for the customer" not in policy.pauses:
        yield gettext("This policy lets no clock wait for the customer.")
    closing = policy.closings.get("waiting for the customer")
    if closing is not None:
        yield gettext("Closes by itself after %s without an answer.") % spoken(
            str(closing.after), visit.almanac.language
        )
