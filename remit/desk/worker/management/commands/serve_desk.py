"""`serve_desk`: the web server and the worker in one process tree."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from remit.desk.desks.models import Desk
from remit.desk.foundation.gathered import gather
from remit.desk.worker.family import apart, fault_of_place, serve
from remit.desk.worker.installation import bring_up_to_date, demo_sign_ins, open_demo


class Command(BaseCommand):
    """Serve pages and do what is due until told to stop."""

    help = "Serve the desks and run the worker, in one process tree, until SIGTERM."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read where to listen; the number of processes and threads are settings."""
        parser.add_argument("--address", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--without-worker", action="store_true", help="another machine runs the worker")
        parser.add_argument("--migrate", action="store_true", help="bring the tables up to date first")
        parser.add_argument(
            "--demo", action="store_true", help="the same, and open the demo's desks if there is no desk"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare what was asked for, say where to look, and run until told to stop."""
        if fault := fault_of_place(options["address"], options["port"]):
            raise CommandError(fault)
        if not settings.HAS_PUBLIC_URL:
            settings.PUBLIC_URL = f"http://{options['address']}:{options['port']}"
        if options["migrate"] or options["demo"]:
            apart(bring_up_to_date, "Bringing the tables up to date")
        if options["demo"]:
            open_demo(self.stdout.write)
        apart(gather, "Gathering style sheets, scripts and fonts")
        self._welcome(options["address"], options["port"], is_demo=options["demo"])
        serve(
            options["address"],
            options["port"],
            processes=settings.WEB_PROCESSES,
            threads=settings.WEB_THREADS,
            has_worker=not options["without_worker"],
        )

    def _welcome(self, address: str, port: int, *, is_demo: bool) -> None:
        self.stdout.write(f"Remit is at http://{address}:{port}/")
        for desk in Desk.objects.order_by("name"):
            self.stdout.write(f"  {desk.name}: http://{address}:{port}{desk.get_absolute_url()}")
        if is_demo and (sign_ins := demo_sign_ins()):
            self.stdout.write(f"\n{sign_ins}\n")
        self.stdout.write("Stop with Ctrl+C.")
        self.stdout.flush()
