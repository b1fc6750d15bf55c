"""The policy as the team reads it: the same page, with what each section does and what came of it in the margin."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from django.http import HttpResponse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_safe

from remit.desk.design import policies as pages
from remit.desk.desks.models import Desk
from remit.desk.policies.models import Decision, PolicyVersion
from remit.desk.workspace.consents import accepted_by
from remit.desk.workspace.visit import Visit, agent_page, draw, holidays_running_out
from remit.policy.document.policy import Policy

WINDOW = timedelta(days=30)
MANY = 0.2


@require_safe
@agent_page
def policy(visit: Visit) -> HttpResponse:
    """The version in force with its margin."""
    policy = visit.in_force
    versions = list(
        PolicyVersion.objects.filter(desk=visit.desk).only("id", "number", "effective_at", "note", "hash")
    )
    address = f"/{visit.desk.slug}/policy/"
    accepted, numbers = accepted_by(one.pk for one in versions), {one.number: one.pk for one in versions}
    history = tuple(
        replace(row, accepted_by=accepted.get(numbers[row.number], 0))
        for row in pages.history_of(versions, policy.number, visit.now, address + "{number}/")
    )
    page = pages.PolicyPage(
        title=policy.title,
        lead_html=policy.lead_html,
        number=policy.number,
        effective_at=policy.effective_at,
        state="in force",
        sections=pages.sections_of(policy, remarks_on(policy, visit)),
        history=history,
        current_address=address,
        calendars=pages.calendars_of(policy, visit.now, visit.almanac, ""),
        closures=pages.closures_of(visit.desk.closures.filter(ends_at__gt=visit.now), visit.now),
        team=True,
        warning=holidays_running_out(visit),
    )
    return draw(visit, "workspace/policy.html", page, current="policy")


def remarks_on(policy: Policy, visit: Visit) -> dict[str, pages.Remark]:
    """What the team reads beside each section."""
    decided, overruled = counts(visit.desk, visit.now - WINDOW)
    return {
        clause.id: pages.Remark(
            does=clause.does,
            counts=_count_words(decided.get(clause.id, 0), overruled.get(clause.id, 0)),
            is_risky=overruled.get(clause.id, 0) > MANY * max(1, decided.get(clause.id, 0)),
            assumptions=tuple(one for one in policy.assumptions if one.clause == clause.id),
        )
        for clause in policy.clauses.values()
    }


def counts(desk: Desk, since: datetime) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """How many decisions each clause made since then, and how many of those people overruled."""
    decided: Counter[str] = Counter()
    overruled: Counter[str] = Counter()
    rows = Decision.objects.filter(desk=desk, decided_at__gte=since).values_list(
        "kind", "outcome", "deciding"
    )
    for kind, _, deciding in rows.iterator(chunk_size=2000):
        clauses = {finding["clause"] for finding in deciding}
        (overruled if kind in ("override", "contest outcome") else decided).update(clauses)
    return decided, overruled


def _count_words(decided: int, overruled: int) -> str:
    if not decided and not overruled:
        return ""
    words = ngettext("Decided %(n)s request in 30 days", "Decided %(n)s requests in 30 days", decided) % {
        "n": decided
    }
    if overruled:
        words += ", " + ngettext("overruled once", "overruled %(n)s times", overruled) % {"n": overruled}
        if overruled > MANY * max(1, decided):
            words += ". " + gettext("Look at the wording")
    return words + "."
