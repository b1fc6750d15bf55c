"""Every kind of finding on a mutation of a published policy: one change, one thing found, at its place.

The five documents check clean; each mutation below is the smallest change that makes `remit check` say
something.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from remit.policy.check import check_text
from remit.policy.document.findings import Finding

POLICIES = Path(__file__).resolve().parents[3] / "policies"
DESKS = ("crm24", "iexexchanger", "ionetech", "itech-crm", "its")


@cache
def source(desk: str) -> str:
    return (POLICIES / f"{desk}.md").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Mutation:
    """Replace `old` (its first occurrence) by `new` in a desk's policy: a finding with this code stands
    where `old` stood, or on the line of `at`; its hint or message names `near`, its witness `case`.
    """

    code: str
    desk: str
    old: str
    new: str
    near: str = ""
    case: str = ""
    at: str = ""

    def __str__(self) -> str:
        return f"{self.code} in {self.desk}"


MUTATIONS = [
    # syntax and shape
    Mutation(
        "yaml",
        "ionetech",
        "calendar: support hours\ncolumns:",
        "calendar: support hours: all\ncolumns:",
        "quotation marks",
    ),
    Mutation("duplicate-key", "its", "anchor: worked\n", "anchor: worked\nanchor: sold\n", "anchor"),
    Mutation(
        "unknown-kind", "crm24", "allowance: training session", "alowance: training session", "allowance"
    ),
    Mutation(
        "unknown-key",
        "itech-crm",
        "closing: waiting for the customer\nafter:",
        "closing: waiting for the customer\nafer:",
        "after",
    ),
    Mutation("missing-key", "crm24", "per: subscription\n", "", "per", at="allowance: training session"),
    Mutation(
        "value-outside-list",
        "ionetech",
        "starts: {value: at next opening",
        "starts: {value: at nxt opening",
        "at next opening",
    ),
    Mutation("type", "its", "per part: yes", "per part: perhaps", "yes or no"),
    Mutation("bare-days", "ionetech", "| Low | 48 hours |", "| Low | 2 days |", "business day"),
    Mutation("duration", "itech-crm", "after: 48 h", "after: 48", "48"),
    Mutation(
        "duration",
        "iexexchanger",
        "window: 30 days",
        "window: 30 business days",
        "counted back",
        at="window: 30",
    ),
    Mutation("zone", "ionetech", "{value: Asia/Phnom_Penh", "{value: Asia/PhnomPen", "time zone"),
    Mutation(
        "address",
        "crm24",
        'address: "https://crm24.example/policies/terms"',
        'address: "javascript:alert(1)"',
        "https://",
    ),
    Mutation("hours", "ionetech", "| 8:00–18:00 |", "| 18:00–8:00 |", "opens"),
    Mutation("days", "crm24", "| Saturday to Wednesday |", "| Saturday to Wendesday |", "Wednesday"),
    # the page
    Mutation(
        "duplicate-clause",
        "crm24",
        "## Updates {#updates",
        "## Updates {#training",
        "training",
        at="## Training {#training",
    ),
    Mutation(
        "clause-without-id",
        "its",
        '## Which faults it covers {#faults from="ITS-2"}',
        "## Which faults it covers",
        "which-faults-it-covers",
    ),
    Mutation(
        "placeholder", "itech-crm", "closes by itself {{ after }}", "closes by itself {{ aftr }}", "after"
    ),
    Mutation("loose-number", "itech-crm", "closes by itself {{ after }}", "closes by itself 48 hours"),
    Mutation("quote-not-found", "ionetech", "quote: it starts no clock", "quote: it starts every clock"),
    # names
    Mutation(
        "unknown-fact",
        "ionetech",
        "when: not channel.official",
        "when: not channel.offical",
        "channel.official",
    ),
    Mutation(
        "unknown-fact",
        "its",
        "because: The diagnosis found {cause}.",
        "because: The diagnosis found {cuase}.",
        "cause",
    ),
    Mutation(
        "value-outside-list",
        "crm24",
        '"leaked_password", "unable_to_use"',
        '"leaked_pasword", "unable_to_use"',
        "leaked_password",
    ),
    Mutation("unknown-service", "itech-crm", "service: custom_work", "service: custom_wrk", "custom_work"),
    Mutation(
        "unknown-service", "crm24", "{buy: subscription, label", "{buy: subscripton, label", "subscription"
    ),
    Mutation(
        "unknown-calendar",
        "crm24",
        "calendar: working hours\nstarts",
        "calendar: workng hours\nstarts",
        "working hours",
    ),
    Mutation("unknown-band", "ionetech", "critical: [open, limited]", "critical: [open, limitd]", "limited"),
    Mutation(
        "unknown-phase", "its", "covered: [covered, extended]", "covered: [covered, extened]", "extended"
    ),
    Mutation(
        "unknown-clause", "iexexchanger", "archived under: archive", "archived under: archve", "archive"
    ),
    Mutation("alias", "its", "anchor: worked\n", "anchor: &a worked\n"),
    Mutation(
        "look-alike",
        "ionetech",
        "when: not channel.official",
        "when: not \uff43hannel.official",
        "fullwidth latin small letter c",
    ),
    Mutation("look-alike", "its", "  expired: {", "  expir\u0435d: {", "cyrillic small letter ie"),
    Mutation(
        "phase-hole",
        "iexexchanger",
        "archivable: {after: 6 months of expired,",
        "archivable: {after: 6 months of expired, lasts: 12 months,",
        "the last phase has no end",
    ),
    Mutation(
        "exception-dangling",
        "ionetech",
        "exception to: [not-covered/hardware]",
        "exception to: [not-covred/hardware]",
        "not-covered/hardware",
    ),
    Mutation(
        "exception-ambiguous",
        "iexexchanger",
        "exception to: [one-question]\nsays: This did not reach us",
        "exception to: [another channel]\nsays: This did not reach us",
        "“grounds/another-channel” or “channels/another-channel”",
    ),
    Mutation(
        "review-results", "itech-crm", "results: comeback.cause", "results: emergency.terms", "no rule says"
    ),
    Mutation("review-results", "itech-crm", "results: comeback.cause", "results: topic", "fact of the desk"),
    Mutation(
        "unknown-fact", "itech-crm", "results: comeback.cause", "results: comeback.case", "comeback.cause"
    ),
    # what follows from the rules together
    Mutation(
        "exception-cycle",
        "ionetech",
        'when: topic in ["hardware"]\noutcome: refuse',
        'when: topic in ["hardware"]\noutcome: refuse\nexception to: [not-covered/hardware named in the contract]',
    ),
    Mutation(
        "conflict",
        "ionetech",
        "exception to: [not-covered/hardware]\n",
        "",
        near="exception to: [not-covered/hardware",
        case="contract.hardware = yes, topic = hardware",
        at="rule: hardware named in the contract",
    ),
    Mutation(
        "conflict",
        "itech-crm",
        "exception to: [learning/not-part-of-support]\n",
        "",
        case="plan.inclusions",
        at="rule: named by the plan",
    ),
    Mutation(
        "gap",
        "ionetech",
        "```remit\ndefault: accept\naspect: scope\n",
        "```remit\nconsent: [purchase]\n```\n\n```\n",
        case="topic",
        at="rule: third-party software",
    ),
    Mutation(
        "never-fires",
        "ionetech",
        'when: topic in ["customisation"]',
        'when: topic in ["customisation"] and topic == "mail"',
    ),
    Mutation(
        "never-fires",
        "ionetech",
        'when: topic in ["hardware"] and contract.hardware',
        'when: topic in ["hardware"]',
        at='when: topic in ["hardware"]',
    ),
    # time
    Mutation("phase-overlap", "its", "covered: {lasts: 90 days, ", "covered: {", "expired"),
    Mutation(
        "phase-hole",
        "its",
        "  expired: {title",
        "  late: {after: 91 days of covered}\n  expired: {title",
        "90 days",
        at="  late:",
    ),
    Mutation(
        "phase-hole",
        "its",
        "expired: {title: Warranty over}",
        "expired: {lasts: 3 days, title: Warranty over}",
        "after “expired” nothing is said",
    ),
    Mutation(
        "unknown-phase",
        "iexexchanger",
        "archivable: {after: 6 months of expired",
        "archivable: {after: 6 months of expird",
        "expired",
    ),
    Mutation(
        "renewal-hole",
        "iexexchanger",
        "    transition: starts when paid\n",
        "",
        "transition",
        at="    included: adds to the end",
    ),
    Mutation(
        "target-unreachable",
        "itech-crm",
        "| Monday to Friday | 0:00–24:00 |\n",
        "",
        case="too little working time",
        at="| Medium | 3 business days |",
    ),
    Mutation(
        "targets-overlap",
        "itech-crm",
        "targets: [refund]\n",
        "targets: [first response]\n",
        "exception to",
        case="priority = urgent",
        at="| Urgent |",
    ),
    Mutation("priority-slower", "ionetech", "| Critical | 1 hour |", "| Critical | 5 hours |", "high"),
    Mutation(
        "always-paused",
        "itech-crm",
        "targets: [refund]\nrows:\n  - {within: 10..15 business days}",
        "targets: [first response]\nrows:\n  - {within: 10..15 business days, when: missing(request.kind)}",
        "incomplete at intake",
    ),
    Mutation(
        "pause-without-clock",
        "itech-crm",
        "clocks: [next response, resolution, refund]",
        "clocks: [call back]",
        "call back",
    ),
    Mutation("warning-too-early", "itech-crm", "warn: {value: 12 h", "warn: {value: 60 h"),
    # examples
    Mutation(
        "example-failed",
        "ionetech",
        "first response due: 2026-07-13 12:00",
        "first response due: 2026-07-13 11:00",
        "2026-07-13 12:00",
        case="4 h",
    ),
    Mutation(
        "example-failed",
        "its",
        "then: {outcome: refuse, cites: [covered-work]}",
        "then: {outcome: accept, cites: [covered-work]}",
        case="covered-work",
    ),
    Mutation(
        "example-unreadable",
        "crm24",
        "payment_reference: P-7704",
        "payment_refernce: P-7704",
        "payment_reference",
    ),
    Mutation(
        "example-missing",
        "ionetech",
        "topic: third_party, category",
        "topic: network, category",
        "third-party software",
        at="rule: third-party software",
    ),
    # words
    Mutation(
        "says-nothing",
        "ionetech",
        "says: This program comes from someone else, so its maker is the right one to ask.\n",
        "",
        at="rule: third-party software",
    ),
    Mutation("read-nowhere", "iexexchanger", "{read: updates, label", "{read: update, label", "updates"),
]


@pytest.mark.parametrize("desk", DESKS)
def test_the_published_policies_check_clean(desk: str) -> None:
    found = [finding for finding in check_text(source(desk), f"{desk}.md") if finding.level == "error"]
    assert found == [], "\n".join(map(str, found))


@pytest.mark.parametrize("mutation", MUTATIONS, ids=str)
def test_a_mutation_is_found_where_it_was_made(mutation: Mutation) -> None:
    before = source(mutation.desk)
    assert mutation.old in before, "the policy has changed; change the mutation with it"
    after = before.replace(mutation.old, mutation.new, 1)
    findings = [
        finding for finding in check_text(after, f"{mutation.desk}.md") if finding.code == mutation.code
    ]
    assert findings, "nothing of this kind was found"
    line, last = lines_of(mutation, before, after)
    here = [finding for finding in findings if line <= finding.line <= last]
    assert here, f"expected on line {line} to {last}:\n" + "\n".join(map(str, findings))
    assert any(fits(finding, mutation) for finding in here), "\n".join(map(str, here))


def lines_of(mutation: Mutation, before: str, after: str) -> tuple[int, int]:
    """The lines on which the finding is expected, in the changed text."""
    if mutation.at:
        start = after.index(mutation.at)
        return after.count("\n", 0, start) + 1, after.count("\n", 0, start) + 9
    start = before.index(mutation.old)
    first = before.count("\n", 0, start) + 1
    return first, first + max(mutation.new.count("\n"), mutation.old.count("\n"))


def fits(finding: Finding, mutation: Mutation) -> bool:
    said = f"{finding.message} {finding.hint or ''}"
    return finding.column >= 1 and mutation.near in said and mutation.case in (finding.witness or "")


def test_every_kind_of_finding_the_issue_names_is_among_the_mutations() -> None:
    shown = {mutation.code for mutation in MUTATIONS}
    named = """
        yaml type unknown-fact value-outside-list exception-dangling exception-cycle conflict gap never-fires
        phase-overlap phase-hole target-unreachable bare-days always-paused unknown-service placeholder loose-number
        example-failed example-missing unknown-key duplicate-clause
    """
    assert shown >= set(named.split())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    desk=st.sampled_from(["its", "crm24", "ionetech"]),
    place=st.floats(0, 1),
    words=st.text(max_size=12),
    cut=st.integers(0, 9),
)
def test_whatever_is_done_to_a_line_the_check_reports_and_does_not_fail(
    desk: str, place: float, words: str, cut: int
) -> None:
    lines = source(desk).split("\n")
    number = int(place * (len(lines) - 1))
    lines[number] = lines[number][:cut] + words + lines[number][cut + 2 :]
    for finding in check_text("\n".join(lines), f"{desk}.md"):
        assert finding.line >= 1
        assert finding.column >= 1
        assert str(finding).startswith(f"{desk}.md:")
