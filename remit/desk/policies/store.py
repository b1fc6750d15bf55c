"""Which version holds when, and its compiled form.

Compiled policies are cached in this process by content hash and frozen holidays; since versions never change, a
cached one is never stale. Which versions a desk has is read each time: one indexed statement, no source text.
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
from remit.desk.policies.models import PolicyVersion
from remit.policy.cover import CoverSpec
from remit.policy.document.policy import Policy

KEPT = 64

_lock = threading.Lock()
_compiled: OrderedDict[str, Policy] = OrderedDict()


EDITION = ("id", "desk_id", "number", "effective_at", "hash")
VERSIONS = Prepared(
    lambda desk: (
        PolicyVersion.objects.filter(desk_id=desk).order_by("effective_at", "number").values_list(*EDITION)
    ),
    int,
)


@dataclass(frozen=True, slots=True)
class Edition:
    """What a version is known by without its source: enough to find the one in force."""

    id: int
    desk_id: int
    number: int
    effective_at: datetime
    hash: str


def compiled(version: PolicyVersion | Edition) -> Policy:
    """The compiled document of a stored version. Raises `Misconfigured` if it no longer compiles."""
    found = _compiled.get(version.hash)
    if found is not None:
        return found
    stored = PolicyVersion.objects.only("id", "number", "source", "holidays", "hash").get(pk=version.id)
    policy = compile_source(stored.source, stored.holidays)
    with _lock:
        _compiled[version.hash] = policy
        while len(_compiled) > KEPT:
            _compiled.popitem(last=False)
    return policy


def compile_source(source: str, holidays: dict[str, dict[str, str]] | None) -> Policy:
    """Compile policy text with holidays frozen at its publication."""
    from remit.policy.document.compiling import compile_document  # reading loads much; most processes needn't
    from remit.policy.document.source import load

    frozen = (
        None
        if holidays is None
        else {
            calendar: {date.fromisoformat(day): name for day, name in days.items()}
            for calendar, days in holidays.items()
        }
    )
    return compile_document(load(source), holidays=frozen)


def hash_of(source: str, holidays: dict[str, dict[str, str]]) -> str:
    """The identity of a version: its text and the holidays frozen into it."""
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


def version_in_force(desk: Any, at: datetime) -> PolicyVersion:
    """The stored version in force at `at`."""
    return PolicyVersion.objects.get(pk=in_force(versions_of(desk), at).id)


def spec_at(versions: Sequence[Edition], kind: str, pinned: Policy) -> Callable[[datetime], CoverSpec]:
    """How `kind` is covered, by the version in force at each purchase's own anchor.

    Where the pinned policy says that changes bind at once ("at the claim", ITS-16), it judges every period itself.
    A version that doesn't know this kind of cover leaves it to the pinned one.
    """

    def specification(anchor: datetime) -> CoverSpec:
        if binds_at_once(pinned):
            return pinned.covers[kind]
        at_anchor = compiled(in_force(versions, anchor))
        return at_anchor.covers.get(kind, pinned.covers[kind])

    return specification


def binds_at_once(policy: Policy) -> bool:
    """Whether a change of the policy changes cover already bought."""
    return policy.changes is not None and policy.changes.judged_by == "at the claim"
