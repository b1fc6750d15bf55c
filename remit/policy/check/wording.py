"""What can be said about the words: numbers that no block binds, quotes that are not there, placeholders,
silent refusals, links that lead nowhere, things declared and never used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from remit.policy.document.compiling import Compilation
from remit.policy.document.findings import Finding, Level, did_you_mean
from remit.policy.document.policy import Policy
from remit.policy.document.prose import loose_numbers
from remit.policy.document.reading import ReadBlock
from remit.policy.document.strict_text import Path
from remit.policy.document.translation import clause_placeholders
from remit.policy.vocabulary.facts import Kind, Supplier

_FILLED = re.compile(r"\{([^{}]*)\}")
_SPOKEN_TO = frozenset({"suspend", "refuse", "quote", "split"})
_WORDED = ("says", "because")


def check_wording(compilation: Compilation, policy: Policy) -> Iterator[Finding]:
    """All findings about prose and sentences."""
    wording = _Wording(compilation, policy)
    yield from wording.loose_numbers()
    for block in compilation.blocks:
        yield from wording.quote(block)
        yield from wording.filled(block)
        yield from wording.silent(block)
        yield from wording.nowhere(block)
    yield from wording.unused_values()
    yield from wording.unused_facts()


class _Wording:
    def __init__(self, compilation: Compilation, policy: Policy) -> None:
        self.document = compilation.document
        self.blocks = compilation.blocks
        self.policy = policy
        self.plain = {identity: _plain(clause.text) for identity, clause in policy.clauses.items()}

    def _at(
        self,
        code: str,
        message: str,
        block: ReadBlock,
        path: Path,
        *,
        level: Level = "error",
        hint: str | None = None,
    ) -> Finding:
        place = block.block.place(path)
        return Finding(
            code, level, message, place.line, place.column, block.clause, hint=hint, path=self.document.path
        )

    def loose_numbers(self) -> Iterator[Finding]:
        """A number typed by hand may say something else than the desk does."""
        for clause in self.document.clauses:
            for piece in clause.pieces:
                for number in loose_numbers(piece.tokens, self.document.lines):
                    yield Finding(
                        "loose-number",
                        "warning",
                        f"“{number.words}” is bound to no block",
                        number.line,
                        number.column,
                        clause.id,
                        hint="write a placeholder {{ … }} for a value of a block, or put the number in words "
                        "where it binds nothing",
                        path=self.document.path,
                    )

    def quote(self, block: ReadBlock) -> Iterator[Finding]:
        """What is quoted stands in the clause, word for word."""
        words = block.block.text.data.get("quote")
        clause = self.policy.clauses.get(block.clause)
        if isinstance(words, str) and clause and _plain(words) not in self.plain[block.clause]:
            sentences = re.split(r"(?<=[.!?])\s+|\n", clause.text)
            near = did_you_mean(words, [sentence for sentence in sentences if sentence])
            yield self._at(
                "quote-not-found",
                "these words do not stand in the clause",
                block,
                ("quote",),
                hint=near
                if near and near.startswith("did")
                else "quote the prose of this clause word for word",
            )

    def filled(self, block: ReadBlock) -> Iterator[Finding]:
        """`{fact.name}` in a sentence names a fact."""
        for key in _WORDED:
            for match in _FILLED.finditer(_text(block, key)):
                name = match[1].strip()
                if name not in self.policy.declarations:
                    yield self._at(
                        "unknown-fact",
                        f"“{{{match[1]}}}” is not a fact",
                        block,
                        (key,),
                        hint=did_you_mean(name, self.policy.declarations),
                    )

    def silent(self, block: ReadBlock) -> Iterator[Finding]:
        """Nobody is turned away without a sentence that says so."""
        kind = block.block.kind
        outcome = {"rule": "outcome", "default": "default"}.get(kind)
        if outcome and _text(block, outcome) in _SPOKEN_TO and not _text(block, "says"):
            yield self._at(
                "says-nothing",
                f"this may {_text(block, outcome)} a request and does not say so to the customer",
                block,
                (kind,),
                hint="add says: one sentence with the decision, and next: what they can do",
            )

    def nowhere(self, block: ReadBlock) -> Iterator[Finding]:
        """What a customer is sent to read is there: a clause of this document, or a page elsewhere."""
        for index, step in enumerate(getattr(block.model, "next", ())):
            target = step.read
            if target is None or target in self.policy.clauses or target.startswith(("https://", "http://")):
                continue
            yield self._at(
                "read-nowhere",
                f"“{target}” leads nowhere: it is neither a clause of this document nor an address",
                block,
                ("next", index, "read"),
                hint=did_you_mean(target, self.policy.clauses)
                or "name a clause by its id, or an address that begins with https://",
            )

    def unused_values(self) -> Iterator[Finding]:
        """A bound value that no condition and no placeholder names."""
        used = set(re.findall(r"\bvalues\.([a-z][a-z0-9_.]*)", "\n".join(self._condition_texts())))
        for clause in self.document.clauses:
            used |= {
                one.path.rpartition(":")[2].strip() for one in clause_placeholders(clause, self.document)
            }
        for block in self.blocks:
            for name in block.model.values if block.block.kind == "values" else ():
                if name not in used and f"values.{name}" not in used:
                    message = f"the value “{name}” is used nowhere"
                    yield self._at("unused-value", message, block, ("values", name), level="warning")

    def _condition_texts(self) -> Iterator[str]:
        for block in self.blocks:
            yield from (_text(block, key) for key in ("when", "until", "head when"))
            if block.block.kind == "facts":
                yield from (model.means for model in block.model.facts.values() if model.means)
            if block.block.kind == "targets":
                rows = block.model.rows
                yield from (
                    row.when for row in (rows.values() if isinstance(rows, dict) else rows) if row.when
                )

    def unused_facts(self) -> Iterator[Finding]:
        """A fact that is declared and that nothing asks for, looks at or says."""
        texts = "\n".join([*self._condition_texts(), *self._sentences()])
        named = set(re.findall(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*", texts))
        for block in self.blocks:
            kind, model = block.block.kind, block.model
            if kind == "requires":
                named |= {*model.requires, *model.where_possible}
            elif kind in ("rule", "default"):
                named |= {*model.asks}
            elif kind == "conduct":
                named |= model.thresholds.keys()
            named |= {_text(block, "by"), _text(block, "priority matrix")}
        named |= {fact for plan in self.policy.plans.values() for fact in plan.facts}
        for block in self.blocks:
            if block.block.kind != "facts":
                continue
            for name, model in block.model.facts.items():
                is_common = name in ("topic", "category", "impact", "priority")
                if name not in named and not is_common:
                    asked = model.from_ == str(Supplier.REQUESTER) and model.type != str(Kind.YES_NO)
                    yield self._at(
                        "unused-fact",
                        f"nothing looks at the fact “{name}”"
                        + (", and the form still asks for it" if asked else ""),
                        block,
                        ("facts", name),
                        level="warning",
                        hint="use it in a condition, ask for it with requires, or leave it out",
                    )

    def _sentences(self) -> Iterator[str]:
        for block in self.blocks:
            yield from (_text(block, key) for key in _WORDED)


def _text(block: ReadBlock, key: str) -> str:
    """The words under a key of a block, or nothing."""
    value = block.block.text.data.get(key)
    return value if isinstance(value, str) else ""


def _plain(words: str) -> str:
    return " ".join(words.replace("\u00a0", " ").split()).casefold()
