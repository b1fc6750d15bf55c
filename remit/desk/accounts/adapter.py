"""How sign-in behaves: who may sign up, and what a confirmed address opens. Pages are allauth's views in our
templates.
"""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings

from remit.desk.accounts.models import Agent, Contact, User, normal_email

if TYPE_CHECKING:
    from allauth.account.models import EmailAddress
    from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth comes without types
    """Allauth's adapter with our rules."""

    def clean_email(self, email: str) -> str:
        """Return the address as it is kept."""
        cleaned: str = super().clean_email(normal_email(email))
        return cleaned

    def confirm_email(self, request: "HttpRequest", email_address: "EmailAddress") -> bool:
        """Confirm the address, and only then open what its owner has at any desk."""
        confirmed: bool = super().confirm_email(request, email_address)
        if confirmed:
            link_contacts(email_address.user, email_address.email)
        return confirmed

    def save_user(self, request: "HttpRequest", user: User, form: Any, commit: bool = True) -> User:
        """Keep the new user, with a name if the form had one."""
        user.name = form.cleaned_data.get("name", "")
        saved: User = super().save_user(request, user, form, commit=commit)
        return saved

    def render_mail(
        self, template_prefix: str, email: Any, context: dict[str, Any], headers: dict[str, str] | None = None
    ) -> Any:
        """Have the letter name the installation's own address, whichever name whoever asked for it called the server
        by: a link with a secret in it leads nowhere else.
        """
        links = {name: at_public_url(one) for name, one in context.items() if name.endswith("_url")}
        own = {**context, **links, "current_site": PublicSite()}
        return super().render_mail(template_prefix, email, own, headers)

    def send_account_already_exists_mail(self, email: str) -> None:
        """Tell the owner that the address is known, in the time that a new sign-in takes: hashing its password."""
        User().set_password(email)
        super().send_account_already_exists_mail(email)

    def get_login_redirect_url(self, request: "HttpRequest") -> str:
        """Return where a person who did not come for a certain page begins."""
        return beginning_of(request.user) if isinstance(request.user, User) else "/"


class PublicSite:
    """The installation as letters name it."""

    @property
    def domain(self) -> str:
        """Return the public host."""
        return urlsplit(settings.PUBLIC_URL).netloc

    name = domain


def at_public_url(url: str) -> str:
    """Return the page at that address, at the installation's own."""
    asked = urlsplit(url)
    return settings.PUBLIC_URL + urlunsplit(("", "", asked.path, asked.query, asked.fragment))


def beginning_of(user: User) -> str:
    """Return the first page of a person: the workspace of the desk they answer at, the portal of the one they ask at;
    the list of desks for people of several desks, or of none.
    """
    answers = set(Agent.objects.filter(user=user, is_active=True).values_list("desk__slug", flat=True))
    asks = set(Contact.objects.filter(user=user).values_list("desk__slug", flat=True))
    if len(answers | asks) != 1:
        return "/"
    [slug] = answers | asks
    return f"/{slug}/desk/" if answers else f"/{slug}/"


def link_contacts(user: User, address: str) -> int:
    """Give the user every contact, at any desk, that has the confirmed address and no user yet; return how many."""
    taken = Contact.objects.filter(user=user).values("desk_id")
    free = Contact.objects.filter(email=normal_email(address), user=None).exclude(desk_id__in=taken)
    return free.update(user=user)
