"""Three tables that every room writes to: what happened (`Event`), what is awaited (`Timer`), what is to be sent
(`Outbox`). None holds personal text: they refer to the erasable rows that do.
"""

from django.db import models
from django.db.models.functions import Coalesce


class Event(models.Model):
    """One thing that happened to one subject. Append-only: the database itself refuses to change or delete it."""

    desk = models.ForeignKey("desks.Desk", on_delete=models.PROTECT, related_name="+", db_index=False)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    kind = models.CharField(max_length=60)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["subject_kind", "subject_id", "id"], name="event_of_subject")]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_id}: {self.kind}"


class Timer(models.Model):
    """The next moment that matters to one subject. `due_at` is when it truly falls due and dates the effect; nothing is
    awaited while it is empty. `leased_until` is set only on due rows: a worker holds the row, or a failed try waits.
    """

    desk = models.ForeignKey("desks.Desk", on_delete=models.CASCADE, related_name="+", db_index=False)
    purpose = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    due_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    dead_at = models.DateTimeField(null=True)
    last_error = models.TextField(default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["purpose", "subject_id"], name="timer_of_subject")]
        indexes = [
            # What a worker looks for, and nothing else: a leased row moves behind all that is due now.
            models.Index(
                Coalesce("leased_until", "due_at"),
                condition=models.Q(due_at__isnull=False, dead_at__isnull=True),
                name="timer_awaited",
            ),
            models.Index(fields=["dead_at"], condition=models.Q(dead_at__isnull=False), name="timer_dead"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.subject_id}"


class Outbox(models.Model):
    """One delivery to the outside. `identity` never changes, so that a second try is recognised as the same letter;
    `payload` holds references only.
    """

    desk = models.ForeignKey("desks.Desk", on_delete=models.CASCADE, related_name="+", db_index=False)
    channel = models.CharField(max_length=40)
    identity = models.CharField(max_length=200)
    ticket_id = models.BigIntegerField(null=True, db_index=True)
    payload = models.JSONField(default=dict)
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)
    last_error = models.TextField(default="", blank=True)

    class Meta:
        verbose_name_plural = "outbox"
        # Not `unique=True`: that would bring PostgreSQL a second index, for patterns that nobody looks for.
        constraints = [models.UniqueConstraint(fields=["identity"], name="outbox_identity")]
        indexes = [
            models.Index(
                Coalesce("leased_until", "due_at"),
                condition=models.Q(sent_at__isnull=True, dead_at__isnull=True),
                name="outbox_unsent",
            ),
            models.Index(fields=["dead_at"], condition=models.Q(dead_at__isnull=False), name="outbox_dead"),
        ]

    def __str__(self) -> str:
        return self.identity
