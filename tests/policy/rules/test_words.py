"""Facts in the sentences of a policy: local dates, wordings of options, never a brace."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from remit.policy.rules import fill, placeholders
from remit.policy.vocabulary import Money, Value, parse_duration, zone
from tests.policy.rules.shapes import FACTS

TEHRAN = zone("Asia/Tehran")
KNOWN: dict[str, Value] = {
    "licence.name": "L-204",
    "licence.phase": "paid",
    "licence.until": datetime(2026, 5, 30, 20, 30, tzinfo=UTC),
    "licence.since": datetime(2025, 5, 30, 8, 0, tzinfo=UTC),
    "topic": "orders",
    "changed": True,
    "users": 12,
    "plan.inclusions": frozenset({"server", "panel", "design"}),
    "ticket.since_fix": parse_duration("72 h"),
}


def said(text: str, language: str = "en") -> str:
    return fill(text, KNOWN, FACTS, TEHRAN, language)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Licence {licence.name} has {licence.phase}.", "Licence L-204 has paid support."),
        ("until {licence.until}", "until the end of 30 May 2026"),
        ("since {licence.since}, {licence.since:time}", "since 30 May 2025, 11:30"),
        ("{topic}, {changed}, {users}", "Orders, yes, 12"),
        ("{plan.inclusions}", "The panel, Server and Design"),
        ("{ticket.since_fix}", "72 hours"),
        ("{licence.plan} is not known", "the licence's plan is not known"),
        ("{nobody.declared}", "nobody declared"),
        ("no {braces} {0} {} {a b}", "no braces {0} {} {a b}"),
    ],
)
def test_it_says_values_in_words(text: str, words: str) -> None:
    assert said(text) == words


@pytest.mark.parametrize(
    ("span", "english", "persian"),
    [
        ("4321 min", "72 hours and 1 minute", "۷۲ ساعت و ۱ دقیقه"),
        ("7470 min", "124 hours and 30 minutes", "۱۲۴ ساعت و ۳۰ دقیقه"),
        ("59 min", "59 minutes", "۵۹ دقیقه"),
        ("3 business days", "3 business days", "۳ روز کاری"),
    ],
)
def test_it_says_a_measured_time_so_that_nobody_has_to_divide(span: str, english: str, persian: str) -> None:
    """ITC-11: the time since a fix is exact to the minute, and read in hours; its unit is in the page's language."""
    known: dict[str, Value] = {"ticket.since_fix": parse_duration(span)}
    assert fill("{ticket.since_fix}", known, FACTS, TEHRAN) == english
    assert fill("{ticket.since_fix}", known, FACTS, TEHRAN, "fa") == persian


def test_an_end_that_is_open_lasts_until_further_notice() -> None:
    assert fill("until {licence.until}", {}, FACTS, TEHRAN) == "until further notice"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Licence {licence.name} is valid.", "The licence is valid."),
        ("Support for licence {licence.name} has ended.", "Support for the licence has ended."),
        ("It is about {licence.name}.", "It is about the licence."),
    ],
)
def test_what_is_not_named_is_called_by_its_noun_once(text: str, words: str) -> None:
    """A case that holds a contract and does not say its name was told "Contract the contract covers you"."""
    assert fill(text, {}, FACTS, TEHRAN) == words


def test_it_says_days_in_the_language_of_the_policy() -> None:
    assert said("{licence.until}", "fa") == "پایان ۹ خرداد ۱۴۰۵"
    assert said("{changed}", "fa") == "بله"
    assert said("{licence.since}", "tlh") == "30 May 2025"


def test_it_says_dates_and_money() -> None:
    facts: dict[str, Value] = {"bought": date(2026, 1, 31), "price": Money(Decimal(190), "USD")}
    assert fill("{bought} for {price}", facts, FACTS, TEHRAN) == "31 January 2026 for 190 USD"


def test_it_names_the_facts_of_a_sentence() -> None:
    assert placeholders("{topic} until {licence.until} {licence.until:time}") == ("topic", "licence.until")
