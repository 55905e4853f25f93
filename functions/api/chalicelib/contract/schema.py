"""JSON Schema in a few words. The same schema checks a request and stands in the document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

type Schema = dict[str, Any]

ANYTHING: Schema = {}
"""For WAHA's fields that are taken and not used."""
NOTHING: Schema = {"type": "null"}
"""For a field that would be dangerous to ignore: only null is taken."""


def text(about: str = "", *, shortest: int = 0, longest: int | None = None) -> Schema:
    """A string; lengths count code points."""
    schema: Schema = {"type": "string"}
    if shortest:
        schema["minLength"] = shortest
    if longest is not None:
        schema["maxLength"] = longest
    return _told(schema, about)


def moment(about: str = "") -> Schema:
    """A time of ISO 8601 with its offset from UTC."""
    return _told({"type": "string", "format": "date-time"}, about)


def whole(about: str = "", *, lowest: int | None = None, highest: int | None = None) -> Schema:
    """A whole number."""
    schema: Schema = {"type": "integer"}
    if lowest is not None:
        schema["minimum"] = lowest
    if highest is not None:
        schema["maximum"] = highest
    return _told(schema, about)


def number(about: str = "") -> Schema:
    """A number with a fraction."""
    return _told({"type": "number"}, about)


def yes_or_no(about: str = "") -> Schema:
    """True or false."""
    return _told({"type": "boolean"}, about)


def choice(options: type[StrEnum] | Iterable[str], about: str = "") -> Schema:
    """One of a few words."""
    return _told({"type": "string", "enum": [str(option) for option in options]}, about)


def many(items: Schema, about: str = "", *, fewest: int = 0, most: int | None = None) -> Schema:
    """A list."""
    schema: Schema = {"type": "array", "items": items}
    if fewest:
        schema["minItems"] = fewest
    if most is not None:
        schema["maxItems"] = most
    return _told(schema, about)


def words(about: str = "", *, most: int | None = None, longest: int | None = None) -> Schema:
    """An object of strings under names that the client chooses."""
    schema: Schema = {"type": "object", "properties": {}}
    schema["additionalProperties"] = text(longest=longest)
    if most is not None:
        schema["maxProperties"] = most
    return _told(schema, about)


def nullable(schema: Schema) -> Schema:
    """The same, or null."""
    if isinstance(schema.get("type", []), list) or schema == NOTHING:
        return schema  # it is, or anything goes
    changed = {**schema, "type": [schema["type"], "null"]}
    if "enum" in schema:
        changed["enum"] = [*schema["enum"], None]
    return changed


def takes(
    name: str,
    required: Mapping[str, Schema] | None = None,
    optional: Mapping[str, Schema] | None = None,
) -> Schema:
    """A JSON object that a client sends: null means absent, unknown fields are refused."""
    needed = dict(required or {})
    free = {field: nullable(schema) for field, schema in (optional or {}).items()}
    return _object(name, {**needed, **free}, list(needed))


def parameters(
    required: Mapping[str, Schema] | None = None, optional: Mapping[str, Schema] | None = None
) -> Schema:
    """Query parameters; unknown ones are ignored, as WAHA does."""
    needed = dict(required or {})
    return {
        "type": "object",
        "properties": {**needed, **(optional or {})},
        "required": list(needed),
    }


def gives(name: str, fields: Mapping[str, Schema]) -> Schema:
    """A JSON object that we send: every field is always there."""
    return _object(name, dict(fields), list(fields))


def _object(name: str, properties: dict[str, Schema], required: list[str]) -> Schema:
    schema: Schema = {
        "type": "object",
        "title": name,
        "properties": properties,
        "additionalProperties": False,
    }
    return {**schema, "required": required} if required else schema


def _told(schema: Schema, about: str) -> Schema:
    return {**schema, "description": about} if about else schema
