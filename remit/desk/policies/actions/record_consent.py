"""Record that a person accepted a version of the policy by using support (ITC-13, IEX-1, IEX-29).

The document says which uses accept it. A row is written at the first use of each version, and left where there is one
already: two first uses at once make one row. Only a version that was published by then can have been accepted.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from remit.desk.entitlements.models import Purchase
from remit.desk.foundation.writing import Writing
from remit.desk.policies import store
from remit.desk.policies.models import Consent
from remit.desk.policies.store import Edition
from remit.policy.document.policy import Policy

BUYING = ("purchase", "renewal", "extension")
"""The kinds of purchase that are something bought."""


def record_consent_by_request(
    writing: Writing, ticket: Any, version: Edition, policy: Policy, now: datetime
) -> None:
    """Record with a ticket, in its own transaction, that its requester accepted the version it came in under. For who
    is not known to have; what another request wrote since that was read is left.
    """
    consent = policy.consent
    if consent is None or not consent.is_by_request or ticket.received_at < version.published_at:
        return
    writing.add(
        Consent,
        or_leave=True,
        desk_id=ticket.desk_id,
        contact_id=ticket.requester_id,
        version_id=version.id,
        way="request",
        channel=ticket.channel,
        ticket_id=ticket.pk,
        accepted_at=ticket.received_at,
        recorded_at=now,
    )


def record_consent_by_purchase(purchase: Purchase, contact: Any) -> None:
    """Record, within the transaction of a purchase, that who bought accepted the version in force at its moment."""
    if purchase.kind not in BUYING:
        return
    versions = store.versions_of(contact.desk_id)
    if not versions:
        return
    version = store.in_force(versions, purchase.at)
    consent = store.compiled(version).consent
    if consent is None or not consent.is_by_purchase or purchase.at < version.published_at:
        return
    row = Consent(
        desk_id=contact.desk_id,
        contact_id=contact.pk,
        version_id=version.id,
        way="purchase",
        purchase=purchase,
        accepted_at=purchase.at,
        recorded_at=purchase.recorded_at,
    )
    Consent.objects.bulk_create([row], ignore_conflicts=True)
