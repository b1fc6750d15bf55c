"""Decisions in plain text, for letters and for the questions that intake asks. Pages draw theirs in `design`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from remit.policy.document.policy import Policy
from remit.policy.rules import Decision as Judged
from remit.policy.rules import fill

USUAL = {
    "accept": "We take this up.",
    "ask": "Before we can go on, we need to know a little more.",
    "quote": "This is a paid service. Nothing starts before you have agreed to a price.",
    "split": "This holds several questions. Each needs a request of its own.",
    "review": "A person will look at this and decide.",
    "refuse": "We can't take this up.",
    "suspend": "We can't take up requests from you at present.",
}
"""What is said where the policy's own rule says nothing."""


def filled(text: str, policy: Policy, facts: Mapping[str, Any]) -> str:
    """The policy's sentence with facts in place of its placeholders, in the desk's zone and language."""
    return fill(text, policy.settled(facts), policy.declarations, policy.zone, policy.language)


def sentence(says: str, outcome: str, policy: Policy, facts: Mapping[str, Any]) -> str:
    """The decision in one sentence: the policy's, else the usual one."""
    return filled(says, policy, facts) if says else USUAL[str(outcome)]


def question(judged: Judged, policy: Policy, facts: Mapping[str, Any]) -> str:
    """What intake asks for: the decision's sentence, then each missing fact in the form's words."""
    lines = [sentence(judged.says, judged.outcome, policy, facts)]
    lines += [f"• {line}" for line in asked(judged.asks, policy)]
    welcome = asked(judged.welcome, policy)
    if welcome:
        lines += ["", "Where you can, add this too:", *(f"• {line}" for line in welcome)]
    return "\n".join(lines)


def asked(names: Iterable[str], policy: Policy) -> list[str]:
    """The questions that a form puts for these facts."""
    found = (policy.declarations[name] for name in names if name in policy.declarations)
    return [one.ask or one.words for one in found]


def clause_reference(identity: str, policy: Policy, address: str) -> dict[str, str]:
    """A clause as a caller or a letter cites it; `address` is that of the policy's page."""
    clause = policy.clause_of(identity)
    if clause is None:
        return {"id": identity, "number": "", "title": identity, "url": address}
    return {"id": clause.id, "number": clause.mark, "title": clause.title, "url": f"{address}#{clause.id}"}
