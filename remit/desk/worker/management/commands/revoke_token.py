"""`revoke_token`: shut a program out of one desk."""

from argparse import ArgumentParser
from typing import Any

from remit.desk.accounts.actions.revoke_token import living_token, revoke_token
from remit.desk.desks.models import Desk
from remit.desk.foundation import clock
from remit.desk.foundation.actors import SYSTEM
from remit.desk.foundation.commands import DeskCommand


class Command(DeskCommand):
    """Revoke a token."""

    help = "Revoke a token for the API of one desk. It is refused from the next call on, for good."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read which token it is."""
        parser.add_argument("desk", help="the desk's slug")
        parser.add_argument("token", help="its name, its first twelve characters, or the whole secret")

    def run(self, options: dict[str, Any]) -> str:
        """Revoke it."""
        token = living_token(Desk.objects.by_slug(options["desk"]), options["token"])
        revoke_token(token, actor=SYSTEM, now=clock.now())
        return f"{token} is revoked"
