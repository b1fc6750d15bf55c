"""The command line as people use it: what is printed, and what it exits with."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from remit.cli import main
from remit.policy.document.source import MAX_CHARACTERS
from tests.policy.check.conftest import SMALL

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.md"
    path.write_text(SMALL, encoding="utf-8")
    return path


def broken(path: Path, old: str, new: str) -> str:
    assert old in SMALL
    path.write_text(SMALL.replace(old, new, 1), encoding="utf-8")
    return str(path)


AGREED = """---
agreement: Agreement with Small & Sons
desk: small
---

## Hosting is included {#hosted}

We host the panel for you.

```remit
rule: hosted by us
aspect: scope
when: topic == "hosting"
outcome: accept
exception to: [scope]
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
HOSTING = (
    "{received: 2026-07-07 10:00, licence: {purchased: 2026-03-01 09:00}, "
    "facts: {topic: hosting, details: It is slow, priority: high}}"
)


class TestUnderAnAgreement:
    """The strongest layer, a document beside the policy (design §4)."""

    @pytest.fixture
    def agreed(self, tmp_path: Path) -> Path:
        path = tmp_path / "agreed.md"
        path.write_text(AGREED, encoding="utf-8")
        return path

    def test_both_documents_are_checked_each_finding_in_its_own(
        self, small: Path, agreed: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["check", str(small), "--agreement", str(agreed)]) == 0
        assert capsys.readouterr().err == "2 documents checked: nothing found\n"
        agreed.write_text(AGREED.replace("when: topic", "when: topik"), encoding="utf-8")
        assert main(["check", str(small), "--agreement", str(agreed)]) == 1
        assert capsys.readouterr().out.startswith(f"{agreed}:13:7: error unknown-fact")

    def test_an_agreement_goes_with_one_policy(
        self, small: Path, agreed: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["check", str(small), str(agreed), "--agreement", str(agreed)]) == 2
        assert "one policy" in capsys.readouterr().err

    def test_a_case_is_decided_and_explained_under_it(
        self, small: Path, agreed: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        under = [str(small), "--agreement", str(agreed), "--facts", HOSTING]
        assert main(["decide", str(small), "--facts", HOSTING]) == 0
        assert capsys.readouterr().out.startswith("quote")
        assert main(["decide", *under]) == 0
        assert capsys.readouterr().out == "accept  §2 periods, A-1 of the agreement hosted\n"
        assert main(["decide", *under, "--json"]) == 0
        layers = json.loads(capsys.readouterr().out)["layers"]
        assert layers["hosted/hosted-by-us"] == "agreement"
        assert layers["periods/default-cover"] == "policy"
        assert main(["explain", *under]) == 0
        told = " ".join(capsys.readouterr().out.split())
        assert "A-1 of the agreement Hosting is included: Your agreement includes it." in told
        assert "under “Agreement with Small & Sons”" in told

    def test_the_page_is_drawn_under_it(
        self, small: Path, agreed: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["render", str(small), "--agreement", str(agreed)]) == 0
        page = capsys.readouterr().out
        assert "Agreement with Small &amp; Sons" in page
        assert "We host the panel for you." in page


class TestCheck:
    def test_a_clean_document_exits_with_nothing_found(
        self, small: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["check", str(small)]) == 0
        printed = capsys.readouterr()
        assert (printed.out, printed.err) == ("", "1 document checked: nothing found\n")

    def test_a_file_without_end_is_read_no_further_than_shows_that_it_is_too_long(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[int] = []

        class Endless(io.StringIO):
            def read(self, size: int | None = -1, /) -> str:
                asked.append(size or -1)
                return "x" * (MAX_CHARACTERS + 1)

        monkeypatch.setattr("sys.stdin", Endless())
        assert main(["check", "-"]) == 1
        assert asked == [MAX_CHARACTERS + 1]
        assert "too-long" in capsys.readouterr().out
        assert main(["check", "/dev/zero"]) == 1
        assert "too-long" in capsys.readouterr().out

    def test_errors_are_printed_with_their_place_and_exit_1(
        self, small: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        file = broken(small, 'when: topic == "hosting"', 'when: topic == "hostin"')
        assert main(["check", file]) == 1
        assert capsys.readouterr().out.startswith(f"{file}:37:16: error value-outside-list topic is never")

    def test_warnings_alone_do_not_fail(self, small: Path, capsys: pytest.CaptureFixture[str]) -> None:
        file = broken(small, "Tell us what happens.", "Tell us what happens within 24 hours.")
        assert main(["check", file]) == 0
        assert "warning loose-number" in capsys.readouterr().out
        assert main(["check", "--quiet", file]) == 0
        assert capsys.readouterr().out == ""

    def test_findings_as_json(self, small: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["check", "--json", broken(small, "{{ included }}", "{{ inclded }}")]) == 1
        findings = {finding["code"]: finding for finding in json.loads(capsys.readouterr().out)}
        assert (findings["placeholder"]["line"], findings["placeholder"]["level"]) == (58, "error")

    def test_translations_beside_the_file_are_checked_with_it(
        self, small: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        sibling = small.with_name("small.fa.md")
        sibling.write_text(
            "---\ndesk: small\nversion: 1\ntitle: ت\nlanguage: fa\n---\n## یک {#scope}\n", encoding="utf-8"
        )
        assert main(["check", str(small)]) == 1
        assert f"{sibling}:1:1: error translation-missing" in capsys.readouterr().out

    def test_a_translation_is_checked_as_part_of_its_document(
        self, small: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        sibling = small.with_name("small.fa.md")
        sibling.write_text("---\ndesk: small\n---\n", encoding="utf-8")
        assert main(["check", str(sibling), str(small)]) == 1
        assert capsys.readouterr().err.startswith("1 document checked")

    @pytest.mark.parametrize("name", ["nowhere.md", "."])
    def test_a_file_that_cannot_be_read_is_said_plainly(
        self, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["check", str(tmp_path / name)]) == 2
        assert capsys.readouterr().err.startswith("remit: ")

    def test_text_in_another_encoding_is_said_plainly(
        self, small: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        small.write_bytes(b"---\ntitle: Pr\xfcfung\n")
        assert main(["check", str(small)]) == 2
        assert "not UTF-8" in capsys.readouterr().err


class TestDecideAndExplain:
    LICENCE = "licence: {purchased: 2026-03-01, name: L-1}"
    CASE = f"{{received: 2026-07-07 10:00, {LICENCE}, facts: {{topic: hosting, details: x}}}}"

    def test_a_case_is_decided(self, small: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["decide", str(small), "--facts", self.CASE]) == 0
        assert capsys.readouterr().out.startswith("quote  §1 scope")

    def test_a_decision_as_json_has_its_trace_facts_and_the_policy(
        self, small: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["decide", "--json", str(small), "--facts", self.CASE]) == 0
        decision = json.loads(capsys.readouterr().out)
        assert decision["outcome"] == "quote"
        assert decision["facts"]["topic"] == "hosting"
        assert decision["trace"]["lines"]
        assert len(decision["policy"]) == 64

    def test_plain_facts_a_file_and_a_moment_will_do(
        self, small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        facts = tmp_path / "facts.yaml"
        facts.write_text("topic: orders\ndetails: x\nlicence.active: yes\n", encoding="utf-8")
        assert main(["decide", str(small), "--facts", str(facts), "--at", "2026-07-07 10:00"]) == 0
        assert capsys.readouterr().out.startswith("accept")

    def test_it_is_explained_in_words_with_clauses(
        self, small: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Why, what we took as known, what would change it, what is owed (design §8)."""
        assert main(["explain", str(small), "--facts", self.CASE]) == 0
        said = capsys.readouterr().out
        assert said.startswith("Quoted. We can host it for you.")
        for words in (
            "Ask for a price",
            "§1",
            "Your licence L-1 does not include it.",
            "“Hosting is yours to care for”",
        ):
            assert words in said
        assert "What we took as known" in said

    def test_a_refusal_says_what_would_change_it(
        self, small: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        case = f"{{received: 2027-07-07 10:00, {self.LICENCE}, facts: {{topic: orders, details: x}}}}"
        assert main(["explain", str(small), "--facts", case]) == 0
        said = capsys.readouterr().out
        assert said.startswith("Refused. Support has ended.")
        assert "What would change it\n  the licence is active: yes → accept" in said

    def test_what_was_said_is_taken_as_known_though_nothing_looked_at_it(
        self, small: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """A refusal before scope still shows the topic and what was written; the last line is ended."""
        case = f"{{received: 2027-07-07 10:00, {self.LICENCE}, facts: {{topic: orders, details: x, priority: high}}}}"
        assert main(["explain", str(small), "--facts", case]) == 0
        said = capsys.readouterr().out
        known = said.split("What we took as known")[1].split("What would change it")[0]
        assert "the topic: Orders" in known
        assert "details: x" in known
        assert "the priority: High" in known
        assert said.endswith(").\n")
        assert not said.endswith("\n\n")

    def test_what_is_not_held_is_said_as_such(self, small: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """ITC-2: who holds nothing reads "no licence", not that a licence's phase is none; a stated fact stays."""
        given = "{{received: 2026-07-07 10:00, facts: {{topic: orders, details: x{}}}}}"
        assert main(["explain", str(small), "--facts", given.format("")]) == 0
        known = capsys.readouterr().out.split("What we took as known")[1].split("What would change it")[0]
        assert "  no licence\n" in known
        assert "none" not in known
        assert "active" not in known
        assert main(["explain", str(small), "--facts", given.format(", licence.active: yes")]) == 0
        assert "no licence" not in capsys.readouterr().out

    def test_a_default_without_words_is_no_reason(
        self, small: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Of an acceptance the rules and the defaults that say something are told, and no empty line “default”."""
        case = self.CASE.replace("hosting", "orders")
        silent = SMALL.replace(
            "default: accept\naspect: cover\n", "default: accept\naspect: cover\nbecause: It runs.\n"
        )
        small.write_text(silent, encoding="utf-8")
        assert main(["explain", str(small), "--facts", case]) == 0
        why = capsys.readouterr().out.split("Why")[1].split("What we took as known")[0]
        assert "It runs." in why
        assert "default" not in why
        assert "Also looked at: §1" in why

    @pytest.mark.parametrize(
        ("written", "named"),
        [
            ("[1, 2]", ["--facts:1:1", "keys and values"]),
            ("{a: [}", ["--facts:1:6"]),
            ("", ["--facts is empty"]),
            ("{facts: [1]}", ["facts: ", "keys and values"]),
            ("{facts: {nope: 1}}", ["facts.nope", "no such fact"]),
            ("{facts: {topic: [a]}}", ["facts.topic", "expected topic"]),
            ("{given: 3}", ["given: ", "keys and values"]),
            ("{given: {}, evnts: []}", ["evnts: "]),
            ("{given: {}, events: 3}", ["events: ", "a list"]),
            ("{events: [3]}", ["events[0]: ", "its name and its moment"]),
            ("{events: [{asked: 2026-01-01, so: x}]}", ["events[0].so", "nothing but its moment"]),
            ("{events: [{priority: 2026-01-01, to: huge}]}", ["events[0].to", "high, low"]),
            ("{events: [{event ended: 2026-01-01}]}", ["events[0].event", "knows no event"]),
            ("{received: {a: b}}", ["received: ", "date and time"]),
            ("{received: 0001-01-01}", ["received: ", "1970 to 2199"]),
            ("{licence: 3}", ["licence: ", "keys and values"]),
            ("{licence: {purchased: [x]}}", ["licence.purchased: ", "date and time"]),
            ("{licence: {purchased: 2026-01-01, part: [x]}}", ["licence.part: ", "name"]),
            ("{licence: {purchased: 2026-01-01, renewals: [{paid: soon}]}}", ["licence.renewals[0].paid: "]),
            (
                "{licence: {purchased: 2026-01-01, renewals: [{paid: 2026-01-02, term: 99999 months}]}}",
                ["licence.renewals[0].term: ", "longer"],
            ),
            ("{topic: orders, received: 2026-09-01}", ["topic: ", "under “facts”"]),
        ],
    )
    @pytest.mark.parametrize("command", ["decide", "explain"])
    def test_a_malformed_case_is_told_by_its_place_and_what_was_expected(
        self, small: Path, command: str, written: str, named: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert exit_code([command, str(small), "--facts", written]) == 2
        said = capsys.readouterr()
        assert said.out == ""
        for words in named:
            assert words in said.err

    @pytest.mark.parametrize(
        ("content", "named"),
        [
            (b"", "is empty"),
            (b'topic = "orders"\n', ":1:1: keys and values"),
            (b"- a\n- b\n", ":1:1: keys and values"),
            (b'facts: {topic: "a\0b"}', ":1:18: a character that is no text (U+0000)"),
            (b"\xff\xfe", "is not UTF-8"),
            (b"a" * 1_000_001, "at most 1,000,000 characters"),
            (b"{facts: " + b"[" * 100_000, "nested more than"),
        ],
        ids=["empty", "toml", "list", "nul", "binary", "huge", "deep"],
    )
    def test_a_file_that_is_no_case_is_told_by_its_name(
        self, small: Path, tmp_path: Path, content: bytes, named: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        case = tmp_path / "case.yaml"
        case.write_bytes(content)
        assert exit_code(["decide", str(small), "--facts", str(case)]) == 2
        said = capsys.readouterr().err
        assert str(case) in said
        assert named in said

    @pytest.mark.parametrize("name", ["nowhere.yaml", "a\0b"])
    def test_a_case_that_is_not_there_is_said_plainly(
        self, small: Path, name: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert exit_code(["decide", str(small), "--facts", name]) == 2
        assert capsys.readouterr().err.startswith("remit: ")

    def test_a_case_that_cannot_be_read_names_each_fault(
        self, small: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(SystemExit) as left:
            main(
                [
                    "decide",
                    str(small),
                    "--facts",
                    "{facts: {topik: x, priority: highest}, licence: {purchased: soon}}",
                ]
            )
        assert left.value.code == 2
        said = capsys.readouterr().err
        assert "topik" in said
        assert "priority" in said
        assert "purchased" in said

    def test_a_faulty_document_decides_nothing(self, small: Path, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as left:
            main(["decide", broken(small, "{{ included }}", "{{ inclded }}")])
        assert left.value.code == 1
        assert "error placeholder" in capsys.readouterr().out


class TestRenderAndSchema:
    def test_the_page_is_written_to_a_file(self, small: Path, tmp_path: Path) -> None:
        assert main(["render", str(small), "-o", str(tmp_path / "page.html")]) == 0
        page = (tmp_path / "page.html").read_text(encoding="utf-8")
        assert page.startswith("<!doctype html>")
        assert "Checked by 1 example" in page
        assert main(["render", str(small), "--plain", "-o", str(tmp_path / "page.html")]) == 0
        assert "Checked by" not in (tmp_path / "page.html").read_text(encoding="utf-8")

    def test_the_schema_is_printed(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["schema"]) == 0
        assert json.loads(capsys.readouterr().out)["title"] == "A block of a Remit policy document"


@pytest.mark.parametrize(
    ("command", "desk_command", "words"),
    [("serve", "serve_desk", ("--port", "8123")), ("verify", "verify_ledger", ("--desk", "small"))],
)
def test_commands_of_the_desk_are_handed_over_with_their_arguments(
    command: str, desk_command: str, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[tuple[str, ...]] = []
    monkeypatch.setattr(
        "django.core.management.call_command", lambda to, *words: called.append((type(to).__module__, *words))
    )
    assert main([command, *words]) == 0
    assert [(name.rpartition(".")[2], *rest) for name, *rest in called] == [(desk_command, *words)]


@pytest.mark.parametrize("command", ["serve", "verify"])
@pytest.mark.parametrize("words", ["--help", "-h"])
def test_commands_of_the_desk_show_their_help(
    command: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code([command, words]) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"usage: remit {command} ")
    assert "--pythonpath" not in said


def test_a_wrong_argument_of_a_desks_command_ends_with_its_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["serve", "--prot", "8123"]) == 2
    assert capsys.readouterr().err.startswith("usage: remit serve ")


def exit_code(arguments: list[str]) -> object:
    """What a command ends with, whether it returns or leaves."""
    try:
        return main(arguments)
    except SystemExit as left:
        return left.code


def test_checking_needs_neither_the_desk_nor_a_database() -> None:
    code = (
        "import sys; from remit.cli import main; code = main(['check', 'policies/crm24.md']); "
        "print(code, 'django' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "0 False"


def test_deciding_by_a_compiled_policy_loads_no_reader_of_documents() -> None:
    """A process that only decides pays for neither YAML, Markdown nor pydantic."""
    code = (
        "import sys; import remit.policy.document.policy, remit.policy.rules, remit.policy.clocks, remit.policy.cover; "
        "print([name for name in ('yaml', 'markdown_it', 'pydantic') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_a_database_that_is_not_up_to_date_is_said_plainly(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from django.db import OperationalError

    def fail(*_: object) -> None:
        raise OperationalError("no such table: desks_desk")

    monkeypatch.setattr("django.core.management.call_command", fail)
    assert main(["verify"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("remit: the database can't be used as it is: no such table")
    assert "remit serve --migrate" in said


class TestDiff:
    def test_it_tells_words_from_figures_clause_by_clause(
        self, small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """ITS-16: what changed, in words and in rules."""
        new = tmp_path / "new.md"
        new.write_text(
            SMALL.replace("version: 1", "version: 2", 1).replace("4 working hours", "3 working hours"),
            encoding="utf-8",
        )
        assert main(["diff", str(small), str(new)]) == 0
        told = capsys.readouterr().out
        assert told.startswith("Rules or figures changed: requests may be decided otherwise.\n")
        assert "front matter · version: 1 → 2" in told
        assert ": 4 working hours → 3 working hours" in told

    def test_it_says_where_every_request_is_decided_as_before(
        self, small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        new = tmp_path / "new.md"
        heading = next(line for line in SMALL.splitlines() if line.startswith("## "))
        new.write_text(SMALL.replace(heading, f"{heading}\n\nWe like to help."), encoding="utf-8")
        assert main(["diff", str(small), str(new)]) == 0
        told = capsys.readouterr().out
        assert told.startswith("Only words changed: every request is decided as before.\n")
        assert "  + We like to help." in told
        assert main(["diff", str(small), str(small)]) == 0
        assert capsys.readouterr().out == "Nothing changed.\n"

    def test_it_tells_the_faults_of_what_it_cannot_read(
        self, small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["diff", str(small), str(tmp_path / "none.md")]) == 2
        assert "none.md: no such file" in capsys.readouterr().err
