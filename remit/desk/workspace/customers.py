"""Customers and what they hold, as the team sees it: each holding with its phases, and what recording something would
make of them.

Reads only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.http import QueryDict
from django.utils.translation import gettext

from remit.desk.accounts.models import Contact, Customer
from remit.desk.design.covers import CoverPanel, cover_panel
from remit.desk.entitlements.actions import read_moment
from remit.desk.entitlements.cover import histories
from remit.desk.entitlements.models import Entitlement, Purchase
from remit.desk.foundation.errors import InvalidInput
from remit.desk.policies import store
from remit.desk.policies.holding import DECISIONS, Recording, foreseen, timeline_in_force
from remit.desk.workspace.agreements import AgreementRow, agreements_of
from remit.desk.workspace.consents import ConsentRow, consents_of
from remit.desk.workspace.visit import Visit

A_PAGE = 50
MOST_HELD = 50


@dataclass(frozen=True, slots=True)
class HoldingPanel:
    """Something held. `cover` is None where the policy in force doesn't cover this kind; `would_be` what the cover
    becomes by what stands in the form.
    """

    id: int
    name: str
    kind: str
    plan: str
    facts: tuple[tuple[str, str], ...]
    purchases: tuple[tuple[str, datetime, str], ...]
    cover: CoverPanel | None
    would_be: CoverPanel | None
    is_open: bool


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """A customer with what was agreed with them and what they hold."""

    id: int
    name: str
    address: str
    people: tuple[tuple[int, str, str], ...]
    consents: tuple[ConsentRow, ...]
    agreements: tuple[AgreementRow, ...]
    holdings: tuple[HoldingPanel, ...]
    purchase_kinds: tuple[tuple[str, str], ...]
    happening_kinds: tuple[tuple[str, str], ...]
    is_lead: bool
    typed: Mapping[str, str]
    errors: Mapping[str, str]
    seen: str = ""


def customers_page(visit: Visit) -> Page[Any]:
    """The desk's customers by name, those with these words in it."""
    found = (
        Customer.objects.filter(desk=visit.desk).annotate(held=Count("entitlements")).order_by("name", "pk")
    )
    words = visit.request.GET.get("q", "").strip()
    return Paginator(found.filter(name__icontains=words) if words else found, A_PAGE).get_page(
        visit.request.GET.get("page")
    )


def recording_of(form: QueryDict, visit: Visit) -> Recording:
    """What the form says is to be recorded. Raises `InvalidInput` where the moment can't be read."""
    at, on = None, None
    written = " ".join(form.get(name, "").strip() for name in ("on", "at")).strip()
    if written:
        try:
            at, on = read_moment(written, visit.desk.tz, field="on")
        except InvalidInput:
            sentence = gettext("Choose a day; the time is needed only where cover counts from a moment.")
            raise InvalidInput("This can't be recorded.", fields={"on": sentence}) from None
    said = {name: form.get(name, "").strip() for name in ("kind", "term", "part", "clause", "reason")}
    return Recording(at=at, on=on, contact=_buyer(form.get("buyer", ""), visit), **said)


def _buyer(written: str, visit: Visit) -> Contact | None:
    """The contact of the desk with that number; None where none is named. That they are the holder's is the action's
    to say.
    """
    if not written:
        return None
    number = int(written) if written.isdecimal() and len(written) < 18 else 0
    found = Contact.objects.filter(desk=visit.desk, pk=number).first()
    if found is None:
        sentence = gettext("Choose someone of this customer.")
        raise InvalidInput("This can't be recorded.", fields={"contact": sentence})
    return found


def print_of(what: Recording) -> str:
    """A short print of what is to be recorded: the page that shows what it becomes carries it, so that nothing is
    recorded which was not looked at, or was changed since.
    """
    buyer = what.contact.pk if what.contact is not None else None
    said = (what.kind, what.at, what.on, what.term, what.part, what.clause, what.reason, buyer)
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def customer_page(
    customer: Customer,
    visit: Visit,
    *,
    chosen: Entitlement | None = None,
    form: QueryDict | None = None,
    errors: Mapping[str, str] | None = None,
) -> CustomerPage:
    """The page; with `chosen` and `form` also what the cover of that one would become. Raises `InvalidInput` where that
    can't be recorded.
    """
    held = list(customer.entitlements.order_by("kind", "name").prefetch_related("purchases")[:MOST_HELD])
    history, versions = histories(one.pk for one in held), store.versions_of(visit.desk)
    would_be, seen = None, ""
    if chosen is not None and form is not None and not errors:
        what = recording_of(form, visit)
        would_be, seen = panel_of(chosen, foreseen(chosen, what, versions, visit.now), visit), print_of(what)
    holdings = tuple(
        _holding(
            one,
            timeline_in_force(one, versions, visit.now, history=history[one.pk]),
            visit,
            would_be if chosen is not None and one.pk == chosen.pk else None,
            is_open=chosen is not None and one.pk == chosen.pk,
        )
        for one in held
    )
    return CustomerPage(
        id=customer.pk,
        name=customer.name,
        address=visit.address("customer", customer.pk),
        people=tuple(customer.contacts.order_by("name").values_list("pk", "name", "email")[:MOST_HELD]),
        consents=consents_of(customer, visit),
        agreements=agreements_of(customer, visit),
        holdings=holdings,
        purchase_kinds=_words_for(("renewal", *(one for one in Purchase.KINDS if one != "renewal"))),
        happening_kinds=_words_for(DECISIONS),
        is_lead=visit.viewer.is_lead,
        typed=form.dict() if form is not None else {},
        errors=errors or {},
        seen=seen,
    )


def _holding(
    one: Entitlement, line: Any, visit: Visit, would_be: CoverPanel | None, *, is_open: bool
) -> HoldingPanel:
    plans = visit.policy.plans if visit.policy else {}
    return HoldingPanel(
        id=one.pk,
        name=one.name,
        kind=one.kind.replace("_", " "),
        plan=plans[one.plan].title if one.plan in plans else one.plan,
        facts=tuple((name.replace("_", " "), _said(value)) for name, value in one.attributes.items()),
        purchases=tuple((kind_words(row.kind), row.at, row.term) for row in one.purchases.all()),
        cover=panel_of(one, line, visit),
        would_be=would_be,
        is_open=is_open,
    )


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def panel_of(one: Entitlement, line: Any, visit: Visit) -> CoverPanel | None:
    """The cover of one holding on a page; None where the policy in force doesn't cover its kind."""
    if line is None:
        return None
    spec = visit.in_force.covers[one.kind]
    titles = visit.in_force.phase_titles(one.kind)
    return cover_panel(
        line, spec.covered, titles, name=one.name, kind=one.kind, now=visit.now, almanac=visit.almanac
    )


def kind_words(kind: str) -> str:
    """What people call a purchase or a happening."""
    words = {
        "purchase": gettext("Bought"),
        "renewal": gettext("Renewed"),
        "extension": gettext("Extended"),
        "repair": gettext("Repaired"),
        "trial": gettext("Trial begun"),
        "archived": gettext("Archived"),
        "restored": gettext("Restored"),
        "voided": gettext("Voided"),
        "kept": gettext("Kept, not voided"),
        "ended": gettext("Ended"),
        "left": gettext("Left, not archived"),
    }
    return words.get(kind, kind)


def _words_for(kinds: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple((kind, kind_words(kind)) for kind in kinds)
