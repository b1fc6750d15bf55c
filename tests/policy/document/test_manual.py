"""The manual is true: its tutorial is a clean policy, its reference shows every kind of block with every key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from remit.policy.check import check_agreement, check_text
from remit.policy.document.blocks import BLOCKS, FrontMatter
from remit.policy.document.findings import CODES
from remit.policy.document.situation import EVENTS
from remit.policy.document.strict_text import read_mapping
from remit.policy.vocabulary.facts import COMMON_FACTS, Kind
from remit.policy.vocabulary.metrics import Metric
from remit.policy.vocabulary.outcomes import Aspect, Outcome

MANUAL = (Path(__file__).resolve().parents[3] / "docs" / "policy-format.md").read_text(encoding="utf-8")
TUTORIAL, REFERENCE = MANUAL.split('<a id="reference"></a>')
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", REFERENCE, re.DOTALL | re.MULTILINE)


def tutorial() -> str:
    """The pieces of the tutorial, one after the other."""
    return "\n".join(re.findall(r"^````markdown\n(.*?)^````", TUTORIAL, re.DOTALL | re.MULTILINE))


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
    (agreement,) = re.findall(r"^````markdown\n(---\n.*?)^````", REFERENCE, re.DOTALL | re.MULTILINE)
    assert [str(finding) for finding in check_agreement(agreement, tutorial(), "museum.md")] == []
    dangling = agreement.replace('changes="answers"', 'changes="answer"')
    assert [one.code for one in check_agreement(dangling, tutorial())][:1] == ["changes-unknown"]


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
