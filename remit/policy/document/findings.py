"""What can be said about a policy document before it is published: one finding, and the error that carries
them all.

Here lives the shape of a finding. What is looked for lives in `remit.policy.check` and, for faults of form,
in the modules that read the document.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any, Literal

CODES: Mapping[str, str] = MappingProxyType(
    {
        "yaml": "The block cannot be read: brackets, quotation marks, colons or indentation.",
        "empty-block": "Nothing stands in the block.",
        "not-a-mapping": "Keys and values are expected.",
        "key": "A key is a word or a few words.",
        "duplicate-key": "A key stands twice in one block.",
        "alias": "Anchors and aliases are not used.",
        "tag": "Tags are not used.",
        "too-deep": "Values are nested beyond reason.",
        "too-long": "The file is longer than a policy can be.",
        "assumed": "An assumption gives no reason.",
        "hidden-character": "An invisible or direction-changing character.",
        "look-alike": "A letter that looks like another, in a key or a name.",
        "front-matter": "The front matter is missing, or that of an agreement.",
        "fence": "A fence labelled “remit …” that is not known.",
        "heading": "Something in a heading that does not belong there.",
        "heading-level": "The first clause is not of level 2.",
        "clause-without-id": "A clause has no id.",
        "clause-id": "An id with other than small letters, digits and hyphens.",
        "duplicate-clause": "Two clauses have one id.",
        "no-clauses": "The document has no clauses.",
        "block-outside-clause": "A block stands before the first clause.",
        "unknown-kind": "A block of a kind that is not known, or whose kind is not its first key.",
        "unknown-key": "A key that is not known here.",
        "missing-key": "A key that must be there is not.",
        "type": "A value of another type: yes or no, a number, a list, a date.",
        "value-outside-list": "A word that is none of those allowed.",
        "duration": "Not a duration, or a unit that does not fit.",
        "bare-days": "A target in days that does not say which days.",
        "hours": "Opening hours that cannot be.",
        "days": "Not a day of the week.",
        "zone": "Not a time zone.",
        "address": "Not an address that a link may lead to.",
        "holidays": "Holidays of a place that is not known.",
        "step": "A next step or an escalation step with none or several actions.",
        "table": "A kind of block that cannot be a table.",
        "table-missing": "A table fence without its table.",
        "table-column": "A column that is not there, or that is needed.",
        "table-cell": "A cell that means nothing.",
        "duplicate-block": "A second block where a document has one.",
        "duplicate-rule": "Two rules or gates of one name in a clause.",
        "duplicate-default": "An aspect has two defaults.",
        "duplicate-fact": "A fact is declared twice.",
        "duplicate-topic": "A topic stands twice in the tree.",
        "duplicate-value": "A value is given twice.",
        "duplicate-service": "A service is declared twice.",
        "duplicate-calendar": "A calendar is declared twice.",
        "duplicate-cover": "A cover is declared twice.",
        "duplicate-example": "Two examples of one name in a clause.",
        "fact-name": "Not the name of a fact.",
        "fact-options": "Options are missing, or of no use.",
        "fact-means": "Only a yes-or-no fact can be derived.",
        "fact-supplier": "A fact is asked of the customer that the customer cannot supply.",
        "unknown-fact": "A fact (or a value) that is not declared.",
        "unknown-clause": "A clause that the document does not have.",
        "unknown-service": "A service that is not declared.",
        "unknown-priority": "A priority that is not declared.",
        "unknown-calendar": "A calendar that is not declared.",
        "unknown-band": "A band that the calendar does not have.",
        "unknown-cover": "A kind of cover that is not declared.",
        "unknown-phase": "A phase that the cover does not have.",
        "value": "A value that cannot be read as its fact says.",
        "condition": "A condition that cannot be read.",
        "exception-dangling": "An exception to something that is not there.",
        "exception-ambiguous": "An exception that names no clause, where several rules have the name.",
        "exception-cycle": "Exceptions that override one another in a circle, or themselves.",
        "conflict": "Two rules of one aspect that can hold together and disagree.",
        "review-results": "Results of a review that nobody can state, or from which nothing follows.",
        "gap": "An aspect without a default, in a case in which none of its rules fires.",
        "never-fires": "A rule that nothing satisfies, or that is always overridden.",
        "gate-never-closes": "A gate whose `when` nothing satisfies, in itself or at the desk (warning).",
        "service-unpriced": "A service that is sold and has no price at the desk that publishes it (warning).",
        "zone-differs": "The policy counts in another zone than the desk that publishes it (warning).",
        "matrix-hole": "A priority matrix without a row or a cell.",
        "phase-overlap": "A phase that begins while another has no end.",
        "phase-hole": "A time for which no phase is said, or a phase that can never begin.",
        "phase-after": "A phase that does not say after what it begins, or that begins otherwise.",
        "phase-empty": "A phase of cover that lasts nothing.",
        "renewal-hole": "A phase for which it is not said what a renewal does.",
        "target-unreachable": "A target that its calendar never reaches.",
        "targets-overlap": "Two targets for one clock that hold at once.",
        "priority-without-target": "A priority for which no row says what is owed, not even `none`.",
        "target-row-missing": "A value without a row in a table of targets (warning).",
        "priority-slower": "A stronger priority that waits longer than a weaker one (warning).",
        "always-paused": "A clock that would stand still as long as it exists.",
        "pause-without-clock": "A pause of clocks for which no target is given (warning).",
        "escalation-order": "Escalation steps that do not follow one another.",
        "warning-too-early": "A reminder that is not shorter than the whole wait or phase, or of no end.",
        "placeholder": "A placeholder without a value, or with several.",
        "loose-number": "A number in prose that no block binds (warning).",
        "quote-not-found": "A quote that does not stand in its clause.",
        "says-nothing": "A refusal, quote or split without a sentence for the customer.",
        "read-nowhere": "A next step to read what is neither a clause of the document nor an address.",
        "unused-value": "A value that nothing uses (warning).",
        "unused-fact": "A declared fact that nothing looks at (warning).",
        "example-unreadable": "An example that names something that is not there.",
        "example-failed": "An example from which something else follows.",
        "example-missing": "A rule without an example in which it fires, or in which it does not.",
        "agreement-desk": "An agreement with another desk than the policy's.",
        "changes-unknown": "An agreement changes a clause that the policy does not have.",
        "changes-twice": "An agreement changes one clause twice.",
        "changes-nothing": "A clause of an agreement that neither changes a clause nor is an exception to one.",
        "translation": "The head of a translation differs.",
        "translation-missing": "A clause or placeholder that the translation lacks; words that it lacks (warning).",
        "translation-extra": "A clause, placeholder or block that only the translation has; words too (warning).",
    }
)
"""Every code a finding may have, and what it says. The codes stay; people search for them."""

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault or doubt, at one place.

    `line` and `column` count from 1. `witness` is a concrete case that shows the fault (facts and what
    follows from them), `hint` a way out. `clause` is the id of the clause it stands under, or None before
    the first.
    """

    code: str
    level: Level
    message: str
    line: int
    column: int
    clause: str | None = None
    witness: str | None = None
    hint: str | None = None
    path: str = ""

    def __post_init__(self) -> None:
        if self.code not in CODES:
            raise ValueError(f"“{self.code}” is no code of a finding")

    def __str__(self) -> str:
        head = f"{self.path or 'policy'}:{self.line}:{self.column}: {self.level} {self.code} {self.message}"
        tail = [f"    for example: {self.witness}"] if self.witness else []
        tail += [f"    hint: {self.hint}"] if self.hint else []
        return "\n".join([head, *tail])

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


class PolicyErrors(ValueError):
    """A document that cannot be compiled or published; holds every finding, not only the first."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = in_order(findings)
        faults = [finding for finding in self.findings if finding.level == "error"]
        super().__init__("\n".join(str(finding) for finding in faults) or "the document has faults")


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings by place, each once."""
    return tuple(dict.fromkeys(sorted(findings, key=lambda f: (f.path, f.line, f.column, f.code, f.message))))


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like `name`, or None when none is near."""
    names = list(known)
    lowered = {candidate.lower(): candidate for candidate in reversed(names)}
    found = difflib.get_close_matches(name.lower(), list(lowered), n=1, cutoff=0.55)
    if found:
        return lowered[found[0]]
    ends = [candidate for candidate in names if candidate.split(".")[-1] == name.rsplit(".", maxsplit=1)[-1]]
    return ends[0] if len(ends) == 1 else None


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """A hint that names the nearest known name, or lists them where they are few."""
    names = list(known)
    near = nearest(name, names)
    if near:
        return f"did you mean “{near}”?"
    if 0 < len(names) <= 12:
        return "known here: " + ", ".join(names)
    return None
