"""The tables of people. A user signs in once for the whole installation; a contact, an agent and all they
may do belong to one desk, and no desk can tell where else a person is known.
"""

import hashlib
import secrets
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models, transaction

from remit.desk.desks.models import Desk
from remit.desk.foundation.actors import Actor
from remit.desk.foundation.errors import InvalidInput


def normal_email(address: str) -> str:
    """Return the address as it is kept and looked up: without blanks, in small letters."""
    return address.strip().lower()


class UserManager(BaseUserManager["User"]):
    """Makes users; addresses are kept in small letters."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Save and return a user whose address the caller vouches for; people who sign up confirm theirs
        first. Without a password they cannot sign in until they set one.
        """
        from allauth.account.models import EmailAddress

        user = self.model(email=normal_email(email), **fields)
        user.set_password(password)
        with transaction.atomic(using=self._db):
            user.save(using=self._db)
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        return user

    def owner_of(self, email: str) -> "User | None":
        """Return the user who has confirmed that address as theirs, or for whom it was vouched."""
        return self.filter(emailaddress__email=normal_email(email), emailaddress__verified=True).first()

    def vouch_for(self, email: str, password: str | None = None, name: str = "") -> "User":
        """Return the user with an address that nobody owns yet, for which the caller vouches. Whoever typed it at a
        sign-up and never confirmed it may be anybody: a password they know opens nothing from now on.
        """
        from allauth.account.models import EmailAddress

        claimed = self.filter(email=normal_email(email)).first()
        if claimed is None:
            return self.create_user(email, password, name=name)
        claimed.name = name
        claimed.set_password(password)
        with transaction.atomic(using=self._db):
            claimed.save(using=self._db)
            EmailAddress.objects.filter(user=claimed).delete()
            EmailAddress.objects.create(user=claimed, email=claimed.email, verified=True, primary=True)
        return claimed

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the user with that address."""
        return self.get(email=normal_email(username or ""))


class User(AbstractBaseUser):
    """Somebody who can sign in. An operator runs the installation; that alone opens no desk's records."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True, default="")
    is_active = models.BooleanField(default=True)
    is_operator = models.BooleanField(default=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """Return the name to show."""
        return self.name or self.email

    def clean(self) -> None:
        """Keep the address in small letters."""
        self.email = normal_email(self.email)


class Customer(models.Model):
    """A company or household that a desk serves."""

    desk = models.ForeignKey(Desk, on_delete=models.CASCADE, related_name="customers")
    name = models.CharField(max_length=160)

    class Meta:
        indexes = [models.Index(fields=["desk", "name"], name="customer_by_name")]

    def __str__(self) -> str:
        return self.name


class ContactQuerySet(models.QuerySet["Contact"]):
    """Sets of contacts."""

    def by_email(self, desk: Desk, address: str) -> "Contact | None":
        """Return the desk's contact with that address, if there is one."""
        return self.filter(desk=desk, email=normal_email(address)).first()

    def known_by_email(self, desk: Desk, address: str, *, field: str) -> "Contact":
        """Return the desk's contact with that address. Raises `InvalidInput` that names the field it was typed in."""
        contact = self.by_email(desk, address)
        if contact is None:
            raise InvalidInput("This can't be recorded.", fields={field: "This desk knows no such contact."})
        return contact


class Contact(models.Model):
    """A person known to one desk, with or without a sign-in of their own."""

    desk = models.ForeignKey(Desk, on_delete=models.CASCADE, related_name="contacts")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contacts")
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="contacts")
    name = models.CharField(max_length=120)
    email = models.EmailField(blank=True, default="")
    phone = models.CharField(max_length=40, blank=True, default="")
    language = models.CharField(max_length=10, blank=True, default="")

    objects = ContactQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "email"], condition=~models.Q(email=""), name="contact_email_once_a_desk"
            ),
            models.UniqueConstraint(
                fields=["desk", "user"],
                condition=models.Q(user__isnull=False),
                name="contact_user_once_a_desk",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with the address in small letters."""
        self.email = normal_email(self.email)
        super().save(*args, **kwargs)

    @property
    def actor(self) -> Actor:
        """Return this person as the author of an action."""
        return Actor("contact", self.pk, self.name)


class Team(models.Model):
    """Agents who take the same work; `tier` says how far up a ticket has been handed to reach them."""

    desk = models.ForeignKey(Desk, on_delete=models.CASCADE, related_name="teams")
    name = models.CharField(max_length=80)
    tier = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["desk", "name"], name="team_name_once_a_desk")]

    def __str__(self) -> str:
        return self.name


class Agent(models.Model):
    """A user who answers at one desk. A lead decides what is left to discretion; an owner writes the
    policy.
    """

    desk = models.ForeignKey(Desk, on_delete=models.CASCADE, related_name="agents")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="agents")
    name = models.CharField(max_length=120)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="agents")
    tier = models.PositiveSmallIntegerField(default=1)
    is_lead = models.BooleanField(default=False)
    is_owner = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["desk", "user"], name="agent_once_a_desk")]

    def __str__(self) -> str:
        return self.name

    @property
    def actor(self) -> Actor:
        """Return this person as the author of an action."""
        return Actor("agent", self.pk, self.name)

    @property
    def can_override(self) -> bool:
        """Say whether this agent may decide against the policy, with a reason."""
        return self.is_lead or self.is_owner


SECRET_PREFIX = "rmt_"  # noqa: S105  the start of every token, so that a leaked one is recognised
SCOPES = ("decisions:read", "tickets:read", "tickets:write")


class ApiToken(models.Model):
    """What lets a program act at one desk. The secret is shown once; only its digest is kept. A plain
    digest is enough: the secret holds 256 random bits, so there is nothing to guess and no slow hashing on
    every call.
    """

    desk = models.ForeignKey(Desk, on_delete=models.CASCADE, related_name="api_tokens")
    agent = models.ForeignKey(
        Agent, null=True, blank=True, on_delete=models.CASCADE, related_name="api_tokens"
    )
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @classmethod
    def issue(
        cls,
        desk: Desk,
        name: str,
        *,
        now: datetime,
        agent: Agent | None = None,
        scopes: tuple[str, ...] = SCOPES,
    ) -> "tuple[ApiToken, str]":
        """Save a new token; return it with its secret, which cannot be read again."""
        secret = SECRET_PREFIX + secrets.token_urlsafe(32)
        token = cls.objects.create(
            desk=desk,
            agent=agent,
            name=name,
            prefix=cls.prefix_of(secret),
            digest=cls.digest_of(secret),
            scopes=list(scopes),
            created_at=now,
        )
        return token, secret

    @staticmethod
    def prefix_of(secret: str) -> str:
        """Return the part of a secret that is kept, by which its token is found."""
        return secret[:12]

    @staticmethod
    def digest_of(secret: str) -> str:
        """Return what is kept of a secret."""
        return hashlib.sha256(secret.encode()).hexdigest()

    def opens_with(self, secret: str) -> bool:
        """Say whether this is the token's secret, in a time that tells nothing about it."""
        return secrets.compare_digest(self.digest, self.digest_of(secret))

    def allows(self, scope: str) -> bool:
        """Say whether the token was given that scope."""
        return scope in self.scopes

    @property
    def actor(self) -> Actor:
        """Return the program as the author of an action: its agent where it acts for one."""
        return self.agent.actor if self.agent else Actor("api", self.pk, self.name)
