"""A policy as a page: sections with their anchors, the contents, the history of versions, and what the team sees in the
margin. Values only; who may see what is for the rooms above to say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from remit.policy.document.policy import Assumption, Clause, Policy


@dataclass(frozen=True, slots=True)
class Remark:
    """What the team reads beside a section: what it does, and what came of it."""

    does: str = ""
    counts: str = ""
    is_risky: bool = False
    assumptions: tuple[Assumption, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the page. `html` is the document's own prose, already safe."""

    id: str
    number: str
    title: str
    level: int
    html: str
    remark: Remark | None = None


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A line of the history. `until` is None for the version that is last."""

    number: int
    since: datetime
    until: datetime | None
    note: str
    fingerprint: str
    address: str
    is_shown: bool
    state: str


@dataclass(frozen=True, slots=True)
class PolicyPage:
    """The policy page of one version."""

    title: str
    lead_html: str
    number: int
    effective_at: datetime
    state: str
    sections: tuple[Section, ...]
    history: tuple[VersionRow, ...]
    current_address: str
    binding_language: str = ""
    team: bool = False

    @property
    def contents(self) -> tuple[Section, ...]:
        """The sections of the first level."""
        return tuple(section for section in self.sections if section.level == 2)


def sections_of(
    policy: Policy, remarks: Mapping[str, Remark] | None = None, clauses: Iterable[Clause] | None = None
) -> tuple[Section, ...]:
    """The sections in the document's order; `clauses` gives them in another language."""
    found = remarks or {}
    return tuple(
        Section(
            one.id,
            one.number,
            one.title,
            one.level,
            one.html,
            found.get(one.id) if remarks is not None else None,
        )
        for one in (clauses if clauses is not None else policy.clauses.values())
    )


def history_of(versions: Sequence[Any], shown: int, now: datetime, address: str) -> tuple[VersionRow, ...]:
    """The versions, latest first; `versions` are rows with number, effective_at, note and hash, in any order.

    `address` has a `{number}` where the version's number goes.
    """
    ordered = sorted(versions, key=lambda one: (one.effective_at, one.number))
    rows = []
    for index, one in enumerate(ordered):
        until = ordered[index + 1].effective_at if index + 1 < len(ordered) else None
        rows.append(
            VersionRow(
                number=one.number,
                since=one.effective_at,
                until=until,
                note=one.note,
                fingerprint=one.hash[:8],
                address=address.format(number=one.number),
                is_shown=one.number == shown,
                state=state_of(one.effective_at, until, now, is_first=index == 0),
            )
        )
    return tuple(reversed(rows))


def state_of(since: datetime, until: datetime | None, now: datetime, *, is_first: bool = False) -> str:
    """'in force', 'to come' or 'past'; before the first version the first holds."""
    if until is not None and until <= now:
        return "past"
    return "in force" if since <= now or is_first else "to come"
