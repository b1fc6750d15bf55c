"""`add_operator`: let somebody run the installation."""

from argparse import ArgumentParser
from typing import Any

from remit.desk.accounts.actions.name_operator import add_operator
from remit.desk.foundation.commands import DeskCommand, password_of


class Command(DeskCommand):
    """Add an operator."""

    help = (
        "Add someone who runs the installation: signed in, they read at /healthz how the worker stands. That alone "
        "opens no desk's records. Asks for a password; leave it empty to let them set one by e-mail."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read who it is."""
        parser.add_argument("name")
        parser.add_argument("email")
        parser.add_argument("--password", help="for scripts; otherwise it is asked for")

    def run(self, options: dict[str, Any]) -> str:
        """Add them."""
        password = password_of(options)
        user = add_operator(options["name"], options["email"], password=password or None)
        return f"{user} is an operator"
