"""A small document that checks clean, to be changed in one place at a time."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from remit.policy.check import check_text
from remit.policy.document.findings import Finding

SMALL = """---
desk: small
title: Support policy
version: 1
effective: 2026-01-01 00:00
timezone: Europe/Berlin
language: en
---

Who helps whom.

## What we help with {#scope}

We help with the panel. Hosting is yours to care for, and we can host it for you against payment.

```remit
topics: What is it about?
tree:
  panel: {title: The panel, within: {orders: {title: Orders}, users: {title: Users}}}
  hosting: {title: Hosting}
```

```remit
services:
  hosting: {title: Hosting by us}
```

```remit
default: accept
aspect: scope
says: We have taken this on.
```

```remit
rule: hosting is yours
aspect: scope
when: topic == "hosting"
outcome: quote
service: hosting
says: We can host it for you.
because: Your licence {licence.name} does not include it.
quote: Hosting is yours to care for
next:
  - {buy: hosting, label: Ask for a price}
```

```remit
example: hosting is quoted
given:
  received: 2026-07-07 10:00
  licence: {purchased: 2026-03-01 09:00}
  facts: {topic: hosting, details: It is slow, priority: high}
then: {outcome: quote, cites: [scope], service: hosting}
```

## Support periods {#periods}

A licence brings {{ included }} of support.

```remit
cover: licence
anchor: purchased
phases:
  included: {lasts: 12 months}
  expired: {}
covered: [included]
renewal: {phase: included, while: {included: adds to the end, expired: starts when paid}, then: expired}
```

```remit
default: accept
aspect: cover
```

```remit
rule: support has ended
aspect: cover
when: not licence.active
outcome: refuse
says: Support has ended.
quote: A licence brings 12 months of support
```

```remit
example: the last minute of support
given:
  received: 2027-03-01 08:59
  licence: {purchased: 2026-03-01 09:00}
  facts: {topic: orders, details: Nothing is shown, priority: low}
then:
  outcome: accept
  phase: included
  first response due: 2027-03-02 08:59
```

```remit
example: a minute later
given:
  received: 2027-03-01 09:00
  licence: {purchased: 2026-03-01 09:00}
  facts: {topic: orders, details: Nothing is shown}
then: {outcome: refuse, cites: [periods], phase: expired}
```

## How fast we answer {#answers}

```remit
priorities: [{id: high, label: High}, {id: low, label: Low}]
```

```remit table
targets: [first response]
by: priority
columns: {Priority: priority, Within: within}
calendar: support hours
```

| Priority | Within |
|---|---|
| High | 4 working hours |
| Low | 1 business day |

```remit
calendar: support hours
hours: [{days: Monday to Friday, open: "8:00-18:00"}]
```

```remit
pause: incomplete at intake
clocks: [first response]
```

## What to write {#contents}

Tell us what happens.

```remit
facts:
  details: {type: text, from: requester, ask: What happens?}
```

```remit
requires: [topic, details]
```

```remit
example: without details we ask
given:
  received: 2026-07-07 10:00
  licence: {purchased: 2026-03-01 09:00}
  facts: {topic: orders, priority: high}
events: [{complete: 2026-07-07 12:00}]
then:
  outcome: ask
  asks: [details]
  first response due: 2026-07-07 16:00
```
"""

Changed = Callable[..., list[Finding]]


@pytest.fixture
def changed() -> Changed:
    """The findings about the small document after replacements, each of which must find its words."""

    def check_changed(*replacements: tuple[str, str]) -> list[Finding]:
        text = SMALL
        for old, new in replacements:
            assert old in text, old
            text = text.replace(old, new, 1)
        return check_text(text, "small.md")

    return check_changed


@pytest.fixture
def line_of() -> Callable[[str], int]:
    """The line of the small document on which some words stand."""

    def find(words: str) -> int:
        return SMALL[: SMALL.index(words)].count("\n") + 1

    return find
