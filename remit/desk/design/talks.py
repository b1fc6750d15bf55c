"""The conversation of a ticket in order: what people said, and between it what the desk did by itself.

Reads messages and events (any objects with their attributes); who may see notes is for the rooms above to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext

from remit.desk.design.clocks import Cite, cite_of, metric_words, pause_words
from remit.desk.design.decisions import fact_label, fact_value, outcome_word
from remit.desk.design.words import Almanac, read_instant
from remit.policy.document.policy import Policy
from remit.policy.vocabulary.facts import FactErrors, decode_facts


@dataclass(frozen=True, slots=True)
class Said:
    """A message. `voice`: customer, reply, note or automatic."""

    voice: str
    author: str
    body: str
    at: datetime
    is_question: bool
    cite: Cite | None
    delivery: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Done:
    """Something the desk did by itself, or a person did without words."""

    icon: str
    text: str
    at: datetime
    cite: Cite | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class ToTry:
    """A step the requester was asked to try, and since when and by whom it is ticked."""

    position: int
    text: str
    done_at: datetime | None
    done_by: str
    is_done_for_them: bool


def checklist(steps: Iterable[Any]) -> tuple[ToTry, ...]:
    """The steps of a ticket in their order (ION-8)."""
    return tuple(
        ToTry(
            one.position,
            one.words or gettext("(These words were erased.)"),
            one.done_at,
            str(one.done_by_contact or one.done_by_agent or ""),
            one.done_by_agent_id is not None,
        )
        for one in steps
    )


def conversation(
    messages: Iterable[Any],
    events: Iterable[Any],
    policy: Policy,
    almanac: Almanac,
    *,
    policy_address: str,
    desk_name: str,
    questions: Mapping[int, str],
) -> tuple[Said | Done, ...]:
    """Messages and events, oldest first. `questions`: the words of what the desk asked by itself, by message."""
    said: list[Said | Done] = [_said(one, policy, policy_address, desk_name, questions) for one in messages]
    done = [happened(one, policy, almanac, policy_address) for one in events if one.kind not in QUIET]
    return tuple(sorted([*said, *done], key=lambda one: one.at))


def _said(message: Any, policy: Policy, address: str, desk_name: str, questions: Mapping[int, str]) -> Said:
    text = getattr(message, "text", None)
    body = questions.get(message.pk) or (text.body if text is not None else "")
    return Said(
        voice=_voice(message),
        author=str(message.author_agent or message.author_contact or desk_name),
        body=body or gettext("(These words were erased.)"),
        at=message.created_at,
        is_question=message.is_question,
        cite=cite_of(policy, message.clause, address),
        delivery=message.delivery_state,
        anchor=f"message-{message.pk}",
    )


def _voice(message: Any) -> str:
    if message.kind == "note":
        return "note"
    if message.kind == "automatic":
        return "automatic"
    return "reply" if message.author_agent_id else "customer"


# --- events in words ------------------------------------------------------------------------------------------------

Teller = Callable[[Mapping[str, Any], Policy, Almanac], tuple[str, str]]

QUIET = frozenset(
    {
        "request received",
        "request completed",
        "message received",
        "reply sent",
        "note written",
        "clock met",
        "automatic message sent",
    }
)
"""Events that the messages beside them already tell; a history of events alone has lines for them too."""


def happened(event: Any, policy: Policy, almanac: Almanac, address: str) -> Done:
    """An event as a line."""
    data: Mapping[str, Any] = event.data
    icon, text = TELLERS[event.kind](data, policy, almanac)
    cite = None if event.kind == "decision made" else cite_of(policy, data.get("clause"), address)
    return Done(icon, text, event.at, cite)


def close_words(reason: str, policy: Policy) -> str:
    """Why a request was closed: the policy's words, else the usual ones."""
    usual = {
        "solved": gettext("It was solved."),
        "silence": gettext("We heard nothing back."),
        "merged": gettext("It went into another request."),
    }
    return policy.close_reasons.get(reason) or usual.get(reason, reason)


def _decided(data: Mapping[str, Any], policy: Policy, almanac: Almanac) -> tuple[str, str]:
    return "scale", gettext("Decided: %s") % outcome_word(data.get("outcome", "review"))


def _priority(data: Mapping[str, Any], policy: Policy, almanac: Almanac) -> tuple[str, str]:
    labels = {one.id: one.label for one in policy.priorities}
    old, new = data.get("old", ""), data.get("new", "")
    words = gettext("Priority changed from %(old)s to %(new)s")
    if data.get("facts"):
        words = gettext("Priority changed from %(old)s to %(new)s, by what was put right")
    return "flag", words % {"old": labels.get(old, old or "–"), "new": labels.get(new, new)}


def _stands(data: Mapping[str, Any], policy: Policy, almanac: Almanac) -> tuple[str, str]:
    """What came in after a person decided; where the policy would now say otherwise, people look again."""
    rules_say = data.get("rules_say", "")
    if data.get("outcome") == rules_say:
        return "scale", gettext("What a person decided stands; what came in does not change it")
    words = gettext(
        "What a person decided stands; by the policy it would now be “%s”, so a person looks at it again"
    )
    return "scale", words % outcome_word(rules_say)


def _restated(data: Mapping[str, Any], policy: Policy, almanac: Almanac, otherwise: str) -> str:
    """A fact with its old value, where there was one, and its new one; someone's own words are not repeated."""
    fact = data.get("fact", "")
    declaration = policy.declarations.get(fact)
    if declaration is None:
        return otherwise
    label = fact_label(fact, declaration)
    if "new" not in data:
        return f"{otherwise}: {label}"
    try:
        said = {
            name: fact_value(
                fact, decode_facts({fact: data[name]}, policy.declarations)[fact], policy, almanac
            )
            for name in ("old", "new")
            if name in data
        }
    except FactErrors:
        return f"{otherwise}: {label}"
    if "old" not in said:
        return f"{label}: “{said['new']}”"
    return gettext("%(fact)s: “%(old)s” put right to “%(new)s”") % {
        "fact": label,
        **said,
    }


def _closed(data: Mapping[str, Any], policy: Policy, almanac: Almanac) -> tuple[str, str]:
    reason = data.get("reason", "")
    return "archive", gettext("Closed: %s") % close_words(reason, policy)


def _day(written: Any, almanac: Almanac) -> str:
    return almanac.day(date.fromisoformat(written), long=True) if isinstance(written, str) else ""


def _escalated(data: Mapping[str, Any], almanac: Almanac) -> str:
    """What a step of an escalation did (ION-4): handed the ticket up, or only warned."""
    if data.get("tier"):
        return gettext("Passed on to tier %s by itself") % str(data["tier"])
    used = almanac.figures(f"{float(Fraction(data.get('at_fraction', 0)) * 100):g} %")
    return gettext("Warning sent, %s of the time used") % used


def _ticked(data: Mapping[str, Any], almanac: Almanac) -> str:
    """A step that was tried (ION-8), ticked by the customer or for them."""
    words = gettext("Step %s was ticked")
    if data.get("for_requester"):
        words = gettext("Step %s was ticked for the customer")
    return words % almanac.figures(str(data.get("step", "")))


def _solved(data: Mapping[str, Any]) -> str:
    words = {
        "fixed": gettext("Solved: fixed"),
        "answered": gettext("Solved: answered"),
        "unresolved": gettext("Solved: looked into, and not to be mended"),
        "withdrawn": gettext("Solved: withdrawn"),
        "refused": gettext("Settled: not taken up"),
    }
    return words.get(data.get("solved_as", ""), gettext("Solved"))


def _closing(data: Mapping[str, Any], almanac: Almanac) -> str:
    at = data.get("close_at")
    return (
        gettext("Closes by itself %s") % almanac.full(read_instant(at))
        if at
        else gettext("Closes by itself soon")
    )


TELLERS: Mapping[str, Teller] = {
    "request received": lambda d, p, a: ("inbox", gettext("Received")),
    "request completed": lambda d, p, a: ("check", gettext("Complete")),
    "message received": lambda d, p, a: ("message-2", gettext("The customer wrote")),
    "reply sent": lambda d, p, a: ("send", gettext("Answered")),
    "note written": lambda d, p, a: ("lock", gettext("Note written")),
    "automatic message sent": lambda d, p, a: ("robot", gettext("Automatic message")),
    "clock met": lambda d, p, a: ("clock-check", gettext("Done: %s") % metric_words(d.get("metric", ""))),
    "clock started": lambda d, p, a: ("clock", gettext("The clock starts: %s") % metric_words(d.get("metric", ""))),
    "clock at risk": lambda d, p, a: (
        "alert-triangle", gettext("%s is at risk") % metric_words(d.get("metric", ""))
    ),
    "clocks cancelled": lambda d, p, a: ("circle-minus", gettext("Nothing is owed any more")),
    "promise broken": lambda d, p, a: (
        "alert-octagon", gettext("%s is late") % metric_words(d.get("metric", ""))
    ),
    "decision made": _decided,
    "decision stands": _stands,
    "decision contested": lambda d, p, a: (
        "hand-stop", gettext("The decision is contested; a person looks again")
    ),
    "accepted for work": lambda d, p, a: ("check", gettext("Taken up for work")),
    "turned down": lambda d, p, a: ("circle-minus", gettext("Not taken up")),
    "waiting started": lambda d, p, a: ("player-pause", pause_words(d.get("reason", ""))),
    "waiting ended": lambda d, p, a: ("player-play", gettext("The waiting ended")),
    "steps given": lambda d, p, a: ("list-check", gettext("Steps to try were given")),
    "step ticked": lambda d, p, a: ("check", _ticked(d, a)),
    "step unticked": lambda d, p, a: (
        "circle-dashed", gettext("The tick at step %s was taken off") % a.figures(str(d.get("step", "")))
    ),
    "held": lambda d, p, a: ("player-pause", gettext("Put on hold")),
    "unheld": lambda d, p, a: ("player-play", gettext("Taken off hold")),
    "assigned": lambda d, p, a: (
        ("user-check", gettext("Assigned")) if d.get("agent") else ("user", gettext("Assigned to nobody"))
    ),
    "handed up": lambda d, p, a: ("stairs-up", gettext("Handed to tier %s") % d.get("tier", "")),
    "escalated": lambda d, p, a: ("stairs-up", _escalated(d, a)),
    "priority changed": _priority,
    "finding recorded": lambda d, p, a: ("list-check", _restated(d, p, a, gettext("A finding was recorded"))),
    "fact corrected": lambda d, p, a: ("pencil", _restated(d, p, a, gettext("A fact was corrected"))),
    "work started": lambda d, p, a: ("tool", gettext("Work began")),
    "diagnosis made": lambda d, p, a: ("search", gettext("The cause is found")),
    "estimate given": lambda d, p, a: ("calendar-event", gettext("Estimate given: %s") % _day(d.get("on"), a)),
    "merged in": lambda d, p, a: ("git-merge", gettext("Another request was merged in")),
    "merged away": lambda d, p, a: ("git-merge", gettext("Went into another request")),
    "solved": lambda d, p, a: ("circle-check", _solved(d)),
    "reopened": lambda d, p, a: ("refresh", gettext("Taken up again")),
    "closing announced": lambda d, p, a: ("clock", _closing(d, a)),
    "closed": _closed,
}  # fmt: skip
"""What every kind of event that a ticket can have is called, with its icon."""
