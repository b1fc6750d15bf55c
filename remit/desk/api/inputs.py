"""What callers send. Shapes only: whether a value can be used is said by the action that takes it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import ConfigDict, Field

Answer = bool | int | float | str | list[str] | None


class Strict(Schema):
    """A body without unknown keys: a misspelt one is named instead of being passed over."""

    model_config = ConfigDict(extra="forbid")


class RequestIn(Strict):
    """A request, as a requester would send it."""

    contact: Annotated[str, Field(max_length=254, description="E-mail address of a contact of this desk.")]
    subject: Annotated[str, Field(description="In a few words; at most 200 characters.")]
    body: Annotated[str, Field(description="The requester's own words; at most 50,000 characters.")] = ""
    answers: Annotated[
        dict[str, Any],
        Field(
            description="Facts that the policy asks for, by name; see the desk's request form or a dry run."
        ),
    ] = {}
    entitlement: Annotated[
        str | None,
        Field(
            description='The licence, plan or item, by name, or "none of these". Needed where several are held.'
        ),
    ] = None
    received_at: Annotated[
        datetime | None,
        Field(description="When it reached you, where that was earlier; never in the future."),
    ] = None
    about: Annotated[
        int | None, Field(strict=True, description="Number of an earlier ticket that this one is about.")
    ] = None


class ReplyIn(Strict):
    """A message on a ticket: a requester's where `contact` is given, else a public reply of the token's agent."""

    body: Annotated[str, Field(description="At most 50,000 characters.")]
    contact: Annotated[str | None, Field(description="E-mail address of the ticket's requester.")] = None
    answers: Annotated[
        dict[str, Any],
        Field(
            description="Facts by name, with `contact`: those that were asked for, and those to put right. The "
            "request is decided again with them."
        ),
    ] = {}
