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
    """A phase being laid out: from `starts_at` to `end` (None: open). `notes` write its derivation, on demand."""

    phase: str
    starts_at: datetime
    end: Reckoning | None
    ends_at: datetime | None
    clause: str
    purchase_id: str | None
    spec: CoverSpec | None
    notes: list[Callable[[], Iterable[Step]]] = field(default_factory=list)

    def cut(self, at: datetime) -> None:
        """End it at `at`; where that is earlier than planned, its derivation says so."""
        if self.ends_at is not None and self.spec is not None:
            self.notes.append(partial(Wording(self.spec).cut_short, at))
        self.end, self.ends_at = None, at


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
        steps = tuple(step for note in one.notes for step in note())
        return Period(one.phase, one.starts_at, one.ends_at, one.clause, one.purchase_id, steps)


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
    mine = [one for one in purchases if one.covers in ("", part) or not spec_at(one.at).per_part]
    events: list[Purchase | Happening] = sorted(happenings, key=attrgetter("at"))
    return sorted([*events, *sorted(mine, key=attrgetter("at", "id"))], key=attrgetter("at"))


class _Layout:
    """The periods as far as the events have been read. The last stretch has no end; what is beneath an overlay runs
    on.
    """

    def __init__(self, spec_at: SpecAt) -> None:
        self.spec_at = spec_at
        self.stretches: list[_Stretch] = []
        self.overlays: list[_Overlay] = []
        self.open: dict[str, Happening] = {}  # what archived or voided it, while that lasts
        self.waiting: list[Purchase] = []  # paid while archived: payment alone does not restore (IEX-13)

    def buy(self, purchase: Purchase) -> None:
        spec = self.spec_at(purchase.at)
        if purchase.kind in RESTARTING:
            self._restart(purchase, spec)
        elif ARCHIVED in self.open:
            self.waiting.append(purchase)
        else:
            self._prolong(purchase, spec, purchase.at)

    def happen(self, happening: Happening) -> None:
        opens = {ARCHIVED: ARCHIVED, VOIDED: VOIDED}.get(happening.kind)
        closes = {"restored": ARCHIVED, "kept": VOIDED}.get(happening.kind)
        if opens is not None:
            self.open.setdefault(opens, happening)
        elif closes is not None and closes in self.open:
            self._close(closes, happening.at)
        elif happening.kind == ENDED:
            self._end(happening)

    def finished(self) -> list[_Stretch]:
        """The stretches with the overlays on top, void above archived."""
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
                self._prolong(purchase, self.spec_at(purchase.at), at)

    def _end(self, happening: Happening) -> None:
        if self._current(happening.at) is None:
            return
        self._cut(happening.at)
        self.stretches.append(_Stretch(ENDED, happening.at, None, None, happening.clause, None, None))

    def _restart(self, purchase: Purchase, spec: CoverSpec) -> None:
        """Count anew from the purchase's own anchor. A repair never shortens cover that would have lasted longer."""
        starts_at = purchase.at if purchase.on is None else start_of_day(purchase.on, spec.zone)
        anchor = Reckoning(purchase.on or purchase.at, spec.zone)
        first = spec.phases[0]
        end = _later(anchor, first.lasts or purchase.term)
        running = self._last_covered(starts_at)
        wording = Wording(spec)
        if (
            running is not None
            and end is not None
            and running.ends_at is not None
            and running.ends_at >= end.moment
        ):
            running.notes.append(lambda: wording.outlasted(purchase, starts_at, running.ends_at))
            return
        self._cut(starts_at)
        stretch = self._add(first.name, starts_at, end, first.clause, purchase, spec)
        planned = stretch.ends_at
        stretch.notes.append(lambda: wording.anchored(purchase, starts_at, first, planned))
        self._follow(stretch, spec, [phase for phase in spec.phases[1:] if not _is_renewed(phase, spec)])

    def _prolong(self, purchase: Purchase, spec: CoverSpec, at: datetime) -> None:
        """A renewal or extension: added to the end of what runs, or starting when it is paid."""
        current = self._current(at)
        renewal = spec.renewal or _plain_renewal(spec)
        adds = (
            current is not None and renewal.while_.get(current.phase) == ADDS and current.ends_at is not None
        )
        term = purchase.term or _phase(spec, renewal.phase).lasts
        if term is None:
            raise ValueError(
                f"{purchase.kind.capitalize()} {purchase.id} names no term, and {renewal.phase} has none."
            )
        wording = Wording(spec)
        during = current.phase if current is not None else NONE
        if adds:
            last = self._end_of_run(at, renewal.phase)
            stretch = self._extended(last, term, purchase, spec, renewal)
            added_to = stretch.ends_at
            stretch.notes.append(lambda: wording.added(purchase, during, term, added_to))
        else:
            self._cut(at)
            end = Reckoning(at, spec.zone).plus(term)
            stretch = self._add(renewal.phase, at, end, renewal.clause or spec.clause, purchase, spec)
            planned = stretch.ends_at
            stretch.notes.append(lambda: wording.started(purchase, at, during, term, planned))
        names = [phase.name for phase in spec.phases]
        after = spec.phases[names.index(renewal.then) :] if renewal.then in names else ()
        self._follow(stretch, spec, [phase for phase in after if phase.name != renewal.phase])

    def _extended(
        self, last: _Stretch, term: Duration, purchase: Purchase, spec: CoverSpec, renewal: RenewalSpec
    ) -> _Stretch:
        """The stretch in which the added term lies: the last one, lengthened, where it is the renewed phase already."""
        assert last.ends_at is not None
        end = (last.end or Reckoning(last.ends_at, spec.zone)).plus(term)
        self._cut(last.ends_at)
        if last.phase != renewal.phase:
            return self._add(renewal.phase, last.ends_at, end, renewal.clause or spec.clause, purchase, spec)
        last.end, last.ends_at, last.purchase_id = end, end.moment, purchase.id
        return last

    def _follow(self, stretch: _Stretch, spec: CoverSpec, phases: list[PhaseSpec]) -> None:
        """Lay out the phases that follow by themselves."""
        wording = Wording(spec)
        begun = {stretch.phase: Reckoning(stretch.starts_at, spec.zone)}
        before, start = stretch, stretch.end
        for phase in phases:
            if phase.after is not None and phase.after[1] in begun:
                start = begun[phase.after[1]].plus(phase.after[0])
            if start is None:
                return
            before.end, before.ends_at = start, start.moment
            end = _later(start, phase.lasts)
            following = self._add(phase.name, before.ends_at, end, phase.clause or spec.clause, None, spec)
            following.purchase_id = before.purchase_id
            following.notes.append(
                partial(wording.followed, phase, before.phase, following.starts_at, following.ends_at)
            )
            begun[phase.name] = start
            before, start = following, end
        if start is not None:
            self._add(NONE, start.moment, None, spec.clause, None, spec)

    def _add(
        self,
        phase: str,
        starts_at: datetime,
        end: Reckoning | None,
        clause: str,
        purchase: Purchase | None,
        spec: CoverSpec,
    ) -> _Stretch:
        ends_at = None if end is None else end.moment
        one = _Stretch(phase, starts_at, end, ends_at, clause, purchase.id if purchase else None, spec)
        self.stretches.append(one)
        return one

    def _cut(self, at: datetime) -> None:
        """Take away all that lies after `at`."""
        while self.stretches and self.stretches[-1].starts_at >= at:
            self.stretches.pop()
        if self.stretches:
            last = self.stretches[-1]
            if last.ends_at is None or last.ends_at > at:
                last.cut(at)

    def _place(self, at: datetime) -> int | None:
        """The place of the stretch that holds at `at`, looked for from the end."""
        for place in range(len(self.stretches) - 1, -1, -1):
            if self.stretches[place].starts_at <= at:
                return place
        return None

    def _current(self, at: datetime) -> _Stretch | None:
        place = self._place(at)
        return None if place is None else self.stretches[place]

    def _end_of_run(self, at: datetime, renewed: str) -> _Stretch:
        """The last stretch of what runs at `at` with the renewed phases that are queued behind it."""
        place = self._place(at)
        assert place is not None
        while place + 1 < len(self.stretches) and self.stretches[place + 1].phase == renewed:
            place += 1
        return self.stretches[place]

    def _last_covered(self, at: datetime) -> _Stretch | None:
        """The last of the covered stretches that follow one another from `at` on."""
        place = self._place(at)
        last = None
        while place is not None and place < len(self.stretches):
            one = self.stretches[place]
            if one.spec is None or one.phase not in one.spec.covered:
                break
            last = one
            place += 1
        return last


def _lasts_at_least(ends_at: datetime | None, end: Reckoning | None) -> bool:
    """Whether cover that ends at `ends_at` (None: never) lasts at least until `end` (None: for ever)."""
    return ends_at is None or (end is not None and ends_at >= end.moment)


def _later(start: Reckoning, duration: Duration | None) -> Reckoning | None:
    return None if duration is None else start.plus(duration)


def _is_renewed(phase: PhaseSpec, spec: CoverSpec) -> bool:
    return spec.renewal is not None and phase.name == spec.renewal.phase


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
    before = [
        replace(one, ends_at=_earlier(one.ends_at, starts_at))
        for one in stretches
        if one.starts_at < starts_at
    ]
    over = _Stretch(overlay.phase, starts_at, None, overlay.ends_at, overlay.clause, None, None)
    beneath = before[-1] if before else stretches[0]
    zone = beneath.spec.zone if beneath.spec is not None else UTC
    over.notes.append(
        partial(Wording.decided, overlay.phase, starts_at, overlay.ends_at, overlay.clause, zone)
    )
    if overlay.ends_at is None:
        return [*before, over]
    after = [
        replace(one, starts_at=max(one.starts_at, overlay.ends_at))
        for one in stretches
        if one.ends_at is None or one.ends_at > overlay.ends_at
    ]
    return [*before, over, *after]


def _earlier(one: datetime | None, other: datetime) -> datetime:
    return other if one is None else min(one, other)
