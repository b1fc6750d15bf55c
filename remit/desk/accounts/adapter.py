"""How sign-in behaves: who may sign up, and what a confirmed address opens. Pages are allauth's views in our
templates.
"""

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter

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

    def get_login_redirect_url(self, request: "HttpRequest") -> str:
        """Return where a person who did not come for a certain page begins."""
        return beginning_of(request.user) if isinstance(request.user, User) else "/"


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
