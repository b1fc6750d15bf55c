"""`record_agreement`: record what was agreed with one customer beyond the policy."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from remit.desk.accounts.models import Contact
from remit.desk.desks.models import Desk
from remit.desk.entitlements.actions import read_moment
from remit.desk.foundation import clock
from remit.desk.foundation.actors import SYSTEM
from remit.desk.foundation.commands import DeskCommand
from remit.desk.policies.actions import record_agreement
from remit.desk.policies.management.commands.publish_policy import read_document


class Command(DeskCommand):
    """Record an individual agreement."""

    help = (
        "Record an individual agreement with a contact's customer: a document that names the clauses of the policy it "
        "changes. One with any fault is refused with every line and column. Times are local to the desk, and requests "
        "received from the first until just before the second are judged under it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read with whom, the document and the term."""
        parser.add_argument("desk", help="the desk's slug")
        parser.add_argument("contact", help="e-mail address of a contact of the customer")
        parser.add_argument("file", type=Path)
        parser.add_argument("--from", dest="starts", help="when it begins: 2026-01-31; without it, now")
        parser.add_argument("--until", dest="ends", help="when it ends; without it, it runs on")

    def run(self, options: dict[str, Any]) -> str:
        """Record it."""
        desk, now = Desk.objects.by_slug(options["desk"]), clock.now()
        contact = Contact.objects.known_by_email(desk, options["contact"], field="contact")
        starts, ends = options["starts"], options["ends"]
        agreement = record_agreement(
            contact.customer, read_document(options["file"]),
            starts_at=read_moment(starts, desk.tz, field="from")[0] if starts else now,
            ends_at=read_moment(ends, desk.tz, field="until")[0] if ends else None,
            actor=SYSTEM, now=now,
        )  # fmt: skip
        return f"“{agreement.title}” is recorded for {contact.customer.name}"
