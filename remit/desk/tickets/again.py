"""Deciding a ticket anew, and what a new outcome does to it. Used by the actions that change what is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from remit.desk.foundation.errors import Refused
from remit.desk.policies import facts as supply
from remit.desk.policies import ledger
from remit.desk.policies.models import Decision, ReasonText
from remit.desk.tickets import deciding
from remit.desk.tickets import facts as ticket_facts
from remit.desk.tickets.deciding import STATUS_AFTER
from remit.desk.tickets.facts import CORRECTED, NONE_HELD
from remit.desk.tickets.models import Question, TicketText
from remit.desk.tickets.work import Work
from remit.policy.document.policy import Policy
from remit.policy.vocabulary.facts import FactDeclaration, Supplier
from remit.policy.vocabulary.outcomes import Outcome

NOT_OWED = (Outcome.REFUSE, Outcome.SUSPEND)


def texts_of(work: Work) -> dict[str, list[str]]:
    """The ticket's erasable answers; empty where they were erased."""
    return dict(TicketText.objects.filter(pk=work.ticket.pk).values_list("answers", flat=True).first() or {})


def known_of(work: Work, texts: Mapping[str, list[str]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the requester said, and what people of the desk found or put right."""
    declared = work.policy.declarations
    corrected = set(work.ticket.facts.get(CORRECTED, []))
    known = ticket_facts.read_back(work.ticket.facts, work.policy, texts)
    answers = {name: value for name, value in known.items() if declared[name].supplier is Supplier.REQUESTER}
    findings = {
        name: value
        for name, value in known.items()
        if declared[name].supplier is Supplier.DESK or name in corrected
    }
    return answers, findings


def read_finding(work: Work, fact: str, value: Any) -> dict[str, Any]:
    """A value that a person of the desk states, as its declaration reads it."""
    every = (Supplier.REQUESTER, Supplier.RECORD, Supplier.DESK)
    return supply.read_answers(
        {fact: value},
        work.policy.declarations,
        zone=work.ticket.desk.tz,
        told_at=work.now,
        suppliers=every,
    )


def decide_again(work: Work, **known: Any) -> Decision:
    """`reconsider`, with the decision always kept."""
    decision = reconsider(work, **known)
    assert decision is not None
    return decision


def reconsider(
    work: Work,
    *,
    answers: Mapping[str, Any] | None = None,
    findings: Mapping[str, Any] | None = None,
    corrected: tuple[str, ...] = (),
    new_right_at: datetime | None = None,
    kind: str = "again",
    reason: ReasonText | None = None,
    only_if_changed: bool = False,
) -> Decision | None:
    """Judge the ticket anew with what was added: as of receipt, or at the instant of a new right; and apply it.

    Where a person decided last, that decision stands and is returned: the facts are kept, and where the rules would
    now come to something else, the ticket is left to people. With `only_if_changed` a decision that comes to the same
    outcome is not kept, and None is returned.
    """
    ticket, policy = work.ticket, work.policy
    texts = texts_of(work)
    said, found = known_of(work, texts)
    restated = restated_in({**said, **found}, {**(answers or {}), **(findings or {})})
    said |= answers or {}
    found |= findings or {}
    grown = ticket_facts.with_texts(texts, {**said, **found}, policy)
    as_of = new_right_at or ticket.received_at
    judged, facts = deciding.judge_again(
        ticket, policy, instant=ticket.received_at, answers=said, findings=found, records_at=as_of
    )
    if only_if_changed and str(judged.outcome) == ticket.outcome:
        return None
    standing = latest_decision(work)
    is_by_person = standing is not None and standing.is_by_person
    kept = ticket.facts
    if new_right_at is None or not is_by_person:
        kept = _keep_facts(work, facts, grown, corrected)
        _follow_priority(work, facts, restated, reason)
    if standing is not None and is_by_person:
        _leave_to_people(work, standing, judged.outcome)
        return standing
    decision = ledger.entry(
        judged,
        policy=policy,
        kind=kind,
        desk_id=ticket.desk_id,
        version_id=ticket.version_id,
        agreement_id=ticket.agreement_id,
        facts=kept,
        as_of=as_of,
        decided_at=work.now,
        ticket=ticket,
        supersedes=standing,
        reason_ref=reason,
        author_agent_id=work.actor.id if work.actor.kind == "agent" else None,
    )
    decision.save(force_insert=True)
    apply_outcome(work, decision, as_of_receipt=new_right_at is None, at=new_right_at or work.now)
    if judged.outcome is Outcome.ASK:
        _ask(work, decision)
    return decision


def _keep_facts(
    work: Work, facts: Mapping[str, Any], texts: dict[str, list[str]], corrected: tuple[str, ...]
) -> dict[str, Any]:
    """Keep what is known now on the ticket, texts apart; gives the facts as a decision keeps them."""
    ticket, policy = work.ticket, work.policy
    kept = ticket_facts.stored(facts, policy, texts)
    TicketText.objects.filter(pk=ticket.pk).exclude(answers=texts).update(answers=texts)
    fixed = sorted({*ticket.facts.get(CORRECTED, []), *corrected})
    under_none = {NONE_HELD: True} if ticket.facts.get(NONE_HELD) else {}
    ticket.facts = {**kept, **under_none, **({CORRECTED: fixed} if fixed else {})}
    changed = deciding.structure_of(facts, policy)
    ticket.category, ticket.topic = changed["category"], changed["topic"]
    return kept


def restated_in(before: Mapping[str, Any], stated: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Of what is stated now, that which was known otherwise before: fact → (old, new)."""
    return {
        name: (before[name], value)
        for name, value in stated.items()
        if before.get(name) is not None and before[name] != value
    }


def note_corrections(work: Work, answers: Mapping[str, Any]) -> None:
    """Note what the requester now says otherwise than before, each fact with its old and its new value."""
    said, _ = known_of(work, texts_of(work))
    for fact, (old, new) in restated_in(said, answers).items():
        work.note("fact corrected", {"fact": fact, **old_and_new(work, fact, old, new)})


def old_and_new(work: Work, fact: str, old: Any, new: Any) -> dict[str, Any]:
    """Both values for an event, or the new one where none was known; someone's own words stay out of it
    (design §2.7).
    """
    if supply.is_personal(work.policy.declarations.get(fact)):
        return {}
    known = {"new": new} if old is None else {"old": old, "new": new}
    return {name: supply.encode({fact: value})[fact] for name, value in known.items()}


def _follow_priority(
    work: Work,
    facts: Mapping[str, Any],
    restated: Mapping[str, tuple[Any, Any]],
    reason: ReasonText | None,
) -> None:
    """Let the priority follow the facts, unless an agent set it by hand.

    Where the requester says otherwise than before, the change is an event, and the clocks take it like any other
    change of priority: a raise counts from now. Where people of the desk put a fact right, with a reason, it is we
    who had it wrong, and it counts from receipt (design §5).
    """
    ticket = work.ticket
    old, new = ticket.priority, deciding.structure_of(facts, work.policy)["priority"]
    changes = [one for one in work.happened if one.kind == "priority changed"]
    if new == old or any("facts" not in one.data for one in changes):
        return
    is_misjudged = work.actor.kind == "agent" and reason is not None
    if old and new and restated and (changes or not is_misjudged):
        data = {"old": old, "new": new, "misjudged": is_misjudged, "facts": sorted(restated)}
        work.note("priority changed", data if reason is None else {**data, "reason": reason.pk})
    ticket.priority = new


def _leave_to_people(work: Work, standing: Decision, outcome: Outcome) -> None:
    """What a person decided stands; where the rules would now say otherwise, a person looks at it again."""
    ticket = work.ticket
    data = {"decision": standing.pk, "outcome": ticket.outcome, "rules_say": str(outcome)}
    work.note("decision stands", data)
    if str(outcome) == ticket.outcome or ticket.is_contested:
        return
    ticket.is_contested = True
    if ticket.status == "solved" and ticket.solved_as == "refused":
        ticket.status, ticket.solved_at, ticket.solved_as = "open", None, ""
    work.tell_agents("contested", f"stands-{len(work.happened)}")


def has_contested(happened: Iterable[Any]) -> bool:
    """Whether the requester contests what was decided, and no person has decided since."""
    contests = False
    for one in happened:
        if one.kind == "decision contested":
            contests = True
        elif one.kind == "decision made" and one.data.get("by") == "person":
            contests = False
    return contests


def only_results(decision: Decision | None, policy: Policy) -> FactDeclaration | None:
    """The finding whose values alone can settle what this decision leaves to a person; None where any outcome can
    (ITC-11).
    """
    if decision is None or decision.outcome != Outcome.REVIEW or decision.is_by_person:
        return None
    return policy.only_results(one["rule"] for one in decision.deciding)


def refuse_without_result(work: Work) -> None:
    """Raise `Refused` where the ticket waits for a result that its policy names, and nothing else settles it."""
    decision = latest_decision(work)
    results = only_results(decision, work.policy)
    if decision is None or results is None:
        return
    raise Refused(
        f"Only what is found settles this: {' or '.join(results.options.values())}.",
        clauses=[one["clause"] for one in decision.deciding],
        next="Record which of these it is.",
    )


def latest_decision(work: Work) -> Decision | None:
    """The decision that holds now."""
    return Decision.objects.filter(ticket=work.ticket).order_by("-id").first()


def apply_outcome(work: Work, decision: Decision, *, as_of_receipt: bool, at: datetime) -> None:
    """Bring the ticket to where a new decision puts it: waiting ends, work starts, or nothing is owed any more."""
    ticket, outcome, before = work.ticket, Outcome(decision.outcome), Outcome(work.ticket.outcome)
    clause = decision.grounds[0]["clause"] if decision.grounds else ""
    data = {
        "decision": decision.pk,
        "outcome": str(outcome),
        "before": str(before),
        "as_of_receipt": as_of_receipt,
        "clause": clause,
    }
    if decision.is_by_person:
        data["by"] = "person"
    work.note("decision made", data)
    ticket.outcome = str(outcome)
    if outcome is not Outcome.ASK:
        _complete(work, at)
    if outcome in NOT_OWED:
        _owe_nothing(work, as_of_receipt)
    elif before in NOT_OWED:
        _take_up(work, as_of_receipt, at)
    elif outcome is not Outcome.ASK and ticket.status == "pending" and before is Outcome.ASK:
        ticket.status = workable(work)
    work.tell_requester("decision", f"decision-{decision.pk}", decision=decision.pk)


def _complete(work: Work, at: datetime) -> None:
    if work.ticket.completed_at is None:
        work.ticket.completed_at = at
        work.note("request completed", at=at)
    if Question.objects.filter(ticket=work.ticket, answered_at=None).exclude(facts=[]).exists():
        work.stop_waiting()


def _owe_nothing(work: Work, as_of_receipt: bool) -> None:
    """Nothing is owed: as of receipt the clocks never ran; otherwise they end here."""
    if not as_of_receipt:
        work.note("clocks cancelled", {"outcome": work.ticket.outcome})
    turn_down(work)


def turn_down(work: Work) -> None:
    """A request that isn't taken up is solved at once; it can be contested (design §2.5)."""
    if not work.ticket.is_solved:
        work.ticket.status, work.ticket.solved_at, work.ticket.solved_as = "solved", work.now, "refused"
        work.note("turned down", {"outcome": work.ticket.outcome})


def _take_up(work: Work, as_of_receipt: bool, at: datetime) -> None:
    """What was refused is owed after all: from receipt where the facts were wrong, from now where a right is new."""
    ticket = work.ticket
    ticket.is_contested = False
    was_closed = ticket.status == "closed"
    if ticket.is_solved:
        ticket.status = STATUS_AFTER[Outcome(ticket.outcome)]
        ticket.solved_at, ticket.solved_as = None, ""
        ticket.closed_at, ticket.close_reason = None, ""
    if was_closed or any(one.kind == "clocks cancelled" for one in work.happened):
        work.note("reopened", at=at)
    elif not as_of_receipt:
        work.note("accepted for work", at=at)


def workable(work: Work) -> str:
    """The status of a ticket that is the desk's again: new until it was answered, open from then."""
    return "open" if any(one.kind == "reply sent" for one in work.happened) else "new"


def go_on(work: Work) -> None:
    """The requester owes nothing further: what was waited for is answered, and the ticket is the desk's again."""
    work.stop_waiting()
    if work.ticket.status == "pending":
        work.ticket.status = workable(work)


def _ask(work: Work, decision: Decision) -> None:
    """Ask for what is (still) missing, worded when it is read. A waiting that goes on is noted again: closing by itself
    counts from the latest question (ITC-17).
    """
    ticket = work.ticket
    clause = decision.deciding[0]["clause"] if decision.deciding else ""
    message = work.say("automatic", "", channel=ticket.channel, is_question=True, clause=clause)
    Question.objects.filter(ticket=ticket, answered_at=None).update(answered_at=work.now)
    Question.objects.create(
        ticket=ticket, message=message, asked_at=work.now, clause=clause, facts=decision.asks
    )
    ticket.status = "pending"
    reason = "incomplete at intake" if ticket.completed_at is None else "waiting for the customer"
    data = {"reason": reason, "clause": clause, "message": message.pk, "again": True}
    work.note("waiting started", data)
