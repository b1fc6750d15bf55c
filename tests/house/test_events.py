"""Whatever can happen to a ticket has words: no line of a history reads like a name from the code."""

import ast

from remit.desk.design.talks import QUIET, TELLERS
from remit.desk.tickets.clocking import CLOCK_EVENTS
from tests.house.tree import ROOT, code, parsed

ROOM = ROOT / "remit" / "desk" / "tickets"


def kinds() -> set[str]:
    """The kinds of event that the tickets room writes: what is noted, what effects return, what intake lists."""
    found = set(CLOCK_EVENTS)
    for path in code():
        if not path.is_relative_to(ROOM):
            continue
        for node in ast.walk(parsed(path)):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "note"
            ):
                found |= _texts(node.args[:1])
            if isinstance(node, ast.FunctionDef) and getattr(node.returns, "id", "") == "Effect":
                found |= {
                    text
                    for one in ast.walk(node)
                    if isinstance(one, ast.Return) and isinstance(one.value, ast.Tuple)
                    for text in _texts(one.value.elts[:1])
                }
            if isinstance(node, ast.FunctionDef) and node.name == "_history":
                found |= {
                    text
                    for one in ast.walk(node)
                    if isinstance(one, ast.Tuple)
                    for text in _texts(one.elts[:1])
                }
    return found


def _texts(nodes: list[ast.expr]) -> set[str]:
    return {one.value for one in nodes if isinstance(one, ast.Constant) and isinstance(one.value, str)}


def test_it_words_every_kind_of_event_that_a_ticket_can_have() -> None:
    assert len(kinds()) > 25
    assert kinds() - set(TELLERS) == set()
    assert set(TELLERS) >= QUIET
