"""The Django application of this room."""

from __future__ import annotations

from django.apps import AppConfig


class TicketsConfig(AppConfig):
    name = "remit.desk.tickets"
    label = "tickets"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what lower rooms call without knowing this one."""
        from remit.desk.tickets import hooks

        hooks.register()
