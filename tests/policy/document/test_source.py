"""Reading a document: front matter, clauses, blocks, tables; every fault of form collected with its place."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from remit.policy.check import check_text
from remit.policy.document.source import canonical, load

HEAD = """---
desk: test
title: Support policy
version: 1
effective: 2026-01-01
timezone: UTC
language: en
---
"""


def codes(text: str) -> list[tuple[str, int]]:
    return [(fault.code, fault.line) for fault in load(text).faults]


def test_it_reads_clauses_with_number_sources_and_parent() -> None:
    document = load(
        HEAD + '## One {#one}\n\nText.\n\n## Two {#two from="IEX-10, IEX-11"}\n\n### Part {#part}\n\nMore.\n'
        "\n## Three {#three}\n"
    )
    assert [(one.number, one.id, one.parent) for one in document.clauses] == [
        ("1", "one", None),
        ("2", "two", None),
        ("2.1", "part", "two"),
        ("3", "three", None),
    ]
    assert document.clauses[1].sources == ("IEX-10", "IEX-11")
    assert document.clauses[1].title == "Two"
    assert not document.faults


def test_a_block_belongs_to_the_clause_above_it_and_knows_its_line() -> None:
    document = load(HEAD + "## One {#one}\n\nText.\n\n```remit\npause: on hold\nclocks: [resolution]\n```\n")
    (block,) = document.blocks
    assert (block.kind, block.name, block.clause, block.line) == ("pause", "on hold", "one", 13)
    assert block.place(("clocks",)).line == 15


def test_the_table_under_a_labelled_fence_is_read_with_the_place_of_each_cell() -> None:
    document = load(
        HEAD + "## One {#one}\n\n```remit table\ncalendar: hours\n```\n\n| Days | Open |\n|---|---|\n| "
        "Monday | 9:00–17:00 |\n"
    )
    (block,) = document.blocks
    assert block.table is not None
    assert [cell.text for cell in block.table.headers] == ["Days", "Open"]
    assert [(cell.text, cell.place.line, cell.place.column) for cell in block.table.rows[0]] == [
        ("Monday", 17, 3),
        ("9:00–17:00", 17, 12),
    ]


def test_ordinary_code_is_no_block() -> None:
    document = load(HEAD + "## One {#one}\n\n```yaml\nrule: x\n```\n")
    assert not list(document.blocks)


def test_it_collects_every_fault_of_form_in_one_run() -> None:
    found = codes(
        HEAD
        + "## No id\n\n## One {#one}\n\n## Again {#one}\n\n## Bad {#Not_An_Id}\n\n"
        + "```remit\nrule: [\n```\n\n```remit tabel\nrule: x\n```\n\n```remit table\ncalendar: x\n```\n"
    )
    assert [code for code, _ in found] == [
        "clause-without-id",
        "duplicate-clause",
        "clause-id",
        "yaml",
        "fence",
        "table-missing",
    ]


def test_a_block_before_the_first_clause_is_a_fault() -> None:
    assert ("block-outside-clause", 9) in codes(
        HEAD + "```remit\npause: on hold\nclocks: []\n```\n\n## One {#one}\n"
    )


def test_a_document_without_front_matter_or_clauses_says_so() -> None:
    assert codes("Only words.") == [("front-matter", 1), ("no-clauses", 1)]


def test_hidden_and_bidirectional_characters_are_shown() -> None:
    """What people read and what the desk reads must be the same."""
    (fault,) = load(HEAD + "## One {#one}\n\nPaid\u202e gnihton.\n").faults
    assert (fault.code, fault.line, fault.column) == ("hidden-character", 11, 5)


def test_line_ends_trailing_blanks_and_composition_do_not_change_the_hash() -> None:
    one = load(HEAD + "## Zoe\u0308 {#one}\n\nText.\n")
    other = load((HEAD + "## Zo\u00eb {#one}  \n\nText.\n\n\n").replace("\n", "\r\n"))
    assert one.hash == other.hash
    assert load(HEAD + "## Zoe {#one}\n\nText.\n").hash != one.hash


@given(st.text())
def test_the_canonical_text_is_canonical(text: str) -> None:
    assert canonical(canonical(text)) == canonical(text)


@given(st.text(alphabet="#{}- |`\nremit:table", max_size=300))
def test_it_never_fails_on_any_page(text: str) -> None:
    load(HEAD + text)


def test_a_page_beyond_reason_is_refused_quickly() -> None:
    assert load("x" * 3_000_000).faults[0].code == "too-long"


def test_a_heading_of_any_length_is_read_once() -> None:
    """Blanks before anything but braces were tried from every place: minutes for a line of this length."""
    long = "a" + " " * 500_000 + "b"
    document = load(f"---\ndesk: x\n---\n## {long} {{#odd}} {{#long}}\n\n## {long}\n", "policy.md")
    first, second = document.clauses
    assert first.id == "long"
    assert first.title.endswith("b {#odd}")
    assert second.title == long


def test_of_a_file_that_is_far_too_long_it_says_that_alone() -> None:
    """One clear message, at the beginning, not the faults of a page that was not read."""
    found = check_text("word " * 1_000_001)
    assert [(one.code, one.line, one.column) for one in found] == [("too-long", 1, 1)]
    assert "at most 2,000,000 characters" in found[0].message
