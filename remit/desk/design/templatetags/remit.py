"""Tags and filters of Remit's pages: icons, shapes, bands, moments in words, citations.

Filters on time read the zone and the language that `tongue.speaking` activated for the request, so that a template
never names either. Nothing here reads the clock: filters that need the present take it as their argument.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from remit.desk.design import shapes
from remit.desk.design.icons import PATHS
from remit.desk.design.words import Almanac, digits

register = template.Library()
_serial = count(1)


def almanac() -> Almanac:
    """The almanac of the page being drawn."""
    return Almanac(get_language() or "en", timezone.get_current_timezone())


def _svg(inner: str, box: int, style: str = "") -> SafeString:
    opening = format_html('<svg{} viewBox="0 0 {} {}" aria-hidden="true">', _class(style), box, box)
    return mark_safe(opening + inner + "</svg>")  # noqa: S308 - path data of our own


def _class(style: str) -> SafeString:
    return format_html(' class="{}"', style) if style else mark_safe("")


@register.simple_tag
def icon(name: str, style: str = "") -> SafeString:
    """An outline icon beside a word; it is hidden from assistive technology because the word says it."""
    classes = f"rm-icon {style}".strip()
    return mark_safe(  # noqa: S308 - path data of our own
        format_html('<svg class="{}" viewBox="0 0 24 24" fill="none" stroke="currentColor" ', classes)
        + 'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">'
        + PATHS[name]
        + "</svg>"
    )


@register.simple_tag
def outcome_shape(outcome: str) -> SafeString:
    """The shape of one of the seven outcomes."""
    return _svg(shapes.OUTCOMES[str(outcome)], 22)


@register.simple_tag
def state_shape(state: str) -> SafeString:
    """The shape of a clock's state: late, risk, running, stopped, met, waiting or none."""
    return _svg(shapes.STATES.get(state, shapes.STATES["none"]), 16)


@register.simple_tag
def desk_mark(name: str) -> SafeString:
    """A desk's mark on its accent."""
    return _svg('<rect width="28" height="28" rx="7"/>' + shapes.mark_of(name), 28, "rm-mark")


@register.simple_tag
def priority_shape(filled: int, of: int) -> SafeString:
    """Bars of a priority, `filled` of `of`."""
    return _svg(shapes.priority_bars(filled, of), 14)


@register.filter
def face(name: str) -> str:
    """The initials of a name, at most two."""
    parts = [part for part in str(name).split() if part[:1].isalnum()]
    letters = [parts[0][0], parts[-1][0]] if len(parts) > 1 else [parts[0][:2]] if parts else ["?"]
    return "".join(letters).upper()


@register.filter
def full(at: datetime) -> SafeString:
    """'Thu 19 Nov 2026, 19:40' as a <time>."""
    return _time(at, almanac().full(at))


@register.filter
def brief(at: datetime, now: datetime) -> SafeString:
    """The shortest words for an instant that are understood at `now`, as a <time>."""
    return _time(at, almanac().brief(at, now))


@register.filter
def day(on: datetime | date) -> SafeString:
    """'2 August 2026' as a <time>."""
    return _time(on, almanac().day(on, long=True))


@register.filter
def short_day(on: datetime | date) -> SafeString:
    """'2 Aug 2026' as a <time>."""
    return _time(on, almanac().day(on))


@register.filter
def amount(span: timedelta) -> str:
    """'4 h 27 min'."""
    return almanac().amount(span)


@register.filter
def figures(value: Any) -> str:
    """A number or text with the figures of the page's language."""
    return digits(str(value), get_language() or "en")


@register.filter
def paragraphs(text: str) -> SafeString:
    """People's own words as paragraphs, escaped; line breaks are kept, the direction follows the words."""
    blocks = [block.strip("\n") for block in str(text).replace("\r\n", "\n").split("\n\n")]
    return mark_safe(  # noqa: S308 - every line is escaped
        "".join(
            '<p dir="auto">' + "<br>".join(conditional_escape(line) for line in block.split("\n")) + "</p>"
            for block in blocks
            if block.strip()
        )
    )


@register.filter
def section(number: str) -> str:
    """'§10', or 'بند ۱۰' on a Persian page; '§4 (A-1)' breaks before its bracket and nowhere else."""
    return gettext("§%s") % digits(str(number), get_language() or "en").replace(
        "-", "\N{NON-BREAKING HYPHEN}"
    )


def _time(at: datetime | date, words: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', at.isoformat(), words)


@register.inclusion_tag("design/parts/clock_band.html")
def clock_band(band: Any) -> dict[str, Any]:
    """The drawing of a clock."""
    return {"band": band, "id": next(_serial)}


@register.inclusion_tag("design/parts/cover_band.html")
def cover_band(band: Any) -> dict[str, Any]:
    """The drawing of a cover."""
    return {"band": band, "id": next(_serial)}
