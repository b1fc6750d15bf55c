"""A small set of declared facts for the tests of conditions, a short way to read one, and strategies for any."""

from __future__ import annotations

from hypothesis import strategies as st

from remit.policy.conditions import All, AnyOf, Condition, Not, parse_condition
from remit.policy.vocabulary import FactDeclaration, Kind, Supplier, Value, parse_duration

TOPICS = {
    "panel": "The panel",
    "orders": "Orders",
    "refunds": "Refunded orders",
    "server": "Server",
}


def declared(name: str, kind: Kind, **fields: object) -> FactDeclaration:
    return FactDeclaration(name, kind, Supplier.REQUESTER, **fields)  # type: ignore[arg-type]


FACTS = {
    fact.name: fact
    for fact in (
        declared("urgent", Kind.YES_NO),
        declared("code.changed", Kind.YES_NO, label="the code is changed"),
        declared("files.changed", Kind.YES_NO),
        declared(
            "licence.phase",
            Kind.ONE_OF,
            options={"included": "included support", "expired": "expired", "paid": "paid"},
        ),
        declared(
            "topic",
            Kind.TOPIC,
            options=TOPICS,
            parents={"orders": "panel", "refunds": "orders"},
            label="the topic",
        ),
        declared("inclusions", Kind.SOME_OF, options=TOPICS, label="what the plan includes"),
        declared("questions", Kind.NUMBER),
        declared("repeats", Kind.NUMBER),
        declared("domain", Kind.TEXT),
        declared("licence.domain", Kind.TEXT),
        declared("bought", Kind.DATE),
        declared("received_at", Kind.INSTANT),
        declared("since_fix", Kind.DURATION),
        declared("price", Kind.MONEY),
        declared("untouched", Kind.YES_NO, means="not code.changed and not files.changed"),
        declared("clean", Kind.YES_NO, means="untouched and not urgent"),
        declared("circle", Kind.YES_NO, means="not circle"),
    )
}
PLAIN = {name: fact for name, fact in FACTS.items() if fact.means is None}


def read(text: str, **bound: object) -> Condition:
    return parse_condition(text, FACTS, bound)  # type: ignore[arg-type]


# Any condition over these facts, and any values for them.

_ATOMS = [
    "urgent", "code.changed", "untouched", "clean", "known(topic)", "missing(urgent)", 'topic == "orders"',
    'topic in ["panel"]', 'topic in ["server", "refunds"]', 'licence.phase == "paid"', 'licence.phase == "expired"',
    'licence.phase in ["included", "paid"]', "licence.phase == 'included'", "topic in inclusions",
    '"panel" in inclusions',
    "questions > 1", "questions == repeats", 'since_fix < "3 h"', "yes",
]  # fmt: skip
TREES = st.recursive(
    st.sampled_from(_ATOMS).map(lambda text: read(text).tree),
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: All(tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: AnyOf(tuple(parts))),
    ),
    max_leaves=8,
)
VALUES: dict[str, list[Value | None]] = {
    "urgent": [None, True, False],
    "code.changed": [None, True, False],
    "files.changed": [None, True, False],
    "untouched": [None, None, True, False],
    "topic": [None, "panel", "orders", "refunds", "server"],
    "licence.phase": [None, "included", "expired", "paid"],
    "inclusions": [None, frozenset(), frozenset({"panel"}), frozenset({"server"})],
    "questions": [None, 0, 1, 2],
    "repeats": [None, 1, 2],
    "since_fix": [None, parse_duration("2 h"), parse_duration("4 h"), parse_duration("1 month")],
}
SOME_FACTS = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in VALUES.items()})
