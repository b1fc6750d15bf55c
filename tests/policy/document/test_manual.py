"""The manual is true: its tutorial is a clean policy, its reference shows every kind of block with every key."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from remit.cli import main
from remit.policy.check import check_agreement, check_text
from remit.policy.document.blocks import BLOCKS, FrontMatter
from remit.policy.document.compiling import compile_text
from remit.policy.document.findings import CODES
from remit.policy.document.situation import EVENTS, read_situation
from remit.policy.document.strict_text import read_mapping
from remit.policy.vocabulary.facts import COMMON_FACTS, Kind
from remit.policy.vocabulary.metrics import Metric
from remit.policy.vocabulary.outcomes import Aspect, Outcome

ROOT = Path(__file__).resolve().parents[3]
MANUAL = (ROOT / "docs" / "policy-format.md").read_text(encoding="utf-8")
TUTORIAL, REFERENCE = MANUAL.split('<a id="reference"></a>')
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", REFERENCE, re.DOTALL | re.MULTILINE)


def tutorial() -> str:
    """The pieces of the tutorial, one after the other."""
    return "\n".join(re.findall(r"^````markdown\n(.*?)^````", TUTORIAL, re.DOTALL | re.MULTILINE))


def museum() -> str:
    """The individual agreement that the reference shows."""
    (agreement,) = re.findall(r"^````markdown\n(---\n.*?)^````", REFERENCE, re.DOTALL | re.MULTILINE)
    return agreement


def shown(kind: str) -> dict[str, object]:
    """The fullest example of a kind in the reference, as strict text."""
    found = [dict(read_mapping(text, first_line=1).data) for text in EXAMPLES]
    of_kind = [data for data in found if next(iter(data), "") == kind]
    assert of_kind, f"the reference shows no “{kind}”"
    return max(of_kind, key=len)


def test_the_tutorial_makes_a_whole_policy_that_checks_clean() -> None:
    assert [str(finding) for finding in check_text(tutorial(), "kiosks.md")] == []


def test_the_slip_that_the_tutorial_shows_is_found_as_it_says() -> None:
    (finding,) = check_text(tutorial().replace('topic == "damage"', 'topic == "damaged"'), "kiosks.md")
    assert str(finding) in TUTORIAL


def test_the_agreement_it_shows_checks_clean_over_the_tutorials_policy() -> None:
    agreement = museum()
    assert [str(finding) for finding in check_agreement(agreement, tutorial(), "museum.md")] == []
    dangling = agreement.replace('changes="answers"', 'changes="answer"')
    assert [one.code for one in check_agreement(dangling, tutorial())][:1] == ["changes-unknown"]


def blocks(text: str, label: str) -> list[str]:
    """The fenced blocks with this label."""
    return re.findall(rf"^```{label}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def commands(block: str) -> list[tuple[list[str], str]]:
    """The commands of a block, each with what is printed below it."""
    pieces = [piece.partition("\n") for piece in re.split(r"^\$ ", block, flags=re.MULTILINE) if piece]
    return [(shlex.split(line), printed.strip("\n")) for line, _, printed in pieces]


COMMANDS = [each for block in blocks(MANUAL, "console") for each in commands(block)]


def test_the_manual_shows_commands_to_run() -> None:
    assert {words[1] for words, _ in COMMANDS} >= {"check", "render", "decide", "explain"}


@pytest.mark.parametrize(
    ("words", "printed"), COMMANDS, ids=lambda one: one[1] if isinstance(one, list) else ""
)
def test_every_command_of_the_manual_runs_and_prints_what_is_shown(
    words: list[str],
    printed: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """With the tutorial's own two files, a second edition, and the slip where its finding is shown."""
    slipped = tutorial().replace('topic == "damage"', 'topic == "damaged"')
    (tmp_path / "kiosks.md").write_text(slipped if " error " in printed else tutorial(), encoding="utf-8")
    (tmp_path / "case.yaml").write_text(blocks(TUTORIAL, "yaml")[0], encoding="utf-8")
    (tmp_path / "kiosks-new.md").write_text(tutorial(), encoding="utf-8")
    (tmp_path / "harbour-museum.md").write_text(museum(), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert words[0] == "remit"
    assert main(words[1:]) == (1 if " error " in printed else 0)
    said = capsys.readouterr()
    if printed:
        assert without_hash((said.out + said.err).strip("\n")) == without_hash(printed)


def without_hash(printed: str) -> str:
    """What is printed, less the fingerprint of the version: it changes with the public holidays of the year."""
    return re.sub(r"\([0-9a-f]{8}\)", "(…)", printed)


def test_every_command_of_the_other_documents_is_there() -> None:
    """Programs of this house, commands of the desk and of the command line: none is named that does not exist."""
    known = {path.stem for path in ROOT.glob("remit/desk/*/management/commands/*.py")} | {"migrate"}
    named = set()
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        for block in blocks(path.read_text(encoding="utf-8"), "[a-z]*"):
            named |= {("manage.py", word) for word in re.findall(r"manage\.py ([a-z_]+)", block)}
            named |= {("bin", word) for word in re.findall(r"^bin/([a-z-]+)", block, re.MULTILINE)}
    assert {word for kind, word in named if kind == "manage.py"} <= known
    assert all((ROOT / "bin" / word).is_file() for kind, word in named if kind == "bin")
    assert len(named) > 6


@pytest.mark.parametrize("text", EXAMPLES, ids=lambda text: text.split("\n")[0])
def test_every_example_of_the_reference_can_be_read(text: str) -> None:
    read = read_mapping(text, first_line=1)
    assert not read.faults
    kind = next(iter(read.data))
    if kind in BLOCKS:
        BLOCKS[kind].model_validate(read.data)
    elif kind == "desk":
        FrontMatter.model_validate(read.data)


@pytest.mark.parametrize("kind", [kind for kind in BLOCKS if kind != "priority matrix"])
def test_the_reference_shows_every_key_of_every_kind(kind: str) -> None:
    fields = {field.alias for field in BLOCKS[kind].model_fields.values()}
    assert fields - shown(kind).keys() - OTHERWISE_SHOWN.get(kind, set()) == set()


OTHERWISE_SHOWN = {
    "default": {"because", "quote", "next", "service", "asks"},
    "requires": {"because", "quote"},
    "gate": {"because", "quote", "next"},
}
"""Keys that the reference names beside the example, since they mean what they mean everywhere."""


@pytest.mark.parametrize(
    "words",
    [
        *COMMON_FACTS,
        *CODES,
        *EVENTS,
        *BLOCKS,
        *map(str, Aspect),
        *map(str, Outcome),
        *map(str, Metric),
        *map(str, Kind),
    ],
)
def test_the_reference_names_everything_there_is(words: str) -> None:
    if words == "topic":
        assert "`topic`*" in REFERENCE
    else:
        assert words in REFERENCE


@pytest.mark.parametrize(
    ("span", "received", "due"),
    [
        # September 2026: Mon 14, Tue 15, Thu 17, Fri 18, Mon 21, Tue 22.
        ("1 business day", "2026-09-17 16:00", "2026-09-18 12:00"),
        ("1 business day", "2026-09-14 12:30", "2026-09-15 13:00"),
        ("1 business day", "2026-09-18 12:30", "2026-09-22 09:00"),
        ("4 working hours", "2026-09-17 16:00", "2026-09-18 12:00"),
    ],
)
def test_the_business_days_of_the_manual_are_the_ones_calculated(span: str, received: str, due: str) -> None:
    assert "Monday to Thursday 9–12 and 13–17, Friday 9–12" in " ".join(REFERENCE.split())
    hours = 'hours: [{days: Monday to Thursday, open: "9-12, 13-17"}, {days: Friday, open: "9-12"}]'
    text = re.sub(r"```remit table\ncalendar: workshop\n.*?\n\n(?=While)", "", tutorial(), flags=re.DOTALL)
    text = text.replace("| 2 working hours |", f"| {span} |")
    policy = compile_text(f"{text}\n```remit\ncalendar: workshop\n{hours}\n```\n")
    case = {
        "received": received,
        "rental": {"delivered": "2026-02-02", "term": "24 months"},
        "facts": {"topic": "printer", "kiosk": "K-113", "visitors": "many"},
    }
    (clock,) = read_situation(policy, case).clocks[Metric.FIRST_RESPONSE]
    assert clock.due_at is not None
    assert f"{clock.due_at.astimezone(policy.zone):%Y-%m-%d %H:%M}" == due
