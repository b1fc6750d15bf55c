"""`issue_token`: let a program in at one desk."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from remit.desk.accounts.actions.issue_token import issue_token
from remit.desk.accounts.models import SCOPES
from remit.desk.desks.models import Desk
from remit.desk.foundation import clock
from remit.desk.foundation.actors import SYSTEM
from remit.desk.foundation.errors import DeskError


class Command(BaseCommand):
    """Issue a token."""

    help = "Issue a token for the API of one desk. Its secret is printed once and cannot be read again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read whose token it is and what it may do."""
        parser.add_argument("desk", help="the desk's slug")
        parser.add_argument("name", help="what will use it, such as 'web shop'")
        parser.add_argument("--scope", action="append", choices=SCOPES, help="all, if none is named")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the secret."""
        try:
            desk = Desk.objects.by_slug(options["desk"])
            _, secret = issue_token(
                desk,
                options["name"],
                scopes=tuple(options["scope"] or SCOPES),
                actor=SYSTEM,
                now=clock.now(),
            )
        except DeskError as error:
            raise CommandError(error.message) from error
        self.stdout.write(secret)
