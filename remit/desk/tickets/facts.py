"""Facts: collected once for a decision, from the requester's answers and from who supplies which record.

Stored facts hold no personal text: a text answer is a reference into the ticket's erasable answers,
`{"answer": fact, "n": 0}`, resolved again for a replay as long as the text is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection

from remit.desk.entitlements.cover import History, cover_facts, histories
from remit.desk.policies import facts as supply
from remit.desk.policies import store
from remit.desk.policies.store import Edition
from remit.policy.document.policy import Policy
from remit.policy.vocabulary.durations import Duration, Unit, length
from remit.policy.vocabulary.facts import FactErrors, Supplier, Value, decode_facts

if TYPE_CHECKING:
    from remit.desk.accounts.models import Contact
    from remit.desk.entitlements.models import Entitlement
    from remit.desk.tickets.models import Ticket

HIDDEN = "…"
"""Stands for a text that is known but not needed, or erased."""

CORRECTED = "_corrected"
"""In a ticket's facts: the record facts that a person put right. No fact of a document has such a name."""

NONE_HELD = "_none_held"
"""In a ticket's facts: the requester said that it is about nothing they hold."""

USUAL_WINDOW = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Asked:
    """What suppliers of record facts may look at: who asks, how, under what, about which ticket, at which instant."""

    desk: Any
    contact: Contact | None
    channel: str
    policy: Policy
    versions: tuple[Edition, ...]
    instant: datetime
    held: tuple[Entitlement, ...] = ()
    named: Entitlement | None = None
    about: Ticket | None = None
    standing: str = ""
    observed: Mapping[str, Any] = field(default_factory=dict)
    own_ticket_id: int | None = None
    histories: Mapping[int, History] | None = None
    """What bears on the cover of what is held, where it was read already."""


_wanted: dict[str, frozenset[str]] = {}


def wanted_facts(policy: Policy) -> frozenset[str]:
    """The record facts that anything in this policy looks at; the others needn't be collected."""
    found = _wanted.get(policy.hash)
    if found is None:
        found = _wanted[policy.hash] = _looked_at(policy)
    return found


def _looked_at(policy: Policy) -> frozenset[str]:
    rows = [row for block in policy.target_blocks for row in block.rows]
    conditions: list[Any] = [condition for row in rows for condition in row.conditions]
    conditions += [escalation.when for escalation in policy.escalations]
    conditions += [policy.queue.head if policy.queue else None]
    names = {name for condition in conditions if condition is not None for name in condition.facts}
    names |= set(policy.ruleset.program.bit_of_fact)
    names |= {block.by for block in policy.target_blocks if block.by is not None}
    speakers: list[Any] = [*policy.ruleset.rules, *policy.ruleset.defaults]
    said = " ".join(f"{one.says} {one.because}" for one in speakers)
    names |= {name for name in policy.declarations if "{" + name + "}" in said}
    declared = policy.declarations
    return frozenset(
        name for name in names if name in declared and declared[name].supplier is Supplier.RECORD
    )


def collect(
    asked: Asked, answers: Mapping[str, Value], findings: Mapping[str, Value] | None = None
) -> dict[str, Any]:
    """All facts of a decision: cover, records, what the channel observed, what the requester said, what was found.

    What a person of the desk has found or corrected (`findings`) stands above the rest.
    """
    wanted = wanted_facts(asked.policy)
    facts: dict[str, Any] = {"channel": asked.channel, "received_at": asked.instant}
    facts |= _cover(asked, {**asked.observed, **answers, **(findings or {})})
    facts |= supply.supplied(asked, wanted)
    facts |= {name: value for name, value in asked.observed.items() if name in asked.policy.declarations}
    facts |= answers
    facts |= findings or {}
    return facts


def _cover(asked: Asked, said: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of each kind of cover the policy declares: of the named entitlement, else of the best one held.

    `said` is what is known of the request itself, for the part of an item that it names.
    """
    facts: dict[str, Any] = {}
    if not asked.policy.covers:
        return facts
    found = asked.histories
    if found is None:
        found = histories(entitlement.pk for entitlement in asked.held)
    for kind in asked.policy.covers:
        of_kind = [one for one in asked.held if one.kind == kind]
        if asked.named is not None and asked.named.kind == kind:
            of_kind = [asked.named]
        judged: list[dict[str, Any]] = [_judged(asked, one, found.get(one.pk), said) for one in of_kind]
        nothing = {f"{kind}.{name}": value for name, value in NOTHING_HELD.items()}
        judged.sort(key=_worth)
        facts |= judged[-1] if judged else nothing
    return facts


NOTHING_HELD: Mapping[str, Any] = {
    "valid": False,
    "held": False,
    "archived": False,
    "voided": False,
    "phase": "none",
    "active": False,
}


def _judged(
    asked: Asked, entitlement: Entitlement, history: History | None, said: Mapping[str, Any]
) -> dict[str, Any]:
    specification = store.spec_at(asked.versions, entitlement.kind, asked.policy)
    has_parts = asked.policy.covers[entitlement.kind].per_part
    part = _part(entitlement, history, said) if has_parts else ""
    found = cover_facts(entitlement, specification, asked.instant, part=part, history=history)
    declared = asked.policy.declarations
    typed: dict[str, Any] = {}
    for name, value in found.items():
        if name in declared:
            typed[name] = _read(name, value, asked) if isinstance(value, (str, list, int, float)) else value
    return typed


def _part(entitlement: Entitlement, history: History | None, said: Mapping[str, Any]) -> str:
    """Which part of an item a request is about, where parts have cover of their own (ITS-3): the one it names, as the
    invoice writes it, whatever the case of its letters.
    """
    named = str(said.get(f"{entitlement.kind}.part") or entitlement.attributes.get("part") or "")
    bought = history.purchases if history is not None else ()
    folded = " ".join(named.split()).casefold()
    return next((one.covers for one in bought if one.covers.casefold() == folded), named)


def _read(name: str, value: Any, asked: Asked) -> Any:
    """An attribute of a record as its declaration reads it; one that can't be read stays unknown."""
    try:
        return decode_facts({name: value}, asked.policy.declarations).get(name)
    except FactErrors:
        return None


def _worth(facts: Mapping[str, Any]) -> tuple[bool, bool, str]:
    """Which of several entitlements a request without a named one goes under: valid, active, longest."""
    by_name = {name.rpartition(".")[2]: value for name, value in facts.items()}
    return (bool(by_name.get("valid")), bool(by_name.get("active")), str(by_name.get("until") or ""))


# -- What this room itself supplies --------------------------------------------------------------------------------


def register() -> None:
    """Register the suppliers of this room; orders are nobody's until billing takes them over."""
    supply.register_supplier("sender", _sender)
    supply.register_supplier("ticket", _ticket)
    supply.register_stand_in("order", {"order.exists": False})
    supply.register_supplier("customer", _customer)
    supply.register_supplier("requests", _requests)
    supply.register_supplier("questions", lambda asked, names: {"questions": 1})
    supply.register_supplier("attachments", lambda asked, names: {"attachments.count": 0})


def _sender(asked: Asked, names: frozenset[str]) -> dict[str, Any]:
    return {"sender.standing": asked.standing or None, "sender.suspended": False}


def _customer(asked: Asked, names: frozenset[str]) -> dict[str, Any]:
    return {"customer.registered": asked.contact is not None and asked.contact.customer_id is not None}


def _ticket(asked: Asked, names: frozenset[str]) -> dict[str, Any]:
    about = asked.about
    if about is None:
        return {"ticket.exists": False}
    facts: dict[str, Any] = {"ticket.exists": True, "ticket.status": about.status}
    if about.solved_as:
        facts["ticket.solved_as"] = about.solved_as
    if about.solved_as == "fixed" and about.solved_at is not None:
        facts["ticket.since_fix"] = _since(about.solved_at, asked.instant)
    if about.closed_at is not None:
        facts |= {
            "ticket.since_close": _since(about.closed_at, asked.instant),
            "ticket.closed_for": about.close_reason,
        }
    return facts


def _since(then: datetime, now: datetime) -> Duration:
    """The time between, in whole minutes, rounded up: "up to and including 72 hours" ends with its last second."""
    minutes = max(0, -int((then - now).total_seconds() // 60))
    hours, rest = divmod(minutes, 60)
    return Duration(None, minutes, Unit.MINUTES) if rest else Duration(None, hours, Unit.HOURS)


def _requests(asked: Asked, names: frozenset[str]) -> dict[str, Any]:
    """How many requests came under the entitlement, or from the sender, within the window (IEX-24)."""
    if asked.contact is None:
        return {}
    windows = (length(one.window) for one in asked.policy.conduct if one.window is not None)
    column, key = ("entitlement_id", asked.named.pk) if asked.named else ("requester_id", asked.contact.pk)
    before = asked.own_ticket_id or 1 << 62
    since = connection.ops.adapt_datetimefield_value(asked.instant - next(windows, USUAL_WINDOW))
    with connection.cursor() as cursor:
        cursor.execute(RECENT.format(column=column), [key, before, MOST_COUNTED, since])
        return {"requests.in_window": int(cursor.fetchone()[0]) + 1}


MOST_COUNTED = 200
RECENT = (
    "SELECT COUNT(*) FROM (SELECT received_at FROM tickets_ticket WHERE {column} = %s AND id < %s "
    "ORDER BY id DESC LIMIT %s) AS recent WHERE received_at > %s"
)
"""Counts among the newest few hundred only: a limit is far below that, and an index gives just those."""


# -- Storing and reading back --------------------------------------------------------------------------------------


def stored(facts: Mapping[str, Any], policy: Policy, texts: Mapping[str, list[str]]) -> dict[str, Any]:
    """Facts as rows keep them: personal text as a reference to the answer that holds it."""
    encoded = supply.encode(facts)
    for name in encoded:
        if supply.is_personal(policy.declarations.get(name)):
            given = texts.get(name, [])
            encoded[name] = {"answer": name, "n": max(0, len(given) - 1)}
    return encoded


def read_back(
    kept: Mapping[str, Any], policy: Policy, texts: Mapping[str, list[str]] | None = None
) -> dict[str, Any]:
    """Stored facts as values; without `texts`, or where one was erased, a text is known but hidden (`HIDDEN`)."""
    written = {
        name: _resolved(value, texts) if isinstance(value, dict) else value
        for name, value in kept.items()
        if name in policy.declarations
    }
    return dict(decode_facts(written, policy.declarations))


def answers_given(
    kept: Mapping[str, Any], policy: Policy, texts: Mapping[str, list[str]] | None = None
) -> dict[str, Any]:
    """Of stored facts what the requester said, as a form writes it."""
    declared = policy.declarations
    return {
        name: _as_written(value)
        for name, value in read_back(kept, policy, texts).items()
        if declared[name].supplier is Supplier.REQUESTER and declared[name].means is None
    }


def _as_written(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, frozenset):
        return sorted(value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _resolved(reference: Mapping[str, Any], texts: Mapping[str, list[str]] | None) -> str:
    given = (texts or {}).get(reference["answer"], [])
    return given[reference["n"]] if reference["n"] < len(given) else HIDDEN


def has_erased_text(kept: Mapping[str, Any], texts: Mapping[str, list[str]] | None) -> bool:
    """Whether a text that was judged is no longer there."""
    return any(isinstance(value, dict) and _resolved(value, texts) == HIDDEN for value in kept.values())


def told_by_message(answers: Mapping[str, Any], body: str, policy: Policy) -> dict[str, Any]:
    """The answers, and the message itself as the answer to what the document says it answers; what was answered
    apart stays as it is. A blank answer is none, but a name that the document doesn't know stays, to be told.
    """
    declared = policy.declarations
    by_message = {name: body for name, one in declared.items() if one.is_the_message and body}
    return by_message | {
        name: value for name, value in answers.items() if name not in declared or value not in (None, "")
    }


def with_texts(
    texts: Mapping[str, list[str]], answers: Mapping[str, Any], policy: Policy
) -> dict[str, list[str]]:
    """The erasable answers with new ones added; nothing is overwritten, so that older decisions keep theirs."""
    grown = {name: list(given) for name, given in texts.items()}
    for name, value in answers.items():
        if supply.is_personal(policy.declarations.get(name)) and value:
            given = grown.setdefault(name, [])
            if not given or given[-1] != value:
                given.append(str(value))
    return grown
