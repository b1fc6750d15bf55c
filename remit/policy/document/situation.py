"""A case as an example, or a person at a command line, writes it: facts, what is held and since when, and
what happened.

Turns the strict text of `given` and `events` into facts, clocks and closing moments by running cover,
conditions and clocks. Nothing is checked against expectations here; that is `remit.policy.check.examples`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from functools import cached_property
from typing import Any

from remit.policy.clocks import AutoClose, Clock, ClockEvent, EventKind, PauseReason, auto_close, fold
from remit.policy.cover import CoverSpec, Happening, Purchase, Timeline, facts_at, latest_of, timeline
from remit.policy.document.fields import FIRST_YEAR, LAST_YEAR
from remit.policy.document.policy import Policy
from remit.policy.rules import Decision
from remit.policy.vocabulary.durations import parse_term
from remit.policy.vocabulary.facts import FactErrors, Value, decode_facts
from remit.policy.vocabulary.metrics import Metric
from remit.policy.vocabulary.zones import at_wall_time

ORDINARY: Mapping[str, str] = {
    "channel": "portal",
    "sender.standing": "owner",
    "sender.suspended": "no",
    "questions": "1",
    "text.vague": "no",
    "links.only": "no",
    "attachments.count": "0",
    "repeats.count": "0",
    "fragments.count": "1",
    "abuse.suspected": "no",
    "requests.in_window": "1",
}
"""What an ordinary request is like; a case says only what differs."""

_BOUGHT_AGAIN = {
    "renewals": "renewal",
    "extensions": "extension",
    "repairs": "repair",
    "purchases": "purchase",
    "trials": "trial",
}
_HAPPENED = ("archived", "restored", "voided", "kept", "ended")
_MORE = {
    "answered": {"asked again"},
    "priority": {"to", "misjudged"},
    "declared": {"event", "from", "to"},
    "event ended": {"event"},
}
"""What an event of an example may say beside its moment."""
_WHEN = ("paid", "on", "at", "repaired", "worked", "bought")


class CaseErrors(ValueError):
    """A case that cannot be read: `errors` maps the path of each faulty part to a sentence."""

    def __init__(self, errors: Mapping[tuple[str | int, ...], str]) -> None:
        self.errors = dict(errors)
        super().__init__(
            "; ".join(f"{'.'.join(map(str, path))}: {message}" for path, message in self.errors.items())
        )


@dataclass(frozen=True)
class Situation:
    """A case read against a policy. What follows from it is worked out when it is first asked for."""

    policy: Policy
    received_at: datetime
    facts: Mapping[str, Value]
    timelines: Mapping[str, Timeline] = field(default_factory=dict)
    events: Sequence[ClockEvent] = ()

    @cached_property
    def settled(self) -> Mapping[str, Value]:
        """The facts with what follows from others."""
        return self.policy.settled(self.facts)

    @cached_property
    def decision(self) -> Decision:
        return self.policy.decide(self.facts)

    @cached_property
    def clocks(self) -> Mapping[Metric, list[Clock]]:
        """The clocks as they stand after the last event."""
        return fold(
            self._history(()),
            self.policy.clock_plan(self.facts, self.decision.outcome),
            self.policy.calendars,
        )

    def clocks_started(self, metric: Metric) -> list[Clock]:
        """The clocks of a metric that people start, as if it had been started at receipt where no event
        says when.
        """
        if self.clocks.get(metric):
            return self.clocks[metric]
        started = ClockEvent(EventKind.STARTED, self.received_at, 1, {"metric": str(metric)})
        plan = self.policy.clock_plan(self.facts, self.decision.outcome)
        return fold(self._history((started,)), plan, self.policy.calendars).get(metric, [])

    def _history(self, extra: Sequence[ClockEvent]) -> list[ClockEvent]:
        history = [ClockEvent(EventKind.RECEIVED, self.received_at, 0)]
        if self.decision.outcome == "ask":
            history.append(
                ClockEvent(
                    EventKind.WAITING_STARTED, self.received_at, 1, {"reason": str(PauseReason.INCOMPLETE)}
                )
            )
        else:
            history.append(ClockEvent(EventKind.COMPLETED, self.received_at, 1))
        return [*history, *extra, *self.events]

    @cached_property
    def closing(self) -> AutoClose | None:
        """When the ticket closes by itself, or None where it does not wait."""
        for rule in self.policy.closings.values():
            found = auto_close(self._history(()), rule, self.policy.calendars)
            if found is not None:
                return found
        return None


def read_situation(
    policy: Policy, given: Mapping[str, Any], events: Sequence[Mapping[str, Any]] = ()
) -> Situation:
    """Read a case: `given` holds `received`, `facts` and one entry per kind of cover; all as strict text.

    Without `received`, the moment the policy takes effect. Raises `CaseErrors` naming every faulty part.
    """
    return CaseReader(policy).read(given, events)


class CaseReader:
    """Reads many cases against one policy; what they have in common is worked out once."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.where: tzinfo = policy.zone
        self.errors: dict[tuple[str | int, ...], str] = {}
        self.timelines: dict[str, Timeline] = {}
        self._ordinary = decode_facts(ORDINARY, policy.declarations, self.where)
        if not policy.channels.clause:
            self._ordinary["channel.official"] = True
        self._known: dict[tuple[object, ...], Timeline] = {}

    def read(self, given: Mapping[str, Any], events: Sequence[Mapping[str, Any]] = ()) -> Situation:
        """One case; see `read_situation`."""
        self.errors, self.timelines = {}, {}
        received_at = self.policy.effective_at
        if "received" in given:
            received_at = self._instant(given["received"], ("given", "received")) or received_at
        written = given.get("facts", {})
        facts: dict[str, Value] = {}
        if isinstance(written, Mapping):
            facts = self._facts(written, ("given", "facts"))
        else:
            self.errors["given", "facts"] = "facts are keys and values: {topic: billing, …}"
        for key in given:
            if key not in ("received", "facts", *self.policy.covers):
                kinds = ", ".join(["received", "facts", *self.policy.covers])
                is_fact = key in self.policy.declarations
                self.errors["given", key] = (
                    f"“{key}” is a fact: write it under “facts”"
                    if is_fact
                    else f"“{key}” is no kind of cover; a case has {kinds}"
                )
        for kind in self.policy.covers:
            facts = {**self._cover(kind, given.get(kind), received_at), **facts}
        facts = {**self._ordinary, "received_at": received_at, **facts}
        history = list(self._events(events))
        if self.errors:
            raise CaseErrors(self.errors)
        return Situation(self.policy, received_at, facts, self.timelines, tuple(history))

    def _facts(self, written: Mapping[str, Any], path: tuple[str | int, ...]) -> dict[str, Value]:
        try:
            return decode_facts(written, self.policy.declarations, self.where)
        except FactErrors as error:
            for name, message in error.errors.items():
                self.errors[(*path, name)] = f"{name}: {message}"
            return {}

    def _instant(self, written: Any, path: tuple[str | int, ...]) -> datetime | None:
        try:
            moment = datetime.fromisoformat(written.strip() if isinstance(written, str) else "")
        except ValueError:
            said = f"“{written}” is" if isinstance(written, str) else "a list or a mapping is"
            self.errors[path] = f"{said} not a date and time such as 2026-11-19 18:40"
            return None
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            self.errors[path] = f"“{written}” lies outside the years {FIRST_YEAR} to {LAST_YEAR}"
            return None
        return moment if moment.tzinfo else at_wall_time(moment, self.where)

    # --- cover

    def _cover(self, kind: str, written: Any, at: datetime) -> dict[str, Value]:
        """The facts that a kind of cover makes at an instant; one that is not named is not held."""
        if written is None:
            return {f"{kind}.held": False, f"{kind}.phase": "none", f"{kind}.active": False}
        if not isinstance(written, Mapping):
            self.errors["given", kind] = "what is held is keys and values: {purchased: 2026-01-31, …}"
            return {}
        if not isinstance(written.get("part", ""), str):
            self.errors["given", kind, "part"] = "a part is called by its name, one at a time"
            return {}
        purchases, happenings, rest = self._parts(kind, written)
        facts: dict[str, Value] = {
            f"{kind}.held": True,
            f"{kind}.valid": True,
            f"{kind}.archived": latest_of(happenings, at, "archived", "restored"),
            f"{kind}.voided": latest_of(happenings, at, "voided", "kept"),
        }
        if purchases:
            spec = self.policy.covers[kind]
            try:
                line = self._timeline(spec, purchases, happenings, str(written.get("part", "")))
            except ValueError as error:
                self.errors["given", kind] = str(error)
                return facts
            self.timelines[kind] = line
            facts.update(facts_at(line, spec, at))
        return {
            **facts,
            **self._facts({f"{kind}.{key}": value for key, value in rest.items()}, ("given", kind)),
        }

    def _timeline(
        self, spec: CoverSpec, purchases: list[Purchase], happenings: list[Happening], part: str
    ) -> Timeline:
        key = (spec.kind, *purchases, *happenings, part)
        if key not in self._known:
            self._known[key] = timeline(purchases, happenings, lambda _: spec, part)
        return self._known[key]

    def _parts(
        self, kind: str, written: Mapping[str, Any]
    ) -> tuple[list[Purchase], list[Happening], dict[str, Any]]:
        """Purchases, happenings, and the attributes that are left."""
        anchor = self.policy.anchors[kind]
        purchases: list[Purchase] = []
        happenings: list[Happening] = []
        rest: dict[str, Any] = {}
        term = written.get("term")
        for key, value in written.items():
            path = ("given", kind, key)
            if key == anchor:
                purchases += self._purchase(kind, "purchase", value, term, "", path, len(purchases))
            elif key in _BOUGHT_AGAIN:
                for index, entry in enumerate(value if isinstance(value, list) else [value]):
                    purchases += self._bought_again(
                        kind, _BOUGHT_AGAIN[key], entry, (*path, index), len(purchases)
                    )
            elif key in _HAPPENED and str(value) not in ("yes", "no"):
                happened_at = self._instant(value, path)
                if happened_at:
                    happenings.append(Happening(kind=key, at=happened_at, clause="", by=""))
            elif key == "part":
                if f"{kind}.part" in self.policy.declarations:
                    rest[key] = value
            elif key != "term":
                rest[key] = value
        return purchases, happenings, rest

    def _bought_again(
        self, kind: str, how: str, entry: Any, path: tuple[str | int, ...], number: int
    ) -> list[Purchase]:
        if not isinstance(entry, Mapping):
            entry = {"paid": entry}
        when = next((key for key in (*_WHEN, self.policy.anchors[kind]) if key in entry), None)
        if when is None:
            self.errors[path] = f"it is not said when: one of {', '.join(_WHEN)}"
            return []
        return self._purchase(
            kind, how, entry[when], entry.get("term"), str(entry.get("part", "")), (*path, when), number
        )

    def _purchase(
        self, kind: str, how: str, when: Any, term: Any, part: str, path: tuple[str | int, ...], number: int
    ) -> list[Purchase]:
        at = self._instant(when, path)
        if at is None:
            return []
        on = _date(str(when).strip())
        span = None
        if term is not None:
            try:
                span = parse_term(str(term))
            except ValueError as error:
                self.errors[(*path[:-1], "term")] = str(error)
                return []
        return [Purchase(id=f"{kind}-{number}", kind=how, at=at, on=on, term=span, covers=part, label="")]

    # --- events

    def _events(self, events: Sequence[Mapping[str, Any]]) -> Iterator[ClockEvent]:
        for index, entry in enumerate(events):
            path = ("events", index)
            name = next(iter(entry), "") if isinstance(entry, Mapping) else ""
            if not name:
                self.errors[path] = "an event is its name and its moment: {asked: 2026-11-20 11:00}"
                continue
            if name not in EVENTS:
                self.errors[path] = f"“{name}” is no event; these are: {', '.join(EVENTS)}"
                continue
            at = self._instant(entry[name], (*path, name))
            more = {key: value for key, value in entry.items() if key != name}
            for key in more.keys() - _MORE.get(name, set()):
                known = ", ".join(sorted(_MORE.get(name, set()))) or "nothing but its moment"
                self.errors[(*path, key)] = f"“{key}” is no part of “{name}”, which has {known}"
            if at is not None:
                yield from self._event(name, at, index, more)

    def _event(self, name: str, at: datetime, index: int, more: Mapping[str, Any]) -> Iterator[ClockEvent]:
        kind, data = EVENTS[name]
        details: dict[str, Any] = {**data, **more}
        if name == "asked":
            yield ClockEvent(EventKind.PUBLIC_REPLY, at, index + 2)
        if kind is EventKind.PRIORITY_CHANGED:
            known = [priority.id for priority in self.policy.priorities]
            if more.get("to") not in known:
                self.errors["events", index, "to"] = (
                    f"the new priority is one of {', '.join(known) or 'none'}"
                )
            details = {"new": str(more.get("to", "")), "misjudged": str(more.get("misjudged", "no")) == "yes"}
        elif kind is EventKind.EVENT_DECLARED:
            details = self._declared(more, at, index)
        elif kind is EventKind.EVENT_ENDED:
            details = {"name": self._event_of(more, index)}
        elif kind is EventKind.REQUESTER_MESSAGE:
            details = dict(data)
        yield ClockEvent(kind, at, index + 2, details)
        if kind is EventKind.REQUESTER_MESSAGE:
            yield self._after_message(at, index, is_asked_again=str(more.get("asked again", "no")) == "yes")

    def _after_message(self, at: datetime, index: int, *, is_asked_again: bool) -> ClockEvent:
        """A message brings a request that lacks something before a person, and the wait ends; unless the rules at
        once ask for what is still missing: then it goes on (design §5).
        """
        lacks = {"reason": str(PauseReason.INCOMPLETE)}
        if is_asked_again:
            return ClockEvent(EventKind.WAITING_STARTED, at, index + 2, {**lacks, "again": True})
        return ClockEvent(EventKind.WAITING_ENDED, at, index + 2, lacks)

    def _event_of(self, more: Mapping[str, Any], index: int) -> str:
        """The kind of event that is meant, the policy's first where none is named."""
        name = str(more.get("event", next(iter(self.policy.events), "")))
        if name not in self.policy.events:
            known = ", ".join(self.policy.events) or "none"
            self.errors["events", index, "event"] = f"the policy knows no event “{name}”; these are: {known}"
        return name

    def _declared(self, more: Mapping[str, Any], at: datetime, index: int) -> dict[str, Any]:
        name = self._event_of(more, index)
        declared = self.policy.events.get(name)
        if declared is None:
            return {"name": name}
        starts = self._instant(more["from"], ("events", index, "from")) if "from" in more else at
        ends = self._instant(more["to"], ("events", index, "to")) if "to" in more else None
        return {
            "name": name,
            "starts_at": starts or at,
            "declared_at": at,
            "ends_at": ends,
            "metrics": [str(metric) for metric in declared.metrics],
            "clause": declared.clause,
        }


EVENTS: Mapping[str, tuple[EventKind, Mapping[str, Any]]] = {
    "complete": (EventKind.COMPLETED, {}),
    "taken up": (EventKind.ACCEPTED_FOR_WORK, {}),
    "contested": (EventKind.CONTESTED, {}),
    "replied": (EventKind.PUBLIC_REPLY, {}),
    "automatic message": (EventKind.AUTOMATIC_MESSAGE, {}),
    "noted": (EventKind.NOTE, {}),
    "answered": (EventKind.REQUESTER_MESSAGE, {"official": True}),
    "asked": (EventKind.WAITING_STARTED, {"reason": str(PauseReason.WAITING_FOR_CUSTOMER)}),
    "waiting for access": (EventKind.WAITING_STARTED, {"reason": str(PauseReason.WAITING_FOR_ACCESS)}),
    "access given": (EventKind.WAITING_ENDED, {"reason": str(PauseReason.WAITING_FOR_ACCESS)}),
    "on hold": (EventKind.HELD, {}),
    "off hold": (EventKind.UNHELD, {}),
    "priority": (EventKind.PRIORITY_CHANGED, {}),
    "estimated": (EventKind.ESTIMATE_GIVEN, {}),
    "refund approved": (EventKind.STARTED, {"metric": str(Metric.REFUND)}),
    "call back promised": (EventKind.STARTED, {"metric": str(Metric.CALL_BACK)}),
    "solved": (EventKind.SOLVED, {}),
    "reopened": (EventKind.REOPENED, {}),
    "closed": (EventKind.CLOSED, {}),
    "declared": (EventKind.EVENT_DECLARED, {}),
    "event ended": (EventKind.EVENT_ENDED, {}),
}
"""The events of an example: the word in the document, and what it is to a clock. `answered` is a message of
the customer; `asked` is a question that a person puts in public, which is a reply as well (design §5).
"""


def _date(words: str) -> date | None:
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None
