"""What an entitlement covers at an instant: reads the rows, asks the pure core, stores nothing.

Each purchase is judged by the policy version in force at its own anchor (design §4); who knows the versions
passes `spec_at`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import CharField, DateField, F, Value

from remit.desk.entitlements.models import Entitlement, Happening, Purchase
from remit.desk.foundation.prepared import Prepared
from remit.policy import cover
from remit.policy.vocabulary.durations import parse_duration

AT_ONCE = 100
SpecAt = Callable[[datetime], cover.CoverSpec]


@dataclass(frozen=True, slots=True)
class History:
    """All that bears on the cover of one entitlement."""

    purchases: tuple[cover.Purchase, ...]
    happenings: tuple[cover.Happening, ...]

    def until(self, instant: datetime) -> History:
        """What had happened by then."""
        return History(
            tuple(one for one in self.purchases if one.at <= instant),
            tuple(one for one in self.happenings if one.at <= instant),
        )


def histories(entitlement_ids: Iterable[int]) -> dict[int, History]:
    """The purchases and happenings of these entitlements, oldest first: one statement however many there are."""
    ids = list(entitlement_ids)
    rows: list[tuple[Any, ...]] = []
    for start in range(0, len(ids), AT_ONCE):
        part = ids[start : start + AT_ONCE]
        rows += _prepared(len(part)).rows(*part)
    return histories_in(rows, ids)


def histories_in(rows: Iterable[tuple[Any, ...]], ids: Iterable[int]) -> dict[int, History]:
    """The same, of rows of `purchases_and_happenings` as already read; some may be of other entitlements."""
    bought: dict[int, list[cover.Purchase]] = defaultdict(list)
    happened: dict[int, list[cover.Happening]] = defaultdict(list)
    oldest_first = sorted(rows, key=lambda row: (row[4], row[2]))
    for is_purchase, owner, row, kind, at, on, term, part, label in oldest_first:
        if is_purchase:
            term_bought = parse_duration(term) if term else None
            bought[owner].append(
                cover.Purchase(
                    id=str(row), kind=kind, at=at, on=on, term=term_bought, covers=part, label=label
                )
            )
        else:
            happened[owner].append(cover.Happening(kind=kind, at=at, clause=part, by=label))
    return {one: History(tuple(bought[one]), tuple(happened[one])) for one in ids}


@cache
def _prepared(count: int) -> Prepared:
    """The statement for so many entitlements at once."""
    return Prepared(lambda *ids: purchases_and_happenings(ids), *[int] * count)


def purchases_and_happenings(entitlement_ids: Any) -> Any:
    """What `histories_in` takes, of the entitlements with these keys: numbers, or a query that gives them."""
    purchases = Purchase.objects.filter(entitlement_id__in=entitlement_ids).order_by()
    happenings = Happening.objects.filter(entitlement_id__in=entitlement_ids).order_by()
    return purchases.values_list(
        Value(1), "entitlement_id", "id", "kind", "at", "on", "term", "part", "label"
    ).union(
        happenings.values_list(
            Value(0),
            "entitlement_id",
            "id",
            "kind",
            "at",
            Value(None, output_field=DateField()),
            Value("", output_field=CharField()),
            "clause",
            F("actor_kind"),
        ),
        all=True,
    )


def timeline_of(
    entitlement: Entitlement, spec_at: SpecAt, *, part: str = "", history: History | None = None
) -> cover.Timeline:
    """The phases of this entitlement, from before its first purchase on; `history` where it was loaded already."""
    found = history or histories([entitlement.pk])[entitlement.pk]
    return cover.timeline(found.purchases, found.happenings, spec_at, part)


def cover_facts(
    entitlement: Entitlement,
    spec_at: SpecAt,
    instant: datetime,
    *,
    part: str = "",
    history: History | None = None,
) -> dict[str, object]:
    """The facts of this entitlement at `instant`, named after its kind; what was bought or decided later is left out.

    `K.valid .held .name .plan .archived .voided .phase .since .until .active`, and one for each attribute.
    """
    found = (history or histories([entitlement.pk])[entitlement.pk]).until(instant)
    line = cover.timeline(found.purchases, found.happenings, spec_at, part)
    kind = entitlement.kind
    facts: dict[str, object] = {f"{kind}.{name}": value for name, value in attributes(entitlement).items()}
    facts |= {
        f"{kind}.valid": entitlement.is_valid,
        f"{kind}.held": True,
        f"{kind}.name": entitlement.name,
        f"{kind}.archived": cover.latest_of(found.happenings, instant, "archived", "restored"),
        f"{kind}.voided": cover.latest_of(found.happenings, instant, "voided", "kept"),
        **cover.facts_at(line, spec_at(instant), instant),
    }
    if entitlement.plan:
        facts[f"{kind}.plan"] = entitlement.plan
    return facts


def attributes(entitlement: Entitlement) -> Mapping[str, object]:
    """The record's own facts, as written; the policy's declarations say how each is read."""
    return dict(entitlement.attributes)
