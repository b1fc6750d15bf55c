"""The page of a policy: its clauses as prose with every placeholder's value in words, in the document's own language
and in its translations.

What a clause makes happen is compiled in `compiling`; how tokens become HTML stands in `prose`, and what may be wrong
with a translation in `translation`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from remit.policy.document.binding import Bindings, Unbound
from remit.policy.document.findings import Finding
from remit.policy.document.policy import Clause, Policy
from remit.policy.document.prose import ClausePage, Terms, plain_text
from remit.policy.document.reading import ReadBlock, read_blocks
from remit.policy.document.render.does import does
from remit.policy.document.rewording import reworded
from remit.policy.document.source import ClauseSource, Document, Piece, markdown
from remit.policy.document.spoken import spoken
from remit.policy.document.translation import clause_placeholders, words_of
from remit.policy.document.workshop import Workshop


def bind(shop: Workshop, language: str) -> dict[str, dict[str, str]]:
    """Clause → placeholder → its words. A placeholder without a value is a fault."""
    bindings = Bindings(shop.document, {block.line: block.block for block in shop.blocks})
    values: dict[str, dict[str, str]] = {}
    for clause in shop.document.clauses:
        words = values.setdefault(clause.id, {})
        for placeholder in clause_placeholders(clause, shop.document):
            try:
                words[placeholder.path] = spoken(bindings.find(placeholder.path, clause.id).words, language)
            except Unbound as error:
                shop.findings.append(
                    Finding(
                        "placeholder",
                        "error",
                        str(error),
                        placeholder.line,
                        placeholder.column,
                        clause.id,
                        hint=error.hint,
                        path=shop.document.path,
                    )
                )
    return values


def read_terms(shop: Workshop) -> dict[str, str]:
    """Defined word → the clause that defines it."""
    return {term: block.clause for block in shop.of("terms") for term in block.model.terms}


def read_lead(document: Document) -> str:
    """The HTML before the first clause."""
    parser = markdown()
    tokens = [token for piece in document.preamble for token in piece.tokens]
    html = str(parser.renderer.render(tokens, parser.options, {"values": {}}))
    return html.replace("<p>", '<p class="rm-doc__lead">', 1)


def read_clauses(shop: Workshop, values: Mapping[str, Mapping[str, str]]) -> dict[str, Clause]:
    """Clause id → the clause as the page draws it, in order; `values` are the words of its placeholders."""
    clauses: dict[str, Clause] = {}
    parents = {clause.parent for clause in shop.document.clauses}
    defined = read_terms(shop)
    models: dict[str, list[ReadBlock]] = {}
    for block in shop.blocks:
        models.setdefault(block.clause, []).append(block)
    for source in shop.document.clauses:
        own = values.get(source.id, {})
        terms = Terms({term: clause for term, clause in defined.items() if clause != source.id})
        is_numbered = source.level == 2 and source.id not in parents
        html = _draw(source, own, is_numbered=is_numbered, terms=terms)
        text = _plain(source, own)
        sentence = does(models.get(source.id, ()), shop.declarations, shop.read)
        clauses.setdefault(
            source.id,
            Clause(
                source.id,
                source.number,
                source.level,
                source.title,
                source.sources,
                source.parent,
                html,
                text,
                sentence,
                source.line,
                source.amendment,
            ),
        )
    return clauses


def _plain(clause: ClauseSource, values: Mapping[str, str]) -> str:
    """The prose of a clause as plain words."""
    return "\n".join(plain_text(piece.tokens, values) for piece in clause.pieces if piece.tokens)


def _draw(
    clause: ClauseSource, values: Mapping[str, str], *, is_numbered: bool, terms: Terms | None = None
) -> str:
    """The prose of a clause as HTML. Paragraphs are numbered in a section without parts of its own."""
    page = ClausePage(markdown(), clause.id, clause.number, values, is_numbered=is_numbered, terms=terms)
    return "".join(
        page.draw(piece.tokens, caption=_caption(piece), is_matrix=_is_matrix(piece))
        for piece in clause.pieces
    )


def _caption(piece: Piece) -> str:
    block = piece.table_of
    if block is None:
        return ""
    if block.kind == "targets":
        metrics = block.text.data["targets"]
        return _capital(", ".join(map(str, metrics)) if isinstance(metrics, list) else str(metrics))
    if block.kind == "priority matrix":
        return "Priority by what you see"
    if block.kind == "cover":
        return f"Phases of a {block.name}"
    return _capital(block.name or block.kind)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _is_matrix(piece: Piece) -> bool:
    return piece.table_of is not None and piece.table_of.kind == "priority matrix"


def translated_clauses(document: Document, language: str) -> dict[str, tuple[str, str, str]]:
    """Clause id → title, prose HTML and plain prose in another language, with the values of the document. Tables are
    the document's own where the translation draws none; what an agreement changes is left in the agreement's
    language. Raises `KeyError`.
    """
    translation = document.translations[language]
    blocks, _ = read_blocks(document)
    bindings = Bindings(document, {block.line: block.block for block in blocks})
    parents = {clause.parent for clause in translation.clauses}
    drawn: dict[str, tuple[str, str, str]] = {}
    for source in translation.clauses:
        original = document.clause(source.id)
        if original is None or original.amendment:
            continue
        has_tables = any(token.type == "table_open" for piece in source.pieces for token in piece.tokens)
        tables = () if has_tables else tuple(piece for piece in original.pieces if piece.table_of)
        shown = replace(source, number=original.number, pieces=(*source.pieces, *tables))
        is_numbered = source.level == 2 and source.id not in parents
        values = _said_in(source, translation, bindings, language)
        html = _draw(shown, values, is_numbered=is_numbered)
        drawn[source.id] = (source.title, html, _plain(shown, values))
    return drawn


def translated_lead(document: Document, language: str) -> str:
    """The HTML before the first clause in another language. Raises `KeyError`."""
    return read_lead(document.translations[language])


def in_translation(policy: Policy, document: Document, language: str) -> Policy:
    """The policy as it reads in one of its translations: title, lead, clauses, and what it says elsewhere. What it does
    stays as it is, and so does what an individual agreement put over it says. Raises `KeyError`.
    """
    own = policy.clauses
    clauses = {
        identity: replace(own[identity], title=title, html=html, text=text, does="")
        for identity, (title, html, text) in translated_clauses(document, language).items()
        if identity in own and own[identity].amendment is None
    }
    words = words_of(document.translations[language])
    return replace(
        reworded(policy, lambda text: words.get(text, text)),
        language=language,
        title=str(document.translations[language].front.data.get("title", policy.title)),
        lead_html=translated_lead(document, language),
        clauses={**own, **clauses},
        words=words,
    )


def _said_in(
    clause: ClauseSource, translation: Document, bindings: Bindings, language: str
) -> dict[str, str]:
    """Placeholder → its value in words; one without a value is left out (it is reported when the document
    is checked).
    """
    values: dict[str, str] = {}
    for placeholder in clause_placeholders(clause, translation):
        try:
            values[placeholder.path] = spoken(bindings.find(placeholder.path, clause.id).words, language)
        except Unbound:
            continue
    return values
