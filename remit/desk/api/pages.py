"""The page that describes the API to people, made from the same description that programs read, and from the policy in
force: which facts it asks for, and how they are written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from remit.desk.accounts.viewer import resolve_viewer
from remit.desk.api.calls import api
from remit.desk.design.frames import Frame, Item, PolicyLink, speaking
from remit.desk.desks.models import Desk
from remit.desk.policies import store
from remit.policy.document.policy import Policy

FAILED = "ErrorOut"
MOST_OPTIONS = 8


@dataclass(frozen=True, slots=True)
class Line:
    """A field or a parameter of a call. `place`: body, header or path."""

    name: str
    kind: SafeString
    place: str
    is_required: bool
    about: SafeString


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call answers: its status, and the shape of the body."""

    status: str
    shape: SafeString
    about: SafeString


@dataclass(frozen=True, slots=True)
class Call:
    """One call."""

    anchor: str
    method: str
    path: str
    summary: str
    about: tuple[SafeString, ...]
    lines: tuple[Line, ...]
    answers: tuple[Answer, ...]
    failures: str


@dataclass(frozen=True, slots=True)
class Shape:
    """What a body holds."""

    name: str
    about: SafeString
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact that the policy asks the requester for. `options`: what may be written, with its wording."""

    name: str
    ask: str
    kind: str
    is_required: bool
    options: tuple[tuple[str, str], ...]
    more: int


@dataclass(frozen=True, slots=True)
class ApiPage:
    """The description of one desk's API."""

    base: str
    calls: tuple[Call, ...]
    shapes: tuple[Shape, ...]
    facts: tuple[Fact, ...]
    sample: tuple[tuple[str, str], ...]


@require_safe
def describe(request: HttpRequest, desk: str) -> HttpResponse:
    """How to begin, every call, and what the desk's policy asks for; for anyone, because it holds no secret."""
    found = Desk.objects.by_slug(desk)
    versions = store.versions_of(found)
    now = request.now  # type: ignore[attr-defined]
    policy = store.compiled(store.in_force(versions, now)) if versions else None
    with speaking("en", found.tz):
        context = {"page": _page(found, policy), "frame": _frame(request, found, policy)}
        return render(request, "api/describe.html", context)


def _frame(request: HttpRequest, desk: Desk, policy: Policy | None) -> Frame:
    viewer = resolve_viewer(request, desk)
    portal = f"/{desk.slug}/"
    menu = [Item("Home", portal)] if viewer.contact else []
    if policy is not None:
        menu.append(Item(policy.title, f"{portal}policy/"))
    menu.append(Item("API", request.path, is_current=True))
    return Frame(
        desk=desk,
        colours=f"{portal}colours.css?{desk.hue}-{desk.chroma:g}",
        menu=tuple(menu),
        person=str(viewer.contact or viewer.agent or viewer.user or ""),
        sign_in_address="" if viewer.user else f"{reverse('account_login')}?next={request.path}",
        policies=tuple(
            PolicyLink(one.title, f"{portal}policy/" if one.is_here else one.address)
            for one in (policy.footer if policy else ())
        ),
        about=desk.legal_name,
        workspace_address=f"{portal}desk/" if viewer.is_agent else "",
        portal_address=portal,
    )


def _page(desk: Desk, policy: Policy | None) -> ApiPage:
    base = f"/{desk.slug}/api/v1/"
    schema = api.get_openapi_schema(path_prefix=base)
    shapes = schema["components"]["schemas"]
    calls = tuple(
        _call(path.removeprefix(base), method, described, shapes)
        for path, methods in schema["paths"].items()
        for method, described in methods.items()
    )
    facts = tuple(_facts(policy)) if policy is not None else ()
    sample = tuple((one.name, one.options[0][0] if one.options else "…") for one in facts if one.is_required)
    return ApiPage(
        base=settings.PUBLIC_URL + base,
        calls=calls,
        shapes=tuple(
            Shape(name, coded(one.get("description", "")), tuple(_fields(one, "body")))
            for name, one in shapes.items()
            if name.endswith("Out") and name != FAILED
        ),
        facts=facts,
        sample=sample[:6],
    )


def _call(path: str, method: str, described: Mapping[str, Any], shapes: Mapping[str, Any]) -> Call:
    body = described.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    lines = [
        Line(
            one["name"], kind_of(one["schema"]), one["in"], one["required"], coded(one.get("description", ""))
        )
        for one in described.get("parameters", ())
    ]
    lines += _fields(shapes.get(_named(body), {}), "body")
    answers, failures = [], []
    for status, answer in sorted(described.get("responses", {}).items()):
        shape = answer.get("content", {}).get("application/json", {}).get("schema", {})
        if _named(shape) == FAILED:
            failures.append(str(status))
        else:
            about = shapes.get(_named(shape), {}).get("description", "")
            answers.append(Answer(str(status), kind_of(shape), coded(about)))
    return Call(
        anchor=f"{method}-{path}".replace("/", "-").replace("{", "").replace("}", ""),
        method=method.upper(),
        path=path,
        summary=described.get("summary", ""),
        about=tuple(coded(one) for one in described.get("description", "").split("\n\n") if one.strip()),
        lines=tuple(lines),
        answers=tuple(answers),
        failures=", ".join(failures),
    )


def _fields(shape: Mapping[str, Any], place: str) -> Iterable[Line]:
    required = shape.get("required", ())
    for name, one in shape.get("properties", {}).items():
        yield Line(name, kind_of(one), place, name in required, coded(one.get("description", "")))


def _named(shape: Mapping[str, Any]) -> str:
    return str(shape.get("$ref", "")).rpartition("/")[2]


KINDS = {"string": "text", "integer": "whole number", "number": "number", "boolean": "yes or no"}


def kind_of(shape: Mapping[str, Any]) -> SafeString:
    """What a value is, in plain words; a shape of ours as a link to where it is described."""
    if name := _named(shape):
        return format_html('<a href="#{}">{}</a>', name, name)
    if "anyOf" in shape:
        told = [kind_of(one) for one in shape["anyOf"] if one.get("type") != "null"]
        return mark_safe(" or ".join(told))  # noqa: S308 - each part is escaped
    if shape.get("type") == "array":
        return format_html("list of {}", kind_of(shape.get("items", {})))
    if shape.get("type") == "object":
        return mark_safe("name → value")
    if shape.get("format") == "date-time":
        return mark_safe("moment with its zone")
    return mark_safe(KINDS.get(shape.get("type", ""), "any"))  # noqa: S308 - words of our own


def coded(text: str) -> SafeString:
    """Words of a description: line breaks are none, and what stands between backticks is code."""
    parts = [str(conditional_escape(one)) for one in " ".join(text.split()).split("`")]
    return mark_safe(  # noqa: S308 - every part is escaped
        "".join(f"<code>{one}</code>" if at % 2 else one for at, one in enumerate(parts))
    )


def _facts(policy: Policy) -> Iterable[Fact]:
    """What the policy's form asks, in its order."""
    for one in policy.form:
        declaration = one.fact
        options = tuple(declaration.options.items())
        yield Fact(
            name=declaration.name,
            ask=declaration.ask or declaration.words,
            kind=str(declaration.kind),
            is_required=one.is_required,
            options=options[:MOST_OPTIONS],
            more=max(0, len(options) - MOST_OPTIONS),
        )
