"""Short ways to write rules in tests."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from remit.policy.conditions import Condition, parse_condition
from remit.policy.rules import Default, NextStep, Requirement, Rule, RuleSet, compile_rules
from remit.policy.vocabulary import (
    COMMON_FACTS,
    Aspect,
    FactDeclaration,
    Kind,
    Outcome,
    Supplier,
    cover_facts,
)

TOPICS = {"panel": "The panel", "orders": "Orders", "server": "Server", "design": "Design", "bug": "An error"}
PHASES = {
    "included": "included support",
    "paid": "paid support",
    "expired": "expired",
    "archivable": "archivable",
}


def fact(name: str, kind: Kind, supplier: Supplier, **fields: object) -> FactDeclaration:
    return FactDeclaration(name, kind, supplier, **fields)  # type: ignore[arg-type]


FACTS: dict[str, FactDeclaration] = {
    **COMMON_FACTS,
    **cover_facts("licence", PHASES),
    "topic": fact("topic", Kind.TOPIC, Supplier.REQUESTER, options=TOPICS, parents={"orders": "panel"}),
    **{
        one.name: one
        for one in (
            fact("domain", Kind.TEXT, Supplier.REQUESTER),
            fact("version", Kind.TEXT, Supplier.REQUESTER),
            fact("screenshot", Kind.TEXT, Supplier.REQUESTER),
            fact("changed", Kind.YES_NO, Supplier.REQUESTER),
            fact("users", Kind.NUMBER, Supplier.REQUESTER),
            fact("hosted", Kind.YES_NO, Supplier.REQUESTER),
            fact("reproduced", Kind.YES_NO, Supplier.DESK),
            fact("unmodified", Kind.YES_NO, Supplier.DESK),
            fact("confirmed", Kind.YES_NO, Supplier.DESK, means="reproduced and unmodified"),
            fact("plan.inclusions", Kind.SOME_OF, Supplier.RECORD, options=TOPICS),
        )
    },
}


@cache
def when(text: str | None) -> Condition | None:
    return None if text is None else parse_condition(text, FACTS)


def rule(
    key: str, aspect: str, outcome: str, condition: str | None = None, *exception_to: str, **fields: object
) -> Rule:
    """A rule called by its key, "clause/name"."""
    clause, _, name = key.partition("/")
    return Rule(
        key,
        clause,
        name,
        Aspect(aspect),
        when(condition),
        Outcome(outcome),
        exception_to,
        **fields,  # type: ignore[arg-type]
    )


def default(clause: str, aspect: str, outcome: str, **fields: object) -> Default:
    return Default(Aspect(aspect), Outcome(outcome), clause, **fields)  # type: ignore[arg-type]


def requires(
    clause: str, facts: str, condition: str | None = None, possible: str = "", **fields: object
) -> Requirement:
    return Requirement(clause, when(condition), tuple(facts.split()), tuple(possible.split()), **fields)  # type: ignore[arg-type]


def together(*parts: Rule | Default | Requirement) -> RuleSet:
    return compile_rules(
        [part for part in parts if isinstance(part, Rule)],
        [part for part in parts if isinstance(part, Default)],
        [part for part in parts if isinstance(part, Requirement)],
        FACTS,
    )


def step(kind: str, target: str = "") -> NextStep:
    return NextStep(kind, f"{kind} {target}".strip(), target)


def clauses(findings: Iterable[object]) -> list[str]:
    return [finding.clause for finding in findings]  # type: ignore[attr-defined]


def licence_policy() -> RuleSet:
    """A licence's support: cover by phase, a scope that denies, confirmed errors as the exception to both (IEX-3,
    IEX-10, IEX-14)."""
    return together(
        default("channels", "channel", "accept"),
        rule("channels/elsewhere", "channel", "refuse", "not channel.official"),
        default("conduct", "conduct", "accept"),
        rule("conduct/suspended", "conduct", "suspend", "sender.suspended"),
        default("owner", "standing", "accept"),
        rule("owner/stranger", "standing", "refuse", 'sender.standing in ["contractor", "stranger"]'),
        rule("periods/runs", "cover", "accept", 'licence.phase in ["included", "paid"]', says="Support runs."),
        rule(
            "periods/ended", "cover", "refuse", 'licence.phase in ["expired", "archivable"]',
            says="Support has ended.", because="It ran out on {licence.until}.", quote="then none",
            steps=(step("buy", "renewal"), step("contest")),
        ),
        rule("errors/suspected", "cover", "review", 'topic == "bug" and licence.phase == "expired"', "periods/ended"),
        rule("errors/confirmed", "cover", "accept", "confirmed", "periods", "errors/suspected", "scope"),
        default("scope", "scope", "refuse", says="This is outside what we support."),
        rule("scope/panel", "scope", "accept", 'topic in ["panel", "bug"]'),
        rule("services/design", "scope", "quote", 'topic == "design"', service="design"),
        rule("one/several", "scope", "split", "questions > 1"),
        requires("contents", "domain version", 'topic in ["panel", "bug"]', "screenshot"),
        default("discretion", "discretion", "accept"),
        rule("discretion/many", "discretion", "review", "requests.in_window > 20"),
    )  # fmt: skip


WELCOME = {
    "channel.official": True,
    "sender.suspended": False,
    "sender.standing": "owner",
    "licence.phase": "included",
    "topic": "orders",
    "domain": "shop.example",
    "version": "4.2",
    "questions": 1,
    "requests.in_window": 1,
}
"""A request that is accepted by `licence_policy`."""
