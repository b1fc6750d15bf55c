"""What can be proved wrong about a policy document before it is published.

`check(document)` finds every fault and doubt of a document in one run: what is wrong with its form, what
cannot be read, what contradicts itself, what is missing, and which of its examples do not hold. Errors keep
a document from being published; warnings do not. Reading and compiling live in `remit.policy.document`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from remit.policy.check.examples import ExampleResult, check_examples, run_examples
from remit.policy.check.following import without_following
from remit.policy.check.search import Searcher
from remit.policy.check.selling import check_at_desk, check_gates
from remit.policy.check.timing import check_timing
from remit.policy.check.weighing import check_rules
from remit.policy.check.wording import check_wording
from remit.policy.document.agreement import put_over, told
from remit.policy.document.compiling import examine
from remit.policy.document.findings import Finding, PolicyErrors, in_order
from remit.policy.document.source import Document, load_with_translations

__all__ = [
    "ExampleResult",
    "Finding",
    "PolicyErrors",
    "check",
    "check_agreement",
    "check_at_desk",
    "check_text",
    "run_examples",
]


def check(document: Document, holidays: Mapping[str, Mapping[date, str]] | None = None) -> list[Finding]:
    """Every finding about a document, by place. `holidays`: calendar → its frozen holidays, else they are
    computed. Of a policy under an individual agreement: what is wrong with the agreement, by its place there.
    """
    findings = _findings(document, holidays)
    if document.overlay is not None:
        alone = {(one.code, one.line, one.column) for one in _findings(document.overlay.policy, holidays)}
        findings = [one for one in findings if (one.code, one.line, one.column) not in alone]
    return list(in_order(told(document, findings)))


def _findings(document: Document, holidays: Mapping[str, Mapping[date, str]] | None) -> list[Finding]:
    compilation = examine(document, holidays)
    findings = list(compilation.findings)
    policy = compilation.policy
    if policy is not None:
        searcher = Searcher(policy)
        findings += check_rules(compilation, policy, searcher) if compilation.is_whole else []
        findings += check_timing(compilation, policy, searcher)
        findings += check_wording(compilation, policy)
        findings += check_gates(compilation, policy, {})
        findings += check_examples(compilation, policy)
    return without_following(document, findings)


def check_text(
    text: str,
    path: str = "policy.md",
    *,
    holidays: Mapping[str, Mapping[date, str]] | None = None,
    translations: Mapping[str, str] | None = None,
) -> list[Finding]:
    """`check` from the text of a document and of its translations (language → text)."""
    return check(load_with_translations(text, path, dict(translations or {})), holidays)


def check_agreement(
    text: str,
    policy: str,
    path: str = "agreement.md",
    *,
    holidays: Mapping[str, Mapping[date, str]] | None = None,
) -> list[Finding]:
    """`check` from the text of an individual agreement and that of the policy it changes."""
    return check(put_over(load_with_translations(policy, "policy.md", {}), text, path), holidays)
