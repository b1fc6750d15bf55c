"""The Django application of this room."""

from __future__ import annotations

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "remit.desk.notifications"
    label = "notifications"

    def ready(self) -> None:
        """Say how letters are worded; whoever sends them asks `tickets.letters`."""
        from remit.desk.notifications.render import render
        from remit.desk.tickets import letters

        letters.register_writer(render)
