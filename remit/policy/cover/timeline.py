"""Cover as a line of periods: a pure fold over what was bought and what people decided. Nothing of it is stored;
the phase at an instant is computed when it is asked for (IEX-10).

Every purchase is judged by the version in force at its own anchor: `spec_at` says which. The periods tile the time
line, half-open, without gap or overlap.

Most licences are a purchase and a row of renewals, asked for at one instant. So what nobody looks at is not worked out:
a row of renewals that plainly come in time is only added up, and the phases that follow by themselves stay folded up
behind the stretch that they follow, until somebody asks for an instant in them or needs to know what runs.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from operator import attrgetter
from typing import Any, TypeAlias

from remit.policy.cover.model import (
    ADDS,
    NOT_POSSIBLE,
    RESTARTING,
    CoverSpec,
    Happening,
    Period,
    PhaseSpec,
    Purchase,
    Refusal,
    RenewalSpec,
    Step,
)
from remit.policy.cover.reckoning import AT_LEAST, Reckoning, ahead_of
from remit.policy.cover.words import Wording
from remit.policy.vocabulary import Duration, Unit, Value, start_of_day

SpecAt: TypeAlias = Callable[[datetime], CoverSpec]

NONE = "none"
ARCHIVED = "archived"
VOIDED = "voided"
ENDED = "ended"


@dataclass(slots=True)
class _Stretch:
    """A phase being laid out: from `starts_at` to `end`, or to `cut_at` where something else began before (both None:
    open). `notes` write its derivation, on demand.

    `anchor` is what it is counted from, where that is another than its start (a date).
    `added` are renewals that lengthened `base` to its end, without notes as yet. `tail` are the phases that follow it
    by themselves; while it `is_folded` they are not laid out; what began at `tail_until` (None: nothing) ended them.
    """

    phase: str
    starts_at: datetime
    end: Reckoning | None
    clause: str
    purchase_id: str | None
    terms: _Terms | None
    notes: list[Callable[[], Iterable[Step]]] = field(default_factory=list)
    cut_at: datetime | None = None
    anchor: Reckoning | None = None
    added: list[Purchase] = field(default_factory=list)
    base: Reckoning | None = None
    tail: tuple[_Terms, list[PhaseSpec]] | None = None
    is_folded: bool = False
    tail_until: datetime | None = None

    @property
    def is_ended_by_tail(self) -> bool:
        """Whether it is what follows that says when it ends (IEX-13)."""
        return self.tail is not None and bool(self.tail[1]) and self.tail[1][0].after is not None

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
        self.settle()
        if self.end is not None and self.terms is not None:
            self.notes.append(partial(self.terms.wording.cut_short, at))
        self.end, self.cut_at = None, at

    def lengthen(self, months: int) -> None:
        """Lengthen it by so many months, which the renewals that stand last in `added` bought."""
        if months and self.end is not None:
            self.base = self.base or self.end
            self.end = self.end.plus(Duration(None, months, Unit.MONTHS))
            self.purchase_id = self.added[-1].id

    def settle(self) -> None:
        """Write the notes of what was only added up, before any other note follows."""
        if not self.added or self.terms is None or self.base is None:
            return
        end = self.base
        for purchase in self.added:
            assert purchase.term is not None
            end = end.plus(purchase.term)
            self.notes.append(partial(self.terms.wording.added, purchase, self.phase, purchase.term, end))
        self.added, self.base = [], None

    def derivation(self) -> Iterable[Step]:
        """How it came about, in words."""
        self.settle()
        return [step for note in self.notes for step in note()]

    def laid_out(self) -> list[_Stretch]:
        """This stretch, and after it the phases that follow by themselves."""
        found = [self]
        if not self.is_folded or self.tail is None:
            return found
        (terms, phases), until = self.tail, self.tail_until
        self.is_folded = False
        begun = {self.phase: self.anchor or Reckoning(self.starts_at, terms.spec.zone)}
        before, start = self, self.end
        for phase in phases:
            if phase.after is not None and phase.after[1] in begun:
                start = begun[phase.after[1]].plus(phase.after[0])
                before.settle()
                before.end = start
            if start is None:
                break
            end = _later(start, phase.lasts)
            clause = phase.clause or terms.spec.clause
            following = _Stretch(phase.name, start.moment, end, clause, self.purchase_id, terms)
            following.notes.append(partial(terms.wording.followed, phase, before.phase, start, end))
            found.append(following)
            begun[phase.name] = start
            before, start = following, end
        else:
            if start is not None:
                found.append(_Stretch(NONE, start.moment, None, terms.spec.clause, None, terms))
        return found if until is None else _cut_off(found, until)


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
        self.adds_to = frozenset(name for name, way in self.renewal.while_.items() if way == ADDS)
        self.refuses_in = frozenset(name for name, way in self.renewal.while_.items() if way == NOT_POSSIBLE)
        self.reminds = {phase.name: phase.remind for phase in spec.phases if phase.remind is not None}
        self.archives = {phase.name: phase.archived_under for phase in spec.phases if phase.archived_under}


_KEPT = 256
_known_terms: dict[int, _Terms] = {}


def _terms_of(spec: CoverSpec) -> _Terms:
    """The terms of a version, kept; specifications are told apart by identity, which is quick."""
    found = _known_terms.get(id(spec))
    if found is None or found.spec is not spec:
        if len(_known_terms) >= _KEPT:
            _known_terms.clear()
        found = _known_terms[id(spec)] = _Terms(spec)
    return found


@dataclass(frozen=True, slots=True)
class _Overlay:
    """A phase that was decided, laid over what runs on beneath it. `by` is the kind of actor."""

    phase: str
    starts_at: datetime
    ends_at: datetime | None
    clause: str
    by: str


class Timeline:
    """The periods of one entitlement, or of one part of an item; `refusals` are the renewals that changed nothing."""

    def __init__(self, stretches: list[_Stretch], refusals: Iterable[Refusal] = ()) -> None:
        self.refusals = tuple(refusals)
        self._stretches = stretches
        self._starts = [stretch.starts_at for stretch in stretches]

    def at(self, instant: datetime) -> Period:
        """The period that holds at an instant."""
        place = bisect_right(self._starts, instant)
        if place == 0:
            return self._before()
        found = self._stretches[place - 1]
        if found.is_folded and (found.is_ended_by_tail or not found.runs_at(instant)):
            self._unfold(place - 1)
            place = bisect_right(self._starts, instant)
        return self._period(place - 1)

    def next_end(self, instant: datetime) -> datetime | None:
        """When the phase at this instant ends; None where nothing ends it."""
        return self.at(instant).ends_at

    def next_due(self, instant: datetime) -> datetime | None:
        """When something is next to be said of the phase at this instant: the reminder of its end if that is still to
        come, otherwise its end (C24-2); None where nothing ends it.
        """
        period = self.at(instant)
        reminds_at = period.reminds_at
        return reminds_at if reminds_at is not None and reminds_at > instant else period.ends_at

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """All periods, from before the first purchase ("none") on."""
        for place in range(len(self._stretches) - 1, -1, -1):
            self._unfold(place)
        return (self._before(), *map(self._period, range(len(self._stretches))))

    def _before(self) -> Period:
        """The period before everything."""
        return Period(NONE, None, self._starts[0] if self._starts else None, "", None)

    def _period(self, place: int) -> Period:
        one = self._stretches[place]
        return Period(
            phase=one.phase,
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            clause=one.clause,
            purchase_id=one.purchase_id,
            reminds_at=self._reminds_at(place),
            archived_under=one.terms.archives.get(one.phase, "") if one.terms is not None else "",
            notes=(one.derivation,),
        )

    def _reminds_at(self, place: int) -> datetime | None:
        """When people are reminded of an end: not where a person decided on it, nor where what follows is bought."""
        one = self._stretches[place]
        span = one.terms.reminds.get(one.phase) if one.terms is not None and one.terms.reminds else None
        if span is None or one.terms is None or one.end is None or self._is_prolonged(place):
            return None
        moment = ahead_of(one.end.moment, span, one.terms.spec.zone)
        return moment if moment > one.starts_at else None

    def _is_prolonged(self, place: int) -> bool:
        """Whether something bought later follows a stretch, not merely the phases that come by themselves."""
        one = self._stretches[place]
        if one.is_folded or place + 1 == len(self._stretches):
            return False
        return self._stretches[place + 1].purchase_id not in (None, one.purchase_id)

    def _unfold(self, place: int) -> None:
        laid = self._stretches[place].laid_out()
        self._stretches[place : place + 1] = laid
        self._starts[place : place + 1] = [one.starts_at for one in laid]


def timeline(
    purchases: Iterable[Purchase], happenings: Iterable[Happening], spec_at: SpecAt, part: str = ""
) -> Timeline:
    """The time line of an entitlement; with `part`, of that part of an item whose parts have cover of their own.
    `spec_at` gives what the version in force at an instant says. Raises `ValueError` where a term was bought
    without a length and the policy gives none.
    """
    laid = _Layout(spec_at)
    laid.read(_in_order(purchases, happenings, spec_at, part))
    return Timeline(laid.finished(), laid.refusals)


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


def latest_of(happenings: Iterable[Happening], instant: datetime, begins: str, ends: str) -> bool:
    """Whether the latest of the two kinds up to `instant` is the one that begins: archived until restored (IEX-13),
    voided unless kept (ITS-14).
    """
    state = False
    for happening in sorted(happenings, key=_AT):
        if happening.at <= instant and happening.kind in (begins, ends):
            state = happening.kind == begins
    return state


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
    """The periods as far as the events have been read."""

    def __init__(self, spec_at: SpecAt) -> None:
        self.spec_at = spec_at
        self.stretches: list[_Stretch] = []
        self.folded = 0  # how many of them have phases folded up behind them
        self.overlays: list[_Overlay] = []
        self.open: dict[str, Happening] = {}  # what archived or voided it, while that lasts
        self.refusals: list[Refusal] = []
        self.waiting: list[Purchase] = []  # paid while archived: payment alone does not restore (IEX-13)

    def read(self, events: Iterable[Purchase | Happening]) -> None:
        """Take the events in, by time. A renewal that plainly comes while the phase it lengthens runs is added up
        here; everything else is weighed.
        """
        spec_at, prolonging = self.spec_at, PROLONGING
        last: _Stretch | None = (
            None  # what such a renewal lengthens: by `spec`, surely running from one to the other
        )
        spec, starts_at, runs_until = None, _EVER, _EVER
        added: list[Any] = []
        known: Duration | None = None  # the term of the renewal before, in months, and what it surely lasts
        months, least, gained = 0, _NOTHING, 0
        for event in events:
            at = event.at
            if starts_at <= at < runs_until and event.kind in prolonging:
                term = event.term  # type: ignore[union-attr]  # only what is bought is of these kinds
                if term is not known:
                    known, months = term, _months(term)
                    least = _MONTH * months
                if months and spec_at(at) is spec:
                    added.append(event)
                    gained += months
                    runs_until += least
                    continue
            if last is not None:
                last.lengthen(gained)
                gained = 0
            if isinstance(event, Purchase):
                self.buy(event)
            else:
                self.happen(event)
            last, starts_at = self._lengthened(), _EVER
            if last is not None and last.terms is not None and last.end is not None:
                spec, starts_at, runs_until = last.terms.spec, last.starts_at, last.end.earliest()
                added = last.added
        if last is not None:
            last.lengthen(gained)

    def _lengthened(self) -> _Stretch | None:
        """The last stretch, where a renewal paid while it runs does nothing but lengthen it."""
        if not self.stretches or ARCHIVED in self.open:
            return None
        last = self.stretches[-1]
        if not last.is_folded or last.end is None or last.tail is None:
            return None
        terms, phases = last.tail
        if terms is not last.terms or phases is not terms.after_renewal:
            return None
        renewed = terms.renewal.phase
        return last if last.phase == renewed and renewed in terms.adds_to else None

    def buy(self, purchase: Purchase) -> None:
        terms = _terms_of(self.spec_at(purchase.at))
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
        for phase, happening in self.open.items():
            self.overlays.append(_Overlay(phase, happening.at, None, happening.clause, happening.by))
        if self.overlays:
            self._unfold()
            for stretch in self.stretches:
                stretch.settle()
        stretches = self.stretches
        for overlay in sorted(self.overlays, key=lambda one: (one.phase == VOIDED, one.starts_at)):
            stretches = _covered_by(stretches, overlay)
        return stretches

    def _close(self, phase: str, at: datetime) -> None:
        opened = self.open.pop(phase)
        self.overlays.append(_Overlay(phase, opened.at, at, opened.clause, opened.by))
        if phase == ARCHIVED:
            waiting, self.waiting = self.waiting, []
            for purchase in waiting:
                self._prolong(purchase, _terms_of(self.spec_at(purchase.at)), at)

    def _restart(self, purchase: Purchase, terms: _Terms) -> None:
        """Count anew from the purchase's own anchor. A repair never shortens cover that would have lasted longer."""
        zone, first = terms.spec.zone, terms.spec.phases[0]
        starts_at = purchase.at if purchase.on is None else start_of_day(purchase.on, zone)
        anchor = Reckoning(terms.spec.anchor_of(purchase), zone)
        end = _later(anchor, first.lasts or purchase.term)
        running = self._last_covered(starts_at)
        if running is not None and _lasts_at_least(running.ends_at, end):
            running.settle()
            running.notes.append(partial(terms.wording.outlasted, purchase, starts_at, running.ends_at))
            return
        self._cut(starts_at)
        stretch = self._add(first.name, starts_at, end, first.clause, purchase.id, terms)
        stretch.anchor = anchor
        stretch.notes.append(partial(terms.wording.anchored, purchase, starts_at, first, end))
        self._fold(stretch, terms, terms.after_first)

    def _prolong(self, purchase: Purchase, terms: _Terms, at: datetime) -> None:
        """A renewal or extension: added to the end of what runs, or starting when it is paid; where the phase that
        runs allows none it changes nothing.
        """
        if self._refuses(purchase, terms, at):
            return
        term = purchase.term or terms.term
        renewed = terms.renewal.phase
        if term is None:
            raise ValueError(
                f"{purchase.kind.capitalize()} {purchase.id} names no term, and {renewed} has none."
            )
        if self._is_plainly_over(at, terms):
            before = self.stretches[-1]
            before.tail_until = at
            stretch = self._started(purchase, terms, at, term, partial(_phase_at, before, at))
            self._fold(stretch, terms, terms.after_renewal)
            return
        place = self._place(at)
        current = None if place is None else self.stretches[place]
        during = NONE if current is None else current.phase
        if place is not None and current is not None and self._adds(current, terms):
            stretch = self._extended(place, term, purchase, terms)
            stretch.notes.append(partial(terms.wording.added, purchase, during, term, stretch.end))
        else:
            self._cut(at)
            stretch = self._started(purchase, terms, at, term, lambda: during)
        self._fold(stretch, terms, terms.after_renewal)

    def _refuses(self, purchase: Purchase, terms: _Terms, at: datetime) -> bool:
        """Whether the phase that runs allows no renewal; then its derivation says that one was paid. For that the
        phases are laid out, which no other policy has to pay for.
        """
        if not terms.refuses_in:
            return False
        place = self._place(at)
        if place is not None and self.stretches[place].is_folded and self.stretches[place].is_ended_by_tail:
            self._unfold()
            place = self._place(at)
        current = None if place is None else self.stretches[place]
        during = NONE if current is None else current.phase
        if during not in terms.refuses_in:
            return False
        self.refusals.append(Refusal(purchase.id, during, terms.wording.title(during), terms.clause))
        if current is None:
            return True
        current.settle()
        current.notes.append(partial(terms.wording.refused, purchase, at, current.phase))
        return True

    def _is_plainly_over(self, at: datetime, terms: _Terms) -> bool:
        """Whether the last stretch has ended by `at` for certain, and in none of the phases that follow it by
        themselves a renewal adds to anything: then it makes no difference which of them runs.
        """
        last = self.stretches[-1] if self.stretches else None
        if last is None or not last.is_folded or last.tail is None or last.is_ended_by_tail:
            return False
        end = last.end
        if end is None or end.latest() > at or NONE in terms.adds_to:
            return False
        return all(phase.name not in terms.adds_to for phase in last.tail[1])

    def _started(
        self, purchase: Purchase, terms: _Terms, at: datetime, term: Duration, during: Callable[[], str]
    ) -> _Stretch:
        """The renewed phase, counted from `at`; `during` says in which phase it was paid."""
        end = Reckoning(at, terms.spec.zone).plus(term)
        stretch = self._add(terms.renewal.phase, at, end, terms.clause, purchase.id, terms)
        stretch.notes.append(partial(terms.wording.started, purchase, at, during, term, end))
        return stretch

    def _fold(self, stretch: _Stretch, terms: _Terms, phases: list[PhaseSpec]) -> None:
        """Let these phases follow the last stretch by themselves."""
        stretch.tail, stretch.is_folded = (terms, phases), True
        self.folded += 1

    def _unfold(self, running_at: datetime | None = None) -> None:
        """Lay out all that is folded up, but not what follows the last stretch if that runs at the instant given."""
        if not self.folded:
            return
        last = self.stretches.pop() if self._runs(running_at) else None
        self.stretches = [one for stretch in self.stretches for one in stretch.laid_out()]
        if last is not None:
            self.stretches.append(last)
        self.folded = 0 if last is None else 1

    def _runs(self, at: datetime | None) -> bool:
        """Whether the last stretch has not ended at `at`."""
        return at is not None and bool(self.stretches) and self.stretches[-1].runs_at(at)

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
        last.settle()
        if last.end is None:
            assert last.cut_at is not None
            end = Reckoning(last.cut_at, terms.spec.zone).plus(term)
        else:
            end = last.end.followed_by(term)
        if last.phase == renewed:
            last.end = end
            last.purchase_id = purchase.id
            return last
        assert last.ends_at is not None
        last.is_folded = False
        return self._add(renewed, last.ends_at, end, terms.clause, purchase.id, terms)

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
        """Take away all that lies after `at`."""
        self._unfold(running_at=at)
        if self._runs(at):
            self.stretches[-1].is_folded = False
        self.stretches = _cut_off(self.stretches, at)

    def _place(self, at: datetime) -> int | None:
        """The place of the stretch that holds at `at`, looked for from the end."""
        if self._runs(at) and self.stretches[-1].starts_at <= at:
            return len(self.stretches) - 1
        self._unfold(running_at=at)
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
PROLONGING = frozenset({"renewal", "extension"})
_MONTHS = {Unit.MONTHS: 1, Unit.YEARS: 12}
_MONTH, _NOTHING, _EVER = AT_LEAST[Unit.MONTHS], timedelta(), datetime.max.replace(tzinfo=UTC)


def _cut_off(stretches: list[_Stretch], at: datetime) -> list[_Stretch]:
    """The stretches as far as they begin before `at`; the one that runs then is cut."""
    kept = list(stretches)
    while kept and kept[-1].starts_at >= at:
        kept.pop()
    if kept and kept[-1].runs_at(at):
        kept[-1].cut(at)
    return kept


def _phase_at(stretch: _Stretch, at: datetime) -> str:
    """The phase that ran at `at`, where `stretch` or what follows it by itself did."""
    apart = replace(stretch, notes=[], added=[], is_folded=True, tail_until=None)
    return next(one.phase for one in reversed(apart.laid_out()) if one.starts_at <= at)


def _months(term: Duration | None) -> int:
    """How many months a term is; 0 where it is counted otherwise, or where none was bought."""
    return 0 if term is None else term.amount * _MONTHS.get(term.unit, 0)


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
        partial(Wording.decided, overlay.phase, starts_at, overlay.ends_at, overlay.clause, overlay.by, zone)
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
    one.settle()
    return replace(one, end=None, cut_at=at) if one.runs_at(at) else one
