"""`set_archiving`: whether what may be archived is archived at once, or a person is asked."""

from argparse import ArgumentParser
from typing import Any

from remit.desk.desks.actions.set_archiving import ARCHIVING, set_archiving
from remit.desk.desks.models import Desk
from remit.desk.foundation import clock
from remit.desk.foundation.actors import SYSTEM
from remit.desk.foundation.commands import DeskCommand


class Command(DeskCommand):
    """Set how a desk archives."""

    help = (
        "Say what happens to something held once the policy lets it be archived: archived at once, by the desk "
        "itself, or left to a person. What waits for a person already stays with people."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read which desk, and which way."""
        parser.add_argument("desk", help="the desk's slug")
        parser.add_argument("way", choices=ARCHIVING)

    def run(self, options: dict[str, Any]) -> str:
        """Set it and say what holds."""
        desk = Desk.objects.by_slug(options["desk"])
        set_archiving(desk, options["way"], actor=SYSTEM, now=clock.now())
        does = "is archived at once" if options["way"] == "at once" else "waits for a person"
        return f"What may be archived at {desk.name} from now on {does}."
