"""A policy as a page: sections with their anchors, the contents, the history of versions, and what the team sees in the
margin. Values only; who may see what is for the rooms above to say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext

from remit.desk.design.clocks import Cite, by_agreement, cite_of
from remit.desk.design.derivations import holiday_words
from remit.desk.design.words import Almanac, zone_words
from remit.policy.calendars import Calendar
from remit.policy.document.policy import Assumption, Clause, Policy
from remit.policy.vocabulary.durations import Duration, Unit, add_calendar


@dataclass(frozen=True, slots=True)
class Remark:
    """What the team reads beside a section: what it does, and what came of it."""

    does: str = ""
    counts: str = ""
    is_risky: bool = False
    assumptions: tuple[Assumption, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the page. `html` is the document's own prose, already safe; `by` what an individual agreement has to
    do with it.
    """

    id: str
    number: str
    title: str
    level: int
    html: str
    remark: Remark | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class OpenDays:
    """A row of opening hours: the days, and from when to when."""

    days: str
    hours: str


@dataclass(frozen=True, slots=True)
class HoursPanel:
    """A calendar of the policy: its hours, and the holidays that were frozen into the version: those of the next twelve
    months, and the rest.
    """

    name: str
    zone: str
    cite: Cite | None
    rows: tuple[OpenDays, ...]
    coming: tuple[tuple[date, str], ...]
    others: tuple[tuple[date, str], ...]


@dataclass(frozen=True, slots=True)
class ClosedStretch:
    """A stretch in which the desk is closed beyond what its policy says, as it was announced."""

    starts_at: datetime
    ends_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A line of the history. `until` is None for the version that is last; `accepted_by`: how many people accepted it,
    for the team alone.
    """

    number: int
    since: datetime
    until: datetime | None
    note: str
    fingerprint: str
    address: str
    is_shown: bool
    state: str
    accepted_by: int = 0


@dataclass(frozen=True, slots=True)
class AgreementNote:
    """What stands at the head of the page under an individual agreement. `state`: as of `VersionRow`; `clauses`: the
    id, the number and the title of each section it changes or adds, and which of both; `until`: the last moment of its
    term; `plain_address`: the policy without it.
    """

    title: str
    lead_html: str
    since: datetime
    until: datetime | None
    state: str
    clauses: tuple[tuple[str, str, str, str], ...]
    plain_address: str


@dataclass(frozen=True, slots=True)
class PolicyPage:
    """The policy page of one version."""

    title: str
    lead_html: str
    number: int
    effective_at: datetime
    state: str
    sections: tuple[Section, ...]
    history: tuple[VersionRow, ...]
    current_address: str
    binding_language: str = ""
    team: bool = False
    warning: str = ""
    calendars: tuple[HoursPanel, ...] = ()
    closures: tuple[ClosedStretch, ...] = ()
    agreement: AgreementNote | None = None

    @property
    def contents(self) -> tuple[Section, ...]:
        """The sections of the first level."""
        return tuple(section for section in self.sections if section.level == 2)


def sections_of(
    policy: Policy, remarks: Mapping[str, Remark] | None = None, clauses: Iterable[Clause] | None = None
) -> tuple[Section, ...]:
    """The sections in the document's order; `clauses` gives them in another language."""
    found = remarks or {}
    return tuple(
        Section(
            one.id,
            one.number,
            one.title,
            one.level,
            one.html,
            found.get(one.id) if remarks is not None else None,
            by_agreement(one),
        )
        for one in (clauses if clauses is not None else policy.clauses.values())
    )


def calendars_of(policy: Policy, now: datetime, almanac: Almanac, address: str) -> tuple[HoursPanel, ...]:
    """The calendars in the document's order, their holidays from the viewpoint of today at the desk."""
    today = almanac.local(now).date()
    until = add_calendar(now, Duration(None, 12, Unit.MONTHS), almanac.zone).astimezone(almanac.zone).date()
    panels = []
    for one in policy.calendars.values():
        days = [(day, holiday_words(name, policy)) for day, name in sorted(one.holidays.items())]
        coming = tuple(day for day in days if today <= day[0] < until)
        panels.append(
            HoursPanel(
                name=_capital(policy.said(one.name)),
                zone=zone_words(str(one.zone)),
                cite=cite_of(policy, one.clause, address),
                rows=tuple(_open_days(one, almanac)),
                coming=coming,
                others=tuple(day for day in days if day not in coming),
            )
        )
    return tuple(panels)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


MONDAY = date(2024, 1, 1)


def _open_days(calendar: Calendar, almanac: Almanac) -> Iterable[OpenDays]:
    """Days with the same hours that follow one another, each run as one row, in the order of the document."""
    if calendar.always_open:
        yield OpenDays(gettext("Every day"), gettext("day and night"))
        return
    by_day: dict[int, list[str]] = {}
    for hours in calendar.hours:
        closes = "24:00" if hours.closes == time() else f"{hours.closes:%H:%M}"
        band = "" if hours.band == "open" else f" ({hours.band})"
        by_day.setdefault(hours.weekday, []).append(almanac.figures(f"{hours.opens:%H:%M}–{closes}") + band)
    runs: list[tuple[list[int], str]] = []
    for day, spans in by_day.items():
        words = ", ".join(spans)
        if runs and runs[-1][1] == words and (runs[-1][0][-1] + 1) % 7 == day:
            runs[-1][0].append(day)
        else:
            runs.append(([day], words))
    for days, words in runs:
        names = [almanac.weekday(MONDAY + timedelta(days=one), long=True) for one in (days[0], days[-1])]
        if len(days) == 7:
            yield OpenDays(gettext("Every day"), words)
        elif len(days) == 1:
            yield OpenDays(names[0], words)
        else:
            yield OpenDays(gettext("%(first)s to %(last)s") % {"first": names[0], "last": names[1]}, words)


def closures_of(closures: Iterable[Any], now: datetime) -> tuple[ClosedStretch, ...]:
    """The announced closures that are not over yet, from when each counts."""
    return tuple(
        ClosedStretch(max(one.starts_at, one.announced_at), one.ends_at, one.reason)
        for one in closures
        if one.ends_at > now and max(one.starts_at, one.announced_at) < one.ends_at
    )


def agreement_note(policy: Policy, agreement: Any, now: datetime, plain_address: str) -> AgreementNote | None:
    """The note on the agreement that `policy` stands under; `agreement` is its record. None where there is none."""
    if policy.agreement is None:
        return None
    clauses = (policy.clauses[one] for one in policy.agreement.clauses)
    return AgreementNote(
        title=agreement.title,
        lead_html=policy.agreement.lead_html,
        since=agreement.starts_at,
        until=agreement.ended_at and agreement.ended_at - timedelta(microseconds=1),
        state=state_of(agreement.starts_at, agreement.ended_at, now),
        clauses=tuple((one.id, one.mark, one.title, by_agreement(one)) for one in clauses),
        plain_address=plain_address,
    )


def history_of(versions: Sequence[Any], shown: int, now: datetime, address: str) -> tuple[VersionRow, ...]:
    """The versions, latest first; `versions` are rows with number, effective_at, note and hash, in any order.

    `address` has a `{number}` where the version's number goes.
    """
    ordered = sorted(versions, key=lambda one: (one.effective_at, one.number))
    rows = []
    for index, one in enumerate(ordered):
        until = ordered[index + 1].effective_at if index + 1 < len(ordered) else None
        rows.append(
            VersionRow(
                number=one.number,
                since=one.effective_at,
                until=until,
                note=one.note,
                fingerprint=one.hash[:8],
                address=address.format(number=one.number),
                is_shown=one.number == shown,
                state=state_of(one.effective_at, until, now, is_first=index == 0),
            )
        )
    return tuple(reversed(rows))


def state_of(since: datetime, until: datetime | None, now: datetime, *, is_first: bool = False) -> str:
    """'in force', 'to come' or 'past'; before the first version the first holds."""
    if until is not None and until <= now:
        return "past"
    return "in force" if since <= now or is_first else "to come"
