"""The clock band: the time of one clock, from receipt to the due moment and now, as geometry for SVG.

What lives here: pure functions from stretches of time to a `Band`. What does not: what a clock *is* (the policy core),
and the account in words under the band (`clocks`).

Open time is linear. Closed time is folded: each closed stretch has one fixed width. A very long pause, and what ran
past the due moment, are held to the length of everything else together, so that they cannot squeeze the rest out of
sight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise, product

from django.utils.translation import gettext

from remit.desk.design.bands import Band, Label, Mark, Rect, mirrored, per_cent
from remit.desk.design.words import Almanac

LABEL_WIDTH = (
    310  # px: the narrowest place a band stands in; labels that clear each other here do so everywhere
)
CHARACTER = 6.6  # px: mean width of a character of the labels
FOLDED = 5.0  # per cent for a closed stretch beside a few others
FOLDED_RECEIPT = 20.0  # for the closed stretch the request came in
FOLDED_DAYS = 1.6  # where there are many
FOLDED_BEFORE = 13.0  # for the day before, where the request came in after closing
FIXED = frozenset({"closed", "before"})
HELD = frozenset({"paused", "over"})
SOLID = frozenset({"counted", "paused", "left", "open", "over", "before"})


@dataclass(frozen=True, slots=True)
class Stretch:
    """Half-open stretch of time; kind is counted, closed, paused, left, open (not counted) or over (past due)."""

    start: datetime
    end: datetime
    kind: str
    reason: str = ""
    clause: str = ""

    @property
    def length(self) -> timedelta:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class _Place:
    stretch: Stretch
    x: float
    width: float


def clock_band(
    stretches: Sequence[Stretch],
    *,
    received_at: datetime,
    now: datetime,
    due_at: datetime | None,
    almanac: Almanac,
    name: str,
    earliest_at: datetime | None = None,
    met_at: datetime | None = None,
    open_hours: Sequence[tuple[datetime, datetime]] = (),
    is_rtl: bool = False,
) -> Band:
    """The band of one clock.

    `stretches` tile the time from the start of the clock to the due moment (or to now, if that is later); instants are
    aware. `open_hours` are the desk's open intervals around them, from before the receipt to after the due moment: they
    fold what is closed and give the first and the last day their whole extent. Without them all time counts as open.
    """
    is_late = due_at is not None and (met_at or now) > due_at
    pieces = _complete(list(stretches), received_at, met_at or now, due_at)
    if open_hours:
        pieces = [part for piece in pieces for part in _split(piece, open_hours)]
    pieces = _merged(_with_context(pieces, open_hours))
    places = _laid_out(pieces, received_at)
    at = _scale(places)
    marks, above = _marks(
        at, received_at, None if met_at else now, due_at, earliest_at, met_at, is_late, almanac
    )
    band = Band(name, tuple(_clock_rects(places)), marks, above, tuple(_below(places, open_hours, almanac)))
    return mirrored(band) if is_rtl else band


def _complete(
    pieces: list[Stretch], received: datetime, now: datetime, due: datetime | None
) -> list[Stretch]:
    """Pieces in order from receipt to the later of due moment and now; what no stretch covers is open or over."""
    pieces = sorted((p for p in pieces if p.end > p.start), key=lambda p: p.start)
    if due is not None:
        pieces = [part for piece in pieces for part in _cut(piece, due)]
        pieces = [
            replace(p, kind="over") if p.start >= due and p.kind in ("counted", "left") else p for p in pieces
        ]
    end = max(now, due or now, pieces[-1].end if pieces else now)
    filled: list[Stretch] = []
    cursor = min(received, pieces[0].start) if pieces else received
    for piece in pieces:
        if piece.start > cursor:
            filled.append(Stretch(cursor, piece.start, "open"))
        if piece.end > cursor:
            filled.append(replace(piece, start=max(piece.start, cursor)))
            cursor = piece.end
    if cursor < end:
        if due is not None and cursor < due:
            filled.append(Stretch(cursor, min(due, end), "left"))
            cursor = min(due, end)
        if cursor < end:
            filled.append(Stretch(cursor, end, "over"))
    return filled


def _cut(piece: Stretch, at: datetime) -> list[Stretch]:
    if piece.start < at < piece.end:
        return [replace(piece, end=at), replace(piece, start=at)]
    return [piece]


def _split(piece: Stretch, open_hours: Sequence[tuple[datetime, datetime]]) -> list[Stretch]:
    """The piece cut by opening hours: what lies outside them is closed, and a closed piece inside them stays closed."""
    if piece.kind == "closed":
        return [piece]
    parts, cursor = [], piece.start
    for opens, closes in open_hours:
        start, end = max(opens, piece.start), min(closes, piece.end)
        if start >= end:
            continue
        if cursor < start:
            parts.append(Stretch(cursor, start, "closed"))
        parts.append(replace(piece, start=start, end=end))
        cursor = end
    if cursor < piece.end:
        parts.append(Stretch(cursor, piece.end, "closed"))
    return parts


def _with_context(pieces: list[Stretch], open_hours: Sequence[tuple[datetime, datetime]]) -> list[Stretch]:
    """The pieces with the rest of the first and of the last working day, or a little air where all time is open."""
    if not pieces:
        return pieces
    start, end = pieces[0].start, pieces[-1].end
    live = sum((one.length for one in pieces if one.kind not in HELD | {"closed"}), timedelta())
    most = max(live * 0.6, timedelta(hours=1))  # what surrounds the clock never outweighs it
    if not open_hours:
        air = max(live / 16, timedelta(minutes=1))
        return [Stretch(start - air, start, "open"), *pieces, Stretch(end, end + air, "open")]
    before = [hours for hours in open_hours if hours[0] < start]
    if before:
        opens, closes = before[-1]
        if closes <= start:  # received after closing: the day before is there to be seen, not to scale
            head = [Stretch(opens, closes, "before"), Stretch(closes, start, "closed")]
        else:
            head = [Stretch(max(opens, start - most), start, "open")]
        pieces = [*head, *pieces]
    after = [hours for hours in open_hours if hours[0] <= end < hours[1]]
    if after:
        pieces = [*pieces, Stretch(end, min(after[0][1], end + most), "open")]
    return pieces


def _merged(pieces: Sequence[Stretch]) -> list[Stretch]:
    merged: list[Stretch] = []
    for piece in pieces:
        last = merged[-1] if merged else None
        if last and last.kind == piece.kind and last.end == piece.start and last.reason == piece.reason:
            merged[-1] = replace(last, end=piece.end)
        elif piece.end > piece.start:
            merged.append(piece)
    return merged


def _laid_out(pieces: Sequence[Stretch], received_at: datetime) -> list[_Place]:
    """Widths: closed stretches fixed, the rest in proportion to its length, nothing thinner than half a per cent."""
    closed = [p for p in pieces if p.kind == "closed"]
    fixed: dict[int, float] = {id(p): FOLDED_BEFORE for p in pieces if p.kind == "before"}
    for piece in closed:
        holds_receipt = piece.start <= received_at < piece.end and len(closed) < 4
        fixed[id(piece)] = FOLDED_RECEIPT if holds_receipt else FOLDED_DAYS if len(closed) > 4 else FOLDED
    room = 100.0 - min(sum(fixed.values()), 45.0)
    shrink = min(1.0, 45.0 / sum(fixed.values())) if fixed else 1.0
    other = sum(p.length.total_seconds() for p in pieces if p.kind not in FIXED | HELD) or 1.0
    weights = {
        id(p): min(p.length.total_seconds(), other) if p.kind in HELD else p.length.total_seconds()
        for p in pieces
        if p.kind not in FIXED
    }
    total = sum(weights.values()) or 1.0
    floor = total * 0.006
    weights = {key: max(weight, floor) for key, weight in weights.items()}
    total = sum(weights.values()) or 1.0
    places, x = [], 0.0
    for piece in pieces:
        width = fixed[id(piece)] * shrink if piece.kind in FIXED else room * weights[id(piece)] / total
        places.append(_Place(piece, x, width))
        x += width
    return places


@dataclass(frozen=True, slots=True)
class _scale:  # noqa: N801 - used as a function
    """x in per cent of an instant: linear within each place, held to the edges outside."""

    places: Sequence[_Place]

    def __call__(self, at: datetime) -> float:
        for place in self.places:
            if at < place.stretch.start:
                return place.x
            if at < place.stretch.end:
                return place.x + place.width * ((at - place.stretch.start) / place.stretch.length)
        return self.places[-1].x + self.places[-1].width if self.places else 0.0


CLOCK_STYLES = {
    "counted": "b-used",
    "left": "b-left",
    "open": "b-open",
    "before": "b-open",
    "over": "b-over",
    "paused": "hatch",
}


def _clock_rects(places: Sequence[_Place]) -> list[Rect]:
    rects = []
    for place in places:
        style = "b-closed" if place.stretch.kind == "closed" else CLOCK_STYLES[place.stretch.kind]
        rects.append(Rect(per_cent(place.x), per_cent(place.width), style))
    for group in _open_groups(places):
        width = group[-1].x + group[-1].width - group[0].x
        rects.append(Rect(per_cent(group[0].x), per_cent(width), "b-edge"))
    return rects


def _open_groups(places: Sequence[_Place]) -> list[list[_Place]]:
    groups: list[list[_Place]] = [[]]
    for place in places:
        if place.stretch.kind in SOLID:
            groups[-1].append(place)
        elif groups[-1]:
            groups.append([])
    return [group for group in groups if group]


@dataclass(frozen=True, slots=True)
class _Wish:
    x: float
    text: str
    style: str
    rank: int


def _marks(
    at: _scale,
    received: datetime,
    now: datetime | None,
    due: datetime | None,
    earliest: datetime | None,
    met: datetime | None,
    is_late: bool,
    almanac: Almanac,
) -> tuple[tuple[Mark, ...], tuple[Label, ...]]:
    marks = [Mark(per_cent(at(received)), "received")]
    wishes = [_Wish(at(received), gettext("Received"), "", 3)]
    if earliest is not None:
        marks.append(Mark(per_cent(at(earliest)), "earliest"))
        wishes.append(_Wish(at(earliest), gettext("earliest %s") % almanac.weekday(earliest), "", 4))
    if due is not None:
        marks.append(Mark(per_cent(at(due)), "due"))
        text = gettext("Due %s") % almanac.time(due) if is_late else almanac.time(due)
        wishes.append(_Wish(at(due), text, "t-late" if is_late else "t-due", 1))
    if met is not None:
        marks.append(Mark(per_cent(at(met)), "met"))
        wishes.append(_Wish(at(met), gettext("Done %s") % almanac.time(met), "t-strong", 0))
    if now is not None:
        marks.append(Mark(per_cent(at(now)), "now"))
        wishes.append(_Wish(at(now), gettext("Now %s") % almanac.time(now), "t-strong", 0))
    return tuple(marks), tuple(_without_collisions(wishes))


def _without_collisions(wishes: Sequence[_Wish]) -> list[Label]:
    """Labels that clear each other: as many of the important ones as fit, centred where possible. One that finds no
    room is left to the account below."""
    ways: list[list[tuple[str, float, float] | None]] = []
    for wish in wishes:
        width = len(wish.text) * CHARACTER / LABEL_WIDTH * 100
        ways.append([*((anchor, start, start + width) for anchor, start in _anchors(wish.x, width)), None])
    best = max(product(*ways), key=lambda chosen: _worth(wishes, chosen))
    hung = [(way, wish) for way, wish in zip(best, wishes, strict=True) if way is not None]
    hung.sort(key=lambda one: one[0][1])
    return [Label(per_cent(wish.x), way[0], wish.text, wish.style) for way, wish in hung]


def _worth(wishes: Sequence[_Wish], chosen: Sequence[tuple[str, float, float] | None]) -> float:
    """How good a way of hanging the labels is; below nothing where two overlap."""
    spans = sorted(way[1:] for way in chosen if way is not None)
    if any(before[1] + 1 > after[0] for before, after in pairwise(spans)):
        return -1.0
    kept = sum(10.0 ** (5 - wish.rank) for wish, way in zip(wishes, chosen, strict=True) if way is not None)
    return kept + sum(0.1 for way in chosen if way is not None and way[0] == "middle")


def _anchors(x: float, width: float) -> list[tuple[str, float]]:
    """The ways to hang a label at x that stay inside the band, the centred one first."""
    ways = [("middle", x - width / 2), ("start", x), ("end", x - width)]
    inside = [way for way in ways if way[1] >= -1 and way[1] + width <= 101]
    return inside or [("start", x)]


def _below(
    places: Sequence[_Place], open_hours: Sequence[tuple[datetime, datetime]], almanac: Almanac
) -> list[Label]:
    """Which days the open stretches are, and weeks where there are many."""
    groups = _open_groups(places)
    if len(groups) > 6:
        groups = _weeks(groups, almanac)
        spoken = [almanac.days(g[0].stretch.start, _just_before(g[-1].stretch.end)) for g in groups]
    elif len(groups) == 1 and groups[0][-1].stretch.end - groups[0][0].stretch.start > timedelta(hours=20):
        return _midnights(groups[0], almanac)
    else:
        spoken = [_day_words(group, open_hours, almanac) for group in groups]
    labels: list[Label] = []
    free_from = -1.0
    for group, text in zip(groups, spoken, strict=True):
        middle = (group[0].x + group[-1].x + group[-1].width) / 2
        for words in (text, text.split(" ")[0]):
            half = len(words) * CHARACTER / LABEL_WIDTH * 50
            middle = min(max(middle, half), 100 - half)
            if middle - half > free_from:
                labels.append(Label(per_cent(middle), "middle", words))
                free_from = middle + half + 1
                break
    return labels


def _day_words(
    group: Sequence[_Place], open_hours: Sequence[tuple[datetime, datetime]], almanac: Almanac
) -> str:
    """The day and its opening hours, also where the drawing shows only a part of them."""
    start, end = group[0].stretch.start, group[-1].stretch.end
    start, end = next(((a, b) for a, b in open_hours if a <= start < b), (start, end))
    first, last = almanac.weekday(start), almanac.weekday(_just_before(end))
    if first != last or end - start > timedelta(days=1):
        return f"{first}–{last}"
    return f"{first} {_hour(start, almanac)}–{_hour(end, almanac)}"


def _hour(at: datetime, almanac: Almanac) -> str:
    text = almanac.local(at).strftime("%H:%M")
    hour, minute = text.split(":")
    return almanac.figures(str(int(hour)) if minute == "00" else f"{int(hour)}:{minute}")


def _weeks(groups: Sequence[list[_Place]], almanac: Almanac) -> list[list[_Place]]:
    weeks: dict[tuple[int, int], list[_Place]] = {}
    for group in groups:
        key = almanac.local(group[0].stretch.start).isocalendar()[:2]
        weeks.setdefault(key, []).extend(group)
    return list(weeks.values())


def _midnights(group: Sequence[_Place], almanac: Almanac) -> list[Label]:
    """Names of the days of a band without closed time, each in the middle of its part, where there is room."""
    at = _scale(group)
    start, end = group[0].stretch.start, group[-1].stretch.end
    first = almanac.local(start).replace(hour=0, minute=0, second=0, microsecond=0)
    edges = [first + timedelta(days=n) for n in range((end - start).days + 3)]
    labels: list[Label] = []
    free_from = -1.0
    for midnight, following in pairwise(edges):
        a, b = at(max(midnight, start)), at(min(following, end))
        text = almanac.weekday(midnight)
        half = len(text) * CHARACTER / LABEL_WIDTH * 50
        middle = (a + b) / 2
        if b - a >= 2 * half and middle - half > free_from:
            labels.append(Label(per_cent(middle), "middle", text))
            free_from = middle + half + 1
    return labels


def _just_before(at: datetime) -> datetime:
    return at - timedelta(microseconds=1)
