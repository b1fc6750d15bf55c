"""A policy as somebody reads it: in a translation of its version where there is one, with the figures of the language.

Which language binds is said on the page; the rules, and what decisions store, are always those of the document.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import replace

from remit.desk.design.words import digits
from remit.desk.policies.models import PolicyTranslation, PolicyVersion
from remit.policy.document.policy import Policy

KEPT = 32
_kept: OrderedDict[tuple[int, str, str], Policy] = OrderedDict()


def in_language(policy: Policy, version_id: int, language: str) -> Policy:
    """The policy of a stored version, under an agreement or not, as it reads in this language; the policy itself where
    nobody translated it. Kept in this process: neither versions nor their translations ever change.
    """
    if language == policy.language:
        return policy
    key = (version_id, language, policy.hash)
    found = _kept.get(key)
    if found is None:
        found = _kept[key] = _read(policy, version_id, language)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return found


def _read(policy: Policy, version_id: int, language: str) -> Policy:
    from remit.policy.document.page import in_translation
    from remit.policy.document.source import load_with_translations

    row = PolicyTranslation.objects.filter(version_id=version_id, language=language).first()
    if row is None:
        return policy
    source = PolicyVersion.objects.values_list("source", flat=True).get(pk=version_id)
    document = load_with_translations(source, "policy.md", {language: row.source})
    translated = in_translation(policy, document, language)
    clauses = {
        name: replace(one, html=numbered(one.html, language)) if one.amendment is None else one
        for name, one in translated.clauses.items()
    }
    return replace(translated, clauses=clauses)


def numbered(html: str, language: str) -> str:
    """Prose whose paragraph numbers stand in the figures of the language."""
    return re.sub(
        r'(<a class="rm-doc__n" href="[^"]*")[^>]*>([\d.]+)</a>',
        lambda found: f"{found[1]}>{digits(found[2], language)}</a>",
        html,
    )
