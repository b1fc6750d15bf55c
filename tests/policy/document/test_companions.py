"""What stands beside a document: its translations, its differences from another version, the JSON Schema."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from remit.policy.document.blocks import BLOCKS
from remit.policy.document.compiling import compile_document, examine
from remit.policy.document.diff import diff_documents
from remit.policy.document.page import in_translation
from remit.policy.document.render import standalone_page
from remit.policy.document.schema import policy_schema, schema_text
from remit.policy.document.source import load, load_with_translations, translation_path
from remit.policy.document.translation import compare_translation

ROOT = Path(__file__).resolve().parents[3]
HEAD = "---\ndesk: t\ntitle: T\nversion: 1\neffective: 2026-01-01\ntimezone: UTC\nlanguage: en\n---\n"
FARSI = "---\ndesk: t\ntitle: ت\nversion: 1\nlanguage: fa\n---\n"
BODY = (
    "## One {#one}\n\nWait {{ after }}. It is short.\n\n```remit\nclosing: waiting for the "
    "customer\nafter: 48 h\n```\n\n## Two {#two}\n\nMore.\n"
)


class TestTranslations:
    def compare(self, translation: str) -> list[str]:
        return [
            finding.code for finding in compare_translation(load(HEAD + BODY), load(translation, "t.fa.md"))
        ]

    def test_a_translation_with_the_same_clauses_and_placeholders_is_clean(self) -> None:
        assert self.compare(FARSI + "## یک {#one}\n\nپس از {{ after }}.\n\n## دو {#two}\n\nبیشتر.\n") == []

    def test_missing_clauses_and_placeholders_are_found(self) -> None:
        assert self.compare(FARSI + "## یک {#one}\n\nپس از چندی.\n") == [
            "translation-missing",
            "translation-missing",
        ]

    def test_what_the_document_does_not_have_is_found(self) -> None:
        extra = (
            FARSI
            + "## یک {#one}\n\n{{ after }} {{ warn }}\n\n## دو {#two}\n\n```remit\npause: on hold\nclocks: "
            "[resolution]\n```\n\n## سه {#three}\n"
        )
        assert self.compare(extra) == ["translation-extra"] * 3

    def test_it_is_of_the_same_desk_and_version_and_has_a_language_of_its_own(self) -> None:
        other = (
            HEAD.replace("desk: t", "desk: u").replace("version: 1", "version: 2")
            + "## 1 {#one}\n\n{{ after }}\n\n## 2 {#two}\n\nx\n"
        )
        assert self.compare(other).count("translation") == 5

    def test_values_of_the_document_are_said_in_the_language(self) -> None:
        translated = "## یک {#one}\n\nپس از {{ after }}.\n\n## دو {#two}\n\nx\n"
        document = load_with_translations(HEAD + BODY, "t.md", {"fa": FARSI + translated})
        made = in_translation(compile_document(document), document, "fa")
        assert (made.title, made.language, made.clauses["one"].title) == ("ت", "fa", "یک")
        assert '<span class="rm-bound">۴۸ ساعت</span>' in made.clauses["one"].html
        assert 'dir="rtl"' in standalone_page(made)

    def test_the_tables_of_the_document_stand_where_the_translation_draws_none(self) -> None:
        table = (
            "```remit table\ncalendar: hours\ncolumns: {Days: days, Open: open}\n```\n\n| Days | Open |\n"
            "|---|---|\n| Monday | 9–17 |\n"
        )
        document = load_with_translations(
            HEAD + "## One {#one}\n\n" + table, "t.md", {"fa": FARSI + "## یک {#one}\n\nبه وقت تهران.\n"}
        )
        assert (
            "<td>9–17</td>" in in_translation(compile_document(document), document, "fa").clauses["one"].html
        )

    SAYING = (
        "## One {#one}\n\nHelp is given against payment.\n\n```remit\nfacts:\n  color: {label: the colour, type: one of, "
        "from: requester, options: {red: Red}, ask: Which colour?}\n```\n\n```remit\ndefault: accept\naspect: scope\n"
        "says: You chose {color}.\nquote: against payment\n```\n"
    )
    WORDS = (
        "## یک {#one}\n\nکمک در برابر پرداخت است.\n\n```remit\nwords:\n  Which colour?: کدام رنگ؟\n  Red: سرخ\n"
        '  the colour: رنگ\n  "You chose {color}.": "شما {color} را برگزیدید."\n  against payment: در برابر پرداخت\n```\n'
    )

    def words(self, translation: str) -> list[tuple[str, str]]:
        """Code and message of what is found in the words of a translation."""
        document = load_with_translations(HEAD + self.SAYING, "t.md", {"fa": FARSI + translation})
        return [(one.code, one.message) for one in examine(document).findings if one.path == "t.fa.md"]

    def test_what_the_blocks_say_is_said_in_the_words_of_the_translation(self) -> None:
        document = load_with_translations(HEAD + self.SAYING, "t.md", {"fa": FARSI + self.WORDS})
        own = compile_document(document)
        made = in_translation(own, document, "fa")
        assert self.words(self.WORDS) == []
        assert made.declarations["color"].ask == "کدام رنگ؟"
        assert made.declarations["color"].options == {"red": "سرخ"}
        assert made.said("You chose {color}.") == "شما {color} را برگزیدید."
        assert (
            made.decide({"color": "red"}).says == "You chose {color}."
        )  # what is stored stays the document's
        assert made.reads("You chose {color}.", "fa")
        assert not made.reads("Something an agreement says.", "fa")

    def test_words_that_are_missing_or_said_by_nobody_are_told_of(self) -> None:
        """A translation without any words is one of prose; one that has some is to have all."""
        assert self.words("## یک {#one}\n\nکمک در برابر پرداخت است.\n") == []
        assert self.words(self.WORDS.replace("  Red: سرخ\n", "  Reed: نی\n")) == [
            ("translation-extra", "the document does not say “Reed”"),
            ("translation-missing", "“Red” has no words here"),
        ]

    def test_words_keep_the_facts_that_are_put_into_them(self) -> None:
        [(code, _)] = self.words(self.WORDS.replace("شما {color} را", "شما {colour} را"))
        assert code == "translation"

    def test_a_quote_stands_in_the_translated_clause(self) -> None:
        [(code, message)] = self.words(self.WORDS.replace("payment: در برابر پرداخت", "payment: با پرداخت"))
        assert (code, "does not stand in the clause “one”" in message) == ("quote-not-found", True)

    def test_the_sibling_of_a_file(self) -> None:
        assert translation_path("policies/crm.md", "fa") == "policies/crm.fa.md"


class TestDifferences:
    def test_equal_documents_do_not_differ(self) -> None:
        assert diff_documents(load(HEAD + BODY), load(HEAD + BODY)).clauses == ()

    def test_words_and_values_are_told_apart(self) -> None:
        new = BODY.replace("It is short.", "It is long.").replace("48 h", "24 h")
        (change,) = diff_documents(load(HEAD + BODY), load(HEAD + new)).clauses
        assert [(one.kind, one.words) for one in change.prose if one.kind != "kept"] == [
            ("removed", "It is short."),
            ("added", "It is long."),
        ]
        assert [(one.path, one.old, one.new) for one in change.values] == [("after", "48 h", "24 h")]

    def test_a_change_of_words_alone_is_editorial(self) -> None:
        old = load(HEAD + BODY)
        assert diff_documents(old, load(HEAD + BODY.replace("It is short.", "It is long."))).is_editorial
        assert not diff_documents(old, load(HEAD + BODY.replace("48 h", "24 h"))).is_editorial

    def test_moving_a_clause_changes_its_number_and_nothing_else(self) -> None:
        first, second = BODY.split("## Two")
        assert diff_documents(load(HEAD + BODY), load(HEAD + "## Two" + second + "\n" + first)).clauses == ()

    def test_clauses_come_and_go(self) -> None:
        new = BODY.replace("## Two {#two}", "## Three {#three}")
        changes = {
            change.clause: change.change
            for change in diff_documents(load(HEAD + BODY), load(HEAD + new)).clauses
        }
        assert changes == {"three": "added", "two": "removed"}


class TestSchema:
    def test_the_kept_copy_is_the_one_the_models_make(self) -> None:
        kept = (ROOT / "docs" / "policy.schema.json").read_text(encoding="utf-8")
        assert kept == schema_text(), "run: python -m remit schema > docs/policy.schema.json"

    def test_it_is_a_schema(self) -> None:
        jsonschema.Draft202012Validator.check_schema(policy_schema())

    @pytest.mark.parametrize("desk", ["crm24", "iexexchanger", "ionetech", "itech-crm", "its"])
    def test_every_block_of_the_published_policies_fits_it(self, desk: str) -> None:
        document = load((ROOT / "policies" / f"{desk}.md").read_text(encoding="utf-8"))
        schema = policy_schema()
        of_kind = {
            kind: jsonschema.Draft202012Validator(
                {"$ref": f"#/$defs/{model.__name__}", "$defs": schema["$defs"]}
            )
            for kind, model in BLOCKS.items()
        }
        for block in document.blocks:
            assert of_kind[block.kind].is_valid(block.text.data), f"{desk}.md:{block.line} {block.kind}"

    def test_it_refuses_what_the_models_refuse(self) -> None:
        validator = jsonschema.Draft202012Validator(policy_schema())
        assert not validator.is_valid({"rule": "x", "aspect": "cover", "outcome": "refused"})
        assert not validator.is_valid({"rule": "x", "aspect": "cover", "outcome": "refuse", "becuse": "y"})
        assert json.loads(schema_text())["oneOf"]
