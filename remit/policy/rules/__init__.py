"""Rules, and what follows from them: one outcome for a request, with everything that led to it (design §4).

`compile_rules` puts `Rule`s, `Default`s and `Requirement`s together, or raises `RuleSetError` with every problem.
`decide(ruleset, facts)` gives a `Decision`: the outcome, the deciding and the contributing findings, what is
asked of the requester, what is unknown, conflicts and gaps for a person, a trace of every rule and every
part of its condition, and on request the least change that would better the outcome. It is a pure
function of the rules and the facts; the order in which rules are given makes no difference. A decision is kept
as JSON: `Decision.to_json`, `Decision.from_json`. `outcome_of` gives the outcome alone.

How it is decided:

1. Conditions are yes, no or unknown. A rule that lacks a fact of the record or the desk does not hold; where it
   would have changed the outcome it is listed under `would_change`.
2. An exception that holds overrides the rules, requirements and default of the clauses (or the single rules)
   that it names, in every aspect; exceptions may have exceptions. It stands in for an aspect that it emptied.
3. Within an aspect, rules that disagree are a conflict and no rule without a default is a gap: a person decides.
4. Channel, conduct, standing and cover come first; a suspension or a refusal there ends it. Then scope,
   completeness and discretion, where several questions are split before anything else. The strongest decides.
5. Where facts that only the requester can tell could change the outcome, these are asked for. A refusal that
   nothing they could say would reverse is given without asking.

`fill` puts facts into the sentences of a policy, `placeholders` names the facts a sentence mentions, `in_words` says
one value. Conditions live in `conditions`, documents in `document`.
"""

from remit.policy.rules.compiling import RuleProblem, RuleSet, RuleSetError, compile_rules
from remit.policy.rules.deciding import decide, outcome_of
from remit.policy.rules.decision import Decision, Trace, TraceLine
from remit.policy.rules.model import (
    Change,
    Conflict,
    Default,
    Finding,
    NextStep,
    Requirement,
    Rule,
    Unknown,
)
from remit.policy.rules.words import fill, in_words, placeholders

__all__ = [
    "Change",
    "Conflict",
    "Decision",
    "Default",
    "Finding",
    "NextStep",
    "Requirement",
    "Rule",
    "RuleProblem",
    "RuleSet",
    "RuleSetError",
    "Trace",
    "TraceLine",
    "Unknown",
    "compile_rules",
    "decide",
    "fill",
    "in_words",
    "outcome_of",
    "placeholders",
]
