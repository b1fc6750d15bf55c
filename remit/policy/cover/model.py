"""What cover is made of: what a policy says about a kind of entitlement, and what happened to one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from functools import cached_property

from remit.policy.vocabulary import Duration

ADDS = "adds to the end"
STARTS = "starts when paid"
NOT_POSSIBLE = "not possible"
RESTARTING = ("purchase", "repair", "trial")
"""Kinds of purchase that count from their own anchor; the others (renewal, extension) prolong what there is."""


@dataclass(frozen=True, slots=True)
class PhaseSpec:
    """One phase: how long it lasts (None: for the term bought where it is the first or the renewed phase, otherwise
    until something ends it), or from how long after the beginning of another phase it holds (IEX-13). `remind` is how
    long before its end people are reminded of it (C24-2): days, hours or shorter. `archived_under` is the clause under
    which what is in this phase may be archived (IEX-13); empty where it may not.
    """

    name: str
    lasts: Duration | None = None
    after: tuple[Duration, str] | None = None
    clause: str = ""
    title: str = ""
    remind: Duration | None = None
    archived_under: str = ""


@dataclass(frozen=True, slots=True)
class RenewalSpec:
    """The phase that a renewal buys, what it does in each phase ("adds to the end", "starts when paid" or "not
    possible"; the second where nothing is said), and the phase that follows it (IEX-11, ITS-5).
    """

    phase: str
    while_: Mapping[str, str]
    then: str
    clause: str = ""


@dataclass(frozen=True, slots=True)
class CoverSpec:
    """What a version of a policy says about one kind of entitlement. `anchor` is the document's word for what it is
    counted from; `covered` names the phases in which it is active; calendar time is counted in `zone`. Where it
    `counts_from_day`, an instant stands for its local date (ITS-3, C24-2).
    """

    kind: str
    anchor: str
    phases: tuple[PhaseSpec, ...]
    renewal: RenewalSpec | None
    per_part: bool
    zone: tzinfo
    clause: str
    covered: frozenset[str] = frozenset()
    counts_from_day: bool = False

    def anchor_of(self, purchase: Purchase) -> date | datetime:
        """What a purchase that restarts cover is counted from: its date where it has one or the policy counts from the
        day, otherwise its instant (UTC).
        """
        if purchase.on is not None:
            return purchase.on
        return purchase.at.astimezone(self.zone).date() if self.counts_from_day else purchase.at


@dataclass(frozen=True, slots=True)
class Purchase:
    """Something that begins or lengthens cover: a "purchase", "trial" or "repair" counts from its own anchor, a
    "renewal" or "extension" prolongs what there is. `at` is when it was paid or done (UTC); `on` the date it
    counts from, where it is a date (ITS-3); `term` what was bought; `covers` the part ("" is the whole).
    """

    id: str
    kind: str
    at: datetime
    on: date | None = None
    term: Duration | None = None
    covers: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that was decided: "archived" until "restored", or "left" as it is though it may be archived (IEX-13);
    "voided" unless "kept" (ITS-14); "ended". `by` is the kind of actor: "system" where no person at the desk did it.
    """

    kind: str
    at: datetime
    clause: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A renewal that changed nothing: paid while `phase` (its `title` in words) ran, in which by `clause` there is none
    (IEX-11).
    """

    purchase_id: str
    phase: str
    title: str
    clause: str


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a derivation: the moment it speaks of (UTC), the words, and the clause it rests on."""

    at: datetime
    text: str
    clause: str


@dataclass(frozen=True)  # no slots: the derivation is kept once it is written
class Period:
    """A phase from `starts_at` (None: since ever) to `ends_at` (None: until something happens), half-open, in UTC.
    `purchase_id` is what it goes back to; `reminds_at` when people are reminded of its end (None: never);
    `archived_under` the clause under which it may be archived while this holds (empty: it may not).
    """

    phase: str
    starts_at: datetime | None
    ends_at: datetime | None
    clause: str
    purchase_id: str | None
    reminds_at: datetime | None = None
    archived_under: str = ""
    notes: tuple[Callable[[], Iterable[Step]], ...] = field(default=(), compare=False, repr=False)

    @cached_property
    def derivation(self) -> tuple[Step, ...]:
        """How it came about, in words; written when it is first read."""
        return tuple(step for note in self.notes for step in note())


@dataclass(frozen=True, slots=True)
class Allowance:
    """Something an entitlement includes a number of times (IEX-8, C24-9)."""

    name: str
    per: str
    count: int
    clause: str

    def left(self, used: int) -> int:
        """How many are left after `used`."""
        return max(0, self.count - used)
