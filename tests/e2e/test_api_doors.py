"""The API's doors on the running stack: no key, an unknown one, another organization's."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from tests.e2e.conftest import RunningStack

CHAT = "15550009871@c.us"
SAMPLES = {
    "chat": CHAT,
    "message": "0" * 26,
    "lid": "110990005551@lid",
    "phone": "15550009871",
    "file": "index.html",
}


class Doors:
    """Calls every operation of the served document."""

    def __init__(self, stack: RunningStack) -> None:
        self.url = stack.facts["api_url"].rstrip("/")
        self.http = requests.Session()
        self.spec = self.call("GET", "/api/openapi.json").json()

    def call(
        self, method: str, path: str, key: str | None = None, **kwargs: Any
    ) -> requests.Response:
        headers = {} if key is None else {"X-Api-Key": key}
        return self.http.request(method, self.url + path, headers=headers, timeout=30, **kwargs)

    def operations(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        for route, methods in self.spec["paths"].items():
            for method, operation in methods.items():
                yield method.upper(), route, operation

    def walk(self, session: str, key: str | None) -> Iterator[tuple[str, requests.Response]]:
        """Each operation that asks for a key, with this session wherever one is named."""
        for method, route, operation in self.operations():
            if operation.get("security") == []:
                continue
            path = route.replace("{session}", session)
            for name, value in SAMPLES.items():
                path = path.replace(f"{{{name}}}", value)
            path = path.replace("{", "").replace("}", "")
            names = {one["name"] for one in operation["parameters"] if one["in"] == "query"}
            query = {"session": session} if "session" in names else {}
            body = {"session": session} if "requestBody" in operation else None
            yield f"{method} {route}", self.call(method, path, key, params=query, json=body)


@pytest.fixture
def doors(stack: RunningStack) -> Doors:
    return Doors(stack)


def test_without_a_key_or_with_another_organizations_nothing_is_revealed(
    stack: RunningStack, doors: Doors, unique: Callable[[str], str]
) -> None:
    mine, theirs = unique("mine"), unique("theirs")
    for name in (mine, theirs):
        stack.api.call("POST", "/api/sessions", {"name": name, "start": False})
    body = {"session": theirs, "chatId": CHAT, "text": "secret words"}
    stack.api.call("POST", "/api/messages", body)
    key = stack.api.call("POST", "/api/keys", {"session": mine})["key"]
    walked = 0
    for route, answer in doors.walk(theirs, key):
        expected = 200 if route == "GET /api/sessions" else 404
        assert answer.status_code == expected, (route, answer.text)
        assert theirs not in answer.text, route
        assert "secret words" not in answer.text, route
        walked += 1
    for route, answer in doors.walk(theirs, None):
        refused(answer, theirs)
        assert route
    assert walked == sum(1 for *_, operation in doors.operations() if "security" not in operation)


def refused(answer: requests.Response, secret: str) -> None:
    assert answer.status_code == 401, answer.text
    assert secret not in answer.text
    assert json.loads(answer.text).keys() <= {"code", "message", "requestId"}


def test_an_unknown_key_is_refused(stack: RunningStack, doors: Doors) -> None:
    for key in ("sb_unknown", stack.admin_key + "x", stack.admin_key[:-1]):
        refused(doors.call("GET", "/api/sessions", key), stack.admin_key)
