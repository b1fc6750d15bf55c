"""What customers hold, as the policy in force reads it: whether it knows kind, plan and attributes, and which phases of
cover follow; also what a purchase or a happening would come to before it is recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from remit.desk.accounts.models import Contact
from remit.desk.entitlements.actions import (
    check_happening,
    check_purchase,
    record_happening,
    record_purchase,
)
from remit.desk.entitlements.actions.record_purchase import NEW, check_buyer
from remit.desk.entitlements.cover import History, histories, timeline_of
from remit.desk.entitlements.models import Entitlement, Happening
from remit.desk.foundation.actors import Actor
from remit.desk.foundation.errors import InvalidInput, Refused
from remit.desk.policies import store
from remit.policy import cover
from remit.policy.document.findings import nearest
from remit.policy.document.policy import Policy
from remit.policy.vocabulary.durations import parse_term
from remit.policy.vocabulary.facts import FactErrors, Supplier, decode_facts

WORKED_OUT = frozenset(
    {"valid", "held", "name", "plan", "archived", "voided", "phase", "since", "until", "active"}
)
"""Facts of an entitlement that its columns, purchases and happenings give: no attribute says them."""
LABELS = frozenset({"title", "part"})
"""Attributes that any record may have, though no rule reads them: what people call it, and which part it is."""

DECISIONS = tuple(kind for kind in Happening.KINDS if kind != "left")
"""The decisions that are recorded outright; that something is left unarchived is only said of what may be archived."""


BEGINNINGS = frozenset({"purchase", "trial"})
"""Purchases that begin something held. A repair begins its warranty anew each time (ITS-3)."""


def faults_of(
    desk_id: int, kind: str, plan: str, attributes: Mapping[str, Any], now: datetime
) -> dict[str, str]:
    """A sentence for each thing that the policy in force doesn't know, by field; the nearest name and the list go with
    it. Nothing is found where the desk has published no policy yet.
    """
    versions = store.versions_of(desk_id)
    if not versions:
        return {}
    policy = store.compiled(store.in_force(versions, now))
    if kind not in policy.covers:
        return {"kind": _unknown(kind, policy.covers, "The policy covers these kinds")}
    faults = {}
    plans = [name for name, one in policy.plans.items() if one.of in (None, kind)]
    if plan and plan not in plans:
        faults["plan"] = _unknown(plan, plans, "The policy names these plans")
    return faults | _of_attributes(kind, attributes, policy)


def _of_attributes(kind: str, attributes: Mapping[str, Any], policy: Policy) -> dict[str, str]:
    known = [
        name.removeprefix(f"{kind}.")
        for name, one in policy.declarations.items()
        if name.startswith(f"{kind}.") and one.supplier is Supplier.RECORD and one.means is None
    ]
    own = [name for name in known if name not in WORKED_OUT]
    faults = {}
    for name, value in attributes.items():
        if name in LABELS:
            continue
        if name in WORKED_OUT:
            faults[name] = (
                "This is worked out from the plan, the purchases and what was decided; leave it out."
            )
        elif name not in own:
            faults[name] = _unknown(name, own, f"The policy asks these of a {kind}")
        else:
            try:
                decode_facts({f"{kind}.{name}": value}, policy.declarations)
            except FactErrors as error:
                faults[name] = next(iter(error.errors.values()))
    return faults


def _unknown(name: str, known: Iterable[str], lists: str) -> str:
    names = list(known)
    near = nearest(name, names)
    hint = f' Did you mean "{near}"?' if near else ""
    return f'There is no "{name}".{hint} {lists}: {", ".join(names) or "none"}.'


def timeline_in_force(
    entitlement: Entitlement,
    versions: Sequence[store.Edition],
    now: datetime,
    *,
    history: History | None = None,
    agreements: Mapping[int, store.Deal] | None = None,
    purchase: cover.Purchase | None = None,
    happening: cover.Happening | None = None,
) -> cover.Timeline | None:
    """The phases by the policy in force under the agreement that runs with the holder, as if `purchase` or `happening`
    were recorded too; None where the desk has no policy or it doesn't cover this kind. `agreements`: those that run, by
    customer, where they were read already. Raises `InvalidInput` where the term doesn't fit the cover.
    """
    if not versions:
        return None
    policy = _policy_for(entitlement, versions, now, agreements)
    if entitlement.kind not in policy.covers:
        return None
    found = history or histories([entitlement.pk])[entitlement.pk]
    purchases = (*found.purchases, *([purchase] if purchase else []))
    happenings = (*found.happenings, *([happening] if happening else []))
    whole = History(
        tuple(sorted(purchases, key=lambda one: one.at)), tuple(sorted(happenings, key=lambda one: one.at))
    )
    specification = store.spec_at(versions, entitlement.kind, policy)
    try:
        return timeline_of(entitlement, specification, history=whole)
    except ValueError as error:
        raise InvalidInput("This purchase can't be recorded.", fields={"term": str(error)}) from error


def _policy_for(
    entitlement: Entitlement,
    versions: Sequence[store.Edition],
    now: datetime,
    agreements: Mapping[int, store.Deal] | None = None,
) -> Policy:
    """The policy in force under the agreement that runs with the holder."""
    if agreements is None:
        agreements = store.agreements_at([entitlement.customer_id], now)
    return store.compiled(store.in_force(versions, now), agreements.get(entitlement.customer_id))


@dataclass(frozen=True, slots=True)
class Recording:
    """Something to be recorded of an entitlement: a purchase, or what a person decided, by the kinds of either.
    `contact`: who bought it, where that is known.
    """

    kind: str
    at: datetime | None = None
    on: date | None = None
    term: str = ""
    part: str = ""
    clause: str = ""
    reason: str = ""
    contact: Contact | None = None

    @property
    def is_happening(self) -> bool:
        """Whether it is what a person decided, not something bought."""
        return self.kind in DECISIONS


def foreseen(
    entitlement: Entitlement, what: Recording, versions: Sequence[store.Edition], now: datetime
) -> cover.Timeline | None:
    """The phases that recording this would bring; writes nothing. Raises `InvalidInput` and `Refused` as
    recording it does.
    """
    at = what.at or now
    if what.is_happening:
        check_happening(entitlement, what.kind, what.at, now, clause=what.clause, reason=what.reason)
        happening = cover.Happening(kind=what.kind, at=at, clause=what.clause)
        return timeline_in_force(entitlement, versions, now, happening=happening)
    check_purchase(what.kind, what.at, what.term, now, part=what.part)
    check_buyer(entitlement, what.contact)
    term = parse_term(what.term) if what.term else None
    purchase = cover.Purchase(NEW, what.kind, at, what.on, term, what.part)
    _refuse_beginning(entitlement, purchase, versions, now)
    line = timeline_in_force(entitlement, versions, now, purchase=purchase)
    _refuse_impossible(entitlement, line)
    return line


def check_bought(entitlement: Entitlement, purchase: cover.Purchase, now: datetime) -> None:
    """Raise `Refused` with the clause where the policy allows no renewal in the phase that runs when it is paid
    (IEX-11), and `InvalidInput` where a purchase would drop its term or begin anew what begins once (C24-2): nothing
    is recorded that would change nothing, or something else than was bought.
    """
    versions = store.versions_of(entitlement.desk_id)
    if purchase.kind in cover.PROLONGING:
        _refuse_impossible(entitlement, timeline_in_force(entitlement, versions, now, purchase=purchase))
    else:
        _refuse_beginning(entitlement, purchase, versions, now)


def _refuse_beginning(
    entitlement: Entitlement, purchase: cover.Purchase, versions: Sequence[store.Edition], now: datetime
) -> None:
    if purchase.kind in cover.PROLONGING or not versions:
        return
    policy = _policy_for(entitlement, versions, now)
    if entitlement.kind not in policy.covers:
        return
    spec = store.spec_at(versions, entitlement.kind, policy)(purchase.at)
    first = spec.phases[0]
    if first.lasts is None:  # as long as the term
        return
    title, advice = first.title or first.name, "record what was paid as a renewal."
    if purchase.term is not None:
        sentence = f"“{title}” lasts {first.lasts}, so this term would count for nothing: {advice}"
        raise InvalidInput("This purchase can't be recorded.", fields={"term": sentence})
    begun = histories([entitlement.pk])[entitlement.pk].purchases
    if (
        purchase.kind in BEGINNINGS
        and spec.renewal is not None
        and spec.renewal.phase != first.name
        and any(one.kind in BEGINNINGS and one.covers == purchase.covers for one in begun)
    ):
        sentence = f"“{title}” comes once, and it was recorded when that began: {advice}"
        raise InvalidInput("This purchase can't be recorded.", fields={"kind": sentence})


def _refuse_impossible(entitlement: Entitlement, line: cover.Timeline | None) -> None:
    found = [one for one in line.refusals if one.purchase_id == NEW] if line is not None else []
    if found:
        raise Refused(
            f"{entitlement.name} can't be renewed in the phase “{found[0].title}”.",
            clauses=(found[0].clause,),
            next="Take no money for it; what was paid already goes back, or waits for a phase that allows it.",
        )


def record(entitlement: Entitlement, what: Recording, *, actor: Actor, now: datetime) -> None:
    """Record it, by the action for its kind."""
    if what.is_happening:
        record_happening(
            entitlement, what.kind, at=what.at, clause=what.clause, reason=what.reason, actor=actor, now=now
        )
    else:
        record_purchase(
            entitlement,
            what.kind,
            at=what.at,
            on=what.on,
            term=what.term,
            part=what.part,
            contact=what.contact,
            actor=actor,
            now=now,
        )
