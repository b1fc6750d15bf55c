"""From a request to a decision, and from a decision to the state of its ticket.

Deciding itself is the pure core's; this module brings the facts together and says what each outcome means for a
ticket. Whoever writes is an action.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Subquery
from django.utils.translation import gettext

from remit.desk.entitlements.cover import histories_in, purchases_and_happenings
from remit.desk.entitlements.models import Entitlement, Standing
from remit.desk.foundation.errors import InvalidInput
from remit.desk.foundation.prepared import Prepared, columns_of, instances, together
from remit.desk.foundation.writing import Keys
from remit.desk.policies import facts as supply
from remit.desk.policies import store
from remit.desk.policies.store import Deal, Edition
from remit.desk.tickets import clocking
from remit.desk.tickets import facts as ticket_facts
from remit.desk.tickets.clocking import Setting
from remit.desk.tickets.facts import NONE_HELD, Asked
from remit.desk.tickets.inbound import CHOOSING, NONE_OF_THESE, Inbound, storable
from remit.desk.tickets.models import Ticket
from remit.policy.document.policy import Policy
from remit.policy.rules import Decision as Judged
from remit.policy.vocabulary.outcomes import Outcome

MOST_HELD = 100
MOST_LISTED = 20
LONGEST_NAME = 120

STATUS_AFTER: Mapping[Outcome, str] = {
    Outcome.ACCEPT: "new",
    Outcome.QUOTE: "new",
    Outcome.SPLIT: "new",
    Outcome.REVIEW: "new",
    Outcome.ASK: "pending",
    Outcome.REFUSE: "solved",
    Outcome.SUSPEND: "solved",
}
"""Where a ticket stands after its decision: a refused one is solved at once, and can be contested (design §2.5)."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A decision with all that it rests on; nothing of it is written."""

    decision: Judged
    version: Edition
    agreement: Deal | None
    policy: Policy
    facts: Mapping[str, Any]
    texts: Mapping[str, list[str]]
    asked: Asked
    setting: Setting
    choices: tuple[str, ...] = ()
    """What the requester has to choose from first, where several holdings fit and none was named."""
    is_under_none: bool = False
    """Whether they said that it is about nothing they hold."""
    has_accepted: bool = False
    """Whether it is recorded already that they accepted the version."""

    @property
    def stored_facts(self) -> dict[str, Any]:
        """The facts as rows keep them."""
        kept = ticket_facts.stored(self.facts, self.policy, self.texts)
        return {**kept, NONE_HELD: True} if self.is_under_none else kept


def judge(desk: Any, inbound: Inbound, received_at: datetime, keys: Keys | None = None) -> Preview:
    """Decide on a cleaned request, by the version in force when it was received, under the agreement that ran with the
    customer then (design §4). Reads, writes nothing; draws `keys` on the way.

    Raises `InvalidInput` for answers that can't be read and for an entitlement the contact can't ask under.
    """
    contact, name = inbound.contact, entitlement_name(inbound.entitlement)
    rows, agreed, closures, declared, own, bought, accepted, *drawn = together(
        (store.VERSIONS, (desk.pk,)),
        (store.AGREEMENTS, (desk.pk, contact.customer_id)),
        (clocking.CLOSURES, (desk.pk,)),
        (clocking.DECLARED, (desk.pk,)),
        _of_own(desk.pk, contact, name),
        _bought_by_own(desk.pk, contact, name),
        (store.ACCEPTED, (contact.pk,)),
        *(keys.asked if keys is not None else ()),
    )
    if keys is not None:
        keys.take(drawn)
    versions = store.editions(rows)
    version = store.in_force(versions, received_at)
    agreement = store.running(store.deals(agreed), received_at)
    policy = store.compiled(version, agreement)
    said = ticket_facts.told_by_message(inbound.answers, inbound.body, policy)
    answers = supply.read_answers(said, policy.declarations, zone=desk.tz, told_at=received_at)
    held, named, standing = holdings(desk, contact, inbound.entitlement, policy, own)
    asked = Asked(
        desk=desk,
        contact=contact,
        channel=inbound.channel,
        policy=policy,
        versions=versions,
        instant=received_at,
        held=held,
        named=named,
        about=inbound.linked_to,
        standing=standing,
        observed=inbound.observed,
        histories=histories_in(bought, (one.pk for one in held)) if own else None,
    )
    facts = ticket_facts.collect(asked, answers)
    texts = ticket_facts.with_texts({}, answers, policy)
    setting = clocking.setting_of(policy, closures, declared)
    can_choose = inbound.channel in CHOOSING and policy.is_official(inbound.channel)
    choices = _fitting(held, policy) if can_choose and not name else ()
    return Preview(
        policy.decide(facts, least_change=True), version, agreement, policy, facts, texts, asked, setting, choices,
        name == NONE_OF_THESE, (version.id,) in accepted,
    )  # fmt: skip


def _fitting(held: tuple[Entitlement, ...], policy: Policy) -> tuple[str, ...]:
    """The names of what is held and the policy covers, where there are several."""
    names = tuple(one.name for one in held if one.kind in policy.covers)
    return names if len(names) > 1 else ()


def need_choice(preview: Preview) -> None:
    """Raise `InvalidInput` where the requester has to choose among what they hold: the desk takes none by itself."""
    if preview.choices:
        listed = gettext(", ").join(f'"{name}"' for name in preview.choices[:MOST_LISTED])
        more = " …" if len(preview.choices) > MOST_LISTED else ""
        sentence = gettext('Several fit. Name the one it is about: %(listed)s; or "%(none)s".')
        raise InvalidInput(
            gettext("This request can't be taken as it is."),
            fields={"entitlement": sentence % {"listed": listed + more, "none": NONE_OF_THESE}},
            next=gettext("Say which one the request is about."),
        )


def _unknown_entitlement() -> InvalidInput:
    sentence = gettext("We know nothing of this name that you could ask under. Check how it is written.")
    return InvalidInput(gettext("This request can't be taken as it is."), fields={"entitlement": sentence})


def entitlement_name(wanted: Entitlement | str | None) -> str:
    """The name that was asked under; one that no record can have is told like any unknown one (`InvalidInput`)."""
    name = wanted.name if isinstance(wanted, Entitlement) else (wanted or "").strip()
    if len(name) > LONGEST_NAME or storable(name) != name:
        raise _unknown_entitlement()
    return name


def holdings(
    desk: Any,
    contact: Any,
    wanted: Entitlement | str | None,
    policy: Policy,
    own: list[tuple[Any, ...]] | None = None,
) -> tuple[tuple[Entitlement, ...], Entitlement | None, str]:
    """What the contact may ask under, the one that was named, and in what standing.

    Another desk's, another customer's and an unknown name are told alike (`InvalidInput`). `own` are the rows of the
    customer's own, where they were read already. `NONE_OF_THESE` gives nothing, whatever they hold.
    """
    name = entitlement_name(wanted)
    if name == NONE_OF_THESE:
        return (), None, _standing(None, contact)
    if own is None:
        prepared, values = _of_own(desk.pk, contact, name)
        own = prepared.rows(*values)
    held = _held(desk.pk, contact, name, own)
    if isinstance(wanted, Entitlement):
        held = tuple(one for one in held if one.pk == wanted.pk)
    if not name:
        return held, None, _standing(held[0] if len(held) == 1 else None, contact)
    kinds = list(policy.covers)
    found = sorted(held, key=lambda one: kinds.index(one.kind) if one.kind in kinds else len(kinds))
    if not found:
        raise _unknown_entitlement()
    return held, found[0], _standing(found[0], contact)


def _of_own(desk_id: int, contact: Any, name: str) -> tuple[Prepared, tuple[Any, ...]]:
    """The statement for the customer's own entitlements, or for the one of a name."""
    if name:
        return _own_named, (contact.pk, desk_id, contact.customer_id, name)
    return _own, (contact.pk, desk_id, contact.customer_id)


def _bought_by_own(desk_id: int, contact: Any, name: str) -> tuple[Prepared, tuple[Any, ...]]:
    """The statement for what bears on the cover of these."""
    if name:
        return _bought_by_named, (desk_id, contact.customer_id, name)
    return _bought, (desk_id, contact.customer_id)


def _held(desk_id: int, contact: Any, name: str, own: list[tuple[Any, ...]]) -> tuple[Entitlement, ...]:
    """The customer's own; where there is none, those of others in which the contact has a standing."""
    rows = own or [row for row in _of_others.rows(contact.pk, desk_id, contact.pk) if name in ("", row[NAME])]
    held = instances(Entitlement, rows)
    for one, row in zip(held, rows, strict=True):
        one.own_standing, one.has_standings = row[len(COLUMNS) :]  # type: ignore[attr-defined]
    return tuple(held)


COLUMNS = columns_of(Entitlement)
NAME = COLUMNS.index("name")


def _with_standing(contact: int, **conditions: Any) -> Any:
    standings = Standing.objects.filter(entitlement=OuterRef("pk"))
    return (
        Entitlement.objects.filter(**conditions)
        .annotate(
            own_standing=Subquery(standings.filter(contact_id=contact).values("standing")[:1]),
            has_standings=Exists(standings),
        )
        .order_by("id")
        .values_list(*COLUMNS, "own_standing", "has_standings")[:MOST_HELD]
    )


def _bought_by(**conditions: Any) -> Any:
    held = Entitlement.objects.filter(**conditions).order_by("id").values("pk")[:MOST_HELD]
    return purchases_and_happenings(held)


_own = Prepared(
    lambda contact, desk, customer: _with_standing(contact, desk_id=desk, customer_id=customer), int, int, int
)
_own_named = Prepared(
    lambda contact, desk, customer, name: _with_standing(
        contact, desk_id=desk, customer_id=customer, name=name
    ),
    int,
    int,
    int,
    str,
)
_bought = Prepared(lambda desk, customer: _bought_by(desk_id=desk, customer_id=customer), int, int)
_bought_by_named = Prepared(
    lambda desk, customer, name: _bought_by(desk_id=desk, customer_id=customer, name=name), int, int, str
)
_of_others = Prepared(
    lambda contact, desk, own: _with_standing(contact, desk_id=desk, standings__contact_id=own), int, int, int
)


def _standing(entitlement: Any, contact: Any) -> str:
    """In what standing the contact asks: as recorded; else the holder's own people are its owner, or colleagues
    where the owner named some (IEX-22); without any right at all, a stranger.
    """
    if entitlement is None:
        return "owner"
    if entitlement.own_standing:
        return str(entitlement.own_standing)
    if entitlement.customer_id != contact.customer_id:
        return "stranger"
    return "colleague" if entitlement.has_standings else "owner"


def chosen_entitlement(preview: Preview) -> Entitlement | None:
    """The record the request stands under: the named one, else the one whose facts were judged."""
    if preview.asked.named is not None:
        return preview.asked.named
    for kind in preview.policy.covers:
        name = preview.facts.get(f"{kind}.name")
        for one in preview.asked.held:
            if one.kind == kind and one.name == name:
                return one
    return None


def judge_again(
    ticket: Ticket,
    policy: Policy,
    *,
    instant: datetime,
    answers: Mapping[str, Any],
    findings: Mapping[str, Any],
    records_at: datetime,
) -> tuple[Judged, dict[str, Any]]:
    """Decide a ticket anew under its pinned policy: records as of `records_at`, the receipt unchanged."""
    versions = store.versions_of(ticket.desk_id)
    contact = ticket.requester
    held, named, standing = _held_now(ticket, policy)
    asked = Asked(
        desk=ticket.desk,
        contact=contact,
        channel=ticket.channel,
        policy=policy,
        versions=versions,
        instant=records_at,
        held=held,
        named=named,
        about=ticket.linked_to,
        standing=standing,
        observed=findings,
        own_ticket_id=ticket.pk,
    )
    facts = ticket_facts.collect(asked, answers, findings)
    facts["received_at"] = instant
    return policy.decide(facts, least_change=True), facts


def _held_now(ticket: Ticket, policy: Policy) -> tuple[tuple[Entitlement, ...], Entitlement | None, str]:
    """What the requester may ask under now; nothing where the ticket's own record is theirs no more."""
    if ticket.requester is None:
        return (), None, ""
    if ticket.entitlement is None and ticket.facts.get(NONE_HELD):
        return (), None, _standing(None, ticket.requester)
    try:
        held, _, standing = holdings(ticket.desk, ticket.requester, ticket.entitlement, policy)
    except InvalidInput:
        return (), None, "stranger"
    return held, ticket.entitlement, standing


def asked_again(ticket: Ticket, policy: Policy, instant: datetime) -> Asked:
    """Who and what a ticket is about, for suppliers of record facts that are read anew (gates)."""
    return Asked(
        desk=ticket.desk,
        contact=ticket.requester,
        channel=ticket.channel,
        policy=policy,
        versions=(),
        instant=instant,
        named=ticket.entitlement,
        about=ticket.linked_to,
        own_ticket_id=ticket.pk,
    )


def structure_of(facts: Mapping[str, Any], policy: Policy) -> dict[str, str]:
    """The columns of a ticket that facts decide: priority, category, topic."""
    settled = policy.settled(facts)
    return {
        "priority": policy.priority_of(settled) or "",
        "category": str(settled.get("category") or ""),
        "topic": str(settled.get("topic") or ""),
    }
