"""The app of the desks."""

from django.apps import AppConfig


class DesksConfig(AppConfig):
    """Registers the desks' tables; it wires nothing else."""

    name = "remit.desk.desks"
