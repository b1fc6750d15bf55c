"""`add_contact`: make a person known who may ask."""

from argparse import ArgumentParser
from typing import Any

from remit.desk.accounts.actions.add_people import add_contact
from remit.desk.desks.models import Desk
from remit.desk.foundation import clock
from remit.desk.foundation.actors import SYSTEM
from remit.desk.foundation.commands import DeskCommand, password_of


class Command(DeskCommand):
    """Add a contact."""

    help = "Add a customer's contact. Asks for a password; leave it empty to let them set one by e-mail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read who it is."""
        parser.add_argument("desk", help="the desk's slug")
        parser.add_argument("customer", help="the company's name; made if the desk has none of that name")
        parser.add_argument("name")
        parser.add_argument("email")
        parser.add_argument("--language", default="")
        parser.add_argument("--password", help="for scripts; otherwise it is asked for")

    def run(self, options: dict[str, Any]) -> str:
        """Add them."""
        desk = Desk.objects.by_slug(options["desk"])
        password = password_of(options)
        contact = add_contact(
            desk, options["customer"], options["name"], options["email"], language=options["language"],
            password=password or None, actor=SYSTEM, now=clock.now(),
        )  # fmt: skip
        return f"{contact.name} of {contact.customer.name} may ask at {desk.get_absolute_url()}"
