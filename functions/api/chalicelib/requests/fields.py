"""Take fields out of a JSON body: wrong types and unknown fields are named."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from chalice.app import Request

from chalicelib.errors import BodyTooLarge
from switchboard.domain.errors import InvalidInput

MAX_BODY_BYTES = 1_000_000
DEFAULT_LIMIT = 50
MAX_LIMIT = 100


@dataclass(slots=True)
class Fields:
    """A JSON object whose fields are taken one by one; `done` refuses what is left."""

    values: Mapping[str, Any]
    prefix: str = ""
    taken: set[str] = field(default_factory=set)

    def take(self, name: str, kind: type, *, required: bool = False) -> Any:
        """A field of a type, or None when it is absent."""
        self.taken.add(name)
        value = self.values.get(name)
        if value is None:
            if required:
                raise InvalidInput(self.prefix + name, "is required")
            return None
        wrong_number = kind is int and isinstance(value, bool)
        if not isinstance(value, kind) or wrong_number:
            raise InvalidInput(self.prefix + name, f"must be {_WORDS[kind]}")
        return value

    def inner(self, name: str) -> Fields | None:
        """An object within."""
        value = self.take(name, dict)
        return None if value is None else Fields(value, f"{self.prefix}{name}.")

    def done(self) -> None:
        """Refuse unknown fields, so that a misspelt one is not silently ignored."""
        for name in self.values:
            if name not in self.taken:
                raise InvalidInput(self.prefix + str(name), "is not a field of this request")


_WORDS = {
    str: "a string",
    int: "a whole number",
    bool: "true or false",
    dict: "an object",
    list: "a list",
}


def body(request: Request) -> Fields:
    """The request's JSON object.

    Raises:
        InvalidInput: not JSON, or not an object (field `body`).
        BodyTooLarge: more than a megabyte.
    """
    raw = request.raw_body or b""
    if len(raw) > MAX_BODY_BYTES:
        raise BodyTooLarge(f"the body has more than {MAX_BODY_BYTES} bytes")
    try:
        values = json.loads(raw or b"{}")
    except (ValueError, RecursionError) as error:
        raise InvalidInput("body", "must be JSON") from error
    if not isinstance(values, dict):
        raise InvalidInput("body", "must be a JSON object")
    return Fields(values)


def query(request: Request, name: str) -> str | None:
    """A query parameter."""
    parameters: Mapping[str, str] = request.query_params or {}
    return parameters.get(name)


def page(request: Request) -> tuple[str | None, int]:
    """Cursor and limit of a listing."""
    limit = query(request, "limit") or str(DEFAULT_LIMIT)
    if not re.fullmatch("[0-9]{1,4}", limit) or not 1 <= int(limit) <= MAX_LIMIT:
        raise InvalidInput("limit", f"must be a whole number from 1 to {MAX_LIMIT}")
    return query(request, "cursor"), int(limit)


def path(value: str) -> str:
    """A path parameter; API Gateway may hand it over as it was encoded."""
    return unquote(value)
