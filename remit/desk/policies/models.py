"""Stored policy versions, individual agreements, and the ledger of decisions.

Versions, agreements and decisions never change once written: triggers in the database refuse it (see the migration).
Personal text is not here, but for `ReasonText`, which may be erased.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models


class PolicyVersion(models.Model):
    """One published version of a desk's policy: its source, its frozen holidays and the instant it holds from."""

    desk = models.ForeignKey("desks.Desk", on_delete=models.CASCADE, related_name="policy_versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    language = models.CharField(max_length=12)
    effective_at = models.DateTimeField(
        help_text="Holds from this instant until the next version's, half-open."
    )
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        "accounts.Agent",
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
    )
    source = models.TextField()
    holidays = models.JSONField(default=dict, help_text="Calendar name → date → name, frozen at publication.")
    hash = models.CharField(max_length=64)
    engine_version = models.CharField(max_length=20)
    significant = models.BooleanField(default=False)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["desk", "number"], name="policy_number_per_desk")]
        indexes = [models.Index(fields=["desk", "effective_at"], name="policy_in_force")]
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.title}, version {self.number}"


class PolicyTranslation(models.Model):
    """The prose of a version in another language; clauses and placeholders are the version's own."""

    version = models.ForeignKey(PolicyVersion, on_delete=models.CASCADE, related_name="translations")
    language = models.CharField(max_length=12)
    source = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "language"], name="one_translation_per_language")
        ]

    def __str__(self) -> str:
        return self.language


class Agreement(models.Model):
    """What was agreed with one customer beyond the policy: a document that names the clauses it changes, and a term
    (design §4). Requests received in [`starts_at`, `ends_at`) are judged under it; without an end it runs on.
    """

    desk = models.ForeignKey("desks.Desk", on_delete=models.CASCADE, related_name="agreements")
    customer = models.ForeignKey(
        "accounts.Customer", on_delete=models.PROTECT, related_name="agreements", db_index=False
    )
    title = models.CharField(max_length=200)
    source = models.TextField()
    holidays = models.JSONField(
        default=dict, help_text="Calendar name → date → name, for the calendars it declares itself."
    )
    hash = models.CharField(max_length=64)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        "accounts.Agent", null=True, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )

    class Meta:
        indexes = [models.Index(fields=["customer", "starts_at"], name="agreements_of_customer")]
        ordering = ["-starts_at", "-id"]

    def __str__(self) -> str:
        return self.title

    @property
    def ended_at(self) -> datetime | None:
        """When it ends or ended: by its term, or as it was ended before."""
        ending: AgreementEnd | None = getattr(self, "ending", None)
        return ending.ends_at if ending is not None else self.ends_at


class AgreementEnd(models.Model):
    """An agreement ended before its term; requests received until then stay under it."""

    agreement = models.OneToOneField(
        Agreement, on_delete=models.CASCADE, related_name="ending", primary_key=True
    )
    ends_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        "accounts.Agent", null=True, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )

    def __str__(self) -> str:
        return f"ended {self.ends_at:%Y-%m-%d}"


class ReasonText(models.Model):
    """Why a person decided as they did, in their words. Erasable: decisions hold only its id."""

    desk = models.ForeignKey("desks.Desk", on_delete=models.CASCADE, related_name="+")
    text = models.TextField()
    written_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"reason {self.pk}"


class Decision(models.Model):
    """One entry of the ledger: what was decided, by which clauses of which version, under which individual
    agreement, on which facts.

    The JSON columns are what `remit.policy.rules.Decision.to_json` gives, apart: see `policies.ledger`. Values of
    text facts are references (`{"answer": fact, "n": 0}`) into the ticket's erasable answers.
    """

    KINDS = ["intake", "again", "override", "contest outcome"]
    BY_PEOPLE = ("override", "contest outcome")

    desk = models.ForeignKey("desks.Desk", on_delete=models.CASCADE, related_name="decisions", db_index=False)
    ticket = models.ForeignKey(
        "tickets.Ticket", null=True, on_delete=models.CASCADE, related_name="decisions", db_index=False
    )
    version = models.ForeignKey(
        PolicyVersion, on_delete=models.PROTECT, related_name="decisions", db_index=False
    )
    agreement = models.ForeignKey(
        Agreement, null=True, on_delete=models.PROTECT, related_name="decisions", db_index=False
    )
    kind = models.CharField(max_length=20)
    outcome = models.CharField(max_length=10)
    deciding = models.JSONField(default=list)
    contributing = models.JSONField(default=list)
    facts = models.JSONField(default=dict)
    trace = models.JSONField(default=list)
    asks = models.JSONField(default=list)
    unknowns = models.JSONField(default=list)
    least_change = models.JSONField(default=list)
    says = models.TextField(blank=True)
    steps = models.JSONField(default=list)
    rest = models.JSONField(
        default=dict, help_text="Conflicts, gaps and welcome facts: what else the core said."
    )
    as_of = models.DateTimeField(help_text="The instant whose facts were judged.")
    decided_at = models.DateTimeField()
    engine_version = models.CharField(max_length=20)
    author_agent = models.ForeignKey(
        "accounts.Agent",
        null=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    reason_ref = models.ForeignKey(
        ReasonText,
        null=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    supersedes = models.ForeignKey(
        "self", null=True, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )

    class Meta:
        indexes = [models.Index(fields=["ticket", "id"], name="decisions_of_ticket")]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.kind}: {self.outcome}"

    @property
    def is_by_person(self) -> bool:
        """Whether a person decided it; no rule replaces it, only a person does (design §2.5)."""
        return self.kind in self.BY_PEOPLE

    @property
    def grounds(self) -> list[dict[str, Any]]:
        """The deciding findings that speak for this outcome. What a person decided keeps those that it went against
        too, and these are no reasons of it.
        """
        if not self.is_by_person:
            return list(self.deciding)
        return [one for one in self.deciding if one["outcome"] == self.outcome]

    @property
    def persons_reason(self) -> str:
        """Why the person who decided did so, for the requester as for everyone; empty where the policy decided."""
        return self.reason if self.is_by_person else ""

    @property
    def reason(self) -> str:
        """The author's reason, or an empty string where there is none or it was erased."""
        if self.reason_ref_id is None:
            return ""
        found = ReasonText.objects.filter(pk=self.reason_ref_id).values_list("text", flat=True).first()
        return found or ""


class Consent(models.Model):
    """That a person accepted a version by using support (ITC-13, IEX-1, IEX-29): once for each person and version.

    Never changed; the contact is held by its key alone, so that erasing a person leaves that a version was accepted.
    """

    desk = models.ForeignKey("desks.Desk", on_delete=models.CASCADE, related_name="consents", db_index=False)
    contact = models.ForeignKey(
        "accounts.Contact",
        on_delete=models.DO_NOTHING,
        related_name="consents",
        db_constraint=False,
        db_index=False,
    )
    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="consents")
    way = models.CharField(max_length=10)
    channel = models.CharField(max_length=20, blank=True, help_text="Of the request; empty for a purchase.")
    ticket = models.ForeignKey(
        "tickets.Ticket", null=True, on_delete=models.PROTECT, related_name="consents", db_index=False
    )
    purchase = models.ForeignKey(
        "entitlements.Purchase", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    accepted_at = models.DateTimeField(help_text="When support was used: the receipt, or the purchase.")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contact", "version"], name="consent_once_a_person_and_version")
        ]
        indexes = [
            models.Index(
                fields=["ticket"], condition=models.Q(ticket__isnull=False), name="consents_of_ticket"
            )
        ]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"version {self.version_id} by {self.way}"


class DeclaredEvent(models.Model):
    """Force majeure, maintenance and the like, declared by the desk: pauses the clocks its clause names (C24-12)."""

    desk = models.ForeignKey("desks.Desk", on_delete=models.CASCADE, related_name="declared_events")
    kind = models.CharField(max_length=80, help_text="An event the policy declares.")
    name = models.CharField(max_length=120)
    cause = models.CharField(max_length=120, blank=True)
    services = models.JSONField(default=list)
    starts_at = models.DateTimeField()
    declared_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    clause = models.CharField(max_length=80)

    class Meta:
        indexes = [models.Index(fields=["desk", "starts_at"], name="declared_events_of_desk")]
        ordering = ["starts_at", "id"]

    def __str__(self) -> str:
        return self.name


class OffChannelMessage(models.Model):
    """A message that came by a way the policy doesn't count: kept in the log, answered at most once a day (ITC-14)."""

    desk = models.ForeignKey("desks.Desk", on_delete=models.CASCADE, related_name="off_channel_messages")
    channel = models.CharField(max_length=20)
    contact = models.ForeignKey("accounts.Contact", null=True, on_delete=models.SET_NULL, related_name="+")
    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+")
    agreement = models.ForeignKey(
        Agreement, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    clause = models.CharField(max_length=80, blank=True)
    received_at = models.DateTimeField()
    answered_at = models.DateTimeField(
        null=True, help_text="Empty where this sender had an answer that day already."
    )
    text = models.TextField(blank=True, help_text="Erasable.")

    class Meta:
        indexes = [models.Index(fields=["desk", "contact", "received_at"], name="off_channel_by_sender")]
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.channel} {self.received_at:%Y-%m-%d %H:%M}"
