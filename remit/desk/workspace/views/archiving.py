"""What may be archived: looked at, archived or left, and whether the desk does it at once."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from remit.desk.desks.actions.set_archiving import set_archiving
from remit.desk.entitlements.models import Entitlement
from remit.desk.foundation.errors import Conflict, InvalidInput, NotFoundHere
from remit.desk.policies.actions import archive_entitlement, leave_unarchived
from remit.desk.workspace.archiving import archiving_page
from remit.desk.workspace.visit import Visit, agent_page, draw

TEMPLATE = "workspace/archiving.html"


@require_safe
@agent_page
def archiving(visit: Visit) -> HttpResponse:
    """What may be archived."""
    return draw(visit, TEMPLATE, archiving_page(visit), current="decide")


@require_POST
@agent_page
def decide(visit: Visit, held: int) -> HttpResponse:
    """Archive it, or leave it as it is, for a reason that is kept."""
    visit.need_lead()
    found = Entitlement.objects.held_at(visit.desk).filter(pk=held).first()
    if found is None:
        raise NotFoundHere(gettext("Nobody at this desk holds that."))
    form = visit.request.POST
    is_archived = form.get("do") == "archive"
    act = archive_entitlement if is_archived else leave_unarchived
    try:
        act(found, actor=visit.agent.actor, now=visit.now, reason=form.get("reason", ""))
    except InvalidInput as error:
        page = archiving_page(visit, wrong=found.pk, typed=form.dict(), errors=error.fields)
        return draw(visit, TEMPLATE, page, current="decide", status=error.status)
    except Conflict:
        sentence = gettext("%s may not be archived any more: it was renewed or decided meanwhile.")
        messages.error(visit.request, sentence % found.name)
    else:
        sentence = (
            gettext("%s is archived; its holder is told.") if is_archived else gettext("%s is left as it is.")
        )
        messages.success(visit.request, sentence % found.name)
    return HttpResponseRedirect(visit.address("archiving"))


@require_POST
@agent_page
def switch(visit: Visit) -> HttpResponse:
    """Say whether the desk archives at once from now on."""
    visit.need_lead()
    way = visit.request.POST.get("archiving", "")
    set_archiving(visit.desk, way, actor=visit.agent.actor, now=visit.now)
    messages.success(visit.request, gettext("It holds from now on."))
    return HttpResponseRedirect(visit.address("archiving"))
