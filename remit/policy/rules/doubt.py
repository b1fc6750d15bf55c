"""What could still change the outcome: rules that can't be told because facts are unknown.

Facts of the requester whose values matter are completed in thought (facts that merely have to be there are the
business of requirements, and stay as they are). If some completion would change the outcome, it is `ask`; a
refusal that no completion reverses is given without asking. Facts of the record or the desk are taken as not
established; the decision only says where they would have changed it.
"""

from __future__ import annotations

from itertools import product
from math import prod

from remit.policy.conditions import Facts, Reading, Variations
from remit.policy.conditions.variations import together
from remit.policy.rules.bits import places
from remit.policy.rules.compiling import RuleSet
from remit.policy.rules.outlook import possible, unsettled
from remit.policy.rules.weighing import Weighed, bearing, weigh

MOST_COMPLETIONS = 256
"""Completions that are tried one by one; beyond these the coarser reasoning of `possible` decides."""


def open_rules(ruleset: RuleSet, unsure: int, unknown: int) -> tuple[int, int]:
    """The unsure rules as bits: those that an answer of the requester could settle, and the others."""
    unsure &= ruleset.judged
    answerable = unknown & ruleset.answerable
    if not answerable:
        return 0, unsure
    reading_them = 0
    for place in places(answerable):
        reading_them |= ruleset.program.trees_of_fact[place]
    may = unsure & reading_them
    return may, unsure & ~may


def in_question(ruleset: RuleSet, reading: Reading, weighed: Weighed) -> tuple[int, int]:
    """The rules whose holding an answer of the requester could settle, none where they could not change the outcome
    anyway; and the rules that lack a fact of the record or the desk.
    """
    may, unestablished = open_rules(ruleset, reading.unsure, reading.unknown)
    if not may:
        return 0, unestablished
    bears = bearing(ruleset, weighed)
    if may & bears:
        lacks, supplied = ruleset.program.lacks, ruleset.answerable_facts
        may = sum(1 << place for place in places(may) if not lacks(place, reading.answers, supplied))
    return (may if may & bears else 0), unestablished


class Doubt:
    """A reading in which the rules in `may` may hold: what that leaves open."""

    def __init__(self, ruleset: RuleSet, facts: Facts, reading: Reading, may: int) -> None:
        self.ruleset = ruleset
        self.facts = facts
        self.unknown = reading.unknown
        self.fired = reading.holding & ruleset.judged
        self.may = may
        self._variations = Variations(ruleset.program, reading)

    def questions(self, strength: int) -> tuple[str, ...]:
        """The facts to ask for because their values could change an outcome of this strength; none where nothing
        that the requester could say would change it. Rules that are not in `may` are the same whatever they say.
        """
        outcomes = possible(self.ruleset, self.fired, self.may)
        if outcomes == 1 << strength:
            return ()
        open_facts = self._named(self._facts_of(self.may) & self.unknown & self.ruleset.answerable)
        if not self._a_completion_changes(open_facts, strength):
            return ()
        telling = tuple(fact for fact in open_facts if self._narrows(fact, outcomes))
        return telling or open_facts

    def rules_behind(self, asks: tuple[str, ...]) -> int:
        """The rules that may fire, depend on what is asked, and stand in an aspect that is not settled."""
        asked = sum(self.ruleset.program.bit_of_fact[fact] for fact in asks)
        bits = self.may & unsettled(self.ruleset, self.fired, self.may)
        facts_of_tree = self.ruleset.program.facts_of_tree
        return sum(1 << place for place in places(bits) if facts_of_tree[place] & asked)

    def _facts_of(self, rules: int) -> int:
        facts = 0
        for place in places(rules):
            facts |= self.ruleset.program.facts_of_tree[place]
        return facts

    def _named(self, facts: int) -> tuple[str, ...]:
        names = (self.ruleset.program.facts[place] for place in places(facts))
        return tuple(sorted(names, key=self.ruleset.places_of_facts.__getitem__))

    def _a_completion_changes(self, open_facts: tuple[str, ...], strength: int) -> bool:
        ruleset = self.ruleset
        choices = [self.ruleset.choices(fact, self.facts) for fact in open_facts]
        if prod(map(len, choices)) > MOST_COMPLETIONS or ruleset.program.compares_two_of(open_facts):
            return True
        for completion in product(*choices):
            completed = self._variations.where(
                together(tuple(choice.given for choice in completion)), self.may
            )
            if weigh(ruleset, completed.holding & ruleset.judged).strength != strength:
                return True
        return False

    def _narrows(self, fact: str, outcomes: int) -> bool:
        """Whether some answer about this one fact would leave other outcomes possible than before."""
        ruleset = self.ruleset
        unknown = self.unknown & ~ruleset.program.bit_of_fact[fact]
        for choice in ruleset.choices(fact, self.facts):
            answered = self._variations.where(choice.given, self.may)
            may, _ = open_rules(ruleset, answered.unsure & self.may, unknown)
            if possible(ruleset, answered.holding & ruleset.judged, may) != outcomes:
                return True
        return False


def would_change(ruleset: RuleSet, fired: int, unestablished: int, weighed: Weighed) -> int:
    """Of the rules that lack a fact of the record or the desk, those that would change the outcome by holding."""
    changing = 0
    tried: dict[object, bool] = {}
    for place in places(unestablished & bearing(ruleset, weighed)):
        kind = place if weighed.suppressed >> place & 1 else ruleset.alike[place]
        changes = tried.get(kind)
        if changes is None:
            changes = tried[kind] = weigh(ruleset, fired | 1 << place).strength != weighed.strength
        changing |= changes << place
    return changing
