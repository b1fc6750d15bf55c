"""Cover as a line of periods: a pure fold over what was bought and what people decided. Nothing of it is stored;
the phase at an instant is computed when it is asked for (IEX-10).

Every purchase is judged by the version in force at its own anchor: `spec_at` says which. The periods tile the time
line, half-open, without gap or overlap.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property, partial
from operator import attrgetter
from typing import TypeAlias

from remit.policy.cover.model import (
    ADDS,
    RESTARTING,
    CoverSpec,
    Happening,
    Period,
    PhaseSpec,
    Purchase,
    RenewalSpec,
    Step,
)
from remit.policy.cover.reckoning import Reckoning
from remit.policy.cover.words import Wording
from remit.policy.vocabulary import Duration, Value, start_of_day

SpecAt: TypeAlias = Callable[[datetime], CoverSpec]

NONE = "none"
ARCHIVED = "archived"
VOIDED = "voided"
ENDED = "ended"


@dataclass(slots=True)
class _Stretch:
    """A phase being laid out: from `starts_at` to `end`, or to `cut_at` where something else began before (both None:
    open). `notes` write its derivation, on demand.
    """

    phase: str
    starts_at: datetime
    end: Reckoning | None
    clause: str
    purchase_id: str | None
    terms: _Terms | None
    notes: list[Callable[[], Iterable[Step]]] = field(default_factory=list)
    cut_at: datetime | None = None

    @property
    def ends_at(self) -> datetime | None:
        return self.end.moment if self.end is not None else self.cut_at

    def runs_at(self, at: datetime) -> bool:
        """Whether it has not ended at `at` (begun it has)."""
        if self.end is not None:
            return self.end.is_after(at)
        return self.cut_at is None or at < self.cut_at

    def cut(self, at: datetime) -> None:
        """End it at `at`; where that is earlier than planned, its derivation says so."""
        if self.end is not None and self.terms is not None:
            self.notes.append(partial(self.terms.wording.cut_short, at))
        self.end, self.cut_at = None, at


class _Terms:
    """What one version says, put in the shape in which the layout needs it."""

    def __init__(self, spec: CoverSpec) -> None:
        self.spec = spec
        self.wording = Wording(spec)
        self.renewal = spec.renewal or _plain_renewal(spec)
        self.clause = self.renewal.clause or spec.clause
        self.term = _phase(spec, self.renewal.phase).lasts
        names = [phase.name for phase in spec.phases]
        after = spec.phases[names.index(self.renewal.then) :] if self.renewal.then in names else ()
        self.after_renewal = [phase for phase in after if phase.name != self.renewal.phase]
        renewed = spec.renewal.phase if spec.renewal is not None else None
        self.after_first = [phase for phase in spec.phases[1:] if phase.name != renewed]


@dataclass(frozen=True, slots=True)
class _Overlay:
    """A phase that a person decided, laid over what runs on beneath it."""

    phase: str
    starts_at: datetime
    ends_at: datetime | None
    clause: str


class Timeline:
    """The periods of one entitlement, or of one part of an item."""

    def __init__(self, stretches: list[_Stretch]) -> None:
        self._stretches = stretches
        self._starts = [stretch.starts_at for stretch in stretches]

    def at(self, instant: datetime) -> Period:
        """The period that holds at an instant."""
        return self._period(bisect_right(self._starts, instant))

    def next_end(self, instant: datetime) -> datetime | None:
        """When the phase at this instant ends; None where nothing ends it."""
        return self.at(instant).ends_at

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """All periods, from before the first purchase ("none") on."""
        return tuple(self._period(place) for place in range(len(self._stretches) + 1))

    def _period(self, place: int) -> Period:
        """The period at a place; place 0 lies before everything."""
        if place == 0:
            return Period(NONE, None, self._starts[0] if self._starts else None, "", None)
        one = self._stretches[place - 1]
        return Period(one.phase, one.starts_at, one.ends_at, one.clause, one.purchase_id, tuple(one.notes))


def timeline(
    purchases: Iterable[Purchase], happenings: Iterable[Happening], spec_at: SpecAt, part: str = ""
) -> Timeline:
    """The time line of an entitlement; with `part`, of that part of an item whose parts have cover of their own.
    `spec_at` gives what the version in force at an instant says. Raises `ValueError` where a term was bought
    without a length and the policy gives none.
    """
    laid = _Layout(spec_at)
    for event in _in_order(purchases, happenings, spec_at, part):
        if isinstance(event, Purchase):
            laid.buy(event)
        else:
            laid.happen(event)
    return Timeline(laid.finished())


def facts_at(line: Timeline, spec: CoverSpec, instant: datetime) -> dict[str, Value]:
    """The facts that cover gives a decision: phase, since, until (left out where it is open), active."""
    period = line.at(instant)
    facts: dict[str, Value] = {
        f"{spec.kind}.phase": period.phase,
        f"{spec.kind}.active": period.phase in spec.covered,
    }
    if period.starts_at is not None:
        facts[f"{spec.kind}.since"] = period.starts_at
    if period.ends_at is not None:
        facts[f"{spec.kind}.until"] = period.ends_at
    return facts


def _in_order(
    purchases: Iterable[Purchase], happenings: Iterable[Happening], spec_at: SpecAt, part: str
) -> list[Purchase | Happening]:
    """What concerns this part, by time; at one instant what people decided goes first."""
    mine: list[Purchase | Happening] = sorted(
        (one for one in purchases if one.covers in ("", part) or not spec_at(one.at).per_part), key=_AT_AND_ID
    )
    decided = sorted(happenings, key=_AT)
    return sorted([*decided, *mine], key=_AT) if decided else mine


_AT, _AT_AND_ID = attrgetter("at"), attrgetter("at", "id")


class _Layout:
    """The periods as far as the events have been read. Phases that follow by themselves wait in `tail` until something
    happens in them, or the reading is done.
    """

    def __init__(self, spec_at: SpecAt) -> None:
        self.spec_at = spec_at
        self.stretches: list[_Stretch] = []
        self.tail: tuple[_Stretch, _Terms, list[PhaseSpec]] | None = None
        self.overlays: list[_Overlay] = []
        self.open: dict[str, Happening] = {}  # what archived or voided it, while that lasts
        self.waiting: list[Purchase] = []  # paid while archived: payment alone does not restore (IEX-13)
        self._terms: dict[int, _Terms] = {}

    def buy(self, purchase: Purchase) -> None:
        spec = self.spec_at(purchase.at)
        terms = self._terms.get(id(spec))
        if terms is None:
            terms = self._terms[id(spec)] = _Terms(spec)
        if purchase.kind in RESTARTING:
            self._restart(purchase, terms)
        elif ARCHIVED in self.open:
            self.waiting.append(purchase)
        else:
            self._prolong(purchase, terms, purchase.at)

    def happen(self, happening: Happening) -> None:
        opens = _OPENS.get(happening.kind)
        closes = _CLOSES.get(happening.kind)
        if opens is not None:
            self.open.setdefault(opens, happening)
        elif closes is not None and closes in self.open:
            self._close(closes, happening.at)
        elif happening.kind == ENDED and self._place(happening.at) is not None:
            self._cut(happening.at)
            self.stretches.append(_Stretch(ENDED, happening.at, None, happening.clause, None, None))

    def finished(self) -> list[_Stretch]:
        """The stretches with the overlays on top, void above archived."""
        self._lay_tail()
        for phase, happening in self.open.items():
            self.overlays.append(_Overlay(phase, happening.at, None, happening.clause))
        stretches = self.stretches
        for overlay in sorted(self.overlays, key=lambda one: (one.phase == VOIDED, one.starts_at)):
            stretches = _covered_by(stretches, overlay)
        return stretches

    def _close(self, phase: str, at: datetime) -> None:
        opened = self.open.pop(phase)
        self.overlays.append(_Overlay(phase, opened.at, at, opened.clause))
        if phase == ARCHIVED:
            waiting, self.waiting = self.waiting, []
            for purchase in waiting:
                self._prolong(purchase, _Terms(self.spec_at(purchase.at)), at)

    def _restart(self, purchase: Purchase, terms: _Terms) -> None:
        """Count anew from the purchase's own anchor. A repair never shortens cover that would have lasted longer."""
        zone, first = terms.spec.zone, terms.spec.phases[0]
        starts_at = purchase.at if purchase.on is None else start_of_day(purchase.on, zone)
        end = _later(Reckoning(purchase.on or purchase.at, zone), first.lasts or purchase.term)
        running = self._last_covered(starts_at)
        if running is not None and _lasts_at_least(running.ends_at, end):
            running.notes.append(partial(terms.wording.outlasted, purchase, starts_at, running.ends_at))
            return
        self._cut(starts_at)
        stretch = self._add(first.name, starts_at, end, first.clause, purchase.id, terms)
        stretch.notes.append(partial(terms.wording.anchored, purchase, starts_at, first, end))
        self.tail = (stretch, terms, terms.after_first)

    def _prolong(self, purchase: Purchase, terms: _Terms, at: datetime) -> None:
        """A renewal or extension: added to the end of what runs, or starting when it is paid."""
        place = self._place(at)
        current = None if place is None else self.stretches[place]
        during = NONE if current is None else current.phase
        renewed = terms.renewal.phase
        term = purchase.term or terms.term
        if term is None:
            raise ValueError(
                f"{purchase.kind.capitalize()} {purchase.id} names no term, and {renewed} has none."
            )
        if place is not None and current is not None and self._adds(current, terms):
            stretch = self._extended(place, term, purchase, terms)
            stretch.notes.append(partial(terms.wording.added, purchase, during, term, stretch.end))
        else:
            self._cut(at)
            end = Reckoning(at, terms.spec.zone).plus(term)
            stretch = self._add(renewed, at, end, terms.clause, purchase.id, terms)
            stretch.notes.append(partial(terms.wording.started, purchase, at, during, term, end))
        self.tail = (stretch, terms, terms.after_renewal)

    @staticmethod
    def _adds(current: _Stretch, terms: _Terms) -> bool:
        has_end = current.end is not None or current.cut_at is not None
        return has_end and terms.renewal.while_.get(current.phase) == ADDS

    def _extended(self, place: int, term: Duration, purchase: Purchase, terms: _Terms) -> _Stretch:
        """The stretch in which the added term lies: the last of the run, lengthened, where it is the renewed phase."""
        renewed = terms.renewal.phase
        while place + 1 < len(self.stretches) and self.stretches[place + 1].phase == renewed:
            place += 1
        last = self.stretches[place]
        del self.stretches[place + 1 :]
        if last.end is None:
            assert last.cut_at is not None
            end = Reckoning(last.cut_at, terms.spec.zone).plus(term)
        else:
            end = last.end.plus(term)
        if last.phase == renewed:
            last.end, last.purchase_id = end, purchase.id
            return last
        assert last.ends_at is not None
        return self._add(renewed, last.ends_at, end, terms.clause, purchase.id, terms)

    def _lay_tail(self) -> None:
        """Lay out the phases that follow by themselves."""
        if self.tail is None:
            return
        (before, terms, phases), self.tail = self.tail, None
        begun = {before.phase: Reckoning(before.starts_at, terms.spec.zone)}
        start = before.end
        for phase in phases:
            if phase.after is not None and phase.after[1] in begun:
                start = before.end = begun[phase.after[1]].plus(phase.after[0])
            if start is None:
                return
            end = _later(start, phase.lasts)
            clause = phase.clause or terms.spec.clause
            following = self._add(phase.name, start.moment, end, clause, before.purchase_id, terms)
            following.notes.append(partial(terms.wording.followed, phase, before.phase, start, end))
            begun[phase.name] = start
            before, start = following, end
        if start is not None:
            self._add(NONE, start.moment, None, terms.spec.clause, None, terms)

    def _add(
        self,
        phase: str,
        starts_at: datetime,
        end: Reckoning | None,
        clause: str,
        purchase_id: str | None,
        terms: _Terms,
    ) -> _Stretch:
        one = _Stretch(phase, starts_at, end, clause, purchase_id, terms)
        self.stretches.append(one)
        return one

    def _cut(self, at: datetime) -> None:
        """Take away all that lies after `at`. What follows by itself lies after it, or was laid when `at` was
        looked up.
        """
        self.tail = None
        while self.stretches and self.stretches[-1].starts_at >= at:
            self.stretches.pop()
        if self.stretches and self.stretches[-1].runs_at(at):
            self.stretches[-1].cut(at)

    def _place(self, at: datetime) -> int | None:
        """The place of the stretch that holds at `at`, looked for from the end."""
        if self.tail is not None and not self.tail[0].runs_at(at):
            self._lay_tail()
        for place in range(len(self.stretches) - 1, -1, -1):
            if self.stretches[place].starts_at <= at:
                return place
        return None

    def _last_covered(self, at: datetime) -> _Stretch | None:
        """The last of the covered stretches that follow one another from `at` on."""
        place = self._place(at)
        last = None
        while place is not None and place < len(self.stretches):
            one = self.stretches[place]
            if one.terms is None or one.phase not in one.terms.spec.covered:
                break
            last = one
            place += 1
        return last


_OPENS = {ARCHIVED: ARCHIVED, VOIDED: VOIDED}
_CLOSES = {"restored": ARCHIVED, "kept": VOIDED}


def _lasts_at_least(ends_at: datetime | None, end: Reckoning | None) -> bool:
    """Whether cover that ends at `ends_at` (None: never) lasts at least until `end` (None: for ever)."""
    return ends_at is None or (end is not None and ends_at >= end.moment)


def _later(start: Reckoning, duration: Duration | None) -> Reckoning | None:
    return None if duration is None else start.plus(duration)


def _phase(spec: CoverSpec, name: str) -> PhaseSpec:
    return next((phase for phase in spec.phases if phase.name == name), PhaseSpec(name))


def _plain_renewal(spec: CoverSpec) -> RenewalSpec:
    """Where a policy says nothing of renewals: the first phase again, added to while it runs."""
    first = spec.phases[0].name
    after = [phase.name for phase in spec.phases if phase.name not in spec.covered]
    return RenewalSpec(first, {first: ADDS}, after[0] if after else "", spec.clause)


def _covered_by(stretches: list[_Stretch], overlay: _Overlay) -> list[_Stretch]:
    """The stretches with an overlay laid over them; nothing is laid before the first purchase."""
    starts_at = max(overlay.starts_at, stretches[0].starts_at) if stretches else overlay.starts_at
    if not stretches or (overlay.ends_at is not None and overlay.ends_at <= starts_at):
        return stretches
    before = [_until(one, starts_at) for one in stretches if one.starts_at < starts_at]
    over = _Stretch(overlay.phase, starts_at, None, overlay.clause, None, None, cut_at=overlay.ends_at)
    terms = (before[-1] if before else stretches[0]).terms
    zone = terms.spec.zone if terms is not None else UTC
    over.notes.append(
        partial(Wording.decided, overlay.phase, starts_at, overlay.ends_at, overlay.clause, zone)
    )
    if overlay.ends_at is None:
        return [*before, over]
    after = [
        replace(one, starts_at=max(one.starts_at, overlay.ends_at))
        for one in stretches
        if one.runs_at(overlay.ends_at)
    ]
    return [*before, over, *after]


def _until(one: _Stretch, at: datetime) -> _Stretch:
    """The stretch as far as it lies before `at`."""
    return replace(one, end=None, cut_at=at) if one.runs_at(at) else one
