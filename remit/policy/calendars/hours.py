"""How a document writes days and hours: "Saturday to Wednesday", "9:00-17:00". What they mean lives in
`calendar`."""

from __future__ import annotations

import re
from datetime import time

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_NUMBERS = {
    spelt: number for number, name in enumerate(WEEKDAYS) for spelt in (name.lower(), name[:3].lower())
}
_RANGE = re.compile(r"(?P<first>\w+)\s*(?:to|-|–)\s*(?P<last>\w+)")
_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*(?:to|-|–)\s*(\d{1,2}):(\d{2})", re.ASCII)


def parse_days(text: str) -> tuple[int, ...]:
    """The weekdays (0 is Monday) that `text` names: "Thursday", "Saturday, Sunday", "Saturday to Wednesday",
    "Mon-Fri" or "every day". A range may run over the end of the week. `ValueError` otherwise.
    """
    if text.strip().lower() in ("every day", "daily"):
        return tuple(range(7))
    days: list[int] = []
    for part in re.split(r",| and ", text):
        span = _RANGE.fullmatch(part.strip())
        if span:
            first, last = _weekday(span["first"]), _weekday(span["last"])
            days.extend((first + offset) % 7 for offset in range((last - first) % 7 + 1))
        else:
            days.append(_weekday(part.strip()))
    if len(set(days)) < len(days):
        raise ValueError(f'"{text}" names a day twice.')
    return tuple(days)


def _weekday(name: str) -> int:
    number = _NUMBERS.get(name.lower())
    if number is None:
        raise ValueError(f'"{name}" is not a weekday. Write "Monday to Friday" or "Saturday, Sunday".')
    return number


def parse_hours(text: str) -> tuple[time, time]:
    """Opening and closing time of "9:00-17:00"; closing at the end of the day is written 24:00 and returned
    as midnight, `time(0)`. `ValueError` where the hours don't run forward within one day.
    """
    written = _HOURS.fullmatch(text.strip())
    if not written:
        raise ValueError(f'"{text}" are not hours. Write them like "9:00-17:00" or "0:00-24:00".')
    opens, closes = (int(written[1]), int(written[2])), (int(written[3]), int(written[4]))
    for hour, minute in (opens, closes):
        if minute > 59 or hour > 24 or (hour == 24 and (minute or (hour, minute) == opens)):
            raise ValueError(f'"{text}" are not hours: there is no {hour}:{minute:02}.')
    if opens >= closes:
        raise ValueError(f'"{text}" ends before it begins. Hours over midnight are two rows.')
    return time(*opens), time(closes[0] % 24, closes[1])
