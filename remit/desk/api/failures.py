"""The one shape of every failure: code, message, fields, clauses, next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from remit.desk.api.inputs import NamedTwice
from remit.desk.foundation.errors import DeskError

LONGEST_NAME = 100
MOST_FIELDS = 100
_WORDS = {
    "missing": "This is missing.",
    "extra_forbidden": "This call has no such field.",
    "string_type": "Write text here.",
    "int_type": "Write a whole number here.",
    "int_parsing": "Write a whole number here.",
    "dict_type": 'Write names and values here: {"topic": "billing"}.',
    "model_attributes_type": 'Write names and values here: {"contact": "…"}.',
}
"""What is wrong with a field, by the kind of fault; others are told in the words of the library that found them."""


def answer(
    status: int,
    code: str,
    message: str,
    *,
    fields: Mapping[str, str] | None = None,
    clauses: Iterable[Mapping[str, str]] = (),
    next_step: str = "",
) -> HttpResponse:
    """A failure as JSON. Names of fields come from the caller, so over-long ones and floods of them are cut."""
    named = dict(list((fields or {}).items())[:MOST_FIELDS])
    return JsonResponse(
        {
            "error": {
                "code": code,
                "message": message,
                "fields": {name[:LONGEST_NAME]: sentence for name, sentence in named.items()},
                "clauses": list(clauses),
                "next": next_step,
            }
        },
        status=status,
    )


def register(api: NinjaAPI) -> None:
    """Have every failure answered in this shape."""
    api.add_exception_handler(DeskError, _desk_error)
    api.add_exception_handler(ValidationError, _not_of_the_shape)
    api.add_exception_handler(HttpError, _http_error)
    api.add_exception_handler(Http404, _not_found)
    api.add_exception_handler(RequestDataTooBig, _too_big)


def _desk_error(request: HttpRequest, error: Any) -> HttpResponse:
    clauses = [_clause(request, identity) for identity in error.clauses]
    return answer(
        error.status, error.code, error.message, fields=error.fields, clauses=clauses, next_step=error.next
    )


def _clause(request: HttpRequest, identity: str) -> dict[str, str]:
    """A clause of what the call's ticket is judged by, where the view got so far as to find the ticket."""
    from remit.desk.api.outputs import policy_address
    from remit.desk.policies.store import policy_of
    from remit.desk.policies.words import clause_reference

    ticket = getattr(request, "ticket", None)
    if ticket is None:
        return {"id": identity, "number": "", "title": identity, "url": ""}
    policy = policy_of(ticket)
    return clause_reference(identity, policy, policy_address(ticket.desk.slug, policy, ticket.agreement_id))


def _not_of_the_shape(request: HttpRequest, error: Any) -> HttpResponse:
    fields = {}
    for fault in error.errors:
        place = [str(part) for part in fault["loc"] if part not in ("body", "payload", "query", "path")]
        fields[".".join(place) or "body"] = _WORDS.get(fault["type"]) or f"{fault['msg']}."
    next_step = "Correct what is named here."
    return answer(
        422, "invalid_input", "The call doesn't have the shape it needs.", fields=fields, next_step=next_step
    )


def _http_error(request: HttpRequest, error: Any) -> HttpResponse:
    if isinstance(error.__cause__, NamedTwice):
        return answer(
            422, "invalid_input", "The call doesn't have the shape it needs.",
            fields={error.__cause__.name: "This stands there twice; write it once."},
            next_step="Correct what is named here.",
        )  # fmt: skip
    code = {400: "unreadable", 401: "not_let_in", 404: "not_found"}.get(error.status_code, "error")
    message = "The body is not JSON that can be read." if error.status_code == 400 else str(error)
    return answer(error.status_code, code, message)


def _not_found(request: HttpRequest, error: Any) -> HttpResponse:
    return answer(404, "not_found", "There is nothing here for you.")


def _too_big(request: HttpRequest, error: Any) -> HttpResponse:
    return answer(413, "too_large", "This is more than we can take at once.", next_step="Shorten the text.")
