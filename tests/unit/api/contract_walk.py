"""Walks the OpenAPI document: every operation with a request that is right."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from tests.unit.api import api_client  # noqa: F401 - makes the app importable

from app import app
from chalicelib.contract.document import document

CHAT = "15550009901@c.us"
SAMPLES: dict[str, Any] = {
    "session": "shop",
    "name": "third",
    "chat": CHAT,
    "chatId": CHAT,
    "contactId": CHAT,
    "message": "0" * 26,
    "lid": "110990005551@lid",
    "phone": "15550009901",
    "phoneNumber": "15550009901",
    "key": "k1",
    "delivery": "dlv_" + "0" * 26,
    "entry": "hours",
    "file": "index.html",
    "text": "hello",
    "url": "https://receiver.example/hook",
    "answer": "From nine to six.",
}


@dataclass(frozen=True)
class Call:
    """One operation, and a request that is right."""

    method: str
    route: str
    operation: dict[str, Any]
    query: dict[str, str] = field(default_factory=dict)
    body: dict[str, Any] | None = None

    @property
    def public(self) -> bool:
        return self.operation.get("security") == []

    @property
    def names_a_session(self) -> bool:
        return (
            "{session}" in self.route or "session" in self.query or "session" in (self.body or {})
        )

    def path(self, session: str) -> str:
        values = {**SAMPLES, "session": session}
        path = self.route
        for name, value in values.items():
            path = path.replace(f"{{{name}}}", str(value))
        assert "{" not in path, f"give {self.route} a sample in contract_walk.SAMPLES"
        return path

    def queried(self, session: str) -> dict[str, str]:
        return {**self.query, **({"session": session} if "session" in self.query else {})}

    def sent(self, session: str) -> dict[str, Any] | None:
        if self.body is None or "session" not in self.body:
            return self.body
        return {**self.body, "session": session}

    def __str__(self) -> str:
        return f"{self.method} {self.route}"


@cache
def spec() -> dict[str, Any]:
    return document(app)


@cache
def calls() -> list[Call]:
    """Every operation of the document."""
    return [*_calls()]


def _calls() -> Iterator[Call]:
    for route, methods in spec()["paths"].items():
        for method, operation in methods.items():
            query = {
                one["name"]: str(sample(one["name"], one["schema"]))
                for one in operation["parameters"]
                if one["in"] == "query" and (one["required"] or one["name"] == "session")
            }
            body = None
            if "requestBody" in operation:
                schema = operation["requestBody"]["content"]["application/json"]["schema"]
                body = sample("", schema)
                if "session" in resolved(schema)["properties"]:
                    body["session"] = "shop"
            yield Call(method.upper(), route, operation, query, body)


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        return resolved(spec()["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    return schema


def sample(name: str, schema: dict[str, Any]) -> Any:
    """A value that the schema allows; of an object only what is required."""
    schema = resolved(schema)
    if name in SAMPLES:
        return SAMPLES[name]
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "object":
        return {one: sample(one, schema["properties"][one]) for one in schema.get("required", [])}
    if schema.get("type") == "array":
        items = resolved(schema["items"])
        return [sample("" if items.get("type") == "object" else "text", items)]
    simple: dict[Any, Any] = {"boolean": True, "integer": schema.get("minimum", 1)}
    return simple.get(schema.get("type"), "x" * max(1, schema.get("minLength", 1)))
