"""The design room as a Django app: templates, static files, template tags and the Persian catalogue."""

from django.apps import AppConfig


class DesignConfig(AppConfig):
    """Registers nothing; its templates must be found before those of the packages they replace."""

    name = "remit.desk.design"
    label = "design"
