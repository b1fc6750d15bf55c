"""What the desk asked by itself, in words: made of the decision that asked when somebody reads it, in their language.
What people ask is in their own words, which messages keep.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from remit.desk.policies import words
from remit.desk.policies.models import Decision
from remit.desk.tickets import facts as ticket_facts
from remit.desk.tickets.models import Message
from remit.policy.document.policy import Policy


def asked_by_itself(
    messages: Iterable[Message],
    decisions: Iterable[Decision],
    policy: Policy,
    answers: Mapping[str, list[str]] | None,
) -> dict[int, str]:
    """The words of each automatic question among a ticket's messages, by its key. A question and the decision that asks
    it are of one instant; `answers` are the personal texts that the ticket's facts refer to.
    """
    by_moment = {one.decided_at: one for one in decisions if one.outcome == "ask"}
    found = {}
    for message in messages:
        if message.kind == "automatic" and message.is_question and message.created_at in by_moment:
            decision = by_moment[message.created_at]
            facts = ticket_facts.read_back(decision.facts, policy, answers)
            found[message.pk] = words.question(decision, policy, facts)
    return found
