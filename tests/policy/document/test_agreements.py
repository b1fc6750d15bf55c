"""An individual agreement, put over a policy as the strongest layer: an upper layer names the clause it changes
(design §4).
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from remit.policy.check import check_agreement, run_examples
from remit.policy.document.agreement import put_over
from remit.policy.document.compiling import compile_document
from remit.policy.document.findings import Finding, PolicyErrors
from remit.policy.document.policy import Policy
from remit.policy.document.render import policy_html
from remit.policy.document.situation import read_situation
from remit.policy.document.source import Document, load
from remit.policy.vocabulary.metrics import Metric
from remit.policy.vocabulary.outcomes import Layer
from tests.policy.check.conftest import SMALL

POLICIES = Path(__file__).resolve().parents[3] / "policies"
DESKS = ("crm24", "iexexchanger", "ionetech", "itech-crm", "its")

HEAD = "---\nagreement: Agreement with Small & Sons\ndesk: small\n---\n\nBeyond the policy, we agreed on this.\n\n"

SOONER = """## We answer you sooner {#sooner changes="answers"}

For you we are quicker.

```remit table
targets: [first response]
by: priority
columns: {Priority: priority, Within: within}
calendar: support hours
```

| Priority | Within |
|---|---|
| High | 1 working hours |
| Low | 4 working hours |

```remit
example: sooner
given:
  received: 2026-07-07 10:00
  licence: {purchased: 2026-03-01 09:00}
  facts: {topic: orders, details: Nothing is shown, priority: high}
then: {outcome: accept, first response due: 2026-07-07 11:00}
```
"""

INCLUDED = """## Hosting is included {#hosted}

We host the panel for you.

```remit
rule: hosted by us
aspect: scope
when: topic == "hosting"
outcome: accept
exception to: [scope/hosting is yours]
because: Your agreement includes it.
quote: We host the panel for you
```

```remit
example: hosting is taken on
given:
  received: 2026-07-07 10:00
  licence: {purchased: 2026-03-01 09:00}
  facts: {topic: hosting, details: It is slow, priority: high}
then: {outcome: accept, cites: [hosted]}
```
"""

AGREEMENT = HEAD + SOONER + "\n" + INCLUDED
HOSTING = {
    "received": "2026-07-07 10:00",
    "licence": {"purchased": "2026-03-01 09:00"},
    "facts": {"topic": "hosting", "details": "It is slow", "priority": "high"},
}


@cache
def read(desk: str) -> Document:
    return load((POLICIES / f"{desk}.md").read_text(encoding="utf-8"), f"{desk}.md")


@cache
def alone(desk: str) -> Policy:
    return compile_document(read(desk))


def under(text: str = AGREEMENT) -> Policy:
    return compile_document(put_over(load(SMALL, "small.md"), text))


def found(text: str) -> list[Finding]:
    return check_agreement(text, SMALL, "agreed.md")


def line_of(words: str, text: str) -> int:
    return text[: text.index(words)].count("\n") + 1


def restated(desk: str, *identities: str) -> str:
    """An agreement that says of these clauses what the policy says of them."""
    text, written = read(desk), ""
    starts = [clause.line for clause in text.clauses] + [len(text.lines) + 1]
    for clause, end in zip(text.clauses, starts[1:], strict=True):
        if clause.id in identities:
            body = "\n".join(text.lines[clause.line : end - 1])
            written += f'## {clause.title} {{#as-before-{clause.id} changes="{clause.id}"}}\n{body}\n\n'
    return f"---\nagreement: As before\ndesk: {desk}\n---\n\n{written}"


class TestAPolicyUnderAnAgreement:
    def test_a_changed_clause_keeps_its_place_and_is_cited_with_both_ids(self) -> None:
        changed = under().clauses["answers"]
        assert (changed.number, changed.title, changed.is_changed) == ("3", "We answer you sooner", True)
        assert changed.cited == "§3 as changed by the agreement, A-1"
        assert changed.amendment is not None
        assert changed.amendment.id == "sooner"
        assert [*under().clauses] == ["scope", "periods", "answers", "contents", "hosted"]

    def test_a_clause_of_exceptions_comes_last_with_its_own_number(self) -> None:
        assert under().clauses["hosted"].cited == "A-2 of the agreement"
        assert under().clauses["scope"].cited == "§1"

    def test_the_targets_of_a_changed_clause_are_the_agreements(self) -> None:
        policy = under()
        target = policy.target(Metric.FIRST_RESPONSE, {"priority": "high"})
        assert target is not None
        assert str(target.duration) == "1 working hour"
        assert target.clause == "answers"

    def test_what_it_declares_and_the_agreement_does_not_stays(self) -> None:
        """The calendar and the priorities stand in the changed clause; nothing else of it is left."""
        policy = under()
        assert [*policy.calendars] == ["support hours"]
        assert [priority.id for priority in policy.priorities] == ["high", "low"]
        assert policy.pauses == {}

    def test_what_it_declares_anew_is_the_agreements(self) -> None:
        nights = '```remit\ncalendar: support hours\nhours: [{days: every day, open: "0:00-24:00"}]\n```\n'
        calendar = under(HEAD + SOONER + nights).calendars["support hours"]
        assert len(calendar.weekly) == 7
        assert [*under().calendars["support hours"].weekly] != [*calendar.weekly]

    def test_what_was_excluded_is_included_and_cites_the_agreement(self) -> None:
        situation = read_situation(under(), HOSTING)
        decision = situation.decision
        assert decision.outcome == "accept"
        assert "hosted" in {finding.clause for finding in decision.deciding}
        (line,) = [line for line in decision.trace if line.rule_key == "scope/hosting-is-yours"]
        assert line.suppressed_by == "hosted/hosted-by-us"

    def test_the_page_says_which_clauses_are_the_agreements(self) -> None:
        page = policy_html(under())
        marks = {clause.id: clause.heading for clause in page.clauses if "rm-doc__amended" in clause.heading}
        assert "As changed by the agreement, A-1." in marks["answers"]
        assert "By the agreement." in marks["hosted"]
        assert marks.keys() == {"answers", "hosted"}
        assert "For you we are quicker." in page.html

    def test_it_names_the_agreement_and_has_an_identity_of_its_own(self) -> None:
        policy, plain = under(), compile_document(load(SMALL))
        assert policy.agreement is not None
        assert policy.agreement.title == "Agreement with Small & Sons"
        assert policy.agreement.clauses == ("answers", "hosted")
        assert plain.agreement is None
        assert len({policy.hash, plain.hash, under(AGREEMENT + "\nMore.\n").hash, policy.agreement.hash}) == 4
        assert under().hash == policy.hash


class TestALayer:
    def test_the_decision_can_say_which_layer_a_citation_comes_from(self) -> None:
        policy = under()
        layers = {
            finding.rule_key: policy.layer_of(finding)
            for finding in read_situation(policy, HOSTING).decision.deciding
        }
        assert layers["hosted/hosted-by-us"] is Layer.AGREEMENT
        assert layers["periods/default-cover"] is Layer.POLICY

    def test_a_rule_that_looks_at_the_plan_and_names_the_clause_it_changes_is_the_plans(self) -> None:
        """The middle layer: in I One Tech's policy hardware is covered where the contract names it (ION-9)."""
        policy = alone("ionetech")
        layers = {
            finding.rule_key: policy.layer_of(finding)
            for result in run_examples(policy)
            if result.situation is not None
            for finding in result.situation.decision.deciding
        }
        assert layers["not-covered/hardware-named-in-the-contract"] is Layer.PLAN
        assert layers["who/no-current-contract"] is Layer.POLICY


@pytest.mark.parametrize("desk", DESKS)
def test_an_agreement_that_restates_the_whole_policy_has_nothing_wrong_with_it(desk: str) -> None:
    text = restated(desk, *(clause.id for clause in read(desk).clauses))
    errors = [one for one in check_agreement(text, read(desk).text, "as-before.md") if one.level == "error"]
    assert [str(one) for one in errors] == []


@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_an_agreement_that_changes_nothing_decides_as_the_policy_does(data: st.DataObject) -> None:
    desk = data.draw(st.sampled_from(DESKS))
    policy = alone(desk)
    chosen = data.draw(st.sets(st.sampled_from([*policy.clauses]), min_size=1, max_size=3))
    agreed = compile_document(put_over(read(desk), restated(desk, *chosen)))
    for example in policy.examples:
        before = read_situation(policy, example.given, example.events)
        after = read_situation(agreed, example.given, example.events)
        assert after.decision.to_json() == before.decision.to_json()
        assert [
            (clock.metric, clock.state, clock.due_at) for clocks in after.clocks.values() for clock in clocks
        ] == [
            (clock.metric, clock.state, clock.due_at) for clocks in before.clocks.values() for clock in clocks
        ]


class TestWhatIsWrongWithAnAgreement:
    def test_a_sound_one_has_no_findings(self) -> None:
        assert found(AGREEMENT) == []

    @pytest.mark.parametrize(
        ("code", "old", "new", "at", "near"),
        [
            ("changes-unknown", 'changes="answers"', 'changes="answer"', 'answer"}', "answers"),
            ("changes-nothing", "exception to: [scope/hosting is yours]\n", "", "rule: hosted", "changes="),
            ("changes-nothing", ' changes="answers"', "", "targets: [first", "changes="),
            ("changes-nothing", INCLUDED, "## Words {#words}\n\nWe are glad.\n", "## Words", "exception to"),
            (
                "changes-twice",
                "## Hosting is included {#hosted}",
                '## Again {#again changes="answers"}',
                'answers"}\n\nWe host',
                "",
            ),
            ("agreement-desk", "desk: small", "desk: other", "other", ""),
            ("duplicate-clause", "{#hosted}", "{#scope}", "scope}", 'changes="scope"'),
            ("unknown-key", "desk: small", "desk: small\nversion: 2", "version: 2", ""),
            ("exception-dangling", "[scope/hosting is yours]", "[scop]", "[scop]", "scope"),
            ("unknown-fact", 'when: topic == "hosting"', 'when: topik == "hosting"', "topik", "topic"),
            ("quote-not-found", "quote: We host", "quote: They host", "They host", "We host"),
            ("example-failed", "due: 2026-07-07 11:00", "due: 2026-07-07 12:00", "2026-07-07 12:00", ""),
            ("example-missing", 'when: topic == "hosting"', 'when: topic == "users"', "hosted by us", ""),
            ("placeholder", "For you we are quicker.", "It is {{ wthin }} now.", "{{ wthin", ""),
            ("heading", 'changes="answers"', 'changes="answers" as="before"', "## We answer", "changes"),
            ("front-matter", "---\nagreement:", "agreement:", "agreement:", "begin with agreement and desk"),
        ],
    )
    def test_it_is_found_where_it_stands(self, code: str, old: str, new: str, at: str, near: str) -> None:
        assert old in AGREEMENT
        text = AGREEMENT.replace(old, new, 1)
        of_code = [one for one in found(text) if one.code == code]
        assert of_code, "\n".join(map(str, found(text)))
        finding = of_code[0]
        assert (finding.path, finding.level) == ("agreed.md", "error")
        assert finding.line == line_of(at, text)
        line = text.split("\n")[finding.line - 1]
        assert 1 <= finding.column <= len(line) + 1
        assert near in f"{finding.message} {finding.hint}"

    def test_a_conflict_that_it_makes_stands_at_its_own_rule(self) -> None:
        """Accepted by the agreement where a rule the exception does not name quotes."""
        also = (
            '```remit\nrule: never\naspect: scope\nwhen: topic == "hosting" or topic == "users"\n'
            "outcome: refuse\nexception to: [contents]\nsays: We do not.\n```\n"
        )
        text = AGREEMENT + also
        conflict = next(one for one in found(text) if one.code == "conflict")
        assert conflict.line == line_of("outcome: refuse", text)
        assert conflict.witness

    def test_a_gap_that_it_makes_stands_at_the_clause_that_made_it(self) -> None:
        """The changed clause held the default of its aspect, and the agreement states none."""
        text = HEAD + (
            '## No help {#none changes="scope"}\n\nNothing.\n\n```remit\nrule: nothing\naspect: scope\n'
            'when: topic == "users"\noutcome: refuse\nsays: No.\n```\n'
        )
        gap = next(one for one in found(text) if one.code == "gap")
        assert (gap.path, gap.line) == ("agreed.md", line_of("aspect: scope", text))

    def test_what_it_breaks_elsewhere_in_the_policy_stands_at_the_agreement(self) -> None:
        """A placeholder of another clause that was bound to a value the agreement took away."""
        policy = SMALL.replace("Tell us what happens.", "The clock stops: {{ answers: pause }}.")
        (finding,) = [
            one for one in check_agreement(AGREEMENT, policy, "agreed.md") if one.code == "placeholder"
        ]
        assert (finding.path, finding.line, finding.column) == ("agreed.md", 1, 1)
        assert re.search(r"\(in the policy, line \d+\)", finding.message)

    def test_examples_of_the_policy_are_the_policys_own_business(self) -> None:
        """What they promise by a clause that the agreement changes no longer holds, and nobody is told."""
        agreed = under()
        failing = [result for result in run_examples(agreed) if not result.holds]
        assert {result.example.clause for result in failing} == {"scope", "periods", "contents"}
        assert found(AGREEMENT) == []

    def test_a_faulty_one_is_not_compiled(self) -> None:
        with pytest.raises(PolicyErrors) as raised:
            under(AGREEMENT.replace("[scope/hosting is yours]", "[scop]"))
        (finding,) = [one for one in raised.value.findings if one.level == "error"]
        assert finding.line == line_of("[scope/hosting", AGREEMENT)

    def test_a_policy_itself_changes_no_clause(self) -> None:
        document = load(SMALL.replace("{#answers}", '{#answers changes="scope"}'))
        assert [fault.code for fault in document.faults] == ["heading"]
