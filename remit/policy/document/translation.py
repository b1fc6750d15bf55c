"""Translations: sibling files with prose only, sharing the clause ids and placeholders of the document they
translate.

`crm.fa.md` beside `crm.md`. What differs is found here; which language binds is said in the document's
front matter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from remit.policy.document.findings import Finding, did_you_mean
from remit.policy.document.prose import Placeholder, placeholders
from remit.policy.document.source import ClauseSource, Document

_FRONT = frozenset({"desk", "version", "language", "title"})


def compare_translation(document: Document, translation: Document) -> list[Finding]:
    """What a translation lacks or has too much of: front matter, clauses, placeholders, blocks."""
    return [*translation.faults, *_front(document, translation), *_clauses(document, translation)]


def _front(document: Document, translation: Document) -> Iterator[Finding]:
    data = translation.front.data
    for key in ("desk", "version"):
        if data.get(key) != document.front.data.get(key):
            place = translation.front.value_at((key,))
            yield Finding(
                "translation",
                "error",
                f"“{key}” differs from the document's: {document.front.data.get(key)}",
                place.line,
                place.column,
                path=translation.path,
            )
    if not data.get("language") or data.get("language") == document.front.data.get("language"):
        place = translation.front.value_at(("language",))
        yield Finding(
            "translation",
            "error",
            "a translation names a language of its own",
            place.line,
            place.column,
            path=translation.path,
        )
    for key in data:
        if key not in _FRONT:
            place = translation.front.key_at((key,))
            yield Finding(
                "translation",
                "error",
                f"“{key}” belongs in the document, not in its translation",
                place.line,
                place.column,
                hint="a translation has desk, version, title and language",
                path=translation.path,
            )


def _clauses(document: Document, translation: Document) -> Iterator[Finding]:
    originals = {clause.id: clause for clause in document.clauses}
    translated = {clause.id: clause for clause in translation.clauses}
    for identity, clause in originals.items():
        if identity not in translated:
            yield Finding(
                "translation-missing",
                "error",
                f"the clause “{identity}” is not translated",
                1,
                1,
                identity,
                hint=f"add the heading “## … {{#{identity}}}” (line {clause.line} of the document)",
                path=translation.path,
            )
    for identity, clause in translated.items():
        if identity not in originals:
            yield Finding(
                "translation-extra",
                "error",
                f"the clause “{identity}” is not in the document",
                clause.line,
                1,
                identity,
                hint=did_you_mean(identity, originals),
                path=translation.path,
            )
            continue
        for block in clause.blocks:
            yield Finding(
                "translation-extra",
                "error",
                "a translation is prose only; its rules are those of the document",
                block.line,
                1,
                identity,
                path=translation.path,
            )
        yield from _placeholders(originals[identity], clause, document, translation)


def _placeholders(
    original: ClauseSource, clause: ClauseSource, document: Document, translation: Document
) -> Iterator[Finding]:
    wanted = Counter(one.path for one in clause_placeholders(original, document))
    found = list(clause_placeholders(clause, translation))
    have = Counter(one.path for one in found)
    for path in wanted:
        if path not in have:
            yield Finding(
                "translation-missing",
                "error",
                f"the clause “{clause.id}” lacks “{{{{ {path} }}}}”",
                clause.line,
                1,
                clause.id,
                path=translation.path,
            )
    for one in found:
        if one.path not in wanted:
            yield Finding(
                "translation-extra",
                "error",
                f"“{{{{ {one.path} }}}}” is not in this clause of the document",
                one.line,
                one.column,
                clause.id,
                hint=did_you_mean(one.path, wanted),
                path=translation.path,
            )


def clause_placeholders(clause: ClauseSource, document: Document) -> Iterator[Placeholder]:
    """The placeholders in a clause's prose with their places."""
    for piece in clause.pieces:
        yield from placeholders(piece.tokens, document.lines)
