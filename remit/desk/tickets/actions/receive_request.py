"""Take a request in: facts, decision, ticket, message, events, clocks, timer and letters, in one transaction.

Everything that can be read or computed beforehand is, so that the transaction only writes, all at once (`Writing`):
a second request at the same desk waits for its counter no longer than the server needs for that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from remit.desk.desks.actions.number_tickets import number_ticket
from remit.desk.foundation import events, outbox
from remit.desk.foundation.actors import Actor
from remit.desk.foundation.errors import Conflict
from remit.desk.foundation.models import Event, Timer
from remit.desk.foundation.writing import Keys, Writing
from remit.desk.policies import ledger
from remit.desk.policies.actions import record_consent_by_request
from remit.desk.policies.models import Decision, OffChannelMessage
from remit.desk.tickets import clocking, deciding, notices
from remit.desk.tickets.clocking import Folded, Happened
from remit.desk.tickets.deciding import STATUS_AFTER, Preview
from remit.desk.tickets.inbound import Inbound, cleaned
from remit.desk.tickets.models import Clock, IntakeKey, Message, MessageText, Question, Ticket, TicketText
from remit.policy.clocks import Derivation, derivation_of
from remit.policy.vocabulary.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class Received:
    """What came of a request: a ticket with its decision, or a row in the log where the channel doesn't count."""

    ticket: Ticket | None
    decision: Decision | None
    is_replay: bool = False
    off_channel: OffChannelMessage | None = None
    intake: Intake | None = None


def preview_decision(desk: Any, inbound: Inbound, *, actor: Actor, now: datetime) -> Preview:
    """Decide as `receive_request` would, and write nothing. Where the requester has yet to choose among what they hold
    (`choices`), the best of it was taken.
    """
    clean = cleaned(inbound, actor=actor, now=now)
    return deciding.judge(desk, clean, clean.received_at or now)


def receive_request(desk: Any, inbound: Inbound, *, actor: Actor, now: datetime) -> Received:
    """Take a request in. Every outcome makes a ticket; a channel that doesn't count makes a log row (ITC-14).

    Raises `InvalidInput` naming each faulty field, also where one of several holdings has to be chosen, and `Conflict`
    where an idempotency key comes back with another content; then nothing is written. The same key with the same
    content gives the first answer again: the ticket, or the row in the log.
    """
    clean = cleaned(inbound, actor=actor, now=now)
    received_at = clean.received_at or now
    keys = Keys(Ticket, Decision, Message, Message)
    preview = deciding.judge(desk, clean, received_at, keys)
    is_official = preview.policy.is_official(clean.channel)
    deciding.need_choice(preview)
    intake = prepare(desk, clean, preview, received_at, now) if is_official else None
    try:
        if intake is not None:
            return _write(intake, keys, actor, now)
        with transaction.atomic():
            return _keep_in_log(desk, clean, preview, received_at, now)
    except IntegrityError:
        replayed = _replayed(desk, clean)
        if replayed is None:
            raise
        return replayed


def _replayed(desk: Any, inbound: Inbound) -> Received | None:
    """What the same key made before; None where it was not the key that stood in the way."""
    if inbound.idempotency_key is None:
        return None
    keys = IntakeKey.objects.filter(desk=desk, key=inbound.idempotency_key)
    key = keys.select_related("ticket", "off_channel__version", "off_channel__agreement").first()
    if key is None:
        return None
    if key.digest != inbound.digest:
        raise Conflict(
            gettext("This idempotency key was used for another request."),
            fields={"idempotency_key": gettext("Used already, with another content.")},
            next=gettext("Send a new key with a new request."),
        )
    if key.ticket is None:
        return Received(None, None, is_replay=True, off_channel=key.off_channel)
    key.ticket.desk = desk
    decision = Decision.objects.filter(ticket=key.ticket, kind="intake").first()
    return Received(key.ticket, decision, is_replay=True)


def ticket_made_under(desk: Any, key: str) -> Ticket | None:
    """The ticket that a caller's key made at this desk; None where it made none, or only a row in the log."""
    found = (
        IntakeKey.objects.filter(desk=desk, key=key).select_related("ticket__desk", "ticket__text").first()
    )
    return found.ticket if found is not None else None


# -- Preparing -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Intake:
    """All that a request comes to, not yet written: nothing in it waits for the database but keys and the number."""

    inbound: Inbound
    preview: Preview
    ticket: Ticket
    decision: Decision
    clocks: list[Clock]
    happened: list[Happened]
    folded: Folded

    @property
    def derived(self) -> list[tuple[Clock, Derivation]]:
        """The clocks, each with how it came about: for whoever shows them, at that time."""
        return list(zip(self.clocks, map(derivation_of, self.folded.clocks), strict=True))


def prepare(desk: Any, inbound: Inbound, preview: Preview, received_at: datetime, now: datetime) -> Intake:
    """Work out the ticket, its decision and its clocks."""
    judged, policy, version = preview.decision, preview.policy, preview.version
    facts = preview.stored_facts
    ticket = Ticket(
        desk=desk,
        requester=inbound.contact,
        customer_id=inbound.contact.customer_id,
        entitlement=deciding.chosen_entitlement(preview),
        version_id=version.id,
        agreement_id=preview.agreement.id if preview.agreement else None,
        channel=inbound.channel,
        received_at=received_at,
        linked_to=inbound.linked_to,
        facts=facts,
        **_state_after(judged.outcome, received_at, now),
        **deciding.structure_of(preview.facts, policy),
    )
    decision = ledger.entry(
        judged,
        policy=policy,
        kind="intake",
        desk_id=desk.pk,
        version_id=version.id,
        agreement_id=ticket.agreement_id,
        facts=facts,
        as_of=received_at,
        decided_at=now,
    )
    happened = _history(judged, received_at, now)
    folded = clocking.fold_ticket(ticket, happened, preview.setting, now)
    clocking.project(ticket, folded, policy, now)
    clocks = [clocking.clock_row(None, clock) for clock in folded.clocks]
    return Intake(inbound, preview, ticket, decision, clocks, happened, folded)


def _state_after(outcome: Outcome, received_at: datetime, now: datetime) -> dict[str, Any]:
    status = STATUS_AFTER[outcome]
    is_solved = status == "solved"
    return {
        "status": status,
        "outcome": str(outcome),
        "completed_at": None if outcome is Outcome.ASK else received_at,
        "solved_at": now if is_solved else None,
        "solved_as": "refused" if is_solved else "",
    }


def _history(judged: Any, received_at: datetime, now: datetime) -> list[Happened]:
    """What happens at intake, in order; references to rows are added when they have keys."""
    clause = judged.deciding[0].clause if judged.deciding else ""
    steps: list[tuple[str, datetime, dict[str, Any]]] = [("request received", received_at, {})]
    if judged.outcome is not Outcome.ASK:
        steps.append(("request completed", received_at, {}))
    decided = {"outcome": str(judged.outcome), "as_of_receipt": True, "clause": clause}
    steps.append(("decision made", now, decided))
    if judged.outcome is Outcome.ASK:
        waiting = {"reason": "incomplete at intake", "clause": clause}
        steps.append(("waiting started", received_at, waiting))
    if STATUS_AFTER[judged.outcome] == "solved":
        steps.append(("turned down", now, {"outcome": str(judged.outcome)}))
    return [Happened(kind, at, seq, data) for seq, (kind, at, data) in enumerate(steps)]


# -- Writing -------------------------------------------------------------------------------------------------------


def _write(intake: Intake, keys: Keys, actor: Actor, now: datetime) -> Received:
    ticket, decision = intake.ticket, intake.decision
    messages = _messages(intake, now)
    keys.give([ticket, decision, *messages])
    with Writing() as writing:
        number_ticket(writing, ticket)
        writing.insert([ticket])
        texts = dict(intake.preview.texts)
        writing.add(TicketText, ticket_id=ticket.pk, subject=intake.inbound.subject, answers=texts)
        _write_messages(writing, intake, messages, now)
        decision.ticket_id = ticket.pk
        writing.insert([decision])
        _write_events(writing, intake, messages, actor)
        for clock in intake.clocks:
            clock.ticket_id = ticket.pk
        writing.insert(intake.clocks)
        _write_waiting(writing, intake, now)
        preview = intake.preview
        if not preview.has_accepted:
            record_consent_by_request(writing, ticket, preview.version, preview.policy, now)
    return Received(ticket, decision, intake=intake)


def _messages(intake: Intake, now: datetime) -> list[Message]:
    """What the requester said, and the question that intake asks, if it asks one; it is worded when it is read."""
    said = Message(
        kind="reply",
        author_contact_id=intake.inbound.contact.pk,
        channel=intake.inbound.channel,
        created_at=intake.ticket.received_at,
    )
    if intake.preview.decision.outcome is not Outcome.ASK:
        return [said]
    clause = intake.preview.decision.deciding[0].clause
    asked = Message(
        kind="automatic", channel=intake.inbound.channel, created_at=now, is_question=True, clause=clause
    )
    return [said, asked]


def _write_messages(writing: Writing, intake: Intake, messages: list[Message], now: datetime) -> None:
    inbound, ticket = intake.inbound, intake.ticket
    for message in messages:
        message.ticket_id = ticket.pk
    writing.insert(messages)
    said, *questions = messages
    body = inbound.body or inbound.subject
    writing.add(MessageText, message_id=said.pk, body=body, raw=inbound.raw)
    for asked in questions:
        facts = list(intake.preview.decision.asks)
        writing.add(
            Question, ticket_id=ticket.pk, message_id=asked.pk, asked_at=now, clause=asked.clause, facts=facts
        )


def _write_events(writing: Writing, intake: Intake, messages: list[Message], actor: Actor) -> None:
    """What happened, each event with references to the rows it is about."""
    ticket = intake.ticket
    references = {
        "request received": {"message": messages[0].pk},
        "decision made": {"decision": intake.decision.pk},
        "waiting started": {"message": messages[-1].pk},
    }
    subject = ("ticket", ticket.pk)
    for one in intake.happened:
        data = {**one.data, **references.get(one.kind, {})}
        event = events.NewEvent(ticket.desk_id, subject, one.kind, one.at, actor, data)
        writing.add(Event, **event.columns)


def _write_waiting(writing: Writing, intake: Intake, now: datetime) -> None:
    """The timer, the letter and the caller's key: what later work hangs on."""
    ticket, decision, said = intake.ticket, intake.decision, intake.inbound
    due = intake.folded.next_moment
    if due is not None:
        writing.add(Timer, purpose="ticket", subject_id=ticket.pk, desk_id=ticket.desk_id, due_at=due)
    letter = notices.to_requester(
        ticket, "decision", f"decision-{decision.pk}", due_at=now, decision=decision.pk
    )
    if letter is not None:
        writing.insert([letter])
    if said.idempotency_key is not None:
        key, digest = said.idempotency_key, said.digest
        writing.add(IntakeKey, desk_id=ticket.desk_id, ticket_id=ticket.pk, key=key, digest=digest)


# -- Off the official channels -------------------------------------------------------------------------------------


def _keep_in_log(
    desk: Any, inbound: Inbound, preview: Preview, received_at: datetime, now: datetime
) -> Received:
    """Log the message, and answer at most once a day: no ticket, no clock (ITC-14)."""
    day = received_at.astimezone(desk.tz).date()
    start = datetime.combine(day, datetime.min.time(), desk.tz)
    had_answer = OffChannelMessage.objects.filter(
        desk=desk,
        contact=inbound.contact,
        answered_at__gte=start,
        answered_at__lt=start + timedelta(days=1),
    ).exists()
    row = OffChannelMessage.objects.create(
        desk=desk,
        channel=inbound.channel,
        contact=inbound.contact,
        version_id=preview.version.id,
        agreement_id=preview.agreement.id if preview.agreement else None,
        clause=preview.policy.channels.clause or "",
        received_at=received_at,
        answered_at=None if had_answer else now,
        text=f"{inbound.subject}\n\n{inbound.body}".strip(),
    )
    if inbound.idempotency_key is not None:
        IntakeKey.objects.create(
            desk=desk, key=inbound.idempotency_key, digest=inbound.digest, off_channel=row
        )
    if not had_answer:
        outbox.put(
            desk.pk,
            "email",
            f"off-channel-{row.pk}",
            due_at=now,
            payload={"template": "off channel", "contact": inbound.contact.pk, "off_channel": row.pk},
        )
    return Received(None, None, off_channel=row)
