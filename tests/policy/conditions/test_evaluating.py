"""Conditions are yes, no or unknown, and every part of them leaves a trace (design §4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remit.policy.conditions import All, AnyOf, Not, Program, Tree, Variations, parse_condition, samples
from remit.policy.conditions.program import Answer
from remit.policy.conditions.tree import Always, Contains, Derived, Holds, Known
from remit.policy.vocabulary import FactErrors, Money, Value, parse_duration, zone
from tests.policy.conditions.language import FACTS, PLAIN, SOME_FACTS, TREES, VALUES, read

YES, NO, UNKNOWN = True, False, None


class TestWithUnknownFacts:
    """Kleene's three values: an unknown part matters only where it could."""

    @pytest.mark.parametrize(
        ("text", "facts", "answer"),
        [
            ("urgent", {}, UNKNOWN),
            ("not urgent", {}, UNKNOWN),
            ("urgent and code.changed", {"urgent": False}, NO),
            ("urgent and code.changed", {"urgent": True}, UNKNOWN),
            ("urgent or code.changed", {"urgent": True}, YES),
            ("urgent or code.changed", {"urgent": False}, UNKNOWN),
            ("urgent or not urgent", {}, UNKNOWN),
            ("known(topic)", {}, NO),
            ("missing(topic)", {}, YES),
            ("missing(topic) or topic == 'server'", {"topic": None}, YES),
            ("questions > 1", {"questions": None}, UNKNOWN),
            ("yes", {}, YES),
            ("urgent and no", {}, NO),
        ],
    )
    def test_it_answers(self, text: str, facts: Mapping[str, Value | None], answer: Answer) -> None:
        assert read(text).evaluate(facts) is answer


class TestComparing:
    @pytest.mark.parametrize(
        ("text", "facts", "answer"),
        [
            ('licence.phase == "paid"', {"licence.phase": "paid"}, YES),
            ('licence.phase != "paid"', {"licence.phase": "paid"}, NO),
            ('licence.phase in ["paid", "expired"]', {"licence.phase": "included"}, NO),
            ('licence.phase not in ["paid", "expired"]', {"licence.phase": "included"}, YES),
            ("urgent == yes", {"urgent": True}, YES),
            ("urgent != True", {"urgent": True}, NO),
            ("1 < questions <= 3", {"questions": 3}, YES),
            ("1 < questions <= 3", {"questions": 4}, NO),
            ("3 >= questions", {"questions": 3}, YES),
            ("questions == 2.5", {"questions": Decimal("2.5")}, YES),
            ("questions > -1", {"questions": 0}, YES),
            ("questions in [1, 2]", {"questions": 2}, YES),
            ("questions > repeats", {"questions": 2, "repeats": 1}, YES),
            ("questions > repeats", {"questions": 2}, UNKNOWN),
            ("domain == licence.domain", {"domain": "a.example", "licence.domain": "a.example"}, YES),
            ("domain != licence.domain", {"domain": "a.example", "licence.domain": "a.example"}, NO),
            ('bought < "2026-02-01"', {"bought": date(2026, 1, 31)}, YES),
            ('bought in ["2026-01-31"]', {"bought": date(2026, 1, 31)}, YES),
            ('price >= "190 USD"', {"price": Money(Decimal(190), "USD")}, YES),
            ('price >= "190 USD"', {"price": Money(Decimal(190), "EUR")}, UNKNOWN),
        ],
    )
    def test_it_answers(self, text: str, facts: Mapping[str, Value], answer: Answer) -> None:
        assert read(text).evaluate(facts) is answer

    @pytest.mark.parametrize(
        ("since", "answer"), [("72 h", YES), ("3 days", YES), ("4321 min", NO), ("2 months", UNKNOWN)]
    )
    def test_it_compares_durations_by_their_length(self, since: str, answer: Answer) -> None:
        """ITC-11: up to and including 72 hours after the fix."""
        assert read('since_fix <= "72 h"').evaluate({"since_fix": parse_duration(since)}) is answer

    def test_it_reads_an_instant_without_an_offset_in_the_policys_zone(self) -> None:
        condition = parse_condition('received_at >= "2026-06-13 00:00"', FACTS, zone=zone("UTC+3"))
        assert condition.evaluate({"received_at": datetime(2026, 6, 12, 21, tzinfo=UTC)}) is True
        assert condition.evaluate({"received_at": datetime(2026, 6, 12, 20, 59, tzinfo=UTC)}) is False

    def test_it_uses_bound_values(self) -> None:
        assert read("questions > values.most", most=3).evaluate({"questions": 4}) is True
        assert read("topic in values.free", free=["panel"]).evaluate({"topic": "refunds"}) is True
        assert read("values.on and urgent", on=True).evaluate({"urgent": True}) is True

    def test_it_refuses_values_that_are_not_of_their_facts_kind(self) -> None:
        with pytest.raises(FactErrors) as caught:
            read("questions > 1 and urgent").evaluate({"questions": "five", "urgent": True})
        assert list(caught.value.errors) == ["questions"]


class TestTopics:
    def test_it_takes_a_list_to_include_what_lies_within(self) -> None:
        condition = read('topic in ["panel"]')
        assert condition.evaluate({"topic": "refunds"}) is True
        assert condition.evaluate({"topic": "server"}) is False

    def test_it_takes_equality_to_be_exact(self) -> None:
        assert read('topic == "panel"').evaluate({"topic": "orders"}) is False

    def test_it_finds_a_topic_in_what_a_plan_includes(self) -> None:
        """ITC-5: the plan's own inclusions."""
        condition = read("topic in inclusions")
        assert condition.evaluate({"topic": "refunds", "inclusions": frozenset({"panel"})}) is True
        assert condition.evaluate({"topic": "server", "inclusions": frozenset({"panel"})}) is False
        assert condition.evaluate({"topic": "server"}) is None

    def test_it_asks_for_one_word_of_several(self) -> None:
        assert read('"server" in inclusions').evaluate({"inclusions": frozenset({"server", "panel"})}) is True


class TestDerivedFacts:
    def test_it_follows_from_its_parts(self) -> None:
        condition = read("untouched")
        assert condition.evaluate({"code.changed": False, "files.changed": False}) is True
        assert condition.evaluate({"code.changed": True}) is False
        assert condition.evaluate({"code.changed": False}) is None

    def test_it_may_be_derived_in_steps(self) -> None:
        assert (
            read("clean").evaluate({"code.changed": False, "files.changed": False, "urgent": False}) is True
        )

    def test_what_was_given_directly_holds(self) -> None:
        assert read("untouched").evaluate({"untouched": True, "code.changed": True}) is True

    def test_it_shows_its_parts_in_the_trace(self) -> None:
        facts: dict[str, Value] = {"code.changed": False, "files.changed": True}
        assert [(line.text, line.result) for line in read("untouched").trace(facts)] == [
            ("untouched", False),
            ("code.changed", False),
            ("files.changed", True),
        ]


class TestTrace:
    def test_it_names_every_part_with_the_facts_value_and_the_answer(self) -> None:
        facts: dict[str, Value] = {"topic": "orders", "questions": 2}
        lines = read('topic in ["panel"] and (questions > 1 or urgent)').trace(facts)
        assert [tuple(line) for line in lines] == [
            ('topic in ["panel"]', "topic", "orders", True),
            ("questions > 1", "questions", 2, True),
            ("urgent", "urgent", None, None),
        ]

    def test_it_shows_both_facts_of_a_comparison(self) -> None:
        lines = read("domain == licence.domain").trace({"domain": "a.example"})
        assert [(line.fact, line.value, line.result) for line in lines] == [
            ("domain", "a.example", None),
            ("licence.domain", None, None),
        ]


def by_definition(tree: Tree, facts: Mapping[str, Value | None]) -> Answer:
    """What a tree comes to, straight from the definition; atoms are asked one at a time."""
    match tree:
        case Not(part=part):
            answer = by_definition(part, facts)
            return None if answer is None else not answer
        case All(parts=parts):
            answers = [by_definition(part, facts) for part in parts]
            return False if False in answers else None if None in answers else True
        case AnyOf(parts=parts):
            answers = [by_definition(part, facts) for part in parts]
            return True if True in answers else None if None in answers else False
        case Always(value=value):
            return value
        case Derived(fact=fact, meaning=meaning):
            given_value = facts.get(fact)
            return by_definition(meaning, facts) if given_value is None else given_value is True
        case Holds(fact=fact):
            found = facts.get(fact)
            return None if found is None else found is True
        case Known(fact=fact):
            return facts.get(fact) is not None
        case Contains(fact=fact, value=value):
            chosen = facts.get(fact)
            return value in chosen if isinstance(chosen, frozenset) else None
    reading = Program((tree,)).run(facts)
    return None if reading.unsure else bool(reading.holding)


@given(st.lists(TREES, min_size=1, max_size=5), SOME_FACTS)
@settings(max_examples=150, deadline=None)
def test_it_gives_many_conditions_the_answers_they_have_alone(
    trees: list[Tree], facts: dict[str, Value | None]
) -> None:
    reading = Program(trees).run(facts)
    for place, tree in enumerate(trees):
        expected = by_definition(tree, facts)
        assert bool(reading.holding >> place & 1) is (expected is True)
        assert bool(reading.unsure >> place & 1) is (expected is None)


@given(st.lists(TREES, min_size=1, max_size=4), SOME_FACTS, st.data())
@settings(max_examples=100, deadline=None)
def test_it_varies_one_fact_as_if_everything_were_asked_again(
    trees: list[Tree], facts: dict[str, Value | None], data: st.DataObject
) -> None:
    program = Program(trees)
    name = data.draw(st.sampled_from([name for name in program.facts if name in PLAIN] or ["domain"]))
    value = data.draw(st.sampled_from(VALUES.get(name, ["a.example"])))
    varied = Variations(program, program.run(facts)).where(program.given(name, value, facts))
    anew = program.run({**facts, name: value})
    assert varied == (anew.holding, anew.unsure)


@given(st.lists(TREES, min_size=1, max_size=3))
@settings(max_examples=60, deadline=None)
def test_its_samples_reach_every_answer_that_a_fact_can_bring_about(trees: list[Tree]) -> None:
    program = Program(trees)
    for name, values in VALUES.items():
        if name not in PLAIN or name in program.compared_facts or name == "since_fix":
            continue
        sampled = {program.given(name, value, {}) for value in samples(program, FACTS[name], {})}
        assert sampled >= {program.given(name, value, {}) for value in values if value is not None}


def test_it_is_no_slower_to_read_than_a_page() -> None:
    """Deep and long conditions are refused, not run (see test_reading); plain ones compile however many there are."""
    trees = [read(f'questions > {n} and topic == "orders"').tree for n in range(300)]
    assert Program(trees).run({"questions": 150, "topic": "orders"}).holding == (1 << 150) - 1


def test_every_pair_of_answers_is_combined_right() -> None:
    for one, other in product((YES, NO, UNKNOWN), repeat=2):
        facts = {"urgent": one, "code.changed": other}
        both, either = read("urgent and code.changed"), read("urgent or code.changed")
        assert both.evaluate(facts) is (
            False if False in (one, other) else None if None in (one, other) else True
        )
        assert either.evaluate(facts) is (
            True if True in (one, other) else None if None in (one, other) else False
        )
