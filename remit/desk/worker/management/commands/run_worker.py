"""`run_worker`: a worker alone, for installations that run more than one machine."""

from typing import Any

from django.core.management.base import BaseCommand

from remit.desk.worker.loop import Worker


class Command(BaseCommand):
    """Do what is due until told to stop."""

    help = "Do what is due and send what is to be sent, until SIGTERM. On SQLite run one; on PostgreSQL any number."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until told to stop."""
        Worker().run_forever()
