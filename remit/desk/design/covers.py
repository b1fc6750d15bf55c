"""The cover of an entitlement as people read it: the phase of today, the band, and under it the list of phases."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext, ngettext

from remit.desk.design.bands import Band
from remit.desk.design.cover_band import CoverPeriod, cover_band, cover_styles
from remit.desk.design.words import Almanac, is_rtl

KEYS = {"soon": "soon", "rest": "rest", "dots": "dots"}


@dataclass(frozen=True, slots=True)
class Phase:
    """A line under the band: when the phase ends, or began."""

    key: str
    title: str
    words: str
    at: datetime | None
    is_now: bool
    clause: str


@dataclass(frozen=True, slots=True)
class CoverPanel:
    """The cover of one entitlement on a page."""

    name: str
    kind: str
    phase: str
    is_covered: bool
    remaining: str
    band: Band
    phases: tuple[Phase, ...]


def cover_panel(
    timeline: Any,
    covered: Collection[str],
    titles: Mapping[str, str],
    *,
    name: str,
    kind: str,
    now: datetime,
    almanac: Almanac,
) -> CoverPanel:
    """The panel of one timeline. `covered`: phases that count as cover; `titles`: phase → words."""
    periods = [
        CoverPeriod(
            one.phase,
            titles.get(one.phase) or phase_words(one.phase),
            one.starts_at,
            one.ends_at,
            one.phase in covered,
            one.clause or "",
        )
        for one in timeline.periods
        if one.starts_at is not None and one.phase != "none"
    ]
    here = timeline.at(now)
    title = titles.get(here.phase) or phase_words(here.phase)
    is_covered = here.phase in covered
    return CoverPanel(
        name=name,
        kind=kind,
        phase=title,
        is_covered=is_covered,
        remaining=_remaining(here, is_covered, now, almanac),
        band=cover_band(
            periods, now=now, name=_sentence(name, periods, now, almanac), is_rtl=is_rtl(almanac.language)
        ),
        phases=tuple(_phases(periods, now, almanac)),
    )


def phase_words(phase: str) -> str:
    """A phase without a title of its own."""
    return gettext("No cover") if phase == "none" else phase.replace("_", " ").capitalize()


def _remaining(here: Any, is_covered: bool, now: datetime, almanac: Almanac) -> str:
    if not is_covered:
        return gettext("since %s") % almanac.day(here.starts_at) if here.starts_at else ""
    if here.ends_at is None:
        return ""
    days = almanac.days_left(here.ends_at, now)
    if days <= 0:
        return gettext("ends today")
    return almanac.figures(ngettext("%(n)s day left", "%(n)s days left", days) % {"n": days})


def _with_days_left(title: str, days: int, almanac: Almanac) -> str:
    """'Paid, 255 days left'; a title of the policy's keeps its own direction on a page that runs the other way."""
    left = almanac.figures(ngettext("%(n)s day left", "%(n)s days left", days) % {"n": days})
    if almanac.is_persian:
        return f"\N{FIRST STRONG ISOLATE}{title}\N{POP DIRECTIONAL ISOLATE}، {left}"
    return f"{title}, {left}"


def _phases(periods: Sequence[CoverPeriod], now: datetime, almanac: Almanac) -> list[Phase]:
    lines = []
    for period, style in zip(periods, cover_styles(periods), strict=True):
        is_now = period.starts_at <= now and (period.ends_at is None or now < period.ends_at)
        key = KEYS.get(style) or ("left" if period.starts_at > now else "used")
        words, at = _until(period, style, is_now, almanac)
        title = period.title
        if is_now and period.ends_at is not None and style == "covered":
            days = almanac.days_left(period.ends_at, now)
            if days > 0:
                title = _with_days_left(title, days, almanac)
        lines.append(Phase(key, title, words, at, is_now, period.clause))
    current = next((index for index, line in enumerate(lines) if line.is_now), len(lines) - 1)
    return lines[max(0, current - 2) :]


def _until(period: CoverPeriod, style: str, is_now: bool, almanac: Almanac) -> tuple[str, datetime | None]:
    if style in ("covered", "soon") and period.ends_at is not None:
        return gettext("to %s") % almanac.last_day(period.ends_at), period.ends_at
    words = gettext("since %s") if is_now else gettext("from %s")
    return words % almanac.day(period.starts_at), period.starts_at


def _sentence(name: str, periods: Sequence[CoverPeriod], now: datetime, almanac: Almanac) -> str:
    parts = []
    for period in periods:
        if period.ends_at is not None:
            until = gettext("until the end of %s") % almanac.last_day(period.ends_at)
            parts.append(f"{period.title} {until}")
        else:
            parts.append(f"{period.title} {gettext('from %s') % almanac.day(period.starts_at)}")
    today = gettext("today is %s") % almanac.day(now)
    return gettext("Cover of %s") % name + ": " + "; ".join([*parts, today])
