"""The typed condition language: what a policy writes after `when:`.

A condition is text in a small part of Python's expression grammar: `and`, `or`, `not`, `==`, `!=`, `<`, `<=`,
`>`, `>=`, chains of these, `in` and `not in` with a list (or with a fact that holds several values), names
of facts, values in quotes, numbers, `yes` and `no`, `known(fact)`, `missing(fact)` and `values.name`. There
are no loops, no arithmetic, no patterns. `parse_condition` checks it against the declared facts and gives a
`Condition`, or a `ConditionError` with line, column and the nearest valid name.

One tree serves everything: `Condition.evaluate` (yes, no, or unknown), `.trace` (atom by atom), `.words`
(prose), `.boxes` (sets of values, for proofs). `Program` compiles many trees into one fast function.
`witness` looks for facts under which some conditions hold and others don't; `meeting` proves that there are
none. `samples` lists the values of a fact that are worth trying, `Variations` tries them.

What rules do with conditions lives in `rules`.
"""

from remit.policy.conditions.boxes import Box, TooManyBoxes, any_value, boxes_of, meeting, sample, witness
from remit.policy.conditions.comparing import is_of_kind
from remit.policy.conditions.condition import Condition, parse_condition
from remit.policy.conditions.errors import ConditionError
from remit.policy.conditions.program import Answer, AtomReading, Facts, Given, Program, Reading
from remit.policy.conditions.prose import joined, words_of
from remit.policy.conditions.samples import samples
from remit.policy.conditions.tree import (
    NOTHING_MORE,
    All,
    Always,
    AnyOf,
    Known,
    Not,
    Tree,
    atoms_of,
    facts_of,
)
from remit.policy.conditions.variations import Variations

__all__ = [
    "NOTHING_MORE",
    "All",
    "Always",
    "Answer",
    "AnyOf",
    "AtomReading",
    "Box",
    "Condition",
    "ConditionError",
    "Facts",
    "Given",
    "Known",
    "Not",
    "Program",
    "Reading",
    "TooManyBoxes",
    "Tree",
    "Variations",
    "any_value",
    "atoms_of",
    "boxes_of",
    "facts_of",
    "is_of_kind",
    "joined",
    "meeting",
    "parse_condition",
    "sample",
    "samples",
    "witness",
    "words_of",
]
