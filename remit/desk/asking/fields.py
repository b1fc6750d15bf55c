"""The questions of a form, made from facts that the policy declares: wording, choices, and what was typed before.

A field knows nothing of HTML; `asking/field.html` draws it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext

from remit.desk.design.decisions import fact_label
from remit.desk.foundation.errors import InvalidInput
from remit.desk.foundation.text import is_blank
from remit.policy.document.policy import Policy
from remit.policy.vocabulary.facts import FactDeclaration, Kind, Supplier

PREFIX = "fact."
FEW = 7
MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers to choose from."""

    value: str
    label: str
    help: str
    is_chosen: bool
    level: int = 0


@dataclass(frozen=True, slots=True)
class Field:
    """One question. `kind`: choices, select, ticks, yesno, number, date, instant, line or text."""

    name: str
    fact: str
    label: str
    help: str
    kind: str
    is_required: bool
    choices: tuple[Choice, ...]
    value: str
    error: str

    @property
    def id(self) -> str:
        """The id of the field in the page."""
        return "f-" + self.fact.replace(".", "-").replace("_", "-")


def fields_for(
    names: Iterable[str],
    policy: Policy,
    facts: Mapping[str, Any],
    typed: Mapping[str, Any],
    errors: Mapping[str, str],
    required: Iterable[str] = (),
) -> tuple[Field, ...]:
    """The fields of these facts, in order; a fact the policy does not declare is left out."""
    must = set(required)
    found = []
    for name in dict.fromkeys(names):
        declaration = policy.declarations.get(name)
        if declaration is not None:
            found.append(
                field_of(declaration, policy, facts, typed.get(name), errors.get(name, ""), name in must)
            )
    return tuple(found)


def field_of(
    declaration: FactDeclaration,
    policy: Policy,
    facts: Mapping[str, Any],
    typed: Any,
    error: str,
    is_required: bool,
) -> Field:
    """One declared fact as a question."""
    choices = _choices(declaration, policy, facts, typed)
    return Field(
        name=PREFIX + declaration.name,
        fact=declaration.name,
        label=question(declaration, policy),
        help=declaration.help,
        kind=_kind(declaration, choices),
        is_required=is_required,
        choices=choices,
        value=typed if isinstance(typed, str) else "",
        error=error,
    )


def question(declaration: FactDeclaration, policy: Policy) -> str:
    """The wording of a question: the document's, or the fact's name where it has none."""
    if declaration.name == "topic" and policy.topic_question:
        return policy.topic_question
    return declaration.ask or fact_label(declaration.name, declaration)


def _kind(declaration: FactDeclaration, choices: Sequence[Choice]) -> str:
    if declaration.kind is Kind.TOPIC:
        return "select" if len(choices) > FEW + 2 else "choices"
    by_kind = {
        Kind.ONE_OF: "choices" if len(choices) <= FEW else "select",
        Kind.SOME_OF: "ticks",
        Kind.YES_NO: "yesno",
        Kind.NUMBER: "number",
        Kind.DATE: "date",
        Kind.INSTANT: "instant",
    }
    if declaration.kind is Kind.TEXT:
        return "text" if any(word in declaration.name for word in LONG_TEXTS) else "line"
    return by_kind.get(declaration.kind, "line")


LONG_TEXTS = ("text", "details", "description", "steps", "what", "error", "symptom", "expected")


def _choices(
    declaration: FactDeclaration, policy: Policy, facts: Mapping[str, Any], typed: Any
) -> tuple[Choice, ...]:
    chosen = set(typed) if isinstance(typed, (list, tuple)) else {typed}
    if declaration.kind is Kind.YES_NO:
        return tuple(
            Choice(v, w, "", v in chosen) for v, w in (("yes", gettext("Yes")), ("no", gettext("No")))
        )
    if declaration.kind is Kind.TOPIC:
        return tuple(
            Choice(
                one.id,
                one.title,
                one.help or ", ".join(one.examples),
                one.id in chosen,
                _depth(one.id, policy),
            )
            for one in policy.topics.values()
        )
    if declaration.name == "impact":
        return _impacts(declaration, policy, facts, chosen)
    return tuple(Choice(value, words, "", value in chosen) for value, words in declaration.options.items())


def _impacts(
    declaration: FactDeclaration, policy: Policy, facts: Mapping[str, Any], chosen: set[Any]
) -> tuple[Choice, ...]:
    """What the customer sees, in the words of the chosen category; the policy sets the priority from it (ION-6)."""
    matrix = policy.priority_matrix
    words_of = policy.options_for(declaration.name, facts)
    if matrix is None or facts.get(matrix.fact) in matrix.cells:
        return tuple(Choice(value, words, "", value in chosen) for value, words in words_of.items())
    categories = policy.options_for(matrix.fact, facts)
    return tuple(
        Choice(value, words, _in_each_category(value, matrix.cells, categories), value in chosen)
        for value, words in words_of.items()
    )


def _in_each_category(
    value: str, cells: Mapping[str, Mapping[str, str]], categories: Mapping[str, str]
) -> str:
    """What a choice means in each category, while none is chosen yet."""
    said = (f"{categories.get(row, row)}: {words[value]}" for row, words in cells.items() if value in words)
    return ". ".join(said)


def _depth(topic: str, policy: Policy) -> int:
    depth, parent = 0, policy.topics[topic].parent
    while parent is not None and parent in policy.topics:
        depth, parent = depth + 1, policy.topics[parent].parent
    return depth


def is_askable(name: str, policy: Policy) -> bool:
    """Whether the policy declares the fact, and it is the requester's to state."""
    declaration = policy.declarations.get(name)
    return (
        declaration is not None and declaration.supplier is Supplier.REQUESTER and declaration.means is None
    )


def wanted_tick(data: QueryDict) -> tuple[int, bool]:
    """The step that a form names by its position, 0 where it names none, and whether it is to be ticked (ION-8)."""
    written = data.get("step", "")
    position = int(written) if written.isdecimal() and len(written) < 5 else 0
    return position, data.get("done") == "yes"


def answers_in(data: QueryDict, policy: Policy) -> dict[str, Any]:
    """What a sent form answers, fact → text or list of texts. Facts that are not the requester's to state are left
    out: no form of ours asks for them. The form of a new request is drawn anew while it is filled in, and the policy
    may change meanwhile: what is asked no longer must not keep anybody from sending what they wrote.
    """
    answers: dict[str, Any] = {}
    for key in data:
        name = key.removeprefix(PREFIX)
        if not key.startswith(PREFIX) or not is_askable(name, policy):
            continue
        many = policy.declarations[name].kind is Kind.SOME_OF
        said = [
            one.strip() for one in (data.getlist(key) if many else [data.get(key, "")]) if not is_blank(one)
        ]
        if said:
            answers[name] = said if many else said[0]
    return answers


def answers_stated(data: QueryDict, policy: Policy) -> dict[str, Any]:
    """What a form about a sent request answers, as `answers_in`. Raises `InvalidInput` naming each fact that is not the
    requester's to state, such as what our records say: no page of ours offers it, so that it came otherwise.
    """
    named = [key.removeprefix(PREFIX) for key in data if key.startswith(PREFIX)]
    named += data.getlist(PREFIX.removesuffix("."))
    foreign = [name for name in named if not is_askable(name, policy)]
    if foreign:
        sentence = gettext("This is not asked of you; leave it out.")
        raise InvalidInput(
            gettext("Some answers can't be used."), fields=dict.fromkeys(foreign[:MOST_NAMED], sentence)
        )
    return answers_in(data, policy)
