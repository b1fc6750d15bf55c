"""Requests: the list, the form with its dry run, one request with its decision and conversation, and what its requester
can do there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from remit.desk.asking.fields import answers_in, answers_stated, wanted_tick
from remit.desk.asking.forms import asking_page, seems_complete, sent_earlier, sent_form
from remit.desk.entitlements.models import Entitlement
from remit.desk.foundation.errors import Conflict, DeskError, InvalidInput, NotFoundHere, Refused
from remit.desk.policies import store
from remit.desk.portal import pages
from remit.desk.portal.visit import Visit, contact_page, desk_page, draw
from remit.desk.tickets import actions
from remit.desk.tickets.models import Ticket

A_PAGE = 25


@require_safe
@desk_page
def home(visit: Visit) -> HttpResponse:
    """What waits for the person, their open requests, their cover; for visitors, the way in."""
    if visit.viewer.contact is None:
        return draw(visit, "portal/welcome.html", {"opening": pages.opening_of(visit)}, current="home")
    tickets = Ticket.objects.visible_to(visit.viewer).filter(requester=visit.contact)
    recent = list(tickets.unsolved().for_lists().prefetch_related("clocks").order_by("-id")[:20])
    solved = list(tickets.filter(status__in=["solved", "closed"]).for_lists().prefetch_related("clocks")[:3])
    rows = [pages.row_of(one, visit) for one in recent]
    page = {
        "waiting": [row for row in rows if row.is_waiting_for_you],
        "open": [row for row in rows if not row.is_waiting_for_you],
        "solved": [pages.row_of(one, visit) for one in solved],
        "covers": pages.covers_of(
            visit, list(Entitlement.objects.open_to(visit.contact)[:12]), visit.in_force
        ),
        "greeting": visit.contact.name.split(" ")[0],
        "opening": pages.opening_of(visit),
    }
    return draw(visit, "portal/home.html", page, current="home")


@require_safe
@contact_page
def requests(visit: Visit) -> HttpResponse:
    """All requests of the person, latest first."""
    mine = Ticket.objects.visible_to(visit.viewer).filter(requester=visit.contact)
    found = mine.for_lists().prefetch_related("clocks").order_by("-id")
    shown = Paginator(found, A_PAGE).get_page(visit.request.GET.get("page"))
    page = {"rows": [pages.row_of(one, visit) for one in shown.object_list], "pages": shown}
    return draw(visit, "portal/requests.html", page, current="requests")


# --- a new request --------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@contact_page
def new(visit: Visit) -> HttpResponse:
    """The form, and what sending it brings."""
    request, asker = visit.request, visit.asker
    if request.method != "POST":
        return draw(visit, "portal/new.html", asking_page(asker, request.GET), current="requests")
    if request.POST.get("do") == "look":
        return draw(visit, "portal/new.html", asking_page(asker, request.POST), current="requests")
    if not seems_complete(asker, request.POST):
        page = asking_page(asker, request.POST, insists=True)
        if page.errors and not (page.may_send_anyway and request.POST.get("do") == "send anyway"):
            return draw(visit, "portal/new.html", page, current="requests", status=422)
    try:
        sent = sent_form(request.POST, asker)
        received = actions.receive_request(visit.desk, sent.inbound, actor=visit.contact.actor, now=visit.now)
    except InvalidInput as error:
        page = asking_page(asker, request.POST, errors=error.fields, insists=True)
        return draw(visit, "portal/new.html", page, current="requests", status=422)
    except Conflict as error:
        earlier = sent_earlier(asker, request.POST, lambda number: visit.address("request", number))
        if earlier is None:
            raise error
        page = asking_page(asker, request.POST, earlier=earlier)
        return draw(visit, "portal/new.html", page, current="requests", status=409)
    if received.ticket is None:
        raise NotFoundHere(gettext("Requests cannot be sent in the portal of this desk."))
    return HttpResponseRedirect(visit.address("request", received.ticket.number))


@require_POST
@contact_page
def foresee(visit: Visit) -> HttpResponse:
    """The form and what would happen, drawn anew while it is filled in."""
    page = asking_page(visit.asker, visit.request.POST)
    return render(visit.request, "asking/asking.html", {"page": page, "visit": visit})


# --- one request ----------------------------------------------------------------------------------------------------


@require_safe
@contact_page
def one(visit: Visit, number: int) -> HttpResponse:
    """A request: its decision, its clock, its conversation."""
    ticket = _ticket(visit, number)
    return _draw(visit, ticket, typed=pages.wish_to_buy(visit.request.GET.get("buy", ""), ticket))


@require_safe
@contact_page
def decision(visit: Visit, number: int, decision: int) -> HttpResponse:
    """A request under one of its decisions, also one that was superseded."""
    ticket = _ticket(visit, number)
    shown = next((row for row in ticket.decisions.all() if row.pk == decision), None)
    if shown is None:
        raise NotFoundHere(gettext("There is no such decision."))
    return _draw(visit, ticket, decision=shown)


Action = Callable[[Ticket, QueryDict], str]


def _act(visit: Visit, number: int, action: Action, **shown: Any) -> HttpResponse:
    """Do one thing to a request and come back to it; where it could not be done, what was typed is kept, and the page
    is as `shown` says.
    """
    ticket = _ticket(visit, number)
    try:
        said = action(ticket, visit.request.POST)
    except InvalidInput as error:
        return _draw(visit, _ticket(visit, number), errors=error.fields, status=422, **shown)
    except DeskError as error:
        messages.warning(visit.request, " ".join(part for part in (error.message, error.next) if part))
        return HttpResponseRedirect(visit.address("request", number))
    messages.success(visit.request, said)
    return HttpResponseRedirect(visit.address("request", number))


@require_POST
@contact_page
def write(visit: Visit, number: int) -> HttpResponse:
    """Write on a request. It never costs the request its place; a word long after it was solved opens a new one that
    follows it (ITC-18, IEX-28). On one that went into another, it goes to that other.
    """
    own, actor = _ticket(visit, number), visit.contact.actor
    ticket = actions.merged_into(own)
    body = visit.request.POST.get("body", "")
    try:
        with transaction.atomic():  # what is written and the request it opens are one thing
            is_theirs = ticket.requester_id == visit.contact.pk
            was_taken_up = ticket.is_solved and is_theirs and ticket.outcome not in ("refuse", "suspend")
            again = actions.reopen_ticket(ticket, actor=actor, now=visit.now) if was_taken_up else ticket
            actions.receive_message(again, body, actor=actor, now=visit.now)
    except InvalidInput as error:
        return _draw(visit, _ticket(visit, number), errors=error.fields, status=422)
    except Refused as error:
        messages.warning(visit.request, " ".join(part for part in (error.message, error.next) if part))
        return HttpResponseRedirect(visit.address("request", number))
    if again.pk != ticket.pk:
        messages.success(visit.request, _opened_anew())
    elif ticket.pk != own.pk:
        went = gettext("Added to %(onward)s, which %(number)s went into.")
        messages.success(visit.request, went % {"onward": ticket.shown_number, "number": own.shown_number})
        if not is_theirs:
            return HttpResponseRedirect(visit.address("request", own.number))
    else:
        messages.success(visit.request, gettext("Added. Adding to a request never costs it its place."))
    return HttpResponseRedirect(visit.address("request", again.number))


def _opened_anew() -> str:
    return gettext("That was closed too long ago, so we opened a new request that follows it.")


@require_POST
@contact_page
def answer(visit: Visit, number: int) -> HttpResponse:
    """Answer the details that were missing."""

    def action(ticket: Ticket, form: QueryDict) -> str:
        given = answers_stated(form, store.policy_of(ticket))
        actions.answer_missing_facts(
            ticket, given, actor=visit.contact.actor, now=visit.now, body=form.get("body", "")
        )
        return gettext("Thank you. We decided again with what you added.")

    return _act(visit, number, action, marks_missing=True)


@require_POST
@contact_page
def tick(visit: Visit, number: int) -> HttpResponse:
    """Tick a step that was tried, or take the tick off (ION-8)."""

    def action(ticket: Ticket, form: QueryDict) -> str:
        position, is_done = wanted_tick(form)
        actions.tick_step(ticket, position, is_done, actor=visit.contact.actor, now=visit.now)
        return gettext("Ticked.") if is_done else gettext("The tick is taken off.")

    return _act(visit, number, action)


@require_POST
@contact_page
def contest(visit: Visit, number: int) -> HttpResponse:
    """Disagree with the decision: a person looks again."""

    def action(ticket: Ticket, form: QueryDict) -> str:
        actions.contest_decision(ticket, form.get("text", ""), actor=visit.contact.actor, now=visit.now)
        return gettext("A person looks at it again and writes to you.")

    return _act(visit, number, action)


@require_http_methods(["GET", "HEAD", "POST"])
@contact_page
def correct(visit: Visit, number: int) -> HttpResponse:
    """Change what one told us: it is decided again. What our own records say is for a person to put right."""
    ticket = _ticket(visit, number)
    form = visit.request.POST
    errors: dict[str, str] = {}
    if visit.request.method == "POST":
        try:
            changed = pages.changed_answers(ticket, answers_stated(form, store.policy_of(ticket)))
            actions.answer_missing_facts(
                ticket, changed, actor=visit.contact.actor, now=visit.now, body=form.get("body", "")
            )
        except InvalidInput as error:
            errors = error.fields
        else:
            messages.success(visit.request, gettext("Thank you. We decided again with what you changed."))
            return HttpResponseRedirect(visit.address("request", number))
    page = pages.correcting_page(ticket, visit, form, errors)
    return draw(visit, "portal/correct.html", page, current="requests", status=422 if errors else 200)


@require_POST
@contact_page
def reopen(visit: Visit, number: int) -> HttpResponse:
    """Take a solved request up again, or open a linked one where it is too late for that."""
    ticket = _ticket(visit, number)
    again = actions.reopen_ticket(ticket, actor=visit.contact.actor, now=visit.now)
    if again.pk != ticket.pk:
        messages.success(visit.request, _opened_anew())
    return HttpResponseRedirect(visit.address("request", again.number))


def _ticket(visit: Visit, number: int) -> Ticket:
    """The person's own request with this number; told alike whether it is another's or does not exist."""
    mine = Ticket.objects.visible_to(visit.viewer).filter(requester=visit.contact, desk=visit.desk)
    found: Ticket | None = mine.for_page().select_related("linked_to").filter(number=number).first()
    if found is None:
        raise NotFoundHere(gettext("There is no request of yours with this number."))
    return found


def _draw(
    visit: Visit, ticket: Ticket, *, errors: dict[str, str] | None = None, status: int = 200, **shown: Any
) -> HttpResponse:
    form = visit.request.POST
    if form:
        shown["typed"] = {**form.dict(), **answers_in(form, store.policy_of(ticket))}
    page = pages.request_page(ticket, visit, errors=errors, **shown)
    return draw(visit, "portal/request.html", page, current="requests", status=status)
