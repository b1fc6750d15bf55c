"""Record what was decided about an entitlement: archived, left, restored (IEX-13); voided, kept (ITS-14); ended."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from remit.desk.entitlements import rights
from remit.desk.entitlements.models import Entitlement, Happening
from remit.desk.foundation import events
from remit.desk.foundation.actors import Actor
from remit.desk.foundation.errors import InvalidInput
from remit.desk.foundation.text import clean_line, noted_line

CLAUSE_LENGTH, REASON_LENGTH = 80, 200


def record_happening(
    entitlement: Entitlement,
    kind: str,
    *,
    actor: Actor,
    now: datetime,
    at: datetime | None = None,
    clause: str = "",
    reason: str = "",
) -> Happening:
    """Add a happening, of `at` (default now); restoring and keeping count as a right gained."""
    check_happening(entitlement, kind, at, now, clause=clause, reason=reason)
    with transaction.atomic():
        happening = Happening.objects.create(
            entitlement=entitlement,
            kind=kind,
            at=at or now,
            actor_kind=actor.kind,
            actor_id=actor.id,
            clause=clean_line(clause, field="clause", limit=CLAUSE_LENGTH),
            reason=clean_line(reason, field="reason", limit=REASON_LENGTH),
        )
        subject = ("entitlement", entitlement.pk)
        events.append(
            entitlement.desk_id,
            subject,
            kind,
            now,
            actor,
            {"happening": happening.pk, "clause": happening.clause, "at": happening.at.isoformat()},
        )
        rights.announce(entitlement, actor, now, kind)
    return happening


def check_happening(
    entitlement: Entitlement,
    kind: str,
    at: datetime | None,
    now: datetime,
    *,
    clause: str = "",
    reason: str = "",
) -> None:
    """Raise `InvalidInput` naming each field of a happening that can't be: nothing is decided about what was not bought
    yet.
    """
    faults: dict[str, str] = {}
    if kind not in Happening.KINDS:
        faults["kind"] = f"Choose one of {', '.join(Happening.KINDS)}."
    if at is not None and at > now:
        faults["at"] = "This moment is in the future."
    elif at is not None and (first := entitlement.purchases.first()) is not None and at < first.at:
        faults["at"] = "This moment lies before the first purchase."
    noted_line(clause, "clause", CLAUSE_LENGTH, faults)
    noted_line(reason, "reason", REASON_LENGTH, faults)
    if faults:
        raise InvalidInput("This can't be recorded.", fields=faults)
