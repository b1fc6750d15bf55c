"""The app of the worker."""

from django.apps import AppConfig


class WorkerConfig(AppConfig):
    """Makes the management commands known; the worker has no tables."""

    name = "remit.desk.worker"
