"""The app of the foundation."""

from django.apps import AppConfig


class FoundationConfig(AppConfig):
    """Registers the foundation's tables, and the lookup that all rooms may use."""

    name = "remit.desk.foundation"

    def ready(self) -> None:
        """Make `among` known to querysets."""
        from remit.desk.foundation import among

        among.register()
