"""`verify_ledger`: replay stored decisions and clocks, and report any that differ."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from remit.desk.desks.models import Desk
from remit.desk.foundation import clock
from remit.desk.policies.models import Decision
from remit.desk.tickets.models import Ticket
from remit.desk.tickets.verifying import Count, differences


class Command(BaseCommand):
    help = "Replays stored decisions and clocks and reports any that differ; exit 1 if one does."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--desk`: only this desk's."""
        parser.add_argument("--desk", help="the desk's short name; default: all desks")

    def handle(self, *args: Any, **options: Any) -> None:
        """Replay, print each difference, and fail where there is one."""
        decisions, tickets = Decision.objects.all(), Ticket.objects.all()
        if options["desk"]:
            desk = Desk.objects.filter(slug=options["desk"]).first()
            if desk is None:
                raise CommandError(f'There is no desk "{options["desk"]}".')
            decisions, tickets = decisions.filter(desk=desk), tickets.filter(desk=desk)
        count, differing = Count(), 0
        for one in differences(decisions, tickets, clock.now(), count):
            differing += one.kind != "erased"
            self.stdout.write(f"{one.ticket}: {one.kind} {one.record}: {one.message}")
        self.stdout.write(
            f"{count.decisions} decisions and {count.clocks} clocks replayed, {differing} differ."
        )
        if differing:
            raise CommandError(f"{differing} records differ from what their own history gives.")
