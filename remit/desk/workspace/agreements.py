"""Individual agreements as the team sees them: those with a customer, and what recording a document would change.

Reads only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext

from remit.desk.accounts.models import Customer
from remit.desk.design.clocks import by_agreement
from remit.desk.design.policies import state_of
from remit.desk.foundation.errors import InvalidInput
from remit.desk.foundation.moments import OUT_OF_REACH, is_within_reach
from remit.desk.policies import store
from remit.desk.policies.agreed import LookedOver, look_over
from remit.desk.policies.models import Agreement
from remit.desk.workspace.visit import Visit

MOST_SHOWN = 20
LONGEST = 500_000
MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """An agreement beside a customer. `last_at`: the last moment of its term; `address`: the policy under it."""

    id: int
    title: str
    since: datetime
    last_at: datetime | None
    state: str
    address: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What the form says: the document and its term."""

    source: str
    starts_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class AgreementPage:
    """The page on which a lead records one. `faults`: place in the document → sentence; `changes`: the mark and the
    title of each clause it changes or adds, and which of both, once it was looked over and is sound.
    """

    customer: str
    address: str
    back: str
    typed: Mapping[str, str]
    errors: Mapping[str, str]
    faults: tuple[tuple[str, str], ...] = ()
    remarks: tuple[tuple[str, str], ...] = ()
    title: str = ""
    changes: tuple[tuple[str, str, str], ...] = ()


def agreements_of(customer: Customer, visit: Visit) -> tuple[AgreementRow, ...]:
    """The agreements with a customer, the latest first."""
    rows = customer.agreements.select_related("ending").defer("source", "holidays")[:MOST_SHOWN]
    versions = store.versions_of(visit.desk)
    return tuple(_row(one, versions, visit) for one in rows)


def _row(one: Agreement, versions: tuple[store.Edition, ...], visit: Visit) -> AgreementRow:
    last_at = one.ended_at - MOMENT if one.ended_at else None
    shown_at = max(min(visit.now, last_at or visit.now), one.starts_at)
    number = store.in_force(versions, shown_at).number
    return AgreementRow(
        id=one.pk,
        title=one.title,
        since=one.starts_at,
        last_at=last_at,
        state=state_of(one.starts_at, one.ended_at, visit.now),
        address=visit.policy_address(number, one.pk),
    )


def draft_of(form: QueryDict, files: MultiValueDict[str, UploadedFile], visit: Visit) -> Draft:
    """What the form says; a file goes before what was typed. Raises `InvalidInput` for what can't be read."""
    faults: dict[str, str] = {}
    source = form.get("source", "").replace("\r\n", "\n")
    file = files.get("file")
    if file is not None:
        try:
            source = file.read(LONGEST + 1).decode()
        except UnicodeDecodeError:
            faults["source"] = gettext("This file is no text in UTF-8.")
    if len(source) > LONGEST:
        faults["source"] = gettext("This document is too long.")
    elif not source.strip() and not faults:
        faults["source"] = gettext("Paste the document, or choose its file.")
    starts, ends = _day(form, "starts", faults), _day(form, "ends", faults)
    if faults:
        raise InvalidInput("This can't be recorded.", fields=faults)
    after = ends + timedelta(days=1) if ends else None
    first = _midnight(starts, visit) if starts else visit.now
    return Draft(source, first, _midnight(after, visit) if after else None)


def _day(form: QueryDict, name: str, faults: dict[str, str]) -> date | None:
    written = form.get(name, "").strip()
    try:
        day = date.fromisoformat(written) if written else None
    except ValueError:
        faults[name] = gettext("Choose a day.")
        return None
    if day is not None and not is_within_reach(day):
        faults[name] = OUT_OF_REACH
        return None
    return day


def _midnight(day: date, visit: Visit) -> datetime:
    return datetime.combine(day, time(), visit.desk.tz)


def recording_page(
    customer: Customer,
    visit: Visit,
    *,
    form: QueryDict | None = None,
    draft: Draft | None = None,
    errors: Mapping[str, str] | None = None,
) -> AgreementPage:
    """The form; with a `draft` also what it would change, or what is wrong with it. Nothing is written."""
    typed = {**(form.dict() if form is not None else {}), **({"source": draft.source} if draft else {})}
    found: LookedOver | None = None
    if draft is not None and not errors:
        found = look_over(visit.desk, draft.source, draft.starts_at, draft.ends_at)
    policy = found.policy if found and not found.errors else None
    agreement = policy.agreement if policy else None
    clauses = [policy.clauses[one] for one in agreement.clauses] if policy and agreement else []
    return AgreementPage(
        customer=customer.name,
        address=visit.address("agree", customer.pk),
        back=visit.address("customer", customer.pk),
        typed=typed,
        errors=errors or {},
        faults=_said(found, "error"),
        remarks=_said(found, "warning"),
        title=agreement.title if agreement else "",
        changes=tuple((one.mark, one.title, by_agreement(one)) for one in clauses),
    )


def _said(found: LookedOver | None, level: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (
            gettext("Line %(line)s, column %(column)s") % {"line": one.line, "column": one.column},
            f"{one.message}{f' ({one.hint})' if one.hint else ''}",
        )
        for one in (found.findings if found else ())
        if one.level == level
    )
