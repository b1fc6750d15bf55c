"""Opening a desk."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from remit.desk.desks.models import Desk, DeskCounter
from remit.desk.foundation import events
from remit.desk.foundation.actors import Actor
from remit.desk.foundation.errors import InvalidInput


def create_desk(*, actor: Actor, now: datetime, **fields: Any) -> Desk:
    """Save a desk with its counter; InvalidInput names each field that cannot be as it is."""
    desk = Desk(created_at=now, **fields)
    try:
        desk.full_clean()
    except ValidationError as error:
        sentences = {name: " ".join(messages) for name, messages in error.message_dict.items()}
        raise InvalidInput(
            "The desk was not opened.", fields=sentences, next="Correct these and try again."
        ) from error
    with transaction.atomic():
        desk.save()
        DeskCounter.objects.create(desk=desk)
        events.append(desk.pk, ("desk", desk.pk), "desk opened", now, actor)
    return desk
