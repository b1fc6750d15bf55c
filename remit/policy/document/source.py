"""Reads the text of a policy document: front matter, clauses, prose, blocks and tables, each with its
place.

What a block means is not known here: it arrives as strict text under the clause above it. Nothing is
refused half-way; every fault of form is kept in `Document.faults`, so that one run shows them all. How an
individual agreement is put over a policy is said in `agreement`.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from remit.policy.document.findings import Finding
from remit.policy.document.strict_text import Path, Place, StrictText, read_mapping

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

ENGINE_FENCE = "remit"
CLAUSE_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_HEADS = {
    False: "begin with desk, title, version, effective, timezone and language",
    True: "begin with agreement and desk",
}
_ATTRIBUTE = re.compile(r"""#(?P<id>[^\s"']+)|(?P<name>[\w-]+)\s*=\s*"(?P<value>[^"]*)"|(?P<other>\S+)""")
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?P<yaml>.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
MAX_CHARACTERS = 2_000_000


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table: its words and where they begin."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Table:
    """A Markdown table under a labelled fence: the page shows it, the desk calculates with it."""

    headers: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    line: int


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block: its kind (the first key), its data as strict text, the clause it stands under."""

    kind: str
    clause: str
    text: StrictText
    line: int
    is_table: bool
    table: Table | None = None

    @property
    def name(self) -> str:
        value = self.text.data.get(self.kind, "")
        return value if isinstance(value, str) else ""

    def place(self, path: Path = (), *, key: bool = False) -> Place:
        return self.text.key_at(path) if key else self.text.value_at(path)


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of prose (Markdown tokens), or a block, in the order of the page."""

    tokens: tuple[Token, ...] = ()
    block: Block | None = None
    table_of: Block | None = None


@dataclass(frozen=True, slots=True)
class Amendment:
    """The clause of an individual agreement that a clause comes from: its id and its number, "A-2"."""

    id: str
    number: str


@dataclass(frozen=True, slots=True)
class ClauseSource:
    """A clause as written: its heading and what stands under it, up to the next heading of a clause.

    `changes`: in an agreement, the clause of the policy in whose place it stands. `amendment`: in a policy under
    an agreement, the agreement's clause whose words these are.
    """

    id: str
    number: str
    level: int
    title: str
    sources: tuple[str, ...]
    line: int
    parent: str | None
    pieces: tuple[Piece, ...]
    changes: str = ""
    amendment: Amendment | None = None

    @property
    def blocks(self) -> tuple[Block, ...]:
        return tuple(piece.block for piece in self.pieces if piece.block)


@dataclass(frozen=True, slots=True)
class Overlay:
    """The individual agreement that was put over a policy: where it was read from, and what it was put over.

    In the whole its lines follow the policy's: the first of them is line `after` + 1. `document` is the agreement as
    read, with those lines.
    """

    document: Document
    policy: Document
    after: int


@dataclass(frozen=True, slots=True)
class Document:
    """A policy document as written. `hash` is the SHA-256 of its canonical text. `overlay`: the individual
    agreement put over it, if one was.
    """

    path: str
    text: str
    hash: str
    lines: tuple[str, ...]
    front: StrictText
    preamble: tuple[Piece, ...]
    clauses: tuple[ClauseSource, ...]
    faults: tuple[Finding, ...]
    translations: dict[str, Document] = field(default_factory=dict)
    overlay: Overlay | None = None

    @property
    def blocks(self) -> Iterator[Block]:
        for clause in self.clauses:
            yield from clause.blocks

    def clause(self, identity: str) -> ClauseSource | None:
        return next((clause for clause in self.clauses if clause.id == identity), None)


def canonical(text: str) -> str:
    """The text that is hashed: composed characters, Unix line ends, no trailing blanks, one line end at the
    end of the file.
    """
    text = unicodedata.normalize("NFC", text.removeprefix("\ufeff")).replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join(line.rstrip() for line in text.split("\n")).rstrip("\n") + "\n"


def load(text: str, path: str = "policy.md") -> Document:
    """Read a document. Never raises on what is written in it: faults are collected in `Document.faults`."""
    return _DocumentReader(canonical(text), path).read()


def load_after(text: str, path: str, after: int) -> Document:
    """Read the document of an agreement whose first line is to be counted as line `after` + 1."""
    return _DocumentReader(canonical(text), path, after, is_agreement=True).read()


def load_with_translations(text: str, path: str, translations: dict[str, str]) -> Document:
    """Read a document and its sibling files. `translations`: language → text."""
    document = load(text, path)
    for language, translated in sorted(translations.items()):
        document.translations[language] = load(translated, translation_path(path, language))
    return document


def translation_path(path: str, language: str) -> str:
    """`policies/crm.md` and `fa` → `policies/crm.fa.md`."""
    stem = path[:-3] if path.endswith(".md") else path
    return f"{stem}.{language}.md"


def _title_and_attributes(content: str) -> tuple[str, str]:
    """A heading's words, and what stands in the braces at its end; looked for from the end, so that a heading of any
    length is read once.
    """
    written = content.rstrip()
    opened = written.rfind("{")
    if not written.endswith("}") or opened < 0 or "}" in written[opened:-1] or "\n" in written:
        return content, ""
    return written[:opened].rstrip(), written[opened + 1 : -1]


@cache
def markdown() -> MarkdownIt:
    """The parser of the prose: CommonMark with tables and placeholders; raw HTML stays text and is escaped."""
    from markdown_it import MarkdownIt

    from remit.policy.document.prose import add_placeholders

    parser = MarkdownIt("commonmark", {"html": False, "typographer": False}).enable(
        ["table", "strikethrough"]
    )
    return add_placeholders(parser)


class _DocumentReader:
    def __init__(self, text: str, path: str, after: int = 0, *, is_agreement: bool = False) -> None:
        self.text = text
        self.path = path
        self.after = after
        self.is_agreement = is_agreement
        self.faults: list[Finding] = []
        self.clause: str | None = None
        self.contents: dict[int, list[str]] = {}

    def fault(self, code: str, message: str, place: Place, hint: str | None = None) -> None:
        self.faults.append(
            Finding(code, "error", message, place.line, place.column, self.clause, hint=hint, path=self.path)
        )

    def read(self) -> Document:
        if len(self.text) > MAX_CHARACTERS:
            self.fault("too-long", f"a policy has at most {MAX_CHARACTERS:,} characters", self._first())
            self.text = ""
        self._refuse_hidden_characters()
        front, body_line = self._front_matter()
        body = self.text.split("\n", body_line - 1)[-1] if body_line > 1 else self.text
        self.lines = ("\n" * (self.after + body_line - 1) + body).split("\n")
        preamble, clauses = self._clauses(markdown().parse(self._without_blocks()))
        digest = hashlib.sha256(self.text.encode()).hexdigest()
        return Document(
            self.path, self.text, digest, tuple(self.lines), front, preamble, clauses, tuple(self.faults)
        )

    def _first(self) -> Place:
        return Place(self.after + 1, 1)

    def _without_blocks(self) -> str:
        """The page with the insides of our fences left blank: Markdown need not look at them. They are kept
        by line.
        """
        page: list[str] = []
        fence, inside = "", None
        for number, line in enumerate(self.lines):
            if not fence:
                if line.startswith(("```", "~~~")):
                    fence = line[: len(line) - len(line.lstrip(line[0]))]
                    if line[len(fence) :].split()[:1] == [ENGINE_FENCE]:
                        inside = self.contents[number] = []
            elif line.startswith(fence) and not line.strip(fence[0]).strip():
                fence, inside = "", None
            elif inside is not None:
                inside.append(line)
                line = ""  # noqa: PLW2901 (blank on the page, kept above)
            page.append(line)
        return "\n".join(page)

    def _refuse_hidden_characters(self) -> None:
        if self.text.isascii() and self.text.isprintable():
            return
        for number, line in enumerate(self.text.split("\n"), self.after + 1):
            if line.isprintable():
                continue
            for column, character in enumerate(line, 1):
                if (
                    character != "\t"
                    and character not in "\u200c\u200d\u00a0\u202f"
                    and not character.isprintable()
                ):
                    name = unicodedata.name(character, f"U+{ord(character):04X}").lower()
                    self.fault(
                        "hidden-character",
                        f"a hidden character stands here ({name})",
                        Place(number, column),
                        "remove it: what people read and what the desk reads must be the same",
                    )
                    break

    def _front_matter(self) -> tuple[StrictText, int]:
        match = _FRONT_MATTER.match(self.text)
        if match is None:
            self.fault(
                "front-matter",
                "the document begins with its front matter between two lines “---”",
                self._first(),
                _HEADS[self.is_agreement],
            )
            return StrictText({}, start=self._first()), 1
        front = read_mapping(match["yaml"], first_line=self.after + 2, path=self.path)
        self.faults += front.faults
        return front, match.group(0).count("\n") + 1

    def _clauses(self, tokens: Sequence[Token]) -> tuple[tuple[Piece, ...], tuple[ClauseSource, ...]]:
        sections: list[tuple[Token, Token] | None] = [None]
        contents: list[list[list[Token]]] = [[]]
        for group in _top_level(tokens):
            if group[0].type == "heading_open" and group[0].tag in ("h2", "h3"):
                sections.append((group[0], group[1]))
                contents.append([])
            else:
                contents[-1].append(group)
        preamble = self._pieces(contents[0], "")
        for piece in preamble:
            if piece.block:
                self.fault(
                    "block-outside-clause",
                    "this block stands before the first clause",
                    Place(piece.block.line, 1),
                    "move it under the heading of the clause it belongs to",
                )
        clauses: list[ClauseSource] = []
        numbers = _Numbers()
        parent: str | None = None
        seen: dict[str, int] = {}
        for section, content in zip(sections[1:], contents[1:], strict=True):
            assert section is not None
            opening, inline = section
            level = int(opening.tag[1])
            line = (opening.map or [0])[0] + 1
            identity, title, sources, changes = self._heading(inline.content, line)
            if identity in seen:
                self.clause = identity
                self.fault(
                    "duplicate-clause",
                    f"the clause id “{identity}” is used twice (first on line {seen[identity]})",
                    Place(line, self._column(line, "#" + identity)),
                    "give this clause an id of its own",
                )
            seen.setdefault(identity, line)
            if level == 3 and parent is None:
                self.fault("heading-level", "the first clause is a heading of level 2 (##)", Place(line, 1))
            self.clause = identity
            pieces = self._pieces(content, identity)
            clauses.append(
                ClauseSource(
                    identity,
                    numbers.next(level),
                    level,
                    title,
                    sources,
                    line,
                    parent if level == 3 else None,
                    pieces,
                    changes,
                )
            )
            if level == 2:
                parent = identity
        self.clause = None
        if not clauses:
            self.fault(
                "no-clauses",
                f"{'an agreement' if self.is_agreement else 'a policy'} has at least one clause: a heading "
                "“## Title {#id}”",
                self._first(),
            )
        return preamble, tuple(clauses)

    def _heading(self, content: str, line: int) -> tuple[str, str, tuple[str, ...], str]:
        title, attributes = _title_and_attributes(content)
        identity = ""
        sources: tuple[str, ...] = ()
        changes = ""
        for attribute in _ATTRIBUTE.finditer(attributes):
            if attribute["id"]:
                identity = attribute["id"]
            elif attribute["name"] == "from":
                sources = tuple(part.strip() for part in attribute["value"].split(",") if part.strip())
            elif attribute["name"] == "changes" and self.is_agreement:
                changes = attribute["value"].strip()
            else:
                self.fault(
                    "heading",
                    f"“{attribute.group(0)}” is not known in a heading",
                    Place(line, 1),
                    'a heading carries {#id} or {#id changes="…"}'
                    if self.is_agreement
                    else 'a heading carries {#id} or {#id from="…"}',
                )
        if not identity:
            self.fault(
                "clause-without-id",
                f"the clause “{title}” has no id",
                Place(line, 1),
                f"write “{title} {{#{_slug(title)}}}”; an id never changes, the number may",
            )
            identity = _slug(title)
        elif not CLAUSE_ID.fullmatch(identity):
            self.fault(
                "clause-id",
                f"“{identity}” is not a clause id: small letters a–z, digits and single hyphens",
                Place(line, self._column(line, "#" + identity)),
                f"for example “{_slug(identity)}”",
            )
        if not title:
            self.fault("heading", "a clause has a title", Place(line, 1))
        return identity, title, sources, changes

    def _pieces(self, groups: list[list[Token]], clause: str) -> tuple[Piece, ...]:
        pieces: list[Piece] = []
        prose: list[Token] = []
        index = 0

        def end_prose() -> None:
            if prose:
                pieces.append(Piece(tokens=tuple(prose)))
                prose.clear()

        while index < len(groups):
            group = groups[index]
            head = group[0]
            info = head.info.split() if head.type == "fence" else []
            if info[:1] != [ENGINE_FENCE]:
                prose += group
                index += 1
                continue
            end_prose()
            is_table = info[1:] == ["table"]
            if info[1:] and not is_table:
                self.fault(
                    "fence",
                    f"“{' '.join(info)}” is not a kind of fence",
                    Place((head.map or [0])[0] + 1, 1),
                    "a block is fenced with “remit”, a table with “remit table”",
                )
            table = None
            following = groups[index + 1] if index + 1 < len(groups) else None
            if is_table:
                if following and following[0].type == "table_open":
                    table = self._table(following)
                else:
                    self.fault(
                        "table-missing",
                        "a “remit table” fence is followed by its Markdown table",
                        Place((head.map or [0])[0] + 1, 1),
                    )
            block = self._block(head, clause, is_table, table)
            if block:
                pieces.append(Piece(block=block))
            if table and following:
                pieces.append(Piece(tokens=tuple(following), table_of=block))
                index += 1
            index += 1
        end_prose()
        return tuple(pieces)

    def _block(self, token: Token, clause: str, is_table: bool, table: Table | None) -> Block | None:
        line = (token.map or [0])[0] + 1
        opening = self.lines[line - 1]
        indent = len(opening) - len(opening.lstrip())
        kept = self.contents.get(line - 1)
        content = token.content if kept is None else "\n".join(kept)
        text = read_mapping(
            content, first_line=line + 1, indent=indent, path=self.path, clause=clause or None
        )
        self.faults += text.faults
        if not text.data:
            return None
        return Block(next(iter(text.data)), clause, text, line, is_table, table)

    def _table(self, group: Sequence[Token]) -> Table:
        rows: list[list[Cell]] = []
        for token, following in zip(group, [*group[1:], None], strict=True):
            if token.type == "tr_open":
                rows.append([])
                row_line = (token.map or [0])[0] + 1
                column = 1
            elif token.type in ("th_open", "td_open") and following is not None:
                words = following.content
                source = self.lines[row_line - 1]
                found = source.find(words, column - 1) if words else source.find("|", column - 1)
                column = found + 1 if found >= 0 else column
                rows[-1].append(Cell(words, Place(row_line, column)))
                column += len(words)
        start = (group[0].map or [0])[0] + 1
        return Table(tuple(rows[0]), tuple(tuple(row) for row in rows[1:]), start)

    def _column(self, line: int, words: str) -> int:
        return max(self.lines[line - 1].find(words), 0) + 1


class _Numbers:
    """10, 10.1, 10.2, 11 …: the number of a clause is its place on the page."""

    def __init__(self) -> None:
        self.section = 0
        self.part = 0

    def next(self, level: int) -> str:
        if level == 2:
            self.section, self.part = self.section + 1, 0
            return str(self.section)
        self.part += 1
        return f"{self.section}.{self.part}"


def _top_level(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """The tokens of each top-level element of the page, opening to closing."""
    group: list[Token] = []
    depth = 0
    for token in tokens:
        group.append(token)
        depth += token.nesting
        if depth == 0:
            yield group
            group = []


def _slug(title: str) -> str:
    words = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", words).strip("-")
    return slug if slug[:1].isalpha() else f"clause-{slug}".strip("-")
