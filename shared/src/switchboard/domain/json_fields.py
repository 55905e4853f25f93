"""What a body may hold, read so that a wrong one names its field."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from switchboard.domain.errors import InvalidInput


def object_in(body: str) -> Mapping[str, Any]:
    """The JSON object that a queue's body is.

    Raises:
        InvalidInput: it is none.
    """
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InvalidInput("body", "must be JSON") from error
    return an_object(value, "body")


def an_object(value: object, field: str) -> Mapping[str, Any]:
    """The value itself.

    Raises:
        InvalidInput: it is no object.
    """
    if not isinstance(value, Mapping):
        raise InvalidInput(field, "must be an object")
    return value


def a_whole(value: object, field: str) -> int:
    """The value itself, of any size and sign.

    Raises:
        InvalidInput: it is no whole number; a bool is none either.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidInput(field, "must be a whole number")
    return value
