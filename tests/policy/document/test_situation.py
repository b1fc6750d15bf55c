"""Cases as examples write them: what is held, what happened, and what follows for facts, clocks and closing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from remit.policy.document.compiling import compile_text
from remit.policy.document.policy import Policy
from remit.policy.document.situation import CaseErrors, Situation, read_situation
from remit.policy.vocabulary.metrics import Metric

DOCUMENT = """---
desk: t
title: T
version: 1
effective: 2026-01-01
timezone: Europe/Berlin
language: en
---
## One {#one}

```remit
cover: item
anchor: worked
phases: {covered: {lasts: 90 days}, expired: {}}
covered: [covered, extended]
renewal:
  phase: extended
  while: {covered: adds to the end, extended: adds to the end, expired: starts when paid}
  then: expired
per part: yes
```

```remit
facts:
  item.part: {type: text, from: record, label: the part}
  item.by_us: {type: yes or no, from: record}
  details: {type: text, from: requester, ask: What happened?}
```

```remit
requires: [details]
```

```remit
priorities: [{id: high, label: High}, {id: low, label: Low}]
usual: low
```

```remit
targets: [first response, next response, resolution]
by: priority
rows: {high: 4 h, low: 24 h}
```

```remit
targets: [refund]
rows: [{within: 240 h}]
```

```remit
pause: waiting for the customer
clocks: [next response, resolution]
```

```remit
pause: declared event
clocks: [resolution]
```

```remit
event: storm
pauses: [resolution]
```

```remit
closing: waiting for the customer
after: 48 h
warn: 12 h
```

```remit
allowance: visit
per: item
count: 1
```
"""


@pytest.fixture(scope="module")
def policy() -> Policy:
    return compile_text(DOCUMENT)


def case(policy: Policy, given: Mapping[str, Any], *events: Mapping[str, Any]) -> Situation:
    return read_situation(policy, {"received": "2026-07-07 10:00", **given}, events)


def local(words: str) -> datetime:
    return datetime.fromisoformat(f"{words}+02:00").astimezone(UTC)


class TestWhatIsHeld:
    def test_what_is_not_named_is_not_held(self, policy: Policy) -> None:
        facts = case(policy, {}).settled
        assert (facts["item.held"], facts["item.phase"], facts["item.active"]) == (False, "none", False)

    def test_a_date_counts_to_the_end_of_its_last_day(self, policy: Policy) -> None:
        """ITS-3: 90 days from 8 April end with 7 July."""
        assert (
            case(policy, {"received": "2026-07-07 23:59", "item": {"worked": "2026-04-08"}}).settled[
                "item.phase"
            ]
            == "covered"
        )
        assert (
            case(policy, {"received": "2026-07-08 00:00", "item": {"worked": "2026-04-08"}}).settled[
                "item.phase"
            ]
            == "expired"
        )

    def test_a_repair_begins_anew_for_what_was_repaired(self, policy: Policy) -> None:
        """ITS-3: each part has its own warranty."""
        repaired = {"worked": "2026-01-02", "repairs": [{"on": "2026-06-01", "part": "screen"}]}
        assert case(policy, {"item": {**repaired, "part": "screen"}}).settled["item.active"] is True
        assert case(policy, {"item": {**repaired, "part": "keyboard"}}).settled["item.active"] is False

    def test_other_keys_are_facts_of_it(self, policy: Policy) -> None:
        facts = case(
            policy, {"item": {"worked": "2026-06-01", "by_us": "yes", "name": "ThinkPad", "part": "screen"}}
        ).settled
        assert (facts["item.by_us"], facts["item.name"], facts["item.part"]) == (True, "ThinkPad", "screen")

    def test_what_people_decided_is_a_moment(self, policy: Policy) -> None:
        """ITS-14: a warranty declared void covers nothing any more."""
        voided = {"item": {"worked": "2026-06-01", "voided": "2026-07-01 12:00"}}
        assert case(policy, voided).settled["item.phase"] == "voided"
        assert case(policy, voided).settled["item.voided"] is True

    def test_what_was_taken_back_before_receipt_holds_no_more(self, policy: Policy) -> None:
        """IEX-13, ITS-14: archived until it is restored, void unless it is kept; the latest of the two decides."""
        back = {"archived": "2026-06-10 12:00", "restored": "2026-06-20 12:00"}
        kept = {"voided": "2026-06-10 12:00", "kept": "2026-06-20 12:00"}
        again = {"restored": "2026-06-10 12:00", "archived": "2026-06-20 12:00"}
        for written, fact, holds in (
            (back, "archived", False),
            (kept, "voided", False),
            (again, "archived", True),
        ):
            assert (
                case(policy, {"item": {"worked": "2026-06-01", **written}}).settled[f"item.{fact}"] is holds
            )

    def test_what_is_decided_after_receipt_does_not_hold_yet(self, policy: Policy) -> None:
        """IEX-13, ITS-14: a request is judged by what people had decided when it came in, to the minute."""
        for fact in ("archived", "voided"):
            later = {"item": {"worked": "2026-06-01", fact: "2026-07-07 10:01"}}
            just_then = {"item": {"worked": "2026-06-01", fact: "2026-07-07 10:00"}}
            assert case(policy, later).settled[f"item.{fact}"] is False
            assert case(policy, just_then).settled[f"item.{fact}"] is True

    def test_given_facts_go_before_computed_ones(self, policy: Policy) -> None:
        assert (
            case(policy, {"item": {"worked": "2026-06-01"}, "facts": {"item.phase": "expired"}}).settled[
                "item.phase"
            ]
            == "expired"
        )


class TestWhatHappened:
    KNOWN: Mapping[str, Any] = {"facts": {"details": "x", "priority": "high"}}

    def test_clocks_follow_from_the_events(self, policy: Policy) -> None:
        answered = case(policy, self.KNOWN, {"replied": "2026-07-07 11:00"}, {"answered": "2026-07-07 12:00"})
        (first,) = answered.clocks[Metric.FIRST_RESPONSE]
        (following,) = answered.clocks[Metric.NEXT_RESPONSE]
        assert (str(first.state), following.due_at) == ("met", local("2026-07-07 16:00"))

    def test_asking_pauses_what_the_policy_says(self, policy: Policy) -> None:
        """ITC-16: clocks pause while the ticket waits for the client."""
        asked = case(policy, self.KNOWN, {"asked": "2026-07-07 11:00"}, {"answered": "2026-07-07 13:00"})
        assert asked.clocks[Metric.RESOLUTION][0].due_at == local("2026-07-07 16:00")

    def test_a_question_of_a_persons_is_a_reply_too(self, policy: Policy) -> None:
        """Design §5: a public message by a person answers, a question as any other; what follows is a next response."""
        asked = case(policy, self.KNOWN, {"asked": "2026-07-07 11:00"}, {"answered": "2026-07-07 13:00"})
        (first,) = asked.clocks[Metric.FIRST_RESPONSE]
        (following,) = asked.clocks[Metric.NEXT_RESPONSE]
        assert (str(first.state), first.met_at) == ("met", local("2026-07-07 11:00"))
        assert following.due_at == local("2026-07-07 17:00")

    def test_a_declared_event_pauses_from_its_declaration(self, policy: Policy) -> None:
        """C24-12: force majeure pauses the clocks it names."""
        storm = {
            "declared": "2026-07-07 11:00",
            "event": "storm",
            "from": "2026-07-07 09:00",
            "to": "2026-07-07 12:00",
        }
        assert case(policy, self.KNOWN, storm).clocks[Metric.RESOLUTION][0].due_at == local(
            "2026-07-07 15:00"
        )

    def test_raising_a_priority_brings_the_due_moment_closer(self, policy: Policy) -> None:
        raised = case(policy, {"facts": {"details": "x"}}, {"priority": "2026-07-07 12:00", "to": "high"})
        assert raised.clocks[Metric.FIRST_RESPONSE][0].due_at == local("2026-07-07 16:00")

    def test_a_ticket_that_waits_closes_by_itself(self, policy: Policy) -> None:
        """ITC-17: 48 elapsed hours after the question, with a reminder before."""
        closing = case(policy, self.KNOWN, {"asked": "2026-07-07 11:00"}).closing
        assert closing is not None
        assert (closing.warn_at, closing.close_at) == (local("2026-07-08 23:00"), local("2026-07-09 11:00"))
        assert (
            case(policy, self.KNOWN, {"asked": "2026-07-07 11:00"}, {"answered": "2026-07-07 12:00"}).closing
            is None
        )

    def test_an_answer_after_it_closed_undoes_nothing(self, policy: Policy) -> None:
        """ITC-17: "closes: never" was said of a request that had closed weeks before the answer."""
        late = case(
            policy, self.KNOWN, {"asked": "2026-07-07 11:00"}, {"answered": "2026-07-29 12:00"}
        ).closing
        assert late is not None
        assert late.close_at == local("2026-07-09 11:00")

    def test_a_clock_that_people_start_counts_from_receipt_unless_said(self, policy: Policy) -> None:
        assert case(policy, self.KNOWN).clocks_started(Metric.REFUND)[0].due_at == local("2026-07-17 10:00")
        later = case(policy, self.KNOWN, {"refund approved": "2026-07-08 10:00"})
        assert later.clocks_started(Metric.REFUND)[0].due_at == local("2026-07-18 10:00")


@pytest.mark.parametrize(
    ("given", "event", "path"),
    [
        ({"facts": {"detials": "x"}}, {}, ("given", "facts", "detials")),
        ({"facts": {"priority": "highest"}}, {}, ("given", "facts", "priority")),
        ({"licence": {}}, {}, ("given", "licence")),
        ({"item": {"worked": "soon"}}, {}, ("given", "item", "worked")),
        (
            {"item": {"worked": "2026-01-01", "extensions": [{"term": "1 day"}]}},
            {},
            ("given", "item", "extensions", 0),
        ),
        ({"item": "yes"}, {}, ("given", "item")),
        ({"received": "yesterday"}, {}, ("given", "received")),
        ({}, {"anwered": "2026-07-07 11:00"}, ("events", 0)),
        ({}, {"answered": "then"}, ("events", 0, "answered")),
        ({}, {"declared": "2026-07-07 11:00", "event": "flood"}, ("events", 0, "event")),
    ],
)
def test_every_fault_of_a_case_has_its_place(
    policy: Policy, given: Mapping[str, Any], event: Mapping[str, Any], path: tuple[str | int, ...]
) -> None:
    with pytest.raises(CaseErrors) as raised:
        case(policy, given, *([event] if event else []))
    assert path in raised.value.errors
