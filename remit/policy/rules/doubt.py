"""What could still change the outcome: rules that can't be told because facts are unknown.

Facts of the requester whose values matter are completed in thought (facts that merely have to be there are the
business of requirements, and stay as they are). If some completion would change the outcome, it is `ask`; a
refusal that no completion reverses is given without asking. Facts of the record or the desk are taken as not
established; the decision only says where they would have changed it.
"""

from __future__ import annotations

from itertools import chain, product
from math import prod

from remit.policy.conditions import Facts, Reading
from remit.policy.rules.compiling import RuleSet
from remit.policy.rules.weighing import possible, unsettled, weigh

MOST_COMPLETIONS = 256
"""Completions that are tried one by one; beyond these the coarser reasoning of `possible` decides."""


def open_rules(ruleset: RuleSet, reading: Reading) -> tuple[int, int]:
    """The unsure rules as bits: those that an answer of the requester could settle, and the others."""
    unsure = reading.unsure & ruleset.judged
    answerable = reading.unknown & ruleset.answerable
    facts_of_tree = ruleset.program.facts_of_tree
    may = 0
    rest = unsure if answerable else 0
    while rest:
        bit = rest & -rest
        rest ^= bit
        if facts_of_tree[bit.bit_length() - 1] & answerable:
            may |= bit
    return may, unsure & ~may


def questions(ruleset: RuleSet, facts: Facts, reading: Reading, may: int, strength: int) -> tuple[str, ...]:
    """The facts to ask for because their values could change an outcome of this strength; none where nothing
    that the requester could say would change it.
    """
    outcomes = possible(ruleset, reading.holding & ruleset.judged, may)
    if outcomes == 1 << strength:
        return ()
    unknown = _named(ruleset, _facts_of(ruleset, may) & reading.unknown & ruleset.answerable)
    if not _a_completion_changes(ruleset, facts, reading, unknown, strength):
        return ()
    telling = tuple(fact for fact in unknown if _narrows(ruleset, facts, reading, fact, outcomes))
    return telling or unknown


def rules_behind(ruleset: RuleSet, reading: Reading, may: int, asks: tuple[str, ...]) -> int:
    """The rules that may fire, depend on what is asked, and stand in an aspect that is not settled."""
    asked = sum(ruleset.program.bit_of_fact[fact] for fact in asks)
    fired = reading.holding & ruleset.judged
    bits = may & unsettled(ruleset, fired, may)
    return sum(1 << place for place in places(bits) if ruleset.program.facts_of_tree[place] & asked)


def would_change(ruleset: RuleSet, reading: Reading, unestablished: int, strength: int) -> int:
    """Of the rules that lack a fact of the record or the desk, those that would change the outcome by holding."""
    fired = reading.holding & ruleset.judged
    if possible(ruleset, fired, unestablished) == 1 << strength:
        return 0
    return sum(
        1 << place
        for place in places(unestablished)
        if weigh(ruleset, fired | 1 << place).strength != strength
    )


def places(bits: int) -> list[int]:
    """The places of the bits that are set, lowest first."""
    found = []
    while bits:
        bit = bits & -bits
        found.append(bit.bit_length() - 1)
        bits ^= bit
    return found


def _facts_of(ruleset: RuleSet, rules: int) -> int:
    facts = 0
    for place in places(rules):
        facts |= ruleset.program.facts_of_tree[place]
    return facts


def _named(ruleset: RuleSet, facts: int) -> tuple[str, ...]:
    names = (ruleset.program.facts[place] for place in places(facts))
    return tuple(sorted(names, key=ruleset.places_of_facts.__getitem__))


def _a_completion_changes(
    ruleset: RuleSet, facts: Facts, reading: Reading, unknown: tuple[str, ...], strength: int
) -> bool:
    program = ruleset.program
    choices = [[answers for _, answers in ruleset.choices(fact, facts)] for fact in unknown]
    if prod(map(len, choices)) > MOST_COMPLETIONS or program.compares_two_of(unknown):
        return True
    for completion in product(*choices):
        completed = program.vary(reading, tuple(chain.from_iterable(completion)))
        if weigh(ruleset, completed.holding & ruleset.judged).strength != strength:
            return True
    return False


def _narrows(ruleset: RuleSet, facts: Facts, reading: Reading, fact: str, outcomes: int) -> bool:
    """Whether some answer about this one fact would leave other outcomes possible than before."""
    program = ruleset.program
    still_unknown = reading.unknown & ~program.bit_of_fact[fact]
    for _, answers in ruleset.choices(fact, facts):
        answered = program.vary(reading, answers)._replace(unknown=still_unknown)
        may, _ = open_rules(ruleset, answered)
        if possible(ruleset, answered.holding & ruleset.judged, may) != outcomes:
            return True
    return False
