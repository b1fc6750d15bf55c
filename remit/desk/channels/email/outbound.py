"""Sending letters by SMTP. The Message-ID is the outbox row's identity, so that a second try is the same letter."""

from __future__ import annotations

import smtplib
from email.utils import parseaddr

from django.core.mail import EmailMessage
from django.core.mail.message import BadHeaderError

from remit.desk.foundation.errors import DeliveryError
from remit.desk.foundation.models import Outbox
from remit.desk.tickets import letters
from remit.desk.tickets.letters import Letter
from remit.desk.tickets.models import Message

PERMANENT = range(500, 600)
"""Answers of a mail server in the five hundreds don't change by asking again."""


def send(row: Outbox) -> None:
    """Send one letter. Raises `DeliveryError`; a letter with nobody left to read it counts as sent."""
    letter = letters.written(row)
    if letter is None:
        return
    try:
        _hand_over(letter, row)
    except DeliveryError as error:
        if error.permanent:
            _mark(row, "failed")
        raise
    _mark(row, "sent")


def _mark(row: Outbox, state: str) -> None:
    """Show on the conversation's message what became of its letter."""
    if "message" in row.payload:
        # One that failed may be sent after all, when a person tries it again.
        Message.objects.filter(pk=row.payload["message"], delivery_state__in=("waiting", "failed")).update(
            delivery_state=state
        )


def _hand_over(letter: Letter, row: Outbox) -> None:
    try:
        message_for(letter, row.identity).send()
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as error:
        # Only the code: what servers say beside it repeats addresses.
        message = f"The mail server refused the letter ({_codes(error)})."
        raise DeliveryError(message, permanent=_is_permanent(error)) from error
    except (smtplib.SMTPException, OSError) as error:
        raise DeliveryError(f"The mail server can't be reached ({type(error).__name__}).") from error
    except BadHeaderError as error:
        raise DeliveryError("The letter's head is faulty.", permanent=True) from error


def _codes(error: smtplib.SMTPRecipientsRefused | smtplib.SMTPResponseException) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return ", ".join(sorted({str(code) for code, _ in error.recipients.values()}))
    return str(error.smtp_code)


def _is_permanent(error: Exception) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code in PERMANENT for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code in PERMANENT


def message_for(letter: Letter, identity: str) -> EmailMessage:
    """The mail as it goes out: one stable Message-ID, threaded under its ticket, marked where a program wrote it."""
    domain = parseaddr(letter.sender)[1].rpartition("@")[2] or "localhost"
    headers = {"Message-ID": f"<{identity}@{domain}>"}
    if letter.in_reply_to:
        headers["References"] = f"<{letter.in_reply_to}@{domain}>"
        headers["In-Reply-To"] = f"<{letter.in_reply_to}@{domain}>"
    if letter.is_automatic:
        headers["Auto-Submitted"] = "auto-generated"
    return EmailMessage(
        subject=letter.subject,
        body=letter.body,
        from_email=letter.sender,
        to=list(letter.to),
        reply_to=[letter.reply_to],
        headers=headers,
    )
