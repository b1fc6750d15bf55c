"""Conditions as sets of values: what can be proved about them without running them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from remit.policy.conditions import Program, TooManyBoxes, Tree, boxes_of, meeting, sample, witness
from tests.policy.conditions.language import FACTS, SOME_FACTS, TREES, read


def can_meet(holding: list[str], failing: list[str] = []) -> bool:  # noqa: B006 (never changed)
    return (
        next(
            meeting([read(text).tree for text in holding], [read(text).tree for text in failing], FACTS), None
        )
        is not None
    )


class TestMeeting:
    @pytest.mark.parametrize(
        "texts",
        [
            ["urgent", "not urgent"],
            ['topic == "panel"', 'topic == "server"'],
            ['topic in ["panel"]', 'topic == "server"'],
            ['licence.phase not in ["included", "expired", "paid"]'],
            ["questions > 3", "questions <= 3"],
            ["2 < questions < 2"],
            ["questions in [1, 2]", "questions > 2"],
            ['since_fix < "2 h"', 'since_fix > "120 min"'],
            ['bought < "2026-01-01"', 'bought >= "2026-01-01"'],
            ["missing(topic)", 'topic == "panel"'],
            ['"panel" in inclusions', '"panel" not in inclusions'],
            ["untouched", "code.changed"],
            ["domain == licence.domain", "domain != licence.domain"],
            ['domain == "a"', 'domain == "b"'],
        ],
    )
    def test_it_proves_that_conditions_exclude_each_other(self, texts: list[str]) -> None:
        assert not can_meet(texts)

    @pytest.mark.parametrize(
        "texts",
        [
            ["urgent", "code.changed"],
            ['topic in ["panel"]', 'topic == "refunds"'],
            ["questions >= 3", "questions <= 3"],
            ['domain != "a"', 'domain != "b"'],
            ['"panel" in inclusions', '"server" not in inclusions'],
            ["missing(topic)", "urgent"],
        ],
    )
    def test_it_finds_facts_in_which_they_meet(self, texts: list[str]) -> None:
        facts = witness([read(text).tree for text in texts], [], FACTS)
        assert facts is not None
        assert all(read(text).evaluate(facts) is True for text in texts)

    def test_it_counts_unknown_as_failing(self) -> None:
        assert witness([read("urgent").tree], [read("code.changed").tree], FACTS) == {"urgent": True}

    def test_it_proves_that_one_condition_always_brings_another(self) -> None:
        assert not can_meet(['topic in ["orders"]'], ['topic in ["panel"]'])

    def test_it_gives_up_on_too_many_cases(self) -> None:
        texts = [f"questions > {n} or repeats > {n} or urgent" for n in range(30)]
        with pytest.raises(TooManyBoxes):
            list(meeting([read(text).tree for text in texts], [], FACTS))


@given(TREES, SOME_FACTS)
@settings(max_examples=150, deadline=None)
def test_a_condition_with_no_box_never_holds(tree: Tree, facts: dict[str, object]) -> None:
    try:
        found = boxes_of(tree, FACTS)
    except TooManyBoxes:
        return
    if not found:
        given = {name: value for name, value in facts.items() if FACTS[name].means is None}
        assert not Program((tree,)).run(given).holding  # type: ignore[arg-type]


@given(TREES)
@settings(max_examples=150, deadline=None)
def test_facts_taken_from_a_box_make_its_condition_hold(tree: Tree) -> None:
    related = any(" in inclusions" in str(atom) or "repeats" in str(atom) for atom in [tree])
    try:
        found = boxes_of(tree, FACTS)
    except TooManyBoxes:
        return
    for box in found[:5]:
        if not related and all(name in FACTS for name in box):
            assert Program((tree,)).run(sample(box, FACTS)).holding == 1
