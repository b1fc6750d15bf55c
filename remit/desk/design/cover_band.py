"""The cover band: the phases of what is held, with today marked, as geometry for SVG.

What lives here: pure functions from periods of cover to a `Band`. What does not: what a period of cover *is* (the
policy core), and the list of phases under the band (`covers`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext

from remit.desk.design.bands import Band, Label, Mark, Rect, mirrored, per_cent


@dataclass(frozen=True, slots=True)
class CoverPeriod:
    """A phase of cover, half-open; `ends_at` None is open-ended. `is_covered`: the policy counts the phase as cover."""

    phase: str
    title: str
    starts_at: datetime
    ends_at: datetime | None
    is_covered: bool
    clause: str = ""


@dataclass(frozen=True, slots=True)
class _Part:
    period: CoverPeriod
    style: str
    x: float
    width: float
    nominal: timedelta


COVER_STYLES = {"soon": "hatch", "rest": "c-rest", "dots": "c-dots"}
TAIL = 12.0  # per cent: the last, open-ended phase


def cover_styles(periods: Sequence[CoverPeriod]) -> list[str]:
    """How each phase is drawn: covered · soon (a short phase after cover) · rest (over) · dots (the open end)."""
    styles = []
    for index, period in enumerate(periods):
        is_last = index == len(periods) - 1
        if period.is_covered:
            styles.append("covered")
        elif period.ends_at is None and is_last and len(periods) > 1:
            styles.append("dots")
        elif index and styles[-1] == "covered" and period.ends_at is not None:
            follows_bounded = not is_last and periods[index + 1].ends_at is not None
            styles.append("soon" if follows_bounded or _is_short(period, periods[index - 1]) else "rest")
        else:
            styles.append("rest")
    return styles


def _is_short(period: CoverPeriod, before: CoverPeriod) -> bool:
    if period.ends_at is None or before.ends_at is None:
        return False
    return (period.ends_at - period.starts_at) * 2 < before.ends_at - before.starts_at


def cover_band(periods: Sequence[CoverPeriod], *, now: datetime, name: str, is_rtl: bool = False) -> Band:
    """The band of one entitlement's cover: linear throughout, the open end about a tenth of the width."""
    shown = _recent(list(zip(periods, cover_styles(periods), strict=True)), now)
    parts = _cover_parts(shown, now)
    rects: list[Rect] = []
    for part in parts:
        rects.extend(_cover_rects(part, now))
    gaps = tuple(per_cent(part.x) for part in parts[1:] if part.style != "dots")
    x = _cover_x(parts, now)
    anchor = "start" if x < 6 else "end" if x > 94 else "middle"
    band = Band(
        name,
        tuple(rects),
        (Mark(per_cent(x), "now"),),
        (Label(per_cent(x), anchor, gettext("Today"), "t-strong"),),
        (),
        gaps,
    )
    return mirrored(band) if is_rtl else band


def _recent(periods: Sequence[tuple[CoverPeriod, str]], now: datetime) -> list[tuple[CoverPeriod, str]]:
    """Periods with their styles, from the one two before today's on: a long history would leave no room for what
    matters. What lasted nothing has no width to be drawn with. The styles are those of the whole history, as in the
    list below the band.
    """
    periods = [(one, style) for one, style in periods if one.ends_at is None or one.starts_at < one.ends_at]
    current = next(
        (i for i, (p, _) in enumerate(periods) if p.ends_at is None or p.ends_at > now), len(periods) - 1
    )
    shown = periods[max(0, current - 2) :]
    return [one for i, one in enumerate(shown) if i > 0 or one[0].phase != "none" or len(shown) == 1]


def _cover_parts(shown: Sequence[tuple[CoverPeriod, str]], now: datetime) -> list[_Part]:
    bounded = sum((p.ends_at - p.starts_at for p, _ in shown if p.ends_at), timedelta())
    parts, x = [], 0.0
    has_tail = bool(shown) and shown[-1][0].ends_at is None
    room = 100.0 - (TAIL if has_tail and bounded else 0.0)
    for period, style in shown:
        if period.ends_at is None:
            width = TAIL if bounded else 100.0
            nominal = max(bounded * (width / 100), (now - period.starts_at) * 1.6, timedelta(days=1))
        else:
            nominal = period.ends_at - period.starts_at
            width = room * (nominal / bounded)
        parts.append(_Part(period, style, x, width, nominal))
        x += width
    return parts


def _cover_rects(part: _Part, now: datetime) -> list[Rect]:
    if part.style != "covered":
        return [Rect(per_cent(part.x), per_cent(part.width), COVER_STYLES[part.style])]
    done = min(max((now - part.period.starts_at) / part.nominal, 0.0), 1.0)
    rects = []
    if done > 0:
        rects.append(Rect(per_cent(part.x), per_cent(part.width * done), "b-used"))
    if done < 1:
        rects.append(Rect(per_cent(part.x + part.width * done), per_cent(part.width * (1 - done)), "b-left"))
    return rects


def _cover_x(parts: Sequence[_Part], now: datetime) -> float:
    for part in parts:
        if part.period.ends_at is None or now < part.period.ends_at:
            return part.x + part.width * min(max((now - part.period.starts_at) / part.nominal, 0.0), 1.0)
    return 100.0
