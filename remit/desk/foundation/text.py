"""Cleaning text that comes from outside, so that it can be stored, shown and sent on without tricks. The caller
keeps the raw input where it must be kept; what the words mean is judged elsewhere.
"""

import re
import unicodedata

from django.utils.translation import get_language, gettext

from remit.desk.foundation.errors import InvalidInput
from remit.policy.vocabulary import persian

LINE_LIMIT = 300
TEXT_LIMIT = 100_000

# Controls other than tab and newline, lone surrogates, the byte order mark, invisible tag characters, interlinear
# marks.
_REMOVED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_NEWLINES = re.compile("\r\n?|[\x85\u2028\u2029]")
# An override shows letters in an order in which they do not stand ("exe.fdp"): an agent must see that it was there.
_OVERRIDES = {"\u202d": "[U+202D]", "\u202e": "[U+202E]"}
_OVERRIDE = re.compile("[\u202d\u202e]")
# Embeddings and isolates come with pasted telephone numbers. They mean no harm, but one left open turns the page round.
# The marks and joiners that Arabic and Persian need (U+200C to U+200F) stay.
_EMBEDDING = re.compile("[\u202a\u202b\u202c\u2066-\u2069]")
_BLANKS = re.compile(r"\s+")
# What draws nothing by itself: blanks, format characters (zero-width ones, soft hyphens) and controls; and beside these
# categories the joiner and the selectors that only change a neighbour, the fillers of Hangul, and Braille's empty cell.
_SILENT = frozenset({"Zs", "Zl", "Zp", "Cf", "Cc", "Cs"})
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)


def clean_text(text: str, *, field: str = "text", limit: int = TEXT_LIMIT) -> str:
    """Return the text in normal form C, with plain newlines, without control characters, overrides made visible and
    embeddings taken out, and nothing at all where none of it can be seen; InvalidInput names `field` where it is longer
    than `limit` characters.
    """
    if len(text) > 4 * limit:
        # Far over the limit: do not spend time on cleaning what is refused anyway.
        raise _too_long(field, len(text), limit)
    text = _NEWLINES.sub("\n", text)
    text = _REMOVED.sub("", text)
    text = _OVERRIDE.sub(lambda found: _OVERRIDES[found[0]], text)
    text = _EMBEDDING.sub("", text)
    text = unicodedata.normalize("NFC", text).strip()
    if len(text) > limit:
        raise _too_long(field, len(text), limit)
    return "" if is_blank(text) else text


def is_blank(text: str) -> bool:
    """Say whether nothing of the text can be seen: cleaning leaves nothing of it."""
    return not any(map(_shows, text))


def _shows(character: str) -> bool:
    if character in _OVERRIDES:  # cleaning writes it out
        return True
    return unicodedata.category(character) not in _SILENT and not _UNSEEN.match(character)


def clean_line(text: str, *, field: str = "text", limit: int = LINE_LIMIT) -> str:
    """Return `clean_text` on one line: for names and subjects, which must not smuggle a newline into a letter's
    head.
    """
    return _BLANKS.sub(" ", clean_text(text, field=field, limit=limit)).strip()


def noted_line(text: str, field: str, limit: int, faults: dict[str, str]) -> str:
    """Return `clean_line`, for a form of several fields: what is too long is noted in `faults`, and gives nothing."""
    try:
        return clean_line(text, field=field, limit=limit)
    except InvalidInput as error:
        faults.update(error.fields)
        return ""


def _too_long(field: str, length: int, limit: int) -> InvalidInput:
    sentence = gettext("This is %(length)s characters long; the limit is %(limit)s.")
    return InvalidInput(
        gettext("The text is too long."),
        fields={field: sentence % {"length": grouped(length), "limit": grouped(limit)}},
        next=gettext("Shorten it, or attach it as a file."),
    )


def grouped(number: int) -> str:
    """Return a whole number as the language in use writes it, in groups of three: "50,001"."""
    return f"{number:,}".translate(_PERSIAN if (get_language() or "").startswith("fa") else {})


_PERSIAN = persian.DIGITS | {ord(","): "٬"}
