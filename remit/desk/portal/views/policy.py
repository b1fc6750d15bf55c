"""The public page of a desk's policy, in force or any other version, in the document's language or a translation."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from remit.desk.design import policies as pages
from remit.desk.design.frames import LANGUAGE_NAMES
from remit.desk.foundation.errors import NotFoundHere
from remit.desk.policies import store
from remit.desk.policies.models import PolicyVersion
from remit.desk.portal.visit import Visit, desk_page, draw


@require_safe
@desk_page
def in_force(visit: Visit) -> HttpResponse:
    """The version in force."""
    return _page(visit, visit.in_force.number)


@require_safe
@desk_page
def version(visit: Visit, number: int) -> HttpResponse:
    """One version, past, in force or to come."""
    return _page(visit, number)


def _page(visit: Visit, number: int) -> HttpResponse:
    versions = list(
        PolicyVersion.objects.filter(desk=visit.desk).only("id", "number", "effective_at", "note", "hash")
    )
    shown = next((one for one in versions if one.number == number), None)
    if shown is None:
        raise NotFoundHere(
            "There is no version with this number.", next="The versions are listed under the policy."
        )
    own = store.compiled(shown)
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
    )
    return draw(visit, "portal/policy.html", page, current="policy")
