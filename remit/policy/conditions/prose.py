"""A condition as an English phrase for people, to stand after "when". Names and options appear in the wording of
their declarations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from remit.policy.conditions.tree import (
    All,
    Always,
    Among,
    AnyOf,
    Atom,
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
    written,
)
from remit.policy.vocabulary import FactDeclaration, Kind, Value

_RELATIONS = {
    Relation.EQUAL: ("is", "is not"),
    Relation.UNEQUAL: ("is not", "is"),
    Relation.LESS: ("is less than", "is at least"),
    Relation.AT_MOST: ("is at most", "is more than"),
    Relation.MORE: ("is more than", "is at most"),
    Relation.AT_LEAST: ("is at least", "is less than"),
}
_IN_TIME = {
    "is less than": "is before",
    "is at least": "is not before",
    "is at most": "is not after",
    "is more than": "is after",
}
_NEGATABLE = (" is ", " are ", " has ", " have ", " was ", " were ")


def words_of(tree: Tree, declarations: Mapping[str, FactDeclaration]) -> str:
    """The phrase for a tree; "always" where there is no condition."""
    return _Phrases(declarations).of(tree, yes=True, outer=True)


def joined(phrases: Iterable[str], word: str) -> str:
    """ "a, b and c" """
    *first, last = phrases
    return f"{', '.join(first)} {word} {last}" if first else last


class _Phrases:
    def __init__(self, declarations: Mapping[str, FactDeclaration]) -> None:
        self.declarations = declarations

    def of(self, tree: Tree, yes: bool, outer: bool = False) -> str:
        if isinstance(tree, Not):
            return self.of(tree.part, not yes, outer)
        if isinstance(tree, Always):
            return "always" if tree.value is yes else "never"
        if isinstance(tree, (All, AnyOf)):
            return self.group(tree, yes, outer)
        return self.atom(tree, yes)

    def group(self, tree: All | AnyOf, yes: bool, outer: bool) -> str:
        if not tree.parts:
            return "always" if isinstance(tree, All) is yes else "never"
        both = isinstance(tree, All) is yes
        text = joined((self.of(part, yes) for part in tree.parts), "and" if both else "or")
        if outer or len(tree.parts) == 1:
            return text
        return f"({text})" if both else f"either {text}"

    def atom(self, atom: Atom, yes: bool) -> str:
        fact = self.declarations[atom.fact]
        match atom:
            case Holds() | Derived():
                return _statement(fact, yes)
            case Known():
                return f"{fact.words} is {'known' if yes else 'not known'}"
            case Compare(relation=relation, value=value):
                return f"{fact.words} {_relation(relation, yes, fact.kind)} {self.value(fact, value)}"
            case Among(listed=listed):
                choice = joined((self.value(fact, value) for value in listed), "or" if yes else "nor")
                if len(listed) == 1:
                    return f"{fact.words} is {'' if yes else 'not '}{choice}"
                return f"{fact.words} is {choice}" if yes else f"{fact.words} is neither {choice}"
            case Contains(value=value):
                return f"{fact.words} {'include' if yes else 'do not include'} {self.value(fact, value)}"
            case Related(relation=relation, other=other):
                return f"{fact.words} {_relation(relation, yes, fact.kind)} {self.declarations[other].words}"
            case Listed(other=other):
                return f"{fact.words} is {'' if yes else 'not '}among {self.declarations[other].words}"

    def value(self, fact: FactDeclaration, value: Value) -> str:
        if isinstance(value, str):
            return fact.options.get(value) or f'"{value}"'
        if isinstance(value, datetime):
            return f"{value.day} {value:%B %Y %H:%M} UTC"
        if isinstance(value, date):
            return f"{value.day} {value:%B %Y}"
        return written(value).strip('"')


def _statement(fact: FactDeclaration, yes: bool) -> str:
    """A yes-or-no fact as a statement: its label is one already, a bare name is not."""
    if not fact.label:
        return f"{fact.words} is {'yes' if yes else 'no'}"
    if yes:
        return fact.label
    verb = next((verb for verb in _NEGATABLE if verb in f" {fact.label} "), None)
    if verb is None:
        return f"it is not so that {fact.label}"
    return fact.label.replace(verb, f"{verb}not ", 1)


def _relation(relation: Relation, yes: bool, kind: Kind) -> str:
    words = _RELATIONS[relation][0 if yes else 1]
    return _IN_TIME.get(words, words) if kind in (Kind.DATE, Kind.INSTANT) else words
