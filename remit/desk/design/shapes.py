"""The shapes that carry meaning: seven outcomes, the states of a clock, priorities, and the marks of desks.

Each differs in outline, so that all survive black and white. What does not live here: plain icons (`icons.py`) and the
words beside the shapes (`presenting`).
"""

from __future__ import annotations

from remit.desk.design.icons import PATHS

_STROKE = 'fill="none" stroke="currentColor"'

OUTCOMES: dict[str, str] = {
    "suspend": (
        f'<path d="M7.2 1.8h7.6l5.4 5.4v7.6l-5.4 5.4H7.2l-5.4-5.4V7.2z" {_STROKE} stroke-width="1.75" '
        'stroke-linejoin="round"/><path d="M8.8 7.6v6.8M13.2 7.6v6.8" stroke="currentColor" stroke-width="2" '
        'stroke-linecap="round"/>'
    ),
    "refuse": (
        f'<circle cx="11" cy="11" r="9.2" {_STROKE} stroke-width="1.75"/>'
        '<path d="M7 11h8" stroke="currentColor" stroke-width="2" stroke-linecap="round"/>'
    ),
    "quote": (
        f'<rect x="1.8" y="3.8" width="18.4" height="14.4" rx="2.5" {_STROKE} stroke-width="1.75"/>'
        '<path d="M2 8.4h18M6 14h4" stroke="currentColor" stroke-width="1.75" stroke-linecap="round"/>'
    ),
    "split": (
        f'<rect x="1.8" y="1.8" width="18.4" height="18.4" rx="4" {_STROKE} stroke-width="1.75"/>'
        f'<path d="M11 16.5V12L7 8M11 12l4-4M7 10.4V8h2.4M12.6 8H15v2.4" {_STROKE} stroke-width="1.6" '
        'stroke-linecap="round" stroke-linejoin="round"/>'
    ),
    "ask": (
        f'<path d="M11 1.2 20.8 11 11 20.8 1.2 11z" {_STROKE} stroke-width="1.75" stroke-linejoin="round"/>'
        '<path d="M11 6.6v5" stroke="currentColor" stroke-width="2" stroke-linecap="round"/>'
        '<circle cx="11" cy="14.9" r="1.15" fill="currentColor"/>'
    ),
    "review": (
        f'<circle cx="11" cy="11" r="9.2" {_STROKE} stroke-width="1.75"/>'
        '<circle cx="11" cy="8.8" r="2.5" fill="currentColor"/>'
        f'<path d="M6.6 15.6c.7-2.3 2.4-3.3 4.4-3.3s3.7 1 4.4 3.3" {_STROKE} stroke-width="1.9" '
        'stroke-linecap="round"/>'
    ),
    "accept": (
        '<circle cx="11" cy="11" r="9.5" fill="currentColor"/><path d="M6.8 11.4l2.9 2.8 5.5-6" fill="none" '
        'stroke="var(--rm-paper)" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/>'
    ),
}

STATES: dict[str, str] = {
    "late": (
        '<path d="M5 1h6l4 4v6l-4 4H5l-4-4V5z" fill="currentColor"/><path d="M8 4.3v4.4" stroke="var(--rm-paper)" '
        'stroke-width="1.8" stroke-linecap="round"/><circle cx="8" cy="11.4" r="1.05" fill="var(--rm-paper)"/>'
    ),
    "risk": (
        f'<path d="M8 1.8 15 14H1z" {_STROKE} stroke-width="1.5" stroke-linejoin="round"/>'
        '<path d="M8 6.4v3.4" stroke="currentColor" stroke-width="1.6" stroke-linecap="round"/>'
        '<circle cx="8" cy="12" r=".9" fill="currentColor"/>'
    ),
    "running": (
        f'<circle cx="8" cy="8" r="6" {_STROKE} stroke-width="1.5"/>'
        f'<path d="M8 4.8V8l2.2 1.4" {_STROKE} stroke-width="1.5" stroke-linecap="round"/>'
    ),
    "stopped": (
        '<rect x="3.5" y="3" width="3" height="10" rx="1" fill="currentColor"/>'
        '<rect x="9.5" y="3" width="3" height="10" rx="1" fill="currentColor"/>'
    ),
    "met": (
        '<circle cx="8" cy="8" r="6.75" fill="currentColor"/><path d="M5.2 8.2l2 2 3.7-4" fill="none" '
        'stroke="var(--rm-paper)" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round"/>'
    ),
    "none": '<path d="M3 8h10" stroke="currentColor" stroke-width="1.6" stroke-linecap="round"/>',
    "waiting": f'<circle cx="8" cy="8" r="6" {_STROKE} stroke-width="1.5" stroke-dasharray="2.4 2.3"/>',
}

# Marks of desks, drawn in a box of 28 over the desk's accent. A desk may also name any icon.
MARKS: dict[str, str] = {
    "exchange": '<path d="M8 11.5h11l-3-3M20 16.5H9l3 3"/>',
    "one": '<path d="M11 10.5l3.5-2.5v12M11 20h7"/>',
    "clock": '<circle cx="14" cy="14" r="6.2" fill="none"/><path d="M14 10.6V14l2.4 1.8"/>',
    "shield": '<path d="M14 6.8l6 2.2v4.6c0 3.6-2.6 6.2-6 7.6-3.4-1.4-6-4-6-7.6V9z"/>'
    '<path d="M11.3 13.9l2 2 3.6-3.8"/>',
    "layers": '<path d="M8 11l6-3.2 6 3.2-6 3.2zM8 14.6l6 3.2 6-3.2M8 18l6 3.2 6-3.2"/>',
    "lifebuoy": '<circle cx="14" cy="14" r="7" fill="none"/><circle cx="14" cy="14" r="2.6" fill="none"/>'
    '<path d="M12.2 12.2 9.1 9.1M15.8 12.2l3.1-3.1M12.2 15.8l-3.1 3.1M15.8 15.8l3.1 3.1"/>',
    "remit": '<path d="M9 8.5h10M9 12.2h10M9 15.9h6"/><path d="M14.6 19.2l1.9 1.9 3.6-4.2"/>',
}


def mark_of(name: str) -> str:
    """The inside of a desk's mark; an icon's name gives that icon, an unknown name the lifebuoy."""
    if name in MARKS:
        return MARKS[name]
    if name in PATHS:
        return f'<g transform="translate(5.6 5.6) scale(.7)">{PATHS[name]}</g>'
    return MARKS["lifebuoy"]


def priority_bars(filled: int, of: int) -> str:
    """Rising bars, `filled` of them full: the strongest priority fills all. `of` is 2 to 5."""
    step = 14 / of
    width = step * 0.65
    bars = []
    for index in range(of):
        height = 4.5 + index * (9 / max(of - 1, 1))
        style = "on" if index < filled else "off"
        bars.append(
            f'<rect class="{style}" x="{index * step:.2f}" y="{14 - height:.2f}" width="{width:.2f}" '
            f'height="{height:.2f}" rx=".8"/>'
        )
    return "".join(bars)
