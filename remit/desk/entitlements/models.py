"""The records of what customers hold.

Phases of cover are *not* here: they are computed from these rows by `remit.policy.cover` and never stored.
"""

from __future__ import annotations

from typing import Any

from django.db import models


class Product(models.Model):
    """Something a desk develops, distributes or looks after (ITC-1)."""

    desk = models.ForeignKey("desks.Desk", on_delete=models.CASCADE, related_name="products")
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["desk", "slug"], name="product_slug_per_desk")]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


def _kept_meanwhile() -> models.Exists:
    """A person left it, or brought it back, since it may be archived."""
    kept = Happening.objects.filter(entitlement=models.OuterRef("pk"), kind__in=["left", "restored"])
    return models.Exists(kept.filter(at__gte=models.OuterRef("archivable_at")))


class EntitlementQuerySet(models.QuerySet["Entitlement"]):
    """Sets of entitlements, read as English."""

    def held_at(self, desk: Any) -> EntitlementQuerySet:
        """Only what this desk's customers hold."""
        return self.filter(desk=desk)

    def to_archive(self) -> EntitlementQuerySet:
        """What may be archived and waits for a person to say whether it is (IEX-13)."""
        return self.filter(archivable_at__isnull=False).exclude(_kept_meanwhile())

    def left_unarchived(self) -> EntitlementQuerySet:
        """What may be archived, and a person left as it is or brought back."""
        return self.filter(_kept_meanwhile(), archivable_at__isnull=False)

    def open_to(self, contact: Any) -> EntitlementQuerySet:
        """What this contact may ask under: the customer's own, and what the contact has a standing in (IEX-22)."""
        reach = models.Q(standings__contact=contact)
        if contact.customer_id is not None:
            reach |= models.Q(customer_id=contact.customer_id)
        return self.filter(desk_id=contact.desk_id).filter(reach).distinct()


class Entitlement(models.Model):
    """A right to support that a customer holds: a licence, a plan, a trial, an item under warranty.

    `kind` is a kind of cover that the desk's policy declares; `attributes` are the facts of this one record
    (`{"domains": 2}` becomes the fact `licence.domains`), so a new company needs no new columns.
    """

    desk = models.ForeignKey("desks.Desk", on_delete=models.CASCADE, related_name="entitlements")
    customer = models.ForeignKey("accounts.Customer", on_delete=models.CASCADE, related_name="entitlements")
    kind = models.CharField(max_length=60)
    name = models.CharField(max_length=120)
    plan = models.CharField(max_length=60, blank=True)
    product = models.ForeignKey(
        Product, null=True, blank=True, on_delete=models.SET_NULL, related_name="entitlements"
    )
    attributes = models.JSONField(default=dict, blank=True)
    is_valid = models.BooleanField(default=True)
    archivable_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Since when it may be archived: a projection, written anew with its timer.",
    )
    created_at = models.DateTimeField()

    objects = EntitlementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["desk", "kind", "name"], name="entitlement_name_per_desk")
        ]
        ordering = ["kind", "name"]
        indexes = [
            models.Index(fields=["desk", "customer", "id"], name="entitlements_of_customer"),
            models.Index(
                fields=["desk", "archivable_at"],
                name="entitlement_to_archive",
                condition=models.Q(archivable_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


class Purchase(models.Model):
    """Something that begins or lengthens cover: a purchase, renewal, extension, repair or trial (IEX-11, ITS-3)."""

    KINDS = ["purchase", "renewal", "extension", "repair", "trial"]

    entitlement = models.ForeignKey(Entitlement, on_delete=models.CASCADE, related_name="purchases")
    kind = models.CharField(max_length=20, choices=[(kind, kind) for kind in KINDS])
    at = models.DateTimeField(
        help_text="When it was paid or done; cover is judged by the version in force then."
    )
    on = models.DateField(
        null=True, blank=True, help_text="The date of the work, where cover counts from a date."
    )
    term = models.CharField(max_length=40, blank=True, help_text='How long a term was bought: "12 months".')
    part = models.CharField(max_length=80, blank=True, help_text="The part it covers; empty is the whole.")
    label = models.CharField(max_length=120, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["entitlement", "at"], name="purchase_by_entitlement")]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d}"


class Happening(models.Model):
    """Something decided about an entitlement: archived, left though it may be archived, restored (IEX-13); voided, kept
    (ITS-14); ended.
    """

    KINDS = ["archived", "restored", "voided", "kept", "ended", "left"]

    entitlement = models.ForeignKey(Entitlement, on_delete=models.CASCADE, related_name="happenings")
    kind = models.CharField(max_length=20, choices=[(kind, kind) for kind in KINDS])
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.BigIntegerField(null=True, blank=True)
    clause = models.CharField(max_length=80, blank=True)
    reason = models.CharField(
        max_length=200, blank=True, help_text="A reason of the policy, never about a person."
    )

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["entitlement", "at"], name="happening_by_entitlement")]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d}"


class Standing(models.Model):
    """In what standing a contact asks under an entitlement (IEX-22)."""

    STANDINGS = ["owner", "named contact", "colleague", "contractor"]

    entitlement = models.ForeignKey(Entitlement, on_delete=models.CASCADE, related_name="standings")
    contact = models.ForeignKey("accounts.Contact", on_delete=models.CASCADE, related_name="standings")
    standing = models.CharField(max_length=20, choices=[(standing, standing) for standing in STANDINGS])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entitlement", "contact"], name="one_standing_per_contact")
        ]

    def __str__(self) -> str:
        return self.standing
