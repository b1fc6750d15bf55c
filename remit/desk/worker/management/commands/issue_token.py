"""`issue_token`: let a program in at one desk."""

from argparse import ArgumentParser
from typing import Any

from remit.desk.accounts.actions.issue_token import issue_token
from remit.desk.accounts.models import SCOPES, Agent, normal_email
from remit.desk.desks.models import Desk
from remit.desk.foundation import clock
from remit.desk.foundation.actors import SYSTEM
from remit.desk.foundation.commands import DeskCommand
from remit.desk.foundation.errors import InvalidInput


class Command(DeskCommand):
    """Issue a token."""

    help = "Issue a token for the API of one desk. Its secret is printed once and cannot be read again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read whose token it is and what it may do."""
        parser.add_argument("desk", help="the desk's slug")
        parser.add_argument("name", help="what will use it, such as 'web shop'")
        parser.add_argument("--scope", action="append", choices=SCOPES, help="all, if none is named")
        parser.add_argument("--agent", default="", help="e-mail address of the agent it acts for, if any")

    def run(self, options: dict[str, Any]) -> str:
        """Return the secret."""
        desk = Desk.objects.by_slug(options["desk"])
        scopes = tuple(options["scope"] or SCOPES)
        agent = _agent(desk, options["agent"]) if options["agent"] else None
        _, secret = issue_token(
            desk, options["name"], scopes=scopes, agent=agent, actor=SYSTEM, now=clock.now()
        )
        return secret


def _agent(desk: Desk, email: str) -> Agent:
    found = Agent.objects.filter(desk=desk, user__email=normal_email(email), is_active=True).first()
    if found is None:
        sentence = "Nobody with this address answers at this desk."
        raise InvalidInput("The token was not issued.", fields={"agent": sentence})
    return found
