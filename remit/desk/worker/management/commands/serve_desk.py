"""`serve_desk`: the web server and the worker in one process tree."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from remit.desk.worker.family import serve


class Command(BaseCommand):
    """Serve pages and do what is due until told to stop."""

    help = "Serve the desks and run the worker, in one process tree, until SIGTERM."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read where to listen; the number of processes and threads are settings."""
        parser.add_argument("--address", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--without-worker", action="store_true", help="another machine runs the worker")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until told to stop."""
        serve(
            options["address"],
            options["port"],
            processes=settings.WEB_PROCESSES,
            threads=settings.WEB_THREADS,
            has_worker=not options["without_worker"],
        )
