"""What the pages and letters say, and what the catalogues know of it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation.template import templatize

from remit.policy.clocks.words import phrases
from remit.policy.vocabulary import facts
from tests.house.tree import ROOT, code, files, parsed

CATALOGUES = ROOT / "remit" / "desk" / "design" / "locale"
CALLS = {"gettext": 1, "gettext_lazy": 1, "ngettext": 2, "pgettext": 1}
Message = tuple[str, str]
"""Context ("" for none) and the English words."""


def said() -> dict[Message, str]:
    """Every sentence that pages and letters have translated, and the file it was first met in."""
    found: dict[Message, str] = {}
    for path in code():
        for message in _in_python(parsed(path)):
            found.setdefault(message, path.relative_to(ROOT).as_posix())
    for phrase in phrases():  # the pages say these by `pgettext` on what the core names
        found.setdefault(("derivation", phrase), "remit/desk/design/derivations.py")
    for phrase in facts.PHRASES:  # said by `gettext` on what the core names
        found.setdefault(("", phrase), "remit/desk/policies/facts.py")
    for path in (one for one in files(".html", ".txt") if "templates" in one.parts):
        for message in _in_template(path):
            found.setdefault(message, path.relative_to(ROOT).as_posix())
    return found


def _in_python(tree: ast.AST) -> Iterator[Message]:
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or call.func.id not in CALLS:
            continue
        texts = [
            one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str)
        ]
        if call.func.id == "pgettext" and len(texts) == 2:
            yield texts[0], texts[1]
        elif texts and call.func.id != "pgettext":
            yield "", texts[0]


def untold(path: Path) -> Iterator[tuple[str, str]]:
    """The English sentences of a module that nothing translates, each with what it stands in: a function, a class, or
    what it is given to at the top.
    """
    for part in parsed(path).body:
        within = part.targets[0] if isinstance(part, ast.Assign) else getattr(part, "target", part)
        name = getattr(within, "name", getattr(within, "id", ""))
        yield from ((name, sentence) for sentence in _sentences(part))


def _sentences(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
        return
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return  # a docstring
    if isinstance(node, ast.keyword) and node.arg == "help_text":
        return  # for whoever reads the model
    text = ""
    if isinstance(node, ast.JoinedStr):
        text = "".join(str(one.value) if isinstance(one, ast.Constant) else "…" for one in node.values)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        text = node.value
    if re.search(r"[a-z] .*[.?!]$", text):
        yield text
    for child in ast.iter_child_nodes(node) if not isinstance(node, ast.JoinedStr) else ():
        yield from _sentences(child)


def _in_template(path: Path) -> Iterator[Message]:
    drawn = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    for name, call in re.findall(r"(?<![a-z_])(n?p?gettext)\((.*?)\)(?= |$|\n)", drawn, re.DOTALL):
        texts = [
            ast.literal_eval(one) for one in re.findall(r"u?('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")", call)
        ]
        if name == "pgettext" and len(texts) == 2:
            yield texts[0], texts[1]
        elif texts:
            yield "", texts[0]


def known(language: str) -> dict[Message, tuple[str, ...]]:
    """What a catalogue has: the message → its translations (several for plurals), empty ones left out."""
    text = (CATALOGUES / language / "LC_MESSAGES" / "django.po").read_text(encoding="utf-8")
    found: dict[Message, tuple[str, ...]] = {}
    for entry in re.split(r"\n\s*\n", text):
        parts: dict[str, str] = {}
        key = ""
        for line in entry.splitlines():
            if line.startswith("#"):
                continue
            if match := re.match(r"(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?) (\".*\")$", line):
                key = match[1]
                parts[key] = ast.literal_eval(match[2])
            elif line.startswith('"') and key:
                parts[key] += ast.literal_eval(line)
        strings = tuple(value for name, value in parts.items() if name.startswith("msgstr"))
        if parts.get("msgid") and all(strings):
            found[parts.get("msgctxt", ""), parts["msgid"]] = strings
    return found
