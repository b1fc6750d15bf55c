"""`create_desk`: open a desk from the command line."""

from argparse import ArgumentParser
from typing import Any

from remit.desk.desks.actions.create_desk import create_desk
from remit.desk.foundation import clock
from remit.desk.foundation.actors import SYSTEM
from remit.desk.foundation.commands import DeskCommand


class Command(DeskCommand):
    """Open a desk."""

    help = "Open a desk. Its policy is published afterwards, from a document."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read the desk's own fields."""
        parser.add_argument("slug", help="the first part of its addresses, such as harbour")
        parser.add_argument("name")
        parser.add_argument("ticket_prefix", help="what its ticket numbers start with, such as HAR")
        parser.add_argument("--zone", default="UTC", help="such as Europe/Berlin or UTC+3")
        parser.add_argument("--language", default="en")
        parser.add_argument("--email-address", default="")

    def run(self, options: dict[str, Any]) -> str:
        """Open it and say where it is."""
        names = ("slug", "name", "ticket_prefix", "zone", "language", "email_address")
        desk = create_desk(actor=SYSTEM, now=clock.now(), **{name: options[name] for name in names})
        return f"{desk.name} is open at {desk.get_absolute_url()}"
