"""Record that cover was bought, lengthened or renewed."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

from django.db import transaction

from remit.desk.entitlements import rights
from remit.desk.entitlements.models import Entitlement, Purchase
from remit.desk.foundation import events
from remit.desk.foundation.actors import Actor
from remit.desk.foundation.errors import InvalidInput
from remit.policy.vocabulary.durations import parse_duration


def record_purchase(
    entitlement: Entitlement,
    kind: str,
    *,
    actor: Actor,
    now: datetime,
    at: datetime | None = None,
    on: date | None = None,
    term: str = "",
    part: str = "",
    label: str = "",
) -> Purchase:
    """Add a purchase, paid or done `at` (default now), and let tickets that wait for the right be decided again.

    `term` is a duration as the policy writes it ("12 months"); `on` the date of the work where cover counts from
    a date (ITS-3). Raises `InvalidInput` naming the field.
    """
    check_purchase(kind, at, term, now)
    with transaction.atomic():
        purchase = Purchase.objects.create(
            entitlement=entitlement,
            kind=kind,
            at=at or now,
            on=on,
            term=term,
            part=part,
            label=label,
            recorded_at=now,
        )
        events.append(
            entitlement.desk_id,
            ("entitlement", entitlement.pk),
            f"{kind} recorded",
            now,
            actor,
            {"purchase": purchase.pk, "at": purchase.at.isoformat()},
        )
        rights.announce(entitlement, actor, now, is_gain=True)
    return purchase


def check_purchase(kind: str, at: datetime | None, term: str, now: datetime) -> None:
    """Raise `InvalidInput` naming each field of a purchase that can't be."""
    faults = {}
    if kind not in Purchase.KINDS:
        faults["kind"] = f"Choose one of {', '.join(Purchase.KINDS)}."
    if at is not None and at > now:
        faults["at"] = "This moment is in the future. Record a purchase when it has happened."
    if term:
        try:
            parse_duration(term)
        except ValueError as error:
            faults["term"] = str(error)
    if faults:
        raise InvalidInput("This purchase can't be recorded.", fields=faults)


def read_moment(written: str, zone: tzinfo) -> tuple[datetime, date | None]:
    """When something was paid or done, as people write it, local to the desk: "2026-01-31 12:00"; or "2026-01-31",
    which stands for its first moment and is kept as the date of the work (ITS-3). Raises `ValueError`.
    """
    at = datetime.fromisoformat(written.strip()).replace(tzinfo=zone)
    return at, at.date() if len(written.strip()) == len("2026-01-31") else None
