"""The JSON object in a request's body."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from chalice.app import Request

from switchboard.domain.errors import InvalidInput, Permanent

MAX_BODY_BYTES = 1_000_000
MAX_NESTING = 32
"""Objects and lists within each other; no request needs six, and what reads one deeper recurses."""


class BodyTooLarge(Permanent):
    """More than a request may hold."""

    code = "too_large"


def json_object(request: Request) -> dict[str, Any]:
    """The body; an empty one is an empty object.

    Raises:
        InvalidInput: not JSON, not an object, or nested too deep (field `body`).
        BodyTooLarge: more than a megabyte.
    """
    raw = request.raw_body or b""
    if len(raw) > MAX_BODY_BYTES:
        raise BodyTooLarge(f"the body has more than {MAX_BODY_BYTES} bytes")
    try:
        values = json.loads(raw or b"{}", parse_float=_number, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise InvalidInput("body", "must be JSON") from error
    if not isinstance(values, dict):
        raise InvalidInput("body", "must be a JSON object")
    if not _is_nested_within(values, MAX_NESTING):
        raise InvalidInput("body", f"must be nested at most {MAX_NESTING} levels deep")
    return values


def _is_nested_within(value: object, levels: int) -> bool:
    level = [value]
    for _ in range(levels):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return True
    return False


def _inside(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _number(text: str) -> float:
    """5.0 is the whole number 5, as JSON Schema has it."""
    number = float(text)
    return int(number) if number.is_integer() else number


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is not JSON")
