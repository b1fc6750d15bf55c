"""What a document declares: facts, topics, values, plans, services, priorities, and the questions of the
request form.

The common facts are taken over; where they have no options of their own (`topic`, `priority` …), the
document's other blocks give them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from remit.policy.conditions import Condition
from remit.policy.document.blocks import FactModel, TopicModel
from remit.policy.document.findings import did_you_mean
from remit.policy.document.policy import FormField, Plan, Priority, PriorityMatrix, Service, Topic
from remit.policy.document.reading import ReadBlock, id_of, slug
from remit.policy.document.workshop import Workshop
from remit.policy.rules import Requirement
from remit.policy.vocabulary.facts import (
    COMMON_FACTS,
    FactDeclaration,
    FactErrors,
    Kind,
    Supplier,
    Value,
    cover_facts,
    decode_facts,
)

CLOSED_BY_REMIT = {"merged": "it went into another ticket"}
_FIRST_ASKED = ("request.kind", "topic", "category", "impact")


def declare(shop: Workshop) -> None:
    """Fill `shop.declarations` and `shop.values`: the common facts, those of each cover, and those of the
    document.
    """
    known = shop.declarations
    known.update(COMMON_FACTS)
    plans = _plan_titles(shop)
    for block in shop.of("cover"):
        kind = str(block.model.cover)
        phases = {name: phase.title or name for name, phase in block.model.phases.items()}
        if block.model.renewal:
            phases.setdefault(block.model.renewal.phase, block.model.renewal.phase)
        known.update(
            {
                name: replace(one, clause=block.clause)
                for name, one in cover_facts(kind, phases, plans.get(kind, {})).items()
            }
        )
    _give_options(shop)
    _declare_facts(shop)
    _declare_values(shop)


def _give_options(shop: Workshop) -> None:
    known = shop.declarations
    topics = read_topics(shop)
    if topics:
        block = next(shop.of("topics"))
        known["topic"] = replace(
            known["topic"],
            options={topic.id: topic.title for topic in topics.values()},
            parents={topic.id: topic.parent for topic in topics.values() if topic.parent},
            ask=block.model.topics,
            help=block.model.help,
            clause=block.clause,
        )
    for block in shop.of("priorities"):
        labels = {priority.id: priority.label for priority in block.model.priorities}
        known["priority"] = replace(known["priority"], options=labels, clause=block.clause)
        impact = {one: block.model.impact.get(one, label) for one, label in labels.items()}
        known["impact"] = replace(
            known["impact"], options=impact, clause=block.clause, ask=block.model.ask or known["impact"].ask
        )
    for block in shop.of("priority matrix"):
        fact = str(block.model.priority_matrix)
        if fact in known and not known[fact].options:
            known[fact] = replace(
                known[fact],
                options={slug(label): label for label in block.model.rows},
                clause=block.clause,
                ask=block.model.ask or known[fact].ask,
            )
    services = {
        identity: model.title
        for block in shop.of("services")
        for identity, model in block.model.services.items()
    }
    known["order.service"] = replace(known["order.service"], options=services)
    reasons = {
        key: words for block in shop.of("close reasons") for key, words in block.model.close_reasons.items()
    }
    if reasons:
        known["ticket.closed_for"] = replace(
            known["ticket.closed_for"], options={**reasons, **CLOSED_BY_REMIT}
        )
    for block in shop.of("channels"):
        new = {name: name for name in block.model.channels if name not in known["channel"].options}
        known["channel"] = replace(known["channel"], options={**known["channel"].options, **new})


def _declare_facts(shop: Workshop) -> None:
    declared: dict[str, int] = {}
    for block in shop.of("facts"):
        for name, model in block.model.facts.items():
            place = block.place("facts", name, key=True)
            if name in declared:
                shop.fault(
                    "duplicate-fact",
                    f"the fact “{name}” is declared twice (first on line {declared[name]})",
                    block,
                    place,
                )
                continue
            declared[name] = place.line
            _check_options(shop, block, name, model)
            shop.declarations[name] = _declaration(name, model, block.clause, shop.declarations.get(name))
    _derive_suppliers(shop)


def _check_options(shop: Workshop, block: ReadBlock, name: str, model: FactModel) -> None:
    has_choice = model.type in (str(Kind.ONE_OF), str(Kind.SOME_OF))
    given_elsewhere = bool(shop.declarations.get(name) and shop.declarations[name].options)
    if has_choice and not model.options and not given_elsewhere:
        shop.fault(
            "fact-options",
            f"“{name}” is {model.type}, and no options are given",
            block,
            block.place("facts", name, key=True),
            "options: {value: wording, …}",
        )
    if model.options and not has_choice:
        shop.fault(
            "fact-options",
            f"“{name}” is {model.type} and has no use for options",
            block,
            block.place("facts", name, "options", key=True),
            "its type may be “one of” or “some of”",
        )
    if model.type == str(Kind.TOPIC) and name != "topic":
        shop.fault(
            "fact-options",
            "only the common fact “topic” is a topic",
            block,
            block.place("facts", name, "type"),
        )
    if model.not_after is not None and model.type not in (str(Kind.DATE), str(Kind.INSTANT)):
        shop.fault(
            "fact-options",
            f"“{name}” is no date and no instant, so it can't lie after anything",
            block,
            block.place("facts", name, "not after"),
        )
    is_told = model.type == str(Kind.TEXT) and model.from_ == str(Supplier.REQUESTER)
    if model.answered_by is not None and not is_told:
        shop.fault(
            "fact-supplier",
            f"a message can't answer “{name}”: it is {model.type} from the {model.from_}",
            block,
            block.place("facts", name, "answered by"),
            "only a text from the requester is answered by the message",
        )


def _declaration(name: str, model: FactModel, clause: str, common: FactDeclaration | None) -> FactDeclaration:
    options: Mapping[str, str] = {key: words or key for key, words in model.options.items()}
    ask = model.ask or (common.ask if common else "")
    return FactDeclaration(
        name,
        Kind(model.type),
        Supplier(model.from_),
        options or (common.options if common else {}),
        ask,
        model.help,
        clause,
        common.parents if common else {},
        model.means,
        model.label or (common.label if common else ""),
        model.answered_by is not None,
        model.not_after is not None,
    )


def _derive_suppliers(shop: Workshop) -> None:
    """A fact with a meaning is yes or no."""
    for block in shop.of("facts"):
        for name, model in block.model.facts.items():
            if model.means is not None and model.type != str(Kind.YES_NO):
                shop.fault(
                    "fact-means",
                    f"“{name}” has a meaning, so it is yes or no, not {model.type}",
                    block,
                    block.place("facts", name, "type"),
                    "type: yes or no",
                )


def _declare_values(shop: Workshop) -> None:
    """Bound values stay the words they are; a condition reads each as the kind of the fact it stands
    beside.
    """
    for block in shop.of("values"):
        for name, words in block.model.values.items():
            if name in shop.values:
                shop.fault(
                    "duplicate-value",
                    f"the value “{name}” is given twice",
                    block,
                    block.place("values", name, key=True),
                )
            shop.values[name] = words


def read_topics(shop: Workshop) -> dict[str, Topic]:
    """The tree of topics, each before what lies within it. A topic that stands twice is a fault."""
    found: dict[str, Topic] = {}
    block = shop.one("topics")
    if block is None:
        return found

    def walk(tree: Mapping[str, TopicModel], parent: str | None, path: tuple[str, ...]) -> Iterator[Topic]:
        for identity, model in tree.items():
            here = (*path, identity)
            if identity in found:
                shop.fault(
                    "duplicate-topic",
                    f"the topic “{identity}” stands twice in the tree",
                    block,
                    block.place(*here, key=True),
                )
            yield Topic(identity, model.title, model.help, model.examples, parent)
            yield from walk(model.within, identity, (*here, "within"))

    for topic in walk(block.model.tree, None, ("tree",)):
        found.setdefault(topic.id, topic)
    return found


def read_services(shop: Workshop) -> dict[str, Service]:
    services: dict[str, Service] = {}
    for block in shop.of("services"):
        for identity, model in block.model.services.items():
            if identity in services:
                shop.fault(
                    "duplicate-service",
                    f"the service “{identity}” is declared twice",
                    block,
                    block.place("services", identity, key=True),
                )
            services[identity] = Service(identity, model.title, model.about, block.clause)
    return services


def _plan_titles(shop: Workshop) -> dict[str, dict[str, str]]:
    """Cover kind → plan → title. Plans that name no kind belong to every kind."""
    titles: dict[str, dict[str, str]] = {}
    kinds = [str(block.model.cover) for block in shop.of("cover")]
    for block in shop.of("plans"):
        for kind in [block.model.of] if block.model.of else kinds:
            known = titles.setdefault(str(kind), {})
            known.update({plan: str(entry.get("title", plan)) for plan, entry in block.model.plans.items()})
    return titles


def read_plans(shop: Workshop) -> dict[str, Plan]:
    """The plans with the facts they bring; a key without a dot is a fact of the cover kind (`inclusions` →
    `plan.inclusions`).
    """
    kinds = [str(block.model.cover) for block in shop.of("cover")]
    plans: dict[str, Plan] = {}
    for block in shop.of("plans"):
        of = block.model.of
        for identity, entry in block.model.plans.items():
            title, about = str(entry.get("title", identity)), str(entry.get("about", ""))
            facts: dict[str, Value] = {}
            for key, value in entry.items():
                if key in ("title", "about"):
                    continue
                place = block.place("plans", identity, key)
                name = next(
                    (
                        one
                        for one in (key, *(f"{kind}.{key}" for kind in ([of] if of else kinds)))
                        if one in shop.declarations
                    ),
                    None,
                )
                if name is None:
                    shop.fault(
                        "unknown-fact",
                        f"“{key}” is not a fact that a plan could bring",
                        block,
                        block.place("plans", identity, key, key=True),
                        did_you_mean(key, shop.declarations),
                    )
                    continue
                facts.update(read_fact(shop, block, name, value, place))
            plans[identity] = Plan(identity, title, about, of, facts, block.clause)
    return plans


def read_fact(shop: Workshop, block: ReadBlock, name: str, value: Any, place: Any) -> dict[str, Value]:
    """One fact as its declaration says, or nothing and a finding."""
    try:
        return decode_facts({name: value}, shop.declarations, shop.where)
    except FactErrors as error:
        shop.fault("value", f"{name}: {error.errors[name]}", block, place)
        return {}


def read_priorities(shop: Workshop) -> tuple[Priority, ...]:
    block = shop.one("priorities")
    if block is None:
        return ()
    known = {model.id for model in block.model.priorities}
    for key in block.model.impact:
        if key not in known:
            shop.fault(
                "unknown-priority",
                f"“{key}” is not a priority",
                block,
                block.place("impact", key, key=True),
                did_you_mean(key, known),
            )
    if block.model.usual and block.model.usual not in known:
        shop.fault(
            "unknown-priority",
            f"“{block.model.usual}” is not a priority",
            block,
            block.place("usual"),
            did_you_mean(block.model.usual, known),
        )
    return tuple(Priority(model.id, model.label, model.help) for model in block.model.priorities)


def read_matrix(shop: Workshop, priorities: tuple[Priority, ...]) -> PriorityMatrix | None:
    """The matrix with ids in place of labels; a row or column that names nothing is a fault."""
    block = shop.one("priority matrix")
    if block is None:
        return None
    fact = str(block.model.priority_matrix)
    declaration = shop.declarations.get(fact)
    if declaration is None:
        shop.fault(
            "unknown-fact",
            f"“{fact}” is not a fact",
            block,
            block.place("priority matrix"),
            did_you_mean(fact, shop.declarations),
        )
        return None
    known = {priority.id: priority.label for priority in priorities}
    cells: dict[str, dict[str, str]] = {}
    for label, row in block.model.rows.items():
        category = id_of(label, declaration.options)
        if category is None:
            shop.fault(
                "value-outside-list",
                f"“{label}” is not a value of {fact}",
                block,
                block.place("rows", label, key=True),
                did_you_mean(label, [*declaration.options, *declaration.options.values()]),
            )
            continue
        cells[category] = {}
        for column, words in row.items():
            priority = id_of(column, known)
            if priority is None:
                shop.fault(
                    "unknown-priority",
                    f"“{column}” is not a priority",
                    block,
                    block.place("rows", label, column),
                    did_you_mean(column, known),
                )
            else:
                cells[category][priority] = words
        missing = [one for one in known if one not in cells[category]]
        if missing:
            shop.fault(
                "matrix-hole",
                f"“{label}” has no words for {', '.join(missing)}",
                block,
                block.place("rows", label),
                "write in each cell what the customer sees at that priority; an empty cell or a dash leaves it out",
            )
    absent = [words for key, words in declaration.options.items() if key not in cells]
    if absent:
        shop.fault(
            "matrix-hole",
            f"the table has no row for {', '.join(absent)}",
            block,
            block.place("priority matrix"),
            f"add a row “{absent[0]}” with words for {', '.join(known.values())}",
        )
    return PriorityMatrix(fact, cells, block.clause)


def read_form(
    shop: Workshop, requirements: tuple[Requirement, ...], conditions: list[Condition]
) -> tuple[FormField, ...]:
    """The questions of the form: every requester fact that this document declares, requires or decides
    with.
    """
    always: set[str] = set()
    sometimes: dict[str, list[Condition]] = {}
    clause_of: dict[str, str] = {}
    mentioned: dict[str, None] = {}
    for requirement in requirements:
        for name in (*requirement.facts, *requirement.where_possible):
            mentioned[name] = None
            clause_of.setdefault(name, requirement.clause)
        for name in requirement.facts:
            if requirement.condition is None:
                always.add(name)
            else:
                sometimes.setdefault(name, []).append(requirement.condition)
    for block in shop.of("facts"):
        mentioned.update(dict.fromkeys(block.model.facts))
    for condition in conditions:
        mentioned.update(dict.fromkeys(sorted(condition.facts)))
    asked = [name for name in [*_FIRST_ASKED, *mentioned] if _is_asked(shop, name, mentioned)]
    return tuple(
        FormField(
            shop.declarations[name],
            name in always,
            clause_of.get(name) or shop.declarations[name].clause,
            () if name in always else tuple(sometimes.get(name, ())),
        )
        for name in dict.fromkeys(asked)
    )


def _is_asked(shop: Workshop, name: str, mentioned: Mapping[str, None]) -> bool:
    declaration = shop.declarations.get(name)
    if declaration is None or declaration.supplier is not Supplier.REQUESTER or declaration.means is not None:
        return False
    if declaration.kind in (Kind.ONE_OF, Kind.SOME_OF, Kind.TOPIC) and not declaration.options:
        return False
    return name in mentioned or name in _FIRST_ASKED
