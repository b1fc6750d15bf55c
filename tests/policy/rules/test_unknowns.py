"""What is not known: asked of the requester only where it could change the outcome, never taken for granted."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, note, settings

from remit.policy.rules import Unknown, compile_rules, decide
from remit.policy.vocabulary import Outcome, Supplier
from tests.policy.rules.law import ASKABLE, Facts, Parts, by_the_law, completions, facts, policies, told
from tests.policy.rules.shapes import (
    FACTS,
    WELCOME,
    clauses,
    default,
    licence_policy,
    requires,
    rule,
    together,
)


@given(policies(), facts())
@settings(max_examples=150, deadline=None)
def test_the_outcome_is_the_one_of_the_law(parts: Parts, known: Facts) -> None:
    """With all that the requester could say known, it is the law's; what the desk has not established does not hold."""
    note(told(parts, known))
    complete = next(iter(completions(known, ASKABLE)))
    decision = decide(compile_rules(*parts, FACTS), complete)
    assert decision.outcome == by_the_law(parts, complete)


@given(policies(), facts())
@settings(max_examples=150, deadline=None)
def test_it_asks_exactly_where_some_answer_would_change_the_outcome(parts: Parts, known: Facts) -> None:
    note(told(parts, known))
    decision = decide(compile_rules(*parts, FACTS), known)
    without = by_the_law(parts, known)
    looked_at = {fact for one in (*parts[0], *parts[2]) if one.condition for fact in one.condition.facts}
    unknown = {name: values for name, values in ASKABLE.items() if name in looked_at}
    possible = {by_the_law(parts, complete) for complete in completions(known, unknown)}
    if possible == {without}:
        assert decision.outcome == without
    else:
        assert decision.outcome == Outcome.ASK
        assert any(name in unknown and known.get(name) is None for name in decision.asks)
    if decision.outcome in (Outcome.REFUSE, Outcome.SUSPEND):
        assert possible == {decision.outcome}, (
            "a refusal is given without asking only where nothing reverses it"
        )


@given(policies(), facts())
@settings(max_examples=100, deadline=None)
def test_it_names_every_rule_that_a_missing_record_keeps_from_changing_the_outcome(
    parts: Parts, known: Facts
) -> None:
    """What the requester can say is known here, so that only the record and the desk are silent."""
    complete = next(iter(completions(known, ASKABLE)))
    note(told(parts, complete))
    rules, defaults, requirements = parts
    without = by_the_law(parts, complete)
    expected = set()
    for one in rules:
        if one.condition is not None and one.condition.evaluate(complete) is None:
            held = [replace(other, condition=None) if other is one else other for other in rules]
            if by_the_law((held, defaults, requirements), complete) != without:
                expected.add(one.key)
    named = decide(compile_rules(*parts, FACTS), complete).would_change
    assert {key for key in named if not key.endswith("required")} == expected


class TestAsking:
    def test_it_asks_for_the_fact_on_which_the_outcome_hangs(self) -> None:
        decision = decide(licence_policy(), {**WELCOME, "topic": None})
        assert decision.outcome == "ask"
        assert decision.asks == ("topic",)
        assert Unknown("topic", Supplier.REQUESTER) in decision.unknowns

    def test_it_cites_the_clauses_that_hang_on_it(self) -> None:
        decision = decide(licence_policy(), {**WELCOME, "topic": None})
        assert clauses(decision.deciding) == ["scope", "services"]
        assert {finding.outcome for finding in decision.deciding} == {"ask"}

    def test_it_refuses_without_asking_where_no_answer_would_help(self) -> None:
        """No valid cover: whatever the question is (IEX-1)."""
        decision = decide(licence_policy(), {**WELCOME, "topic": None, "channel.official": False})
        assert (decision.outcome, decision.asks) == ("refuse", ())

    def test_it_does_not_ask_what_comes_to_the_same(self) -> None:
        ruleset = together(
            default("s", "scope", "refuse"),
            rule("a/a", "scope", "refuse", "changed"),
            rule("b/b", "scope", "refuse", "not changed"),
        )
        assert decide(ruleset, {}).outcome == "refuse"

    def test_two_answers_that_only_together_reverse_a_refusal_are_both_asked(self) -> None:
        ruleset = together(
            default("c", "cover", "refuse"),
            default("s", "scope", "refuse"),
            rule("a/a", "cover", "accept", "changed"),
            rule("b/b", "scope", "accept", "hosted"),
        )
        decision = decide(ruleset, {})
        assert decision.outcome == "ask"
        assert set(decision.asks) == {"changed", "hosted"}

    def test_an_exception_that_may_hold_is_asked_about(self) -> None:
        ruleset = together(rule("no/no", "scope", "refuse"), rule("e/e", "scope", "accept", "hosted", "no"))
        assert decide(ruleset, {}).asks == ("hosted",)

    def test_questions_come_in_the_order_in_which_facts_are_declared(self) -> None:
        ruleset = together(
            default("s", "scope", "accept"), rule("a/a", "scope", "refuse", "users > 3 or changed or hosted")
        )
        assert decide(ruleset, {}).asks == ("changed", "users", "hosted")

    def test_a_fact_that_only_has_to_be_there_is_not_asked_before_it_is_required(self) -> None:
        ruleset = together(default("s", "scope", "accept"), requires("c", "domain", 'topic == "orders"'))
        assert decide(ruleset, {}).asks == ("topic",)
        assert decide(ruleset, {"topic": "orders"}).asks == ("domain",)
        assert decide(ruleset, {"topic": "server"}).outcome == "accept"


class TestNotEstablished:
    def test_what_the_desk_has_not_found_out_does_not_hold_and_is_never_asked(self) -> None:
        """IEX-14: the conditions are determined by the company, never asked of the customer."""
        decision = decide(licence_policy(), {**WELCOME, "licence.phase": "expired"})
        assert (decision.outcome, decision.asks) == ("refuse", ())

    def test_it_says_where_that_would_have_changed_the_outcome(self) -> None:
        decision = decide(licence_policy(), {**WELCOME, "licence.phase": "expired", "reproduced": True})
        assert decision.would_change == ("errors/confirmed",)
        assert decision.unknowns == (Unknown("unmodified", Supplier.DESK),)

    def test_it_is_silent_where_it_would_change_nothing(self) -> None:
        assert decide(licence_policy(), {**WELCOME, "channel.official": False}).would_change == ()
        assert decide(licence_policy(), WELCOME).would_change == ()

    def test_a_record_that_is_silent_is_no_question_to_the_requester(self) -> None:
        ruleset = together(
            default("s", "scope", "refuse"), rule("a/a", "scope", "accept", "licence.active and changed")
        )
        assert decide(ruleset, {}).outcome == "refuse"
        assert decide(ruleset, {"licence.active": True}).asks == ("changed",)
