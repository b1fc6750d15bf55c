"""Tickets, messages and what hangs on them.

Personal text lives only in `TicketText`, `MessageText` and `StepText`, which may be erased; every other row holds
structure and references. `Clock` rows and the projection columns of `Ticket` can be rebuilt from the events at any
time.
"""

from __future__ import annotations

from django.db import models

from remit.desk.tickets.queries import TicketQuerySet

STATUSES = ["new", "open", "pending", "on hold", "solved", "closed"]
WORKABLE = ["new", "open"]


class Ticket(models.Model):
    """One request and what became of it. Its policy version is the one in force when it was received, its agreement
    the one that ran then with its customer.
    """

    desk = models.ForeignKey("desks.Desk", on_delete=models.CASCADE, related_name="tickets", db_index=False)
    number = models.PositiveIntegerField()
    customer = models.ForeignKey(
        "accounts.Customer",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="tickets",
        db_index=False,
    )
    requester = models.ForeignKey(
        "accounts.Contact",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="tickets",
        db_index=False,
    )
    entitlement = models.ForeignKey(
        "entitlements.Entitlement",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="tickets",
        db_index=False,
    )
    version = models.ForeignKey(
        "policies.PolicyVersion", on_delete=models.PROTECT, related_name="tickets", db_index=False
    )
    agreement = models.ForeignKey(
        "policies.Agreement",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="tickets",
        db_index=False,
    )
    channel = models.CharField(max_length=20)
    status = models.CharField(max_length=10, choices=[(status, status) for status in STATUSES])
    outcome = models.CharField(max_length=10)
    priority = models.CharField(max_length=40, blank=True)
    category = models.CharField(max_length=80, blank=True)
    topic = models.CharField(max_length=120, blank=True)
    tier = models.PositiveSmallIntegerField(default=1)
    team = models.ForeignKey(
        "accounts.Team", null=True, blank=True, on_delete=models.SET_NULL, related_name="tickets"
    )
    assignee = models.ForeignKey(
        "accounts.Agent", null=True, blank=True, on_delete=models.SET_NULL, related_name="tickets"
    )
    received_at = models.DateTimeField()
    completed_at = models.DateTimeField(
        null=True, blank=True, help_text="When all that the policy requires was there."
    )
    solved_at = models.DateTimeField(null=True, blank=True)
    solved_as = models.CharField(max_length=40, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    close_reason = models.CharField(max_length=40, blank=True)
    is_contested = models.BooleanField(default=False)
    linked_to = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="links"
    )
    facts = models.JSONField(
        default=dict, help_text="What is known, without personal text: see `tickets.deciding`."
    )
    next_due_at = models.DateTimeField(null=True, blank=True)
    next_metric = models.CharField(max_length=20, blank=True)
    clock_state = models.CharField(max_length=10, default="none owed")
    queue_rank = models.BigIntegerField(default=0, help_text="Lower stands further ahead.")
    queue_why = models.JSONField(default=dict)

    objects = TicketQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["desk", "number"], name="ticket_number_per_desk")]
        indexes = [
            models.Index(
                fields=["desk", "queue_rank", "id"],
                name="tickets_in_queue",
                condition=models.Q(status__in=WORKABLE),
            ),
            models.Index(fields=["requester", "-id"], name="tickets_of_requester"),
            models.Index(fields=["customer", "-id"], name="tickets_of_customer"),
            models.Index(fields=["entitlement", "-id"], name="tickets_of_entitlement"),
        ]
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.shown_number

    @property
    def shown_number(self) -> str:
        """The number people say: "IEX-4131"."""
        return f"{self.desk.ticket_prefix}-{self.number}"

    @property
    def basis(self) -> tuple[int, int, int | None]:
        """What it is judged by: the keys of its desk, its version and its agreement."""
        return self.desk_id, self.version_id, self.agreement_id

    @property
    def is_solved(self) -> bool:
        """Whether nothing more is expected of anyone, for now or for good."""
        return self.status in ("solved", "closed")

    @property
    def subject(self) -> str:
        """The requester's own words, or a plain line where they were erased."""
        text: TicketText | None = getattr(self, "text", None) if hasattr(self, "text") else None
        return text.subject if text is not None else "(erased)"


class TicketText(models.Model):
    """The personal text of a request. Erasing it is one delete; events and decisions stay whole.

    `answers`: fact → the texts given for it, oldest first: `{"domain": ["shop.example"]}`.
    """

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, related_name="text", primary_key=True)
    subject = models.CharField(max_length=300)
    answers = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.subject


class Message(models.Model):
    """One thing said on a ticket. The words are in `MessageText`."""

    KINDS = ["reply", "note", "automatic"]

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="messages", db_index=False)
    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in KINDS])
    author_contact = models.ForeignKey(
        "accounts.Contact",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="messages",
        db_index=False,
    )
    author_agent = models.ForeignKey(
        "accounts.Agent",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="messages",
        db_index=False,
    )
    channel = models.CharField(max_length=20)
    created_at = models.DateTimeField()
    is_question = models.BooleanField(default=False)
    clause = models.CharField(max_length=80, blank=True)
    delivery_state = models.CharField(
        max_length=10, default="none", help_text="none, waiting, sent or failed"
    )

    class Meta:
        indexes = [models.Index(fields=["ticket", "id"], name="messages_of_ticket")]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.created_at:%Y-%m-%d %H:%M}"


class MessageText(models.Model):
    """The words of a message; erasable. `raw` keeps what came in where cleaning changed it."""

    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="text", primary_key=True)
    body = models.TextField()
    raw = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.body[:60]


class Clock(models.Model):
    """The projection of one clock of a ticket: rebuilt by `tickets.clocking` from events, version and calendar.

    `segments`: [{"start", "end", "kind": counted|closed|paused|left, "reason", "clause"}]. How it came about is worked
    out when somebody reads it (`clocking.derived_rows`).
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="clocks", db_index=False)
    metric = models.CharField(max_length=20)
    cycle = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=16)
    started_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    not_before = models.DateTimeField(null=True)
    at_risk_at = models.DateTimeField(null=True)
    met_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True, help_text="The true due moment that passed.")
    paused_since = models.DateTimeField(null=True)
    pause_reason = models.CharField(max_length=40, blank=True)
    approximate = models.BooleanField(default=False)
    is_internal = models.BooleanField(default=False)
    target = models.CharField(
        max_length=40, blank=True, help_text='The target in the policy\'s words: "3 h".'
    )
    clause = models.CharField(max_length=80, blank=True)
    segments = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "metric", "cycle"], name="clock_per_cycle")]
        ordering = ["metric", "cycle"]

    def __str__(self) -> str:
        return f"{self.metric} {self.cycle}: {self.state}"


class Breach(models.Model):
    """A promise that was broken. Never undone, whatever changes later; one per clock and cycle."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="breaches", db_index=False)
    metric = models.CharField(max_length=20)
    cycle = models.PositiveIntegerField(default=1)
    due_at = models.DateTimeField(help_text="The true due moment, however late it was noticed.")
    noticed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "metric", "cycle"], name="one_breach_per_cycle")
        ]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.metric} {self.cycle}"


class Question(models.Model):
    """Something the requester was asked, by which clause; open until any message of theirs arrives."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="questions")
    message = models.ForeignKey(Message, null=True, on_delete=models.CASCADE, related_name="questions")
    asked_at = models.DateTimeField()
    clause = models.CharField(max_length=80, blank=True)
    facts = models.JSONField(
        default=list, help_text="The facts asked for, by name; empty for a free question."
    )
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"asked {self.asked_at:%Y-%m-%d %H:%M}"


class Step(models.Model):
    """Something the requester was asked to try, given with a question and ticked when it is done (ION-8). The words are
    in `StepText`. `position` counts from 1 through all steps of the ticket.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="steps", db_index=False)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(
        "accounts.Agent", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    done_at = models.DateTimeField(null=True, blank=True)
    done_by_contact = models.ForeignKey(
        "accounts.Contact", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    done_by_agent = models.ForeignKey(
        "accounts.Agent", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "position"], name="step_position_per_ticket")
        ]
        ordering = ["position"]

    def __str__(self) -> str:
        return f"step {self.position}"

    @property
    def words(self) -> str:
        """What to try, or "" where the words were erased."""
        return self.text.text if hasattr(self, "text") else ""


class StepText(models.Model):
    """The words of a step; erasable."""

    step = models.OneToOneField(Step, on_delete=models.CASCADE, related_name="text", primary_key=True)
    text = models.CharField(max_length=500)

    def __str__(self) -> str:
        return self.text


class IntakeKey(models.Model):
    """A caller's key for one creation: the same key with the same content gives the same answer, once: the ticket, or
    the row in the log where the channel didn't count.
    """

    desk = models.ForeignKey("desks.Desk", on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=200)
    digest = models.CharField(
        max_length=64, help_text="Of the content, so that a key reused for another is refused."
    )
    ticket = models.ForeignKey(Ticket, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    off_channel = models.ForeignKey(
        "policies.OffChannelMessage", null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["desk", "key"], name="intake_key_per_desk")]

    def __str__(self) -> str:
        return self.key
