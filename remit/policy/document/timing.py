"""Compiles what has to do with time: calendars, targets, pauses, escalation, closing, reopening, cover."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise, product

from remit.policy.calendars import WEEKDAYS, Calendar, OpeningHours, holidays_for
from remit.policy.clocks import (
    CloseRule,
    DueWhenClosed,
    EscalationStep,
    PauseReason,
    PauseRule,
    Reopening,
    ReopenRule,
    Starts,
    Target,
    TargetRule,
    TargetTable,
    Unmeasured,
)
from remit.policy.conditions import Condition
from remit.policy.document.blocks import TargetRow as RowModel
from remit.policy.document.findings import did_you_mean
from remit.policy.document.policy import Escalation, TargetBlock, TargetRow
from remit.policy.document.reading import ReadBlock, id_of
from remit.policy.document.strict_text import Place
from remit.policy.document.workshop import Workshop
from remit.policy.vocabulary.durations import Duration
from remit.policy.vocabulary.facts import FactDeclaration, Kind, Value
from remit.policy.vocabulary.metrics import Metric
from remit.policy.vocabulary.zones import zone

YEARS_AHEAD, YEARS_BACK = 4, 50
"""For how many years after the one in which a version takes effect its holidays are frozen into it, and how far back
for its examples at most."""


# --- calendars --------------------------------------------------------------------------------------------------------


def known_years(shop: Workshop, effective: int) -> range:
    """The years whose public holidays are frozen into a version that takes effect in `effective`: from the year before
    on, and those of its examples too, which must still come out when it is published again years later.
    """
    examples = (block.model.given.received for block in shop.of("example"))
    received = (at.year for at in examples if at is not None)
    first = max(min((effective - 1, *received)), effective - YEARS_BACK)
    return range(first, effective + YEARS_AHEAD + 1)


def read_calendars(shop: Workshop, years: range) -> dict[str, Calendar]:
    """The calendars by name, the desk's main one first."""
    calendars: dict[str, Calendar] = {}
    for block in shop.of("calendar"):
        name = str(block.model.calendar)
        if name in calendars:
            shop.fault(
                "duplicate-calendar",
                f"the calendar “{name}” is declared twice",
                block,
                block.place("calendar"),
            )
            continue
        where = zone(block.model.zone) if block.model.zone else shop.where
        holidays = _holidays(shop, block, name, years)
        calendars[name] = Calendar(name, where, _weekly(shop, block), holidays, clause=block.clause)
    return calendars


def last_known_day(shop: Workshop, years: range) -> date | None:
    """The last day whose public holidays are known; None where no calendar takes those of a country."""
    if not any(block.model.holidays.country for block in shop.of("calendar")):
        return None
    return date(years[-1], 12, 31)


def _weekly(shop: Workshop, block: ReadBlock) -> tuple[OpeningHours, ...]:
    """The hours of all rows; rows of one day add up. A row that overlaps an earlier one, in whatever band, is
    a fault and left out: which of the two bands would count is not said.
    """
    weekly: list[tuple[OpeningHours, Place]] = []
    for number, row in enumerate(block.model.hours):
        place = block.place("hours", number, "open")
        overlapped: dict[int, Place] = {}
        for day, (opens, closes) in product(row.days, row.open):
            hours = OpeningHours(day, opens, closes, row.band)
            over = next((at for other, at in weekly if hours.overlaps(other)), None)
            if over is None:
                weekly.append((hours, place))
            else:
                overlapped.setdefault(day, over)
        if overlapped:
            days = ", ".join(WEEKDAYS[day] for day in overlapped)
            over = next(iter(overlapped.values()))
            there = "in the same row" if over is place else f"on line {over.line}"
            shop.is_whole = False
            shop.fault(
                "hours",
                f"the hours of {days} overlap those {there}",
                block,
                place,
                "let one end where the other begins, so that every hour stands in one row",
            )
    return tuple(hours for hours, _ in weekly)


def _holidays(shop: Workshop, block: ReadBlock, name: str, years: range) -> Mapping[date, str]:
    """Frozen holidays where the caller has them; else those of the country, and the dates the document
    lists.
    """
    if shop.holidays is not None and name in shop.holidays:
        return shop.holidays[name]
    model = block.model.holidays
    found: dict[date, str] = {}
    if model.country:
        try:
            found.update(holidays_for(model.country, model.subdivision, years))
        except ValueError as error:
            shop.fault("holidays", str(error), block, block.place("holidays", "country"))
    for written, words in model.dates.items():
        try:
            found[date.fromisoformat(written)] = words or "holiday"
        except ValueError:
            shop.fault(
                "type",
                f"“{written}” is not a date such as 2026-03-21",
                block,
                block.place("holidays", "dates", written, key=True),
            )
    return dict(sorted(found.items()))


# --- targets ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Holds:
    """All of some conditions, as the plain callable a target table takes."""

    conditions: tuple[Condition, ...]

    def __call__(self, facts: Mapping[str, Value]) -> bool | None:
        return all(condition.evaluate(facts) is True for condition in self.conditions)


def read_targets(
    shop: Workshop, calendars: Mapping[str, Calendar]
) -> tuple[TargetTable, tuple[TargetBlock, ...]]:
    """The table the clocks are resolved from, and its blocks."""
    sources = list(shop.of("targets"))
    keys = {id(block): f"{block.clause}:{block.line}" for block in sources}
    blocks = tuple(_target_block(shop, block, keys, sources, calendars) for block in sources)
    rules: list[TargetRule] = []
    for block in blocks:
        for metric in block.metrics:
            rules += _target_rules(block, metric)
    return TargetTable(tuple(rules)), blocks


def _target_rules(block: TargetBlock, metric: Metric) -> list[TargetRule]:
    """Rows picked by a fact make one rule together; a row with conditions of its own makes one alone."""
    grouped: dict[tuple[Condition, ...], dict[str, Target]] = {}
    for row in block.rows:
        if row.target.metric is metric:
            grouped.setdefault(row.conditions, {})[row.key or ""] = row.target
    return [
        TargetRule(
            metric,
            targets,
            block.key,
            block.by,
            _Holds(conditions) if conditions else None,
            block.exception_to,
        )
        for conditions, targets in grouped.items()
    ]


def _target_block(
    shop: Workshop,
    block: ReadBlock,
    keys: Mapping[int, str],
    sources: list[ReadBlock],
    calendars: Mapping[str, Calendar],
) -> TargetBlock:
    model = block.model
    overall = shop.condition(model.when, block, "when")
    metrics = tuple(Metric(word) for word in model.targets)
    rows: list[TargetRow] = []
    by: str | None = model.by if isinstance(model.rows, dict) else None
    entries: list[tuple[str | None, RowModel, tuple[str, str | int]]]
    if isinstance(model.rows, dict):
        entries = [(_row_key(shop, block, label), row, ("rows", label)) for label, row in model.rows.items()]
    else:
        entries = [(None, row, ("rows", index)) for index, row in enumerate(model.rows)]
    for key, row, path in entries:
        own = shop.condition(row.when, block, *path, "when")
        conditions = tuple(condition for condition in (overall, own) if condition)
        bands = _bands(shop, block, row, key, str(path[1]), calendars)
        place = block.place(*path)
        for metric in metrics:
            target = _target(shop, block, row, metric, bands, path, calendars)
            rows.append(TargetRow(key, conditions, target, place.line, place.column))
    if by is not None and by not in shop.declarations:
        shop.fault(
            "unknown-fact",
            f"“{by}” is not a fact",
            block,
            block.place("by"),
            did_you_mean(by, shop.declarations),
        )
    elif by is not None and not _is_of_a_list(shop.declarations[by]):
        shop.fault(
            "type",
            f"“{by}” is {shop.declarations[by].kind}, and rows go by one value of a list: none would ever hold",
            block,
            block.place("by"),
            "leave “by” out and write the rows as a list, each with its case: [{within: 4 h, when: …}]",
        )
    if isinstance(model.rows, dict) and by is None:
        shop.fault(
            "missing-key",
            "“by” is missing: the fact whose values the rows are for",
            block,
            block.place("targets", key=True),
        )
    return TargetBlock(
        keys[id(block)],
        block.clause,
        metrics,
        by,
        tuple(rows),
        _target_exceptions(shop, block, keys, sources),
        block.line,
    )


def _is_of_a_list(fact: FactDeclaration) -> bool:
    return fact.kind in (Kind.ONE_OF, Kind.TOPIC) and bool(fact.options)


def _row_key(shop: Workshop, block: ReadBlock, label: str) -> str:
    declaration = shop.declarations.get(block.model.by or "")
    if declaration is None or not declaration.options:
        return label
    key = id_of(label, declaration.options)
    if key is None:
        known = [*declaration.options, *declaration.options.values()]
        shop.fault(
            "value-outside-list",
            f"“{label}” is not a value of {block.model.by}",
            block,
            block.place("rows", label, key=True),
            did_you_mean(label, known),
        )
    return key or label


def _target(
    shop: Workshop,
    block: ReadBlock,
    row: RowModel,
    metric: Metric,
    bands: frozenset[str],
    path: tuple[str | int, ...],
    calendars: Mapping[str, Calendar],
) -> Target:
    model = block.model
    span = row.within if isinstance(row.within, Duration) else Unmeasured(row.within)
    has_low = row.not_before if row.not_before is not None else model.not_before
    calendar = row.calendar or model.calendar
    if calendar is not None and calendar not in calendars:
        at = block.place(*path, "calendar") if row.calendar else block.place("calendar")
        shop.fault(
            "unknown-calendar",
            f"“{calendar}” is not a calendar",
            block,
            at,
            did_you_mean(calendar, calendars),
        )
        calendar = None

    def either(own: bool | None, general: bool) -> bool:
        return general if own is None else own

    return Target(
        metric=metric,
        duration=span,
        low=span.lower if has_low and isinstance(span, Duration) else None,
        calendar=calendar,
        bands=bands,
        starts=Starts(row.starts or model.starts),
        due_when_closed=DueWhenClosed(row.when_closed or model.when_closed),
        approximate=either(row.approximate, model.approximate),
        until_close=either(row.until_close, model.until_close),
        internal=either(row.internal, model.internal),
        clause=block.clause,
    )


def _bands(
    shop: Workshop,
    block: ReadBlock,
    row: RowModel,
    key: str | None,
    label: str,
    calendars: Mapping[str, Calendar],
) -> frozenset[str]:
    named = block.model.bands
    chosen = row.bands or named.get(label) or named.get(key or "") or ("open",)
    name = row.calendar or block.model.calendar
    calendar = calendars.get(name) if name else next(iter(calendars.values()), None)
    for band in chosen:
        if calendar is not None and band not in calendar.bands:
            at = block.place("bands", label if label in named else key or label)
            shop.fault(
                "unknown-band",
                f"the calendar “{calendar.name}” has no band “{band}”",
                block,
                at,
                did_you_mean(band, calendar.bands),
            )
    return frozenset(chosen)


def _target_exceptions(
    shop: Workshop, block: ReadBlock, keys: Mapping[int, str], sources: list[ReadBlock]
) -> frozenset[str]:
    """The keys of the blocks that this one overrides: those of the clauses it names that have a metric in
    common.
    """
    found: set[str] = set()
    for index, clause in enumerate(block.model.exception_to):
        place = block.place("exception to", index)
        if not shop.is_clause(clause):
            clauses = [one.id for one in shop.document.clauses]
            shop.fault(
                "exception-dangling",
                f"“{clause}” names a clause that is not there",
                block,
                place,
                did_you_mean(clause, clauses),
            )
            continue
        named = [
            keys[id(other)]
            for other in sources
            if other is not block
            and other.clause == clause
            and set(other.model.targets) & set(block.model.targets)
        ]
        if not named and not any(rule.clause == clause for rule in shop.of("rule")):
            shop.fault(
                "exception-dangling",
                f"“{clause}” has no target that this one could be an exception to",
                block,
                place,
            )
        found.update(named)
    return frozenset(found)


# --- pauses, escalation, closing, reopening ---------------------------------------------------------------------------


def read_pauses(shop: Workshop) -> dict[str, PauseRule]:
    pauses: dict[str, PauseRule] = {}
    for block in shop.of("pause"):
        reason = str(PauseReason(block.model.pause))
        if reason in pauses:
            shop.fault(
                "duplicate-block",
                f"“{reason}” has a pause already, in “{pauses[reason].clause}”",
                block,
                block.place("pause"),
            )
            continue
        pauses[reason] = PauseRule(frozenset(Metric(word) for word in block.model.clocks), block.clause)
    return pauses


def read_escalations(shop: Workshop) -> tuple[Escalation, ...]:
    found: list[Escalation] = []
    for block in shop.of("escalation"):
        steps = tuple(
            EscalationStep(Fraction(step.at) / 100, "warn" if step.tier is None else step.tier, block.clause)
            for step in block.model.steps
        )
        labels = {step.tier: step.label for step in block.model.steps if step.tier is not None}
        when = shop.condition(block.model.when, block, "when")
        late = next(
            (index for index, (one, other) in enumerate(pairwise(steps), 1) if _is_before(other, one)), None
        )
        if late is not None:
            in_order = ", ".join(
                f"{at.normalize():f} %" for at in sorted(step.at for step in block.model.steps)
            )
            shop.fault(
                "escalation-order",
                f"the step at {block.model.steps[late].at.normalize():f} % stands after a later one",
                block,
                block.place("steps", late),
                f"write the steps in the order in which they come: {in_order}",
            )
        found += [
            Escalation(Metric(word), steps, labels, when, block.clause) for word in block.model.escalation
        ]
    return tuple(found)


def _is_before(one: EscalationStep, other: EscalationStep) -> bool:
    return one.at_fraction < other.at_fraction


def _once_each(shop: Workshop, kind: str) -> Iterator[ReadBlock]:
    """The blocks of a kind of which a document has one for each case; a second one for a case is a fault."""
    first: dict[str, int] = {}
    for block in shop.of(kind):
        case = str(getattr(block.model, kind))
        if case in first:
            shop.fault(
                "duplicate-block",
                f"“{kind}: {case}” stands a second time (first on line {first[case]})",
                block,
                block.place(kind),
                "keep one of them: which of the two would hold is not said",
            )
            continue
        first[case] = block.line
        yield block


def read_closings(shop: Workshop, calendars: Mapping[str, Calendar]) -> dict[str, CloseRule]:
    closings: dict[str, CloseRule] = {}
    for block in _once_each(shop, "closing"):
        model = block.model
        if model.calendar is not None and model.calendar not in calendars:
            shop.fault(
                "unknown-calendar",
                f"“{model.calendar}” is not a calendar",
                block,
                block.place("calendar"),
                did_you_mean(model.calendar, calendars),
            )
            continue
        try:
            closings[model.closing] = CloseRule(
                model.closing, model.after, model.warn, block.clause, model.calendar
            )
        except ValueError as error:
            shop.fault("duration", str(error), block, block.place("warn"))
    return closings


def read_reopening(shop: Workshop) -> dict[str, ReopenRule]:
    """Why a ticket closed → what a message does to it afterwards."""
    rules: dict[str, ReopenRule] = {}
    for block in _once_each(shop, "reopening"):
        reason = _CLOSED_FOR.get(block.model.reopening, block.model.reopening)
        counts_from = block.model.from_ or ("solved" if reason == "solved" else "closed")
        rules[reason] = ReopenRule(
            reason,
            block.model.within,
            Reopening(block.model.after_that),
            block.clause,
            counts_from_solved=counts_from == "solved",
        )
    return rules


_CLOSED_FOR = {"closed for silence": "silence"}
"""What a document calls it → the close reason that a desk records."""
