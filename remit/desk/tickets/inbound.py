"""What comes in, whatever the channel: cleaned, with every fault of it named, before anything is decided or written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext

from remit.desk.foundation import text
from remit.desk.foundation.actors import Actor
from remit.desk.foundation.errors import InvalidInput

if TYPE_CHECKING:
    from remit.desk.accounts.models import Contact
    from remit.desk.entitlements.models import Entitlement
    from remit.desk.tickets.models import Ticket

SUBJECT_LENGTH = 200
BODY_LENGTH = 50_000
ANSWER_LENGTH = 10_000
ANSWERS = 200
KEY_LENGTH = 200
STEPS = 20
STEP_LENGTH = 500
OLDEST_RECEIPT = timedelta(days=366)
"""How long ago a request may have been received: what is older is a slip of the pen, and decides by rules long gone."""
CHANNELS = ("portal", "email", "chat", "telegram", "phone", "api", "other")
CHOOSING = ("portal", "api")
"""Where who asks can choose: there a request says under which of several holdings it stands. Elsewhere the best
counts."""
NONE_OF_THESE = "none of these"
"""Named in place of an entitlement: the request is about nothing that the contact holds."""


@dataclass(frozen=True, slots=True)
class Inbound:
    """A request as a channel hands it over.

    `answers`: fact → what the requester said, as written ("yes", "urgent", a list for several options).
    `entitlement`: a name or a record, of what the contact may ask under; or `NONE_OF_THESE`.
    `received_at`: only people of the desk and programs may say it (a call taken earlier); default: now.
    `observed`: facts of the record that only the channel can know, such as how many attachments came along.
    `linked_to`: the earlier ticket that this one is about.
    """

    channel: str
    contact: Contact
    subject: str
    body: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    entitlement: Entitlement | str | None = None
    idempotency_key: str | None = None
    received_at: datetime | None = None
    raw: str = ""
    linked_to: Ticket | None = None
    observed: Mapping[str, Any] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """What tells two contents under one key apart."""
        said = {
            "channel": self.channel,
            "contact": self.contact.pk,
            "subject": self.subject,
            "body": self.body,
            "answers": self.answers,
            "entitlement": str(getattr(self.entitlement, "name", self.entitlement)),
            "received_at": self.received_at and self.received_at.astimezone(UTC).isoformat(),
            "linked_to": self.linked_to and self.linked_to.pk,
        }
        return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def cleaned(inbound: Inbound, *, actor: Actor, now: datetime) -> Inbound:
    """The request with clean texts. Raises `InvalidInput` that names every faulty field at once."""
    faults: dict[str, str] = {}
    subject = _line(inbound.subject, "subject", SUBJECT_LENGTH, faults)
    body = _body(inbound.body, "body", BODY_LENGTH, faults)
    answers = _answers(inbound.answers, faults)
    if not subject and "subject" not in faults:
        faults["subject"] = gettext("Say in a few words what it is about.")
    if inbound.channel not in CHANNELS:
        faults["channel"] = gettext("Choose one of %s.") % gettext(", ").join(CHANNELS)
    key = inbound.idempotency_key
    if key is not None and not (0 < len(key) <= KEY_LENGTH and key.isascii() and key.isprintable()):
        # A header with any other letter comes empty from the server, so one sentence says all that a key is.
        sentence = gettext("A key has 1 to %s characters: letters without accents, digits, signs and blanks.")
        faults["idempotency_key"] = sentence % text.grouped(KEY_LENGTH)
    _receipt(inbound.received_at, actor, now, faults)
    if faults:
        raise InvalidInput(
            gettext("This request can't be taken as it is."),
            fields=faults,
            next=gettext("Correct what is named here."),
        )
    was_changed = body != inbound.body or subject != inbound.subject
    raw = inbound.raw or (f"{inbound.subject}\n\n{inbound.body}" if was_changed else "")
    return replace(inbound, subject=subject, body=body, answers=answers, raw=storable(raw))


def storable(raw: str) -> str:
    """Raw input with what no database takes (NUL, lone surrogates) written out."""
    return raw.replace("\0", "\\x00").encode("utf-8", "backslashreplace").decode()


def clean_body(body: str, name: str = "body") -> str:
    """A message's text, cleaned. Raises `InvalidInput` where it is empty or over-long."""
    faults: dict[str, str] = {}
    found = _body(body, name, BODY_LENGTH, faults)
    if not found and not faults:
        faults[name] = gettext("Write a message first.")
    if faults:
        raise InvalidInput(gettext("This message can't be taken as it is."), fields=faults)
    return found


def clean_steps(lines: Sequence[str]) -> list[str]:
    """Steps to try (ION-8), each one cleaned line, empty ones left out. Raises `InvalidInput` that names `steps` where
    there are more than `STEPS`, or one is longer than `STEP_LENGTH`.
    """
    faults: dict[str, str] = {}
    found = [step for line in lines if (step := text.clean_line(line, field="steps", limit=BODY_LENGTH))]
    longest = max(map(len, found), default=0)
    if len(found) > STEPS:
        faults["steps"] = f"There are {len(found):,} steps; give at most {STEPS} at once."
    elif longest > STEP_LENGTH:
        faults["steps"] = (
            f"A step has {longest:,} characters; the limit is {STEP_LENGTH}. Say more in the message."
        )
    if faults:
        raise InvalidInput("These steps can't be given.", fields=faults)
    return found


def clean_answers(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers with clean texts. Raises `InvalidInput` that names every faulty one."""
    faults: dict[str, str] = {}
    found = _answers(answers, faults)
    if faults:
        raise InvalidInput(gettext("Some answers can't be used."), fields=faults)
    return found


def _line(value: str, name: str, limit: int, faults: dict[str, str]) -> str:
    return _cleaned(value, name, limit, faults, text.clean_line)


def _body(value: str, name: str, limit: int, faults: dict[str, str]) -> str:
    return _cleaned(value, name, limit, faults, text.clean_text)


def _cleaned(value: Any, name: str, limit: int, faults: dict[str, str], clean: Any) -> str:
    if not isinstance(value, str):
        faults[name] = gettext("Write text here.")
        return ""
    if len(value) > limit:
        sentence = gettext(
            "This is %(length)s characters long; the limit is %(limit)s. Shorten it or attach a file."
        )
        faults[name] = sentence % {"length": text.grouped(len(value)), "limit": text.grouped(limit)}
        return ""
    try:
        return str(clean(value, field=name, limit=limit))
    except InvalidInput as error:  # normal form C writes some letters as two
        faults.update(error.fields)
        return ""


def _answers(answers: Mapping[str, Any], faults: dict[str, str]) -> dict[str, Any]:
    if len(answers) > ANSWERS:
        sentence = gettext("There are %(count)s answers; no form asks more than %(most)s.")
        faults["answers"] = sentence % {"count": text.grouped(len(answers)), "most": text.grouped(ANSWERS)}
        return {}
    found: dict[str, Any] = {}
    for name, value in answers.items():
        if isinstance(value, str):
            found[name] = _body(value, name, ANSWER_LENGTH, faults)
        elif isinstance(value, (list, tuple)) and len(value) <= ANSWERS:
            found[name] = [_line(one, name, ANSWER_LENGTH, faults) for one in value]
        elif value is None or isinstance(value, (bool, int, float)):
            found[name] = value
        else:
            faults[name] = gettext("Write text, a number, yes or no, or a list of texts.")
    return found


def _receipt(received_at: datetime | None, actor: Actor, now: datetime, faults: dict[str, str]) -> None:
    if received_at is None:
        return
    if received_at.tzinfo is None:
        faults["received_at"] = "Say the zone: write it as 2026-01-31T09:30:00Z."
    elif received_at > now:
        faults["received_at"] = "This moment is in the future."
    elif now - received_at > OLDEST_RECEIPT:
        faults["received_at"] = f"This moment is more than {OLDEST_RECEIPT.days} days ago; check the year."
    elif actor.kind == "contact":
        faults["received_at"] = "Only the desk can say when a request was received."
