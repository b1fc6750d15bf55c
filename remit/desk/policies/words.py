"""Decisions in plain text, for letters and for the questions that intake asks. Pages draw theirs in `design`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext

from remit.desk.design.decisions import usual_sentence
from remit.desk.policies.models import Decision
from remit.policy.document.policy import Policy
from remit.policy.rules import fill


def filled(text: str, policy: Policy, facts: Mapping[str, Any]) -> str:
    """The policy's sentence with facts in place of its placeholders, in the desk's zone and the language in which the
    policy is read.
    """
    return fill(policy.said(text), policy.settled(facts), policy.declarations, policy.zone, policy.language)


def sentence(says: str, outcome: str, policy: Policy, facts: Mapping[str, Any]) -> str:
    """The decision in one sentence: the policy's, else the usual one."""
    return filled(says, policy, facts) if says else usual_sentence(str(outcome))


def question(decision: Decision, policy: Policy, facts: Mapping[str, Any]) -> str:
    """What a decision asks for: its sentence, then each missing fact in the form's words."""
    lines = [sentence(decision.says, decision.outcome, policy, facts)]
    lines += [f"• {line}" for line in asked(decision.asks, policy)]
    welcome = asked(decision.rest.get("welcome", ()), policy)
    if welcome:
        lines += ["", gettext("Where you can, add this too:"), *(f"• {line}" for line in welcome)]
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
