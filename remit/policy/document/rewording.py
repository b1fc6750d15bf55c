"""What a policy says to people outside its prose: questions, options, sentences, buttons, titles. All of it is passed
through one function, so that whatever is said can be listed, and said in another language.

Decisions keep the words of the document itself, since they are stored; `Policy.said` puts them into the language in
which the policy is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from remit.policy.cover import CoverSpec
from remit.policy.document.policy import Policy, PriorityMatrix
from remit.policy.rules import NextStep
from remit.policy.vocabulary.facts import FactDeclaration, cover_facts

NO_PHASE, ESTIMATED = "none", " (estimated)"
Say = Callable[[str], str]


def reworded(policy: Policy, say: Say) -> Policy:
    """The policy with everything it says passed through `say`, but for its prose and what decisions store."""
    declarations = {name: _fact(one, say) for name, one in policy.declarations.items()}
    matrix = policy.priority_matrix
    return replace(
        policy,
        declarations=declarations,
        form=tuple(replace(one, fact=declarations.get(one.fact.name, one.fact)) for one in policy.form),
        topics={
            name: replace(
                one, title=say(one.title), help=say(one.help), examples=tuple(map(say, one.examples))
            )
            for name, one in policy.topics.items()
        },
        topic_question=say(policy.topic_question),
        priorities=tuple(replace(one, label=say(one.label), help=say(one.help)) for one in policy.priorities),
        priority_matrix=_matrix(matrix, say) if matrix is not None else None,
        covers={name: _cover(one, say) for name, one in policy.covers.items()},
        services={
            name: replace(one, title=say(one.title), about=say(one.about))
            for name, one in policy.services.items()
        },
        plans={
            name: replace(one, title=say(one.title), about=say(one.about))
            for name, one in policy.plans.items()
        },
        channels=replace(
            policy.channels,
            elsewhere=say(policy.channels.elsewhere),
            steps=_steps(policy.channels.steps, say),
        ),
        close_reasons=_values(policy.close_reasons, say),
        gates=tuple(
            replace(
                one,
                says=say(one.says),
                because=say(one.because),
                quote=say(one.quote),
                steps=_steps(one.steps, say),
            )
            for one in policy.gates
        ),
        events={name: replace(one, says=say(one.says)) for name, one in policy.events.items()},
        footer=tuple(replace(one, title=say(one.title)) for one in policy.footer),
    )


def sayings(policy: Policy) -> dict[str, None]:
    """Every text the document says to people outside its prose, in order and each once: what a translation has to have
    words for. The words of facts that no document declares are not its own.
    """
    found: dict[str, None] = {}

    def note(text: str) -> str:
        if text:
            found[text] = None
        return text

    own = {name: one for name, one in policy.declarations.items() if one.clause is not None}
    reworded(replace(policy, declarations={**own, **_of_covers(policy)}), note)
    for kind in policy.covers:
        note(kind.replace("_", " "))
    for text in _decided(policy):
        note(text)
    for name, calendar in policy.calendars.items():
        note(name)
        for holiday in sorted(set(calendar.holidays.values())):
            for part, _ in holiday_parts(holiday):
                note(part)
    return found


def holiday_parts(name: str) -> list[tuple[str, bool]]:
    """The holidays that fall on one day, and of each whether its date is estimated: the package that knows them writes
    "Ashura (estimated); Nature's Day".
    """
    parts = (one.strip() for one in name.split(";"))
    return [(one.removesuffix(ESTIMATED), one.endswith(ESTIMATED)) for one in parts if one]


def quotes(policy: Policy) -> dict[str, str]:
    """The words of clauses that decisions and gates quote: quote → the clause in which they stand."""
    rules = policy.ruleset
    found = {one.quote: one.clause for one in rules.rules}
    found |= {one.quote: one.clause for one in rules.requirements}
    found |= {one.quote: one.clause for one in rules.defaults}
    found |= {one.quote: one.clause for one in policy.gates}
    found.pop("", None)
    return found


def _of_covers(policy: Policy) -> dict[str, FactDeclaration]:
    """The facts that come with each kind of cover, as far as the document words them: phases and plans."""
    found = {}
    for kind in policy.covers:
        for name in cover_facts(kind, {}):
            one = policy.declarations[name]
            options = {key: text for key, text in one.options.items() if key != NO_PHASE}
            found[name] = replace(one, label="", options=options)
    return found


def _decided(policy: Policy) -> Iterable[str]:
    """What decisions say."""
    rules = policy.ruleset
    for one in rules.rules:
        yield from (one.says, one.because, one.quote, *(step.label for step in one.steps))
    for default in rules.defaults:
        yield from (default.says, default.because, default.quote, *(step.label for step in default.steps))
    for requirement in rules.requirements:
        yield from (requirement.says, requirement.because, requirement.quote)


def _fact(one: FactDeclaration, say: Say) -> FactDeclaration:
    label = say(one.label) if one.label else one.label
    return replace(one, label=label, ask=say(one.ask), help=say(one.help), options=_values(one.options, say))


def _values(words: Mapping[str, str], say: Say) -> dict[str, str]:
    return {key: say(text) for key, text in words.items()}


def _steps(steps: Iterable[NextStep], say: Say) -> tuple[NextStep, ...]:
    return tuple(replace(one, label=say(one.label)) for one in steps)


def _matrix(matrix: PriorityMatrix, say: Say) -> PriorityMatrix:
    return replace(matrix, cells={name: _values(row, say) for name, row in matrix.cells.items()})


def _cover(spec: CoverSpec, say: Say) -> CoverSpec:
    return replace(
        spec, phases=tuple(replace(one, title=say(one.title) if one.title else "") for one in spec.phases)
    )
