"""Outcomes in their order of strength, and money that keeps its currency."""

from __future__ import annotations

from decimal import Decimal

import pytest

from remit.policy.vocabulary import MESSAGE_ASPECTS, QUESTION_ASPECTS, Aspect, Money, Outcome, parse_money


class TestOutcomes:
    def test_the_stronger_outcome_comes_first(self) -> None:
        order = ["suspend", "refuse", "split", "quote", "ask", "review", "accept"]
        assert sorted(Outcome, key=lambda outcome: -outcome.strength) == order
        assert [outcome.strength for outcome in Outcome] == [7, 6, 5, 4, 3, 2, 1]

    def test_each_aspect_belongs_to_one_step(self) -> None:
        assert (*MESSAGE_ASPECTS, *QUESTION_ASPECTS) == tuple(Aspect)


class TestMoney:
    def test_it_adds_and_compares_within_a_currency(self) -> None:
        assert parse_money("190 USD") + parse_money("9.50 USD") == Money(Decimal("199.50"), "USD")
        assert parse_money("190 USD") - parse_money("190 USD") == Money(Decimal(0), "USD")
        assert parse_money("2 EUR") < parse_money("10 EUR")
        assert str(parse_money("190.00USD")) == "190.00 USD"

    def test_it_never_mixes_currencies(self) -> None:
        for mixed in (lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a < b, lambda a, b: a >= b):
            with pytest.raises(ValueError, match="different currencies"):
                mixed(parse_money("1 USD"), parse_money("1 EUR"))

    @pytest.mark.parametrize("text", ["190", "USD 190", "190 usd", "1,90 USD", ""])
    def test_it_says_how_to_write_an_amount(self, text: str) -> None:
        with pytest.raises(ValueError, match="190 USD"):
            parse_money(text)
