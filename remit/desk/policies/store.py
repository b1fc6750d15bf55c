"""Which version holds when, which agreement runs with whom, and their compiled form.

Compiled policies are cached in this process by content hash and frozen holidays; since neither versions nor agreements
ever change, a cached one is never stale. Which versions a desk has is read each time: one indexed statement, no source
text.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from remit.desk.foundation.errors import Misconfigured
from remit.desk.foundation.prepared import Prepared
from remit.desk.policies.models import Agreement, Consent, PolicyVersion
from remit.policy.cover import CoverSpec
from remit.policy.document.policy import Policy

KEPT = 256

_lock = threading.Lock()
_compiled: OrderedDict[str, Policy] = OrderedDict()


EDITION = ("id", "desk_id", "number", "effective_at", "published_at", "hash")
VERSIONS = Prepared(
    lambda desk: (
        PolicyVersion.objects.filter(desk_id=desk).order_by("effective_at", "number").values_list(*EDITION)
    ),
    int,
)


DEAL = ("id", "hash", "starts_at", "ends_at", "ending__ends_at")
"""The columns of an agreement that `deals` takes."""

AGREEMENTS = Prepared(
    lambda desk, customer: (
        Agreement.objects.filter(desk_id=desk, customer_id=customer)
        .order_by("starts_at", "id")
        .values_list(*DEAL)
    ),
    int,
    int,
)


ACCEPTED = Prepared(
    lambda contact: Consent.objects.filter(contact_id=contact).order_by().values_list("version_id"), int
)
"""The versions that a person is recorded to have accepted."""


@dataclass(frozen=True, slots=True)
class Edition:
    """What a version is known by without its source: enough to find the one in force."""

    id: int
    desk_id: int
    number: int
    effective_at: datetime
    published_at: datetime
    hash: str


@dataclass(frozen=True, slots=True)
class Deal:
    """What an agreement is known by without its document: enough to find the one that runs."""

    id: int
    hash: str
    starts_at: datetime
    ends_at: datetime | None

    def runs_at(self, at: datetime) -> bool:
        """Whether it runs then; its term is half-open."""
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)


def compiled(version: PolicyVersion | Edition, agreement: Agreement | Deal | None = None) -> Policy:
    """The compiled document of a stored version, under an agreement where one is given. Raises `PolicyErrors` if it
    no longer compiles.
    """
    key = version.hash if agreement is None else f"{version.hash} {agreement.hash}"
    found = _compiled.get(key)
    if found is not None:
        return found
    stored = PolicyVersion.objects.only("id", "number", "source", "holidays", "hash").get(pk=version.id)
    agreed = None
    if agreement is not None:
        agreed = Agreement.objects.only("source", "holidays").get(pk=agreement.id)
    policy = compile_source(stored.source, stored.holidays, agreed)
    with _lock:
        _compiled[key] = policy
        while len(_compiled) > KEPT:
            _compiled.popitem(last=False)
    return policy


def policy_of(judged: Any) -> Policy:
    """What a ticket or a decision was judged by: its version, under its agreement if it has one."""
    return compiled(judged.version, judged.agreement)


def compile_source(
    source: str, holidays: dict[str, dict[str, str]] | None, agreed: Agreement | None = None
) -> Policy:
    """Compile policy text with holidays frozen at its publication, under an agreement with its own."""
    from remit.policy.document.agreement import put_over
    from remit.policy.document.compiling import compile_document  # reading loads much; most processes needn't
    from remit.policy.document.source import load

    document = load(source)
    if agreed is not None:
        document, holidays = put_over(document, agreed.source), {**(holidays or {}), **agreed.holidays}
    return compile_document(document, holidays=None if holidays is None else dated(holidays))


def dated(holidays: dict[str, dict[str, str]]) -> dict[str, dict[date, str]]:
    """Stored holidays with their days as dates."""
    return {
        calendar: {date.fromisoformat(day): name for day, name in days.items()}
        for calendar, days in holidays.items()
    }


def hash_of(source: str, holidays: dict[str, dict[str, str]]) -> str:
    """The identity of a version or an agreement: its text and the holidays frozen into it."""
    canonical = source.replace("\r\n", "\n") + "\n" + json.dumps(holidays, sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def versions_of(desk: Any) -> tuple[Edition, ...]:
    """The desk's versions, the earliest in force first."""
    desk_id = desk if isinstance(desk, int) else desk.pk
    return editions(VERSIONS.rows(desk_id))


def editions(rows: Iterable[tuple[Any, ...]]) -> tuple[Edition, ...]:
    """The rows of `VERSIONS` as values."""
    return tuple(Edition(*row) for row in rows)


def in_force(versions: Sequence[Edition], at: datetime) -> Edition:
    """The version in force at `at`; before the first, the first holds (design §4).

    Raises `Misconfigured` where the desk has published none.
    """
    if not versions:
        raise Misconfigured(
            "This desk has published no policy yet.", next="Publish a policy for the desk first."
        )
    found = versions[0]
    for version in versions:
        if version.effective_at <= at:
            found = version
    return found


def deals(rows: Iterable[tuple[Any, ...]]) -> tuple[Deal, ...]:
    """The rows of `AGREEMENTS` as values, each with the end that holds."""
    return tuple(Deal(*row[:3], row[3] if row[4] is None else row[4]) for row in rows)


def running(agreements: Iterable[Deal], at: datetime) -> Deal | None:
    """The agreement that runs at `at`; of one customer's there is at most one."""
    return next((one for one in agreements if one.runs_at(at)), None)


def agreement_at(desk_id: int, customer_id: int | None, at: datetime) -> Deal | None:
    """The agreement that runs with a customer at `at`."""
    if customer_id is None:
        return None
    return running(deals(AGREEMENTS.rows(desk_id, customer_id)), at)


def agreements_at(customer_ids: Iterable[int], at: datetime) -> dict[int, Deal]:
    """The agreements that run with these customers at `at`, by customer: one statement."""
    rows = Agreement.objects.filter(customer_id__in=set(customer_ids), starts_at__lte=at).values_list(
        "customer_id", *DEAL
    )
    found = ((row[0], deals([row[1:]])[0]) for row in rows)
    return {customer: deal for customer, deal in found if deal.runs_at(at)}


def spec_at(versions: Sequence[Edition], kind: str, pinned: Policy) -> Callable[[datetime], CoverSpec]:
    """How `kind` is covered, by the version in force at each purchase's own anchor.

    Where the pinned policy says that changes bind at once ("at the claim", ITS-16), or an individual agreement says
    how this kind covers, it judges every period itself.
    A version that doesn't know this kind of cover leaves it to the pinned one.
    """

    def specification(anchor: datetime) -> CoverSpec:
        if binds_at_once(pinned) or (pinned.agreement and kind in pinned.agreement.declares["cover"]):
            return pinned.covers[kind]
        at_anchor = compiled(in_force(versions, anchor))
        return at_anchor.covers.get(kind, pinned.covers[kind])

    return specification


def binds_at_once(policy: Policy) -> bool:
    """Whether a change of the policy changes cover already bought."""
    return policy.changes is not None and policy.changes.judged_by == "at the claim"
