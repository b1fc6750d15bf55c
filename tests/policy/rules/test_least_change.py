"""The least that would better the outcome is real: with it, the outcome is the one named."""

from __future__ import annotations

from hypothesis import given, note, settings

from remit.policy.conditions import any_value
from remit.policy.rules import Change, compile_rules, decide
from remit.policy.vocabulary import Outcome, Supplier, Value
from tests.policy.rules.law import Facts, Parts, facts, policies, told
from tests.policy.rules.shapes import FACTS, WELCOME, default, licence_policy, requires, rule, together


def applied(known: Facts, change: Change) -> dict[str, Value | None]:
    """The facts with the change made; "any value" is some value."""
    after = dict(known)
    for name, value in [
        (change.fact, change.to_value),
        *((fact, value) for fact, _, value in change.along_with),
    ]:
        after[name] = any_value(FACTS[name]) if value is None else value
    return after


@given(policies(), facts())
@settings(max_examples=150, deadline=None)
def test_every_change_named_does_what_it_says(parts: Parts, known: Facts) -> None:
    note(told(parts, known))
    ruleset = compile_rules(*parts, FACTS)
    decision = decide(ruleset, known, least_change=True)
    for change in decision.least_change:
        assert change.from_value == known.get(change.fact)
        assert change.outcome.strength < decision.outcome.strength
        assert decide(ruleset, applied(known, change)).outcome is change.outcome


class TestWhatIsNamed:
    def test_renewing_support(self) -> None:
        """Design §4: "renew support"."""
        decision = decide(licence_policy(), {**WELCOME, "licence.phase": "expired"}, least_change=True)
        first = decision.least_change[0]
        assert (first.fact, first.from_value, first.outcome) == ("licence.phase", "expired", "accept")
        assert (first.supplier, first.clause) == (Supplier.RECORD, "periods")

    def test_what_is_asked_all_together(self) -> None:
        """Design §4: "attach the error text"."""
        decision = decide(licence_policy(), {**WELCOME, "version": None, "domain": None}, least_change=True)
        assert decision.least_change == (
            Change(
                "domain",
                None,
                None,
                Outcome.ACCEPT,
                "channels",
                Supplier.REQUESTER,
                (("version", None, None),),
            ),
        )

    def test_two_facts_of_one_licence_where_one_is_not_enough(self) -> None:
        ruleset = together(
            rule("p/p", "cover", "refuse", 'licence.phase == "expired"'),
            rule("p/q", "cover", "refuse", "not licence.active"),
            default("d", "cover", "accept"),
        )
        known: dict[str, Value] = {"licence.phase": "expired", "licence.active": False}
        change = decide(ruleset, known, least_change=True).least_change[0]
        assert {change.fact, change.along_with[0][0]} == {"licence.phase", "licence.active"}

    def test_never_another_topic(self) -> None:
        """Another topic is another question."""
        decision = decide(licence_policy(), {**WELCOME, "topic": "server"}, least_change=True)
        assert "topic" not in [change.fact for change in decision.least_change]

    def test_never_a_contradiction_of_the_policy(self) -> None:
        """A conflict goes to a person, and is nothing to be aimed at."""
        ruleset = together(rule("a/a", "scope", "refuse"), rule("b/b", "scope", "accept", "changed"))
        assert decide(ruleset, {"changed": False}, least_change=True).least_change == ()

    def test_nothing_where_it_is_accepted_or_was_not_asked_for(self) -> None:
        assert decide(licence_policy(), WELCOME, least_change=True).least_change == ()
        assert decide(licence_policy(), {**WELCOME, "licence.phase": "expired"}).least_change == ()

    def test_at_most_one_for_each_fact_and_the_record_first(self) -> None:
        ruleset = together(
            default("d", "scope", "refuse"),
            rule("a/a", "scope", "accept", 'licence.phase in ["included", "paid"] or changed or reproduced'),
        )
        known: dict[str, Value] = {"licence.phase": "expired", "changed": False}
        named = [change.fact for change in decide(ruleset, known, least_change=True).least_change]
        assert named == ["licence.phase", "changed", "reproduced"]

    def test_where_something_would_still_be_asked_it_says_so(self) -> None:
        ruleset = together(
            default("d", "cover", "refuse"),
            rule("a/a", "cover", "accept", "licence.valid"),
            default("s", "scope", "accept"),
            requires("c", "domain"),
        )
        change = decide(ruleset, {"licence.valid": False}, least_change=True).least_change[0]
        assert (change.fact, change.outcome) == ("licence.valid", "ask")
