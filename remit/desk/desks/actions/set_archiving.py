"""What happens at a desk to something held once the policy lets it be archived."""

from datetime import datetime

from django.db import transaction

from remit.desk.desks.models import Desk
from remit.desk.foundation import events
from remit.desk.foundation.actors import Actor
from remit.desk.foundation.errors import InvalidInput

ARCHIVING = ("ask", "at once")


def set_archiving(desk: Desk, way: str, *, actor: Actor, now: datetime) -> None:
    """Archive at once what may be archived from now on, or have a person asked (IEX-13); what waits for a person
    already stays with people. Raises `InvalidInput` for any other way.
    """
    if way not in ARCHIVING:
        raise InvalidInput(
            "This can't be set.", fields={"archiving": f"Choose one of {', '.join(ARCHIVING)}."}
        )
    with transaction.atomic():
        locked = Desk.objects.select_for_update().get(pk=desk.pk)
        if locked.archiving != way:
            locked.archiving = desk.archiving = way
            locked.save(update_fields=["archiving"])
            events.append(desk.pk, ("desk", desk.pk), "archiving set", now, actor, {"archiving": way})
