"""The Django application of this room."""

from __future__ import annotations

from django.apps import AppConfig


class EntitlementsConfig(AppConfig):
    name = "remit.desk.entitlements"
    label = "entitlements"
    default_auto_field = "django.db.models.BigAutoField"
