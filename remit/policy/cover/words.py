"""How a phase came about, in words for people. Instants appear as local times in the zone of the policy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from remit.policy.cover.model import CoverSpec, PhaseSpec, Purchase, Step
from remit.policy.cover.reckoning import Reckoning
from remit.policy.vocabulary import Duration

_BOUGHT = {"purchase": "bought", "trial": "registered", "repair": "repaired"}
_PROLONGED = {"renewal": "renewed", "extension": "extended"}


def said(instant: datetime, zone: tzinfo) -> str:
    """An instant in local words: "10 August 2027, 12:00"."""
    local = instant.astimezone(zone)
    return f"{local.day} {local:%B %Y, %H:%M}"


def said_end(instant: datetime, zone: tzinfo) -> str:
    """The end of a period: at midnight "the end of 30 May 2026", otherwise the instant."""
    local = instant.astimezone(zone)
    if local.time() != time():
        return said(instant, zone)
    last = local - timedelta(days=1)
    return f"the end of {last.day} {last:%B %Y}"


def _added(term: Duration) -> str:
    return f"{term} {'is' if term.amount == 1 else 'are'} added"


@dataclass(frozen=True, slots=True)
class Wording:
    """Writes the derivation of the phases of one version."""

    spec: CoverSpec

    def anchored(
        self, purchase: Purchase, starts_at: datetime, phase: PhaseSpec, end: Reckoning | None
    ) -> Iterator[Step]:
        """A phase that counts from a purchase, a registration or a repair."""
        yield Step(starts_at, self._deed(purchase, _BOUGHT), phase.clause)
        lasts = phase.lasts or purchase.term
        counted = "" if isinstance(self.spec.anchor_of(purchase), datetime) else ", that day not counted"
        yield from self._lasting(self.title(phase.name), lasts, end, phase.clause, counted)

    def outlasted(self, purchase: Purchase, at: datetime, ends_at: datetime | None) -> Iterator[Step]:
        """A repair whose own time would be over before the cover that runs already."""
        if ends_at is not None:
            text = f"{self._deed(purchase, _BOUGHT)}: the cover that runs already lasts longer, to {self._end(ends_at)}"
            yield Step(at, text, self.spec.clause)

    def added(self, purchase: Purchase, during: str, term: Duration, end: Reckoning | None) -> Iterator[Step]:
        """A renewal added to the end of what runs."""
        clause = self._renewal_clause
        yield Step(purchase.at, f"{self._deed(purchase, _PROLONGED)}, during “{self.title(during)}”", clause)
        if end is not None:
            yield Step(end.moment, f"{_added(term)} to its end: to {self._end(end.moment)}", clause)

    def started(
        self, purchase: Purchase, at: datetime, paid_in: Callable[[], str], term: Duration, end: Reckoning
    ) -> Iterator[Step]:
        """A renewal that starts when it is paid, or when the archived licence it was paid for is restored."""
        clause = self._renewal_clause
        during = paid_in()
        if during == "none":
            yield Step(purchase.at, self._deed(purchase, _PROLONGED), clause)
        else:
            yield Step(
                purchase.at, f"{self._deed(purchase, _PROLONGED)}, during “{self.title(during)}”", clause
            )
        if at != purchase.at:
            yield Step(at, f"restored {said(at, self.spec.zone)}; what was paid starts then", clause)
        elif during != "none":
            yield Step(at, "starts when paid; the time before is neither counted nor carried over", clause)
        yield Step(end.moment, f"{term}: to {self._end(end.moment)}", clause)

    def refused(self, purchase: Purchase, at: datetime, during: str) -> Iterator[Step]:
        """A renewal paid in a phase in which there is none."""
        text = f"{self._deed(purchase, _PROLONGED)}, while “{self.title(during)}” ran and no renewal was possible"
        yield Step(
            at, f"{text}: it changes nothing, and a person decides what becomes of it", self._renewal_clause
        )

    def followed(
        self, phase: PhaseSpec, before: str, start: Reckoning, end: Reckoning | None
    ) -> Iterator[Step]:
        """A phase that begins by itself."""
        starts_at = start.moment
        clause = phase.clause or self.spec.clause
        if phase.after is not None:
            span, other = phase.after
            text = f"begins {span} after “{self.title(other)}” began: at {self._end(starts_at)}"
        else:
            text = f"“{self.title(before)}” ended at {self._end(starts_at)}"
        yield Step(starts_at, text, clause)
        if phase.lasts is not None:
            yield from self._lasting(self.title(phase.name), phase.lasts, end, clause)

    def cut_short(self, at: datetime) -> Iterator[Step]:
        """Something new began before a phase was over."""
        yield Step(at, f"ended before that, at {self._end(at)}", self.spec.clause)

    @staticmethod
    def decided(
        phase: str, starts_at: datetime, ends_at: datetime | None, clause: str, by: str, zone: tzinfo
    ) -> Iterator[Step]:
        """A phase that was decided: by a person, or by the desk itself where it archives at once (IEX-13)."""
        whose = "the desk's" if by == "system" else "a person's"
        yield Step(starts_at, f"{phase} by {whose} decision on {said(starts_at, zone)}", clause)
        if ends_at is not None:
            yield Step(ends_at, f"until a person's decision on {said(ends_at, zone)}", clause)

    def _lasting(
        self, title: str, lasts: Duration | None, end: Reckoning | None, clause: str, remark: str = ""
    ) -> Iterator[Step]:
        if end is not None and lasts is not None:
            yield Step(end.moment, f"“{title}” lasts {lasts}{remark}: to {self._end(end.moment)}", clause)

    def _deed(self, purchase: Purchase, verbs: dict[str, str]) -> str:
        verb = verbs.get(purchase.kind, purchase.kind)
        what = f" ({purchase.covers})" if purchase.covers else ""
        if purchase.on is not None:
            return f"{verb}{what} on {purchase.on.day} {purchase.on:%B %Y}"
        return f"{verb}{what} on {said(purchase.at, self.spec.zone)}"

    def title(self, name: str) -> str:
        """What the policy calls a phase."""
        return next((phase.title or phase.name for phase in self.spec.phases if phase.name == name), name)

    def _end(self, instant: datetime) -> str:
        return said_end(instant, self.spec.zone)

    @property
    def _renewal_clause(self) -> str:
        renewal = self.spec.renewal
        return (renewal.clause if renewal is not None else "") or self.spec.clause
