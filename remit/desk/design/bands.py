"""What the two drawings of time are made of: rectangles, marks and labels, as geometry for SVG.

x runs in per cent of the width, y in pixels, so that text keeps its size at any width; right-to-left pages get the
mirrored x and the swapped anchors. The drawings themselves stand in `clock_band` and `cover_band`, the markup in
`templates/design/parts/`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle: x and width in per cent, the name of its style."""

    x: str
    width: str
    style: str


@dataclass(frozen=True, slots=True)
class Label:
    """Text at x per cent, anchored start, middle or end."""

    x: str
    anchor: str
    text: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A vertical mark at x per cent: received, now, due, late or earliest."""

    x: str
    kind: str


@dataclass(frozen=True, slots=True)
class Band:
    """One drawing: rectangles from back to front, marks, labels above and below, and its accessible name."""

    name: str
    rects: tuple[Rect, ...]
    marks: tuple[Mark, ...]
    above: tuple[Label, ...]
    below: tuple[Label, ...]
    gaps: tuple[str, ...] = ()


def mirrored(band: Band) -> Band:
    """The same drawing for a page that runs from right to left: 100 − x − width, and the anchors swapped.

    Inside an SVG on such a page, text-anchor start already means the right-hand side, so anchors keep their names."""
    return replace(
        band,
        rects=tuple(replace(r, x=per_cent(100 - _value(r.x) - _value(r.width))) for r in band.rects),
        marks=tuple(replace(m, x=per_cent(100 - _value(m.x))) for m in band.marks),
        above=tuple(replace(label, x=per_cent(100 - _value(label.x))) for label in band.above),
        below=tuple(replace(label, x=per_cent(100 - _value(label.x))) for label in band.below),
        gaps=tuple(per_cent(100 - _value(x)) for x in band.gaps),
    )


def per_cent(value: float) -> str:
    """A number of per cent as a drawing writes it."""
    return f"{value:.2f}%"


def _value(per_cent: str) -> float:
    return float(per_cent[:-1])
