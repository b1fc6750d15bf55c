"""The kinds of cover of the five policies, as their documents say them, and short ways to buy."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, tzinfo

from remit.policy.cover import CoverSpec, Happening, PhaseSpec, Purchase, RenewalSpec, Timeline, timeline
from remit.policy.vocabulary import Duration, at_wall_time, parse_duration, zone

PLUS3 = zone("UTC+3")
TEHRAN = zone("Asia/Tehran")
BERLIN = zone("Europe/Berlin")


def span(text: str) -> Duration:
    return parse_duration(text)


LICENCE = CoverSpec(
    kind="licence",
    anchor="purchased",
    phases=(
        PhaseSpec("included", span("12 months"), clause="periods", title="Included support"),
        PhaseSpec("transition", span("2 months"), clause="periods", title="Transition"),
        PhaseSpec("paid", clause="renewal", title="Renewed support"),
        PhaseSpec("expired", clause="periods", title="Support has ended"),
        PhaseSpec(
            "archivable",
            after=(span("6 months"), "expired"),
            clause="archive",
            title="Can be archived",
            archived_under="archive",
        ),
    ),
    renewal=RenewalSpec(
        "paid",
        {
            "included": "adds to the end",
            "paid": "adds to the end",
            "transition": "starts when paid",
            "expired": "starts when paid",
        },
        "expired",
        "renewal",
    ),
    per_part=False,
    zone=PLUS3,
    clause="periods",
    covered=frozenset({"included", "paid"}),
)
"""IEX-10, IEX-11, IEX-13."""

CLOSING = replace(
    LICENCE,
    renewal=RenewalSpec(
        "paid",
        {
            "included": "not possible",
            "paid": "adds to the end",
            "transition": "starts when paid",
            "expired": "starts when paid",
            "archivable": "not possible",
        },
        "expired",
        "renewal",
    ),
)
"""Not a renewal in every phase: neither while the first support runs nor when it ended long ago (IEX-11)."""

SUBSCRIPTION = CoverSpec(
    "subscription",
    "registered",
    (
        PhaseSpec("trial", span("10 days"), title="Free days", remind=span("2 days")),
        PhaseSpec("ended", title="No subscription"),
    ),
    RenewalSpec("paid", {"trial": "adds to the end", "paid": "adds to the end"}, "ended"),
    False,
    TEHRAN,
    "trial",
    frozenset({"trial", "paid"}),
    counts_from_day=True,
)
"""C24-2: the day of registration is not counted, and the last day counts to its end."""

ITEM = CoverSpec(
    "item",
    "worked",
    (
        PhaseSpec("covered", span("90 days"), title="Under warranty"),
        PhaseSpec("expired", title="Warranty over"),
    ),
    RenewalSpec("extended", {"covered": "adds to the end", "extended": "adds to the end"}, "expired"),
    True,
    BERLIN,
    "warranty",
    frozenset({"covered", "extended"}),
    counts_from_day=True,
)
"""ITS-3: from the date of the work; ITS-5."""

PLAN = CoverSpec(
    "plan",
    "bought",
    (PhaseSpec("active"), PhaseSpec("ended")),
    RenewalSpec("active", {"active": "adds to the end", "ended": "starts when paid"}, "ended"),
    False,
    BERLIN,
    "plans",
    frozenset({"active"}),
)
"""ITC-2: a plan runs for the term bought."""


def local(text: str, where: tzinfo = PLUS3) -> datetime:
    return at_wall_time(datetime.fromisoformat(text), where)


def bought(
    at: datetime, on: date | None = None, term: str = "", kind: str = "purchase", part: str = ""
) -> Purchase:
    return Purchase(
        f"{kind} {at:%Y-%m-%d %H:%M} {part}".strip(), kind, at, on, span(term) if term else None, part
    )


def renewed(at: datetime, term: str = "12 months", kind: str = "renewal", part: str = "") -> Purchase:
    return bought(at, None, term, kind, part)


def lay(spec: CoverSpec, *events: Purchase | Happening, part: str = "") -> Timeline:
    purchases = [event for event in events if isinstance(event, Purchase)]
    happenings = [event for event in events if isinstance(event, Happening)]
    return timeline(purchases, happenings, lambda at: spec, part)


def phases(line: Timeline, where: tzinfo = PLUS3) -> list[tuple[str, str, str]]:
    """Phase, start and end of every period after the first, in local time."""

    def said(at: datetime | None) -> str:
        return "" if at is None else f"{at.astimezone(where):%Y-%m-%d %H:%M}"

    return [(period.phase, said(period.starts_at), said(period.ends_at)) for period in line.periods[1:]]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
