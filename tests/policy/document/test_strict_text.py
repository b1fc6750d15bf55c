"""YAML as strict text: what was written stays what was written, and every fault has a place (design §4)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.policy.document.strict_text import Place, read_mapping

TRICKY = [
    "9:30",
    "on",
    "off",
    "no",
    "yes",
    "007",
    "1_000",
    "2026-01-31",
    "~",
    "null",
    "1e3",
    "0x10",
    "12:00:00",
]


@pytest.mark.parametrize("words", TRICKY)
def test_it_keeps_every_scalar_as_the_words_that_were_written(words: str) -> None:
    assert read_mapping(f"key: {words}", first_line=1).data == {"key": words}


def test_it_knows_the_line_and_column_of_keys_and_values() -> None:
    read = read_mapping('rule: late\nrows: {urgent: 3 h}\nsays: "quoted"', first_line=10)
    assert read.value_at(("rule",)) == Place(10, 7)
    assert read.key_at(("rows",)) == Place(11, 1)
    assert read.value_at(("rows", "urgent")) == Place(11, 16)
    assert read.value_at(("says",)) == Place(12, 8), "after the quotation mark, where the words begin"


def test_it_finds_the_first_words_of_a_folded_text() -> None:
    read = read_mapping("when: >-\n  topic == 1\n  and more", first_line=5)
    assert read.data == {"when": "topic == 1 and more"}
    assert read.value_at(("when",)) == Place(6, 3)


def test_it_unwraps_assumptions_and_keeps_their_reason() -> None:
    read = read_mapping(
        'within: {value: 7 days, assumed: "not said"}\nrows: {a: {value: {b: 1 h}, assumed: also}}',
        first_line=1,
    )
    assert read.data == {"within": "7 days", "rows": {"a": {"b": "1 h"}}}
    assert [(one.path, one.value, one.reason) for one in read.assumed] == [
        (("within",), "7 days", "not said"),
        (("rows", "a"), "", "also"),
    ]
    assert read.value_at(("rows", "a", "b")) == Place(2, 23)


def test_a_whole_block_may_be_assumed() -> None:
    read = read_mapping("pause: on hold\nassumed: nothing is said", first_line=1)
    assert read.data == {"pause": "on hold"}
    assert read.assumed[0].reason == "nothing is said"


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a: 1\na: 2", "duplicate-key", 2),
        ("a: &x 1\nb: *x", "alias", 1),
        ("a: 1\nb: &x 1", "alias", 2),
        ("a: 1\n&x b: 1", "alias", 2),
        ("a: 1\nb: *x", "alias", 2),
        ("a: 1\n\uff42: 1", "look-alike", 2),
        ("a: 1\nр\u0430id: 1", "look-alike", 2),
        ("a: !!python/object:os.system 1", "tag", 1),
        ("a: 1\nb: [1, 2", "yaml", 2),
        ("says: now: later", "yaml", 1),
        ("- a\n- b", "not-a-mapping", 1),
        ("", "empty-block", 1),
        ("? [a]\n: b", "key", 1),
        ("a: {value: 1, assumed: ' '}", "assumed", 1),
    ],
)
def test_it_says_where_a_mapping_is_malformed(text: str, code: str, line: int) -> None:
    found = read_mapping(text, first_line=1).faults
    assert [(fault.code, fault.line) for fault in found][:1] == [(code, line)]


def test_it_says_to_quote_a_text_with_a_colon() -> None:
    (fault,) = read_mapping("says: we ask: why", first_line=3).faults
    assert (fault.line, fault.column) == (3, 13)
    assert "quotation marks" in (fault.hint or "")


def test_nesting_beyond_reason_is_a_fault_and_not_a_crash() -> None:
    text = "a: " + "{b: " * 60 + "1" + "}" * 60
    assert any(fault.code == "too-deep" for fault in read_mapping(text, first_line=1).faults)


@given(st.text(max_size=200))
def test_it_never_fails_on_any_text(text: str) -> None:
    read = read_mapping(text, first_line=1)
    assert isinstance(read.data, dict)
