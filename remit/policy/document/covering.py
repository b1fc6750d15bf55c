"""Compiles what a kind of entitlement covers, and when: its phases, how it is renewed, which phases count
as covered.
"""

from __future__ import annotations

import re

from remit.policy.cover import CoverSpec, PhaseSpec, RenewalSpec
from remit.policy.document.blocks import COVER_COUNTS_FROM
from remit.policy.document.fields import COUNTED_BACK, read_duration
from remit.policy.document.findings import did_you_mean
from remit.policy.document.reading import ReadBlock
from remit.policy.document.workshop import Workshop
from remit.policy.vocabulary.durations import Duration
from remit.policy.vocabulary.zones import zone

_AFTER = re.compile(r"(?P<span>.+?)\s+of\s+(?P<phase>\S.*)")


def read_covers(shop: Workshop) -> tuple[dict[str, CoverSpec], dict[str, str]]:
    """The covers by kind, and what each is counted from (its anchor, in the document's word)."""
    covers: dict[str, CoverSpec] = {}
    anchors: dict[str, str] = {}
    for block in shop.of("cover"):
        kind = str(block.model.cover)
        if kind in covers:
            shop.fault(
                "duplicate-cover", f"the cover “{kind}” is declared twice", block, block.place("cover")
            )
            continue
        anchors[kind] = block.model.anchor
        covers[kind] = _cover(shop, block)
    return covers, anchors


def _cover(shop: Workshop, block: ReadBlock) -> CoverSpec:
    model = block.model
    phases = tuple(
        PhaseSpec(
            name=name,
            lasts=phase.lasts if isinstance(phase.lasts, Duration) else None,
            after=_after(shop, block, name, phase.after),
            clause=block.clause,
            title=phase.title or name,
            remind=_remind(shop, block, name, phase.remind),
            archived_under=_archived_under(shop, block, name, phase.archived_under),
        )
        for name, phase in model.phases.items()
    )
    known = _known_phases(block)
    for index, name in enumerate(model.covered):
        if name not in known:
            shop.fault(
                "unknown-phase",
                f"“{name}” is not a phase of {model.cover}",
                block,
                block.place("covered", index),
                did_you_mean(name, known),
            )
    return CoverSpec(
        kind=model.cover,
        anchor=model.anchor,
        phases=phases,
        renewal=_renewal(shop, block),
        per_part=model.per_part,
        zone=zone(model.zone) if model.zone else shop.where,
        clause=block.clause,
        covered=frozenset(model.covered),
        counts_from_day=model.counts_from == COVER_COUNTS_FROM[0],
    )


def _known_phases(block: ReadBlock) -> list[str]:
    known = list(block.model.phases)
    return [*known, block.model.renewal.phase] if block.model.renewal else known


def _after(shop: Workshop, block: ReadBlock, name: str, written: str | None) -> tuple[Duration, str] | None:
    if written is None:
        return None
    place = block.place("phases", name, "after")
    match = _AFTER.fullmatch(written)
    if match is None:
        shop.fault(
            "phase-after", f"“{written}” does not say after what", block, place, "write “6 months of expired”"
        )
        return None
    if (none := _begins_otherwise(block, name, match["phase"])) is not None:
        shop.fault("phase-after", none, block, place, "leave “after” out, or write the phases in their order")
        return None
    if match["phase"] not in block.model.phases:
        shop.fault(
            "unknown-phase",
            f"“{match['phase']}” is not a phase of {block.model.cover}",
            block,
            place,
            did_you_mean(match["phase"], block.model.phases),
        )
        return None
    try:
        return read_duration(match["span"]), match["phase"]
    except ValueError as error:
        shop.fault("duration", str(error), block, place)
        return None


def _begins_otherwise(block: ReadBlock, name: str, base: str) -> str | None:
    """Why a phase cannot begin so long after another, in a sentence; None where it can."""
    names = list(block.model.phases)
    renewed = block.model.renewal.phase if block.model.renewal else None
    if name == names[0]:
        return f"“{name}” is the first phase and begins at the anchor, so “after” would do nothing"
    if name == renewed:
        return f"“{name}” is what a renewal buys and begins with it, so “after” would do nothing"
    if base != renewed and base in names[names.index(name) + 1 :]:
        return f"“{base}” stands below “{name}”, which cannot begin after it"
    return None


def _remind(shop: Workshop, block: ReadBlock, name: str, span: Duration | None) -> Duration | None:
    """How long before the end of a phase people are reminded: counted back, so without a calendar of working time."""
    if span is None or (span.amount_low is None and span.unit in COUNTED_BACK):
        return span
    place = block.place("phases", name, "remind")
    shop.fault(
        "duration", f"“{span}” is not counted back from an end", block, place, "write “2 days” or “12 h”"
    )
    return None


def _archived_under(shop: Workshop, block: ReadBlock, name: str, clause: str | None) -> str:
    """The clause under which what is in a phase may be archived."""
    if clause is None or shop.is_clause(clause):
        return clause or ""
    known = [one.id for one in shop.document.clauses]
    shop.fault(
        "unknown-clause",
        f"“{clause}” is not a clause of the document",
        block,
        block.place("phases", name, "archived under"),
        did_you_mean(clause, known),
    )
    return ""


def _renewal(shop: Workshop, block: ReadBlock) -> RenewalSpec | None:
    renewal = block.model.renewal
    if renewal is None:
        return None
    known = _known_phases(block)
    for name in renewal.while_:
        if name not in known:
            shop.fault(
                "unknown-phase",
                f"“{name}” is not a phase of {block.model.cover}",
                block,
                block.place("renewal", "while", name, key=True),
                did_you_mean(name, known),
            )
    if renewal.then not in block.model.phases:
        shop.fault(
            "unknown-phase",
            f"“{renewal.then}” is not a phase of {block.model.cover}",
            block,
            block.place("renewal", "then"),
            did_you_mean(renewal.then, block.model.phases),
        )
    return RenewalSpec(
        phase=renewal.phase, while_=dict(renewal.while_), then=renewal.then, clause=block.clause
    )
