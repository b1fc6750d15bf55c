"""The types of the values in a block: how strict text becomes a duration, a day, a list of names.

Each reads one scalar (or one list) and says in a sentence what to write instead. Which block has which
field is the business of `blocks`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, TypeAlias, TypeVar

from pydantic import (
    BeforeValidator,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from remit.policy.calendars.hours import parse_days, parse_hours
from remit.policy.document.findings import did_you_mean
from remit.policy.vocabulary.durations import Duration, NotADuration, Unit, parse_duration
from remit.policy.vocabulary.zones import zone

_Read = TypeVar("_Read")
FACT_NAME = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*")
FIRST_YEAR, LAST_YEAR = 1970, 2199
"""The years in which calendars are reckoned (`working_time`); what a document or a case dates lies within them."""
_ADDRESS = re.compile(r"(https?://|mailto:)\S+$|/(?![/\\])\S*$")


def fault(kind: str, message: str, hint: str | None = None) -> PydanticCustomError:
    """An error of a field; `kind` becomes the code of the finding."""
    template = message.replace("{", "{{").replace("}", "}}")
    return PydanticCustomError(kind, template, {"hint": hint} if hint else None)


def _words(value: Any) -> str:
    if not isinstance(value, str):
        raise fault("type", "a word or a sentence is expected here, not a list or a mapping")
    return " ".join(value.split())


class OneOf:
    """Marks a field that holds a word out of a list; another one is refused with the nearest."""

    def __init__(self, *options: str) -> None:
        self.options = options

    def read(self, value: Any) -> str:
        word = _words(value)
        if word not in self.options:
            message = f"“{word}” is none of {_listed(self.options)}"
            raise fault("value-outside-list", message, did_you_mean(word, self.options))
        return word

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self.read, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"enum": list(self.options)}


def _listed(options: tuple[str, ...]) -> str:
    quoted = [f"“{option}”" for option in options]
    return quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + " and " + quoted[-1]


def read_yes_no(value: Any) -> bool:
    word = _words(value).lower()
    if word in ("yes", "true"):
        return True
    if word in ("no", "false"):
        return False
    raise fault("type", f"yes or no is expected here, not “{word}”")


def read_names(value: Any) -> tuple[str, ...]:
    """A list of words; a single word, or words with commas between them, count as a list."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    if not isinstance(value, (list, tuple)):
        raise fault("type", "a list is expected here: [first, second]")
    return tuple(_words(item) for item in value)


def read_duration(value: Any) -> Duration:
    if isinstance(value, Duration):
        return value
    try:
        return parse_duration(_words(value))
    except NotADuration as error:
        raise fault("duration", error.message, error.hint) from None


def read_number(value: Any) -> Decimal:
    try:
        number = Decimal(_words(value))
    except InvalidOperation:
        raise fault("type", f"a number is expected here, not “{value}”") from None
    if not number.is_finite():
        raise fault("type", f"a number is expected here, not “{value}”")
    return number


def read_count(value: Any) -> int:
    number = read_number(value)
    if number != number.to_integral_value() or number < 0 or number > 1_000_000:
        raise fault("type", f"a whole number, zero or more, is expected here, not “{value}”")
    return int(number)


def read_percent(value: Any) -> Decimal:
    words = _words(value)
    match = re.fullmatch(r"(\d{1,4}(?:\.\d+)?)\s*(?:%|per cent)", words)
    if not match:
        raise fault("type", f"a percentage is expected here, such as “50 %”, not “{words}”")
    return Decimal(match[1])


def read_date(value: Any) -> date:
    try:
        day = date.fromisoformat(_words(value))
    except ValueError:
        raise fault("type", f"a date is expected here, such as “2026-01-31”, not “{value}”") from None
    _check_year(day, str(value))
    return day


def read_local_time(value: Any) -> datetime:
    """A local date and time without a zone; a bare date means its beginning."""
    words = _words(value)
    try:
        moment = datetime.fromisoformat(words)
    except ValueError:
        raise fault(
            "type", f"a local date and time is expected here, such as “2026-01-31 09:30”, not “{words}”"
        ) from None
    if moment.tzinfo is not None:
        raise fault("type", f"“{words}” names a zone; times in a policy are local to the document's own zone")
    _check_year(moment, words)
    return moment


def _check_year(moment: date, words: str) -> None:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise fault("type", f"“{words}” lies outside the years {FIRST_YEAR} to {LAST_YEAR}")


def read_zone(value: Any) -> str:
    words = _words(value)
    try:
        zone(words)
    except ValueError as error:
        raise fault("zone", str(error)) from None
    return words


def read_address(value: Any) -> str:
    """A page elsewhere ("https://…"), a mailbox ("mailto:…") or a page of this site ("/…"): what a link may lead to.
    Anything else, a script among it, is refused.
    """
    words = _words(value)
    if words and not _ADDRESS.match(words):
        hint = "write an address that begins with https://, mailto: or a single /"
        raise fault("address", f"“{words}” is no address that a link may lead to", hint)
    return words


def read_open(value: Any) -> tuple[tuple[time, time], ...]:
    """ "9:00-17:00", "9:00–12:00, 13:00–17:00", "0-24": see `parse_hours`."""
    return _said("hours", parse_hours, _words(value))


def read_days(value: Any) -> tuple[int, ...]:
    """ "Saturday to Wednesday", "Monday, Thursday", "every day": weekdays from 0, Monday; see `parse_days`."""
    words = ", ".join(_words(item) for item in value) if isinstance(value, (list, tuple)) else _words(value)
    return _said("days", parse_days, words)


def _said(kind: str, parse: Callable[[str], _Read], words: str) -> _Read:
    """What `parse` makes of the words; of its complaint the first sentence is the fault, the rest the hint."""
    try:
        return parse(words)
    except ValueError as error:
        message, _, hint = str(error).partition(". ")
        raise fault(kind, message.rstrip("."), hint.rstrip(".") or None) from None


def read_fact_name(value: Any) -> str:
    words = _words(value)
    if not FACT_NAME.fullmatch(words):
        raise fault(
            "fact-name",
            f"“{words}” is not the name of a fact",
            "small letters, digits and underscores, with dots between parts: order.paid_in_full",
        )
    return words


def read_target_span(value: Any) -> Duration | str:
    """A duration, or the words `in order` or `none`."""
    words = _words(value)
    if words in ("in order", "none"):
        return words
    duration = read_duration(words)
    if str(duration.unit) == "days":
        raise fault(
            "bare-days",
            f"a target of “{words}” does not say which days count",
            f"write “{words.replace('day', 'business day')}”, or hours",
        )
    return duration


def read_phase_span(value: Any) -> Duration | str:
    """A duration, or the word `term`: as long as what was bought."""
    return "term" if _words(value) == "term" else read_duration(value)


def _text(pattern: str | None = None, **more: Any) -> Mapping[str, Any]:
    return {"type": "string", **({"pattern": pattern} if pattern else {}), **more}


def _field(read: Callable[[Any], Any], schema: Mapping[str, Any]) -> Any:
    return BeforeValidator(read), WithJsonSchema(dict(schema))


_DURATION = r"^\d+( ?\.\. ?\d+)? ?[a-z ]+$"
_NAMES = {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "string"}]}

Words: TypeAlias = Annotated[
    str, BeforeValidator(_words), StringConstraints(min_length=1), WithJsonSchema(_text())
]
Note: TypeAlias = Annotated[str, BeforeValidator(_words), WithJsonSchema(_text())]
YesNo: TypeAlias = Annotated[bool, *_field(read_yes_no, {"enum": ["yes", "no", True, False]})]
Names: TypeAlias = Annotated[tuple[str, ...], *_field(read_names, _NAMES)]
COUNTED_BACK = frozenset({Unit.DAYS, Unit.HOURS, Unit.MINUTES, Unit.SECONDS})
"""Units that are counted back from a moment, without a calendar of working time."""

Span: TypeAlias = Annotated[
    Duration, *_field(read_duration, _text(_DURATION, examples=["4 h", "3 business days"]))
]
TargetSpan: TypeAlias = Annotated[
    Duration | str,
    *_field(read_target_span, _text(examples=["4 h", "2..10 business days", "in order", "none"])),
]
PhaseSpan: TypeAlias = Annotated[
    Duration | str, *_field(read_phase_span, _text(examples=["12 months", "term"]))
]
Number: TypeAlias = Annotated[Decimal, *_field(read_number, {"type": ["string", "number"]})]
Count: TypeAlias = Annotated[int, *_field(read_count, {"type": ["string", "integer"]})]
Percent: TypeAlias = Annotated[Decimal, *_field(read_percent, _text(r"^\d+(\.\d+)? ?(%|per cent)$"))]
Day: TypeAlias = Annotated[date, *_field(read_date, _text(r"^\d{4}-\d{2}-\d{2}$"))]
LocalTime: TypeAlias = Annotated[
    datetime, *_field(read_local_time, _text(r"^\d{4}-\d{2}-\d{2}( \d{1,2}:\d{2})?$"))
]
ZoneName: TypeAlias = Annotated[str, *_field(read_zone, _text(examples=["Europe/Berlin", "UTC+3"]))]
Address: TypeAlias = Annotated[str, *_field(read_address, _text(examples=["https://help.example/terms"]))]
Hours: TypeAlias = Annotated[
    tuple[tuple[time, time], ...], *_field(read_open, _text(examples=["9:00-17:00", "0:00-24:00"]))
]
Days: TypeAlias = Annotated[
    tuple[int, ...], *_field(read_days, _text(examples=["Monday to Friday", "every day"]))
]
FactName: TypeAlias = Annotated[str, *_field(read_fact_name, _text(FACT_NAME.pattern))]
