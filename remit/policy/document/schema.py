"""The JSON Schema of a policy document, made from the models of the blocks: for editors, and for programs
that write policies.

`python -m remit schema` prints it; `docs/policy.schema.json` is its kept copy, and a test holds the two
together.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic.json_schema import models_json_schema

from remit.policy.document.blocks import BLOCKS, AgreementHead, FrontMatter, Model
from remit.policy.document.reading import TABLE_KEYS, foldable_kinds

SCHEMA_ADDRESS = "https://json-schema.org/draft/2020-12/schema"


def policy_schema() -> dict[str, Any]:
    """A schema whose root is one fenced block; `$defs/FrontMatter` is the head of the document,
    `$defs/AgreementHead` that of an individual agreement.
    """
    models: list[type[Model]] = [FrontMatter, AgreementHead, *BLOCKS.values()]
    _, made = models_json_schema(
        [(model, "validation") for model in models], by_alias=True, title="Remit policy"
    )
    definitions = made["$defs"]
    for name, definition in definitions.items():
        _with_assumptions(definition)
        if name in _SHORT_FORMS:
            definitions[name] = {"anyOf": [definition, {"type": "string", "description": _SHORT_FORMS[name]}]}
    definitions["Reason"] = {
        "type": "string",
        "minLength": 1,
        "description": "What the source leaves open, and why this.",
    }
    definitions["Assumed"] = {
        "type": "object",
        "description": "A value the source leaves open, with the reason for it.",
        "properties": {"value": True, "assumed": {"$ref": "#/$defs/Reason"}},
        "required": ["value", "assumed"],
        "additionalProperties": False,
    }
    for kind in foldable_kinds():
        _as_table(definitions, kind)
    return {
        "$schema": SCHEMA_ADDRESS,
        "title": "A block of a Remit policy document",
        "description": (
            "One YAML mapping inside a fence labelled “remit” (or, with a Markdown table below it, "
            "“remit table”). Its first "
            "key names the kind. All scalars are read as strict text. The head of the document is $defs/FrontMatter."
        ),
        "oneOf": [{"$ref": f"#/$defs/{model.__name__}"} for model in BLOCKS.values()],
        "$defs": dict(sorted(definitions.items())),
    }


def schema_text() -> str:
    """The schema as it is kept in the documentation."""
    return json.dumps(policy_schema(), indent=1, ensure_ascii=False, sort_keys=False) + "\n"


_SHORT_FORMS = {"TargetRow": "a target such as “4 h”", "HolidaysModel": "none"}
"""Mappings that may be written as one word or value."""


def _with_assumptions(definition: dict[str, Any]) -> None:
    """Any value may be written `{value: …, assumed: reason}`; any mapping may carry `assumed`."""
    properties = definition.get("properties", {})
    for name, schema in properties.items():
        schema.pop("title", None)
        if schema.get("default") in (None, "", [], {}, ()):
            schema.pop("default", None)
        choices = [part for part in schema.pop("anyOf", [schema]) if part.get("type") != "null"]
        if choices == [schema]:
            choices = [{key: part for key, part in schema.items() if key not in ("description", "default")}]
        choices += [choice["items"] for choice in choices if _is_list_of_words(choice)]
        kept = {key: part for key, part in schema.items() if key in ("description", "default")}
        properties[name] = {**kept, "anyOf": [*choices, {"$ref": "#/$defs/Assumed"}]}
    if properties:
        properties["assumed"] = {"$ref": "#/$defs/Reason"}


def _is_list_of_words(schema: dict[str, Any]) -> bool:
    return schema.get("type") == "array" and "enum" in schema.get("items", {})


def _as_table(definitions: dict[str, Any], kind: str) -> None:
    """What a table below the fence supplies need not stand in it."""
    definition = definitions[BLOCKS[kind].__name__]
    words = {"type": "object", "additionalProperties": {"type": "string"}}
    for key in sorted(TABLE_KEYS):
        definition["properties"][key] = {**words, "description": "Only in a “remit table” fence."}
    if kind == "calendar":
        definition["properties"]["bands"] = {
            **words,
            "description": "Only in a “remit table” fence: words of a cell → band.",
        }
    supplied = {
        "calendar": "hours",
        "targets": "rows",
        "priority matrix": "rows",
        "cover": "phases",
        "services": "services",
    }[kind]
    required = [name for name in definition.get("required", ()) if name != supplied]
    if kind == supplied:
        definition["properties"][kind]["anyOf"].append(
            {"type": "string", "description": "The table's caption."}
        )
        definition["required"] = [kind]
        return
    definition["required"] = required
    definition["anyOf"] = [{"required": [supplied]}, {"required": ["columns"]}]
