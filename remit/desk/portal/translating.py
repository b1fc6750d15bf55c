"""A policy's prose in another language: titles and text of its sections, with the values of the document itself.

Which language binds is said on the page; the rules are always those of the document.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from html import unescape

from remit.desk.design.words import digits
from remit.desk.policies.models import PolicyTranslation, PolicyVersion
from remit.policy.document.policy import Clause, Policy


@dataclass(frozen=True, slots=True)
class Translated:
    """The prose of a version in one language."""

    language: str
    title: str
    lead_html: str
    clauses: Mapping[str, Clause]

    def of(self, policy: Policy) -> Policy:
        """The policy with this prose in the place of its own; its rules, tables and numbers are unchanged, and so are
        the clauses of an individual agreement, which nobody translated.
        """
        own = {name: one for name, one in policy.clauses.items() if name not in self.clauses or one.amendment}
        return replace(
            policy,
            title=self.title,
            lead_html=self.lead_html,
            clauses={name: own.get(name) or self.clauses[name] for name in policy.clauses},
        )


def translation_of(version_id: int, language: str, policy: Policy) -> Translated | None:
    """The translation of a stored version, or None where there is none into this language."""
    if language == policy.language:
        return None
    return _drawn(version_id, language, policy.hash)


@lru_cache(maxsize=32)
def _drawn(version_id: int, language: str, policy_hash: str) -> Translated | None:
    from remit.policy.document.compiling import compile_document
    from remit.policy.document.page import translated_clauses, translated_lead
    from remit.policy.document.source import load_with_translations

    row = PolicyTranslation.objects.filter(version_id=version_id, language=language).first()
    if row is None:
        return None
    version = PolicyVersion.objects.get(pk=version_id)
    document = load_with_translations(version.source, "policy.md", {language: row.source})
    own = compile_document(document, None).clauses
    drawn = translated_clauses(document, language)
    clauses = {
        name: replace(own[name], title=title, html=numbered(html, language), text=plain(html))
        for name, (title, html) in drawn.items()
        if name in own
    }
    title = str(document.translations[language].front.data.get("title") or version.title)
    return Translated(language, title, translated_lead(document, language), clauses)


def numbered(html: str, language: str) -> str:
    """Prose whose paragraph numbers stand in the figures of the language."""
    return re.sub(
        r'(<a class="rm-doc__n" href="[^"]*")[^>]*>([\d.]+)</a>',
        lambda found: f"{found[1]}>{digits(found[2], language)}</a>",
        html,
    )


def plain(html: str) -> str:
    """Prose as plain words, for quoting."""
    without_tables = re.sub(r"<table.*?</table>", " ", html, flags=re.DOTALL)
    without_numbers = re.sub(r'<a class="rm-doc__n"[^>]*>[^<]*</a>', "", without_tables).replace("</p>", "\n")
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", without_numbers))).strip()
