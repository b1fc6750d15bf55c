"""Logging a call: an agent opens a request for a contact, by the same action and with the same dry run."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from remit.desk.asking.forms import Asker, asking_page, seems_complete, sent_earlier, sent_form
from remit.desk.foundation.errors import Conflict, InvalidInput, NotFoundHere
from remit.desk.tickets import actions
from remit.desk.workspace.calls import asker_of, caller_page
from remit.desk.workspace.visit import Visit, agent_page, draw


@require_http_methods(["GET", "HEAD", "POST"])
@agent_page
def new(visit: Visit) -> HttpResponse:
    """Find the caller; then the form, and what sending it brings."""
    request = visit.request
    data = request.POST if request.method == "POST" else request.GET
    asker = asker_of(visit, data)
    if asker is None:
        return draw(visit, "workspace/caller.html", caller_page(visit, data.get("q", "")), current="call")
    if request.method != "POST" or data.get("do") == "look":
        return draw(visit, "workspace/call.html", asking_page(asker, data), current="call")
    return _send(visit, asker)


def _send(visit: Visit, asker: Asker) -> HttpResponse:
    form = visit.request.POST
    page = None
    try:
        if form.get("channel", asker.channel) != asker.channel:
            raise InvalidInput(
                gettext("This call can't be logged so."),
                fields={"channel": gettext("Choose one of the ways that are offered.")},
            )
        if not seems_complete(asker, form):
            page = asking_page(asker, form, insists=True)
            if page.errors and not (page.may_send_anyway and form.get("do") == "send anyway"):
                return draw(visit, "workspace/call.html", page, current="call", status=422)
        sent = sent_form(form, asker)
        received = actions.receive_request(visit.desk, sent.inbound, actor=asker.actor, now=visit.now)
    except InvalidInput as error:
        page = asking_page(asker, form, errors=error.fields, insists=True)
        return draw(visit, "workspace/call.html", page, current="call", status=422)
    except Conflict as error:
        earlier = sent_earlier(asker, form, lambda number: visit.address("ticket", number))
        if earlier is None:
            raise error
        page = asking_page(asker, form, earlier=earlier)
        return draw(visit, "workspace/call.html", page, current="call", status=409)
    if received.ticket is None:
        messages.warning(
            visit.request, gettext("This policy doesn’t count this way, so it stands in the log only.")
        )
        return HttpResponseRedirect(visit.address("queue"))
    messages.success(visit.request, gettext("Opened for %s.") % asker.contact.name)
    return HttpResponseRedirect(visit.address("ticket", received.ticket.number))


@require_POST
@agent_page
def foresee(visit: Visit) -> HttpResponse:
    """The form and what would happen, drawn anew while it is filled in."""
    asker = asker_of(visit, visit.request.POST)
    if asker is None:
        raise NotFoundHere(gettext("Choose the caller first."))
    page = asking_page(asker, visit.request.POST)
    return render(visit.request, "asking/asking.html", {"page": page, "visit": visit})
