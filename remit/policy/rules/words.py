"""Facts put into the sentences of a policy: `{licence.until}` becomes "the end of 30 May 2026". Dates and times are
local to the policy's zone, options and topics appear in their wording, durations in full words: "3 business days".

Which sentences there are is the document's business; other texts of the product are translated elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from remit.policy.conditions import Facts
from remit.policy.vocabulary import FactDeclaration, Value, persian
from remit.policy.vocabulary.durations import Duration, Unit

_PLACEHOLDER = re.compile(r"\{([A-Za-z_]\w*(?:\.\w+)*)(?::(time))?\}")
_IN_ITS_PLACE = re.compile(r"(?:\b(?P<noun>\w+)\s+)?" + _PLACEHOLDER.pattern)


_MONTHS = (
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
)


@dataclass(frozen=True, slots=True)
class _Language:
    """The few words that values need: how it says a day, its figures, and the rest."""

    day: Callable[[date], str]
    figures: Mapping[int, str | int]
    end_of: str
    yes: str
    no: str
    and_: str
    comma: str
    open_end: str
    units: Mapping[str, tuple[str, str]]
    span: str


def _english_day(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


_ENGLISH_UNITS = {
    "s": ("second", "seconds"),
    "min": ("minute", "minutes"),
    "h": ("hour", "hours"),
    "working minutes": ("working minute", "working minutes"),
    "working hours": ("working hour", "working hours"),
    "business days": ("business day", "business days"),
    "days": ("day", "days"),
    "months": ("month", "months"),
    "years": ("year", "years"),
}
_PERSIAN_UNITS = {
    "s": ("ثانیه", "ثانیه"),
    "min": ("دقیقه", "دقیقه"),
    "h": ("ساعت", "ساعت"),
    "working minutes": ("دقیقهٔ کاری", "دقیقهٔ کاری"),
    "working hours": ("ساعت کاری", "ساعت کاری"),
    "business days": ("روز کاری", "روز کاری"),
    "days": ("روز", "روز"),
    "months": ("ماه", "ماه"),
    "years": ("سال", "سال"),
}
_ENGLISH = _Language(
    _english_day, {}, "the end of {day}", "yes", "no", "and", ", ", "further notice", _ENGLISH_UNITS,
    "{low} to {high}",
)  # fmt: skip
_PERSIAN = _Language(
    persian.day_in_persian, persian.DIGITS, "پایان {day}", "بله", "خیر", "و", "، ", "اطلاع بعدی", _PERSIAN_UNITS,
    "{low} تا {high}",
)  # fmt: skip
_LANGUAGES: Mapping[str, _Language] = {"en": _ENGLISH, "fa": _PERSIAN}


def fill(
    text: str,
    facts: Facts,
    declarations: Mapping[str, FactDeclaration],
    zone: tzinfo,
    language: str = "en",
) -> str:
    """The text with every `{fact.name}` replaced by that fact's value in words; of an instant this is the day,
    `{fact.name:time}` is the time of day. A fact that is not known is called by its name ("the licence"), an end that
    is open "further notice", so that a sentence never shows a brace; where the text has its noun already, that is not
    said twice ("Contract {contract.name}" is "The contract"). Languages without words here read as English.
    """

    def put(match: re.Match[str]) -> str:
        noun, name, part = match["noun"], match[2], match[3]
        value, declared = facts.get(name), declarations.get(name)
        before = match[0][: match[0].index("{")]
        if value is not None:
            return before + in_words(value, declared, zone, language, part)
        if name.endswith(".until"):
            return before + _LANGUAGES.get(language.partition("-")[0], _ENGLISH).open_end
        called = declared.words if declared is not None else name.replace(".", " ").replace("_", " ")
        if noun and called.lower().removeprefix("the ") == noun.lower():
            return called[0].upper() + called[1:] if noun[0].isupper() else called
        return before + called

    return _IN_ITS_PLACE.sub(put, text)


def placeholders(text: str) -> tuple[str, ...]:
    """The names of the facts that a sentence mentions, each once."""
    return tuple(dict.fromkeys(match[1] for match in _PLACEHOLDER.finditer(text)))


def in_words(
    value: Value,
    declared: FactDeclaration | None,
    zone: tzinfo,
    language: str = "en",
    part: str | None = None,
) -> str:
    """One value as people read it: "PRO", "2 October 2026", "yes", "190 USD"; with `part` "time", the time of day."""
    words = _LANGUAGES.get(language.partition("-")[0], _ENGLISH)
    options = declared.options if declared is not None else {}
    if isinstance(value, bool):
        return words.yes if value else words.no
    if isinstance(value, datetime):
        is_end = declared is not None and declared.name.endswith(".until")
        return _instant(value.astimezone(zone), is_end, words, part)
    if isinstance(value, date):
        return words.day(value)
    if isinstance(value, frozenset):
        *first, last = [options.get(one) or one for one in _ordered(value, options)] or ["–"]
        return f"{words.comma.join(first)} {words.and_} {last}" if first else last
    if isinstance(value, str):
        return options.get(value) or value
    if isinstance(value, Duration):
        return f" {words.and_} ".join(duration_in_words(one, language) for one in _parts(value))
    return str(value).translate(words.figures)


def day_in_words(day: date, language: str = "en") -> str:
    """A day as people read it: "2 October 2026"."""
    return _LANGUAGES.get(language.partition("-")[0], _ENGLISH).day(day)


def duration_in_words(duration: Duration, language: str = "en") -> str:
    """A duration with its unit in full, as it is written otherwise: "48 hours", "2 to 10 business days"."""
    words = _LANGUAGES.get(language.partition("-")[0], _ENGLISH)
    one, many = words.units[str(duration.unit)]
    amount = str(duration.amount)
    if duration.amount_low is not None:
        amount = words.span.format(low=duration.amount_low, high=duration.amount)
    is_one = duration.amount == 1 and duration.amount_low is None
    return f"{amount} {one if is_one else many}".translate(words.figures)


def _parts(duration: Duration) -> list[Duration]:
    """A measured number of minutes as hours and minutes, so that nobody has to divide; anything else as it stands."""
    if duration.unit is not Unit.MINUTES or duration.amount_low is not None or duration.amount < 60:
        return [duration]
    hours, minutes = divmod(duration.amount, 60)
    parts = [Duration(None, hours, Unit.HOURS), Duration(None, minutes, Unit.MINUTES)]
    return [one for one in parts if one.amount]


def _ordered(chosen: frozenset[str], options: Mapping[str, str]) -> list[str]:
    order = {option: place for place, option in enumerate(options)}
    return sorted(chosen, key=lambda one: (order.get(one, len(order)), one))


def _instant(local: datetime, is_end: bool, words: _Language, part: str | None) -> str:
    if part == "time":
        return f"{local:%H:%M}".translate(words.figures)
    if is_end and local.time() == time():
        return words.end_of.format(day=words.day(local - timedelta(days=1)))
    return words.day(local)
