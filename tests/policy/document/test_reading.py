"""Blocks as models: what is wrong with a field is said at its place, with the nearest valid name; tables
are folded in.
"""

from __future__ import annotations

import pytest

from remit.policy.document.findings import Finding
from remit.policy.document.reading import ReadBlock, read_blocks
from remit.policy.document.source import load

HEAD = """---
desk: test
title: Support policy
version: 1
effective: 2026-01-01
timezone: UTC
language: en
---
## One {#one}

"""


def read(block: str, table: str = "") -> tuple[list[ReadBlock], list[Finding]]:
    fence = "remit table" if table else "remit"
    return read_blocks(load(f"{HEAD}```{fence}\n{block}\n```\n\n{table}"))


def only(block: str) -> Finding:
    _, findings = read(block)
    assert len(findings) == 1, [str(finding) for finding in findings]
    return findings[0]


@pytest.mark.parametrize(
    ("block", "code", "line", "column", "near"),
    [
        ("ruel: x\naspect: cover", "unknown-kind", 12, 1, "rule"),
        ("aspect: cover\nrule: x", "unknown-kind", 12, 1, "rule"),
        ("rule: x\naspect: cover\noutcom: refuse\noutcome: refuse", "unknown-key", 14, 1, "outcome"),
        ("rule: x\naspect: scop\noutcome: refuse", "value-outside-list", 13, 9, "scope"),
        ("rule: x\naspect: cover\noutcome: refused", "value-outside-list", 14, 10, "refuse"),
        ("rule: x\naspect: cover", "missing-key", 12, 1, ""),
        ("consent: [purchase, first requst]", "value-outside-list", 12, 21, "first request"),
        ("targets: [first response]\nrows:\n  - {within: 3 days}", "bare-days", 14, 14, "3 business days"),
        ("targets: [first response]\nrows:\n  - {within: 3}", "duration", 14, 14, ""),
        (
            "targets: [first respons]\nrows:\n  - {within: 3 h}",
            "value-outside-list",
            12,
            11,
            "first response",
        ),
        (
            "targets: [first response]\nby: priority\nrows: {low: {within: 3 h, whithin: 2}}",
            "unknown-key",
            14,
            27,
            "within",
        ),
        ("calendar: c\nhours: [{days: Mondey, open: '9:00-17:00'}]", "days", 13, 16, "Monday"),
        ("calendar: c\nhours: [{days: Monday, open: '17:00-9:00'}]", "hours", 13, 31, ""),
        ("calendar: c\nzone: Mars/Olympus\nhours: []", "zone", 13, 7, ""),
        ("closing: waiting for the customer\nafter: soon", "duration", 13, 8, ""),
        ("escalation: first response\nsteps: [{at: half, do: warn}]", "type", 13, 14, ""),
        ("escalation: first response\nsteps: [{at: 50 %}]", "step", 13, 9, ""),
        ("facts: {a b: {type: text}}", "fact-name", 12, 9, ""),
        ("facts: {a: {type: words}}", "value-outside-list", 12, 19, ""),
        (
            "topics: Which one\ntree: {a: {title: One, two or three}}",
            "unknown-key",
            13,
            24,
            "quotation marks",
        ),
    ],
)
def test_it_says_what_is_wrong_where_and_what_was_probably_meant(
    block: str, code: str, line: int, column: int, near: str
) -> None:
    finding = only(block)
    assert (finding.code, finding.line, finding.column) == (code, line, column)
    assert near in (finding.hint or "")


def test_a_slip_in_a_block_does_not_hide_the_rest_of_it() -> None:
    blocks, findings = read("rule: x\naspect: cover\noutcome: refuse\nbecuse: y")
    assert [finding.code for finding in findings] == ["unknown-key"]
    assert blocks[0].model.rule == "x"


def test_several_slips_are_all_reported() -> None:
    _, findings = read("rule: x\naspect: cver\noutcome: rfuse\nsay: y")
    assert [finding.line for finding in findings] == [13, 14, 15]


def test_a_calendar_is_read_from_the_table_on_the_page() -> None:
    """The table people read is the table the desk calculates with (design §4)."""
    (block,), findings = read(
        "calendar: hours\ncolumns: {Days: days, Open: open, Counts: band}\nbands: {Everything: open, "
        "Critical only: limited}",
        "| Days | Open | Counts | Note |\n|---|---|---|---|\n| Monday to Friday | 8–18 | Everything | x |\n"
        "| Saturday | 9:00–13:00 | Critical only | y |\n",
    )
    assert not findings
    assert [(row.days, row.band) for row in block.model.hours] == [
        ((0, 1, 2, 3, 4), "open"),
        ((5,), "limited"),
    ]
    assert block.place("hours", 1, "band").line == 20


def test_targets_are_read_from_a_table_and_an_empty_cell_leaves_a_value_out() -> None:
    (block,), findings = read(
        "targets: [first response]\nby: priority\ncolumns: {Priority: priority, Within: within, Starts: starts}",
        "| Priority | Within | Starts |\n|---|---|---|\n| High | 4 h | – |\n| Low | 5 business days "
        "| when complete |\n",
    )
    assert not findings
    assert {key: str(row.within) for key, row in block.model.rows.items()} == {
        "High": "4 h",
        "Low": "5 business days",
    }
    assert block.model.rows["High"].starts is None
    assert block.model.rows["Low"].starts == "when complete"


@pytest.mark.parametrize(
    ("block", "code"),
    [
        ("calendar: hours", "missing-key"),
        ("calendar: hours\ncolumns: {Dys: days, Open: open}", "table-column"),
        ("calendar: hours\ncolumns: {Days: days}", "table-column"),
        ("pause: on hold\ncolumns: {Days: days}", "table"),
    ],
)
def test_it_says_what_a_table_lacks(block: str, code: str) -> None:
    _, findings = read(block, "| Days | Open |\n|---|---|\n| Monday | 9:00–17:00 |\n")
    assert findings[0].code == code


def test_a_fault_in_a_table_is_at_its_cell() -> None:
    _, findings = read(
        "targets: [first response]\nby: priority\ncolumns: {Priority: priority, Within: within}",
        "| Priority | Within |\n|---|---|\n| High | 4 days |\n",
    )
    assert [(finding.code, finding.line, finding.column) for finding in findings] == [("bare-days", 19, 10)]


def test_words_of_cells_may_be_mapped_to_values() -> None:
    (block,), findings = read(
        "targets: [first response]\nby: priority\ncolumns: {Priority: priority, Within: within}\n"
        "cells: {In turn: in order}",
        "| Priority | Within |\n|---|---|\n| High | In turn |\n",
    )
    assert not findings
    assert block.model.rows["High"].within == "in order"
