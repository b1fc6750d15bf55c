"""From blocks to a policy: placeholders, assumptions, form, plans, priorities, targets, and the page
(design §4).
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from remit.policy.document.compiling import compile_text, examine
from remit.policy.document.findings import PolicyErrors
from remit.policy.document.policy import Policy
from remit.policy.document.render import policy_html, standalone_page
from remit.policy.document.source import load
from remit.policy.document.spoken import spoken
from remit.policy.vocabulary.metrics import Metric
from remit.policy.vocabulary.outcomes import Outcome

HEAD = """---
desk: test
title: Support policy
version: 3
effective: 2026-03-29 02:30
timezone: Europe/Berlin
language: en
policies: [{title: This one, here: yes}, {title: Privacy, address: "https://x.example/privacy"}]
---

Read this <b>first</b>.

"""


def policy(body: str, head: str = HEAD) -> Policy:
    return compile_text(head + body)


def block(text: str) -> str:
    return f"```remit\n{text}\n```\n\n"


def test_an_effective_time_in_the_spring_gap_is_the_first_instant_after_it() -> None:
    """A local time that the clocks skip is the first real instant after it (design §5)."""
    assert policy("## One {#one}\n\nText.\n").effective_at == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize("written", ["9999-12-31 23:59", "0001-01-01 00:00"])
def test_a_moment_out_of_all_reckoning_is_a_finding(written: str) -> None:
    """Design §4: every fault has its place; none ends the check."""
    with pytest.raises(PolicyErrors) as raised:
        policy("## One {#one}\n\nText.\n", HEAD.replace("2026-03-29 02:30", written))
    assert [(one.line, one.column > 1) for one in raised.value.findings] == [(5, True)]


@pytest.mark.parametrize("phase", ["{lasts: 9000 years}", "{after: 9000 years of first}"])
def test_a_phase_out_of_all_reckoning_is_a_finding(phase: str) -> None:
    """Design §4: every fault has its place; none ends the check."""
    body = block(f"cover: item\nanchor: bought\nphases: {{first: {{}}, then: {phase}}}\ncovered: [first]")
    with pytest.raises(PolicyErrors) as raised:
        policy("## One {#one}\n\n" + body)
    assert [(one.code, one.column > 1) for one in raised.value.findings] == [("duration", True)]


def test_a_document_with_errors_does_not_compile_and_names_every_one() -> None:
    with pytest.raises(PolicyErrors) as raised:
        policy(
            "## One {#one}\n\n{{ nothing }}\n\n"
            + block("ruel: x")
            + block("pause: on hld\nclocks: [resolution]")
        )
    assert [finding.code for finding in raised.value.findings] == [
        "placeholder",
        "unknown-kind",
        "value-outside-list",
    ]


class TestPlaceholders:
    COVER = block(
        "cover: licence\nanchor: bought\nphases:\n  included: {lasts: 12 months, title: Included}\n  expired: {}"
    )

    def text(self, prose: str, more: str = "") -> str:
        return policy(f"## One {{#one}}\n\n{prose}\n\n{self.COVER}{more}").clauses["one"].html

    @pytest.mark.parametrize("path", ["included", "included.lasts", "phases.included.lasts", "one: included"])
    def test_the_end_of_a_path_is_enough(self, path: str) -> None:
        assert '<span class="rm-bound">12 months</span>' in self.text(f"It lasts {{{{ {path} }}}}.")

    def test_a_value_of_another_clause_is_named_with_it(self) -> None:
        other = f"## Two {{#two}}\n\n{self.COVER}"
        html = policy(f"## One {{#one}}\n\nIt lasts {{{{ two: included }}}}.\n\n{other}").clauses["one"].html
        assert "12 months" in html

    def test_a_path_that_may_mean_two_things_is_refused(self) -> None:
        body = "## One {#one}\n\n{{ lasts }}\n\n" + block(
            "cover: a\nanchor: b\nphases: {x: {lasts: 1 day}, y: {lasts: 2 days}, z: {}}"
        )
        (finding,) = examine(load(HEAD + body)).findings
        assert "x.lasts" in (finding.hint or "")

    @pytest.mark.parametrize(
        ("written", "said"),
        [
            ("48 h", "48 hours"),
            ("1 h", "1 hour"),
            ("2..10 business days", "2 to 10 business days"),
            ("2026-12-31", "31 December 2026"),
            ("50 %", "50\u00a0%"),
            ("one question", "one question"),
        ],
    )
    def test_values_are_said_in_words(self, written: str, said: str) -> None:
        assert spoken(written, "en") == said

    def test_values_are_said_in_persian(self) -> None:
        assert spoken("10 days", "fa") == "۱۰ روز"
        assert spoken("2..10 business days", "fa") == "۲ تا ۱۰ روز کاری"


class TestPage:
    def test_raw_html_scripts_and_images_are_words(self) -> None:
        page = standalone_page(
            policy("## <i>One</i> {#one}\n\n<script>x</script> ![see](https://x.example/y.png)\n\n<iframe>\n")
        )
        assert "<script" not in page
        assert "<iframe" not in page
        assert "<img" not in page
        assert "&lt;script&gt;" in page
        assert "&lt;i&gt;One&lt;/i&gt;" in page

    def test_links_may_not_run_code(self) -> None:
        html = policy("## One {#one}\n\n[a](javascript:alert) [b](https://x.example)\n").clauses["one"].html
        assert 'href="javascript' not in html
        assert 'href="https://x.example"' in html

    def test_paragraphs_are_numbered_and_can_be_linked(self) -> None:
        html = policy("## One {#one}\n\nFirst.\n\nSecond.\n").clauses["one"].html
        assert (
            '<p class="rm-doc__p" id="one-2"><a class="rm-doc__n" href="#one-2" aria-label="Section '
            '1.2">1.2</a>Second.</p>' in html
        )

    def test_the_footer_lists_every_official_policy(self) -> None:
        """ITC-22: the footer of every policy page lists them all."""
        page = policy_html(policy("## One {#one}\n\nText.\n"))
        assert page.footer == (("This one", ""), ("Privacy", "https://x.example/privacy"))
        assert "https://x.example/privacy" in standalone_page(policy("## One {#one}\n\nText.\n"))

    def test_a_clause_says_what_it_does(self) -> None:
        does = (
            policy(
                "## One {#one}\n\nText.\n\n"
                + block("rule: x\naspect: channel\nwhen: not channel.official\noutcome: refuse\nsays: No.")
            )
            .clauses["one"]
            .does
        )
        assert does.startswith("Refuses when ")

    def test_a_table_under_a_fence_is_drawn_with_caption_and_headers(self) -> None:
        body = (
            "## One {#one}\n\n```remit table\ncalendar: support hours\ncolumns: {Days: days, Open: "
            "open}\n```\n\n| Days | Open |\n|---|---|\n| Monday | 9:00–17:00 |\n"
        )
        html = policy(body).clauses["one"].html
        assert "<caption>Support hours</caption>" in html
        assert '<th scope="row">Monday</th>' in html


class TestTerms:
    BODY = "## Words {#words}\n\nA product error is a fault of ours.\n\n" + block(
        "terms: {product error: A fault}"
    )

    def test_a_term_is_linked_wherever_it_stands(self) -> None:
        """IEX-2: definitions are linked wherever the term stands."""
        made = policy(
            self.BODY + "## Two {#two}\n\nProduct errors are fixed, and a product error is heard.\n"
        )
        html = made.clauses["two"].html
        assert html.count('<a class="rm-term" href="#words">') == 2
        assert '<a class="rm-term" href="#words">Product error</a>s are fixed' in html

    def test_not_where_it_is_defined_nor_inside_a_link_or_another_word(self) -> None:
        made = policy(
            self.BODY + "## Two {#two}\n\n[A product error](https://x.example), a byproduct error.\n"
        )
        assert "rm-term" not in made.clauses["words"].html
        assert "rm-term" not in made.clauses["two"].html


class TestAssumptions:
    def test_every_assumption_is_listed_with_its_place(self) -> None:
        body = "## One {#one}\n\nText.\n\n" + block(
            'reopening: any\nwithin: {value: 7 days, assumed: "not said"}'
        )
        (assumption,) = policy(body).assumptions
        assert (assumption.clause, assumption.path, assumption.value, assumption.reason) == (
            "one", "reopening.within", "7 days", "not said",
        )  # fmt: skip


class TestPriorities:
    BODY = "## One {#one}\n\nText.\n\n" + block(
        "priorities: [{id: urgent, label: Urgent}, {id: low, label: Low}]\nset by: impact\nimpact: "
        "{urgent: All is down, low: A wish}\nusual: low"
    )

    def test_the_requester_sees_words_and_the_policy_sets_the_priority(self) -> None:
        """ION-6: the form asks what the customer sees; the priority follows."""
        made = policy(self.BODY)
        assert made.settled({"impact": "urgent"})["priority"] == "urgent"
        assert made.settled({})["priority"] == "low"
        assert made.settled({"impact": "urgent", "priority": "low"})["priority"] == "low", (
            "a person's word stays"
        )
        asked = {field.fact.name: field.fact.options for field in made.form}
        assert asked["impact"] == {"urgent": "All is down", "low": "A wish"}

    def test_a_matrix_with_a_hole_is_found(self) -> None:
        table = (
            "```remit table\npriority matrix: category\ncolumns: {Category: category, Urgent: urgent}\n```\n\n"
            "| Category | Urgent |\n|---|---|\n| Bills | An invoice blocks us |\n"
        )
        (finding,) = examine(load(HEAD + self.BODY + table)).findings
        assert (finding.code, "low" in finding.message) == ("matrix-hole", True)


class TestTargets:
    BODY = (
        TestPriorities.BODY
        + block(
            "calendar: hours\nhours: [{days: every day, open: '9:00-17:00'}, {days: Saturday, open: "
            "'18:00-19:00', band: night}]"
        )
        + block(
            "targets: [first response, resolution]\nby: priority\nrows: {Urgent: 2 h, low: {within: "
            "2..10 business days, "
            "approximate: yes}}\ncalendar: hours\nbands: {urgent: [open, night]}\nstarts: at next opening"
        )
        + "## Two {#two}\n\n"
        + block(
            "targets: [first response]\nrows: [{within: none, when: channel == 'chat'}]\nexception to: [one]"
        )
    )

    def test_the_row_of_the_priority_holds(self) -> None:
        made = policy(self.BODY)
        target = made.target(Metric.FIRST_RESPONSE, {"priority": "urgent", "channel": "portal"})
        assert target is not None
        assert (str(target.duration), target.bands, str(target.starts), target.clause) == (
            "2 h", frozenset({"open", "night"}), "at next opening", "one",
        )  # fmt: skip

    def test_a_row_may_differ_from_its_block(self) -> None:
        target = policy(self.BODY).target(Metric.RESOLUTION, {"priority": "low"})
        assert target is not None
        assert target.approximate
        assert target.low is None, "the lower end promises nothing unless the policy says so"

    def test_an_exception_goes_before_what_it_names(self) -> None:
        target = policy(self.BODY).target(Metric.FIRST_RESPONSE, {"priority": "urgent", "channel": "chat"})
        assert target is not None
        assert (str(target.duration), target.clause) == ("none", "two")

    def test_refused_requests_are_owed_nothing_until_contested(self) -> None:
        made = policy(self.BODY)
        assert made.clock_plan({}, Outcome.ACCEPT).owed
        assert not made.clock_plan({}, Outcome.REFUSE).owed
        assert made.clock_plan({}, Outcome.REFUSE, contested=True).owed


class TestPlansAndForm:
    BODY = (
        "## One {#one}\n\nText.\n\n"
        + block("cover: plan\nanchor: bought\nphases: {active: {lasts: term}, ended: {}}\ncovered: [active]")
        + block(
            "facts:\n  plan.inclusions: {type: some of, from: record, options: {training: Training}}\n  "
            "since: {type: date, from: requester, ask: Since when?}"
        )
        + block("plans:\n  basic: {title: Basic}\n  best: {title: Best, inclusions: [training]}")
        + block("requires: [topic]\nwhere possible: [since]\nwhen: channel == 'portal'")
        + block("topics: What about?\ntree: {a: {title: A, within: {b: {title: B}}}}")
    )

    def test_a_plan_brings_its_facts(self) -> None:
        """ITC-5: what the plan names is known as soon as the plan is."""
        made = policy(self.BODY)
        assert made.settled({"plan.plan": "best"})["plan.inclusions"] == frozenset({"training"})
        assert "plan.inclusions" not in made.settled({"plan.plan": "basic"})

    def test_the_form_asks_what_the_document_needs_in_its_words(self) -> None:
        fields = {field.fact.name: field for field in policy(self.BODY).form}
        assert list(fields) == ["topic", "since"]
        assert not fields["topic"].is_required
        assert len(fields["topic"].required_when) == 1
        assert fields["since"].fact.ask == "Since when?"

    def test_topics_know_what_they_lie_within(self) -> None:
        made = policy(self.BODY)
        assert made.topics["b"].parent == "a"
        assert made.declarations["topic"].parents == {"b": "a"}


class TestGates:
    BODY = "## One {#one}\n\nText.\n\n" + block(
        "gate: payment before work\nbefore: [start work, assign]\nuntil: order.paid_in_full\nwhen: "
        "order.exists\nsays: Pay first."
    )

    def test_work_waits_for_the_whole_payment(self) -> None:
        """ITC-3: part payment does not open the gate; not knowing does not either."""
        made = policy(self.BODY)
        assert [gate.name for gate in made.gates_before("start work", {"order.exists": True})] == [
            "payment before work"
        ]
        assert made.gates_before("start work", {"order.exists": True, "order.paid_in_full": False})
        assert not made.gates_before("start work", {"order.exists": True, "order.paid_in_full": True})
        assert not made.gates_before("start work", {"order.exists": False})
        assert not made.gates_before("raise quote", {"order.exists": True})


def test_the_same_text_compiles_to_the_same_policy() -> None:
    body = TestTargets.BODY
    assert policy(body).hash == policy(body).hash
    assert policy(body).target_blocks == policy(body).target_blocks
