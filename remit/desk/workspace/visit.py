"""One visit of a page of a desk's workspace: the agent who looks, when; and the frame around what they see."""

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

from remit.desk.accounts.models import Agent
from remit.desk.accounts.viewer import Viewer, resolve_viewer
from remit.desk.design.frames import Frame, Item, PolicyLink, speaking
from remit.desk.design.words import Almanac
from remit.desk.desks.models import Desk
from remit.desk.entitlements.models import Entitlement, EntitlementQuerySet
from remit.desk.foundation.errors import DeskError, Misconfigured, NotFoundHere
from remit.desk.foundation.stuck import count_stuck
from remit.desk.policies import store
from remit.desk.tickets.models import Ticket
from remit.policy.document.policy import Policy

MOST_COUNTED = 999


@dataclass(frozen=True, slots=True)
class Visit:
    """The request as the workspace's views work with it. `policy` is the version in force, `newest` the one that is
    published last, maybe still to come; None before the first.
    """

    request: HttpRequest
    desk: Desk
    viewer: Viewer
    agent: Agent
    now: datetime
    policy: Policy | None
    newest: Policy | None

    @property
    def almanac(self) -> Almanac:
        """How this page says instants."""
        return Almanac(self.desk.language, self.desk.tz)

    @property
    def in_force(self) -> Policy:
        """The policy in force; Misconfigured where none was published."""
        if self.policy is None:
            raise Misconfigured("This desk has published no policy yet.", next="Publish one first.")
        return self.policy

    def need_lead(self) -> None:
        """Raise `NotFoundHere` for an agent who doesn't decide here what is left to discretion."""
        if not self.viewer.is_lead:
            raise NotFoundHere(gettext("A lead or the owner of the desk does this."))

    def address(self, name: str, *args: Any) -> str:
        """The address of one of this desk's workspace pages."""
        return reverse(f"workspace:{name}", args=[self.desk.slug, *args])

    def policy_address(self, number: int, agreement_id: int | None = None) -> str:
        """The address of a version's public page, under the agreement that is meant."""
        address = f"/{self.desk.slug}/policy/{number}/"
        return f"{address}?agreement={agreement_id}" if agreement_id else address


View = Callable[..., HttpResponse]


def agent_page(view: View) -> View:
    """A page for the desk's agents: visitors are asked to sign in, everyone else is told there is nothing."""

    @wraps(view)
    def page(request: HttpRequest, desk: str, **kwargs: Any) -> HttpResponse:
        found = Desk.objects.by_slug(desk)
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        viewer = resolve_viewer(request, found)
        if viewer.agent is None:
            raise NotFoundHere("There is nothing here for you.")
        now: datetime = request.now  # type: ignore[attr-defined]
        versions = store.versions_of(found)
        policy = store.compiled(store.in_force(versions, now)) if versions else None
        newest = store.compiled(versions[-1]) if versions else None
        visit = Visit(request, found, viewer, viewer.agent, now, policy, newest)
        with speaking(found.language, found.tz):
            return view(visit, **kwargs)

    return page


def draw(visit: Visit, template: str, page: Any, *, current: str = "", status: int = 200) -> HttpResponse:
    """The page with the workspace's frame around it. `current`: the name of the menu entry it belongs to."""
    context = {"page": page, "frame": frame_of(visit, current), "visit": visit, "now": visit.now}
    return render(visit.request, template, context, status=status)


def frame_of(visit: Visit, current: str) -> Frame:
    """The side of a workspace page: what waits, counted up to a limit so that a long queue costs nothing."""
    desk = visit.desk
    tickets = Ticket.objects.visible_to(visit.viewer)
    queue = visit.address("queue")

    def entry(name: str, label: str, icon: str, found: Any, address: str, *, is_hot: bool = False) -> Item:
        return Item(label, address, current == name, icon, counted(found), is_hot)

    unsolved = tickets.unsolved()
    late = unsolved.filter(next_due_at__lte=visit.now)
    menu = (
        entry("queue", gettext("Queue"), "inbox", tickets.in_queue(desk), queue),
        entry("mine", gettext("Mine"), "at", unsolved.filter(assignee=visit.agent), f"{queue}?show=mine"),
        Item(gettext("To decide"), visit.address("decide"), current == "decide", "user-question",
             counted(tickets.to_decide()) + counted(waiting_at(visit)) + int(bool(holidays_running_out(visit)))),
        entry("late", gettext("Late"), "alert-octagon", late, f"{queue}?show=late", is_hot=True),
        entry("stopped", gettext("Clock stopped"), "player-pause", unsolved.filter(status__in=["pending", "on hold"]),
              f"{queue}?show=stopped"),
        Item(gettext("Settled"), f"{queue}?show=settled", current == "settled", "archive"),
        Item(gettext("Customers"), visit.address("customers"), current == "customers", "users"),
        Item(gettext("Closures"), visit.address("announced"), current == "announced", "calendar-off"),
        Item(gettext("Policy"), visit.address("policy"), current == "policy", "file-text"),
    )  # fmt: skip
    if visit.viewer.is_lead:
        label = gettext("API tokens")
        menu = (*menu, Item(label, visit.address("tokens"), current == "tokens", "key"))
    if visit.viewer.is_lead and (stuck := count_stuck(desk.pk)):
        label = gettext("Not delivered")
        menu = (*menu, Item(label, f"{visit.address('decide')}#stuck", False, "mail", stuck, True))
    others = (
        Agent.objects.filter(user=visit.viewer.user, is_active=True).exclude(desk=desk).select_related("desk")
    )
    return Frame(
        desk=desk,
        colours=f"{reverse('portal:colours', args=[desk.slug])}?{desk.hue}-{desk.chroma:g}",
        menu=menu,
        person=visit.agent.name,
        policies=tuple(
            PolicyLink(one.title, f"/{desk.slug}/policy/" if one.is_here else one.address)
            for one in (visit.policy.footer if visit.policy else ())
        ),
        about=desk.legal_name,
        other_desks=tuple(
            Item(one.desk.name, f"/{one.desk.slug}/desk/", icon=one.desk.mark) for one in others[:20]
        ),
        portal_address=f"/{desk.slug}/",
        workspace_address=queue,
    )


def with_sections(error: DeskError, policy: Policy) -> str:
    """What a refusal says, with the numbers of the sections it rests on."""
    clauses = policy.clauses
    cited = ", ".join(f"§{clauses[one].mark}" for one in error.clauses if one in clauses)
    return " ".join(part for part in (error.message, f"({cited})" if cited else "", error.next) if part)


def waiting_at(visit: Visit) -> EntitlementQuerySet:
    """What may be archived at this desk and waits for a person to say whether it is (IEX-13)."""
    return Entitlement.objects.held_at(visit.desk).to_archive()


def holidays_running_out(visit: Visit) -> str:
    """What a lead is told in the last year whose public holidays were frozen into the newest version, and after it;
    empty before, and for other agents.
    """
    until = visit.newest.holidays_until if visit.newest is not None else None
    if until is None or not visit.viewer.is_lead or visit.now.astimezone(visit.desk.tz).year < until.year:
        return ""
    return gettext(
        "Public holidays are known until %s; after that none stops a clock. Publish the policy again as a "
        "new version that begins this year: its holidays are frozen anew."
    ) % visit.almanac.day(until, long=True)


def counted(found: Any) -> int:
    """How many, as far as one needs to know."""
    return len(found.order_by().values_list("pk", flat=True)[: MOST_COUNTED + 1])
