"""The public page of a desk's policy, in force or any other version, in the document's language or a translation; for
a contact under the agreement with their customer.
"""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from remit.desk.design import policies as pages
from remit.desk.design.frames import LANGUAGE_NAMES
from remit.desk.foundation.errors import NotFoundHere
from remit.desk.policies import store
from remit.desk.policies.models import Agreement, PolicyVersion
from remit.desk.portal.visit import Visit, desk_page, draw
from remit.policy.document.findings import PolicyErrors


@require_safe
@desk_page
def in_force(visit: Visit) -> HttpResponse:
    """The version in force; for a contact under the agreement that runs with their customer."""
    return _page(visit, visit.in_force.number, visit.agreement.id if visit.agreement else None)


@require_safe
@desk_page
def version(visit: Visit, number: int) -> HttpResponse:
    """One version, past, in force or to come; with `?agreement=` under that one."""
    wanted = visit.request.GET.get("agreement", "")
    return _page(visit, number, int(wanted) if wanted.isdecimal() and len(wanted) < 19 else None)


def _page(visit: Visit, number: int, agreement_id: int | None) -> HttpResponse:
    versions = list(
        PolicyVersion.objects.filter(desk=visit.desk).only("id", "number", "effective_at", "note", "hash")
    )
    shown = next((one for one in versions if one.number == number), None)
    if shown is None:
        raise NotFoundHere(
            gettext("There is no version with this number."),
            next=gettext("The versions are listed under the policy."),
        )
    agreement = _agreement(visit, agreement_id) if agreement_id is not None else None
    try:
        own = store.compiled(shown, agreement)
    except PolicyErrors:
        raise NotFoundHere(gettext("This agreement never stood over this version.")) from None
    policy = visit.reading(own, shown.pk)
    history = pages.history_of(versions, number, visit.now, visit.address("policy") + "{number}/")
    page = pages.PolicyPage(
        title=policy.title,
        lead_html=policy.lead_html,
        number=number,
        effective_at=policy.effective_at,
        state=next(row.state for row in history if row.is_shown),
        sections=pages.sections_of(policy),
        history=history,
        current_address=visit.address("policy"),
        calendars=pages.calendars_of(policy, visit.now, visit.almanac, ""),
        closures=pages.closures_of(visit.desk.closures.filter(ends_at__gt=visit.now), visit.now),
        binding_language=""
        if policy is own
        else LANGUAGE_NAMES.get(own.binding_language, own.binding_language),
        agreement=pages.agreement_note(policy, agreement, visit.now, visit.policy_address(number)),
    )
    return draw(visit, "portal/policy.html", page, current="policy")


def _agreement(visit: Visit, agreement_id: int) -> Agreement:
    """An agreement that the viewer may read: a contact those with their own customer, an agent all of the desk."""
    found = Agreement.objects.filter(desk=visit.desk, pk=agreement_id).select_related("ending").first()
    contact = visit.viewer.contact
    is_theirs = found is not None and contact is not None and contact.customer_id == found.customer_id
    if found is None or not (is_theirs or visit.viewer.is_agent):
        raise NotFoundHere(gettext("There is nothing here for you."))
    return found
