"""The queue, a ticket, and what is done to it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from remit.desk.foundation.errors import DeskError, InvalidInput, NotFoundHere, Refused
from remit.desk.foundation.stuck import try_again
from remit.desk.policies import store
from remit.desk.tickets import actions
from remit.desk.tickets.models import Ticket
from remit.desk.workspace.deciding import deciding_page
from remit.desk.workspace.deeds import DEEDS
from remit.desk.workspace.queue import filter_of, numbers_in_order, queue_page
from remit.desk.workspace.ticket import ticket_page
from remit.desk.workspace.visit import Visit, agent_page, draw, with_sections

MOST_TRIED = 50
"""How many of the queue are tried for the next one where gates of the policy stand before them."""


@require_safe
@agent_page
def queue(visit: Visit) -> HttpResponse:
    """The queue, or one of its views."""
    wanted = filter_of(visit.request.GET)
    return draw(visit, "workspace/queue.html", queue_page(visit, wanted), current=wanted.show)


@require_safe
@agent_page
def decide(visit: Visit) -> HttpResponse:
    """What is left to people: reviews and contested decisions."""
    return draw(visit, "workspace/decide.html", deciding_page(visit), current="decide")


@require_POST
@agent_page
def try_stuck_again(visit: Visit) -> HttpResponse:
    """Try once more what failed too often at this desk; a lead does."""
    visit.need_lead()
    try_again(visit.now, visit.desk.pk, actor=visit.agent.actor)
    messages.success(visit.request, gettext("It is tried again."))
    return HttpResponseRedirect(visit.address("decide"))


@require_safe
@agent_page
def ticket(visit: Visit, number: int) -> HttpResponse:
    """A ticket."""
    page = ticket_page(_ticket(visit, number), visit, order=numbers_in_order(visit))
    return draw(visit, "workspace/ticket.html", page, current="mine" if page.is_mine else "queue")


@require_POST
@agent_page
def do(visit: Visit, number: int, deed: str) -> HttpResponse:
    """Do one thing to a ticket and come back to it; what was typed is kept where it could not be done."""
    if deed not in DEEDS:
        raise Http404
    found = _ticket(visit, number)
    form = visit.request.POST
    try:
        said = DEEDS[deed](found, form, visit)
    except InvalidInput as error:
        page = ticket_page(
            _ticket(visit, number), visit, typed={**form.dict(), "deed": deed}, errors=error.fields
        )
        return draw(visit, "workspace/ticket.html", page, current="queue", status=error.status)
    except DeskError as error:
        messages.warning(visit.request, with_sections(error, store.policy_of(found)))
        return HttpResponseRedirect(visit.address("ticket", number))
    messages.success(visit.request, said)
    back = form.get("back", "")
    if back and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return HttpResponseRedirect(back)
    return HttpResponseRedirect(visit.address("ticket", number))


@require_POST
@agent_page
def take_next(visit: Visit) -> HttpResponse:
    """Take the first ticket of the queue that nobody has and no gate of the policy holds back."""
    free = (
        Ticket.objects.visible_to(visit.viewer)
        .in_queue(visit.desk)
        .filter(assignee=None)
        .select_related("desk")
    )
    refused = ""
    for found in free.filter(tier__lte=visit.agent.tier)[:MOST_TRIED]:
        try:
            actions.assign_ticket(found, visit.agent, actor=visit.agent.actor, now=visit.now)
        except Refused as error:  # a gate before it: the next one may be free of that
            refused = refused or f"{found.shown_number}: {with_sections(error, store.policy_of(found))}"
            continue
        except DeskError as error:
            messages.warning(visit.request, with_sections(error, store.policy_of(found)))
        return HttpResponseRedirect(visit.address("ticket", found.number))
    if refused:
        messages.warning(visit.request, gettext("Nothing can be taken yet.") + f" {refused}")
    else:
        messages.success(
            visit.request, gettext("There is nothing to take: everything in the queue is with someone.")
        )
    return HttpResponseRedirect(visit.address("queue"))


def _ticket(visit: Visit, number: int) -> Ticket:
    found: Ticket | None = (
        Ticket.objects.visible_to(visit.viewer)
        .for_page()
        .select_related("linked_to")
        .filter(number=number)
        .first()
    )
    if found is None:
        raise NotFoundHere(
            gettext("There is no ticket with this number."), next=gettext("Look for it in the queue.")
        )
    return found
