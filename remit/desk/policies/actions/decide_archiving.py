"""A person decides of something that may be archived: it is archived, or left as it is for now (IEX-13)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from remit.desk.entitlements.actions import record_happening
from remit.desk.entitlements.actions.record_happening import REASON_LENGTH
from remit.desk.entitlements.models import Entitlement, Happening
from remit.desk.foundation.actors import Actor
from remit.desk.foundation.errors import Conflict, InvalidInput
from remit.desk.foundation.text import clean_line
from remit.desk.policies import store
from remit.desk.policies.holding import timeline_in_force


def archive_entitlement(entitlement: Entitlement, *, actor: Actor, now: datetime, reason: str) -> Happening:
    """Archive it from now on, under the clause that lets it be; the holder's people are told. Raises `InvalidInput`
    without a reason and `Conflict` where it may not be archived any more, as after a renewal.
    """
    return _decided(entitlement, "archived", actor=actor, now=now, reason=reason)


def leave_unarchived(entitlement: Entitlement, *, actor: Actor, now: datetime, reason: str) -> Happening:
    """Leave it as it is, with the reason on record; it may still be archived later. Raises as archiving it does."""
    return _decided(entitlement, "left", actor=actor, now=now, reason=reason)


def _decided(entitlement: Entitlement, kind: str, *, actor: Actor, now: datetime, reason: str) -> Happening:
    reason = clean_line(reason, field="reason", limit=REASON_LENGTH)
    if not reason:
        raise InvalidInput("Nothing was decided.", fields={"reason": "Say why; it stays on record."})
    with transaction.atomic():
        held = Entitlement.objects.select_for_update().get(pk=entitlement.pk)
        line = timeline_in_force(held, store.versions_of(held.desk_id), now)
        clause = line.at(now).archived_under if line is not None else ""
        if not clause:
            raise Conflict(
                f"{held.name} may not be archived any more.",
                next="It was renewed, or somebody else decided meanwhile; look at what it is now.",
            )
        return record_happening(held, kind, actor=actor, now=now, clause=clause, reason=reason)
