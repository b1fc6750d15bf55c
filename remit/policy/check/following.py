"""Faults that only follow from a block that cannot be read: what it would have declared is missing everywhere else.
They are left out, and the fault that they follow from says how many they are. What is a fault of itself stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from remit.policy.document.findings import Finding
from remit.policy.document.source import Document

_FENCE = "```"
_WORD = re.compile(r"[A-Za-z_][\w-]*(?:\.\w+)*")
_COVER = re.compile(r"^cover:\s*(\S+)", re.MULTILINE)
_EXAMPLE = re.compile(r"^example “.*?”: ")
_MISSING = re.compile(
    r"^There is no \w+ (?P<name>[\w.]+\w)|^(?P<fact>[\w.]+): there is no such|“(?:\{+ *)?(?P<quoted>[^”}]+?)(?: *\}+)?”"
)
_BY_NAME = ("unknown-", "placeholder", "example-unreadable", "value-outside-list")


def without_following(document: Document, findings: Iterable[Finding]) -> list[Finding]:
    """The findings about a document, without those that only follow from one of its blocks that cannot be read."""
    left = list(findings)
    for fault in [one for one in left if one.code == "yaml" and one.path == document.path]:
        block = _block_at(document.lines, fault.line)
        follow = [one for one in left if _is_named_in(block, one) or _is_unfilled(one, fault)]
        if follow:
            left = [one for one in left if one not in follow]
            told = (
                f"{len(follow)} more that only {'follows' if len(follow) == 1 else 'follow'} from it left out"
            )
            left[left.index(fault)] = replace(fault, message=f"{fault.message} ({told})")
    return left


def _block_at(lines: Sequence[str], line: int) -> str:
    """The text of the block in which a line (from 1) stands; nothing where it stands in none (the front matter)."""
    if line > len(lines):
        return ""
    start = next((at for at in range(line - 1, -1, -1) if lines[at].lstrip().startswith(_FENCE)), None)
    end = next((at for at in range(line, len(lines)) if lines[at].lstrip().startswith(_FENCE)), len(lines))
    return "" if start is None else "\n".join(lines[start + 1 : end])


def _is_named_in(block: str, finding: Finding) -> bool:
    """Whether what a finding misses is named in a block, or is a fact of the cover that the block declares."""
    missing = _MISSING.search(_EXAMPLE.sub("", finding.message))
    if missing is None or not finding.code.startswith(_BY_NAME):
        return False
    name = (missing["name"] or missing["fact"] or missing["quoted"]).rpartition(":")[2].strip()
    words = set(_WORD.findall(block))
    cover = _COVER.search(block)
    is_of_cover = cover is not None and (name == cover[1] or name.startswith(f"{cover[1]}."))
    return is_of_cover or name in words or all(part in words for part in name.split("."))


def _is_unfilled(finding: Finding, fault: Finding) -> bool:
    """Whether a quote is not found because a placeholder of the same clause has no value."""
    is_near = finding.code == "quote-not-found" and finding.clause == fault.clause
    return is_near and "{{" in (finding.hint or "")
