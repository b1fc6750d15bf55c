"""`add_entitlement`: record what a contact's customer holds, when it was bought, and who may ask under it."""

import json
from argparse import ArgumentParser
from typing import Any

from django.db import transaction

from remit.desk.accounts.models import Contact
from remit.desk.desks.models import Desk
from remit.desk.entitlements.actions import add_entitlement, read_moment, record_purchase, set_standing
from remit.desk.entitlements.models import Purchase, Standing
from remit.desk.foundation import clock
from remit.desk.foundation.actors import SYSTEM
from remit.desk.foundation.commands import DeskCommand
from remit.desk.foundation.errors import InvalidInput


class Command(DeskCommand):
    """Add a licence, a plan, a contract, an item."""

    help = (
        "Record what a customer holds. KIND is a kind of cover of the desk's policy, such as licence. Times are "
        "local to the desk; a date alone stands for its first moment and is kept as the date of the work."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read what it is and how it began."""
        parser.add_argument("desk", help="the desk's slug")
        parser.add_argument("contact", help="e-mail address of the contact who holds it")
        parser.add_argument("kind")
        parser.add_argument("name", help="such as L-204")
        parser.add_argument("--plan", default="")
        parser.add_argument("--standing", choices=Standing.STANDINGS, default="owner")
        parser.add_argument("--bought", help="when: 2026-01-31 or '2026-01-31 12:00'")
        parser.add_argument("--by", choices=Purchase.KINDS, default="purchase", help="how it began")
        parser.add_argument("--term", default="", help="such as '12 months', where the policy counts a term")
        parser.add_argument(
            "--attributes", default="{}", help='facts of this one record as JSON: {"domains": 2}'
        )

    @transaction.atomic
    def run(self, options: dict[str, Any]) -> str:
        """Record it with its first purchase and the standing; where one of them is refused, nothing is recorded."""
        desk, now = Desk.objects.by_slug(options["desk"]), clock.now()
        contact = Contact.objects.known_by_email(desk, options["contact"], field="contact")
        if options["term"] and not options["bought"]:
            sentence = "A term runs from when it was bought: say --bought too."
            raise InvalidInput("This can't be recorded.", fields={"term": sentence})
        held = add_entitlement(
            contact.customer, options["kind"], options["name"], plan=options["plan"],
            attributes=_attributes(options["attributes"]), actor=SYSTEM, now=now,
        )  # fmt: skip
        if options["bought"]:
            at, on = read_moment(options["bought"], desk.tz, field="bought")
            record_purchase(
                held,
                options["by"],
                at=at,
                on=on,
                term=options["term"],
                contact=contact,
                actor=SYSTEM,
                now=now,
            )
        set_standing(held, contact, options["standing"], actor=SYSTEM, now=now)
        return f"{held.name} is recorded for {contact.customer.name}"


def _attributes(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise InvalidInput(
            "This can't be recorded.", fields={"attributes": f"This is no JSON: {error}."}
        ) from error
    if not isinstance(found, dict):
        raise InvalidInput(
            "This can't be recorded.", fields={"attributes": "Write names with values in braces."}
        )
    return found
