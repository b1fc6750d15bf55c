"""Looking over an individual agreement before it is recorded, and the running ones before a version is published.

An agreement stands over every version that is in force in its term, and a version under every agreement that is still
to run: so there is no instant at which the two cannot be put together (docs/decisions/0004). Reads, writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q

from remit.desk.policies import store
from remit.desk.policies.models import Agreement, PolicyVersion
from remit.desk.policies.store import Edition
from remit.policy.document.findings import Finding
from remit.policy.document.policy import Policy

Holidays = dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class LookedOver:
    """What was found in the document of an agreement. `policy` is the version at its start under it, None where it has
    errors; `versions` are those it was put over.
    """

    findings: tuple[Finding, ...]
    policy: Policy | None
    holidays: Holidays
    versions: tuple[Edition, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What keeps it from being recorded."""
        return tuple(one for one in self.findings if one.level == "error")


def look_over(desk: Any, source: str, starts_at: datetime, ends_at: datetime | None) -> LookedOver:
    """Check the document against every version in force in its term. Raises `Misconfigured` where the desk has none."""
    from remit.policy.check import check
    from remit.policy.document.agreement import put_over
    from remit.policy.document.compiling import compile_document
    from remit.policy.document.source import load

    versions = store.versions_of(desk)
    first = store.in_force(versions, starts_at)
    over = (first, *(one for one in versions if _begins_within(one, starts_at, ends_at) and one != first))
    stored = PolicyVersion.objects.in_bulk([one.id for one in over])
    found: dict[tuple[object, ...], Finding] = {}
    policy, frozen = None, {}
    for edition in over:
        version = stored[edition.id]
        document = put_over(load(version.source, f"version {version.number}"), source, "agreement")
        holidays = _without(version.holidays, _calendars_of(document))
        findings = check(document, store.dated(holidays))
        if edition is first and not any(one.level == "error" for one in findings):
            policy = compile_document(document, store.dated(holidays))
            frozen = _frozen(policy)
        for finding in findings:
            found.setdefault((finding.code, finding.line, finding.column), finding)
    findings = sorted(found.values(), key=lambda one: (one.line, one.column))
    return LookedOver(tuple(findings), policy, frozen, versions)


def _begins_within(version: Edition, starts_at: datetime, ends_at: datetime | None) -> bool:
    return starts_at < version.effective_at and (ends_at is None or version.effective_at < ends_at)


def _calendars_of(document: Any) -> set[str]:
    return {block.name for block in document.overlay.document.blocks if block.kind == "calendar"}


def _without(holidays: Holidays, calendars: Iterable[str]) -> Holidays:
    """The version's frozen holidays but for the calendars that the agreement declares: it freezes its own."""
    return {name: days for name, days in holidays.items() if name not in calendars}


def _frozen(policy: Policy) -> Holidays:
    declared = policy.agreement.declares["calendar"] if policy.agreement else ()
    return {
        name: {day.isoformat(): words for day, words in policy.holidays[name].items()} for name in declared
    }


def still_to_run(desk: Any, since: datetime) -> list[Agreement]:
    """The desk's agreements that run at `since` or later."""
    rows = Agreement.objects.filter(desk=desk).select_related("customer", "ending")
    return list(
        rows.filter(Q(ends_at=None) | Q(ends_at__gt=since))
        .filter(Q(ending=None) | Q(ending__ends_at__gt=since))
        .exclude(ending__ends_at=F("starts_at"))
        .order_by("id")
    )


def misfits(source: str, holidays: Holidays, agreements: Iterable[Agreement]) -> Mapping[str, str]:
    """What goes wrong where these agreements are put over a version about to be published: place → sentence."""
    from remit.policy.check import check
    from remit.policy.document.agreement import put_over
    from remit.policy.document.source import load

    policy = load(source)
    found: dict[str, str] = {}
    for one in agreements:
        document = put_over(policy, one.source)
        for finding in check(document, store.dated({**holidays, **one.holidays})):
            if finding.level == "error":
                place = f"{one.title}, line {finding.line}, column {finding.column}"
                found[place] = f"{finding.message}. The agreement with {one.customer} would no longer fit."
    return found
