"""Customers, what they hold, and recording what became of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from remit.desk.accounts.models import Customer
from remit.desk.entitlements.models import Entitlement
from remit.desk.foundation.errors import InvalidInput, NotFoundHere, Refused
from remit.desk.policies.holding import record
from remit.desk.workspace.customers import customer_page, customers_page, print_of, recording_of
from remit.desk.workspace.visit import Visit, agent_page, draw, with_sections


@require_safe
@agent_page
def customers(visit: Visit) -> HttpResponse:
    """The desk's customers."""
    page = {"shown": customers_page(visit), "words": visit.request.GET.get("q", "")}
    return draw(visit, "workspace/customers.html", page, current="customers")


@require_safe
@agent_page
def customer(visit: Visit, number: int) -> HttpResponse:
    """A customer with what they hold."""
    page = customer_page(customer_at(visit, number), visit)
    return draw(visit, "workspace/customer.html", page, current="customers")


@require_POST
@agent_page
def record_cover(visit: Visit, number: int, held: int) -> HttpResponse:
    """Show what a purchase or a decision makes of the cover; record it once the lead has seen that."""
    visit.need_lead()
    found, form = customer_at(visit, number), visit.request.POST
    chosen = Entitlement.objects.held_at(visit.desk).filter(customer=found, pk=held).first()
    if chosen is None:
        raise NotFoundHere(gettext("This customer does not hold that."))
    try:
        what = recording_of(form, visit)
        if form.get("do") == "record" and form.get("seen") == print_of(what):
            record(chosen, what, actor=visit.agent.actor, now=visit.now)
            messages.success(
                visit.request, gettext("Recorded. Requests that waited for it were decided again.")
            )
            return HttpResponseRedirect(visit.address("customer", found.pk))
        page = customer_page(found, visit, chosen=chosen, form=form)
        status = 200
        if form.get("do") == "record":
            messages.warning(
                visit.request, gettext("Nothing is recorded yet: look first at what it becomes.")
            )
    except InvalidInput as error:
        page = customer_page(found, visit, chosen=chosen, form=form, errors=error.fields)
        status = error.status
    except Refused as error:
        page = customer_page(
            found, visit, chosen=chosen, form=form, errors={"kind": with_sections(error, visit.in_force)}
        )
        status = error.status
    return draw(visit, "workspace/customer.html", page, current="customers", status=status)


def customer_at(visit: Visit, number: int) -> Customer:
    """A customer of the visitor's own desk; NotFoundHere for any other."""
    found = Customer.objects.filter(desk=visit.desk, pk=number).first()
    if found is None:
        raise NotFoundHere(
            gettext("There is no customer with this number."), next=gettext("Look among the customers.")
        )
    return found
