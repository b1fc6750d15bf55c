"""What every command of the command line shares: a refusal is printed as sentences, one for each field, and the exit
code is 1. The commands themselves live in their rooms.
"""

from abc import abstractmethod
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from remit.desk.foundation.errors import DeskError, InvalidInput


class DeskCommand(BaseCommand):
    """A command that calls one action; `run` returns the line to print."""

    @abstractmethod
    def run(self, options: dict[str, Any]) -> str:
        """Do it, and say what was done."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Run, and turn a refusal into plain lines."""
        try:
            self.stdout.write(self.run(options))
        except DeskError as error:
            faults = [f"  {name}: {sentence}" for name, sentence in error.fields.items()]
            raise CommandError("\n".join([error.message, *faults, *filter(None, [error.next])])) from error


def password_of(options: dict[str, Any]) -> str:
    """The password given with `--password`, or asked for. Raises `InvalidInput` where nobody is there to ask."""
    if options["password"] is not None:
        return str(options["password"])
    try:
        return getpass("Password: ")
    except EOFError:
        sentence = "There is no terminal to ask at. Give --password; '' lets them set one by e-mail."
        raise InvalidInput("The password can't be asked for.", fields={"password": sentence}) from None
