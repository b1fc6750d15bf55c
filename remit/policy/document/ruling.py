"""Compiles rules, defaults and requirements, and settles what each exception names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from remit.policy.document.blocks import Step
from remit.policy.document.findings import did_you_mean
from remit.policy.document.reading import ReadBlock
from remit.policy.document.strict_text import Place
from remit.policy.document.workshop import Workshop, rule_key
from remit.policy.rules import Default, NextStep, Requirement, Rule, RuleSet, RuleSetError, compile_rules
from remit.policy.vocabulary.facts import Kind, Supplier
from remit.policy.vocabulary.outcomes import Aspect, Outcome


def read_rules(shop: Workshop) -> tuple[Rule, ...]:
    """All rules in the order of the page, their exceptions written as clause ids or full rule keys."""
    blocks = list(shop.of("rule"))
    keys: dict[str, ReadBlock] = {}
    for block in blocks:
        key = rule_key(block.clause, block.model.rule)
        if key in keys:
            shop.fault(
                "duplicate-rule",
                f"“{block.model.rule}” stands twice in this clause (first on line {keys[key].line})",
                block,
                block.place("rule"),
                "give the rule a name of its own",
            )
        keys.setdefault(key, block)
    rules = tuple(_rule(shop, block, keys) for block in blocks)
    for rule, block in zip(rules, blocks, strict=True):
        _results_decide(shop, block, rule, rules)
    return rules


def _rule(shop: Workshop, block: ReadBlock, keys: Iterable[str]) -> Rule:
    model = block.model
    return Rule(
        key=rule_key(block.clause, model.rule),
        clause=block.clause,
        name=model.rule,
        aspect=Aspect(model.aspect),
        condition=shop.condition(model.when, block, "when"),
        outcome=Outcome(model.outcome),
        exception_to=_exceptions(shop, block, list(keys)),
        asks=_asks(shop, block, "asks"),
        service=_service(shop, block),
        says=model.says,
        because=model.because,
        steps=read_steps(shop, block, model.next),
        quote=model.quote,
        results=_results(shop, block),
        line=shop.line_of(block),
    )


def _results(shop: Workshop, block: ReadBlock) -> str:
    """The fact whose values are the only results of a review; a fault where nobody of the desk could state one."""
    name, declaration = block.model.results, shop.declarations.get(block.model.results or "")
    if name is None:
        return ""
    place = block.place("results")
    if declaration is None:
        shop.fault(
            "unknown-fact", f"“{name}” is not a fact", block, place, did_you_mean(name, shop.declarations)
        )
    elif declaration.supplier is not Supplier.DESK or declaration.kind is not Kind.ONE_OF:
        shop.fault(
            "review-results",
            f"“{name}” is not a fact of the desk with values to choose from",
            block,
            place,
            "declare it: type: one of, from: desk",
        )
    elif block.model.outcome != Outcome.REVIEW:
        shop.fault("review-results", "only a review has results", block, place, "let its outcome be review")
    else:
        return str(name)
    return ""


def _results_decide(shop: Workshop, block: ReadBlock, rule: Rule, rules: Iterable[Rule]) -> None:
    """A review ends with its result only where rules say what follows from one."""
    follows = any(
        one.condition is not None
        and rule.results in one.condition.facts
        and {rule.key, rule.clause} & {*one.exception_to}
        for one in rules
    )
    if rule.results and not follows:
        shop.fault(
            "review-results",
            f"no rule says what follows from “{rule.results}”, so this review would never end",
            block,
            block.place("results"),
            f"write a rule for each value, with exception to: [{rule.key}]",
        )


def _exceptions(shop: Workshop, block: ReadBlock, keys: list[str]) -> tuple[str, ...]:
    """What the rule overrides: each name as a clause id or as the full key of a rule; a name that fits
    nothing is a fault.
    """
    own = rule_key(block.clause, block.model.rule)
    found: list[str] = []
    for index, written in enumerate(block.model.exception_to):
        place = block.place("exception to", index)
        clause, slash, name = written.partition("/")
        key = rule_key(clause.strip(), name) if slash else clause.strip()
        known = key in keys if slash else shop.is_clause(key)
        if known and key == own:
            shop.fault("exception-cycle", "a rule cannot be an exception to itself", block, place)
        elif known:
            found.append(key)
        else:
            _dangling(shop, block, written, keys, place)
    return tuple(dict.fromkeys(found))


def _dangling(shop: Workshop, block: ReadBlock, written: str, keys: list[str], place: Place) -> None:
    same_name = [
        key for key in keys if key.split("/", 1)[1] == rule_key("", written.rpartition("/")[2]).lstrip("/")
    ]
    if "/" not in written and len(same_name) > 1:
        shop.fault(
            "exception-ambiguous",
            f"“{written}” names no clause, and rules in several clauses are called so",
            block,
            place,
            "write the clause too: " + " or ".join(f"“{key}”" for key in same_name),
        )
        return
    clauses = [clause.id for clause in shop.document.clauses]
    hint = f"did you mean “{same_name[0]}”?" if same_name else did_you_mean(written, [*clauses, *keys])
    what = "rule" if "/" in written else "clause"
    shop.fault("exception-dangling", f"“{written}” names a {what} that is not there", block, place, hint)


def _asks(shop: Workshop, block: ReadBlock, key: str) -> tuple[str, ...]:
    names = []
    for index, name in enumerate(getattr(block.model, key.replace(" ", "_"))):
        declaration = shop.declarations.get(name)
        place = block.place(key, index)
        if declaration is None:
            shop.fault(
                "unknown-fact", f"“{name}” is not a fact", block, place, did_you_mean(name, shop.declarations)
            )
        elif declaration.supplier is not Supplier.REQUESTER:
            shop.fault(
                "fact-supplier",
                f"“{name}” comes from the {declaration.supplier} and cannot be asked of the customer",
                block,
                place,
                "ask for a fact that the requester supplies",
            )
        else:
            names.append(name)
    return tuple(names)


def _service(shop: Workshop, block: ReadBlock) -> str | None:
    service = block.model.service
    if service is not None:
        check_service(shop, block, service, "service")
    return str(service) if service is not None else None


def check_service(shop: Workshop, block: ReadBlock, service: str, *path: str | int) -> None:
    """A service or plan that is sold is declared (its price is billing's)."""
    known = [one for other in shop.of("services") for one in other.model.services]
    known += [one for other in shop.of("plans") for one in other.model.plans]
    if service not in known:
        shop.fault(
            "unknown-service",
            f"“{service}” is not a declared service",
            block,
            block.place(*path),
            did_you_mean(service, known) or "declare it: services: {" + service + ": {title: …}}",
        )


def read_steps(shop: Workshop, block: ReadBlock, steps: list[Step]) -> tuple[NextStep, ...]:
    read = []
    for index, step in enumerate(steps):
        kind = step.kinds[0]
        target = str(getattr(step, kind))
        if kind == "buy":
            check_service(shop, block, target, "next", index, "buy")
        elif kind == "correct" and target not in shop.declarations:
            shop.fault(
                "unknown-fact",
                f"“{target}” is not a fact",
                block,
                block.place("next", index, "correct"),
                did_you_mean(target, shop.declarations),
            )
        read.append(NextStep(kind, step.label, target))
    return tuple(read)


def read_defaults(shop: Workshop) -> tuple[Default, ...]:
    """The stated default of each aspect; a second one for the same aspect is a fault."""
    defaults: dict[Aspect, Default] = {}
    for block in shop.of("default"):
        model = block.model
        aspect = Aspect(model.aspect)
        if aspect in defaults:
            shop.fault(
                "duplicate-default",
                f"the aspect “{aspect}” has a default already, in “{defaults[aspect].clause}”",
                block,
                block.place("aspect"),
                "keep one default for each aspect",
            )
            continue
        _service(shop, block)
        defaults[aspect] = Default(
            aspect=aspect,
            outcome=Outcome(model.default),
            clause=block.clause,
            says=model.says,
            because=model.because,
            steps=read_steps(shop, block, model.next),
            quote=model.quote,
            asks=_asks(shop, block, "asks"),
            service=model.service,
            line=shop.line_of(block),
        )
    return tuple(defaults.values())


def read_requirements(shop: Workshop) -> tuple[Requirement, ...]:
    return tuple(
        Requirement(
            clause=block.clause,
            condition=shop.condition(block.model.when, block, "when"),
            facts=_asks(shop, block, "requires"),
            where_possible=_asks(shop, block, "where possible"),
            line=shop.line_of(block),
            says=block.model.says,
            because=block.model.because,
            quote=block.model.quote,
        )
        for block in shop.of("requires")
    )


def put_together(
    shop: Workshop,
    rules: tuple[Rule, ...],
    defaults: tuple[Default, ...],
    requirements: tuple[Requirement, ...],
) -> RuleSet:
    """The rules as one set. Exceptions that don't fit are reported and left out, so that the rest can still
    be looked at.
    """
    once: dict[str, Rule] = {}
    for rule in rules:
        once.setdefault(rule.key, rule)
    while True:
        try:
            return compile_rules(once.values(), defaults, requirements, shop.declarations)
        except RuleSetError as error:
            for problem in error.problems:
                rule = once[problem.rule_key]
                code = "exception-cycle" if "circle" in problem.message else "exception-dangling"
                shop.fault(
                    code,
                    problem.message.rstrip("."),
                    rule.clause,
                    _place_of_exceptions(shop, problem.rule_key),
                    "leave one of the exceptions out" if code == "exception-cycle" else None,
                )
                once[problem.rule_key] = replace(rule, exception_to=())


def _place_of_exceptions(shop: Workshop, key: str) -> Place:
    block = next(block for block in shop.of("rule") if rule_key(block.clause, block.model.rule) == key)
    return block.place("exception to")
