"""Record that a customer holds something: a licence, a plan, a contract, an item under warranty."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from remit.desk.accounts.models import Customer
from remit.desk.entitlements.checking import check_holding
from remit.desk.entitlements.models import Entitlement
from remit.desk.foundation import events
from remit.desk.foundation.actors import Actor
from remit.desk.foundation.errors import Conflict, InvalidInput
from remit.desk.foundation.text import noted_line

NAME_LENGTH, KIND_LENGTH = 120, 60


def add_entitlement(
    customer: Customer,
    kind: str,
    name: str,
    *,
    actor: Actor,
    now: datetime,
    plan: str = "",
    attributes: Mapping[str, Any] | None = None,
) -> Entitlement:
    """Return the new entitlement, without any purchase yet. `kind` is a kind of cover of the desk's policy;
    `attributes` become facts (`{"domains": 2}` is `licence.domains`). Raises `InvalidInput` naming what the policy in
    force doesn't know, and `Conflict` where the name is taken.
    """
    faults: dict[str, str] = {}
    name = noted_line(name, "name", NAME_LENGTH, faults)
    kind, plan = noted_line(kind, "kind", KIND_LENGTH, faults), noted_line(plan, "plan", KIND_LENGTH, faults)
    if faults:
        raise InvalidInput("This can't be recorded.", fields=faults)
    if not name or not kind:
        raise InvalidInput(
            "This can't be recorded.", fields={"name": "Give it a kind and a name, such as L-204."}
        )
    check_holding(customer.desk_id, kind, plan, attributes or {}, now)
    try:
        with transaction.atomic():
            held = Entitlement.objects.create(
                desk_id=customer.desk_id, customer=customer, kind=kind, name=name, plan=plan,
                attributes=dict(attributes or {}), created_at=now,
            )  # fmt: skip
            data = {"kind": kind, "customer": customer.pk}
            events.append(customer.desk_id, ("entitlement", held.pk), "entitlement added", now, actor, data)
    except IntegrityError as error:
        raise Conflict(f"There is a {kind} named {name} at this desk already.") from error
    return held
