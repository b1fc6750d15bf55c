"""Record that cover was bought, lengthened or renewed."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

from django.db import transaction

from remit.desk.accounts.models import Contact
from remit.desk.entitlements import rights
from remit.desk.entitlements.checking import check_allowed
from remit.desk.entitlements.models import Entitlement, Purchase
from remit.desk.foundation import events
from remit.desk.foundation.actors import Actor
from remit.desk.foundation.errors import InvalidInput
from remit.desk.foundation.moments import OUT_OF_REACH, is_within_reach
from remit.desk.foundation.text import clean_line, noted_line
from remit.policy import cover
from remit.policy.vocabulary.durations import parse_term

PART_LENGTH = 80
NEW = "new"
"""The key under which a purchase is weighed before it has one of its own."""


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
    contact: Contact | None = None,
) -> Purchase:
    """Add a purchase, paid or done `at` (default now), and let tickets that wait for the right be decided again.

    `term` is a duration as the policy writes it ("12 months"); `on` the date of the work where cover counts from
    a date (ITS-3); `contact` who bought it, where that is known: a contact of the holder (ITC-13). Raises
    `InvalidInput` naming the field, and `Refused` with the clause where the policy has no renewal at that moment.
    """
    check_purchase(kind, at, term, now, part=part)
    check_buyer(entitlement, contact)
    bought = cover.Purchase(NEW, kind, at or now, on, parse_term(term) if term else None, part)
    check_allowed(entitlement, bought, now)
    with transaction.atomic():
        purchase = Purchase.objects.create(
            entitlement=entitlement,
            kind=kind,
            at=at or now,
            on=on,
            term=term,
            part=clean_line(part, field="part", limit=PART_LENGTH),
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
        rights.announce(entitlement, actor, now, kind)
        if contact is not None:
            rights.announce_purchase(purchase, contact)
    return purchase


def check_purchase(kind: str, at: datetime | None, term: str, now: datetime, *, part: str = "") -> None:
    """Raise `InvalidInput` naming each field of a purchase that can't be."""
    faults: dict[str, str] = {}
    if kind not in Purchase.KINDS:
        faults["kind"] = f"Choose one of {', '.join(Purchase.KINDS)}."
    if at is not None and at > now:
        faults["at"] = "This moment is in the future. Record a purchase when it has happened."
    if term:
        try:
            parse_term(term)
        except ValueError as error:
            faults["term"] = str(error)
    noted_line(part, "part", PART_LENGTH, faults)
    if faults:
        raise InvalidInput("This purchase can't be recorded.", fields=faults)


def check_buyer(entitlement: Entitlement, contact: Contact | None) -> None:
    """Raise `InvalidInput` where the one who bought it is nobody of the customer who holds it."""
    if contact is not None and contact.customer_id != entitlement.customer_id:
        sentence = "Choose someone of the customer who holds it."
        raise InvalidInput("This purchase can't be recorded.", fields={"contact": sentence})


def read_moment(written: str, zone: tzinfo, *, field: str) -> tuple[datetime, date | None]:
    """When something was paid or done, as people write it, local to the desk: "2026-01-31 12:00"; or "2026-01-31",
    which stands for its first moment and is kept as the date of the work (ITS-3). Raises `InvalidInput`
    that says what to write in `field`.
    """
    try:
        at = datetime.fromisoformat(written.strip()).replace(tzinfo=zone)
    except ValueError:
        sentence = "Write 2026-01-31, or '2026-01-31 12:00'."
        raise InvalidInput("This can't be recorded.", fields={field: sentence}) from None
    if not is_within_reach(at):
        raise InvalidInput("This can't be recorded.", fields={field: OUT_OF_REACH})
    return at, at.date() if len(written.strip()) == len("2026-01-31") else None
