"""The nouns everything else is written in: outcomes, durations, money, facts, metrics, zones. No behaviour
beyond reading, printing and comparing these values lives here; working time is in `calendars`, promises
are in `clocks`, decisions in `rules`.
"""

from remit.policy.vocabulary.durations import (
    Duration,
    NotADuration,
    Unit,
    add_calendar,
    elapsed,
    length,
    parse_duration,
    parse_term,
)
from remit.policy.vocabulary.facts import (
    COMMON_FACTS,
    FactDeclaration,
    FactErrors,
    Kind,
    Supplier,
    Value,
    cover_facts,
    decode_facts,
    encode_facts,
)
from remit.policy.vocabulary.metrics import Metric, Priority, Status
from remit.policy.vocabulary.money import Money, parse_money
from remit.policy.vocabulary.outcomes import MESSAGE_ASPECTS, QUESTION_ASPECTS, Aspect, Layer, Outcome
from remit.policy.vocabulary.zones import at_wall_time, end_of_day, start_of_day, zone

__all__ = [
    "COMMON_FACTS",
    "MESSAGE_ASPECTS",
    "QUESTION_ASPECTS",
    "Aspect",
    "Duration",
    "FactDeclaration",
    "FactErrors",
    "Kind",
    "Layer",
    "Metric",
    "Money",
    "NotADuration",
    "Outcome",
    "Priority",
    "Status",
    "Supplier",
    "Unit",
    "Value",
    "add_calendar",
    "at_wall_time",
    "cover_facts",
    "decode_facts",
    "elapsed",
    "encode_facts",
    "end_of_day",
    "length",
    "parse_duration",
    "parse_money",
    "parse_term",
    "start_of_day",
    "zone",
]
