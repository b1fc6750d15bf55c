"""Who did it: the value that every action takes and every event records. People's own rows live in `accounts`."""

from dataclasses import dataclass
from typing import Literal

ActorKind = Literal["agent", "contact", "system", "api"]


@dataclass(frozen=True, slots=True)
class Actor:
    """An agent, a contact, the desk itself, or a program with a token; `id` is that row's key. The label is for
    showing only and is never stored with an event, so that history holds no personal text.
    """

    kind: ActorKind
    id: int | None = None
    label: str = ""


SYSTEM = Actor("system", None, "Remit")
