"""What an entitlement covers, and when: phases of licences, plans, trials and warranties (IEX-10, IEX-11, C24-2,
ITS-3).

`timeline(purchases, happenings, spec_at, part)` gives a `Timeline`: its `periods` tile the time line, `at(instant)`
is the period that holds, `next_end(instant)` when that ends, `next_due(instant)` when people next hear of that end;
each period carries its derivation in words.
`facts_at` makes the facts that decisions look at; `latest_of` says whether it is archived or void. `CoverSpec` is what
one version of a policy says about a kind of entitlement; each purchase is judged by the version that `spec_at` gives
for its own anchor.

How it is counted: months and days are added up from the anchor and clamped, never chained. An instant counts to the
same local time; a date to the end of its last day, the day itself not counted. Where a policy counts from the day, an
instant stands for its local date, however it was recorded. A renewal adds to the end of what
runs, starts when paid, or changes nothing, as the policy says for the phase it is paid in. A purchase, trial or
repair counts from its own anchor and never shortens cover that lasts longer. What is archived stays so until it is
restored: a renewal paid meanwhile starts then (IEX-13). What is void stays void unless a person keeps it (ITS-14).
Suspension is no phase (IEX-23).
"""

from remit.policy.cover.model import (
    Allowance,
    CoverSpec,
    Happening,
    Period,
    PhaseSpec,
    Purchase,
    Refusal,
    RenewalSpec,
    Step,
)
from remit.policy.cover.timeline import PROLONGING, Timeline, facts_at, latest_of, timeline
from remit.policy.cover.words import said, said_end

__all__ = [
    "PROLONGING",
    "Allowance",
    "CoverSpec",
    "Happening",
    "Period",
    "PhaseSpec",
    "Purchase",
    "Refusal",
    "RenewalSpec",
    "Step",
    "Timeline",
    "facts_at",
    "latest_of",
    "said",
    "said_end",
    "timeline",
]
