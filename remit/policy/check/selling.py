"""What a document says, held against the desk that publishes it: services without a price, gates that can never close,
another zone.

A document alone shows only gates that contradict themselves. Which services have a price, and which facts of the record
are the same for every request, a desk knows: it passes them to `check_at_desk` when a version is published, and its
zone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from remit.policy.conditions import TooManyBoxes
from remit.policy.document.compiling import Compilation, examine
from remit.policy.document.findings import Finding, in_order
from remit.policy.document.policy import Policy
from remit.policy.document.reading import ReadBlock
from remit.policy.document.source import Document
from remit.policy.document.strict_text import Path
from remit.policy.vocabulary.facts import Value


def check_gates(compilation: Compilation, policy: Policy, fixed: Mapping[str, Value]) -> Iterator[Finding]:
    """Gates whose `when` nothing satisfies, or nothing while `fixed` facts are what they are."""
    blocks = {block.line: block for block in compilation.blocks if block.block.kind == "gate"}
    for gate in policy.gates:
        block = blocks.get(gate.line)
        if block is None or gate.when is None:
            continue
        try:
            is_empty = not gate.when.boxes()
        except TooManyBoxes:
            is_empty = False
        if is_empty:
            yield _warning(
                compilation, block, ("when",), "gate-never-closes",
                f"the gate “{gate.name}” holds nothing back: nothing satisfies its when",
                "take out what contradicts itself, or leave the gate out",
            )  # fmt: skip
        elif gate.when.evaluate({name: fixed[name] for name in gate.when.facts & fixed.keys()}) is False:
            facts = ", ".join(sorted(gate.when.facts & fixed.keys()))
            yield _warning(
                compilation, block, ("when",), "gate-never-closes",
                f"the gate “{gate.name}” holds nothing back at this desk: nothing supplies {facts} yet",
                "until then people keep this rule by hand; say so in the clause, or leave the gate out",
            )  # fmt: skip


def check_prices(compilation: Compilation, policy: Policy, priced: Collection[str]) -> Iterator[Finding]:
    """Services that a rule or a next step sells and that have no price, each where it is declared."""
    rules, defaults = policy.ruleset.rules, policy.ruleset.defaults
    sold = {rule.service for rule in rules if rule.service}
    steps = [step for one in rules for step in one.steps] + [step for one in defaults for step in one.steps]
    sold |= {step.target for step in steps if step.kind == "buy"}
    for block in compilation.blocks:
        if block.block.kind != "services":
            continue
        for service, model in block.model.services.items():
            if service in sold and service not in priced:
                yield _warning(
                    compilation, block, ("services", service), "service-unpriced",
                    f"“{model.title}” is sold and has no price at this desk",
                    "until the desk keeps one, a person writes the price on each request; say so in the clause",
                    key=True,
                )  # fmt: skip


def check_zone(document: Document, policy: Policy, zone: str) -> Iterator[Finding]:
    """A policy that counts its days in another zone than the one in which the desk says what moment it is."""
    if policy.timezone == zone:
        return
    place = document.front.value_at(("timezone",))
    yield Finding(
        "zone-differs",
        "warning",
        f"the policy counts in {policy.timezone}, and the desk's pages and letters say moments in {zone}",
        place.line,
        place.column,
        hint="write the desk's zone, or set the desk's to this one, so that people read the hours that count",
        path=document.path,
    )


def check_at_desk(
    document: Document, *, zone: str, fixed: Mapping[str, Value], priced: Collection[str] = ()
) -> list[Finding]:
    """What a desk can't keep of a document that is sound in itself: warnings, by place. `fixed`: facts of the record
    that are the same for every request there, because nothing supplies them; `priced`: services with a price;
    `zone`: the desk's, in which its pages say what moment it is.
    """
    compilation = examine(document)
    policy = compilation.policy
    if policy is None:
        return []
    alone = {(one.line, one.column) for one in check_gates(compilation, policy, {})}
    gates = (one for one in check_gates(compilation, policy, fixed) if (one.line, one.column) not in alone)
    found = [*check_zone(document, policy, zone), *gates, *check_prices(compilation, policy, priced)]
    return list(in_order(found))


def _warning(
    compilation: Compilation,
    block: ReadBlock,
    path: Path,
    code: str,
    message: str,
    hint: str,
    *,
    key: bool = False,
) -> Finding:
    place = block.block.place(path, key=key)
    return Finding(
        code,
        "warning",
        message,
        place.line,
        place.column,
        block.clause,
        hint=hint,
        path=compilation.document.path,
    )
