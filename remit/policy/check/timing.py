"""What can be proved about time: targets out of reach, overlapping or missing; phases that overlap or leave
a hole; clocks that would stand still for ever; orders that make no sense.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations, pairwise

from remit.policy.calendars import CalendarNeverOpens
from remit.policy.check.search import GaveUp, Searcher, case_words
from remit.policy.clocks import PauseReason, Target, Unmeasured
from remit.policy.clocks.targets import runs_out, starting, working_for
from remit.policy.conditions import All, AnyOf, Tree
from remit.policy.conditions.tree import Compare, Relation
from remit.policy.document.compiling import Compilation
from remit.policy.document.findings import Finding, Level
from remit.policy.document.policy import Policy, TargetBlock, TargetRow
from remit.policy.document.reading import ReadBlock
from remit.policy.document.strict_text import Place
from remit.policy.vocabulary.durations import Duration, Unit, length, parse_duration
from remit.policy.vocabulary.metrics import Metric


def check_timing(compilation: Compilation, policy: Policy, searcher: Searcher) -> Iterator[Finding]:
    """All findings about targets, pauses, closings and phases."""
    timing = _Timing(compilation, policy, searcher)
    yield from timing.targets_reached()
    yield from timing.targets_overlap()
    yield from timing.priorities_unsaid()
    yield from timing.rows_missing()
    yield from timing.stronger_is_slower()
    yield from timing.always_paused()
    yield from timing.pauses_nothing()
    yield from timing.warned_too_early()
    for block in compilation.blocks:
        if block.block.kind == "cover":
            yield from timing.phases(block)


_SHORTEST = {Unit.MONTHS: 28, Unit.YEARS: 365}  # in days


class _Timing:
    def __init__(self, compilation: Compilation, policy: Policy, searcher: Searcher) -> None:
        self.policy = policy
        self.searcher = searcher
        self.blocks = compilation.blocks
        self.path = compilation.document.path

    def _finding(
        self,
        code: str,
        message: str,
        clause: str,
        place: Place,
        *,
        level: Level = "error",
        witness: str | None = None,
        hint: str | None = None,
    ) -> Finding:
        return Finding(code, level, message, place.line, place.column, clause, witness, hint, self.path)

    # --- targets

    def _rows(self) -> Iterator[tuple[TargetBlock, TargetRow]]:
        for block in self.policy.target_blocks:
            for row in block.rows:
                yield block, row

    def targets_reached(self) -> Iterator[Finding]:
        """A calendar that never opens, or a target that ten years do not bring (design §5)."""
        for block, row in self._rows():
            try:
                self._reach(row.target)
            except CalendarNeverOpens as error:
                words = f"{row.key}: {row.target.duration}" if row.key else str(row.target.duration)
                yield self._finding(
                    "target-unreachable",
                    f"no calendar reaches the {row.target.metric} target “{words}”",
                    block.clause,
                    Place(row.line, row.column),
                    witness=str(error),
                    hint="give the calendar hours in the bands that count",
                )

    def _reach(self, target: Target) -> None:
        if target.duration is Unmeasured.NONE:
            return
        working = working_for(target, self.policy.calendars)
        start = starting(target, working, self.policy.effective_at)
        if target.duration is Unmeasured.IN_ORDER:
            working.next_opening(start)
        else:
            runs_out(target, working, start)

    def _tree(self, block: TargetBlock, row: TargetRow) -> Tree:
        """When a row applies, as one condition."""
        parts: list[Tree] = [condition.tree for condition in row.conditions]
        declaration = self.policy.declarations.get(block.by or "")
        if declaration is not None and row.key is not None:
            parts.append(Compare(declaration.name, declaration.kind, Relation.EQUAL, row.key))
        return All(tuple(parts))

    def targets_overlap(self) -> Iterator[Finding]:
        """Two blocks that promise different things in one case, and neither is an exception to the other."""
        pairs = combinations([(block, row, self._tree(block, row)) for block, row in self._rows()], 2)
        seen: set[tuple[str, str, Metric]] = set()
        for (one, first, one_tree), (other, second, other_tree) in pairs:
            metric = first.target.metric
            key = (one.key, other.key, metric)
            is_settled = one.key in other.exception_to or other.key in one.exception_to
            if (
                metric is not second.target.metric
                or first.target == second.target
                or is_settled
                or key in seen
            ):
                continue
            over = [
                self._applies(block)
                for block in self.policy.target_blocks
                if block.exception_to & {one.key, other.key}
            ]
            try:
                box = next(self.searcher.cases([one_tree, other_tree], over), None)
            except GaveUp:
                continue
            if box is not None:
                seen.add(key)
                yield self._finding(
                    "targets-overlap",
                    f"two targets for the {metric} hold at once: {second.target.duration} here, "
                    f"{first.target.duration} "
                    f"on line {first.line}",
                    other.clause,
                    Place(second.line, second.column),
                    witness=case_words(self.searcher.facts(box)),
                    hint="narrow one of them with “when”, or say which goes first with “exception to”",
                )

    def _applies(self, block: TargetBlock) -> Tree:
        """When any row of a block applies."""
        return AnyOf(tuple(self._tree(block, row) for row in block.rows))

    def priorities_unsaid(self) -> Iterator[Finding]:
        """A priority for which no table by priority of a metric has a row: a ticket can come to it, and no clock would
        start. Where a block goes by something else, it may well cover it.
        """
        for metric in Metric:
            blocks = [block for block in self.policy.target_blocks if metric in block.metrics]
            if not blocks or any(block.by != "priority" for block in blocks):
                continue
            rows = {row.key for block in blocks for row in block.rows}
            missing = [one for one in self.policy.priorities if one.id not in rows]
            if missing:
                yield self._finding(
                    "priority-without-target",
                    f"no {metric} is said for {', '.join(one.label for one in missing)}",
                    blocks[0].clause,
                    Place(blocks[0].line, 1),
                    witness=f"priority = {missing[0].id}: no clock for the {metric} would start",
                    hint="add the row; write “none” where nothing is owed",
                )

    def rows_missing(self) -> Iterator[Finding]:
        """A table by a fact with a closed list that leaves a value out, where no other block speaks of the
        metric. What goes by priority is `priorities_unsaid`'s.
        """
        for block in self.policy.target_blocks:
            if block.by == "priority":
                continue
            declaration = self.policy.declarations.get(block.by or "")
            others = {
                metric
                for other in self.policy.target_blocks
                if other is not block
                for metric in other.metrics
            }
            if declaration is None or not declaration.options or set(block.metrics) & others:
                continue
            rows = {row.key for row in block.rows}
            missing = [value for value in declaration.options if value not in rows]
            if missing:
                yield self._finding(
                    "target-row-missing",
                    f"there is no row for {', '.join(declaration.options[value] for value in missing)}",
                    block.clause,
                    Place(block.line, 1),
                    level="warning",
                    witness=f"{declaration.name} = {missing[0]}: no {block.metrics[0]} is owed",
                    hint="add the row; write “none” where nothing is owed",
                )

    def stronger_is_slower(self) -> Iterator[Finding]:
        """A stronger priority that has more time than a weaker one."""
        order = [priority.id for priority in self.policy.priorities]
        for block in self.policy.target_blocks:
            if block.by != "priority":
                continue
            for metric in block.metrics:
                rows = sorted(
                    (row for row in block.rows if row.target.metric is metric and row.key in order),
                    key=lambda row: order.index(row.key or ""),
                )
                for stronger, weaker in pairwise(rows):
                    if _is_longer(stronger.target.duration, weaker.target.duration):
                        yield self._finding(
                            "priority-slower",
                            f"{stronger.key} has more time for the {metric} ({stronger.target.duration}) than "
                            f"{weaker.key} "
                            f"({weaker.target.duration})",
                            block.clause,
                            Place(stronger.line, stronger.column),
                            level="warning",
                            hint=f"give {stronger.key} no more time than {weaker.key}, or change the two rows about",
                        )

    # --- pauses and closing

    def always_paused(self) -> Iterator[Finding]:
        """A clock that exists only while a request is incomplete, and stands still as long as it is."""
        pause = self.policy.pauses.get(PauseReason.INCOMPLETE)
        if pause is None:
            return
        ruleset = self.policy.ruleset
        lacking = ruleset.program.trees[ruleset.first_requirement : ruleset.first_welcome]
        for block, row in self._rows():
            if row.target.metric not in pause.metrics or not row.conditions:
                continue
            try:
                ever_complete = next(self.searcher.cases([self._tree(block, row)], list(lacking)), None)
            except GaveUp:
                continue
            if ever_complete is None:
                yield self._finding(
                    "always-paused",
                    f"the {row.target.metric} clock of this row would always stand still: it runs only while "
                    "something is "
                    f"missing, and “{pause.clause}” pauses it as long as something is",
                    block.clause,
                    Place(row.line, row.column),
                    hint=f"take {row.target.metric} out of “pause: {PauseReason.INCOMPLETE}”, or change “when”",
                )

    def pauses_nothing(self) -> Iterator[Finding]:
        """A pause of a clock for which no target is given anywhere."""
        promised = {row.target.metric for _, row in self._rows()}
        for block in self.blocks:
            if block.block.kind != "pause":
                continue
            idle = [word for word in block.model.clocks if Metric(word) not in promised]
            if idle and len(idle) == len(block.model.clocks):
                yield self._finding(
                    "pause-without-clock",
                    f"this pauses {', '.join(idle)}, and no target is given for that",
                    block.clause,
                    block.place("clocks"),
                    level="warning",
                )

    def warned_too_early(self) -> Iterator[Finding]:
        for block in self.blocks:
            if (
                block.block.kind == "closing"
                and block.model.warn
                and not _is_longer(block.model.after, block.model.warn)
            ):
                yield self._finding(
                    "warning-too-early",
                    f"the reminder comes {block.model.warn} before closing, which is not shorter than the "
                    "whole wait of "
                    f"{block.model.after}",
                    block.clause,
                    block.place("warn"),
                    hint="warn later, or wait longer",
                )

    # --- phases

    def phases(self, block: ReadBlock) -> Iterator[Finding]:
        """The phases of a cover tile the time from its anchor: each begins where another ends, and the last
        stays open.
        """
        model = block.model
        renewed = model.renewal.phase if model.renewal else None
        names = list(model.phases)
        chain = [
            name
            for name in names
            if model.phases[name].after is None and not (name == renewed and name != names[0])
        ]
        for name in chain[:-1]:
            if model.phases[name].lasts is None:
                following = chain[chain.index(name) + 1]
                yield self._finding(
                    "phase-overlap",
                    f"“{name}” has no end, so “{following}” would overlap it and never begin",
                    block.clause,
                    block.place("phases", name, key=True),
                    hint=f"say how long it lasts, or when the next begins: {following}: {{after: 6 months of {name}}}",
                )
        if chain and model.phases[chain[-1]].lasts is not None:
            yield self._open_end(block, chain[-1])
        last = [name for name in names if name != renewed or name == names[0]][-1]
        if last not in chain and model.phases[last].lasts is not None:
            yield self._open_end(block, last)
        yield from self._without_length(block)
        yield from self._phases_after(block, renewed)
        yield from self._reminders(block)
        yield from self._renewals(block, names)

    def _open_end(self, block: ReadBlock, name: str) -> Finding:
        """The finding that the last phase ends, so that nothing is said of the time after it."""
        return self._finding(
            "phase-hole",
            f"after “{name}” nothing is said: the last phase has no end",
            block.clause,
            block.place("phases", name, "lasts"),
            hint="leave “lasts” out, or add the phase that follows: expired: {}",
        )

    def _without_length(self, block: ReadBlock) -> Iterator[Finding]:
        """A phase that ends where it begins: nobody is ever in it."""
        for name, phase in block.model.phases.items():
            if isinstance(phase.lasts, Duration) and not phase.lasts.amount:
                yield self._lasts_nothing(
                    block, name, "lasts", "say how long it lasts, or take the phase out"
                )
            span, _, base = (phase.after or "").partition(" of ")
            began = _duration(span)
            if began is not None and not began.amount and base in block.model.phases:
                hint = f"let it begin later, or take “{base}” out"
                yield self._lasts_nothing(block, base, "after", hint, within=name)

    def _lasts_nothing(
        self, block: ReadBlock, name: str, field: str, hint: str, *, within: str | None = None
    ) -> Finding:
        return self._finding(
            "phase-empty",
            f"“{name}” lasts nothing, so nothing is ever in it",
            block.clause,
            block.place("phases", within or name, field),
            hint=hint,
        )

    def _phases_after(self, block: ReadBlock, renewed: str | None) -> Iterator[Finding]:
        begun: dict[tuple[str, str], str] = {}
        for name, phase in block.model.phases.items():
            span, _, base = (phase.after or "").partition(" of ")
            if not base or base not in block.model.phases:
                continue
            place = block.place("phases", name, "after")
            before = block.model.phases[base]
            if base == name:
                yield self._finding(
                    "phase-overlap", f"“{name}” cannot begin after itself", block.clause, place
                )
            elif isinstance(before.lasts, Duration) and _is_longer(
                _duration(span), before.lasts, or_equal=True
            ):
                yield self._finding(
                    "phase-hole",
                    f"“{name}” begins after {span} of “{base}”, which lasts {before.lasts} only",
                    block.clause,
                    place,
                    hint=f"let {base} last longer or without end, or begin sooner",
                )
            if (span, base) in begun:
                yield self._finding(
                    "phase-overlap",
                    f"“{name}” and “{begun[span, base]}” begin at the same moment",
                    block.clause,
                    place,
                )
            begun.setdefault((span, base), name)

    def _reminders(self, block: ReadBlock) -> Iterator[Finding]:
        """A reminder comes before an end that there is, and while the phase runs (C24-2)."""
        phases = block.model.phases
        ended_by = {
            base: span for span, _, base in ((one.after or "").partition(" of ") for one in phases.values())
        }
        for name, phase in phases.items():
            if phase.remind is None:
                continue
            lasts = phase.lasts or _duration(ended_by.get(name, ""))
            if lasts is None:
                message, hint = (
                    f"“{name}” has no end to remind of",
                    "say how long it lasts, or leave “remind” out",
                )
            elif isinstance(lasts, Duration) and not _is_surely_shorter(phase.remind, lasts):
                message = (
                    f"the reminder comes {phase.remind} before the end of “{name}”, which lasts {lasts} only"
                )
                hint = "remind later, or let it last longer"
            else:
                continue
            yield self._finding(
                "warning-too-early", message, block.clause, block.place("phases", name, "remind"), hint=hint
            )

    def _renewals(self, block: ReadBlock, names: list[str]) -> Iterator[Finding]:
        renewal = block.model.renewal
        if renewal is None:
            return
        for name in dict.fromkeys([*names, renewal.phase]):
            if name not in renewal.while_:
                yield self._finding(
                    "renewal-hole",
                    f"it is not said what a renewal does while “{name}”",
                    block.clause,
                    block.place("renewal", "while"),
                    hint=f"add {name}: adds to the end, starts when paid, or not possible",
                )


def _duration(words: str) -> Duration | None:
    try:
        return parse_duration(words)
    except ValueError:
        return None


def _is_surely_shorter(one: Duration, other: Duration) -> bool:
    """Whether a duration of fixed length is shorter than another, however short the months of that are."""
    days = _SHORTEST.get(other.unit)
    try:
        return length(one) < (length(other) if days is None else timedelta(days=days * other.amount))
    except ValueError:
        return False


def _is_longer(one: object, other: object, *, or_equal: bool = False) -> bool:
    """Whether a duration is surely longer than another: of the same unit, or both of a fixed length."""
    if not isinstance(one, Duration) or not isinstance(other, Duration):
        return False
    if one.unit is other.unit:
        return one.amount > other.amount or (or_equal and one.amount == other.amount)
    try:
        return length(one) > length(other) or (or_equal and length(one) == length(other))
    except ValueError:
        return False
