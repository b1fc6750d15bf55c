"""What may be archived, as the team sees it: what waits for a person, what was left as it is, and whether the desk
archives at once (IEX-13).

Reads only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext, ngettext

from remit.desk.accounts.models import Agent
from remit.desk.design.clocks import Cite, cite_of
from remit.desk.design.covers import CoverPanel
from remit.desk.entitlements.cover import History, histories
from remit.desk.entitlements.models import Entitlement, EntitlementQuerySet, Happening
from remit.desk.policies import store
from remit.desk.policies.holding import timeline_in_force
from remit.desk.workspace.customers import panel_of
from remit.desk.workspace.visit import Visit, waiting_at

MOST = 50


@dataclass(frozen=True, slots=True)
class Archivable:
    """Something held that may be archived. `kept` says how a person left it as it is: what was decided, when, by whom
    and why; empty where nobody has looked yet.
    """

    id: int
    name: str
    kind: str
    customer: str
    address: str
    since: datetime
    cite: Cite | None
    cover: CoverPanel
    kept: str
    kept_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class ArchivingPage:
    """The page on which it is decided. `wrong` is the key of what could not be decided, with `errors` of its form."""

    title: str
    waiting: tuple[Archivable, ...]
    left: tuple[Archivable, ...]
    is_at_once: bool
    is_lead: bool
    wrong: int | None
    typed: Mapping[str, str]
    errors: Mapping[str, str]


def title_of(count: int) -> str:
    """How much waits, in words."""
    return ngettext("%(n)s entitlement may be archived", "%(n)s entitlements may be archived", count) % {
        "n": count
    }


def archiving_page(
    visit: Visit,
    *,
    wrong: int | None = None,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> ArchivingPage:
    """The page, those that have waited longest first."""
    waiting = list(_listed(waiting_at(visit)))
    left = list(_listed(Entitlement.objects.held_at(visit.desk).left_unarchived()))
    history = histories(one.pk for one in (*waiting, *left))
    return ArchivingPage(
        title=title_of(waiting_at(visit).count()),
        waiting=tuple(_rows(waiting, history, {}, visit)),
        left=tuple(_rows(left, history, _kept(left), visit)),
        is_at_once=visit.desk.archiving == "at once",
        is_lead=visit.viewer.is_lead,
        wrong=wrong,
        typed=typed or {},
        errors=errors or {},
    )


def _listed(found: EntitlementQuerySet) -> Any:
    return found.select_related("customer").order_by("archivable_at", "pk")[:MOST]


def _kept(left: Sequence[Entitlement]) -> dict[int, Happening]:
    """The latest of what a person decided about each."""
    rows = Happening.objects.filter(entitlement__in=left, kind__in=["left", "restored"]).order_by("at", "id")
    return {one.entitlement_id: one for one in rows}


def _rows(
    held: Sequence[Entitlement], history: Mapping[int, History], kept: Mapping[int, Happening], visit: Visit
) -> Iterable[Archivable]:
    versions = store.versions_of(visit.desk)
    agreed = store.agreements_at((one.customer_id for one in held), visit.now)
    names = dict(
        Agent.objects.filter(
            desk=visit.desk, pk__in=[one.actor_id for one in kept.values() if one.actor_kind == "agent"]
        ).values_list("pk", "name")
    )
    policy_address = visit.policy_address(visit.in_force.number)
    for one in held:
        line = timeline_in_force(one, versions, visit.now, history=history[one.pk], agreements=agreed)
        panel = panel_of(one, line, visit)
        if line is None or panel is None:
            continue
        decided = kept.get(one.pk)
        here = line.at(visit.now)
        yield Archivable(
            id=one.pk,
            name=one.name,
            kind=one.kind.replace("_", " "),
            customer=one.customer.name,
            address=f"{visit.address('customer', one.customer_id)}#held-{one.pk}",
            since=here.starts_at or visit.now,
            cite=cite_of(visit.in_force, here.archived_under, policy_address),
            cover=panel,
            kept=_kept_words(decided, names),
            kept_at=decided.at if decided is not None else None,
            reason=decided.reason if decided is not None else "",
        )


def _kept_words(decided: Happening | None, names: Mapping[int, str]) -> str:
    if decided is None:
        return ""
    by = names.get(decided.actor_id or 0, gettext("the operator"))
    words = gettext("Left by %s") if decided.kind == "left" else gettext("Brought back by %s")
    return words % by
