"""How a document writes days and hours: "Saturday to Wednesday", "9:00-12:00, 13:00-17:00". What they mean
lives in `calendar`."""

from __future__ import annotations

import re
from datetime import time
from difflib import get_close_matches

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_RANGE = re.compile(r"\bto\b|–|—|-")
_HOURS = re.compile(r"(\d{1,2})(?::(\d{2}))?\s*(?:to|-|–|—)\s*(\d{1,2})(?::(\d{2}))?", re.ASCII)


def parse_days(text: str) -> tuple[int, ...]:
    """The weekdays (0 is Monday) that `text` names: "Thursday", "Saturday, Sunday", "Saturday to Wednesday",
    "Mon-Fri" or "every day". A range may run over the end of the week. `ValueError` otherwise, and where a
    day is named twice.
    """
    if text.strip().lower() in ("every day", "all days", "daily"):
        return tuple(range(7))
    days: list[int] = []
    for part in re.split(r",|&|\band\b", text):
        ends = [_weekday(name.strip()) for name in _RANGE.split(part)]
        if len(ends) > 2:
            raise ValueError(f'"{part.strip()}" is no range of days. Write "Monday to Friday".')
        days.extend((ends[0] + step) % 7 for step in range((ends[-1] - ends[0]) % 7 + 1))
    if len(set(days)) < len(days):
        raise ValueError(f'"{text}" names a day twice. Name each day once.')
    return tuple(days)


def _weekday(name: str) -> int:
    for number, weekday in enumerate(WEEKDAYS):
        if len(name) >= 3 and weekday.lower().startswith(name.lower()):
            return number
    near = get_close_matches(name.capitalize(), WEEKDAYS, n=1)
    instead = f"Did you mean {near[0]}?" if near else 'Write "Monday to Friday" or "Saturday, Sunday".'
    raise ValueError(f'"{name}" is not a weekday. {instead}')


def parse_hours(text: str) -> tuple[tuple[time, time], ...]:
    """Opening and closing times of "9:00-17:00" or "9-12, 13-17"; closing at the end of the day is written
    24:00 and returned as midnight, `time(0)`. `ValueError` where hours don't run forward within one day.
    """
    return tuple(_span(part.strip()) for part in text.split(","))


def _span(text: str) -> tuple[time, time]:
    written = _HOURS.fullmatch(text)
    if not written:
        raise ValueError(f'"{text}" are not hours. Write them like "9:00-17:00" or "0:00-24:00".')
    opens, closes = (int(written[1]), int(written[2] or 0)), (int(written[3]), int(written[4] or 0))
    for hour, minute in (opens, closes):
        if minute > 59 or hour > 24 or (hour == 24 and (minute or (hour, minute) == opens)):
            raise ValueError(f'"{text}" are not hours: there is no {hour}:{minute:02}. Days end at 24:00.')
    if opens >= closes:
        raise ValueError(
            f'"{text}" closes before it opens. Hours over midnight are two rows: one to 24:00, and one from '
            "0:00 on the next day."
        )
    return time(*opens), time(closes[0] % 24, closes[1])
