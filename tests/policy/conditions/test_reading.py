"""A condition that can't be right is refused where it is written, with the nearest valid name."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remit.policy.conditions import ConditionError, parse_condition
from remit.policy.conditions.parsing import LONGEST
from tests.policy.conditions.language import FACTS, read


def fault(text: str, **bound: object) -> ConditionError:
    with pytest.raises(ConditionError) as caught:
        read(text, **bound)
    return caught.value


class TestNames:
    @pytest.mark.parametrize(
        ("text", "column", "nearest"),
        [
            ('licence.fase == "paid"', 1, "licence.phase"),
            ('urgent and tpic == "orders"', 12, "topic"),
            ('topic == "ordrs"', 10, "orders"),
            ('topic in ["panel", "sever"]', 20, "server"),
            ('"sever" in inclusions', 1, "server"),
            ("knwn(topic)", 1, "known"),
            ("questions > values.mst", 13, "values.most"),
            ("urgent and code-changed", 12, "code.changed"),
        ],
    )
    def test_it_points_at_a_name_that_is_not_there(self, text: str, column: int, nearest: str) -> None:
        found = fault(text, most=3)
        assert (found.line, found.column, found.nearest) == (1, column, nearest)

    def test_it_says_so_where_nothing_is_near(self) -> None:
        assert fault("zzz").nearest is None

    def test_it_counts_from_where_the_text_stands_in_the_document(self) -> None:
        with pytest.raises(ConditionError) as caught:
            parse_condition("urgent and nope", FACTS, position=(120, 7))
        assert (caught.value.line, caught.value.column) == (120, 18)
        with pytest.raises(ConditionError) as caught:
            parse_condition("urgent and\n  nope", FACTS, position=(120, 7))
        assert (caught.value.line, caught.value.column) == (121, 3)

    def test_it_counts_characters_not_bytes(self) -> None:
        assert fault('domain == "käse" and nope').column == 22


class TestTypes:
    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("topic", "say what it has to be"),
            ('questions > "many"', "expected a number"),
            ('urgent == "yes please"', "urgent"),
            ('licence.phase < "paid"', "has no order"),
            ('inclusions == "panel"', '"value" in inclusions'),
            ('"panel" in licence.phase', "nothing can be in it"),
            ("questions in inclusions", "only a word"),
            ("topic in [orders]", "put words in quotes"),
            ('topic in "panel"', "stands a list"),
            ("topic in []", "empty"),
            ("topic == questions", "can't be compared"),
            ('since_fix < "2 months"', "no fixed length"),
            ('since_fix < "2..3 days"', "name one end"),
            ('since_fix < "72"', "since_fix"),
            ('bought < "31.1.2026"', "2026-01-31"),
            ('price > "190"', "190 USD"),
            ("1 == 2", "one side has to be a fact"),
            ('"a" and urgent', "A value alone"),
            ('domain == ""', "missing(domain)"),
            ("known(untouched)", "derived"),
            ("circle", "explained by itself"),
            ("known(topic, urgent)", "known(fact)"),
            ("urgent is True", "no operator"),
        ],
    )
    def test_it_says_what_is_wrong(self, text: str, says: str) -> None:
        assert says in fault(text).message


class TestWhatIsNoCondition:
    @pytest.mark.parametrize(
        "text",
        [
            "", "   ", "urgent and", "(urgent", "urgent)", "questions + 1 > 2", "-urgent", "lambda: 1",
            "[x for x in topic]", "topic[0]", "f'{topic}'",
            "urgent if urgent else urgent", "(a := 1)", "__import__('os')", "topic.__class__",
            "urgent; urgent", "await urgent", "urgent == b'x'", "questions ** 2", "...", "None", "urgent == None",
            "not", "import os", "\x00", "urgent\x00", "`urgent`", "urgent and" * 2000, "(" * 900 + "urgent" + ")" * 900,
            "not " * 900 + "urgent", "a" + ".b" * 1900, "1" + "+1" * 1900,
        ],
    )  # fmt: skip
    def test_it_is_refused(self, text: str) -> None:
        found = fault(text)
        assert found.line >= 1
        assert found.column >= 1
        assert found.message

    def test_brackets_pair_up_among_the_words_that_were_written(self) -> None:
        """Whatever is laid around them to read them: “urgent) or (urgent” holds no group."""
        found = fault("urgent) or (urgent")
        assert (found.column, found.hint) == (7, "take it out, or open it where the group begins")

    def test_it_is_refused_where_it_is_too_long(self) -> None:
        assert "at most" in fault("urgent or " * LONGEST + "urgent").message

    def test_it_is_refused_where_it_is_nested_too_deeply(self) -> None:
        text = "urgent"
        for _ in range(40):
            text = f"not ({text} or urgent)"
        assert "levels deep" in fault(text).message

    @given(st.text(alphabet="urgent topic()[]\"'<>=!,.andornti\n\\:;{}#@\x00\u202eß", max_size=60))
    @settings(max_examples=300, deadline=None)
    def test_any_text_is_read_or_refused_with_a_place(self, text: str) -> None:
        try:
            place = (read(text).line, 1)
        except ConditionError as error:
            place = (error.line, error.column)
        assert min(place) >= 1


class TestPrinting:
    @pytest.mark.parametrize(
        ("text", "again"),
        [
            (
                "urgent and (code.changed or not files.changed)",
                "urgent and (code.changed or not files.changed)",
            ),
            ('topic not in ["panel"]', 'not topic in ["panel"]'),
            ("1 < questions <= 3", "questions > 1 and questions <= 3"),
            ('since_fix<="72 h"', 'since_fix <= "72 h"'),
            ("missing(topic)", "missing(topic)"),
            ("urgent == no", "not urgent"),
        ],
    )
    def test_a_tree_is_written_as_it_could_have_been(self, text: str, again: str) -> None:
        assert str(read(text).tree) == again
        assert read(again).tree == read(text).tree

    def test_it_knows_its_facts_and_atoms(self) -> None:
        condition = read("clean and domain == licence.domain")
        assert condition.facts == {
            "clean",
            "untouched",
            "code.changed",
            "files.changed",
            "urgent",
            "domain",
            "licence.domain",
        }
        assert [str(atom) for atom in condition.atoms][:2] == ["clean", "untouched"]


class TestProse:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ('licence.phase == "paid"', "licence phase is paid"),
            ('licence.phase not in ["paid", "expired"]', "licence phase is neither paid nor expired"),
            ('topic in ["panel", "server"]', "the topic is The panel or Server"),
            ("code.changed", "the code is changed"),
            ("not code.changed", "the code is not changed"),
            ("urgent and not files.changed", "urgent is yes and files changed is no"),
            ("not (urgent or code.changed)", "urgent is no and the code is not changed"),
            (
                "questions > 1 and (urgent or code.changed)",
                "questions is more than 1 and either urgent is yes or the code is changed",
            ),
            ('bought < "2026-02-01"', "bought is before 1 February 2026"),
            ('not since_fix <= "72 h"', "since fix is more than 72 h"),
            ("missing(topic)", "the topic is not known"),
            ("topic in inclusions", "the topic is among what the plan includes"),
            ('"server" not in inclusions', "what the plan includes do not include Server"),
            ("yes", "always"),
        ],
    )  # fmt: skip
    def test_it_reads_as_a_phrase(self, text: str, words: str) -> None:
        assert read(text).words() == words
