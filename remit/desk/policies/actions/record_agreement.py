"""Record an individual agreement with a customer, and end one before its term (design §4)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from remit.desk.accounts.models import Agent, Customer
from remit.desk.desks.models import Desk
from remit.desk.foundation import events
from remit.desk.foundation.actors import Actor
from remit.desk.foundation.errors import Conflict, InvalidInput, Refused
from remit.desk.policies import agreed, store
from remit.desk.policies.models import Agreement, AgreementEnd

NOT_RECORDED = "This agreement can't be recorded yet."


def record_agreement(
    customer: Customer,
    source: str,
    *,
    starts_at: datetime,
    ends_at: datetime | None,
    actor: Actor,
    now: datetime,
) -> Agreement:
    """Record what was agreed with a customer: `source` is the document, in force in [`starts_at`, `ends_at`); without
    an end it runs on. Requests received in that time are judged under it, whenever they are decided.

    Raises `InvalidInput` with every finding (line and column in the document) and for a term that is empty or meets
    that of another agreement with this customer; `Refused` for an agent who is no lead.
    """
    _may_agree(customer.desk_id, actor)
    desk = Desk.objects.get(pk=customer.desk_id)
    if ends_at is not None and ends_at <= starts_at:
        raise InvalidInput(NOT_RECORDED, fields={"ends": "The end lies before the beginning."})
    found = agreed.look_over(desk, source, starts_at, ends_at)
    if found.errors or found.policy is None or found.policy.agreement is None:
        raise InvalidInput(
            NOT_RECORDED,
            fields={f"line {one.line}, column {one.column}": one.message for one in found.errors},
            next="Mend what is listed and record it again.",
        )
    with transaction.atomic():
        Desk.objects.select_for_update().get(pk=desk.pk)
        if store.versions_of(desk) != found.versions:
            raise Conflict("A version of the policy was published meanwhile.", next="Record it once more.")
        _refuse_overlap(customer, starts_at, ends_at, desk)
        agreement = Agreement.objects.create(
            desk=desk,
            customer=customer,
            title=found.policy.agreement.title[:200],
            source=source,
            holidays=found.holidays,
            hash=store.hash_of(source, found.holidays),
            starts_at=starts_at,
            ends_at=ends_at,
            recorded_at=now,
            recorded_by_id=actor.id if actor.kind == "agent" else None,
        )
        data = {
            "customer": customer.pk,
            "hash": agreement.hash,
            "starts_at": starts_at.isoformat(),
            "ends_at": ends_at.isoformat() if ends_at else None,
        }
        events.append(desk.pk, ("agreement", agreement.pk), "agreement recorded", now, actor, data)
    return agreement


def end_agreement(
    agreement: Agreement, *, actor: Actor, now: datetime, ends_at: datetime | None = None
) -> AgreementEnd:
    """End an agreement before its term, at `ends_at` (default now; one that has not begun never does).

    The record stays as it is, and its end is a record of its own; tickets received until then stay under it. Raises
    `InvalidInput` for an end in the past or after the term, `Conflict` where it has ended already.
    """
    _may_agree(agreement.desk_id, actor)
    ends = max(ends_at or now, agreement.starts_at)
    with transaction.atomic():
        Desk.objects.select_for_update().get(pk=agreement.desk_id)
        if AgreementEnd.objects.filter(agreement=agreement).exists() or (
            agreement.ends_at is not None and agreement.ends_at <= now
        ):
            raise Conflict("This agreement has ended already.")
        if ends < now:
            message = "What came in until now was judged under it: let it end now or later."
            raise InvalidInput("This agreement can't be ended so.", fields={"ends": message})
        if agreement.ends_at is not None and ends >= agreement.ends_at:
            raise InvalidInput(
                "This agreement can't be ended so.",
                fields={"ends": "Its term ends before that by itself."},
            )
        ending = AgreementEnd.objects.create(
            agreement=agreement,
            ends_at=ends,
            recorded_at=now,
            recorded_by_id=actor.id if actor.kind == "agent" else None,
        )
        data = {"customer": agreement.customer_id, "ends_at": ends.isoformat()}
        events.append(agreement.desk_id, ("agreement", agreement.pk), "agreement ended", now, actor, data)
    return ending


def _may_agree(desk_id: int, actor: Actor) -> None:
    """Of the people at a desk, a lead or the owner agrees on something else than the policy."""
    if actor.kind == "system":
        return
    agent = Agent.objects.filter(pk=actor.id or 0, desk_id=desk_id, is_active=True).first()
    if actor.kind != "agent" or agent is None or not agent.can_override:
        raise Refused("Only a lead of this desk records and ends agreements.", next="Ask a lead to do it.")


def _refuse_overlap(customer: Customer, starts_at: datetime, ends_at: datetime | None, desk: Any) -> None:
    """A customer has one agreement at a time, so that a clause is never changed by two."""
    for one in agreed.still_to_run(desk, starts_at):
        if one.customer_id == customer.pk and (ends_at is None or one.starts_at < ends_at):
            until = f" until {one.ended_at.astimezone(desk.tz):%Y-%m-%d %H:%M}" if one.ended_at else ""
            raise InvalidInput(
                NOT_RECORDED,
                fields={
                    "starts": f"“{one.title}” runs from {one.starts_at.astimezone(desk.tz):%Y-%m-%d %H:%M}{until}."
                },
                next="End that one first, or let this one begin after it.",
            )
