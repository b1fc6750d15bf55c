"""A decision explained in words, the way a person at the desk would: what is decided, what to do next, why,
what we took as known, what would change it, and what is owed by when.

Plain text for the command line; the desk draws its own decision page from the same decision.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from remit.policy.clocks import Clock, State, derivation_of, sentence
from remit.policy.rules.words import fill, in_words
from remit.policy.vocabulary.facts import Supplier, Value
from remit.policy.vocabulary.outcomes import Layer, Outcome

if TYPE_CHECKING:
    from remit.policy.document.policy import Policy
    from remit.policy.document.situation import Situation
    from remit.policy.rules import Change, Decision, Finding

WIDTH = 88
_CITED = re.compile(r"§([a-z][a-z0-9-]*)")
_REASONS = 3
_CHANGES = 3
_NOT_HELD: dict[str, Value] = {"held": False, "active": False, "phase": "none"}
_OUTCOMES = {
    Outcome.SUSPEND: "Suspended",
    Outcome.REFUSE: "Refused",
    Outcome.QUOTE: "Quoted",
    Outcome.SPLIT: "To be split",
    Outcome.ASK: "Something is missing",
    Outcome.REVIEW: "A person decides",
    Outcome.ACCEPT: "Accepted",
}


def explain(situation: Situation) -> str:
    """The explanation of a case, ready to print."""
    explained = _Explained(situation)
    return "\n".join(explained.lines())


class _Explained:
    def __init__(self, situation: Situation) -> None:
        self.situation = situation
        self.policy: Policy = situation.policy
        self.facts = situation.settled
        self.decision: Decision = self.policy.decide(situation.facts, least_change=True)

    def lines(self) -> Iterator[str]:
        decision = self.decision
        yield f"{_OUTCOMES[decision.outcome]}. {self._filled(decision.says)}".rstrip()
        yield from self._asked()
        yield from self._next()
        yield from self._why()
        yield from self._known()
        yield from self._changes()
        yield from self._owed()
        yield ""
        under = f", under “{self.policy.agreement.title}”" if self.policy.agreement else ""
        version = f"version {self.policy.number}{under} ({self.policy.hash[:8]})"
        yield _wrapped(f"By {self.policy.title} of {self.policy.desk}, {version}.")

    def _filled(self, text: str) -> str:
        return fill(text, self.facts, self.policy.declarations, self.policy.zone, self.policy.language)

    def _asked(self) -> Iterator[str]:
        for name in self.decision.asks:
            yield f"  • {self._question(name)}"
        if self.decision.welcome:
            yield "Where possible also: " + "; ".join(self._question(name) for name in self.decision.welcome)

    def _question(self, name: str) -> str:
        declaration = self.policy.declarations[name]
        return declaration.ask or declaration.words

    def _next(self) -> Iterator[str]:
        for step in self.decision.steps:
            yield f"  → {step.label}"

    def _why(self) -> Iterator[str]:
        yield ""
        yield "Why"
        findings = self._telling()
        if not findings:
            yield "  Nothing in the policy stands against it."
        for finding in findings[:_REASONS]:
            yield from self._reason(finding)
        rest = [
            clause
            for clause in self.decision.clauses
            if clause not in {one.clause for one in findings[:_REASONS]}
        ]
        if rest:
            yield f"  Also looked at: {', '.join(self._cited(clause) for clause in rest)}"
        if self.decision.conflicts:
            yield "  Rules of the policy disagree here, so a person decides."
        for gap in self.decision.gaps:
            yield f"  No rule answers the question of {gap}, so a person decides."

    def _telling(self) -> list[Finding]:
        """The deciding findings that explain something, those of single rules before the defaults. A default
        without words of its own explains nothing, unless it turns the request down.
        """
        deciding = sorted(self.decision.deciding, key=lambda finding: finding.name == "default")
        told = [one for one in deciding if one.name != "default" or one.because]
        return told or [one for one in deciding if one.outcome is not Outcome.ACCEPT]

    def _reason(self, finding: Finding) -> Iterator[str]:
        clause = self.policy.clause_of(finding.clause)
        title = f" {clause.title}" if clause else ""
        reason = self._filled(finding.because) or ("" if finding.name == "default" else finding.name)
        head = f"  {self._cited(finding.clause)}{title}{self._layer(finding)}"
        yield _wrapped(f"{head}: {reason}" if reason else head)
        if finding.quote:
            yield _wrapped(f"    “{finding.quote}”", "     ")

    def _layer(self, finding: Finding) -> str:
        """Said of a plan only: the agreement is named where its clause is cited, and the policy needs no word."""
        return ", by the plan" if self.policy.layer_of(finding) is Layer.PLAN else ""

    def _cited(self, clause: str) -> str:
        found = self.policy.clause_of(clause)
        return found.cited if found else clause

    def _known(self) -> Iterator[str]:
        yield ""
        yield "What we took as known"
        yield f"  received {self._moment(self.situation.received_at)}"
        looked_at = {
            atom.fact
            for line in self.decision.trace
            if line.result
            for atom in line.atoms
            if atom.value is not None
        }
        not_held = {
            f"{kind}.{one}": kind
            for kind in self.policy.covers
            for one in _NOT_HELD
            if self._is_not_held(kind)
        }
        for kind in dict.fromkeys(not_held.values()):
            yield f"  no {self.policy.kind_title(kind)}"
        for name in sorted(looked_at | {one for one in self.facts if self._is_always_told(one)}):
            value = self.facts.get(name)
            if value is not None and name != "received_at" and name not in not_held:
                yield _wrapped(f"  {self.policy.declarations[name].words}: {self._said(name, value)}")
        missing = [one for one in self.decision.unknowns if one.supplier is not Supplier.REQUESTER]
        if missing:
            words = ", ".join(self.policy.declarations[one.fact].words for one in missing)
            yield _wrapped(f"  not established, and it would matter: {words}")

    def _is_not_held(self, kind: str) -> bool:
        """Whether the facts say no more of this cover than that there is none."""
        return all(self.facts.get(f"{kind}.{one}") == value for one, value in _NOT_HELD.items())

    def _is_always_told(self, name: str) -> bool:
        """What the requester said, the priority that follows from it, and where the cover stands."""
        declared = self.policy.declarations.get(name)
        is_told = declared is not None and declared.supplier is Supplier.REQUESTER and declared.means is None
        return is_told or name == "priority" or name.endswith((".phase", ".until"))

    def _said(self, name: str, value: Value) -> str:
        if isinstance(value, datetime):
            return self._moment(value)
        return in_words(value, self.policy.declarations.get(name), self.policy.zone, self.policy.language)

    def _moment(self, at: datetime) -> str:
        local = at.astimezone(self.policy.zone)
        return f"{local:%a} {local.day} {local:%B %Y, %H:%M}"

    def _changes(self) -> Iterator[str]:
        changes = self.decision.least_change[:_CHANGES]
        if not changes:
            return
        yield ""
        yield "What would change it"
        for change in changes:
            yield _wrapped(f"  {self._change(change)} ({self._cited(change.clause)})")

    def _change(self, change: Change) -> str:
        parts = [(change.fact, change.to_value), *((fact, after) for fact, _, after in change.along_with)]
        words = " and ".join(self._altered(fact, value) for fact, value in parts)
        return f"{words} → {change.outcome}"

    def _altered(self, fact: str, value: Value | None) -> str:
        called = self.policy.declarations[fact].words
        return (
            f"{called}: {self._said(fact, value)}"
            if value is not None
            else f"tell us: {self._question(fact)}"
        )

    def _owed(self) -> Iterator[str]:
        clocks = [clock for cycles in self.situation.clocks.values() for clock in cycles]
        shown = [clock for clock in clocks if clock.state is not State.NONE_OWED]
        if not shown:
            return
        yield ""
        yield "What is owed"
        for clock in shown:
            yield _wrapped(f"  {clock.metric}: {self._clock(clock)}")
        closing = self.situation.closing
        if closing is not None:
            yield _wrapped(f"  closes by itself: {self._moment(closing.close_at)}")

    def _clock(self, clock: Clock) -> str:
        told = _CITED.sub(lambda match: self._cited(match[1]), sentence(derivation_of(clock)))
        if clock.due_at is None:
            return f"{clock.state} ({told})" if told else str(clock.state)
        usually = "usually " if clock.target is not None and clock.target.approximate else ""
        return f"{usually}by {self._moment(clock.due_at)} ({told})"


def _wrapped(text: str, indent: str = "    ") -> str:
    return textwrap.fill(text, WIDTH, subsequent_indent=indent, break_long_words=False)
