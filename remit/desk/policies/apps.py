"""The Django application of this room."""

from __future__ import annotations

from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    name = "remit.desk.policies"
    label = "policies"
    default_auto_field = "django.db.models.BigAutoField"
