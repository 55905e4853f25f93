"""Hold a request to its schema; what is wrong is told with the field's name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import fastjsonschema

from chalicelib.contract.schema import Schema
from switchboard.domain.errors import InvalidInput

_MAX_NAME = 200
"""Characters of a field's name that an answer tells."""
_WHOLE = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_checks: dict[int, tuple[Schema, Callable[[Any], Any]]] = {}
"""Compiled at the first use: a cold start pays for the routes it serves."""

_KINDS = {
    "string": "a string",
    "integer": "a whole number",
    "boolean": "true or false",
    "object": "an object",
    "array": "a list",
}
_BOUNDS = {
    "minimum": "must be at least {}",
    "maximum": "must be at most {}",
    "minLength": "must have at least {} characters",
    "maxLength": "must have at most {} characters",
    "minItems": "must have at least {} items",
    "maxItems": "must have at most {} items",
    "maxProperties": "must have at most {} fields",
}


def check_body(values: Mapping[str, Any], schema: Schema) -> None:
    """A body as it was parsed.

    Raises:
        InvalidInput: naming the field, with dots and indexes for inner ones.
    """
    _refuse_broken_text(values, "")
    try:
        _check(schema)(values)
    except fastjsonschema.JsonSchemaValueException as error:
        raise _named(error) from error


def check_query(values: Mapping[str, str], schema: Schema) -> None:
    """Query parameters, which arrive as strings; unknown ones are left alone.

    Raises:
        InvalidInput: naming the parameter.
    """
    known = schema["properties"]
    given = {name: _from_query(values[name], known[name]) for name in known if name in values}
    check_body(given, schema)


def _from_query(value: str, schema: Schema) -> object:
    if schema.get("type") == "integer" and _WHOLE.fullmatch(value):
        return int(value)
    if schema.get("type") == "boolean" and value in ("true", "false"):
        return value == "true"
    return value


def _check(schema: Schema) -> Callable[[Any], Any]:
    known = _checks.get(id(schema))
    if known is None:
        compiled = fastjsonschema.compile(schema, use_formats=False, use_default=False)
        known = _checks[id(schema)] = (schema, compiled)
    return known[1]


def _named(error: fastjsonschema.JsonSchemaValueException) -> InvalidInput:
    path, wanted = list(error.path[1:]), error.rule_definition
    match error.rule:
        case "additionalProperties":
            known = error.definition["properties"]
            path.append(next(key for key in error.value if key not in known))
            return InvalidInput(_written(path), "is not a field of this request")
        case "required":
            path.append(next(key for key in wanted if key not in error.value))
            return InvalidInput(_written(path), "is required")
    return InvalidInput(_written(path), _words(error.rule, wanted))


def _words(rule: str | None, wanted: Any) -> str:
    if rule == "type":
        kinds = [wanted] if isinstance(wanted, str) else wanted
        words = [_KINDS[kind] for kind in kinds if kind != "null"]
        return f"must be {' or '.join(words) or 'null: it is not supported'}"
    if rule == "enum":
        return f"must be one of {', '.join(str(one) for one in wanted if one is not None)}"
    return _BOUNDS.get(rule or "", "is not as described").format(wanted)


def _written(path: list[str]) -> str:
    """`config.limits.perMinute`, `phrasings[0]`; a name may be the client's own, of any length."""
    text = ""
    for part in path:
        text += f"[{part}]" if text and part.isdigit() else f".{part}" if text else part
    return _short(text)


def _short(name: str) -> str:
    return name if len(name) <= _MAX_NAME else f"{name[:_MAX_NAME]}…"


def _refuse_broken_text(value: object, name: str) -> None:
    """A lone surrogate is no Unicode: no store and no answer can hold it."""
    if isinstance(value, str):
        if not _is_unicode(value):
            raise InvalidInput(_short(name), "must be valid Unicode")
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if not _is_unicode(str(key)):
                told = _short(name) or "body"
                raise InvalidInput(told, "has a field whose name is not valid Unicode")
            _refuse_broken_text(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            _refuse_broken_text(inner, f"{name}[{number}]")


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)
