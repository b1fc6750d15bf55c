"""The portal as a Django app."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Has no tables."""

    name = "remit.desk.portal"
    label = "portal"
