"""Putting facts into the sentences of a policy: `{licence.until}` becomes "2 October 2026".

What lives here: the wording of one value. What does not: which sentence is said (`decision`), and the words that
pages have of their own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, tzinfo

from remit.policy.vocabulary import Duration, FactDeclaration, Money
from remit.policy.vocabulary.facts import Value

_PLACEHOLDER = re.compile(r"\{([a-z_][\w.]*)\}")


def fill(
    text: str,
    facts: Mapping[str, Value | None],
    declarations: Mapping[str, FactDeclaration],
    zone: tzinfo,
    language: str = "en",
) -> str:
    """Return `text` with each `{fact}` in words: options by their wording, instants as local dates in `zone`.

    An unknown fact is called by its name in words ("the licence"), so that a sentence never shows a brace.
    """

    def put(found: re.Match[str]) -> str:
        name = found[1]
        declaration = declarations.get(name)
        value = facts.get(name)
        if value is None:
            return declaration.words if declaration else name.replace(".", " ").replace("_", " ")
        return in_words(value, declaration, zone, language)

    return _PLACEHOLDER.sub(put, text)


def in_words(value: Value, declaration: FactDeclaration | None, zone: tzinfo, language: str = "en") -> str:
    """Return one value as people read it: "PRO", "2 October 2026", "yes", "190 USD"."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return _day(value.astimezone(zone).date(), language)
    if isinstance(value, date):
        return _day(value, language)
    if isinstance(value, frozenset):
        return ", ".join(sorted(_option(one, declaration) for one in value))
    if isinstance(value, (Duration, Money)):
        return str(value)
    return _option(str(value), declaration)


def _option(value: str, declaration: FactDeclaration | None) -> str:
    return declaration.options.get(value, value) if declaration else value


def _day(day: date, language: str) -> str:
    return f"{day.day} {day:%B %Y}" if language == "en" else day.isoformat()
