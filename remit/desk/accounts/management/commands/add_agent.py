"""`add_agent`: let somebody answer at a desk."""

from argparse import ArgumentParser
from typing import Any

from remit.desk.accounts.actions.add_people import add_agent
from remit.desk.desks.models import Desk
from remit.desk.foundation import clock
from remit.desk.foundation.actors import SYSTEM
from remit.desk.foundation.commands import DeskCommand, password_of


class Command(DeskCommand):
    """Add an agent."""

    help = "Add someone who answers at a desk. Asks for a password; leave it empty to let them set one by e-mail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read who it is."""
        parser.add_argument("desk", help="the desk's slug")
        parser.add_argument("name")
        parser.add_argument("email")
        parser.add_argument("--team", default="", help="made if the desk has none of that name")
        parser.add_argument("--tier", type=int, default=1)
        parser.add_argument("--lead", action="store_true", help="decides what is left to people")
        parser.add_argument("--password", help="for scripts; otherwise it is asked for")

    def run(self, options: dict[str, Any]) -> str:
        """Add them."""
        desk = Desk.objects.by_slug(options["desk"])
        password = password_of(options)
        agent = add_agent(
            desk, options["name"], options["email"], team=options["team"], tier=options["tier"],
            is_lead=options["lead"], password=password or None, actor=SYSTEM, now=clock.now(),
        )  # fmt: skip
        return f"{agent.name} answers at {desk.name}, at {desk.get_absolute_url()}desk/"
