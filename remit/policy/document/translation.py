"""Translations: sibling files that share the clause ids and placeholders of the document they translate: prose, and
under its clauses blocks `words:`, in which what the document says elsewhere (questions, options, sentences, buttons)
stands with its translation.

`crm.fa.md` beside `crm.md`. What differs is found here; which language binds is said in the document's
front matter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from remit.policy.document.findings import Finding, Level, did_you_mean
from remit.policy.document.prose import Placeholder, placeholders, plain_text
from remit.policy.document.source import Block, ClauseSource, Document
from remit.policy.document.strict_text import Place
from remit.policy.rules.words import placeholders as fact_placeholders

WORDS = "words"
_FRONT = frozenset({"desk", "version", "language", "title"})


def compare_translation(document: Document, translation: Document) -> list[Finding]:
    """What a translation lacks or has too much of: front matter, clauses, placeholders, blocks. Of its words
    `compare_words` tells, which needs to know what the document says.
    """
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
            if block.kind != WORDS or list(block.text.data) != [WORDS]:
                yield Finding(
                    "translation-extra",
                    "error",
                    "a translation has prose and words only; its rules are those of the document",
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


def words_of(translation: Document) -> dict[str, str]:
    """What the document says outside its prose → its translation, from the blocks `words:`."""
    return {said: words for _, said, words in _word_entries(translation)}


def compare_words(
    sayings: Iterable[str], quotes: Mapping[str, str], document: Document, translation: Document
) -> Iterator[Finding]:
    """What the translation leaves unsaid (a warning: people read it in the document's language), what it says though
    the document does not (a warning: holidays go by the year), what it says with other placeholders; and quotes that do
    not stand in their clause. `quotes`: quote → its clause.
    """
    entries = list(_word_entries(translation))
    known = {said for _, said, _ in entries}
    said_by_document = list(sayings)

    def finding(
        code: str, level: Level, message: str, at: Place, clause: str, hint: str | None = None
    ) -> Finding:
        return Finding(code, level, message, at.line, at.column, clause, hint=hint, path=translation.path)

    for block, said, words in entries:
        place = block.place((WORDS, said), key=True)
        if said not in said_by_document:
            hint = did_you_mean(said, said_by_document)
            yield finding(
                "translation-extra",
                "warning",
                f"the document does not say “{said}”",
                place,
                block.clause,
                hint,
            )
        elif sorted(fact_placeholders(said)) != sorted(fact_placeholders(words)):
            message = f"“{words}” has other {{facts}} in it than “{said}”"
            yield finding("translation", "error", message, place, block.clause)
        elif said in quotes and not _stands_in(words, translation.clause(quotes[said])):
            message = f"the quote “{words}” does not stand in the clause “{quotes[said]}”"
            yield finding("quote-not-found", "error", message, place, block.clause)
    unsaid = [one for one in said_by_document if one not in known]
    if unsaid and entries:
        for one in unsaid:
            clause = _clause_that_says(one, document)
            at = translation.clause(clause)
            place = Place(at.line if at is not None else 1, 1)
            yield finding("translation-missing", "warning", f"“{one}” has no words here", place, clause)


def _word_entries(translation: Document) -> Iterator[tuple[Block, str, str]]:
    for block in translation.blocks:
        found = block.text.data.get(WORDS) if block.kind == WORDS else None
        if isinstance(found, dict):
            yield from ((block, said, words) for said, words in found.items() if isinstance(words, str))


def _stands_in(words: str, clause: ClauseSource | None) -> bool:
    if clause is None:
        return False
    prose = " ".join(plain_text(piece.tokens, {}) for piece in clause.pieces if piece.tokens)
    return " ".join(words.split()) in " ".join(prose.split())


def _clause_that_says(text: str, document: Document) -> str:
    """The clause under which a block says it; "" where none does in so many words."""
    return next((block.clause for block in document.blocks if _says(block.text.data, text)), "")


def _says(written: object, text: str) -> bool:
    if isinstance(written, dict):
        return any(_says(one, text) for one in written.values())
    if isinstance(written, list):
        return any(_says(one, text) for one in written)
    return written == text
