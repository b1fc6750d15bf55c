"""The workspace as a Django app."""

from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    """Has no tables."""

    name = "remit.desk.workspace"
    label = "workspace"
