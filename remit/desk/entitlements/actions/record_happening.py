"""Record what a person decided about an entitlement: archived, restored, voided, kept, ended (IEX-13, ITS-14)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from remit.desk.entitlements import rights
from remit.desk.entitlements.models import Entitlement, Happening
from remit.desk.foundation import events
from remit.desk.foundation.actors import Actor
from remit.desk.foundation.errors import InvalidInput


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
    check_happening(kind, at, now)
    with transaction.atomic():
        happening = Happening.objects.create(
            entitlement=entitlement,
            kind=kind,
            at=at or now,
            actor_kind=actor.kind,
            actor_id=actor.id,
            clause=clause,
            reason=reason,
        )
        subject = ("entitlement", entitlement.pk)
        events.append(
            entitlement.desk_id, subject, kind, now, actor, {"happening": happening.pk, "clause": clause}
        )
        rights.announce(entitlement, actor, now, is_gain=kind in ("restored", "kept"))
    return happening


def check_happening(kind: str, at: datetime | None, now: datetime) -> None:
    """Raise `InvalidInput` naming each field of a happening that can't be."""
    if kind not in Happening.KINDS:
        raise InvalidInput(
            "This can't be recorded.", fields={"kind": f"Choose one of {', '.join(Happening.KINDS)}."}
        )
    if at is not None and at > now:
        raise InvalidInput("This can't be recorded.", fields={"at": "This moment is in the future."})
