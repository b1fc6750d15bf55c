"""The page that describes the API to people, made from the same description that programs read."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from remit.desk.api.calls import api
from remit.desk.design.frames import Frame
from remit.desk.desks.models import Desk


def describe(request: HttpRequest, desk: str) -> HttpResponse:
    """Every call with its fields and answers."""
    found = Desk.objects.by_slug(desk)
    schema = api.get_openapi_schema(path_prefix=f"/{found.slug}/api/v1/")
    shapes = schema["components"]["schemas"]
    calls = [
        _call(path, method, described, shapes)
        for path, methods in schema["paths"].items()
        for method, described in methods.items()
    ]
    frame = Frame(desk=found, colours=f"/{found.slug}/colours.css")
    return render(request, "api/describe.html", {"frame": frame, "calls": calls})


def _call(path: str, method: str, described: dict[str, Any], shapes: dict[str, Any]) -> dict[str, Any]:
    body = described.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    fields = shapes.get(str(body.get("$ref", "")).rpartition("/")[2], {})
    required = fields.get("required", [])
    return {
        "method": method.upper(),
        "path": path,
        "summary": described.get("summary", ""),
        "description": described.get("description", ""),
        "fields": [
            {"name": name, "about": shape.get("description", ""), "is_required": name in required}
            for name, shape in fields.get("properties", {}).items()
        ],
        "answers": sorted(described.get("responses", {})),
    }
