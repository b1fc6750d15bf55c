"""How a value that a document writes is said on a page, in the page's language: "48 h" is "48 hours". Reading documents
is `source`'s; this module is light, so that pages which only say things need not load that.
"""

from __future__ import annotations

import re
from datetime import date, datetime

from remit.policy.rules.words import day_in_words, duration_in_words
from remit.policy.vocabulary.durations import parse_duration

_WAIT = re.compile(r" of [a-z][a-z0-9_]*$")
_PERSIAN_DIGITS = str.maketrans("0123456789%", "۰۱۲۳۴۵۶۷۸۹٪")


def spoken(written: str, language: str) -> str:
    """A bound value in words: "48 h" is "48 hours", "2..10 business days" "2 to 10 business days", the wait
    "6 months of expired" its span "6 months", a date a date.
    """
    try:
        return duration_in_words(parse_duration(_WAIT.sub("", written)), language)
    except ValueError:
        pass
    words = _moment(written, language)
    if re.fullmatch(r"\d+(\.\d+)? ?%", words):
        words = words.replace(" ", "\u00a0") if language != "fa" else words.replace(" ", "")
    return words.translate(_PERSIAN_DIGITS) if language == "fa" else words


def _moment(written: str, language: str) -> str:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}( \d{1,2}:\d{2})?", written):
        return written
    try:
        moment = datetime.fromisoformat(written) if " " in written else date.fromisoformat(written)
    except ValueError:
        return written
    day = day_in_words(moment, language)
    comma = "،" if language == "fa" else ","
    return f"{day}{comma} {moment:%H:%M}" if isinstance(moment, datetime) else day
