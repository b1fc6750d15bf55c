"""How rules come to one outcome: aspects, exceptions, conflicts, gaps, the two steps (design §4)."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping

import pytest

from remit.policy.rules import Decision, RuleSetError, compile_rules, decide, outcome_of
from remit.policy.vocabulary import Aspect, FactErrors, Outcome, Value
from tests.policy.rules.shapes import (
    FACTS,
    WELCOME,
    clauses,
    default,
    licence_policy,
    requires,
    rule,
    step,
    together,
)

POLICY = licence_policy()


def judged(**changed: Value | None) -> Decision:
    facts = {**WELCOME, **{name.replace("__", "."): value for name, value in changed.items()}}
    return decide(POLICY, facts)


class TestOneRequest:
    def test_it_is_accepted_with_every_clause_that_speaks_for_it(self) -> None:
        decision = judged()
        assert decision.outcome == "accept"
        assert clauses(decision.deciding) == [
            "channels",
            "conduct",
            "owner",
            "periods",
            "scope",
            "discretion",
        ]
        assert decision.says == "Support runs."

    def test_it_is_refused_with_the_clause_that_refuses_first_and_the_rest_listed(self) -> None:
        """IEX-10: after the support there is none."""
        decision = judged(licence__phase="expired")
        assert decision.outcome == "refuse"
        assert clauses(decision.deciding) == ["periods"]
        assert decision.says == "Support has ended."
        assert decision.deciding[0].because == "It ran out on {licence.until}."
        assert decision.deciding[0].quote == "then none"
        assert decision.steps == (step("buy", "renewal"), step("contest"))
        assert clauses(decision.contributing) == ["channels", "conduct", "owner", "scope", "discretion"]

    def test_it_names_the_service_that_is_quoted(self) -> None:
        decision = judged(topic="design")
        assert decision.outcome == "quote"
        assert decision.deciding[0].service == "design"

    def test_it_asks_for_what_is_missing_and_only_that(self) -> None:
        """IEX-15."""
        decision = judged(version=None)
        assert decision.outcome == "ask"
        assert decision.asks == ("version",)
        assert clauses(decision.deciding) == ["contents"]

    def test_it_welcomes_what_is_asked_where_possible_and_does_not_insist(self) -> None:
        assert judged().welcome == ("screenshot",)
        assert judged(screenshot="a.png").welcome == ()
        assert judged(channel__official=False).welcome == ()

    def test_it_asks_for_nothing_where_it_refuses(self) -> None:
        assert judged(version=None, licence__phase="expired").asks == ()

    def test_it_still_says_what_is_missing_where_it_quotes(self) -> None:
        ruleset = together(rule("a/a", "scope", "quote"), requires("c", "domain"))
        decision = decide(ruleset, {})
        assert (decision.outcome, decision.asks) == ("quote", ("domain",))

    def test_it_refuses_facts_of_the_wrong_kind(self) -> None:
        with pytest.raises(FactErrors):
            judged(questions="two")


class TestTwoSteps:
    """First the message, then the question; in each the strongest."""

    @pytest.mark.parametrize(
        ("message", "question", "outcome"),
        [
            ("accept", "accept", "accept"),
            ("refuse", "quote", "refuse"),
            ("suspend", "split", "suspend"),
            ("refuse", "split", "refuse"),
            ("accept", "refuse", "refuse"),
            ("quote", "accept", "quote"),
            ("quote", "ask", "quote"),
            ("quote", "split", "split"),
            ("quote", "refuse", "refuse"),
            ("review", "accept", "review"),
            ("review", "ask", "ask"),
            ("ask", "review", "ask"),
        ],
    )
    def test_the_strongest_of_both_decides_unless_the_message_is_turned_away(
        self, message: str, question: str, outcome: str
    ) -> None:
        ruleset = together(rule("m/m", "cover", message), rule("q/q", "scope", question))
        assert decide(ruleset, {}).outcome == outcome

    def test_a_refused_message_leaves_the_question_no_part_in_the_decision(self) -> None:
        ruleset = together(rule("m/m", "cover", "refuse"), rule("q/q", "scope", "refuse"))
        decision = decide(ruleset, {})
        assert clauses(decision.deciding) == ["m"]
        assert clauses(decision.contributing) == ["q"]

    def test_several_questions_are_split_before_anything_else(self) -> None:
        """IEX-16."""
        ruleset = together(rule("s/s", "discretion", "split"), rule("q/q", "scope", "refuse"))
        decision = decide(ruleset, {})
        assert decision.outcome == "split"
        assert clauses(decision.deciding) == ["s"]

    def test_aspects_of_which_the_document_says_nothing_are_silent(self) -> None:
        decision = decide(together(rule("q/q", "scope", "accept")), {})
        assert decision.outcome == "accept"
        assert decision.gaps == ()

    def test_suspension_outweighs_refusal(self) -> None:
        assert judged(sender__suspended=True, licence__phase="expired").outcome == "suspend"


class TestConflictsAndGaps:
    def test_rules_of_one_aspect_that_disagree_go_to_a_person_with_both_cited(self) -> None:
        ruleset = together(rule("a/a", "scope", "accept"), rule("b/b", "scope", "refuse"))
        decision = decide(ruleset, {})
        assert decision.outcome == "review"
        assert clauses(decision.deciding) == ["a", "b"]
        assert decision.conflicts[0].aspect is Aspect.SCOPE
        assert [finding.outcome for finding in decision.conflicts[0].findings] == ["accept", "refuse"]

    def test_rules_that_agree_are_both_cited_and_no_conflict(self) -> None:
        ruleset = together(rule("a/a", "scope", "refuse"), rule("b/b", "scope", "refuse"))
        decision = decide(ruleset, {})
        assert (decision.outcome, decision.conflicts) == ("refuse", ())
        assert clauses(decision.deciding) == ["a", "b"]

    def test_no_rule_and_no_default_is_a_gap_for_a_person(self) -> None:
        decision = decide(together(rule("a/a", "scope", "accept", "changed")), {"changed": False})
        assert decision.outcome == "review"
        assert decision.gaps == (Aspect.SCOPE,)

    def test_a_stated_default_fills_the_gap(self) -> None:
        ruleset = together(
            rule("a/a", "scope", "accept", "changed"), default("d", "scope", "refuse", says="Out.")
        )
        decision = decide(ruleset, {"changed": False})
        assert (decision.outcome, decision.gaps, decision.says) == ("refuse", (), "Out.")
        assert clauses(decision.deciding) == ["d"]

    def test_a_default_yields_to_any_rule_of_its_aspect(self) -> None:
        ruleset = together(rule("a/a", "scope", "accept"), default("d", "scope", "refuse"))
        assert decide(ruleset, {}).outcome == "accept"

    def test_completeness_without_anything_missing_is_no_gap(self) -> None:
        ruleset = together(rule("a/a", "scope", "accept"), requires("c", "domain"))
        assert decide(ruleset, {"domain": "shop.example"}).outcome == "accept"


class TestExceptions:
    def test_it_overrides_the_rules_and_the_default_of_the_clauses_it_names_in_every_aspect(self) -> None:
        """IEX-14: a confirmed error overrides IEX-3, -10 and -13."""
        decision = judged(licence__phase="expired", topic="server", confirmed=True)
        assert decision.outcome == "accept"
        lines = {line.rule_key: line for line in decision.trace}
        assert lines["periods/ended"].suppressed_by == "errors/confirmed"
        assert lines["scope/default-scope"].suppressed_by == "errors/confirmed"

    def test_it_stands_in_for_an_aspect_that_it_emptied(self) -> None:
        decision = judged(topic="server", confirmed=True)
        assert [(f.clause, str(f.aspect)) for f in decision.deciding if f.clause == "errors"] == [
            ("errors", "cover"),
            ("errors", "scope"),
        ]
        assert decision.gaps == ()

    def test_what_it_does_not_name_still_counts(self) -> None:
        assert judged(topic="design", confirmed=True).outcome == "quote"

    def test_it_does_nothing_where_it_does_not_hold(self) -> None:
        assert judged(licence__phase="expired", reproduced=True, unmodified=False).outcome == "refuse"

    def test_an_exception_may_have_an_exception(self) -> None:
        inner = rule("inner/allowed", "scope", "accept", "hosted", "base")
        outer = rule("outer/but", "scope", "refuse", "changed", "inner/allowed")
        ruleset = together(rule("base/no", "scope", "refuse"), inner, outer)
        assert decide(ruleset, {"hosted": True, "changed": False}).outcome == "accept"
        assert decide(ruleset, {"hosted": True, "changed": True}).outcome == "refuse"
        third = rule("third/after-all", "scope", "accept", "users > 5", "outer", "base")
        ruleset = together(rule("base/no", "scope", "refuse"), inner, outer, third)
        assert decide(ruleset, {"hosted": True, "changed": True, "users": 6}).outcome == "accept"

    def test_it_may_name_a_single_rule(self) -> None:
        ruleset = together(
            rule("base/one", "scope", "refuse"),
            rule("base/two", "standing", "refuse"),
            rule("e/e", "scope", "accept", None, "base/one"),
        )
        assert decide(ruleset, {}).outcome == "refuse"

    def test_it_may_stand_in_the_clause_that_it_overrides(self) -> None:
        """ION-9: hardware in the contract beats the exclusion that is written beside it."""
        ruleset = together(
            rule("limits/excluded", "scope", "refuse"),
            rule("limits/in-contract", "scope", "accept", "hosted", "limits"),
            rule("limits/agreed", "scope", "accept", "changed", "limits"),
        )
        assert decide(ruleset, {"hosted": True, "changed": True}).outcome == "accept"

    def test_it_overrides_a_requirement(self) -> None:
        ruleset = together(
            default("s", "scope", "accept"),
            requires("contents", "domain"),
            rule("e/e", "discretion", "review", "changed", "contents"),
        )
        assert decide(ruleset, {"changed": False}).outcome == "ask"
        decision = decide(ruleset, {"changed": True})
        assert (decision.outcome, decision.asks) == ("review", ())

    def test_exceptions_that_stand_in_and_disagree_are_a_conflict(self) -> None:
        ruleset = together(
            default("s", "scope", "refuse"),
            rule("a/a", "cover", "accept", None, "s"),
            rule("b/b", "standing", "quote", None, "s"),
        )
        decision = decide(ruleset, {})
        assert decision.conflicts[0].aspect is Aspect.SCOPE

    @pytest.mark.parametrize(
        ("rules", "says"),
        [
            ([rule("a/a", "scope", "accept", None, "nowhere")], "no rule or default"),
            ([rule("a/a", "scope", "accept", None, "a/a")], "no rule or default"),
            (
                [rule("a/a", "scope", "accept", None, "b"), rule("b/b", "scope", "refuse", None, "a")],
                "circle",
            ),
            ([rule("a/a", "scope", "accept"), rule("a/a", "scope", "refuse")], "another name"),
            ([rule("a/a", "scope", "ask", asks=("nothing.such",))], "no fact nothing.such"),
        ],
    )
    def test_rules_that_do_not_fit_together_are_refused(self, rules: list, says: str) -> None:
        with pytest.raises(RuleSetError) as caught:
            compile_rules(rules, (), (), FACTS)
        assert says in caught.value.problems[0].message

    def test_an_aspect_has_one_default(self) -> None:
        with pytest.raises(RuleSetError):
            together(default("a", "scope", "accept"), default("b", "scope", "refuse"))


class TestWhatIsKept:
    def test_the_trace_holds_every_rule_requirement_and_default(self) -> None:
        lines = judged(licence__phase="expired").trace
        assert len(lines) == len(POLICY.rules) + len(POLICY.requirements) + len(POLICY.defaults)
        ended = next(line for line in lines if line.rule_key == "periods/ended")
        assert ended.result is True
        assert [tuple(atom) for atom in ended.atoms] == [
            ('licence.phase in ["expired", "archivable"]', "licence.phase", "expired", True)
        ]
        by_default = {line.rule_key: line.result for line in lines if "default" in line.rule_key}
        assert by_default["channels/default-channel"] is True
        assert by_default["scope/default-scope"] is False

    def test_the_trace_is_that_of_the_decision_even_where_the_facts_are_changed_later(self) -> None:
        facts: dict[str, Value] = {**WELCOME}
        decision = decide(POLICY, facts)
        facts["licence.phase"] = "expired"
        line = next(line for line in decision.trace if line.rule_key == "periods/ended")
        assert line.atoms[0].value == "included"

    @pytest.mark.parametrize(
        "changed", [{}, {"licence.phase": "expired"}, {"topic": None}, {"version": None}]
    )
    def test_it_comes_back_from_json_as_it_was(self, changed: Mapping[str, Value | None]) -> None:
        decision = decide(POLICY, {**WELCOME, **changed}, least_change=True)
        written = json.dumps(decision.to_json())
        assert Decision.from_json(json.loads(written), FACTS) == decision
        assert Decision.from_json(json.loads(written)).to_json() == decision.to_json()

    def test_the_outcome_alone_is_the_same(self) -> None:
        for changed in ({}, {"licence.phase": "expired"}, {"topic": None}, {"version": None}):
            facts = {**WELCOME, **changed}
            assert outcome_of(POLICY, facts) is decide(POLICY, facts).outcome


def test_the_order_of_the_rules_makes_no_difference() -> None:
    shuffler = random.Random(7)
    rules, defaults, requirements = map(list, (POLICY.rules, POLICY.defaults, POLICY.requirements))
    cases = [
        WELCOME,
        {**WELCOME, "licence.phase": "expired", "topic": "bug"},
        {**WELCOME, "topic": None},
        {**WELCOME, "confirmed": True, "licence.phase": "expired"},
        {**WELCOME, "domain": None, "version": None},
    ]
    expected = [decide(POLICY, facts, least_change=True).to_json() for facts in cases]
    for _ in range(20):
        for part in (rules, defaults, requirements):
            shuffler.shuffle(part)
        ruleset = compile_rules(rules, defaults, requirements, FACTS)
        assert [decide(ruleset, facts, least_change=True).to_json() for facts in cases] == expected


def test_every_outcome_has_a_strength_of_its_own() -> None:
    assert len({outcome.strength for outcome in Outcome}) == 7
