"""Derivations in words: steps as people read them, in local times (design §5). The phrases here are English, and the
keys by which another language is found; `Speech` says what else a language has to know. The numbers that clauses are
published under come in from the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum

from remit.policy.calendars.hours import WEEKDAYS
from remit.policy.clocks.derivation import Derivation, Step, What
from remit.policy.clocks.plan import PauseReason
from remit.policy.clocks.targets import Target, Unmeasured
from remit.policy.vocabulary.durations import Duration
from remit.policy.vocabulary.metrics import Metric

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ANSWERS = (Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE)
_A_WEEK = timedelta(days=6)
_MINUTE = timedelta(minutes=1)
_A_MOMENT = timedelta(microseconds=1)


class Reader(StrEnum):
    """Whom a derivation speaks to: an agent is not waited for."""

    CUSTOMER = "customer"
    AGENT = "agent"


_SAID: Mapping[What, str] = {
    What.RECEIVED: "received %(at)s",
    What.MESSAGE: "your message %(at)s",
    What.CONTESTED: "contested %(at)s",
    What.TAKEN_UP: "taken up %(at)s",
    What.REOPENED: "reopened %(at)s",
    What.TAKEN_OVER: "received %(at)s",
    What.BEGUN: "begun %(at)s",
    What.COMPLETE: "complete %(at)s",
    What.STARTS: "starts %(at)s",
    What.PROMISED: "%(promise)s",
    What.RAISED: "priority raised %(at)s: %(promise)s from then",
    What.MISJUDGED: "priority corrected %(at)s: %(promise)s from receipt",
    What.LOWERED: "priority lowered %(at)s: %(promise)s from the start",
    What.MERGED: "merged %(at)s with a request received %(received)s that has %(promise)s",
    What.COMPLETED: "complete %(at)s: %(promise)s from then",
    What.CLOSED: "closed %(span)s: %(reason)s",
    What.NOT_BEFORE: "not before %(at)s",
    What.RUNS_OUT: "runs out %(at)s",
    What.DUE: "due %(at)s",
    What.LEFT: "%(left)s left",
    What.MISSED: "missed",
    What.ENDED: "ended %(at)s",
    What.INCOMPLETE: "starts when complete",
    What.WAITED_FROM: "our last message %(at)s",
    What.UNANSWERED: "%(wait)s without an answer",
    What.REMINDED: "reminder %(at)s",
    What.CLOSES: "closes %(at)s",
}
_SAID_TO_AGENTS: Mapping[What, str] = {
    What.MESSAGE: "customer's message %(at)s",
    What.INCOMPLETE: "starts when the request is complete",
    What.WAITED_FROM: "the team's last message %(at)s",
}
_DONE: Mapping[Metric, tuple[str, str]] = {
    Metric.FIRST_RESPONSE: ("answered %(at)s", "answered"),
    Metric.NEXT_RESPONSE: ("answered %(at)s", "answered"),
    Metric.RESOLUTION: ("solved %(at)s", "solved"),
    Metric.DIAGNOSIS: ("estimate given %(at)s", "estimate given"),
    Metric.REFUND: ("refunded %(at)s", "refunded"),
    Metric.CALL_BACK: ("called back %(at)s", "called back"),
}
_PAUSED: Mapping[str, str] = {
    PauseReason.WAITING_FOR_CUSTOMER: "waiting for you",
    PauseReason.INCOMPLETE: "waiting for what was missing",
    PauseReason.WAITING_FOR_ACCESS: "waiting for access",
    PauseReason.ON_HOLD: "on hold",
    PauseReason.DECLARED_EVENT: "declared event",
}
_TO_AGENTS = {"waiting for you": "waiting for the customer"}
_WITH_THEIR_REASON = frozenset({What.WAITED_FROM, What.CLOSED})
_CLOSED = frozenset({"after closing", "before opening", "between hours"})
_WAITS_SOLVED = "solved %(at)s"
_FOR, _SINCE = "%(reason)s %(span)s", "%(reason)s since %(at)s"
_LATE = "%(step)s, late"
_WHY, _ON_DAYS, _OTHERWISE = (
    "%(step)s, %(reason)s",
    "%(step)s, closed on %(weekday)ss",
    "%(step)s, closed: %(reason)s",
)
_IN_ORDER = "in order, in working hours"
_NO_ANSWER, _NOTHING = "no answer is owed", "nothing is owed"
_UNSAID = "the policy promises no time at this priority"
_USUALLY, _TO_CLOSING = "usually %(duration)s", "%(promise)s, to closing"


def phrases() -> frozenset[str]:
    """Every English phrase that a language needs words for."""
    said = {*_SAID.values(), *_SAID_TO_AGENTS.values(), *_PAUSED.values(), *_TO_AGENTS.values(), *_CLOSED}
    done = {phrase for pair in _DONE.values() for phrase in pair}
    rest = {
        _FOR,
        _SINCE,
        _LATE,
        _WHY,
        _ON_DAYS,
        _OTHERWISE,
        _IN_ORDER,
        _NO_ANSWER,
        _NOTHING,
        _UNSAID,
        _USUALLY,
    }
    return frozenset(said | done | rest | {_TO_CLOSING}) - {"%(promise)s"}


class Speech:
    """How a language says the parts of a derivation. English; another language overrides what it says otherwise."""

    def phrase(self, english: str) -> str:
        """The words for one of `phrases()`."""
        return english

    def named(self, reason: str) -> str:
        """A reason that people announced, or a holiday: as they named it."""
        return reason

    def weekday(self, name: str) -> str:
        """The weekday with this English name."""
        return name

    def day(self, local: datetime, *, has_date: bool, has_year: bool) -> str:
        """A local day: "Thu", "Thu 12 Nov", "Thu 12 Nov 2026"."""
        weekday = WEEKDAYS[local.weekday()][:3]
        if not has_date:
            return weekday
        year = f" {local.year}" if has_year else ""
        return f"{weekday} {local.day} {_MONTHS[local.month - 1]}{year}"

    def time(self, local: datetime) -> str:
        """A local time of day: "18:40"."""
        return f"{local:%H:%M}"

    def duration(self, duration: Duration) -> str:
        """A duration as the policy writes it: "3 working hours", "2..10 business days"."""
        return str(duration)

    def amount(self, span: timedelta) -> str:
        """A stretch of time in its two largest units: "2 h 30 min", "3 days 4 h"; less than a minute is "0 min"."""
        minutes = span // _MINUTE
        days, hours = divmod(minutes // 60, 24)
        if days > 1:
            return f"{days} days {hours} h" if hours else f"{days} days"
        hours, minutes = divmod(minutes, 60)
        if not hours:
            return f"{minutes} min"
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"


ENGLISH = Speech()


def told(
    derivation: Derivation, speech: Speech = ENGLISH, reader: Reader = Reader.CUSTOMER
) -> Iterator[tuple[str, str]]:
    """Each step in words, and the clause it rests on ("" where none is needed)."""
    teller = _Teller(derivation, speech, reader)
    for step in derivation.steps:
        yield teller.words(step), step.clause


def sentence(
    derivation: Derivation,
    number: Callable[[str], str] | None = None,
    *,
    every: bool = False,
    reader: Reader = Reader.CUSTOMER,
) -> str:
    """The steps in one line: "received Thu 18:40, after closing · … · due Fri 16:00 (§5)". The last clause among the
    steps is cited, or each with `every`; `number` turns a clause's id into the number it is published under.
    """
    known = list(told(derivation, reader=reader))
    last = max((place for place, (_, clause) in enumerate(known) if clause), default=None)
    parts = []
    for place, (text, clause) in enumerate(known):
        is_cited = clause and (every or place == last)
        shown = number(clause) if number else clause
        parts.append(f"{text} (§{shown})" if is_cited else text)
    return " · ".join(parts)


class _LocalTimes:
    """Instants as people in a zone write them: by weekday as long as all lie within a week, else with their date."""

    def __init__(self, zone: tzinfo, moments: list[datetime], speech: Speech) -> None:
        first, last = min(moments), max(moments)
        self.zone, self.speech = zone, speech
        self.year = first.astimezone(zone).year
        self.has_dates = last - first > _A_WEEK

    def moment(self, at: datetime) -> str:
        """For example "Thu 18:40", "Thu 12 Nov 18:40"."""
        local = at.astimezone(self.zone)
        return f"{self.day(local)} {self.speech.time(local)}"

    def day(self, local: datetime) -> str:
        """For example "Thu", "Thu 12 Nov"."""
        return self.speech.day(local, has_date=self.has_dates, has_year=local.year != self.year)

    def span(self, start: datetime, end: datetime) -> str:
        """For example "Fri 11:00–15:00", "Fri 11:00 – Mon 09:00"; of whole days "Fri", "Fri – Sun"."""
        first, last = start.astimezone(self.zone), end.astimezone(self.zone)
        if first < last and first.time() == last.time() == time():
            days = [self.day(first), self.day(last - _A_MOMENT)]
            return " – ".join(dict.fromkeys(days))
        if first.date() == last.date():
            return f"{self.moment(start)}–{self.speech.time(last)}"
        return f"{self.moment(start)} – {self.moment(end)}"


class _Teller:
    """Puts words on the steps of one derivation."""

    def __init__(self, derivation: Derivation, speech: Speech, reader: Reader) -> None:
        self.speech, self.to_agent = speech, reader is Reader.AGENT
        moments = [one.at for one in derivation.steps]
        moments += [one.until for one in derivation.steps if one.until is not None]
        moments += [one.received_at for one in derivation.steps if one.received_at is not None]
        zone = derivation.zone
        self.times = None if zone is None else _LocalTimes(zone, moments, speech)

    def words(self, step: Step) -> str:
        phrase = self.speech.phrase
        if step.what is What.PAUSED:
            return self._pause(step)
        if step.what is What.NOT_OWED:
            unsaid = step.target is not None and step.target.duration is Unmeasured.UNSAID
            return self._unmeasured(Unmeasured.UNSAID if unsaid else Unmeasured.NONE, step.metric)
        text = self._filled(step)
        if step.is_late:
            return phrase(_LATE) % {"step": text}
        return text if step.what in _WITH_THEIR_REASON else self._with_why(text, step.reason)

    def _filled(self, step: Step) -> str:
        english = self._english(step)
        parts = {}
        if "%(at)s" in english and self.times is not None:
            parts["at"] = self.times.moment(step.at)
        if step.target is not None:
            parts["promise"] = self._promise(step.target)
        if step.left is not None:
            parts["left"] = self.speech.amount(step.left)
        if step.wait is not None:
            parts["wait"] = self.speech.duration(step.wait)
        if step.received_at is not None and self.times is not None:
            parts["received"] = self.times.moment(step.received_at)
        if step.what is What.CLOSED and step.until is not None and self.times is not None:
            parts |= {
                "span": self.times.span(step.at, step.until),
                "reason": self.speech.named(step.reason),
            }
        return (self.speech.phrase(english) if english != "%(promise)s" else english) % parts

    def _english(self, step: Step) -> str:
        if step.what is What.DONE and step.metric is not None:
            timed, untimed = _DONE[step.metric]
            return untimed if self.times is None else timed
        if step.what is What.WAITED_FROM and step.reason == PauseReason.SOLVED:
            return _WAITS_SOLVED
        return (_SAID_TO_AGENTS.get(step.what) if self.to_agent else None) or _SAID[step.what]

    def _with_why(self, text: str, reason: str) -> str:
        phrase, speech = self.speech.phrase, self.speech
        if not reason:
            return text
        if reason in WEEKDAYS:
            return phrase(_ON_DAYS) % {"step": text, "weekday": speech.weekday(reason)}
        if reason in _CLOSED:
            return phrase(_WHY) % {"step": text, "reason": phrase(reason)}
        return phrase(_OTHERWISE) % {"step": text, "reason": speech.named(reason)}

    def _pause(self, step: Step) -> str:
        assert self.times is not None
        known = _PAUSED.get(step.reason)
        if known is not None and self.to_agent:
            known = _TO_AGENTS.get(known, known)
        reason = self.speech.phrase(known) if known is not None else self.speech.named(step.reason)
        if step.until is None:
            return self.speech.phrase(_SINCE) % {"reason": reason, "at": self.times.moment(step.at)}
        span = self.times.span(step.at, step.until)
        return self.speech.phrase(_FOR) % {"reason": reason, "span": span}

    def _promise(self, target: Target) -> str:
        """A target as a phrase: "3 working hours", "usually 2..10 business days", "in order, in working hours"."""
        duration, phrase = target.duration, self.speech.phrase
        if isinstance(duration, Unmeasured):
            return self._unmeasured(duration, target.metric)
        text = self.speech.duration(duration)
        if target.approximate:
            text = phrase(_USUALLY) % {"duration": text}
        return phrase(_TO_CLOSING) % {"promise": text} if target.until_close else text

    def _unmeasured(self, kind: Unmeasured, metric: Metric | None) -> str:
        if kind is Unmeasured.IN_ORDER:
            return self.speech.phrase(_IN_ORDER)
        if kind is Unmeasured.UNSAID:
            return self.speech.phrase(_UNSAID)
        return self.speech.phrase(_NO_ANSWER if metric in _ANSWERS else _NOTHING)
