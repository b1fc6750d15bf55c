"""What the example policies carry is held by tests: each id of the catalogue of clauses is cited by one that shows it."""

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest

from tests.house.tree import ROOT, files, parsed

POLICIES = sorted((ROOT / "policies").glob("*.md"))
HEADING = re.compile(r'^#+ .*\{[^}]*\bfrom="([^"]+)"', re.MULTILINE)
TESTS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@cache
def cited() -> frozenset[str]:
    """Return every word of the tests' docstrings that looks like a clause's id; the list of ids in a test is no test."""
    return frozenset(
        word
        for path in files(".py")
        if path.name.startswith("test_")
        for docstring in _docstrings_of_tests(parsed(path))
        for word in re.findall(r"\b[A-Z][A-Z0-9]+-\d+[a-z]?\b", docstring)
    )


def _docstrings_of_tests(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, TESTS) and node.name.lower().startswith("test"):
            yield ast.get_docstring(node) or ""


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_it_cites_every_clause_that_a_policy_carries(path):
    """A clause is done when a test says so: by its id, in the sentence of the test that shows it."""
    carried = {
        one.strip() for ids in HEADING.findall(path.read_text(encoding="utf-8")) for one in ids.split(",")
    }
    assert carried or path.suffixes[:-1], "a document that is no translation says where its clauses come from"
    assert sorted(carried - cited()) == []
