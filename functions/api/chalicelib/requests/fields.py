"""Parts of a request that was checked against its operation's schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import unquote

from chalice.app import Request

from chalicelib.contract.schema import Schema, text, whole
from chalicelib.requests.reading import json_object
from switchboard.domain.page import Page

body = json_object

type Fetch[Item] = Callable[[str | None, int], Page[Item]]
"""A listing by cursor and limit."""

DEFAULT_LIMIT = 50
MAX_LIMIT = 100
MAX_CURSOR = 2_000
MAX_OFFSET = 5_000

PAGE: dict[str, Schema] = {
    "limit": whole(f"items a page, {DEFAULT_LIMIT} when absent", lowest=1, highest=MAX_LIMIT),
    "cursor": text("the last answer's X-Next-Cursor", longest=MAX_CURSOR),
}

WAHA_PAGE: dict[str, Schema] = {
    **PAGE,
    "offset": whole("items to pass over; a cursor is faster", lowest=0, highest=MAX_OFFSET),
}


def query(request: Request, name: str) -> str | None:
    """A query parameter."""
    parameters: Mapping[str, str] = request.query_params or {}
    return parameters.get(name)


def page(request: Request) -> tuple[str | None, int]:
    """Cursor and limit of a listing."""
    return query(request, "cursor"), int(query(request, "limit") or DEFAULT_LIMIT)


def window[Item](request: Request, fetch: Fetch[Item]) -> Page[Item]:
    """A page of a listing, which WAHA's clients may ask for by offset."""
    cursor, limit = page(request)
    offset = int(query(request, "offset") or 0)
    while offset > 0:
        passed = fetch(cursor, min(offset, MAX_LIMIT))
        if passed.cursor is None:
            return Page([])
        offset, cursor = offset - len(passed.items), passed.cursor
    return fetch(cursor, limit)


def path(value: str) -> str:
    """A path parameter; API Gateway may hand it over as it was encoded."""
    return unquote(value)
