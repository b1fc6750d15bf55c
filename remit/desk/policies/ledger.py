"""Writing decisions into the ledger and reading them back.

A stored decision is the core's own JSON, split into columns, with values of personal text replaced by references.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from remit.desk.policies.models import Decision
from remit.policy.document.policy import ENGINE_VERSION, Policy
from remit.policy.rules import Decision as Judged

COLUMNS = (
    "outcome",
    "deciding",
    "contributing",
    "asks",
    "unknowns",
    "trace",
    "least_change",
    "says",
    "steps",
)
"""The parts of a decision's JSON that have a column of their own; the others stand together in `rest`."""


def entry(
    judged: Judged,
    *,
    policy: Policy,
    kind: str,
    desk_id: int,
    version_id: int,
    agreement_id: int | None,
    facts: Mapping[str, Any],
    as_of: datetime,
    decided_at: datetime,
    **fields: Any,
) -> Decision:
    """A ledger row, not yet saved. `facts` are stored facts, their personal text already references."""
    parts = parts_of(judged, policy, facts)
    return Decision(
        desk_id=desk_id,
        version_id=version_id,
        agreement_id=agreement_id,
        kind=kind,
        facts=dict(facts),
        as_of=as_of,
        decided_at=decided_at,
        engine_version=ENGINE_VERSION,
        **parts,
        **fields,
    )


def parts_of(judged: Judged, policy: Policy, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The decision as columns, without personal text. `facts` say which values are references."""
    written = judged.to_json()
    hidden = {name: value for name, value in facts.items() if isinstance(value, dict)}
    if hidden:
        for atom in written["trace"]["atoms"]:
            atom[2] = hidden.get(atom[1], atom[2])
        for change in written["least_change"]:
            _hide_in_change(change, hidden)
    parts = {name: written.pop(name) for name in COLUMNS}
    return {**parts, "rest": written}


def _hide_in_change(change: dict[str, Any], hidden: Mapping[str, Any]) -> None:
    if change["fact"] in hidden:
        change["from"] = hidden[change["fact"]]
    for other in change["along_with"]:
        other[1] = hidden.get(other[0], other[1])
