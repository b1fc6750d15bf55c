"""Saying who runs the installation. An operator belongs to no desk and is shown none of their records, so no desk's
history tells of it; the program's log does.
"""

import logging

from django.db import transaction

from remit.desk.accounts.actions.add_people import check_person, user_with
from remit.desk.accounts.models import User, normal_email
from remit.desk.foundation.errors import InvalidInput
from remit.desk.foundation.text import noted_line

log = logging.getLogger(__name__)
NAME_LENGTH = 120


def add_operator(name: str, email: str, *, password: str | None = None) -> User:
    """Return the user, who is an operator from now on. A sign-in that exists already keeps its password; a new one is
    held to the rules for passwords. Raises `InvalidInput` naming the field.
    """
    faults: dict[str, str] = {}
    name = noted_line(name, "name", NAME_LENGTH, faults)
    check_person(name, email, "The operator was not added.", faults)
    with transaction.atomic():
        user = user_with(email, name, password, "The operator was not added.")
        user.is_operator = True
        user.save(update_fields=["is_operator"])
    log.warning("User %s is an operator now.", user.pk)
    return user


def remove_operator(email: str) -> User:
    """Return the user, who is no operator any more; they can still sign in. Raises `InvalidInput` for anyone else."""
    user = User.objects.filter(email=normal_email(email), is_operator=True).first()
    if user is None:
        sentence = "No operator has this address."
        raise InvalidInput("Nobody was removed.", fields={"email": sentence})
    user.is_operator = False
    user.save(update_fields=["is_operator"])
    log.warning("User %s is no operator any more.", user.pk)
    return user
