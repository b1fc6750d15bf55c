"""`stuck_work`: what failed too often and waits for a person, and trying it again."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from remit.desk.foundation import clock, stuck
from remit.desk.foundation.actors import SYSTEM


class Command(BaseCommand):
    """Show dead timers and deliveries."""

    help = (
        "List timers and deliveries that failed too often, with the last error; --again tries them once more."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read whether to try again."""
        parser.add_argument("--again", action="store_true", help="try all of them again")

    def handle(self, *args: Any, **options: Any) -> None:
        """List, and revive if asked."""
        found = stuck.stuck_work()
        for timer in found.timers:
            self.stdout.write(f"timer {timer}: {timer.last_error}")
        for letter in found.letters:
            self.stdout.write(f"{letter.channel} {letter.identity}: {letter.last_error}")
        if not options["again"]:
            return
        tried = stuck.try_again(clock.now(), actor=SYSTEM)
        self.stdout.write(f"Trying {len(tried.timers)} timers and {len(tried.letters)} deliveries again.")
