"""`remove_operator`: somebody runs the installation no more."""

from argparse import ArgumentParser
from typing import Any

from remit.desk.accounts.actions.name_operator import remove_operator
from remit.desk.foundation.commands import DeskCommand


class Command(DeskCommand):
    """Remove an operator."""

    help = "Take an operator's rights away. They can still sign in, and keep what they are at any desk."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read who it is."""
        parser.add_argument("email")

    def run(self, options: dict[str, Any]) -> str:
        """Remove them."""
        return f"{remove_operator(options['email'])} is no operator any more"
