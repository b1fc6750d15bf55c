"""Recording an individual agreement with a customer, and ending one; a lead does either."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from remit.desk.foundation.errors import DeskError, InvalidInput, NotFoundHere
from remit.desk.policies.actions import end_agreement, record_agreement
from remit.desk.workspace.agreements import draft_of, recording_page
from remit.desk.workspace.views.customers import customer_at
from remit.desk.workspace.visit import Visit, agent_page, draw


@require_http_methods(["GET", "HEAD", "POST"])
@agent_page
def agree(visit: Visit, number: int) -> HttpResponse:
    """The form; with what is typed in it, what the document would change; and recording it."""
    visit.need_lead()
    customer, form = customer_at(visit, number), visit.request.POST
    status, draft, errors = 200, None, {}
    try:
        if visit.request.method == "POST":
            draft = draft_of(form, visit.request.FILES, visit)
            if form.get("do") == "record":
                recorded = record_agreement(
                    customer,
                    draft.source,
                    starts_at=draft.starts_at,
                    ends_at=draft.ends_at,
                    actor=visit.agent.actor,
                    now=visit.now,
                )
                messages.success(visit.request, gettext("“%s” is recorded.") % recorded.title)
                return HttpResponseRedirect(visit.address("customer", customer.pk))
    except InvalidInput as error:
        status = error.status
        errors = {name: one for name, one in error.fields.items() if not name.startswith("line ")}
    page = recording_page(customer, visit, form=form, draft=draft, errors=errors)
    return draw(visit, "workspace/agree.html", page, current="customers", status=status)


@require_POST
@agent_page
def end(visit: Visit, number: int, agreement: int) -> HttpResponse:
    """End an agreement now; one that has not begun never does."""
    visit.need_lead()
    customer = customer_at(visit, number)
    found = customer.agreements.filter(pk=agreement).first()
    if found is None:
        raise NotFoundHere(gettext("There is no such agreement with this customer."))
    try:
        end_agreement(found, actor=visit.agent.actor, now=visit.now)
    except DeskError as error:
        messages.warning(visit.request, " ".join([error.message, *error.fields.values()]))
    else:
        messages.success(
            visit.request, gettext("“%s” has ended. What came in before stays under it.") % found.title
        )
    return HttpResponseRedirect(visit.address("customer", customer.pk))
