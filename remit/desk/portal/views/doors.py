"""The first page of the installation, and the colour tokens of its desks."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from remit.desk.accounts.models import Agent, Contact
from remit.desk.design.frames import Frame
from remit.desk.desks.models import Desk


@dataclass(frozen=True, slots=True)
class Door:
    """One desk on the first page, and what the person who looks is there."""

    desk: Desk
    is_contact: bool
    is_agent: bool


@require_safe
def desks(request: HttpRequest) -> HttpResponse:
    """The desks of this installation, the person's own ones first."""
    as_contact = as_agent = frozenset[int]()
    if request.user.is_authenticated:
        as_contact = frozenset(Contact.objects.filter(user=request.user.pk).values_list("desk_id", flat=True))
        mine = Agent.objects.filter(user=request.user.pk, is_active=True)
        as_agent = frozenset(mine.values_list("desk_id", flat=True))
    doors = [Door(desk, desk.pk in as_contact, desk.pk in as_agent) for desk in Desk.objects.order_by("name")]
    doors.sort(key=lambda door: not (door.is_contact or door.is_agent))
    frame = Frame(
        colours=reverse("portal:all-colours"),
        person=str(request.user) if request.user.is_authenticated else "",
        sign_in_address="" if request.user.is_authenticated else reverse("account_login"),
    )
    return render(request, "portal/desks.html", {"doors": doors, "frame": frame})


@require_safe
@cache_control(public=True, max_age=3600)
def colours(request: HttpRequest, desk: str) -> HttpResponse:
    """The colour tokens of one desk: a hue and its strength."""
    return _stylesheet([Desk.objects.by_slug(desk)])


@require_safe
@cache_control(public=True, max_age=60)
def all_colours(request: HttpRequest) -> HttpResponse:
    """The colour tokens of every desk, for the page that shows them all."""
    return _stylesheet(Desk.objects.order_by("slug"))


def _stylesheet(desks: object) -> HttpResponse:
    rules = [
        f'[data-desk="{desk.slug}"] {{ --rm-hue: {desk.hue}; --rm-chroma: {desk.chroma:g}; }}'
        for desk in desks  # type: ignore[attr-defined]
    ]
    return HttpResponse(
        "@layer tokens {\n" + "\n".join(rules) + "\n}\n", content_type="text/css; charset=utf-8"
    )
