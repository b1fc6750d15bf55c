"""Say in what standing a contact asks under an entitlement (IEX-22)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from remit.desk.accounts.models import Contact
from remit.desk.entitlements.models import Entitlement, Standing
from remit.desk.foundation import events
from remit.desk.foundation.actors import Actor
from remit.desk.foundation.errors import InvalidInput


def set_standing(
    entitlement: Entitlement, contact: Contact, standing: str, *, actor: Actor, now: datetime
) -> Standing:
    """Make `standing` the contact's only standing under this entitlement."""
    if standing not in Standing.STANDINGS:
        choices = ", ".join(Standing.STANDINGS)
        raise InvalidInput("This standing can't be set.", fields={"standing": f"Choose one of {choices}."})
    if contact.desk_id != entitlement.desk_id:
        raise InvalidInput("This standing can't be set.", fields={"contact": "We don't know this contact."})
    with transaction.atomic():
        row, _ = Standing.objects.update_or_create(
            entitlement=entitlement, contact=contact, defaults={"standing": standing}
        )
        data = {"contact": contact.pk, "standing": standing}
        events.append(entitlement.desk_id, ("entitlement", entitlement.pk), "standing set", now, actor, data)
    return row
