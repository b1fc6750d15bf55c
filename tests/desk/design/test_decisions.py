"""A decision in words: the quote under a figure is the one that binds it, and the impact keeps the form's words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from remit.desk.design.decisions import decision_panel, impact_words, known_facts
from remit.desk.design.words import Almanac
from remit.desk.policies.store import compile_source
from remit.policy.document.policy import Policy
from tests.desk.five import POLICIES


def policy(slug: str) -> Policy:
    return compile_source((POLICIES / f"{slug}.md").read_text(encoding="utf-8"), None)


def quotes(of: Policy, **facts: str) -> dict[str, str]:
    """Aspect → quote of an accepted request on these facts."""
    panel = decision_panel(
        {"outcome": "accept", "deciding": [], "contributing": []},
        {name.replace("__", "."): value for name, value in facts.items()},
        of,
        Almanac("en", of.zone),
        policy_address="/policy/",
        address_of=lambda kind, target: "",
    )
    return {one.aspect: str(one.quote) for one in panel.reasons}


def test_it_quotes_the_sentence_that_binds_the_figure() -> None:
    """IEX-5: in transition an answer usually takes 2 to 10 business days; that very sentence stands under it."""
    quote = quotes(policy("iexexchanger"), licence__phase="transition", topic="panel")["target"]
    assert 'In transition an answer usually takes <mark><span class="rm-bound">2 to 10 business days' in quote
    assert "working hours" not in quote.partition("In transition")[2]


def test_it_quotes_the_row_where_the_figure_stands_in_a_table() -> None:
    """ION-1: the row of the priority, with the figure marked."""
    quote = quotes(policy("ionetech"), category="technical", impact="high")["target"]
    assert quote.endswith("High: <mark>4 hours</mark>.")


@pytest.mark.parametrize("fact", ["category", "service"])
def test_it_keeps_the_words_of_the_matrix_whatever_fact_its_rows_go_by(fact: str) -> None:
    """ION-6, and a sixth company's matrix by another fact: the words that were chosen, never the priority's name."""
    ion = policy("ionetech")
    matrix = ion.priority_matrix
    assert matrix is not None
    theirs = replace(ion, priority_matrix=replace(matrix, fact=fact))
    facts = {fact: "technical", "impact": "critical"}
    assert impact_words(facts, theirs) == "A core function is down, or its security is hit"
    [line, *_] = known_facts(facts, theirs, Almanac("en", ion.zone))
    assert (line.fact, line.value) == ("impact", "A core function is down, or its security is hit")
