"""Letters that look like others: full-width ones, and those of several alphabets in one word. In names and keys they
are refused, because what people read and what the desk reads must be the same; other alphabets are welcome.
"""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W\d_]+")
_ALIKE = ("LATIN", "CYRILLIC", "GREEK")
_ORDINALS = "ªº"


def look_alike(name: str) -> tuple[int, str] | None:
    """The first letter of a name that looks like another: its place from 0, and what it is, in words. None where there
    is none.
    """
    if name.isascii():
        return None
    for place, letter in enumerate(name):
        plain = unicodedata.normalize("NFKC", letter)
        is_letter = unicodedata.category(letter)[0] == "L" or unicodedata.east_asian_width(letter) == "F"
        if not letter.isascii() and plain.isascii() and is_letter and letter not in _ORDINALS:
            return place, f"{_called(letter)}, which reads like “{plain}”"
    for word in _WORD.finditer(name):
        alphabets = [_alphabet(letter) for letter in word[0]]
        if len({one for one in alphabets if one}) > 1:
            odd = min((one for one in alphabets if one), key=alphabets.count)
            place = word.start() + alphabets.index(odd)
            return place, f"{_called(name[place])}, in a word of another alphabet"
    return None


def _alphabet(letter: str) -> str:
    called = unicodedata.name(letter, "")
    return next((one for one in _ALIKE if called.startswith(one)), "")


def _called(letter: str) -> str:
    return unicodedata.name(letter, f"U+{ord(letter):04X}").lower()
