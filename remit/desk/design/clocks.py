"""A clock as people read it: how it stands in a word, what is left, the band, and under it the account, line by line.

Reads the stored projection of a clock (any object with its attributes). What does not live here: the fold that made it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext, pgettext

from remit.desk.design.bands import Band
from remit.desk.design.clock_band import Stretch, clock_band
from remit.desk.design.derivations import derivation_words, holiday_words
from remit.desk.design.words import Almanac, is_rtl, read_instant
from remit.policy.calendars import WEEKDAYS, Calendar, WorkingTime
from remit.policy.clocks import Derivation, Reader, Unmeasured
from remit.policy.document.policy import Clause, Policy
from remit.policy.document.spoken import spoken

LONGEST_ACCOUNT = 7
OPEN = ("running", "paused", "breached", "waiting to start", "in order")
DAYS_AROUND = timedelta(days=8)


def metric_words(metric: str) -> str:
    """What the clock measures: 'First answer'."""
    words = {
        "first response": gettext("First answer"),
        "next response": gettext("Next answer"),
        "resolution": gettext("Solution"),
        "diagnosis": gettext("Diagnosis"),
        "refund": gettext("Refund"),
        "call back": gettext("Call back"),
    }
    return words.get(metric, metric.capitalize())


def pause_words(reason: str) -> str:
    """Why a clock stands still, for anyone who reads it."""
    words = {
        "waiting for the customer": gettext("Waiting for an answer"),
        "incomplete at intake": gettext("Waiting for the missing details"),
        "waiting for access": gettext("Waiting for access"),
        "on hold": gettext("On hold"),
        "declared event": gettext("Declared event"),
    }
    return words.get(reason, reason.capitalize())


@dataclass(frozen=True, slots=True)
class Cite:
    """A section a line rests on. `by`: what an individual agreement has to do with it, empty where nothing."""

    number: str
    title: str
    address: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the account. `key` names its mark; `is_out`: not counted; `is_sum`: the last."""

    key: str
    text: str
    amount: str
    cite: Cite | None = None
    is_out: bool = False
    is_sum: bool = False


@dataclass(frozen=True, slots=True)
class ClockPanel:
    """One clock on a page. `shape` is the state's shape, `tone` its colour (ok, risk, late or none)."""

    metric: str
    name: str
    state: str
    shape: str
    tone: str
    word: str
    headline: str
    rest: str
    due_at: datetime | None
    band: Band | None
    lines: tuple[Line, ...]
    derivation: tuple[tuple[str, Cite | None], ...]
    is_internal: bool
    is_approximate: bool
    is_open: bool
    is_unsaid: bool
    cycle: int
    used: str
    is_soon: bool
    target_line: str
    target_cite: Cite | None


def cite_of(policy: Policy, clause: str | None, address: str) -> Cite | None:
    """The section of a clause id; None where the policy has none of this id."""
    found = policy.clause_of(clause)
    return Cite(found.mark, found.title, f"{address}#{found.id}", by_agreement(found)) if found else None


def by_agreement(clause: Clause) -> str:
    """What an individual agreement has to do with a section, in words."""
    if clause.amendment is None:
        return ""
    if clause.is_changed:
        return gettext("As changed by the agreement, %s") % clause.amendment.number
    return gettext("Added by the agreement")


def clock_panels(
    clocks: Iterable[tuple[Any, Derivation]],
    policy: Policy,
    *,
    received_at: datetime,
    now: datetime,
    almanac: Almanac,
    policy_address: str,
    reader: Reader,
) -> tuple[ClockPanel, ...]:
    """The panels of a ticket's clocks as of `now`, each with how it came about: those that are owed, the open ones and
    the earliest due first. Where the policy has no row for the priority, agents are told so.
    """
    panels = [
        clock_panel(
            clock,
            policy,
            received_at=received_at,
            now=now,
            almanac=almanac,
            policy_address=policy_address,
            told=derivation_words(derivation, almanac, policy, reader),
        )
        for clock, derivation in clocks
        if clock.state not in ("none owed", "cancelled") or (is_unsaid(clock) and reader is Reader.AGENT)
    ]
    return tuple(sorted(panels, key=lambda one: (not one.is_open, one.due_at is None, one.due_at or now)))


def clock_panel(
    clock: Any,
    policy: Policy,
    *,
    received_at: datetime,
    now: datetime,
    almanac: Almanac,
    policy_address: str,
    told: Iterable[tuple[str, str]] = (),
) -> ClockPanel:
    """The panel of one stored clock, as of `now`. `told`: how it came about, each step with its clause."""
    stretches = _as_of(now, clock, [_stretch(one) for one in clock.segments])
    shape, tone, word = _state_words(clock, now, almanac)
    left = _left(stretches, clock.due_at, now)
    headline, rest = _headline(clock, left, now, almanac)
    band = None
    if stretches or clock.due_at is not None:
        band = _band(clock, stretches, policy, received_at, now, almanac)
    return ClockPanel(
        metric=clock.metric,
        name=metric_words(clock.metric),
        state=clock.state,
        shape=shape,
        tone=tone,
        word=word,
        headline=headline,
        rest=rest,
        due_at=clock.due_at,
        band=band,
        lines=tuple(_account(clock, stretches, policy, now, almanac, policy_address)),
        derivation=tuple((text, cite_of(policy, clause, policy_address)) for text, clause in told),
        is_internal=clock.is_internal,
        is_approximate=clock.approximate,
        is_open=clock.met_at is None and clock.state in OPEN,
        is_unsaid=is_unsaid(clock),
        cycle=clock.cycle,
        used=_used(stretches, left),
        is_soon=clock.due_at is not None and clock.due_at - now < timedelta(hours=20),
        target_line=_target_line(clock, now, almanac),
        target_cite=cite_of(policy, clock.clause, policy_address),
    )


def is_unsaid(clock: Any) -> bool:
    """Whether nothing is promised only because the policy has no row for the ticket's priority."""
    return clock.state == "none owed" and clock.met_at is None and clock.target == str(Unmeasured.UNSAID)


def _used(stretches: Sequence[Stretch], left: timedelta) -> str:
    """How much of the target is used, for a meter: '46%'."""
    counted = sum((one.length for one in stretches if one.kind == "counted"), timedelta())
    whole = counted + left
    return f"{min(100, round(100 * (counted / whole)))}%" if whole else "0%"


def _target_line(clock: Any, now: datetime, almanac: Almanac) -> str:
    """The promise in a few words: 'First answer within 4 working hours, due Fri 12:00'."""
    if clock.due_at is None:
        return gettext("%s, in order") % metric_words(clock.metric) if clock.state == "in order" else ""
    within = gettext("%(metric)s within %(target)s") if clock.target else "%(metric)s"
    line = within % {
        "metric": metric_words(clock.metric),
        "target": spoken(clock.target, almanac.language),
    }
    return line + ", " + gettext("due %s") % almanac.brief(clock.due_at, now)


def _stretch(one: Mapping[str, Any]) -> Stretch:
    return Stretch(
        read_instant(one["start"]),
        read_instant(one["end"]),
        one["kind"],
        one.get("reason") or "",
        one.get("clause") or "",
    )


def _as_of(now: datetime, clock: Any, stretches: Sequence[Stretch]) -> list[Stretch]:
    """The stored stretches brought up to `now`: what was left and has passed since was counted; a pause goes on."""
    if clock.met_at is not None or clock.state in ("met", "cancelled"):
        return list(stretches)
    current: list[Stretch] = []
    for one in stretches:
        if one.kind != "left" or one.start >= now:
            current.append(one)
        elif one.end <= now:
            current.append(replace(one, kind="counted"))
        else:
            current += [replace(one, end=now, kind="counted"), replace(one, start=now)]
    if clock.state == "paused" and current and current[-1].kind == "paused" and current[-1].end < now:
        current[-1] = replace(current[-1], end=now)
    return current


def _left(stretches: Sequence[Stretch], due: datetime | None, now: datetime) -> timedelta:
    """What is left of the target in its own time: the left stretches after now."""
    if due is None:
        return timedelta()
    total = timedelta()
    for one in stretches:
        if one.kind == "left":
            start, end = max(one.start, now), min(one.end, due)
            total += max(end - start, timedelta())
    return total


def _state_words(clock: Any, now: datetime, almanac: Almanac) -> tuple[str, str, str]:
    """Shape, tone and word of the clock's state."""
    if clock.met_at is not None:
        if clock.breached_at is not None:
            return "late", "late", gettext("Done late, %s") % almanac.brief(clock.met_at, now)
        return "met", "ok", gettext("Done %s") % almanac.brief(clock.met_at, now)
    still = {
        "cancelled": ("none", "", gettext("Called off")),
        "none owed": ("none", "", gettext("No time promised") if is_unsaid(clock) else gettext("None owed")),
        "in order": ("running", "", pgettext("clock", "In order")),
        "paused": ("stopped", "", pause_words(clock.pause_reason)),
    }
    if clock.state in still:
        return still[clock.state]
    if clock.due_at is None:
        return "waiting", "", gettext("Not started")
    if clock.started_at is not None and clock.started_at > now:
        return "waiting", "", gettext("Starts %s") % almanac.brief(clock.started_at, now)
    if clock.breached_at is not None or clock.due_at <= now:
        return "late", "late", gettext("%s late") % almanac.amount(now - clock.due_at, days=True)
    if clock.at_risk_at is not None and clock.at_risk_at <= now:
        return "risk", "risk", gettext("At risk")
    return "running", "ok", gettext("In time")


def _headline(clock: Any, left: timedelta, now: datetime, almanac: Almanac) -> tuple[str, str]:
    if clock.met_at is not None or clock.due_at is None:
        return "", ""
    if clock.due_at <= now:
        late = almanac.amount(now - clock.due_at, days=True)
        return late, gettext("late, was due %s") % almanac.brief(clock.due_at, now)
    if not left:
        return almanac.by(clock.due_at, now), ""
    due = almanac.brief(clock.due_at, now)
    spoken = gettext("left, usually by %s") if clock.approximate else gettext("left, due %s")
    return almanac.amount(left, days=True), spoken % due


# --- the band -------------------------------------------------------------------------------------------------------


def _band(
    clock: Any,
    stretches: Sequence[Stretch],
    policy: Policy,
    received_at: datetime,
    now: datetime,
    almanac: Almanac,
) -> Band:
    until = clock.met_at or now
    ends = [until, *(one.end for one in stretches), *([clock.due_at] if clock.due_at else [])]
    start = min([clock.started_at or received_at, received_at, *(one.start for one in stretches)])
    if clock.cycle > 1 or clock.metric == "next response":
        start = min([clock.started_at or received_at, *(one.start for one in stretches)])
    return clock_band(
        stretches,
        received_at=start,
        now=now,
        due_at=clock.due_at,
        earliest_at=clock.not_before,
        met_at=clock.met_at,
        almanac=almanac,
        name=_name(clock, start, now, almanac),
        open_hours=_open_hours(stretches, policy, start, max(ends)),
        is_rtl=is_rtl(almanac.language),
    )


def _open_hours(
    stretches: Sequence[Stretch], policy: Policy, start: datetime, end: datetime
) -> list[tuple[datetime, datetime]]:
    """Open intervals around the clock, from the calendar it ran on; empty where all its time counts."""
    if not any(one.kind == "closed" for one in stretches):
        return []
    for calendar in policy.calendars.values():
        found = _intervals(calendar, start, end)
        if found and all(_inside(one, found) for one in stretches if one.kind in ("counted", "left")):
            return found
    return []


def _intervals(calendar: Calendar, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    bands = frozenset({"open"})
    spans = WorkingTime(calendar, bands).intervals(start - DAYS_AROUND, end + timedelta(days=2))
    return [(opens, closes) for opens, closes, *_ in spans]


def _inside(one: Stretch, hours: Sequence[tuple[datetime, datetime]]) -> bool:
    return any(opens <= one.start and one.end <= closes for opens, closes in hours)


def _name(clock: Any, start: datetime, now: datetime, almanac: Almanac) -> str:
    """The drawing in a sentence, for those who cannot see it."""
    begun = {"metric": metric_words(clock.metric), "start": almanac.full(start)}
    parts = [gettext("%(metric)s: from %(start)s") % begun]
    if clock.state == "paused":
        parts.append(pause_words(clock.pause_reason))
    if clock.met_at is not None:
        parts.append(gettext("done %s") % almanac.full(clock.met_at))
    else:
        parts.append(gettext("now %s") % almanac.full(now))
    if clock.due_at is not None:
        parts.append(gettext("due %s") % almanac.full(clock.due_at))
    return "; ".join(parts)


# --- the account ----------------------------------------------------------------------------------------------------


def _account(
    clock: Any, stretches: Sequence[Stretch], policy: Policy, now: datetime, almanac: Almanac, address: str
) -> list[Line]:
    target = (
        gettext("Left of %s") % spoken(clock.target, almanac.language) if clock.target else gettext("Left")
    )
    shown = _until_due([one for one in stretches if one.kind != "left"], clock.due_at)
    lines = _lines(shown, policy, now, almanac, address)
    if len(lines) > LONGEST_ACCOUNT:
        lines = _lines(_gathered(shown), policy, now, almanac, address)
    left = _left(stretches, clock.due_at, now)
    target_cite = cite_of(policy, clock.clause, address)
    if left and clock.met_at is None:
        lines.append(Line("left", target, almanac.amount(left, days=True), target_cite))
    if clock.due_at is not None and (clock.met_at or now) > clock.due_at:
        since = gettext("Late, since %s") % almanac.brief(clock.due_at, now)
        lines.append(Line("late", since, almanac.amount((clock.met_at or now) - clock.due_at, days=True)))
    if clock.met_at is not None and clock.due_at is not None:
        done = gettext("%(metric)s given, due %(due)s") % {
            "metric": metric_words(clock.metric),
            "due": almanac.full(clock.due_at),
        }
        lines.append(Line("mark", done, almanac.brief(clock.met_at, now), target_cite, is_sum=True))
    elif clock.due_at is not None:
        usually = gettext("%s usually by") if clock.approximate else gettext("%s due")
        cite = None if left else target_cite
        text = usually % metric_words(clock.metric)
        lines.append(Line("due", text, almanac.full(clock.due_at), cite, is_sum=True))
    return lines


def _until_due(stretches: Sequence[Stretch], due: datetime | None) -> list[Stretch]:
    """The stretches up to the due moment; what runs past it has a line of its own."""
    if due is None:
        return list(stretches)
    return [replace(one, end=min(one.end, due)) for one in stretches if one.start < due]


def _lines(
    stretches: Sequence[Stretch], policy: Policy, now: datetime, almanac: Almanac, address: str
) -> list[Line]:
    lines = []
    for one in stretches:
        cite = cite_of(policy, one.clause, address)
        span = almanac.amount(one.length, days=True)
        run = _run(one, now, almanac)
        if one.kind == "counted":
            lines.append(Line("used", gettext("Counted, %s") % run, span, cite))
        elif one.kind == "paused":
            text = f"{pause_words(one.reason)}, {span}"
            lines.append(Line("pause", text, gettext("not counted"), cite, is_out=True))
        elif one.kind == "closed":
            names_it = one.reason and one.length < timedelta(hours=30)
            why = (
                gettext("Closed (%s)") % _closed_words(one.reason, one.start, almanac, policy)
                if names_it
                else gettext("Closed")
            )
            text = f"{why}, {run}"
            lines.append(Line("closed", text, gettext("not counted"), cite, is_out=True))
    return lines


def _closed_words(reason: str, at: datetime, almanac: Almanac, policy: Policy) -> str:
    """Why the desk was closed: of hours and weekdays in the page's words, else as it was announced."""
    words = {
        "after closing": gettext("after closing"),
        "before opening": gettext("before opening"),
        "between hours": gettext("between hours"),
    }
    if reason in WEEKDAYS:
        return almanac.weekday(at, long=True)
    return words.get(reason) or holiday_words(reason, policy)


def _run(one: Stretch, now: datetime, almanac: Almanac) -> str:
    a, b = almanac.local(one.start), almanac.local(one.end)
    if a.date() == b.date():
        day = "" if a.date() == almanac.local(now).date() else almanac.weekday(one.start) + " "
        if abs((a.date() - almanac.local(now).date()).days) > 6:
            day = almanac.day(one.start, year=False) + ", "
        return f"{day}{almanac.time(one.start)}–{almanac.time(one.end)}"
    return f"{almanac.brief(one.start, now)} – {almanac.brief(one.end, now)}"


def _gathered(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Many days as few lines: what was counted between two pauses as one stretch, closed time in it left out."""
    gathered: list[Stretch] = []
    counted: list[Stretch] = []
    for one in [*stretches, None]:
        if one is not None and one.kind in ("counted", "closed"):
            if one.kind == "counted":
                counted.append(one)
            continue
        if counted:
            gathered.append(_Sum(counted[0].start, counted[-1].end, "counted", "", counted[-1].clause,
                                 sum((c.length for c in counted), timedelta())))  # fmt: skip
            counted = []
        if one is not None:
            gathered.append(one)
    return gathered


@dataclass(frozen=True, slots=True)
class _Sum(Stretch):
    """Several counted stretches as one: its length is their sum, not the time between its ends."""

    total: timedelta = timedelta()

    @property
    def length(self) -> timedelta:
        return self.total
