"""A desk, its counter of ticket numbers, and its closures. Every other table points at a desk; desks are walled off
from one another.
"""

from datetime import tzinfo

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext

from remit.desk.foundation.errors import NotFoundHere
from remit.desk.foundation.prepared import Prepared, columns_of, instances
from remit.policy.vocabulary.zones import zone

# First parts of addresses that belong to the installation, not to a desk.
RESERVED_SLUGS = frozenset(
    {"account", "accounts", "admin", "api", "healthz", "sign-in", "sign-out", "sign-up", "static"}
)


def validate_zone(name: str) -> None:
    """Refuse what is neither the name of a zone nor an offset."""
    try:
        zone(name)
    except ValueError as error:
        raise ValidationError(str(error)) from None


def validate_slug_is_free(slug: str) -> None:
    """Refuse the addresses that the installation itself uses."""
    if slug in RESERVED_SLUGS:
        raise ValidationError(f'"{slug}" is an address of the installation; choose another.')


class DeskQuerySet(models.QuerySet["Desk"]):
    """Sets of desks."""

    def by_slug(self, slug: str) -> "Desk":
        """Return the desk at that address; NotFoundHere otherwise."""
        found = instances(Desk, _BY_SLUG.rows(slug))
        if not found:
            raise NotFoundHere(gettext("There is no desk at this address."))
        return found[0]


class Desk(models.Model):
    """A vendor's or brand's support desk."""

    slug = models.SlugField(max_length=40, unique=True, validators=[validate_slug_is_free])
    name = models.CharField(max_length=80)
    legal_name = models.CharField(max_length=120, blank=True, default="")
    language = models.CharField(max_length=10, default="en")
    zone = models.CharField(max_length=60, default="UTC", validators=[validate_zone])
    hue = models.PositiveSmallIntegerField(default=255)
    chroma = models.FloatField(default=0.13)
    mark = models.CharField(max_length=40, default="lifebuoy")
    ticket_prefix = models.CharField(max_length=8, validators=[RegexValidator(r"\A[A-Z][A-Z0-9]*\Z")])
    email_address = models.EmailField(blank=True, default="")
    archiving = models.CharField(
        max_length=8,
        default="ask",
        choices=[("ask", "a person is asked"), ("at once", "at once")],
        help_text="What happens to something held once the policy lets it be archived (IEX-13).",
    )
    created_at = models.DateTimeField()

    objects = DeskQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(hue__lte=360), name="desk_hue_is_an_angle"),
            models.CheckConstraint(
                condition=models.Q(chroma__gte=0, chroma__lte=0.4), name="desk_chroma_can_be_shown"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of the desk's portal."""
        return f"/{self.slug}/"

    @property
    def tz(self) -> tzinfo:
        """Return the zone in which this desk's wall-clock rules live."""
        return zone(self.zone)


class DeskCounter(models.Model):
    """The last ticket number given out at a desk."""

    desk = models.OneToOneField(Desk, on_delete=models.CASCADE, primary_key=True, related_name="counter")
    last_ticket_number = models.PositiveBigIntegerField(default=0)


class Closure(models.Model):
    """A stretch in which the desk is closed beyond what its policy says; it counts from the later of its start and its
    announcement, so that a promise already broken is not mended afterwards.
    """

    desk = models.ForeignKey(Desk, on_delete=models.CASCADE, related_name="closures")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    announced_at = models.DateTimeField()
    reason = models.CharField(max_length=200)

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="closure_ends_after_it_starts"
            )
        ]

    def __str__(self) -> str:
        return self.reason


_BY_SLUG = Prepared(lambda slug: Desk.objects.filter(slug=slug).values_list(*columns_of(Desk)), str)
