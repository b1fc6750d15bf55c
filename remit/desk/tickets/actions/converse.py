"""What people say on a ticket: the requester's messages, public replies, questions, internal notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from remit.desk.foundation.actors import Actor
from remit.desk.foundation.errors import InvalidInput, Refused
from remit.desk.foundation.text import is_blank
from remit.desk.policies import facts as supply
from remit.desk.policies.models import Decision
from remit.desk.tickets.actions.checklist import add_steps
from remit.desk.tickets.actions.merge import merged_into, refuse_merged
from remit.desk.tickets.actions.reopen import reopening_of, take_up
from remit.desk.tickets.actions.steer import take_off_hold
from remit.desk.tickets.again import decide_again, go_on, note_corrections
from remit.desk.tickets.inbound import CHANNELS, clean_answers, clean_body, clean_steps, storable
from remit.desk.tickets.models import Message, Question, Ticket
from remit.desk.tickets.work import Work, change


def receive_message(
    ticket: Ticket,
    body: str,
    *,
    actor: Actor,
    now: datetime,
    channel: str = "portal",
    answers: Mapping[str, Any] | None = None,
    raw: str = "",
) -> Message:
    """Take in what the requester writes on their ticket. It ends any waiting for them, reopens what was solved, and
    where it answers missing facts, or puts right what was said before, the request is decided again. It never moves
    the ticket up (IEX-4). Raises `InvalidInput` that names answers which can't be read, or come by a channel that does
    not count.

    On a closed ticket: reopens it within the policy's window; after that raises `Refused` (a new linked request).
    On one that was merged away, the message goes to the ticket it was merged into.
    """
    ticket = merged_into(ticket)
    text, given = clean_body(body), clean_answers(answers or {})
    if channel not in CHANNELS:
        raise InvalidInput(
            gettext("This message can't be taken as it is."),
            fields={"channel": gettext("We don't know this channel.")},
        )
    with change(ticket, actor=actor, now=now, closed_too=True) as work:
        _take_up_again(work)
        is_official = work.policy.is_official(channel)
        if given and not is_official:
            raise InvalidInput(
                gettext("This message can't be taken as it is."),
                fields=dict.fromkeys(given, gettext("The policy takes no answers by this channel.")),
                next=gettext("Answer in the portal."),
            )
        message = work.say("reply", text, channel=channel, raw=storable(raw) if raw != text else "")
        work.note("message received", {"message": message.pk, "official": is_official})
        if is_official:
            _end_waiting(work, given or _asked_for_words(work, text))
        work.tell_agents("message received", f"message-{message.pk}", message=message.pk)
    return message


def _take_up_again(work: Work) -> None:
    ticket = work.ticket
    if not ticket.is_solved:
        return
    refuse_merged(ticket)
    if ticket.solved_as == "refused" and ticket.status == "solved":
        return
    if reopening_of(work) != "reopen":
        raise Refused(
            gettext("%s was closed too long ago to be reopened.") % ticket.shown_number,
            clauses=[rule.clause for rule in work.policy.reopening.values()],
            next=gettext("Send a new request; it will be linked to this one."),
        )
    take_up(work)


def _end_waiting(work: Work, given: Mapping[str, Any]) -> None:
    """Any message of theirs answers what they were asked; facts among it decide the request again.

    Free words to a request that lacks something bring it before a person, incomplete as it is (design §5), unless
    words were all it lacked.
    """
    take_off_hold(work)
    if given:
        _decide_with(
            work,
            supply.read_answers(given, work.policy.declarations, zone=work.ticket.desk.tz, told_at=work.now),
        )
    else:
        go_on(work)


def _asked_for_words(work: Work, text: str) -> dict[str, str]:
    """The message as the answer, where nothing else was asked for than what a message answers."""
    asked = {
        name
        for question in Question.objects.filter(ticket=work.ticket, answered_at=None)
        for name in question.facts
    }
    declared = work.policy.declarations
    is_all = work.ticket.outcome == "ask" and all(declared[name].is_the_message for name in asked)
    return dict.fromkeys(sorted(asked), text) if is_all else {}


def _decide_with(work: Work, answers: Mapping[str, Any]) -> Decision:
    """Decide again; unless that asks for more, the requester owes nothing further."""
    note_corrections(work, answers)
    decision = decide_again(work, answers=answers)
    if work.ticket.outcome != "ask" or decision.is_by_person:
        go_on(work)
    return decision


def answer_missing_facts(
    ticket: Ticket, answers: Mapping[str, Any], *, actor: Actor, now: datetime, body: str = ""
) -> Decision:
    """Take in the facts a request lacked; it is decided again as of receipt, and complete from this moment.

    Raises `InvalidInput` naming each answer that can't be read.
    """
    given = clean_answers(answers)
    if not given:
        raise InvalidInput(
            gettext("Nothing was answered."), fields={"answers": gettext("Answer at least one question.")}
        )
    with change(ticket, actor=actor, now=now) as work:
        read = supply.read_answers(
            given, work.policy.declarations, zone=work.ticket.desk.tz, told_at=work.now
        )
        channel = "portal" if actor.kind == "contact" else work.ticket.channel
        message = work.say(
            "reply", _as_words(work, given) if is_blank(body) else clean_body(body), channel=channel
        )
        work.note("message received", {"message": message.pk, "facts": sorted(read)})
        take_off_hold(work)
        decision = _decide_with(work, read)
        work.tell_agents("message received", f"message-{message.pk}", message=message.pk)
    return decision


def _as_words(work: Work, given: Mapping[str, Any]) -> str:
    declared = work.policy.declarations
    known = {**work.ticket.facts, **given}
    lines = []
    for name, value in given.items():
        declaration = declared[name]
        said = ", ".join(value) if isinstance(value, list) else str(value)
        asked = declaration.ask or declaration.words
        lines.append(
            f"{asked}{'' if asked.endswith('?') else ':'} {work.policy.options_for(name, known).get(said, said)}"
        )
    return "\n".join(lines)


def reply_publicly(ticket: Ticket, body: str, *, actor: Actor, now: datetime) -> Message:
    """Answer the requester. A person's public answer is what the response clocks wait for."""
    text = clean_body(body)
    with change(ticket, actor=actor, now=now) as work:
        message = work.say("reply", text, channel=work.ticket.channel, delivery_state="waiting")
        work.note("reply sent", {"message": message.pk})
        if work.ticket.status == "new":
            work.ticket.status = "open"
        work.tell_requester("reply", f"message-{message.pk}", message=message.pk)
    return message


def ask_requester(
    ticket: Ticket,
    body: str,
    *,
    actor: Actor,
    now: datetime,
    facts: Sequence[str] = (),
    clause: str = "",
    reason: str = "waiting for the customer",
    steps: Sequence[str] = (),
) -> Message:
    """Answer with a question. It is recorded with its clause, and pauses what the policy says it pauses (ITC-16).

    `steps`: what to try, one line each; they stand as a list in the ticket, to be ticked (ION-8). Raises `InvalidInput`
    where there are too many or one is over-long.
    """
    text, lines = clean_body(body), clean_steps(steps)
    with change(ticket, actor=actor, now=now) as work:
        unknown = [fact for fact in facts if fact not in work.policy.declarations]
        if unknown or reason not in ("waiting for the customer", "waiting for access"):
            raise InvalidInput(
                "This can't be asked.", fields=dict.fromkeys(unknown or ["reason"], "We don't know this.")
            )
        rule = work.policy.pauses.get(reason)
        by = clause or (rule.clause if rule else "")
        message = work.say(
            "reply", text, channel=work.ticket.channel, is_question=True, clause=by, delivery_state="waiting"
        )
        Question.objects.create(
            ticket=work.ticket, message=message, asked_at=work.now, clause=by, facts=list(facts)
        )
        if lines:
            add_steps(work, message, lines)
        work.note("reply sent", {"message": message.pk})
        work.note("waiting started", {"reason": reason, "clause": by, "message": message.pk})
        work.ticket.status = "pending"
        work.tell_requester("question", f"message-{message.pk}", message=message.pk)
    return message


def note_internally(ticket: Ticket, body: str, *, actor: Actor, now: datetime) -> Message:
    """Write a note that only agents see; no clock minds it."""
    text = clean_body(body)
    with change(ticket, actor=actor, now=now, closed_too=True) as work:
        message = work.say("note", text, channel=work.ticket.channel)
        work.note("note written", {"message": message.pk})
    return message
