"""What can be proved about the rules together: conflicts and gaps within an aspect, rules that can never
fire (design §4).

Every conflict and gap is shown by a case, and each case has been decided by the engine before it is
reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from remit.policy.check.search import GaveUp, Searcher, case_words, meet
from remit.policy.conditions import NOTHING_MORE, Box, Tree
from remit.policy.document.compiling import Compilation
from remit.policy.document.findings import Finding
from remit.policy.document.policy import Policy
from remit.policy.document.reading import ReadBlock
from remit.policy.document.strict_text import Place
from remit.policy.document.workshop import rule_key
from remit.policy.rules import RuleSet
from remit.policy.vocabulary.facts import Value
from remit.policy.vocabulary.outcomes import Aspect

MOST_CASES = 40
"""Cases that are decided for one suspicion before it is dropped."""


@dataclass(frozen=True, slots=True)
class _Item:
    """A rule or requirement as the engine numbers it."""

    place: int
    key: str
    name: str
    clause: str
    aspect: Aspect
    strength: int
    outcome: str
    tree: Tree
    overridden_by: tuple[int, ...]


def check_rules(compilation: Compilation, policy: Policy, searcher: Searcher) -> Iterator[Finding]:
    """Conflicts, gaps and dead rules."""
    weighing = _Weighing(compilation, policy, searcher)
    dead = set()
    for item in weighing.items:
        finding = weighing.never_fires(item)
        if finding:
            dead.add(item.place)
            yield finding
    for aspect in Aspect:
        items = [item for item in weighing.items if item.aspect is aspect and item.place not in dead]
        yield from weighing.conflicts(items)
        finding = weighing.gap(aspect, items)
        if finding:
            yield finding


class _Weighing:
    def __init__(self, compilation: Compilation, policy: Policy, searcher: Searcher) -> None:
        self.policy = policy
        self.ruleset: RuleSet = policy.ruleset
        self.searcher = searcher
        self.path = compilation.document.path
        self.unsure = compilation.unsure_rules
        self.blocks = _blocks_by_key(compilation.blocks)
        self.items = _items(self.ruleset)

    def tree(self, place: int) -> Tree:
        return self.ruleset.program.trees[place]

    def never_fires(self, item: _Item) -> Finding | None:
        """A condition that nothing satisfies, or a rule that is overridden wherever it holds."""
        if item.place >= self.ruleset.first_requirement or item.key in self.unsure:
            return None
        try:
            if next(self.searcher.cases([item.tree], []), None) is None:
                return self._finding(
                    "never-fires",
                    f"the rule “{item.name}” can never fire: nothing satisfies its condition",
                    item,
                    "when",
                    hint="look for parts that exclude each other, and for values that never occur together",
                )
            surely = self._final(item.overridden_by)
            over = [self.tree(place) for place in surely]
            if over and next(self.searcher.cases([item.tree], over), None) is None:
                names = ", ".join(f"“{self.ruleset.findings[place].name}”" for place in surely)
                return self._finding(
                    "never-fires",
                    f"the rule “{item.name}” never has a say: wherever it holds, it is overridden by {names}",
                    item,
                    "when",
                    hint="narrow the exception, or leave this rule out",
                )
        except GaveUp:
            return None
        return None

    def _final(self, exceptions: Iterable[int]) -> list[int]:
        """Those of the exceptions that nothing overrides in turn."""
        return [place for place in exceptions if not self.items[place].overridden_by]

    def conflicts(self, items: Sequence[_Item]) -> Iterator[Finding]:
        """Two of one aspect that hold together, disagree, and neither of which is an exception to the
        other.
        """
        must = {item.place: self.searcher.must(item.tree) for item in items}
        for number, one in enumerate(items):
            for other in items[number + 1 :]:
                is_settled = one.place in other.overridden_by or other.place in one.overridden_by
                if one.strength == other.strength or is_settled:
                    continue
                if meet(must[one.place], must[other.place]) is None:
                    continue
                facts = self._together(one, other)
                if facts is not None:
                    yield self._conflict(one, other, facts)

    def _together(self, one: _Item, other: _Item) -> dict[str, Value] | None:
        """A case in which both have their say. First one without any exception to them; then, where
        exceptions have exceptions, one in which an exception holds and is itself overridden.
        """
        over = list(dict.fromkeys([*one.overridden_by, *other.overridden_by]))
        for exceptions in [over] if over == self._final(over) else [over, self._final(over)]:
            try:
                cases = self.searcher.cases(
                    [one.tree, other.tree], [self.tree(place) for place in exceptions]
                )
                for _, box in zip(range(MOST_CASES), cases, strict=False):
                    facts = self._decided(box, one, other)
                    if facts is not None:
                        return facts
            except GaveUp:
                continue
        return None

    def _decided(self, box: Box, one: _Item, other: _Item) -> dict[str, Value] | None:
        """The case, if the engine too finds that both hold in it and that no exception overrides either."""
        facts = self.searcher.facts(box)
        both = 1 << one.place | 1 << other.place
        return facts if self._live(facts) & both == both else None

    def _live(self, facts: dict[str, Value]) -> int:
        """The rules and requirements that hold, without those that are overridden, the outermost exceptions first."""
        fired = self.ruleset.program.run(self.policy.settled(facts)).holding
        overridden = 0
        for exception in self.ruleset.exceptions:
            if fired & exception.bit and not overridden & exception.bit:
                overridden |= exception.targets
        return fired & ~overridden

    def _conflict(self, one: _Item, other: _Item, facts: dict[str, Value]) -> Finding:
        first, second = sorted([one, other], key=lambda item: self._place(item).line)
        return self._finding(
            "conflict",
            f"“{second.name}” ({second.outcome}) and “{first.name}” ({first.outcome}, line "
            f"{self._place(first).line}) answer the same "
            f"question of {one.aspect} differently",
            second,
            "outcome",
            witness=f"{case_words(facts)}: {second.outcome} by “{second.clause}”, {first.outcome} by “{first.clause}”",
            hint=f"say which one wins: exception to: [{first.key}] here, or narrow one of the conditions",
        )

    def gap(self, aspect: Aspect, items: Sequence[_Item]) -> Finding | None:
        """An aspect with rules and no default, in a case in which none of them fires."""
        plan = next((plan for plan in self.ruleset.aspects if plan.aspect is aspect), None)
        if plan is None or plan.default or plan.may_be_silent or not items:
            return None
        try:
            trees = [item.tree for item in items]
            for _, box in zip(
                range(MOST_CASES), self.searcher.cases([], trees, failing_known=True), strict=False
            ):
                facts = self.searcher.facts(box)
                if aspect in self.policy.decide(facts).gaps:
                    return self._gap(aspect, items, facts)
        except GaveUp:
            return self._gap(aspect, items, None)
        return None

    def _gap(self, aspect: Aspect, items: Sequence[_Item], facts: dict[str, Value] | None) -> Finding:
        return self._finding(
            "gap",
            f"no rule answers the question of {aspect} in every case, and no default does",
            items[0],
            "aspect",
            witness=None if facts is None else f"{case_words(facts)}: no rule of {aspect} fires",
            hint=f"state what holds otherwise: default: accept, aspect: {aspect}",
        )

    def _place(self, item: _Item, *path: str) -> Place:
        block = self.blocks.get(item.key)
        return block.place(*path) if block else Place(1, 1)

    def _finding(
        self,
        code: str,
        message: str,
        item: _Item,
        key: str,
        *,
        witness: str | None = None,
        hint: str | None = None,
    ) -> Finding:
        place = self._place(item, key)
        return Finding(
            code, "error", message, place.line, place.column, item.clause, witness, hint, self.path
        )


def _items(ruleset: RuleSet) -> list[_Item]:
    items = []
    for place in range(ruleset.first_welcome):
        finding = ruleset.findings[place]
        over = tuple(other.bit.bit_length() - 1 for other in ruleset.exceptions if other.targets >> place & 1)
        tree = ruleset.program.trees[place]
        items.append(
            _Item(
                place,
                finding.rule_key,
                finding.name,
                finding.clause,
                finding.aspect,
                finding.outcome.strength,
                str(finding.outcome),
                tree or NOTHING_MORE,
                over,
            )
        )
    return items


def _blocks_by_key(blocks: Sequence[ReadBlock]) -> dict[str, ReadBlock]:
    """Rules by their key; requirements by the keys the engine gives them, in the order of the page."""
    found: dict[str, ReadBlock] = {}
    counted: dict[str, int] = {}
    for block in blocks:
        if block.block.kind == "rule":
            found.setdefault(rule_key(block.clause, block.model.rule), block)
        elif block.block.kind == "requires":
            counted[block.clause] = number = counted.get(block.clause, 0) + 1
            found[f"{block.clause}/required" + (f"-{number}" if number > 1 else "")] = block
    return found
