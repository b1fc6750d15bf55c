"""The room's entry in Django's list."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The demo's desks; it has no tables."""

    name = "remit.desk.demo"
    label = "demo"
