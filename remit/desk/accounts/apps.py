"""The app of the accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Registers the accounts' tables; it wires nothing else."""

    name = "remit.desk.accounts"
