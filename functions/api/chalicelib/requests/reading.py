"""The JSON object in a request's body."""

from __future__ import annotations

import json
from typing import Any

from chalice.app import Request

from switchboard.domain.errors import InvalidInput, Permanent

MAX_BODY_BYTES = 1_000_000


class BodyTooLarge(Permanent):
    """More than a request may hold."""

    code = "too_large"


def json_object(request: Request) -> dict[str, Any]:
    """The body; an empty one is an empty object.

    Raises:
        InvalidInput: not JSON, or not an object (field `body`).
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
    return values


def _number(text: str) -> float:
    """5.0 is the whole number 5, as JSON Schema has it."""
    number = float(text)
    return int(number) if number.is_integer() else number


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is not JSON")
