"""What callers send. Shapes only: whether a value can be used is said by the action that takes it. And the one
place that reads a body.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from ninja import Schema
from ninja.parser import Parser
from pydantic import ConfigDict, Field

from remit.desk.accounts.models import normal_email
from remit.desk.tickets.inbound import storable

Answer = bool | int | float | str | list[str] | None


class NamedTwice(ValueError):
    """A body in which one object gives a name two values: which of them is meant, nobody can tell."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} stands there twice")
        self.name = name


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise NamedTwice(name)
        found[name] = value
    return found


class ReadOnce(Parser):
    """Reads a body as JSON, once however often it is asked for."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body as values. Raises `ValueError` where it isn't JSON, and `NamedTwice` where a name stands twice."""
        known = request.__dict__
        if "body_as_values" not in known:
            known["body_as_values"] = json.loads(request.body, object_pairs_hook=_named_once)
        return known["body_as_values"]


parser = ReadOnce()


def address_in(request: HttpRequest) -> str:
    """The normal address of the contact that the body names; "" where it names none. What is wrong with a body is told
    when the call reads it, so nothing is raised here.
    """
    if request.method != "POST":
        return ""
    try:
        body = parser.parse_body(request)
    except (ValueError, RecursionError, RequestDataTooBig):
        return ""
    address = body.get("contact") if isinstance(body, dict) else None
    return normal_email(storable(address)) if isinstance(address, str) else ""


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
