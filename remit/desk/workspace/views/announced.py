"""What is announced beyond the policy's hours: leads declare events and closures, end them and take them back."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from remit.desk.desks.models import Closure
from remit.desk.foundation.errors import DeskError, InvalidInput, NotFoundHere
from remit.desk.policies.actions import declare_event, end_event
from remit.desk.policies.models import DeclaredEvent
from remit.desk.tickets import actions
from remit.desk.workspace.announced import announced_page, moment_in
from remit.desk.workspace.visit import Visit, agent_page, draw


@require_safe
@agent_page
def announced(visit: Visit) -> HttpResponse:
    """Events and closures, those to come first."""
    return draw(visit, "workspace/announced.html", announced_page(visit), current="announced")


@require_POST
@agent_page
def declare(visit: Visit) -> HttpResponse:
    """Declare an event of a kind the policy knows (C24-12)."""

    def action() -> str:
        form = visit.request.POST
        declare_event(
            visit.desk,
            form.get("kind", ""),
            form.get("name", ""),
            cause=form.get("cause", ""),
            services=form.getlist("services"),
            starts_at=moment_in(form, "starts_at", visit),
            ends_at=moment_in(form, "ends_at", visit),
            actor=visit.agent.actor,
            now=visit.now,
        )
        return gettext("Declared. Every open ticket’s clocks follow.")

    return _act(visit, "event", action)


@require_POST
@agent_page
def end(visit: Visit, number: int) -> HttpResponse:
    """End a declared event now; clocks run on from here."""
    event = DeclaredEvent.objects.filter(desk=visit.desk, pk=number).first()
    if event is None:
        raise NotFoundHere(gettext("There is no such event."))

    def action() -> str:
        at = max(visit.now, event.starts_at)
        end_event(event, actor=visit.agent.actor, now=visit.now, ends_at=at)
        return gettext("Ended. The clocks run on from here.")

    return _act(visit, "", action)


@require_POST
@agent_page
def close(visit: Visit) -> HttpResponse:
    """Announce that the desk is closed for a while."""

    def action() -> str:
        form = visit.request.POST
        starts = moment_in(form, "starts_at", visit, is_needed=True)
        ends = moment_in(form, "ends_at", visit, is_needed=True)
        assert starts is not None
        assert ends is not None
        actions.announce_closure(
            visit.desk, starts_at=starts, ends_at=ends, reason=form.get("reason", ""), actor=visit.agent.actor,
            now=visit.now,
        )  # fmt: skip
        return gettext("Announced. Every open ticket’s clocks follow.")

    return _act(visit, "closure", action)


@require_POST
@agent_page
def withdraw(visit: Visit, number: int) -> HttpResponse:
    """Take back a closure that has not begun."""
    said = gettext("Taken back. Every open ticket’s clocks follow.")
    return _change(visit, number, actions.withdraw_closure, said)


@require_POST
@agent_page
def reopen(visit: Visit, number: int) -> HttpResponse:
    """End a closure that has begun now; clocks run on from here."""
    return _change(visit, number, actions.end_closure, gettext("Ended. The clocks run on from here."))


def _change(visit: Visit, number: int, change: Callable[..., object], said: str) -> HttpResponse:
    """Take one action on a closure of this desk, and say so. Raises `NotFoundHere` where there is none."""
    closure = Closure.objects.filter(desk=visit.desk, pk=number).first()
    if closure is None:
        raise NotFoundHere(gettext("There is no such closure."))

    def action() -> str:
        change(closure, actor=visit.agent.actor, now=visit.now)
        return said

    return _act(visit, "", action)


def _act(visit: Visit, form: str, action: Callable[[], str]) -> HttpResponse:
    visit.need_lead()
    try:
        said = action()
    except InvalidInput as error:
        sent = visit.request.POST
        page = announced_page(
            visit, form=form, typed=sent.dict(), chosen=sent.getlist("services"), errors=error.fields
        )
        return draw(visit, "workspace/announced.html", page, current="announced", status=error.status)
    except DeskError as error:
        messages.warning(visit.request, " ".join(part for part in (error.message, error.next) if part))
    else:
        messages.success(visit.request, said)
    return HttpResponseRedirect(visit.address("announced"))
