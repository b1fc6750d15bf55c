"""'What this does': one generated sentence or two per clause, from its blocks, for the page and the editor.

The prose says it in the company's words; this says what the desk makes of it. A clause without blocks does
nothing, and has no sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from remit.policy.conditions import Condition
from remit.policy.document.spoken import spoken
from remit.policy.vocabulary.durations import Duration
from remit.policy.vocabulary.facts import FactDeclaration

if TYPE_CHECKING:
    from remit.policy.document.reading import ReadBlock

_VERBS = {
    "suspend": "suspends",
    "refuse": "refuses",
    "quote": "quotes",
    "split": "splits",
    "ask": "asks",
    "review": "leaves to a person",
    "accept": "takes on",
}
_SHOWN = 4
"""More rules than this in one clause are counted, not listed."""


class Known(NamedTuple):
    """What phrases are made with: the declared facts, and the conditions of the document by their text."""

    declarations: Mapping[str, FactDeclaration]
    conditions: Mapping[str, Condition]

    def when(self, text: str) -> str:
        """A condition as a phrase; as it is written where it could not be read."""
        condition = self.conditions.get(text)
        return condition.words() if condition else text

    def fact(self, name: str) -> str:
        return self.declarations[name].words if name in self.declarations else name


def does(
    blocks: Sequence[ReadBlock],
    declarations: Mapping[str, FactDeclaration],
    conditions: Mapping[str, Condition],
) -> str:
    """The sentence for a clause's blocks, or nothing. `conditions`: those of the document that could be
    read, by text.
    """
    known = Known(declarations, conditions)
    phrases: list[str] = []
    rules = [block.model for block in blocks if block.block.kind == "rule"]
    phrases += _rules(rules, known)
    for block in blocks:
        say = _PHRASES.get(block.block.kind)
        if say is not None:
            phrases.append(say(block.model, known))
    examples = sum(block.block.kind == "example" for block in blocks)
    said = ". ".join(phrase[:1].upper() + phrase[1:] for phrase in phrases if phrase)
    if not said:
        return ""
    checked = f" Checked by {examples} example{'s' if examples > 1 else ''}." if examples else ""
    return f"{said}.{checked}"


def _rules(rules: Sequence[Any], known: Known) -> list[str]:
    if len(rules) <= _SHOWN:
        return [_rule(rule, known) for rule in rules]
    counted: dict[str, int] = {}
    for rule in rules:
        counted[rule.outcome] = counted.get(rule.outcome, 0) + 1
    return [
        _joined(
            f"{_VERBS[outcome]} in {count} case{'s' if count > 1 else ''}"
            for outcome, count in counted.items()
        )
    ]


def _rule(rule: Any, known: Known) -> str:
    verb = _VERBS[rule.outcome]
    if rule.outcome == "quote" and rule.service:
        verb = f"quotes “{known.declarations['order.service'].options.get(rule.service, rule.service)}”"
    elif rule.outcome == "ask" and rule.asks:
        verb = f"asks for {_joined(known.fact(name) for name in rule.asks)}"
    elif rule.results and rule.results in known.declarations:
        options = known.declarations[rule.results].options.values()
        verb = f"leaves to a person, with the only results {_joined(f'“{one}”' for one in options)},"
    buys = [step.label for step in rule.next if step.buy]
    offers = f", and offers “{buys[0]}”" if buys and rule.outcome != "quote" else ""
    return f"{verb} when {known.when(rule.when)}{offers}" if rule.when else f"always {verb}{offers}"


def _joined(words: Iterable[str]) -> str:
    listed = list(words)
    return listed[0] if len(listed) == 1 else ", ".join(listed[:-1]) + " and " + listed[-1] if listed else ""


def _span(value: Duration | str) -> str:
    return spoken(str(value), "en")


def _default(model: Any, _: Known) -> str:
    return f"where no other clause answers the question of {model.aspect}: {_VERBS[model.default]}"


def _requires(model: Any, known: Known) -> str:
    asked = f"asks for {_joined(known.fact(name) for name in model.requires)}" if model.requires else ""
    welcome = _joined(known.fact(name) for name in model.where_possible)
    said = " and, where possible, ".join(filter(None, [asked, welcome]))
    return f"{said} when {known.when(model.when)}" if model.when else said


def _targets(model: Any, _: Known) -> str:
    kinds = _joined(model.targets)
    rows = model.rows.items() if isinstance(model.rows, dict) else [("", row) for row in model.rows]
    values = "; ".join(f"{label} {_span(row.within)}".strip() for label, row in rows)
    return f"sets when the {kinds} is due: {values}"


def _cover(model: Any, _: Known) -> str:
    phases = [f"{phase.title or name}{_lasting(phase)}" for name, phase in model.phases.items()]
    return f"computes the phase of each {model.cover}: {', '.join(phases)}"


def _lasting(phase: Any) -> str:
    lasts = _span(phase.lasts) if phase.lasts and phase.lasts != "term" else ""
    reminds = f"with a reminder {_span(phase.remind)} before its end" if phase.remind else ""
    archives = "may be archived" if phase.archived_under else ""
    said = ", ".join(filter(None, [lasts, reminds, archives]))
    return f" ({said})" if said else ""


def _closing(model: Any, _: Known) -> str:
    warned = f", with a reminder {_span(model.warn)} before" if model.warn else ""
    return f"closes a request that is {model.closing} after {_span(model.after)}{warned}"


def _escalation(model: Any, _: Known) -> str:
    steps = [
        f"at {step.at} % {'warns' if step.tier is None else f'hands up to tier {step.tier}'}"
        for step in model.steps
    ]
    return f"{_joined(model.escalation)}: {', '.join(steps)}"


def _gate(model: Any, known: Known) -> str:
    return f"holds back: {_joined(model.before)}, until {known.when(model.until)}"


def _event(model: Any, _: Known) -> str:
    notice = f", announced {_span(model.notice)} ahead" if model.notice else ""
    paused = f"; it stops the clocks {_joined(model.pauses)}" if model.pauses else ""
    return f"lets people declare “{model.event}”{notice}{paused}"


_PHRASES: Mapping[str, Callable[[Any, Known], str]] = {
    "default": _default,
    "requires": _requires,
    "targets": _targets,
    "cover": _cover,
    "closing": _closing,
    "escalation": _escalation,
    "gate": _gate,
    "event": _event,
    "calendar": lambda model, _: f"sets the {model.calendar}",
    "pause": lambda model, _: f"stops the clocks {_joined(model.clocks)} when {model.pause}",
    "reopening": lambda model, _: (
        f"a request ({model.reopening}) can be opened again for {_span(model.within)}"
        f"{f' from when it was {model.from_}' if model.from_ else ''}"
    ),
    "priority matrix": lambda model, _: "finds the priority by what the customer sees",
    "queue": lambda model, _: f"orders the queue by {model.queue}",
    "allowance": lambda model, _: f"counts “{model.allowance}”: {model.count} for each {model.per}",
    "channels": lambda model, _: "names the channels that count",
    "consent": lambda model, _: f"keeps which version was accepted, at {_joined(model.consent)}",
    "erasure": lambda model, _: f"erases information {_span(model.grace)} after the {model.erasure}",
    "offer": lambda model, _: f"takes {model.percent} % off “{model.on}” until {model.until:%Y-%m-%d}",
    "feedback": lambda model, _: f"asks for a rating from 1 to {model.scale}",
    "conduct": lambda model, _: (
        f"counts for “{model.conduct}”, and proposes {model.proposes or 'nothing'} to a person"
    ),
}
