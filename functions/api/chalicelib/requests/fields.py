"""Parts of a request that was checked against its operation's schema."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote

from chalice.app import Request

from chalicelib.contract.schema import Schema, text, whole
from chalicelib.requests.reading import json_object as body

__all__ = ["PAGE", "body", "page", "path", "query"]

DEFAULT_LIMIT = 50
MAX_LIMIT = 100
MAX_CURSOR = 2_000

PAGE: dict[str, Schema] = {
    "limit": whole(f"items a page, {DEFAULT_LIMIT} when absent", lowest=1, highest=MAX_LIMIT),
    "cursor": text("the last answer's X-Next-Cursor", longest=MAX_CURSOR),
}


def query(request: Request, name: str) -> str | None:
    """A query parameter."""
    parameters: Mapping[str, str] = request.query_params or {}
    return parameters.get(name)


def page(request: Request) -> tuple[str | None, int]:
    """Cursor and limit of a listing."""
    return query(request, "cursor"), int(query(request, "limit") or DEFAULT_LIMIT)


def path(value: str) -> str:
    """A path parameter; API Gateway may hand it over as it was encoded."""
    return unquote(value)
