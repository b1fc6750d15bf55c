"""The knot between those who word letters and those who send them: neither knows the other.

`notifications` registers how an outbox row becomes a letter; each channel asks here when it sends.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from remit.desk.foundation.errors import Misconfigured
from remit.desk.foundation.models import Outbox


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter ready to be sent. `in_reply_to` are the identities of earlier letters of the same ticket."""

    to: tuple[str, ...]
    sender: str
    reply_to: str
    subject: str
    body: str
    in_reply_to: str = ""
    is_automatic: bool = True


Writer = Callable[[Outbox], "Letter | None"]

_writers: list[Writer] = []


def register_writer(writer: Writer) -> None:
    """Have `writer(row)` word letters; it returns None where there is nobody to write to any more."""
    _writers[:] = [writer]


def written(row: Outbox) -> Letter | None:
    """The letter that an outbox row stands for."""
    if not _writers:
        raise Misconfigured("Nobody words letters on this installation.")
    return _writers[0](row)
