"""The least that would better the outcome: one fact with another value; where no single fact does, two facts of
the same entitlement. Every change that is named was tried: with it, the decision has the outcome named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, groupby
from typing import TypeAlias

from remit.policy.conditions import Answer, Facts, Reading
from remit.policy.rules.compiling import RuleSet
from remit.policy.rules.doubt import open_rules, places, questions
from remit.policy.rules.model import Change
from remit.policy.rules.weighing import OUTCOMES, Weighed, weigh
from remit.policy.vocabulary import Kind, Outcome, Supplier, Value

MOST_CHANGES = 5
"""Changes that a decision names."""

_FIRST: Mapping[Supplier, int] = {Supplier.RECORD: 0, Supplier.REQUESTER: 1, Supplier.DESK: 2}
_Answers: TypeAlias = tuple[tuple[int, Answer], ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand: the facts with their reading, and the strength and questions that came of them."""

    ruleset: RuleSet
    facts: Facts
    reading: Reading
    strength: int
    asks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Trial:
    """Values for some facts, and how strong the outcome is with them."""

    values: tuple[tuple[str, Value], ...]
    strength: int
    weighed: Weighed


def least_changes(standing: Standing) -> tuple[Change, ...]:
    """The best changes, those to the record first, at most one for each fact; none where the outcome is accept."""
    if standing.strength == Outcome.ACCEPT.strength:
        return ()
    answered = _answering(standing) if standing.asks else ()
    if answered:
        return answered
    trials = _best_per_fact(_single(standing)) or _best_per_fact(_pairs(standing))
    ranked = sorted(trials, key=lambda trial: _rank(standing.ruleset, trial))
    return tuple(_change(standing, trial) for trial in ranked[:MOST_CHANGES])


def _answering(standing: Standing) -> tuple[Change, ...]:
    """All that is asked, answered as well as can be."""
    ruleset, reading = standing.ruleset, standing.reading
    values: list[tuple[str, Value]] = []
    free: set[str] = set()
    best: _Trial | None = None
    for fact in standing.asks:
        trials: list[tuple[int, int, Value, Reading, Weighed]] = []
        choices = ruleset.choices(fact, standing.facts)
        for value, answers in choices:
            answered = _answered(ruleset, reading, ((fact, answers),))
            weighed = weigh(ruleset, answered.holding & ruleset.judged)
            trials.append((weighed.strength, len(trials), value, answered, weighed))
        if not trials:
            continue
        _, _, value, reading, weighed = min(trials, key=lambda trial: trial[:2])
        values.append((fact, value))
        if len(choices) == 1:
            free.add(fact)
        best = _Trial(tuple(values), _with_doubt(standing, reading, weighed, dict(values)), weighed)
    if best is None or best.strength >= standing.strength:
        return ()
    return (_change(standing, best, frozenset(free)),)


def _single(standing: Standing) -> Iterator[_Trial]:
    for fact in _changeable(standing.ruleset):
        yield from _trials(standing, (fact,))


def _pairs(standing: Standing) -> Iterator[_Trial]:
    """Two facts of one entitlement (`licence.phase` and `licence.active` change together)."""
    record = [
        fact for fact in _changeable(standing.ruleset) if _supplier(standing.ruleset, fact) is Supplier.RECORD
    ]
    for _, family in groupby(record, key=lambda fact: fact.split(".")[0]):
        for pair in combinations(family, 2):
            yield from _trials(standing, pair)


def _changeable(ruleset: RuleSet) -> list[str]:
    return [fact for fact in ruleset.program.facts if ruleset.declarations[fact].means is None]


def _trials(standing: Standing, names: tuple[str, ...]) -> Iterator[_Trial]:
    """The values of these facts that better the outcome."""
    ruleset, reading = standing.ruleset, standing.reading
    for chosen in _combined([ruleset.choices(name, standing.facts) for name in names]):
        changed = _answered(
            ruleset, reading, tuple(zip(names, (answers for _, answers in chosen), strict=True))
        )
        if changed.holding == reading.holding and changed.unsure == reading.unsure:
            continue
        weighed = weigh(ruleset, changed.holding & ruleset.judged)
        if weighed.strength >= standing.strength:
            continue
        values = tuple(zip(names, (value for value, _ in chosen), strict=True))
        strength = _with_doubt(standing, changed, weighed, dict(values))
        if strength < standing.strength:
            yield _Trial(values, strength, weighed)


def _combined(
    choices: list[tuple[tuple[Value, _Answers], ...]],
) -> Iterable[tuple[tuple[Value, _Answers], ...]]:
    if len(choices) == 1:
        return [(choice,) for choice in choices[0]]
    return [(one, other) for one in choices[0] for other in choices[1]]


def _answered(ruleset: RuleSet, reading: Reading, changes: tuple[tuple[str, _Answers], ...]) -> Reading:
    """The reading with the answers about some facts changed and these facts known."""
    known = sum(ruleset.program.bit_of_fact.get(fact, 0) for fact, _ in changes)
    answers = tuple(answer for _, answers in changes for answer in answers)
    return ruleset.program.vary(reading, answers)._replace(unknown=reading.unknown & ~known)


def _with_doubt(standing: Standing, reading: Reading, weighed: Weighed, values: Mapping[str, Value]) -> int:
    """The strength once it is counted what would have to be asked then."""
    may, _ = open_rules(standing.ruleset, reading)
    facts = {**standing.facts, **values}
    if may and questions(standing.ruleset, facts, reading, may, weighed.strength):
        return Outcome.ASK.strength
    return weighed.strength


def _best_per_fact(trials: Iterable[_Trial]) -> list[_Trial]:
    best: dict[tuple[str, ...], _Trial] = {}
    for trial in trials:
        names = tuple(name for name, _ in trial.values)
        if names not in best or trial.strength < best[names].strength:
            best[names] = trial
    return list(best.values())


def _rank(ruleset: RuleSet, trial: _Trial) -> tuple[int, int, int, str]:
    """Better outcomes first, then what renewing or paying can change; another topic is another question."""
    fact = trial.values[0][0]
    is_topic = ruleset.declarations[fact].kind is Kind.TOPIC
    return trial.strength, is_topic, _FIRST[_supplier(ruleset, fact)], fact


def _supplier(ruleset: RuleSet, fact: str) -> Supplier:
    return ruleset.declarations[fact].supplier


def _change(standing: Standing, trial: _Trial, free: frozenset[str] = frozenset()) -> Change:
    (fact, value), *others = [(name, None if name in free else value) for name, value in trial.values]
    return Change(
        fact=fact,
        from_value=standing.facts.get(fact),
        to_value=value,
        outcome=OUTCOMES[trial.strength],
        clause=_clause(standing, trial),
        supplier=_supplier(standing.ruleset, fact),
        along_with=tuple((name, standing.facts.get(name), other) for name, other in others),
    )


def _clause(standing: Standing, trial: _Trial) -> str:
    """The clause that decides then."""
    for verdict in trial.weighed.verdicts:
        if verdict.strength == trial.strength:
            for place in places(verdict.items | verdict.stand_ins):
                return standing.ruleset.findings[place].clause
    return ""
