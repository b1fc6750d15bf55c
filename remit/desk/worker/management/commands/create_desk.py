"""`create_desk`: open a desk from the command line."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from remit.desk.desks.actions.create_desk import create_desk
from remit.desk.foundation import clock
from remit.desk.foundation.actors import SYSTEM
from remit.desk.foundation.errors import InvalidInput


class Command(BaseCommand):
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

    def handle(self, *args: Any, **options: Any) -> None:
        """Open it and say where it is."""
        names = ("slug", "name", "ticket_prefix", "zone", "language", "email_address")
        try:
            desk = create_desk(actor=SYSTEM, now=clock.now(), **{name: options[name] for name in names})
        except InvalidInput as error:
            lines = [f"{name}: {sentence}" for name, sentence in error.fields.items()]
            raise CommandError("\n".join([error.message, *lines])) from error
        self.stdout.write(f"{desk.name} is open at {desk.get_absolute_url()}")
