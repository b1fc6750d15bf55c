"""Text from outside is stored without tricks, and what people really write stays as it is."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.desk.foundation.errors import InvalidInput
from remit.desk.foundation.text import clean_line, clean_text, is_blank


def test_it_takes_out_nul_and_other_control_characters():
    assert clean_text("pass\x00word\x1b[31m\x07") == "password[31m"


def test_it_keeps_tabs_and_makes_every_newline_the_same():
    assert clean_text("a\tb\r\nc\rd\u2028e") == "a\tb\nc\nd\ne"


def test_it_makes_an_override_visible_so_that_an_agent_sees_the_trick():
    assert clean_text("invoice\u202efdp.exe") == "invoice[U+202E]fdp.exe"


def test_it_takes_out_embeddings_that_come_with_pasted_telephone_numbers():
    assert clean_text("call \u202a+49 30 1234\u202c") == "call +49 30 1234"


def test_it_keeps_the_joiners_that_persian_needs():
    assert clean_text("می‌خواهم") == "می‌خواهم"


def test_it_keeps_joined_emoji_whole():
    assert clean_text("👩‍🚀") == "👩‍🚀"


def test_it_keeps_one_form_of_letters_that_can_be_written_in_two():
    assert clean_text("e\u0301") == "é"


def test_it_takes_out_half_a_character():
    assert clean_text("a\ud800b") == "ab"


def test_it_leaves_no_newline_in_a_subject():
    assert clean_line("Hello\nBcc: everyone@example.org") == "Hello Bcc: everyone@example.org"


UNSEEN = [
    "\u200b",
    "\u200c\u200d",
    "\u2060 \u00ad",
    "\u3164",
    "\u2800\n\u2800",
    "\ufe0f",
    "\u034f",
    "\u202a\u202c",
]


@pytest.mark.parametrize("text", UNSEEN, ids=ascii)
def test_it_leaves_nothing_of_text_that_nobody_can_see(text):
    assert (clean_text(text), clean_line(text), is_blank(text)) == ("", "", True)


@pytest.mark.parametrize("text", ["می‌خواهم", "👩‍🚀", "❤\ufe0f", "co\u00adoperate", "ㅤ가"])
def test_what_cannot_be_seen_stays_within_text_that_can(text):
    assert clean_text(text) == unicodedata.normalize("NFC", text)
    assert not is_blank(text)


def test_it_names_the_field_and_the_limit_when_text_is_too_long():
    with pytest.raises(InvalidInput) as refusal:
        clean_text("x" * 11, field="body", limit=10)
    assert refusal.value.fields == {"body": "This is 11 characters long; the limit is 10."}


def test_it_refuses_a_huge_text_without_working_through_it():
    with pytest.raises(InvalidInput):
        clean_text("\u202a" * 1000, limit=10)


@given(st.text())
def test_it_changes_nothing_the_second_time(text):
    once = clean_text(text)
    assert clean_text(once) == once


@given(st.text())
def test_it_never_lets_a_control_character_through(text):
    cleaned = clean_text(text)
    assert not [c for c in cleaned if unicodedata.category(c) in {"Cc", "Cs"} and c not in "\t\n"]
