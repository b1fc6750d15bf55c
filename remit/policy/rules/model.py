"""What a policy's rules are made of, as values: rules, defaults, requirements and next steps going in; findings,
changes and unknowns coming out. How they are weighed is said in `weighing` and `deciding`.
"""

from __future__ import annotations

from dataclasses import dataclass

from remit.policy.conditions import Condition
from remit.policy.vocabulary import Aspect, Outcome, Supplier, Value


@dataclass(frozen=True, slots=True)
class NextStep:
    """Something the customer can do next: its kind (buy, answer, contest, write, read, correct, wait), the words on
    the button, and what it is about (a service, a fact, an address).
    """

    kind: str
    label: str
    target: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """Where `condition` holds (None: always), the question of `aspect` has the answer `outcome`.

    `key` is "clause/name-as-a-slug"; `exception_to` names clauses, or single rules by their key, that this rule
    overrides; `results` is the fact of the desk whose values alone settle the review this rule asks for ("": any
    outcome can); `line` is where it stands on the page.
    """

    key: str
    clause: str
    name: str
    aspect: Aspect
    condition: Condition | None
    outcome: Outcome
    exception_to: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    service: str | None = None
    says: str = ""
    because: str = ""
    steps: tuple[NextStep, ...] = ()
    quote: str = ""
    results: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Default:
    """What holds in an aspect where none of its rules does."""

    aspect: Aspect
    outcome: Outcome
    clause: str
    says: str = ""
    because: str = ""
    steps: tuple[NextStep, ...] = ()
    quote: str = ""
    asks: tuple[str, ...] = ()
    service: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a request has to contain where `condition` holds (None: always). Of `facts`, those that the requester
    supplies and has not are asked for; those of `where_possible` are welcome and not insisted on.
    """

    clause: str
    condition: Condition | None
    facts: tuple[str, ...] = ()
    where_possible: tuple[str, ...] = ()
    line: int = 0
    says: str = ""
    because: str = ""
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule, default or requirement came to in one aspect. `aspect` differs from the rule's own where an
    exception stands in for an aspect that it emptied; `outcome` is `ask` where only an answer can tell whether
    the rule applies.
    """

    clause: str
    rule_key: str
    aspect: Aspect
    outcome: Outcome
    because: str = ""
    quote: str = ""
    name: str = ""
    service: str | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """Rules of one aspect that hold together and disagree: a person decides."""

    aspect: Aspect
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """A fact that is not known and could matter, and who can supply it."""

    fact: str
    supplier: Supplier


@dataclass(frozen=True, slots=True)
class Change:
    """The least that would better the outcome: `fact` going from one value (None: unknown) to another (None: any
    value at all). Where one fact alone is not enough, `along_with` names the others that change too.
    """

    fact: str
    from_value: Value | None
    to_value: Value | None
    outcome: Outcome
    clause: str
    supplier: Supplier
    along_with: tuple[tuple[str, Value | None, Value | None], ...] = ()
