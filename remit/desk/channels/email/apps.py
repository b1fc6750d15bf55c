"""The Django application of this channel."""

from __future__ import annotations

from django.apps import AppConfig


class EmailConfig(AppConfig):
    name = "remit.desk.channels.email"
    label = "email_channel"

    def ready(self) -> None:
        """Say how the channel "email" sends."""
        from remit.desk.channels.email.outbound import send
        from remit.desk.foundation import outbox

        outbox.register_sender("email", send)
