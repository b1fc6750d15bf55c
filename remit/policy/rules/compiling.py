"""Rules put together: checked against one another, numbered, and turned into bit sets that are quick to weigh.

Every rule and requirement has a bit, which is its place among the program's conditions; every default a bit
above those. So "all rules of an aspect", "all that an exception overrides" and "all that fired" are
numbers, and weighing is arithmetic on them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

from remit.policy.conditions import (
    NOTHING_MORE,
    All,
    AnyOf,
    Condition,
    Facts,
    Given,
    Known,
    Not,
    Program,
    Tree,
    samples,
)
from remit.policy.rules.model import Default, Finding, NextStep, Requirement, Rule
from remit.policy.vocabulary import MESSAGE_ASPECTS, Aspect, FactDeclaration, Outcome, Supplier, Value


@dataclass(frozen=True, slots=True)
class RuleProblem:
    """Something that keeps rules from being put together; `rule_key` and `line` say where."""

    message: str
    rule_key: str
    line: int


class RuleSetError(ValueError):
    """Rules that don't fit together: `problems` holds all of them."""

    def __init__(self, problems: Sequence[RuleProblem]) -> None:
        super().__init__(" ".join(f"line {problem.line}: {problem.message}" for problem in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Words:
    """What the customer is told where this rule, requirement or default decides."""

    says: str
    steps: tuple[NextStep, ...]
    asks: tuple[str, ...]
    is_requirement: bool = False


class Verdict(NamedTuple):
    """What one aspect came to: its strength, the bits of the rules, requirements or default that made it (none where
    exceptions stand in, or nothing applies), their findings, and what they tell the customer.
    """

    aspect: Aspect
    is_message: bool
    strength: int
    items: int
    findings: tuple[Finding, ...]
    words: tuple[Words, ...]
    is_conflict: bool = False
    is_gap: bool = False


class Choice(NamedTuple):
    """A value that a fact could have, and the answers that its atoms would give."""

    value: Value
    given: Given


@dataclass(frozen=True, slots=True)
class AspectPlan:
    """One aspect in bits: its rules and requirements, these by the strength of their outcome, and its default
    (0: none), with the verdict by that default and the one where nothing applies: a gap, or, where the aspect
    `may_be_silent`, an accept.
    """

    aspect: Aspect
    is_message: bool
    rules: int
    by_strength: tuple[tuple[int, int], ...]
    default: int
    default_strength: int
    may_be_silent: bool
    by_default: Verdict | None
    by_nothing: Verdict


@dataclass(frozen=True, slots=True)
class ExceptionPlan:
    """An exception's own bit, the strength of its outcome, the bits of all it overrides, and its rank: exceptions of
    a lower rank go first, so that each stands before those it overrides.
    """

    rank: int
    bit: int
    strength: int
    targets: int


@dataclass(frozen=True)  # no slots: what is worked out later is kept
class RuleSet:
    """Rules ready to decide; made by `compile_rules`. The tuples `findings`, `words` and `verdicts` (what follows where
    one alone holds in its aspect) are indexed by bit.
    """

    rules: tuple[Rule, ...]
    defaults: tuple[Default, ...]
    requirements: tuple[Requirement, ...]
    declarations: Mapping[str, FactDeclaration]
    program: Program
    aspects: tuple[AspectPlan, ...]
    exceptions: tuple[ExceptionPlan, ...]
    exception_bits: int
    findings: tuple[Finding, ...]
    words: tuple[Words, ...]
    verdicts: tuple[Verdict, ...]
    answerable: int  # the facts, as bits of a reading's `unknown`, whose values the requester can supply

    @property
    def first_requirement(self) -> int:
        """The place of the first requirement among the program's conditions."""
        return len(self.rules)

    @property
    def first_welcome(self) -> int:
        """The place of the first condition for what is asked `where possible`."""
        return len(self.rules) + len(self.requirements)

    @property
    def first_default(self) -> int:
        """The bit of the first default."""
        return len(self.rules) + 2 * len(self.requirements)

    @cached_property
    def judged(self) -> int:
        """The bits of all rules and requirements."""
        return (1 << self.first_welcome) - 1

    @cached_property
    def exception_at(self) -> Mapping[int, ExceptionPlan]:
        """The exceptions by their place."""
        return {exception.bit.bit_length() - 1: exception for exception in self.exceptions}

    @cached_property
    def alike(self) -> tuple[tuple[Aspect, int, int], ...]:
        """Per rule and requirement, what its holding does: rules of the same aspect and outcome that override the same
        do the same.
        """
        return tuple(
            (finding.aspect, finding.outcome.strength, getattr(self.exception_at.get(place), "targets", 0))
            for place, finding in enumerate(self.findings[: self.first_welcome])
        )

    @cached_property
    def answerable_facts(self) -> frozenset[str]:
        """The names of the facts in `answerable`."""
        return frozenset(fact for fact, bit in self.program.bit_of_fact.items() if bit & self.answerable)

    @cached_property
    def message_rules(self) -> int:
        """The bits of all rules about the message (channel, conduct, standing, cover)."""
        return sum(plan.rules for plan in self.aspects if plan.is_message)

    @cached_property
    def overruling(self) -> int:
        """The bits of all rules that go before strength: a message turned away ends it, several questions are split
        before anything else about them.
        """
        turning_away = self.message_rules & self.stronger_than[Outcome.REFUSE.strength - 1]
        split = self.stronger_than[Outcome.SPLIT.strength - 1] & ~self.stronger_than[Outcome.SPLIT.strength]
        return turning_away | split & ~self.message_rules

    @cached_property
    def stronger_than(self) -> tuple[int, ...]:
        """Per strength, the bits of all rules and requirements whose outcome is stronger."""
        strengths = [finding.outcome.strength for finding in self.findings[: self.first_welcome]]
        return tuple(
            sum(1 << place for place, strength in enumerate(strengths) if strength > limit)
            for limit in range(len(Outcome) + 1)
        )

    @cached_property
    def places_of_facts(self) -> Mapping[str, int]:
        """Where each fact is declared: the order in which questions are put."""
        return {fact: place for place, fact in enumerate(self.declarations)}

    @cached_property
    def in_doubt(self) -> tuple[Finding, ...]:
        """The findings as they stand where only an answer can tell whether the rule applies."""
        return tuple(replace(one, outcome=Outcome.ASK, because="", service=None) for one in self.findings)

    def choices(self, fact: str, facts: Facts) -> tuple[Choice, ...]:
        """The values of a fact worth trying. `facts` matter only where it is compared with another."""
        found = self._choices.get(fact)
        if found is None:
            values = samples(self.program, self.declarations[fact], facts)
            found = tuple(Choice(value, self.program.given(fact, value, facts)) for value in values)
            if fact not in self.program.compared_facts:
                self._choices[fact] = found
        return found

    @cached_property
    def _choices(self) -> dict[str, tuple[Choice, ...]]:
        return {}


def compile_rules(
    rules: Iterable[Rule],
    defaults: Iterable[Default],
    requirements: Iterable[Requirement],
    declarations: Mapping[str, FactDeclaration],
) -> RuleSet:
    """The rules as one set. Their order makes no difference: they are put in the order of their lines and keys.
    Raises `RuleSetError` with every problem: keys used twice, two defaults for one aspect, facts that are not
    declared, and exceptions that name nothing, several things, or one another in a circle.
    """
    rules = tuple(sorted(rules, key=lambda rule: (rule.line, rule.key)))
    defaults = tuple(sorted(defaults, key=lambda default: (default.line, default.aspect)))
    requirements = tuple(sorted(requirements, key=lambda one: (one.line, one.clause, one.facts)))
    problems = [*_double(rules, defaults), *_undeclared(rules, requirements, declarations)]
    places = _Places(rules, defaults, requirements)
    targets, dangling = places.targets()
    problems += dangling
    order = _outermost_first(rules, targets, problems)
    if problems:
        raise RuleSetError(problems)
    exceptions = tuple(
        ExceptionPlan(rank, 1 << one, rules[one].outcome.strength, targets[one])
        for rank, one in enumerate(order)
    )
    program = Program(places.trees(declarations))
    findings, words = places.findings(), places.words(declarations)
    verdicts = tuple(_alone(place, *pair) for place, pair in enumerate(zip(findings, words, strict=True)))
    return RuleSet(
        rules=rules,
        defaults=defaults,
        requirements=requirements,
        declarations=declarations,
        program=program,
        aspects=tuple(places.plan(aspect, verdicts) for aspect in Aspect if places.speaks(aspect)),
        exceptions=exceptions,
        exception_bits=sum(exception.bit for exception in exceptions),
        findings=findings,
        words=words,
        verdicts=verdicts,
        answerable=sum(
            program.bit_of_fact[fact] for fact in program.weighed_facts if _is_answerable(declarations[fact])
        ),
    )


def _is_answerable(declared: FactDeclaration) -> bool:
    return declared.supplier is Supplier.REQUESTER and declared.means is None


@dataclass(frozen=True, slots=True)
class _Places:
    """Which bit belongs to what: rules first, then requirements, then (as conditions only) what they welcome, then
    defaults.
    """

    rules: tuple[Rule, ...]
    defaults: tuple[Default, ...]
    requirements: tuple[Requirement, ...]

    @property
    def first_default(self) -> int:
        return len(self.rules) + 2 * len(self.requirements)

    def trees(self, declarations: Mapping[str, FactDeclaration]) -> list[Tree]:
        asked = [_lacking(one, one.facts, declarations) for one in self.requirements]
        welcome = [_lacking(one, one.where_possible, declarations) for one in self.requirements]
        return [*(_tree(rule.condition) for rule in self.rules), *asked, *welcome]

    def speaks(self, aspect: Aspect) -> bool:
        """Whether the document says anything about an aspect."""
        speakers: Iterable[Rule | Default] = (*self.rules, *self.defaults)
        return any(one.aspect is aspect for one in speakers) or (
            aspect is Aspect.COMPLETENESS and bool(self.requirements)
        )

    def plan(self, aspect: Aspect, verdicts: Sequence[Verdict]) -> AspectPlan:
        by_strength: dict[int, int] = {}
        for place, rule in enumerate(self.rules):
            if rule.aspect is aspect:
                by_strength[rule.outcome.strength] = by_strength.get(rule.outcome.strength, 0) | 1 << place
        if aspect is Aspect.COMPLETENESS and self.requirements:
            asked = ((1 << len(self.requirements)) - 1) << len(self.rules)
            by_strength[Outcome.ASK.strength] = by_strength.get(Outcome.ASK.strength, 0) | asked
        default = next((place for place, one in enumerate(self.defaults) if one.aspect is aspect), None)
        is_message, silent = aspect in MESSAGE_ASPECTS, aspect is Aspect.COMPLETENESS
        return AspectPlan(
            aspect=aspect,
            is_message=is_message,
            rules=sum(by_strength.values()),
            by_strength=tuple(sorted(by_strength.items(), reverse=True)),
            default=0 if default is None else 1 << (self.first_default + default),
            default_strength=0 if default is None else self.defaults[default].outcome.strength,
            may_be_silent=silent,
            by_default=None if default is None else verdicts[self.first_default + default],
            by_nothing=Verdict(
                aspect,
                is_message,
                (Outcome.ACCEPT if silent else Outcome.REVIEW).strength,
                0,
                (),
                (),
                is_gap=not silent,
            ),
        )

    def findings(self) -> tuple[Finding, ...]:
        rules = [
            Finding(
                rule.clause,
                rule.key,
                rule.aspect,
                rule.outcome,
                rule.because,
                rule.quote,
                rule.name,
                rule.service,
            )
            for rule in self.rules
        ]
        asked = [
            Finding(
                one.clause,
                key,
                Aspect.COMPLETENESS,
                Outcome.ASK,
                one.because,
                one.quote,
                "what a request needs",
            )
            for one, key in zip(self.requirements, _numbered(self.requirements), strict=True)
        ]
        defaults = [
            Finding(
                one.clause,
                f"{one.clause}/default-{one.aspect}",
                one.aspect,
                one.outcome,
                one.because,
                one.quote,
                "default",
                one.service,
            )
            for one in self.defaults
        ]
        return (*rules, *asked, *asked, *defaults)

    def words(self, declarations: Mapping[str, FactDeclaration]) -> tuple[Words, ...]:
        rules = [Words(rule.says, rule.steps, rule.asks) for rule in self.rules]
        asked = [Words(one.says, (), _askable(one.facts, declarations), True) for one in self.requirements]
        welcome = [Words("", (), _askable(one.where_possible, declarations)) for one in self.requirements]
        defaults = [Words(one.says, one.steps, one.asks) for one in self.defaults]
        return (*rules, *asked, *welcome, *defaults)

    def targets(self) -> tuple[dict[int, int], list[RuleProblem]]:
        """Per exception (by place), the bits that it overrides."""
        targets: dict[int, int] = {}
        problems: list[RuleProblem] = []
        for place, rule in enumerate(self.rules):
            for name in rule.exception_to:
                found = self._named(name, place)
                if not found:
                    message = f'"{rule.name}" is an exception to "{name}", which has no rule or default to override.'
                    problems.append(RuleProblem(message, rule.key, rule.line))
                targets[place] = targets.get(place, 0) | found
        return targets, problems

    def _named(self, name: str, exception: int) -> int:
        """The bits of a rule named by its key, or of all in a clause. An exception never overrides itself, and in
        its own clause none that is an exception to that clause as well.
        """
        single = [
            place
            for place, rule in enumerate(self.rules)
            if "/" in name and name in (rule.key, f"{rule.clause}/{rule.name}")
        ]
        if single:
            return sum(1 << place for place in single if place != exception)
        at_home = self.rules[exception].clause == name
        rules = sum(
            1 << place
            for place, rule in enumerate(self.rules)
            if rule.clause == name and place != exception and not (at_home and name in rule.exception_to)
        )
        asked = sum(
            1 << (len(self.rules) + place)
            for place, one in enumerate(self.requirements)
            if one.clause == name
        )
        defaults = sum(
            1 << (self.first_default + place) for place, one in enumerate(self.defaults) if one.clause == name
        )
        return rules | asked | defaults


def _alone(place: int, finding: Finding, words: Words) -> Verdict:
    is_message = finding.aspect in MESSAGE_ASPECTS
    return Verdict(finding.aspect, is_message, finding.outcome.strength, 1 << place, (finding,), (words,))


def _tree(condition: Condition | None) -> Tree:
    return NOTHING_MORE if condition is None else condition.tree


def _askable(facts: Iterable[str], declarations: Mapping[str, FactDeclaration]) -> tuple[str, ...]:
    return tuple(fact for fact in facts if _is_answerable(declarations[fact]))


def _lacking(one: Requirement, facts: Iterable[str], declarations: Mapping[str, FactDeclaration]) -> Tree:
    """The requirement applies, and the requester has left out at least one of the facts."""
    lacks = AnyOf(tuple(Not(Known(fact)) for fact in _askable(facts, declarations)))
    return lacks if one.condition is None else All((one.condition.tree, lacks))


def _numbered(requirements: Iterable[Requirement]) -> list[str]:
    """A key for each requirement: "clause/required", numbered from the second of a clause on."""
    counts: dict[str, int] = {}
    keys = []
    for one in requirements:
        counts[one.clause] = number = counts.get(one.clause, 0) + 1
        keys.append(f"{one.clause}/required" if number == 1 else f"{one.clause}/required-{number}")
    return keys


def _double(rules: Sequence[Rule], defaults: Sequence[Default]) -> list[RuleProblem]:
    problems = []
    keys: set[str] = set()
    for rule in rules:
        if rule.key in keys:
            message = f'Two rules are called "{rule.name}" in clause {rule.clause}: give one another name.'
            problems.append(RuleProblem(message, rule.key, rule.line))
        keys.add(rule.key)
    stated: dict[Aspect, Default] = {}
    for default in defaults:
        first = stated.setdefault(default.aspect, default)
        if first is not default:
            message = f"{default.aspect} has a default already, in clause {first.clause}: an aspect has one."
            problems.append(RuleProblem(message, f"{default.clause}/default-{default.aspect}", default.line))
    return problems


def _undeclared(
    rules: Sequence[Rule], requirements: Sequence[Requirement], declarations: Mapping[str, FactDeclaration]
) -> list[RuleProblem]:
    named = [(rule.key, rule.line, rule.asks) for rule in rules]
    named += [(f"{one.clause}/required", one.line, one.facts + one.where_possible) for one in requirements]
    return [
        RuleProblem(f"There is no fact {fact} to ask for.", key, line)
        for key, line, facts in named
        for fact in facts
        if fact not in declarations
    ]


def _outermost_first(
    rules: Sequence[Rule], targets: Mapping[int, int], problems: list[RuleProblem]
) -> tuple[int, ...]:
    """The exceptions in an order in which each stands before those it overrides."""
    overridden = {
        place: {other for other, bits in targets.items() if bits >> place & 1 and other != place}
        for place in targets
    }
    try:
        return tuple(TopologicalSorter(overridden).static_order())
    except CycleError as error:
        circle = [rules[place] for place in error.args[1]]
        names = " → ".join(f'"{rule.name}"' for rule in reversed(circle))
        problems.append(
            RuleProblem(
                f"These exceptions override one another in a circle: {names}.", circle[0].key, circle[0].line
            )
        )
        return ()
