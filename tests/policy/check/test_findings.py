"""What `remit check` finds, each shown on one change to a small document that is clean without it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from remit.policy.check import check_text
from remit.policy.document.findings import Finding

Changed = Callable[..., list[Finding]]
LineOf = Callable[[str], int]

HOSTING = 'when: topic == "hosting"\noutcome: quote'
ENDED = "when: not licence.active\noutcome: refuse"


def found(findings: list[Finding], code: str) -> Finding:
    of_code = [finding for finding in findings if finding.code == code]
    assert of_code, "\n".join(map(str, findings))
    return of_code[0]


def test_the_small_document_is_clean(changed: Changed) -> None:
    assert changed() == []


def test_a_placeholder_of_another_clause_is_put_right_with_its_clause(changed: Changed) -> None:
    """What the hint says can be written as it stands."""
    findings = changed(
        ("We help with the panel.", "We help for {{ periods: incuded.lasts }} with the panel.")
    )
    assert found(findings, "placeholder").hint == "did you mean “periods: included.lasts”?"


def test_a_block_that_cannot_be_read_is_one_finding_and_what_is_wrong_elsewhere_another(
    changed: Changed,
) -> None:
    """What the block would have declared is missing everywhere; a slip of the pen is none of that."""
    tab = ("  included: {lasts: 12 months}", "\tincluded: {lasts: 12 months}")
    slip = ('when: topic == "hosting"', 'when: topik == "hosting"')
    (only,) = changed(tab)
    assert only.code == "yaml"
    assert "more that only follow from it left out" in only.message
    assert {one.code for one in changed(tab, slip)} == {"yaml", "unknown-fact"}


def test_an_agreement_on_its_own_is_told_in_one_sentence_how_it_is_checked() -> None:
    """Not as a policy with half its front matter missing."""
    (finding,) = check_text(
        "---\nagreement: With Ada\ndesk: small\n---\n\n## Faster {#f changes=a}\n", "ada.md"
    )
    assert (finding.code, finding.line) == ("front-matter", 2)
    assert "individual agreement" in finding.message
    assert "--agreement ada.md" in (finding.hint or "")


@pytest.mark.parametrize(
    ("written", "line", "column", "hint"),
    [
        ('topic == "hosting" and', 0, 26, "another condition"),
        ("topic in", 0, 13, "a list"),
        ("topic ==", 0, 13, "a value or another fact"),
        ("not", 0, 7, "what is not to hold"),
        ('topic == "hosting")', 0, 25, "take it out"),
        ('topic in ["hosting")', 0, 26, "write “]” instead"),
        ('topic in ["hosting"', 0, 16, "write “]” where the group ends"),
        ('topic == "hosting', 0, 16, "close it"),
        ('>-\n  topic == "hosting"\n  and topic != "panel"\n  and', 3, 3, "another condition"),
        ('>-\n  topic == "hosting"\n  and tpic != "panel"', 2, 7, None),
    ],
)
def test_a_condition_cut_off_is_named_where_it_was_written(
    changed: Changed, line_of: LineOf, written: str, line: int, column: int, hint: str | None
) -> None:
    """Also where it runs over several lines; and what is to follow is said."""
    findings = changed(('when: topic == "hosting"\n', f"when: {written}\n"))
    finding = next(one for one in findings if one.code in ("condition", "unknown-fact"))
    assert (finding.line, finding.column) == (line_of('when: topic == "hosting"') + line, column)
    assert (hint or "") in (finding.hint or "")


@pytest.mark.parametrize(
    ("old", "new", "code", "near"),
    [
        ('when: topic == "hosting"', 'when: topik == "hosting"', "unknown-fact", "topic"),
        ('when: topic == "hosting"', 'when: topic == "hostin"', "value-outside-list", "hosting"),
        ('when: topic == "hosting"', "when: topic == 3", "type", ""),
        ('when: topic == "hosting"', "when: topic ==", "condition", ""),
        ("{licence.name}", "{licence.nam}", "unknown-fact", "licence.name"),
        ("service: hosting\nsays", "service: hostng\nsays", "unknown-service", "hosting"),
        ("{buy: hosting,", "{buy: houses,", "unknown-service", ""),
        ("quote: Hosting is yours", "quote: Hosting was yours", "quote-not-found", ""),
        ("{{ included }}", "{{ incuded }}", "placeholder", "included"),
        ("brings {{ included }} of", "brings 12 months of", "loose-number", "placeholder"),
        ("requires: [topic, details]", "requires: [topic, detials]", "unknown-fact", "details"),
        ("requires: [topic, details]", "requires: [topic, details, priority]", "fact-supplier", "requester"),
        (
            "calendar: support hours\n```\n\n|",
            "calendar: suport hours\n```\n\n|",
            "unknown-calendar",
            "support hours",
        ),
        ("| Low | 1 business day |", "| Lower | 1 business day |", "value-outside-list", "Low"),
        ("| Low | 1 business day |", "| Low | 2 days |", "bare-days", "business day"),
        ("covered: [included]", "covered: [inclded]", "unknown-phase", "included"),
        (
            "rule: support has ended\naspect: cover\n" + ENDED + "\nsays: Support has ended.\n",
            "rule: support has ended\naspect: cover\n" + ENDED + "\n",
            "says-nothing",
            "says",
        ),
        ("## What to write {#contents}", "## What to write {#scope}", "duplicate-clause", ""),
        (
            "outcome: refuse, cites: [periods]",
            "outcome: refuse, cites: [perods]",
            "example-unreadable",
            "periods",
        ),
        (
            "cites: [periods], phase: expired",
            "cites: [periods], fase: expired",
            "example-unreadable",
            "phase",
        ),
        ("licence: {purchased: 2027", "licence: {purchased: 2027", "", ""),
    ][:-1],
)
def test_it_names_what_is_not_there_and_what_is_near(
    changed: Changed, line_of: LineOf, old: str, new: str, code: str, near: str
) -> None:
    finding = found(changed((old, new)), code)
    assert finding.line >= line_of(old)
    assert finding.line <= line_of(old) + old.count("\n") + 1
    assert near in (finding.hint or "") + finding.message


@pytest.mark.parametrize(
    ("written", "right", "column"),
    [
        ('topic := "hosting"', "==", 13),
        ('topic = "hosting"', "==", 13),
        ('topic === "hosting"', "==", 13),
        ('topic is "hosting"', "==", 13),
        ('not known(topic) || topic == "hosting"', "or", 24),
        ('known(topic) & topic == "hosting"', "and", 20),
        ('known(topic) AND topic == "hosting"', "and", 20),
        ('topic <> "a = b"', "!=", 13),
    ],
)
def test_an_operator_of_another_language_brings_the_right_one(
    changed: Changed, line_of: LineOf, written: str, right: str, column: int
) -> None:
    finding = found(changed(('when: topic == "hosting"', f"when: {written}")), "condition")
    assert finding.hint == f"did you mean “{right}”?"
    assert (finding.line, finding.column) == (line_of('when: topic == "hosting"'), column)


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("a year", "1 year"),
        ("twelve months", "12 months"),
        ("soon", "a number and a unit"),
        ("12", "12 months"),
    ],
)
def test_a_duration_in_words_is_told_in_figures(changed: Changed, written: str, instead: str) -> None:
    finding = found(changed(("included: {lasts: 12 months}", f"included: {{lasts: {written}}}")), "duration")
    assert instead in (finding.hint or "")


def test_a_message_answers_a_text_of_the_requester_only(changed: Changed) -> None:
    details = "details: {type: text, from: requester, ask: What happens?}"
    told = details.replace("ask:", "answered by: message, ask:")
    assert changed((details, told)) == []
    for wrong in (told.replace("text", "number"), told.replace("requester", "desk")):
        assert found(changed((details, wrong)), "fact-supplier").hint


@pytest.mark.parametrize(
    "block", ["closing: waiting for the customer\nafter: 48 h\n", "reopening: solved\nwithin: 7 days\n"]
)
def test_two_closings_of_one_case_are_an_error_and_of_two_cases_are_not(changed: Changed, block: str) -> None:
    """Neither would silently win over the other."""
    one = f"```remit\n{block}```\n\n"
    other = one.replace("waiting for the customer", "solved").replace(
        "reopening: solved", "reopening: closed for silence"
    )
    head = "## What to write"
    assert changed((head, f"{one}{other}{head}")) == []
    twice = found(changed((head, f"{one}{one}{head}")), "duplicate-block")
    assert "first on line" in twice.message
    assert twice.hint


class TestHours:
    MAIN = 'hours: [{days: Monday to Friday, open: "8:00-18:00"}]\n'
    ROWS = 'hours:\n  - {days: Monday to Friday, open: "8:00-18:00"}\n'

    def test_hours_that_overlap_are_one_finding_at_the_later_row(
        self, changed: Changed, line_of: LineOf
    ) -> None:
        """No example fails in their wake, and neither row is merged in silence."""
        findings = changed(
            (self.MAIN, f'{self.ROWS}  - {{days: "Wednesday, Saturday", open: "16:00-20:00"}}\n')
        )
        assert [finding.code for finding in findings] == ["hours"]
        finding, first = findings[0], line_of(self.MAIN) + 1
        assert finding.message == f"the hours of Wednesday overlap those on line {first}"
        assert finding.line == first + 1
        assert finding.hint

    @pytest.mark.parametrize(
        "row",
        [
            'days: Monday, open: "8:00-18:00"',
            'days: Friday, open: "12:00-13:00", band: limited',
            'days: Sunday, open: "9:00-12:00, 11:00-14:00"',
        ],
    )
    def test_a_day_written_twice_and_spans_within_a_row_are_found_too(
        self, changed: Changed, row: str
    ) -> None:
        assert [one.code for one in changed((self.MAIN, f"{self.ROWS}  - {{{row}}}\n"))] == ["hours"]

    def test_two_rows_of_one_day_that_do_not_overlap_add_up(self, changed: Changed) -> None:
        days = "days: Monday to Friday, open"
        assert changed((self.MAIN, f'hours: [{{{days}: "8:00-12:00"}}, {{{days}: "12:00-18:00"}}]\n')) == []

    def test_a_day_named_twice_in_one_row_is_found(self, changed: Changed) -> None:
        twice = self.MAIN.replace("Monday to Friday", '"Monday to Friday, Monday"')
        finding = found(changed((self.MAIN, twice)), "days")
        assert "once" in (finding.hint or "")


class TestSteps:
    ESCALATION = "```remit\nescalation: [first response]\nsteps:\n  - {at: 100 %, tier: 2}\n  - {at: 50 %, do: warn}\n```\n"

    def test_escalation_steps_out_of_order_are_told_in_order(self, changed: Changed) -> None:
        finding = found(
            changed(("## What to write", f"{self.ESCALATION}\n## What to write")), "escalation-order"
        )
        assert finding.hint == "write the steps in the order in which they come: 50 %, 100 %"
        assert "50 %" in finding.message


class TestMatrix:
    MATRIX = (
        "```remit table\npriority matrix: topic\ncolumns: {Topic: topic, High: high, Low: low}\n```\n\n"
        "| Topic | High | Low |\n|---|---|---|\n| The panel | Nothing works | — |\n\n"
    )

    def test_a_hole_in_the_matrix_says_what_to_write(self, changed: Changed) -> None:
        findings = changed(("## What to write", f"{self.MATRIX}## What to write"))
        cell, row = sorted((one for one in findings if one.code == "matrix-hole"), key=lambda one: -one.line)
        assert cell.message == "“The panel” has no words for low"
        assert "what the customer sees" in (cell.hint or "")
        assert "add a row “Orders”" in (row.hint or "")


def test_a_condition_at_fault_brings_no_other_findings_with_it(changed: Changed) -> None:
    """One slip is one finding: what follows from the missing rule is not reported as well."""
    assert [finding.code for finding in changed(("when: not licence.active", "when: not licence.actve"))] == [
        "unknown-fact"
    ]


def test_several_faults_are_all_reported_in_one_run(changed: Changed) -> None:
    findings = changed(
        ("when: not licence.active", "when: not licence.actve"),
        ("{{ included }}", "{{ inclded }}"),
        ("first response due: 2026-07-07 16:00", "first response due: 2026-07-07 17:00"),
        ("covered: [included]", "covred: [included]"),
    )
    assert {finding.code for finding in findings} >= {"unknown-fact", "placeholder", "unknown-key"}
    assert findings == sorted(findings, key=lambda finding: (finding.line, finding.column))


class TestExceptions:
    @pytest.mark.parametrize(
        ("exception", "code", "near"),
        [
            ("[perods]", "exception-dangling", "periods"),
            ("[periods/support has endd]", "exception-dangling", "periods/support-has-ended"),
            ("[answers]", "exception-dangling", ""),
            ("[scope/hosting is yours]", "exception-cycle", ""),
        ],
    )
    def test_an_exception_to_nothing_is_found(
        self, changed: Changed, exception: str, code: str, near: str
    ) -> None:
        finding = found(changed((HOSTING, f"{HOSTING}\nexception to: {exception}")), code)
        assert near in (finding.hint or "")

    def test_exceptions_in_a_circle_are_found(self, changed: Changed) -> None:
        findings = changed(
            (HOSTING, f"{HOSTING}\nexception to: [periods/support-has-ended]"),
            (ENDED, f"{ENDED}\nexception to: [scope/hosting-is-yours]"),
        )
        assert "circle" in found(findings, "exception-cycle").message

    def test_a_name_without_its_clause_is_ambiguous_where_several_rules_have_it(
        self, changed: Changed
    ) -> None:
        twin = f"rule: support has ended\naspect: scope\n{HOSTING.replace('hosting', 'users')}"
        findings = changed(
            (
                "rule: hosting is yours\naspect: scope\n" + HOSTING,
                f"{twin}\nexception to: [support has ended]",
            ),
        )
        finding = found(findings, "exception-ambiguous")
        assert "scope/support-has-ended" in (finding.hint or "")


class TestConflictsAndGaps:
    def test_two_rules_that_disagree_are_shown_by_a_case(self, changed: Changed) -> None:
        other = 'rule: panel\naspect: scope\nwhen: topic in ["hosting", "panel"]\noutcome: review\n```\n\n```remit\n'
        finding = found(changed(("rule: hosting is yours", f"{other}rule: hosting is yours")), "conflict")
        assert "topic = hosting" in (finding.witness or "")
        assert "exception to: [scope/panel]" in (finding.hint or "")

    def test_an_exception_settles_the_conflict(self, changed: Changed) -> None:
        other = (
            'rule: panel\naspect: scope\nwhen: topic in ["hosting", "panel"]\noutcome: review\nsays: x\n'
            "```\n\n```remit\n"
        )
        codes = {
            one.code
            for one in changed(
                ("rule: hosting is yours", f"{other}rule: hosting is yours"),
                (HOSTING, f"{HOSTING}\nexception to: [scope/panel]"),
            )
        }
        assert "conflict" not in codes

    def test_rules_that_never_meet_do_not_conflict(self, changed: Changed) -> None:
        other = 'rule: panel\naspect: scope\nwhen: topic in ["panel"]\noutcome: review\nsays: x\n```\n\n```remit\n'
        assert "conflict" not in {
            one.code for one in changed(("rule: hosting is yours", f"{other}rule: hosting is yours"))
        }

    def test_an_aspect_without_a_default_has_a_gap(self, changed: Changed) -> None:
        finding = found(changed(("```remit\ndefault: accept\naspect: cover\n```\n", "")), "gap")
        assert "cover" in finding.message
        assert "licence.active = yes" in (finding.witness or "")

    def test_rules_that_leave_no_case_out_have_no_gap(self, changed: Changed) -> None:
        other = "rule: support runs\naspect: cover\nwhen: licence.active\noutcome: accept\n```\n\n```remit\n"
        findings = changed(
            ("```remit\ndefault: accept\naspect: cover\n```\n", ""),
            ("rule: support has ended", f"{other}rule: support has ended"),
        )
        assert "gap" not in {one.code for one in findings}


class TestDeadRules:
    def test_a_condition_that_nothing_satisfies_never_fires(self, changed: Changed) -> None:
        finding = found(
            changed(("when: not licence.active", 'when: not licence.active and licence.phase == "included"')),
            "never-fires",
        )
        assert "support has ended" in finding.message

    def test_a_rule_that_is_always_overridden_never_has_a_say(self, changed: Changed) -> None:
        findings = changed(
            (ENDED, f"{ENDED}\nexception to: [scope/hosting-is-yours]"),
            (HOSTING, 'when: topic == "hosting" and not licence.active\noutcome: quote'),
        )
        assert "support has ended" in found(findings, "never-fires").message


class TestTime:
    def test_a_target_that_no_calendar_reaches(self, changed: Changed) -> None:
        finding = found(
            changed(('[{days: Monday to Friday, open: "8:00-18:00"}]', "[]")), "target-unreachable"
        )
        assert "4 working hours" in finding.message

    def test_a_band_without_hours(self, changed: Changed) -> None:
        findings = changed(
            (
                "columns: {Priority: priority, Within: within}",
                "columns: {Priority: priority, Within: within}\nbands: {high: [night]}",
            )
        )
        assert "night" in found(findings, "unknown-band").message

    def test_two_targets_that_hold_at_once(self, changed: Changed) -> None:
        other = (
            "```remit\ntargets: [first response]\nrows: [{within: 1 h}]\nwhen: licence.active\n```\n\n"
            "```remit\npause:"
        )
        finding = found(changed(("```remit\npause:", other)), "targets-overlap")
        assert "priority" in (finding.witness or "")

    def test_a_target_that_names_the_other_as_its_exception_goes_first(self, changed: Changed) -> None:
        other = (
            "```remit\ntargets: [first response]\nrows: [{within: 1 h}]\nwhen: topic == 'users'\n"
            "exception to: [answers]\n```\n\n```remit\npause:"
        )
        assert "targets-overlap" not in {one.code for one in changed(("```remit\npause:", other))}

    def test_a_priority_without_a_row(self, changed: Changed) -> None:
        """An agent can set any priority, and the matrix most: one without a row would start no clock."""
        finding = found(changed(("| Low | 1 business day |\n", "")), "priority-without-target")
        assert (finding.level, finding.witness) == (
            "error",
            "priority = low: no clock for the first response would start",
        )

    @pytest.mark.parametrize(
        "written", ["type: yes or no", "type: text", "type: number", "type: some of, options: {a: A, b: B}"]
    )
    def test_rows_by_a_fact_that_is_not_one_value_of_a_list(self, changed: Changed, written: str) -> None:
        """IEX-4: such a row would never hold, and no clock would start for anybody."""
        table = (
            f"```remit\nfacts:\n  sinking: {{{written}, from: requester, ask: Is it sinking?}}\n```\n\n"
            "```remit\ntargets: [resolution]\nby: sinking\nrows: {yes: 4 h, no: 8 h}\n```\n\n```remit\npause:"
        )
        finding = next(one for one in changed(("```remit\npause:", table)) if "“sinking” is" in one.message)
        assert (finding.level, finding.code, finding.column) == ("error", "type", 5)
        assert "write the rows as a list" in (finding.hint or "")

    def test_a_priority_whose_row_says_none(self, changed: Changed) -> None:
        findings = changed(("| Low | 1 business day |\n", "| Low | none |\n"))
        assert "priority-without-target" not in {one.code for one in findings}

    def test_a_stronger_priority_that_waits_longer(self, changed: Changed) -> None:
        findings = changed(("| High | 4 working hours |", "| High | 3 business days |"))
        assert found(findings, "priority-slower").level == "warning"

    def test_a_clock_that_would_always_stand_still(self, changed: Changed) -> None:
        other = (
            "```remit\ntargets: [resolution]\nrows: [{within: 4 h}]\nwhen: missing(details)\n```\n\n"
            "```remit\npause:"
        )
        findings = changed(
            ("```remit\npause:", other), ("clocks: [first response]", "clocks: [first response, resolution]")
        )
        assert "resolution" in found(findings, "always-paused").message

    def test_a_pause_of_a_clock_that_nobody_promised(self, changed: Changed) -> None:
        assert (
            found(changed(("clocks: [first response]", "clocks: [refund]")), "pause-without-clock").level
            == "warning"
        )

    @pytest.mark.parametrize(
        ("phases", "code"),
        [
            ("  included: {}\n  expired: {}", "phase-overlap"),
            (
                "  included: {lasts: 12 months}\n  expired: {lasts: 1 month}\n  late: {after: 6 months of expired}",
                "phase-hole",
            ),
            (
                (
                    "  included: {lasts: 12 months}\n  expired: {}\n  a: {after: 6 months of expired}\n  b: "
                    "{after: 6 months of expired}"
                ),
                "phase-overlap",
            ),
            (
                "  included: {lasts: 12 months}\n  expired: {}\n  late: {after: 6 months of expred}",
                "unknown-phase",
            ),
            ("  included: {lasts: 12 months}\n  expired: {}\n  late: {after: a while}", "phase-after"),
            ("  included: {lasts: 12 months, after: 3 months of expired}\n  expired: {}", "phase-after"),
            (
                "  included: {lasts: 12 months}\n  expired: {after: 1 month of late}\n  late: {}",
                "phase-after",
            ),
            ("  included: {lasts: 0 days}\n  expired: {}", "phase-empty"),
            (
                "  included: {lasts: 12 months}\n  expired: {}\n  late: {after: 0 days of expired}",
                "phase-empty",
            ),
        ],
    )
    def test_phases_that_overlap_last_nothing_or_leave_a_hole(
        self, changed: Changed, phases: str, code: str
    ) -> None:
        found(changed(("  included: {lasts: 12 months}\n  expired: {}", phases)), code)

    def test_a_phase_in_which_a_renewal_does_nothing_said(self, changed: Changed) -> None:
        findings = changed(
            ("{included: adds to the end, expired: starts when paid}", "{included: adds to the end}")
        )
        assert "expired" in found(findings, "renewal-hole").message

    def test_a_last_phase_that_ends(self, changed: Changed) -> None:
        findings = changed(
            ("  expired: {}\n", "  expired: {lasts: 1 year}\n"),
            (
                (
                    "renewal: {phase: included, while: {included: adds to the end, expired: starts when paid}, "
                    "then: expired}\n"
                ),
                "",
            ),
        )
        found(findings, "phase-hole")

    def test_a_reminder_longer_than_the_wait(self, changed: Changed) -> None:
        block = (
            "```remit\nclosing: waiting for the customer\nafter: 12 h\nwarn: 2 days\n```\n\n```remit\npause:"
        )
        found(changed(("```remit\npause:", block)), "warning-too-early")

    @pytest.mark.parametrize(
        ("phases", "said"),
        [
            ("  included: {lasts: 1 month, remind: 28 days}\n  expired: {}", "which lasts 1 month only"),
            ("  included: {lasts: 48 h, remind: 2 days}\n  expired: {}", "which lasts 48 h only"),
            ("  included: {lasts: 1 month}\n  expired: {remind: 2 days}", "has no end"),
        ],
    )
    def test_a_reminder_longer_than_the_phase_or_of_no_end(
        self, changed: Changed, phases: str, said: str
    ) -> None:
        """C24-2: it comes while the phase runs, however short a month is."""
        findings = changed(("  included: {lasts: 12 months}\n  expired: {}", phases))
        assert said in found(findings, "warning-too-early").message

    @pytest.mark.parametrize("span", ["2 business days", "1 month", "1..2 days"])
    def test_a_reminder_that_cannot_be_counted_back(self, changed: Changed, span: str) -> None:
        findings = changed(("included: {lasts: 12 months}", f"included: {{lasts: 1 year, remind: {span}}}"))
        assert "write “2 days”" in (found(findings, "duration").hint or "")


class TestExamples:
    def test_an_outcome_worked_out_otherwise_says_what_decided(self, changed: Changed) -> None:
        findings = changed(("outcome: refuse, cites: [periods]", "outcome: accept, cites: [periods]"))
        finding = found(findings, "example-failed")
        assert "outcome is refuse, not accept" in finding.message
        assert "periods/support-has-ended" in (finding.witness or "")

    def test_a_due_moment_worked_out_otherwise_shows_its_derivation(self, changed: Changed) -> None:
        findings = changed(("first response due: 2026-07-07 16:00", "first response due: 2026-07-07 17:00"))
        finding = found(findings, "example-failed")
        assert "first response due is 2026-07-07 16:00, not 2026-07-07 17:00" in finding.message
        assert "4 working hours" in (finding.witness or "")

    def test_a_phase_worked_out_otherwise_shows_the_periods(self, changed: Changed) -> None:
        finding = found(changed(("  phase: included\n", "  phase: expired\n")), "example-failed")
        assert "expired from 2027-03-01 09:00" in (finding.witness or "")

    def test_a_rule_needs_an_example_in_which_it_fires(self, changed: Changed) -> None:
        findings = changed(
            ("topic: hosting, details", "topic: users, details"),
            ("outcome: quote, cites: [scope], service: hosting", "outcome: accept"),
        )
        finding = found(findings, "example-missing")
        assert "hosting is yours" in finding.message
        assert "in which it fires" in finding.message

    def test_a_rule_needs_an_example_in_which_it_does_not_fire(self, changed: Changed) -> None:
        finding = found(changed(('when: topic == "hosting"', "when: known(topic)")), "example-missing")
        assert "in which it does not fire" in finding.message

    def test_a_fact_that_is_not_there_is_found_in_an_example(self, changed: Changed) -> None:
        finding = found(
            changed(("facts: {topic: orders, details: Nothing is shown}", "facts: {topik: orders}")),
            "example-unreadable",
        )
        assert "topic" in finding.message


class TestUnused:
    def test_a_value_that_nothing_uses(self, changed: Changed) -> None:
        block = "```remit\nvalues: {grace: 3 days}\n```\n\n```remit\npause:"
        assert found(changed(("```remit\npause:", block)), "unused-value").level == "warning"

    def test_a_fact_that_nothing_looks_at(self, changed: Changed) -> None:
        findings = changed(("  details: {type", "  colour: {type: text, from: desk}\n  details: {type"))
        assert "colour" in found(findings, "unused-fact").message
