"""The request form as a Django app."""

from django.apps import AppConfig


class AskingConfig(AppConfig):
    """Has no tables."""

    name = "remit.desk.asking"
    label = "asking"
