"""Prose of a clause: placeholders bound to blocks, numbered paragraphs, tables, plain text for quoting.

Raw HTML in a document is text and comes out escaped. Numbers typed by hand are found here too, for `check`
to warn of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

_PLACEHOLDER = re.compile(r"\{\{\s*([^{}\n]+?)\s*\}\}")
_NUMBER = re.compile(
    r"(?<![\w§#./:+-])\d[\d.,:]*\s*(?:%|per cent|(?:working |business "
    r")?(?:minute|hour|day|week|month|year)s?\b|h\b|min\b|[A-Z]{3}\b)?"
)
_WORD_NUMBER = re.compile(
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fourteen|fifteen|twenty|thirty|sixty|ninety)"
    r"[ -](?:per cent|(?:working |business )?(?:minute|hour|day|week|month|year)s?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A `{{ path }}` in the prose: its path as written and its place (line and column from 1)."""

    path: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class LooseNumber:
    """A number in prose that no block binds."""

    words: str
    line: int
    column: int


def add_placeholders(parser: MarkdownIt) -> MarkdownIt:
    """Teach the Markdown parser `{{ path }}` and how prose is drawn on the page."""
    parser.inline.ruler.before("escape", "placeholder", _placeholder_rule)
    parser.add_render_rule("placeholder", _draw_placeholder)
    parser.add_render_rule("text", _draw_text)
    parser.add_render_rule("th_open", _draw_heading_cell)
    parser.add_render_rule("link_open", _draw_link)
    parser.add_render_rule("image", _draw_image)
    return parser


def _placeholder_rule(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "{":
        return False
    match = _PLACEHOLDER.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        token = state.push("placeholder", "span", 0)
        token.content = match[1]
    state.pos = match.end()
    return True


def _draw_placeholder(
    renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]
) -> str:
    path = tokens[index].content
    values: Mapping[str, str] = env.get("values", {})
    words = values.get(path)
    return f'<span class="rm-bound">{escape("{{ " + path + " }}" if words is None else words)}</span>'


def _draw_text(renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]) -> str:
    """Text, with a link to its definition at every defined term (IEX-2); inside a link a term is left
    alone.
    """
    words = escape(tokens[index].content, quote=False)
    terms: Terms | None = env.get("terms")
    if terms is None:
        return words
    opened = sum({"link_open": 1, "link_close": -1}.get(token.type, 0) for token in tokens[:index])
    return words if opened else terms.linked(words)


class Terms:
    """The defined terms of a document: each term → the clause that defines it."""

    def __init__(self, defined: Mapping[str, str]) -> None:
        self._clause_of = {term.casefold(): clause for term, clause in defined.items()}
        longest_first = sorted(defined, key=len, reverse=True)
        alternatives = "|".join(r"\s+".join(map(re.escape, escape(term).split())) for term in longest_first)
        self._pattern = (
            re.compile(rf"(?<!\w)({alternatives})(?=s?\b)", re.IGNORECASE) if alternatives else None
        )

    def linked(self, words: str) -> str:
        """The (escaped) words with a link at every term."""
        return self._pattern.sub(self._link, words) if self._pattern else words

    def _link(self, found: re.Match[str]) -> str:
        clause = self._clause_of.get(" ".join(found[1].split()).casefold())
        return f'<a class="rm-term" href="#{clause}">{found[1]}</a>' if clause else found[1]


def _draw_heading_cell(
    renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]
) -> str:
    return '<th scope="col">'


def _draw_link(renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]) -> str:
    token = tokens[index]
    address = str(token.attrGet("href") or "")
    title = str(token.attrGet("title") or "")
    titled = f' title="{escape(title)}"' if title else ""
    outward = ' rel="noopener noreferrer"' if address.startswith(("http:", "https:")) else ""
    return f'<a href="{escape(address)}"{titled}{outward}>'


def _draw_image(renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]) -> str:
    """A policy is words: an image becomes its description, so that no reader's browser fetches from
    elsewhere.
    """
    return escape(tokens[index].content)


def groups(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """The top-level elements among `tokens`."""
    start, depth = 0, 0
    for index, token in enumerate(tokens):
        depth += token.nesting
        if depth == 0:
            yield tokens[start : index + 1]
            start = index + 1


class ClausePage:
    """Draws the prose of one clause; its paragraphs are numbered on from piece to piece.

    `number` is the number of the clause; paragraphs become "10.1", "10.2" and so on where `is_numbered`.
    `values` are the words of each placeholder; every one of `terms` is linked to its definition.
    """

    def __init__(
        self,
        parser: MarkdownIt,
        clause: str,
        number: str,
        values: Mapping[str, str],
        *,
        is_numbered: bool,
        terms: Terms | None = None,
    ) -> None:
        self.parser = parser
        self.clause = clause
        self.number = number
        self.env: dict[str, Any] = {"values": values, "terms": terms}
        self.is_numbered = is_numbered
        self.count = 0

    def draw(self, tokens: Sequence[Token], *, caption: str = "", is_matrix: bool = False) -> str:
        """HTML of a run of prose; a caption goes to the tables in it."""
        parts = []
        for group in groups(tokens):
            if group[0].type == "paragraph_open":
                parts.append(self._paragraph(group))
            elif group[0].type == "table_open":
                parts.append(self._table(group, caption, is_matrix))
            else:
                parts.append(self.parser.renderer.render(list(group), self.parser.options, self.env))
        return "".join(parts)

    def _paragraph(self, group: Sequence[Token]) -> str:
        words = self.inline(group[1])
        if not self.is_numbered:
            return f'<p class="rm-doc__p">{words}</p>\n'
        self.count += 1
        anchor, number = f"{self.clause}-{self.count}", f"{self.number}.{self.count}"
        link = f'<a class="rm-doc__n" href="#{anchor}" aria-label="Section {number}">{number}</a>'
        return f'<p class="rm-doc__p" id="{anchor}">{link}{words}</p>\n'

    def inline(self, token: Token) -> str:
        renderer: Any = self.parser.renderer  # its protocol leaves out the part for inline text
        return str(renderer.renderInline(token.children or [], self.parser.options, self.env))

    def _table(self, group: Sequence[Token], caption: str, is_matrix: bool) -> str:
        """A table whose first column heads its rows; in a matrix each cell names its column, for narrow
        screens.
        """
        heads: list[str] = []
        rows: list[list[str]] = []
        for index, token in enumerate(group):
            if token.type == "tr_open":
                rows.append([])
            elif token.type in ("th_open", "td_open"):
                rows[-1].append(self.inline(group[index + 1]))
                if token.type == "th_open":
                    heads.append(self.plain_inline(group[index + 1]))
        shown = f"<caption>{escape(caption)}</caption>" if caption else ""
        top = "".join(f'<th scope="col">{cell}</th>' for cell in rows[0])
        body = "".join(f"<tr>{self._row(row, heads, is_matrix)}</tr>\n" for row in rows[1:])
        kind = ' class="rm-doc__matrix"' if is_matrix else ""
        return f"<table{kind}>{shown}<thead><tr>{top}</tr></thead>\n<tbody>{body}</tbody></table>\n"

    @staticmethod
    def _row(cells: Sequence[str], heads: Sequence[str], is_matrix: bool) -> str:
        drawn = []
        for index, cell in enumerate(cells):
            if index == 0:
                drawn.append(f'<th scope="row">{cell}</th>')
            else:
                label = f' data-label="{escape(heads[index])}"' if is_matrix else ""
                drawn.append(f"<td{label}>{cell}</td>")
        return "".join(drawn)

    def plain_inline(self, token: Token) -> str:
        return "".join(_plain_parts(token.children or [], self.env["values"]))


def plain_text(tokens: Sequence[Token], values: Mapping[str, str]) -> str:
    """The prose as plain words, placeholders filled; paragraphs on lines of their own."""
    lines = [
        "".join(_plain_parts(token.children or [], values)) for token in tokens if token.type == "inline"
    ]
    return "\n".join(" ".join(line.split()) for line in lines)


def _plain_parts(children: Sequence[Token], values: Mapping[str, str]) -> Iterator[str]:
    for child in children:
        if child.type in ("text", "code_inline", "text_special"):
            yield child.content
        elif child.type == "placeholder":
            yield values.get(child.content, "{{ " + child.content + " }}")
        elif child.type in ("softbreak", "hardbreak"):
            yield " "
        elif child.type == "image":
            yield child.content


def placeholders(tokens: Sequence[Token], lines: Sequence[str]) -> Iterator[Placeholder]:
    """Every placeholder in the prose with its place; `lines` are the lines of the document."""
    for token in tokens:
        if token.type != "inline" or not token.children:
            continue
        wanted = [child.content for child in token.children if child.type == "placeholder"]
        if wanted:
            yield from _placed(wanted, token, lines)


def _placed(wanted: Sequence[str], token: Token, lines: Sequence[str]) -> Iterator[Placeholder]:
    first, last = _extent(token)
    found = [
        Placeholder(match[1], number + 1, match.start() + 1)
        for number in range(first, min(last, len(lines)))
        for match in _PLACEHOLDER.finditer(lines[number])
    ]
    for path in wanted:
        place = next((candidate for candidate in found if candidate.path == path), None)
        if place:
            found.remove(place)
        yield place or Placeholder(path, first + 1, 1)


def loose_numbers(tokens: Sequence[Token], lines: Sequence[str]) -> Iterator[LooseNumber]:
    """Numbers with the look of a promise in running text: not in code, links' addresses, tables or
    placeholders.
    """
    depth = 0
    for token in tokens:
        if token.type == "table_open":
            depth += 1
        elif token.type == "table_close":
            depth -= 1
        elif token.type == "inline" and not depth:
            for child in token.children or []:
                if child.type == "text":
                    yield from _numbers_in(child.content, token, lines)


def _numbers_in(words: str, token: Token, lines: Sequence[str]) -> Iterator[LooseNumber]:
    first, last = _extent(token)
    for match in [*_NUMBER.finditer(words), *_WORD_NUMBER.finditer(words)]:
        written = match.group(0).rstrip(" .,:")
        for number in range(first, min(last, len(lines))):
            column = lines[number].find(written)
            if column >= 0:
                yield LooseNumber(written, number + 1, column + 1)
                break


def _extent(token: Token) -> tuple[int, int]:
    extent = token.map or [0, 0]
    return extent[0], extent[1]
