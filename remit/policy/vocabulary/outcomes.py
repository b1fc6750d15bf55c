"""What a decision can come to, the questions (aspects) a policy answers on the way there, and the layers an answer
comes from.

How aspects are weighed against each other lives in `rules`; here is only their order and their strength.
"""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """The seven outcomes of a request, strongest first (clauses, preamble)."""

    SUSPEND = "suspend"
    REFUSE = "refuse"
    SPLIT = "split"
    QUOTE = "quote"
    ASK = "ask"
    REVIEW = "review"
    ACCEPT = "accept"

    @property
    def strength(self) -> int:
        """How strongly this outcome decides: 7 (suspend) to 1 (accept)."""
        return _STRENGTH[self]


_STRENGTH = {outcome: len(Outcome) - place for place, outcome in enumerate(Outcome)}


class Aspect(StrEnum):
    """The one question that a rule answers."""

    CHANNEL = "channel"
    CONDUCT = "conduct"
    STANDING = "standing"
    COVER = "cover"
    SCOPE = "scope"
    COMPLETENESS = "completeness"
    DISCRETION = "discretion"


MESSAGE_ASPECTS: tuple[Aspect, ...] = (Aspect.CHANNEL, Aspect.CONDUCT, Aspect.STANDING, Aspect.COVER)
"""Judged first: may this message be taken at all?"""

QUESTION_ASPECTS: tuple[Aspect, ...] = (Aspect.SCOPE, Aspect.COMPLETENESS, Aspect.DISCRETION)
"""Judged second, where the message was neither suspended nor refused: what about the question?"""


class Layer(StrEnum):
    """Where an answer comes from, weakest first: an upper layer names the clause it changes (design §4)."""

    POLICY = "policy"
    PLAN = "plan"
    AGREEMENT = "agreement"
