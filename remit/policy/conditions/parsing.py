"""Reading a condition: text in a small part of Python's expression grammar becomes a typed tree. Every name is
checked against the declared facts and every value against its fact's kind and options.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from datetime import UTC, tzinfo
from decimal import Decimal
from difflib import get_close_matches
from types import MappingProxyType
from typing import TypeAlias

from remit.policy.conditions.comparing import is_of_kind
from remit.policy.conditions.errors import ConditionError
from remit.policy.conditions.tree import (
    All,
    Always,
    Among,
    AnyOf,
    Compare,
    Contains,
    Derived,
    Holds,
    Known,
    Listed,
    Not,
    Related,
    Relation,
    Tree,
    lies_within,
)
from remit.policy.vocabulary import (
    Duration,
    FactDeclaration,
    FactErrors,
    Kind,
    Value,
    decode_facts,
    length,
)
from remit.policy.vocabulary.look_alikes import look_alike

LONGEST = 4000
"""Characters that a condition may have."""
DEEPEST = 24
"""Levels to which it may be nested."""

Written: TypeAlias = str | int | Decimal | bool
Bound: TypeAlias = Value | list[str] | tuple[str, ...]

_ORDERED = (Kind.NUMBER, Kind.DATE, Kind.INSTANT, Kind.DURATION, Kind.MONEY)
_LISTABLE = (Kind.ONE_OF, Kind.TOPIC, Kind.TEXT, Kind.NUMBER, Kind.DATE)
_WORDS = (Kind.ONE_OF, Kind.TOPIC, Kind.TEXT)
_RELATIONS: Mapping[type[ast.cmpop], Relation] = {
    ast.Eq: Relation.EQUAL,
    ast.NotEq: Relation.UNEQUAL,
    ast.Lt: Relation.LESS,
    ast.LtE: Relation.AT_MOST,
    ast.Gt: Relation.MORE,
    ast.GtE: Relation.AT_LEAST,
}
_REFUSED: Mapping[type[ast.AST], str] = {
    ast.BinOp: "arithmetic (a name has no hyphen; values are compared as they are)",
    ast.UnaryOp: "signs other than `not`",
    ast.Call: "functions other than known(fact) and missing(fact)",
    ast.IfExp: "`if … else`; write two rules",
    ast.Lambda: "functions of its own",
    ast.Subscript: "brackets after a name",
    ast.JoinedStr: "filled-in text",
}
_OPERATORS: Mapping[str, str] = MappingProxyType(
    {
        ":=": "==",
        "===": "==",
        "!==": "!=",
        "=<": "<=",
        "=>": ">=",
        "<>": "!=",
        "=": "==",
        "&&": "and",
        "&": "and",
        "||": "or",
        "|": "or",
        "!": "not",
        "AND": "and",
        "OR": "or",
        "NOT": "not",
        "IN": "in",
        "is not": "!=",
        "is": "==",
    }
)
"""What other languages write, and the operator that stands for it here."""
_QUOTED = re.compile(r""""[^"]*"|'[^']*'""")
_WRITTEN_OPERATOR = re.compile(
    r"""(?P<text>"[^"]*"|'[^']*')|(?P<right>==(?!=)|!=(?!=)|<=|>=)"""
    r"|(?P<wrong>:=|===|!==|=<|=>|<>|=|&&?|\|\|?|!|\b(?:AND|OR|NOT|IN|is\s+not|is)\b)"
)
_CLOSED_BY: Mapping[str, str] = MappingProxyType({"(": ")", "[": "]", "{": "}"})
_OPEN_ENDED = re.compile(
    r"(?:\b(?P<word>and|or|not\s+in|not|in)\b|(?P<sign>[=!<>]=|[<>.]))(?=\s*(?:[)\]}]|\Z))"
)
"""What wants something after it, with nothing there."""
_WANTED: Mapping[str, str] = MappingProxyType(
    {
        "and": "write another condition after it, or take it out",
        "or": "write another condition after it, or take it out",
        "not": "write after it what is not to hold",
        "in": 'write a list after it: ["one", "two"]',
        "not in": 'write a list after it: ["one", "two"]',
        ".": "write the rest of the fact's name, or take the full stop out",
    }
)
"""What is to follow each; after the other signs, a value or a fact."""
_NO_VALUES: Mapping[str, Bound] = MappingProxyType({})
_YES_NO = {"yes": True, "no": False}


def read_tree(
    text: str,
    declarations: Mapping[str, FactDeclaration],
    values: Mapping[str, Bound] = _NO_VALUES,
    position: tuple[int, int] = (1, 1),
    zone: tzinfo = UTC,
) -> Tree:
    """The tree that `text` writes. `position` is the line and column (from 1) of its first character in the
    document, `values` holds what `values.name` stands for, `zone` is where written instants without an
    offset belong. Raises `ConditionError`.
    """
    return _Reader(text, declarations, values, position, zone).read()


class _Reader:
    def __init__(
        self,
        text: str,
        declarations: Mapping[str, FactDeclaration],
        values: Mapping[str, Bound],
        position: tuple[int, int],
        zone: tzinfo,
        opened: tuple[str, ...] = (),
    ) -> None:
        self.declarations = declarations
        self.values = values
        self.position = position
        self.zone = zone
        self.opened = opened  # the derived facts whose meaning is being read
        self.wrapped = f"({text}\n)"  # so that a condition may run over several lines
        self.lines = self.wrapped.split("\n")
        self.text = text

    def read(self) -> Tree:
        if len(self.text) > LONGEST:
            raise self._fault_at(
                1, 1, f"A condition has at most {LONGEST:,} characters; split this one into several rules."
            )
        if not self.text.strip():
            raise self._fault_at(
                1, 1, "The condition is empty. Leave `when` out where a rule always applies."
            )
        if not self.text.isascii():
            self._refuse_look_alikes()
        self._refuse_open_brackets()
        try:
            tree = ast.parse(self.wrapped, mode="eval")
        except SyntaxError as error:
            raise (
                self._wrong_operator()
                or self._cut_off()
                or self._fault_at(
                    error.lineno or 1, error.offset or 1, f"This is not a condition: {error.msg}."
                )
            ) from None
        except (ValueError, MemoryError, RecursionError):
            raise self._fault_at(
                1, 1, "The condition can't be read: it is nested too deeply or holds a stray character."
            ) from None
        return self._tree(tree.body, 0)

    def _refuse_look_alikes(self) -> None:
        """Raise the fault of a name with a letter that looks like another: Python would read some as if they were."""
        if (alike := look_alike(_without_quoted(self.wrapped))) is not None:
            place, what = alike
            raise self._fault_where(place, f"A look-alike stands here: {what}.")

    def _refuse_open_brackets(self) -> None:
        """Raise the fault of a bracket or quotation mark without its partner. That is looked for in the author's own
        words: the brackets laid around them for Python would pair up with what is missing.
        """
        bare = _without_quoted(self.text)
        opened: list[tuple[int, str]] = []
        for place, sign in enumerate(bare, 1):  # in the wrapped text, which begins one character early
            if sign in "\"'":
                what = f"The quotation mark {sign} is not closed."
                raise self._fault_where(place, what, hint="close it where the value ends")
            if sign in _CLOSED_BY:
                opened.append((place, sign))
            elif sign in _CLOSED_BY.values():
                if not opened:
                    what = f"This “{sign}” closes nothing that was opened."
                    raise self._fault_where(
                        place, what, hint="take it out, or open it where the group begins"
                    )
                _, opening = opened.pop()
                if (right := _CLOSED_BY[opening]) != sign:
                    what = f"“{sign}” stands here, and “{opening}” is what was opened."
                    raise self._fault_where(place, what, hint=f"write “{right}” instead")
        if opened:
            place, opening = opened[-1]
            what = f"This “{opening}” is not closed."
            raise self._fault_where(place, what, hint=f"write “{_CLOSED_BY[opening]}” where the group ends")

    def _cut_off(self) -> ConditionError | None:
        """The fault of a word or sign after which something is missing, with what that is."""
        found = _OPEN_ENDED.search(_without_quoted(self.text))
        if found is None:
            return None
        written = " ".join(found[0].split())
        hint = _WANTED.get(written, "write a value or another fact after it")
        return self._fault_where(found.start() + 1, f"Nothing stands after “{written}”.", hint=hint)

    def _wrong_operator(self) -> ConditionError | None:
        """The fault of an operator as other languages write it, with the one that is written here."""
        for found in _WRITTEN_OPERATOR.finditer(self.wrapped):
            if found["wrong"]:
                right = _OPERATORS[" ".join(found["wrong"].split())]
                what = f"“{found['wrong']}” is no operator of conditions."
                return self._fault_where(found.start(), what, right)
        return None

    def _tree(self, node: ast.expr, depth: int) -> Tree:
        if depth > DEEPEST:
            raise self._fault(
                node,
                f"A condition is nested at most {DEEPEST} levels deep; split this one into several rules.",
            )
        match node:
            case ast.BoolOp(op=op, values=parts):
                read = tuple(self._tree(part, depth + 1) for part in parts)
                return _flat(All, read) if isinstance(op, ast.And) else _flat(AnyOf, read)
            case ast.UnaryOp(op=ast.Not(), operand=part):
                return _negated(self._tree(part, depth + 1))
            case ast.Compare():
                return self._comparison(node)
            case ast.Call():
                return self._call(node)
            case ast.Name() | ast.Attribute():
                return self._plain(node)
            case ast.Constant(value=bool(value)):
                return Always(value)
            case ast.Constant():
                raise self._fault(node, "A value alone is no condition: compare it with a fact.")
        raise self._refused(node)

    def _plain(self, node: ast.Name | ast.Attribute) -> Tree:
        """A name alone: a yes-or-no fact, `yes`, `no`, or a bound value that is one of them."""
        value = self._value(node)
        if value is not None:
            if not isinstance(value, bool):
                raise self._fault(node, "A value alone is no condition: compare it with a fact.")
            return Always(value)
        fact = self._fact(node)
        if fact.kind is not Kind.YES_NO:
            example = next(iter(fact.options), "…")
            raise self._fault(
                node,
                f'{fact.name} is {fact.kind}: say what it has to be, for example {fact.name} == "{example}".',
            )
        return self._holds(node, fact)

    def _holds(self, node: ast.AST, fact: FactDeclaration) -> Tree:
        if fact.means is None:
            return Holds(fact.name)
        if fact.name in self.opened:
            circle = " → ".join((*self.opened, fact.name))
            raise self._fault(node, f"{fact.name} is explained by itself: {circle}.")
        opened = (*self.opened, fact.name)
        reader = _Reader(fact.means, self.declarations, self.values, (1, 1), self.zone, opened)
        try:
            return Derived(fact.name, reader.read())
        except ConditionError as error:
            raise self._fault(
                node, f"What {fact.name} means can't be read: {error.message}", error.nearest
            ) from None

    def _call(self, node: ast.Call) -> Tree:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name not in ("known", "missing") or len(node.args) != 1 or node.keywords:
            if name:
                nearest = get_close_matches(name, ("known", "missing"), n=1)
                raise self._fault(
                    node, "Only known(fact) and missing(fact) can be asked.", nearest[0] if nearest else None
                )
            raise self._refused(node)
        fact = self._fact(node.args[0])
        if fact.means is not None:
            raise self._fault(node, f"{fact.name} is derived from other facts: ask whether those are known.")
        return Known(fact.name) if name == "known" else Not(Known(fact.name))

    def _comparison(self, node: ast.Compare) -> Tree:
        sides = [node.left, *node.comparators]
        parts = tuple(
            self._pair(left, operator, right)
            for left, operator, right in zip(sides, node.ops, sides[1:], strict=False)
        )
        return parts[0] if len(parts) == 1 else All(parts)

    def _pair(self, left: ast.expr, operator: ast.cmpop, right: ast.expr) -> Tree:
        if isinstance(operator, (ast.In, ast.NotIn)):
            tree = self._membership(left, right)
            return _negated(tree) if isinstance(operator, ast.NotIn) else tree
        relation = _RELATIONS.get(type(operator))
        if relation is None:
            raise self._wrong_operator() or self._fault(
                left, "`is` is not used in conditions: write == or !=."
            )
        value, other = self._value(left), self._value(right)
        if value is not None and other is not None:
            raise self._fault(left, "This compares two fixed values: one side has to be a fact.")
        if value is not None:
            return self._against(right, relation.mirrored, left, value)
        if other is not None:
            return self._against(left, relation, right, other)
        return self._between(left, relation, right)

    def _against(self, name: ast.expr, relation: Relation, node: ast.expr, value: Bound) -> Tree:
        """A fact compared with a value."""
        fact = self._fact(name)
        if fact.kind is Kind.SOME_OF:
            raise self._fault(name, f'{fact.name} holds several values: write "value" in {fact.name}.')
        self._check_order(name, fact, relation)
        typed = self._typed(node, fact, value)
        if fact.kind is Kind.YES_NO:
            holds = self._holds(name, fact)
            return holds if typed is (relation is Relation.EQUAL) else _negated(holds)
        if relation is Relation.UNEQUAL:
            return Not(Compare(fact.name, fact.kind, Relation.EQUAL, typed))
        return Compare(fact.name, fact.kind, relation, typed)

    def _between(self, left: ast.expr, relation: Relation, right: ast.expr) -> Tree:
        """Two facts compared with one another."""
        fact, other = self._fact(left), self._fact(right)
        both_words = fact.kind in _WORDS and other.kind in _WORDS
        if (fact.kind is not other.kind and not both_words) or fact.means or other.means:
            raise self._fault(
                left, f"{fact.name} ({fact.kind}) and {other.name} ({other.kind}) can't be compared."
            )
        self._check_order(left, fact, relation)
        if relation is Relation.UNEQUAL:
            return Not(Related(fact.name, fact.kind, Relation.EQUAL, other.name))
        return Related(fact.name, fact.kind, relation, other.name)

    def _check_order(self, node: ast.AST, fact: FactDeclaration, relation: Relation) -> None:
        if relation not in (Relation.EQUAL, Relation.UNEQUAL) and fact.kind not in _ORDERED:
            raise self._fault(node, f"{fact.name} is {fact.kind} and has no order: use ==, != or in.")

    def _membership(self, left: ast.expr, right: ast.expr) -> Tree:
        if isinstance(right, (ast.List, ast.Tuple, ast.Set)):
            nodes: list[tuple[ast.expr, Bound | None]] = [(one, self._value(one)) for one in right.elts]
            return self._among(left, right, nodes)
        bound = self._value(right)
        if isinstance(bound, (list, tuple, frozenset)):
            listed = sorted(bound) if isinstance(bound, frozenset) else bound
            return self._among(left, right, [(right, one) for one in listed])
        if bound is not None:
            raise self._fault(right, 'After `in` stands a list: ["one", "two"].')
        return self._in_fact(left, right)

    def _in_fact(self, left: ast.expr, right: ast.expr) -> Tree:
        """`"x" in plan.inclusions` or `topic in plan.inclusions`."""
        fact = self._fact(right)
        if fact.kind is not Kind.SOME_OF:
            raise self._fault(
                right, f"{fact.name} is {fact.kind}, so nothing can be in it: use == or a list."
            )
        value = self._value(left)
        if value is None:
            one = self._fact(left)
            if one.kind not in _WORDS:
                raise self._fault(left, f"{one.name} is {one.kind}: only a word can be in {fact.name}.")
            return Listed(one.name, fact.name, one.parents)
        if not isinstance(value, str):
            raise self._fault(left, f'Only a word can be in {fact.name}: write it in quotes, "…".')
        self._check_option(left, fact, value)
        return Contains(fact.name, value)

    def _among(self, left: ast.expr, right: ast.expr, nodes: list[tuple[ast.expr, Bound | None]]) -> Tree:
        fact = self._fact(left)
        if fact.kind not in _LISTABLE:
            raise self._fault(left, f"{fact.name} is {fact.kind} and can't be looked up in a list.")
        if not nodes:
            raise self._fault(right, "The list is empty, so nothing can be in it.")
        listed: list[Value] = []
        for node, value in nodes:
            if value is None:
                raise self._fault(node, "A list holds fixed values: put words in quotes.")
            listed.append(self._typed(node, fact, value))
        wide = frozenset(listed)
        if fact.kind is Kind.TOPIC:
            wide |= {topic for topic in fact.options if lies_within(topic, wide, fact.parents)}
        return Among(fact.name, fact.kind, wide, tuple(listed))

    def _typed(self, node: ast.expr, fact: FactDeclaration, value: Bound) -> Value:
        """The value as one of the fact's kind."""
        if not isinstance(value, (str, list, tuple)) and is_of_kind(value, fact.kind):
            typed: Value = value
        else:
            if isinstance(value, str):
                self._check_option(node, fact, value)
            if isinstance(value, Decimal):
                raise self._fault(node, f"{fact.name} is {fact.kind}: {value} can't be compared with it.")
            try:
                typed = decode_facts({fact.name: value}, {fact.name: fact}, self.zone)[fact.name]
            except FactErrors as error:
                raise self._fault(node, f"{fact.name}: {error.errors[fact.name]}") from None
            except KeyError:
                raise self._fault(
                    node, f"An empty text stands for nothing: write missing({fact.name})."
                ) from None
        self._check_measure(node, fact, typed)
        return typed

    def _check_measure(self, node: ast.AST, fact: FactDeclaration, value: Value) -> None:
        """A duration that conditions compare has one length."""
        if not isinstance(value, Duration):
            return
        try:
            length(value)
        except ValueError:
            raise self._fault(
                node,
                f'{fact.name} can\'t be compared with "{value}", which has no fixed length: use h or days.',
            ) from None
        if value.amount_low is not None:
            raise self._fault(node, f'{fact.name} can\'t be compared with the range "{value}": name one end.')

    def _check_option(self, node: ast.AST, fact: FactDeclaration, value: str) -> None:
        if not fact.options or value in fact.options:
            return
        nearest = get_close_matches(value, fact.options, n=1, cutoff=0.5)
        known = f'; did you mean "{nearest[0]}"?' if nearest else f": it is one of {', '.join(fact.options)}."
        raise self._fault(node, f'{fact.name} is never "{value}"{known}', nearest[0] if nearest else None)

    def _value(self, node: ast.expr) -> Bound | None:
        """The fixed value that a node writes, or None where it names a fact."""
        if isinstance(node, ast.Constant):
            return self._literal(node)
        if (
            isinstance(node, ast.UnaryOp)
            and isinstance(node.op, ast.USub)
            and isinstance(node.operand, ast.Constant)
        ):
            value = self._literal(node.operand)
            if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
                return -value
        name = _dotted(node)
        if name in _YES_NO:
            return _YES_NO[name]
        if name.startswith("values."):
            found = self.values.get(name.removeprefix("values."))
            if found is None:
                raise self._unknown(node, name, [f"values.{one}" for one in self.values], "value")
            return found
        return None

    def _literal(self, node: ast.Constant) -> Written:
        if isinstance(node.value, (bool, str, int)):
            return node.value
        if isinstance(node.value, float):
            return Decimal(repr(node.value))
        raise self._fault(node, "This kind of value is not used in conditions.")

    def _fact(self, node: ast.expr) -> FactDeclaration:
        name = _dotted(node)
        if not name:
            if isinstance(node, (ast.Constant, ast.List, ast.Tuple)):
                raise self._fault(node, "Here stands the name of a fact, not a value.")
            raise self._refused(node)
        declared = self.declarations.get(name)
        if declared is None:
            raise self._unknown(node, name, list(self.declarations), "fact")
        return declared

    def _unknown(self, node: ast.AST, name: str, valid: list[str], what: str) -> ConditionError:
        nearest = get_close_matches(name, valid, n=1)
        hint = f"; did you mean {nearest[0]}?" if nearest else ". Put words in quotes, or declare it."
        return self._fault(node, f"There is no {what} {name}{hint}", nearest[0] if nearest else None)

    def _refused(self, node: ast.AST) -> ConditionError:
        if isinstance(node, ast.NamedExpr | ast.BinOp) and (wrong := self._wrong_operator()):
            return wrong
        what = _REFUSED.get(type(node), "this")
        text = ast.get_source_segment(self.wrapped, node) or ""
        nearest = get_close_matches(text, self.declarations, n=1, cutoff=0.8)
        hint = f" Did you mean {nearest[0]}?" if nearest else ""
        return self._fault(node, f"A condition can't contain {what}.{hint}", nearest[0] if nearest else None)

    def _fault(self, node: ast.AST, message: str, nearest: str | None = None) -> ConditionError:
        line = getattr(node, "lineno", 1)
        before = self.lines[line - 1].encode()[: getattr(node, "col_offset", 0)]
        return self._fault_at(line, len(before.decode()) + 1, message, nearest)

    def _fault_where(
        self, place: int, message: str, nearest: str | None = None, hint: str | None = None
    ) -> ConditionError:
        """The fault at a character of the wrapped text, counted from 0."""
        line = self.wrapped.count("\n", 0, place) + 1
        return self._fault_at(line, place - self.wrapped.rfind("\n", 0, place), message, nearest, hint)

    def _fault_at(
        self, line: int, column: int, message: str, nearest: str | None = None, hint: str | None = None
    ) -> ConditionError:
        """`line` and `column` lie in the wrapped text; its first line begins one character early, and what lies after
        the last written character is told of that one.
        """
        written = f"({self.text.rstrip()}".split("\n")
        line, column = min((line, column), (len(written), len(written[-1])))
        first, start = self.position
        at = max(start, start + column - 2) if line == 1 else column
        return ConditionError(message, first + line - 1, at, nearest, hint)


def _without_quoted(text: str) -> str:
    """The text with blanks for what stands in quotation marks, as long as it was."""
    return _QUOTED.sub(lambda quoted: " " * len(quoted[0]), text)


def _flat(kind: type[All] | type[AnyOf], parts: tuple[Tree, ...]) -> Tree:
    """The parts as one group, without groups of the same kind inside it."""
    flat: list[Tree] = []
    for part in parts:
        flat += part.parts if isinstance(part, kind) else [part]
    return kind(tuple(flat))


def _negated(tree: Tree) -> Tree:
    return tree.part if isinstance(tree, Not) else Not(tree)


def _dotted(node: ast.expr) -> str:
    """The dotted name that a node writes, or nothing."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([node.id, *reversed(names)])
