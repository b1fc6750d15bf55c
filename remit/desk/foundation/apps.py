"""The app of the foundation."""

from django.apps import AppConfig


class FoundationConfig(AppConfig):
    """Registers the foundation's tables; it wires nothing else."""

    name = "remit.desk.foundation"
