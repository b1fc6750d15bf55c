"""The least that would better the outcome: one fact with another value; where no single fact does, two facts of
the same entitlement. Every change that is named was tried: with it, the decision has the outcome named.

Only facts that can reach every verdict which made the outcome are tried: those of the rules that hold there (they
could stop holding), of the rules that could hold there instead of a default, and of exceptions to either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from itertools import combinations, groupby, product
from operator import and_, or_

from remit.policy.conditions import Facts, Given, Reading, Variations
from remit.policy.conditions.variations import Varied, together
from remit.policy.rules.bits import places
from remit.policy.rules.compiling import Choice, RuleSet, Verdict
from remit.policy.rules.doubt import Doubt, in_question, open_rules
from remit.policy.rules.model import Change
from remit.policy.rules.weighing import OUTCOMES, Weighed, weigh
from remit.policy.vocabulary import Kind, Outcome, Supplier, Value

MOST_CHANGES = 5
"""Changes that a decision names."""

_FIRST: Mapping[Supplier, int] = {Supplier.RECORD: 0, Supplier.REQUESTER: 1, Supplier.DESK: 2}


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand: the strength of the outcome, what is asked, and the verdicts that made it."""

    strength: int
    asks: tuple[str, ...]
    deciding: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class _Trial:
    """Values for some facts, and how strong the outcome is with them. Those of `any_value` would do as well with
    another value.
    """

    values: tuple[tuple[str, Value], ...]
    strength: int
    weighed: Weighed
    any_value: frozenset[str] = frozenset()


def least_changes(ruleset: RuleSet, facts: Facts, reading: Reading, standing: Standing) -> tuple[Change, ...]:
    """The best changes, those to the record first, at most one for each fact; none where nothing betters it."""
    search = _Search(ruleset, facts, reading, standing)
    answered = search.answering() if standing.asks else None
    if answered is not None:
        return (search.change(answered),)
    trials = _best_per_fact(search.singles()) or _best_per_fact(search.pairs())
    return tuple(search.change(trial) for trial in sorted(trials, key=search.rank)[:MOST_CHANGES])


class _Search:
    def __init__(self, ruleset: RuleSet, facts: Facts, reading: Reading, standing: Standing) -> None:
        self.ruleset = ruleset
        self.facts = facts
        self.reading = reading
        self.standing = standing
        self.variations = Variations(ruleset.program, reading)
        self.reaches = [self._facts_of(verdict) for verdict in standing.deciding]
        self.weighed: dict[int, Weighed] = {}  # by what fired: trials often come to the same

    def answering(self) -> _Trial | None:
        """All that is asked, answered as well as can be; None where that betters nothing."""
        given: list[Given] = []
        values: list[tuple[str, Value]] = []
        free: set[str] = set()
        for fact in self.standing.asks:
            choices = self.ruleset.choices(fact, self.facts)
            tried = [self._strength((*given, choice.given)) for choice in choices]
            best = choices[tried.index(min(tried))]
            given.append(best.given)
            values.append((fact, best.value))
            if len(choices) == 1:
                free.add(fact)
        return self._trial(tuple(values), tuple(given), frozenset(free))

    def singles(self) -> Iterator[_Trial]:
        """Every value of one fact that betters the outcome."""
        for fact in self._changeable(self._everywhere()):
            yield from self._trials([fact])

    def pairs(self) -> Iterator[_Trial]:
        """Two facts of one entitlement (`licence.phase` and `licence.active` change together)."""
        bits = self.ruleset.program.bit_of_fact
        record = [
            fact for fact in self._changeable(self._anywhere()) if self._supplier(fact) is Supplier.RECORD
        ]
        for _, family in groupby(record, key=_family):
            for one, other in combinations(family, 2):
                if all(reach & (bits[one] | bits[other]) for reach in self.reaches):
                    yield from self._trials((one, other))

    def rank(self, trial: _Trial) -> tuple[int, int, str]:
        """Better outcomes first, then what renewing or paying can change."""
        fact = trial.values[0][0]
        return trial.strength, _FIRST[self._supplier(fact)], fact

    def change(self, trial: _Trial) -> Change:
        (fact, value), *others = [
            (name, None if name in trial.any_value else value) for name, value in trial.values
        ]
        return Change(
            fact=fact,
            from_value=self.facts.get(fact),
            to_value=value,
            outcome=OUTCOMES[trial.strength],
            clause=self._clause(trial),
            supplier=self._supplier(fact),
            along_with=tuple((name, self.facts.get(name), other) for name, other in others),
        )

    def _changeable(self, facts: int) -> Iterator[str]:
        """The names of facts that can be otherwise while the request stays the same: another topic is another question,
        and a derived fact changes with those it is derived from.
        """
        for place in places(facts):
            fact = self.ruleset.program.facts[place]
            declared = self.ruleset.declarations[fact]
            is_asked = declared.kind is Kind.TOPIC and self.facts.get(fact) is not None
            if declared.means is None and not is_asked:
                yield fact

    def _everywhere(self) -> int:
        """The facts, as bits, that every verdict which made the outcome depends on."""
        return reduce(and_, self.reaches, (1 << len(self.ruleset.program.facts)) - 1)

    def _anywhere(self) -> int:
        return reduce(or_, self.reaches, 0)

    def _facts_of(self, verdict: Verdict) -> int:
        """The facts that could make one verdict weaker."""
        rules = verdict.items & self.ruleset.judged
        if not rules:
            plan = next(plan for plan in self.ruleset.aspects if plan.aspect is verdict.aspect)
            rules = sum(bits for strength, bits in plan.by_strength if strength < self.standing.strength)
            rules |= self.reading.holding & self.ruleset.exception_bits
        touching = rules
        for exception in self.ruleset.exceptions:
            if exception.targets & (verdict.items | rules):
                touching |= exception.bit
        facts = 0
        for place in places(touching):
            facts |= self.ruleset.program.facts_of_tree[place]
        return facts

    def _trials(self, names: Iterable[str]) -> Iterator[_Trial]:
        names = tuple(names)
        for chosen in product(*(self.ruleset.choices(name, self.facts) for name in names)):
            given = tuple(choice.given for choice in chosen)
            if self._strength(given) < self.standing.strength:
                trial = self._trial(_named(names, chosen), given)
                if trial is not None:
                    yield trial

    def _strength(self, given: tuple[Given, ...]) -> int:
        """The strength before doubts are counted. A conflict or a gap is no improvement."""
        varied = self._varied(given)
        if varied is self.variations.unchanged:
            return self.standing.strength
        weighed = self._weigh(varied)
        return self.standing.strength if weighed.is_open else weighed.strength

    def _trial(
        self,
        values: tuple[tuple[str, Value], ...],
        given: tuple[Given, ...],
        free: frozenset[str] = frozenset(),
    ) -> _Trial | None:
        """The trial with doubts counted; None where it betters nothing after all."""
        varied = self._varied(given)
        weighed = self._weigh(varied)
        strength = weighed.strength
        known = sum(self.ruleset.program.bit_of_fact.get(name, 0) for name, _ in values)
        unknown = self.reading.unknown & ~known
        if open_rules(self.ruleset, varied.unsure, unknown)[0]:
            changed = {**self.facts, **dict(values)}
            reading = self.ruleset.program.run(changed)
            may, _ = in_question(self.ruleset, reading, weighed)
            if may and Doubt(self.ruleset, changed, reading, may).questions(strength):
                strength = Outcome.ASK.strength
        return _Trial(values, strength, weighed, free) if strength < self.standing.strength else None

    def _clause(self, trial: _Trial) -> str:
        """The clause that decides then, first of all in an aspect that decides now."""
        now = {verdict.aspect for verdict in self.standing.deciding}
        verdicts = [verdict for verdict in trial.weighed.verdicts if verdict.strength == trial.strength]
        verdicts.sort(key=lambda verdict: verdict.aspect not in now)
        return next((finding.clause for verdict in verdicts for finding in verdict.findings), "")

    def _varied(self, given: tuple[Given, ...]) -> Varied:
        return self.variations.where(given[0] if len(given) == 1 else together(given))

    def _weigh(self, varied: Varied) -> Weighed:
        fired = varied.holding & self.ruleset.judged
        found = self.weighed.get(fired)
        if found is None:
            found = self.weighed[fired] = weigh(self.ruleset, fired)
        return found

    def _supplier(self, fact: str) -> Supplier:
        return self.ruleset.declarations[fact].supplier


def _family(fact: str) -> str:
    return fact.split(".", maxsplit=1)[0]


def _named(names: tuple[str, ...], chosen: tuple[Choice, ...]) -> tuple[tuple[str, Value], ...]:
    return tuple((name, choice.value) for name, choice in zip(names, chosen, strict=True))


def _best_per_fact(trials: Iterable[_Trial]) -> list[_Trial]:
    best: dict[tuple[str, ...], _Trial] = {}
    for trial in trials:
        names = tuple(name for name, _ in trial.values)
        if names not in best or trial.strength < best[names].strength:
            best[names] = trial
    return list(best.values())
