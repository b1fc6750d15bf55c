"""Facts put into the sentences of a policy: `{licence.until}` becomes "the end of 30 May 2026". Dates and times are
local to the policy's zone, options and topics appear in their wording, durations as they are written.

Which sentences there are is the document's business; other texts of the product are translated elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from remit.policy.conditions import Facts
from remit.policy.vocabulary import FactDeclaration, Value

_PLACEHOLDER = re.compile(r"\{([A-Za-z_]\w*(?:\.\w+)*)(?::(date|time))?\}")


@dataclass(frozen=True, slots=True)
class _Language:
    """The few words that values need. `day` takes day, month and year."""

    months: tuple[str, ...]
    day: str
    end_of: str
    yes: str
    no: str
    and_: str
    unknown: str
    open_end: str


_ENGLISH = _Language(
    (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    "{day} {month} {year}",
    "the end of {day}",
    "yes",
    "no",
    "and",
    "unknown",
    "further notice",
)
_PERSIAN = _Language(
    (
        "ژانویه",
        "فوریه",
        "مارس",
        "آوریل",
        "مه",
        "ژوئن",
        "ژوئیه",
        "اوت",
        "سپتامبر",
        "اکتبر",
        "نوامبر",
        "دسامبر",
    ),
    "{day} {month} {year}",
    "پایان {day}",
    "بله",
    "خیر",
    "و",
    "نامعلوم",
    "اطلاع بعدی",
)
_LANGUAGES: Mapping[str, _Language] = {"en": _ENGLISH, "fa": _PERSIAN}


def fill(
    text: str,
    facts: Facts,
    declarations: Mapping[str, FactDeclaration],
    zone: tzinfo,
    language: str = "en",
) -> str:
    """The text with every `{fact.name}` replaced by that fact's value in words; `{fact.name:date}` and
    `{fact.name:time}` give one part of an instant. A fact that is not known reads "unknown", an end that is open
    "further notice". Names that are not declared stay as they are. Languages without words of their own read
    as English.
    """

    def value_of(match: re.Match[str]) -> str:
        name, part = match[1], match[2]
        declared = declarations.get(name)
        if declared is None:
            return match[0]
        return value_words(facts.get(name), declared, zone, language, part)

    return _PLACEHOLDER.sub(value_of, text)


def placeholders(text: str) -> tuple[str, ...]:
    """The names of the facts that a sentence mentions, each once."""
    return tuple(dict.fromkeys(match[1] for match in _PLACEHOLDER.finditer(text)))


def value_words(
    value: Value | None,
    declared: FactDeclaration,
    zone: tzinfo,
    language: str = "en",
    part: str | None = None,
) -> str:
    """One value of a fact in words; `part` ("date" or "time") takes one part of an instant."""
    words = _LANGUAGES.get(language.partition("-")[0], _ENGLISH)
    if value is None:
        return words.open_end if declared.name.endswith(".until") else words.unknown
    if isinstance(value, bool):
        return words.yes if value else words.no
    if isinstance(value, datetime):
        return _instant(value.astimezone(zone), declared.name.endswith(".until"), words, part)
    if isinstance(value, date):
        return _day(value, words)
    if isinstance(value, frozenset):
        options = [declared.options.get(one) or one for one in _ordered(value, declared)]
        *first, last = options or [words.unknown]
        return f"{', '.join(first)} {words.and_} {last}" if first else last
    if isinstance(value, str):
        return declared.options.get(value) or value
    return str(value)


def _ordered(chosen: frozenset[str], declared: FactDeclaration) -> list[str]:
    order = {option: place for place, option in enumerate(declared.options)}
    return sorted(chosen, key=lambda one: (order.get(one, len(order)), one))


def _instant(local: datetime, is_end: bool, words: _Language, part: str | None) -> str:
    clock = f"{local:%H:%M}"
    if part == "time":
        return clock
    if local.time() == time() and part is None:
        if is_end:
            return words.end_of.format(day=_day(local - timedelta(days=1), words))
        return _day(local, words)
    return _day(local, words) if part == "date" else f"{_day(local, words)}, {clock}"


def _day(day: date, words: _Language) -> str:
    return words.day.format(day=day.day, month=words.months[day.month - 1], year=day.year)
