"""The law of design §4, written out slowly and plainly: what the decisions are checked against. Nothing of the
machinery under test is used but the answers of single conditions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import product

from hypothesis import strategies as st

from remit.policy.rules import Default, Requirement, Rule
from remit.policy.vocabulary import MESSAGE_ASPECTS, Aspect, Outcome, Value
from tests.policy.rules.shapes import default, requires, rule

Facts = Mapping[str, Value | None]
Parts = tuple[list[Rule], list[Default], list[Requirement]]

QUESTION = (Aspect.SCOPE, Aspect.COMPLETENESS, Aspect.DISCRETION)


def by_the_law(parts: Parts, facts: Facts) -> Outcome:
    """The outcome with these facts; what is unknown is not established."""
    rules, defaults, requirements = parts
    holding = [one for one in rules if one.condition is None or one.condition.evaluate(facts) is True]
    overridden = _overridden(holding)
    live = [one for one in holding if one.clause not in overridden]
    outcomes: dict[Aspect, Outcome] = {}
    for aspect in Aspect:
        speaks = [one for one in (*rules, *defaults) if one.aspect is aspect]
        here = {one.outcome for one in live if one.aspect is aspect}
        if aspect is Aspect.COMPLETENESS and any(
            _lacks(one, facts) for one in requirements if one.clause not in overridden
        ):
            here.add(Outcome.ASK)
        stated = [one for one in defaults if one.aspect is aspect]
        if not here and stated and stated[0].clause not in overridden:
            here = {stated[0].outcome}
        if not here:
            emptied = {one.clause for one in (*holding, *stated) if one.aspect is aspect} & overridden
            if aspect is Aspect.COMPLETENESS:
                emptied |= {one.clause for one in requirements if _lacks(one, facts)} & overridden
            here = {one.outcome for one in live if emptied & set(one.exception_to)}
        if not here and (not speaks or aspect is Aspect.COMPLETENESS):
            continue
        outcomes[aspect] = here.pop() if len(here) == 1 else Outcome.REVIEW
    message = _strongest(outcomes.get(aspect) for aspect in MESSAGE_ASPECTS)
    if message in (Outcome.SUSPEND, Outcome.REFUSE):
        return message
    question = [outcomes.get(aspect) for aspect in QUESTION]
    if Outcome.SPLIT in question:
        question = [Outcome.SPLIT]
    return _strongest([message, *question])


def completions(facts: Facts, unknown: Mapping[str, Iterable[Value]]) -> Iterator[Facts]:
    """Every way in which the unknown facts could turn out."""
    names = [name for name in unknown if facts.get(name) is None]
    for values in product(*(unknown[name] for name in names)):
        yield {**facts, **dict(zip(names, values, strict=True))}


def told(parts: Parts, facts: Facts) -> str:
    """A policy and a request, short enough to be read when a test fails."""
    rules, defaults, requirements = parts
    lines = [
        f"{one.clause}: {one.aspect} {one.outcome} when {one.condition and one.condition.text}, not {one.exception_to}"
        for one in rules
    ]
    lines += [f"{one.clause}: {one.aspect} {one.outcome} by default" for one in defaults]
    lines += [
        f"{one.clause}: needs {one.facts} when {one.condition and one.condition.text}" for one in requirements
    ]
    return "\n".join([*lines, str(facts)])


def _overridden(holding: list[Rule]) -> set[str]:
    """The clauses that exceptions override. Clauses hold one rule each here, and none names a later one."""
    overridden: set[str] = set()
    for one in sorted(holding, key=lambda each: each.clause, reverse=True):
        if one.clause not in overridden:
            overridden |= set(one.exception_to)
    return overridden


def _lacks(one: Requirement, facts: Facts) -> bool:
    applies = one.condition is None or one.condition.evaluate(facts) is True
    return applies and any(facts.get(name) is None for name in one.facts)


def _strongest(outcomes: Iterable[Outcome | None]) -> Outcome:
    return max((one for one in outcomes if one), key=lambda one: one.strength, default=Outcome.ACCEPT)


# Small policies of every shape.

ASKABLE: dict[str, list[Value]] = {
    "changed": [True, False],
    "hosted": [True, False],
    "topic": ["panel", "orders", "server", "design", "bug"],
    "users": [1, 3, 4, 5, 9],
}
"""Facts of the requester that conditions look at, with every value that makes a difference to them."""
ESTABLISHED: dict[str, list[Value]] = {
    "sender.suspended": [True, False],
    "licence.phase": ["included", "expired"],
    "reproduced": [True, False],
    "unmodified": [True, False],
}
_ATOMS = [
    "changed", "hosted", 'topic == "orders"', 'topic in ["panel"]', 'topic in ["server", "bug"]', "users > 3",
    "users == 4", "sender.suspended", 'licence.phase == "expired"', "reproduced", "confirmed", "missing(domain)",
    "known(version)",
]  # fmt: skip
_CONDITIONS = st.recursive(
    st.sampled_from(_ATOMS),
    lambda inner: st.one_of(
        inner.map("not ({})".format),
        st.tuples(inner, inner).map(lambda two: f"({two[0]}) and ({two[1]})"),
        st.tuples(inner, inner).map(lambda two: f"({two[0]}) or ({two[1]})"),
    ),
    max_leaves=4,
)
_ASPECTS = st.sampled_from(["conduct", "cover", "scope", "completeness", "discretion"])
_OUTCOMES = st.sampled_from([str(outcome) for outcome in Outcome])


# Made once: making a strategy costs more than drawing from it.
_SPOKEN = st.lists(_ASPECTS, unique=True, max_size=4)
_NEEDED = st.sampled_from(["domain", "version", "domain version"])
_MAYBE = st.none() | _CONDITIONS
_FEW, _RULES, _FLIP = st.integers(0, 2), st.integers(1, 7), st.booleans()


@st.composite
def _policies(draw: st.DrawFn) -> Parts:
    spoken = draw(_SPOKEN)
    defaults = [default(f"b{place}", aspect, draw(_OUTCOMES)) for place, aspect in enumerate(spoken)]
    requirements = [requires(f"a{place}", draw(_NEEDED), draw(_MAYBE)) for place in range(draw(_FEW))]
    rules: list[Rule] = []
    for place in range(draw(_RULES)):
        below = [one.clause for one in (*rules, *defaults, *requirements)]
        exception_to = _some_of(draw, below) if draw(_FLIP) else []
        condition = draw(_MAYBE if place else _CONDITIONS)
        rules.append(rule(f"c{place}/r", draw(_ASPECTS), draw(_OUTCOMES), condition, *exception_to))
    return rules, defaults, requirements


@cache
def _up_to_two(number: int) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(0, number - 1), unique=True, max_size=2)


def _some_of(draw: st.DrawFn, clauses: list[str]) -> list[str]:
    return [clauses[place] for place in draw(_up_to_two(len(clauses)))] if clauses else []


_ANY_POLICY = _policies()


def policies() -> st.SearchStrategy[Parts]:
    """Up to seven rules, some with exceptions, defaults for some aspects, up to two requirements."""
    return _ANY_POLICY


_VALUES = {
    name: st.none() | st.sampled_from(options)
    for name, options in {
        **ASKABLE,
        **ESTABLISHED,
        "domain": ["shop.example"],
        "version": ["4.2"],
    }.items()
}


@st.composite
def _facts(draw: st.DrawFn) -> Facts:
    drawn = {name: draw(values) for name, values in _VALUES.items()}
    return {name: value for name, value in drawn.items() if value is not None or draw(_FLIP)}


_ANY_FACTS = _facts()


def facts() -> st.SearchStrategy[Facts]:
    """Any facts, known or not."""
    return _ANY_FACTS
