"""The OpenAPI 3.1 document, made of the routes that are registered."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from chalice import Chalice

from chalicelib.contract.components import Components
from chalicelib.contract.operation import Operation, operation_of
from chalicelib.contract.schema import Schema, gives, text, whole

VERSION = "1"
_ABOUT = (
    "WhatsApp for many organizations. The routes with a session and a chat speak WAHA's shapes, so "
    "that its clients work on them. Listings are plain arrays; `X-Next-Cursor` leads to the next "
    "page. Times are ISO 8601 in UTC. Every error has the same shape."
)
NAME = {
    **text("the line's name, which is the organization's id"),
    "pattern": "^[A-Za-z0-9_-]{1,64}$",
}
PATH: dict[str, Schema] = {
    "session": NAME,
    "chat": text("`<phone>@c.us`, `<id>@lid`, `<id>@g.us` or a phone number", shortest=1),
    "message": text("a message's own id (`messageId`)", shortest=1),
    "lid": text("`<digits>@lid`", shortest=1),
    "phone": text("with the country's code", shortest=1),
    "key": text("a key's id", shortest=1),
    "delivery": text("a delivery's id", shortest=1),
    "entry": {**text("the entry's id"), "pattern": "^[A-Za-z0-9_-]{1,64}$"},
    "file": text("a file's name", shortest=1),
}
_ERROR = gives(
    "Error",
    {
        "code": text("stable"),
        "message": text("for people"),
        "requestId": text("to find the request in the logs"),
    },
)
ERROR: Schema = {
    **_ERROR,
    "properties": {
        **_ERROR["properties"],
        "field": text("which one is wrong, as it was spelled"),
        "retryAfterSeconds": whole("after which the same request may succeed", lowest=1),
    },
}


def document(app: Chalice) -> dict[str, Any]:
    """The document of every route.

    Raises:
        ValueError: a route without an operation, or two schemas of one name.
    """
    components, paths = Components(), dict[str, Any]()
    for route, method, view in _views(app):
        operation = operation_of(view)
        if operation is None:
            raise ValueError(f"{method} {route} has no operation")
        written = _operation(route, view, operation, components)
        paths.setdefault(route, {})[method.lower()] = written
    error = {"application/json": {"schema": components.written(ERROR)}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Switchboard", "version": VERSION, "description": _ABOUT},
        "servers": [{"url": ".."}],
        "security": [{"ApiKey": []}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(components.schemas.items())),
            "responses": {"Error": {"description": "what went wrong", "content": error}},
            "securitySchemes": {"ApiKey": {"type": "apiKey", "name": "X-Api-Key", "in": "header"}},
        },
    }


def _views(app: Chalice) -> Iterator[tuple[str, str, Any]]:
    for route, methods in sorted(app.routes.items()):
        for method, entry in sorted(methods.items()):
            yield route, method, entry.view_function


def _operation(
    route: str, view: Any, operation: Operation, components: Components
) -> dict[str, Any]:
    summary, _, more = (inspect.getdoc(view) or "").partition("\n\n")
    written: dict[str, Any] = {
        "operationId": view.__name__,
        "tags": [view.__module__.rpartition(".")[2]],
        "summary": " ".join(summary.split()),
        "parameters": [*_parameters(route, operation, components)],
        "responses": {
            str(operation.status): _answer(operation, components),
            "4XX": {"$ref": "#/components/responses/Error"},
            "5XX": {"$ref": "#/components/responses/Error"},
        },
    }
    if more:
        written["description"] = more
    if operation.body is not None:
        schema = components.written(operation.body)
        needed = bool(operation.body.get("required"))
        content = {"application/json": {"schema": schema}}
        written["requestBody"] = {"required": needed, "content": content}
    return written | ({"security": []} if operation.public else {})


def _parameters(
    route: str, operation: Operation, components: Components
) -> Iterator[dict[str, Any]]:
    for name in re.findall(r"{(\w+)}", route):
        schema = components.written(PATH[name])
        yield {"name": name, "in": "path", "required": True, "schema": schema}
    for name, schema in operation.query["properties"].items():
        needed = name in operation.query["required"]
        written = components.written(schema)
        yield {"name": name, "in": "query", "required": needed, "schema": written}
    for name, schema in operation.headers.items():
        written = components.written(schema)
        yield {"name": name, "in": "header", "required": False, "schema": written}


def _answer(operation: Operation, components: Components) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": HTTPStatus(operation.status).phrase}
    if operation.answer is not None or operation.media != ("application/json",):
        answer["content"] = {
            media: _content(media, operation, components) for media in operation.media
        }
    if "cursor" in operation.query["properties"]:
        next_page = {"schema": text("opaque; absent on the last page")}
        answer["headers"] = {"X-Next-Cursor": next_page}
    return answer


def _content(media: str, operation: Operation, components: Components) -> dict[str, Any]:
    if media == "application/json" and operation.answer is not None:
        return {"schema": components.written(operation.answer)}
    return {}  # bytes
