"""One visit of a page of a desk's portal: who looks, when, in which language; and the frame around what they see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from remit.desk.accounts.models import Contact
from remit.desk.accounts.viewer import Viewer, resolve_viewer
from remit.desk.asking.forms import Asker
from remit.desk.design.frames import LANGUAGE_NAMES, Frame, Item, PolicyLink, language_of, speaking
from remit.desk.design.words import Almanac
from remit.desk.desks.models import Desk
from remit.desk.foundation.errors import Misconfigured, NotFoundHere
from remit.desk.foundation.prepared import Prepared, together
from remit.desk.policies import readings, store
from remit.desk.policies.models import PolicyTranslation
from remit.policy.document.policy import Policy


@dataclass(frozen=True, slots=True)
class Visit:
    """The request as the portal's views work with it. `policy` is the version in force, for a contact under the
    agreement that runs with their customer, in the language of the page where it was translated; None before the
    first.
    """

    request: HttpRequest
    desk: Desk
    viewer: Viewer
    now: datetime
    language: str
    edition: store.Edition | None
    agreement: store.Deal | None
    policy: Policy | None
    languages: tuple[str, ...]

    @property
    def almanac(self) -> Almanac:
        """How this page says instants."""
        return Almanac(self.language, self.desk.tz)

    @property
    def contact(self) -> Contact:
        """The contact who looks; NotFoundHere for anyone else."""
        if self.viewer.contact is None:
            raise NotFoundHere(gettext("There is nothing here for you."))
        return self.viewer.contact

    @property
    def in_force(self) -> Policy:
        """The policy in force; Misconfigured where none was published."""
        if self.policy is None:
            raise Misconfigured(
                gettext("This desk has published no policy yet."), next=gettext("Come back a little later.")
            )
        return self.policy

    @property
    def asker(self) -> Asker:
        """Who fills in the request form: the contact, for themselves."""
        return Asker(
            desk=self.desk,
            contact=self.contact,
            actor=self.contact.actor,
            policy=self.in_force,
            almanac=self.almanac,
            now=self.now,
            address=self.address("new"),
            foresee_address=self.address("foresee"),
            policy_address=self.address("policy"),
            version_address=self.policy_address(
                self.in_force.number, self.agreement.id if self.agreement else None
            ),
        )

    def reading(self, policy: Policy, version_id: int) -> Policy:
        """The policy of a stored version in the language of the page, where it was translated."""
        return readings.in_language(policy, version_id, self.language)

    def policy_address(self, number: int, agreement_id: int | None = None) -> str:
        """The address of a version's page, under the agreement that is meant."""
        address = self.address("version", number)
        return f"{address}?agreement={agreement_id}" if agreement_id else address

    def address(self, name: str, *args: Any) -> str:
        """The address of one of this desk's portal pages."""
        return reverse(f"portal:{name}", args=[self.desk.slug, *args])


View = Callable[..., HttpResponse]


def desk_page(view: View) -> View:
    """A page of a desk anyone may see: the view is called with the Visit instead of the request and the slug."""

    @wraps(view)
    def page(request: HttpRequest, desk: str, **kwargs: Any) -> HttpResponse:
        visit = _visit(request, Desk.objects.by_slug(desk))
        request.speaks = visit.language  # type: ignore[attr-defined]  for what may go wrong
        with speaking(visit.language, visit.desk.tz):
            return view(visit, **kwargs)

    return page


def contact_page(view: View) -> View:
    """A page for the desk's contacts: visitors are asked to sign in, everyone else is told there is nothing."""

    @wraps(view)
    def page(visit: Visit, **kwargs: Any) -> HttpResponse:
        if visit.viewer.user is None:
            return redirect_to_login(visit.request.get_full_path())
        if visit.viewer.contact is None:
            raise NotFoundHere(gettext("There is nothing here for you."))
        return view(visit, **kwargs)

    return desk_page(page)


def _visit(request: HttpRequest, desk: Desk) -> Visit:
    viewer = resolve_viewer(request, desk)
    customer = viewer.contact.customer_id if viewer.contact else None
    published, agreed, translated = together(
        (store.VERSIONS, (desk.pk,)),
        (store.AGREEMENTS, (desk.pk, customer or 0)),
        (_TRANSLATIONS, (desk.pk,)),
    )
    versions = store.editions(published)
    edition = store.in_force(versions, request.now) if versions else None  # type: ignore[attr-defined]
    agreement = store.running(store.deals(agreed), request.now)  # type: ignore[attr-defined]
    languages: tuple[str, ...] = ()
    if edition is not None:
        languages = tuple(language for version, language in translated if version == edition.id)
    wished = viewer.contact.language if viewer.contact else ""
    language = language_of(request, desk, languages, wished)
    policy = store.compiled(edition, agreement) if edition else None
    if policy is not None and edition is not None and language in languages:
        policy = readings.in_language(policy, edition.id, language)
    return Visit(
        request,
        desk,
        viewer,
        request.now,  # type: ignore[attr-defined]
        language,
        edition,
        agreement,
        policy,
        (desk.language, *languages) if languages else (),
    )


_TRANSLATIONS = Prepared(
    lambda desk: (
        PolicyTranslation.objects.filter(version__desk_id=desk)
        .order_by("id")
        .values_list("version_id", "language")
    ),
    int,
)


def draw(visit: Visit, template: str, page: Any, *, current: str = "", status: int = 200) -> HttpResponse:
    """The page with the desk's frame around it. `current`: the name of the menu entry it belongs to."""
    context = {"page": page, "frame": frame_of(visit, current), "visit": visit, "now": visit.now}
    return render(visit.request, template, context, status=status)


def frame_of(visit: Visit, current: str) -> Frame:
    """The masthead and foot of a portal page."""
    desk, viewer = visit.desk, visit.viewer
    menu: list[Item] = []
    if viewer.contact is not None:
        menu.append(Item(gettext("Home"), visit.address("home"), current == "home"))
        menu.append(Item(gettext("Requests"), visit.address("requests"), current == "requests"))
    if visit.policy is not None:
        title = visit.policy.title if visit.language == visit.policy.language else gettext("Support policy")
        menu.append(Item(title, visit.address("policy"), current == "policy"))
    person = viewer.contact or viewer.agent
    here = visit.request.get_full_path()
    return Frame(
        desk=desk,
        colours=colours_address(visit.desk),
        menu=tuple(menu),
        person=str(person or viewer.user or ""),
        sign_in_address="" if viewer.user else f"{reverse('account_login')}?next={here}",
        policies=footer_of(visit),
        about=visit.desk.legal_name,
        languages=tuple(
            Item(LANGUAGE_NAMES.get(one, one), f"?lang={one}", one == visit.language)
            for one in visit.languages
        ),
        workspace_address=f"/{desk.slug}/desk/" if viewer.is_agent else "",
        portal_address=visit.address("home"),
    )


def footer_of(visit: Visit) -> tuple[PolicyLink, ...]:
    """All official policies of the desk, complete on every page (ITC-22)."""
    if visit.policy is None:
        return ()
    return tuple(
        PolicyLink(one.title, visit.address("policy") if one.is_here else one.address)
        for one in visit.policy.footer
    )


def colours_address(desk: Desk) -> str:
    """The address of the desk's two colour tokens; it changes when they do."""
    return f"{reverse('portal:colours', args=[desk.slug])}?{desk.hue}-{desk.chroma:g}"
