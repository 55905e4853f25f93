"""One running stack for the whole directory: simulator, cloud, functions and browser host."""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from demo.clients import ApiClient, Phone
from demo.scenario import until
from run.stack import Stack

ARTEFACTS = Path(".local/artefacts")


class RunningStack:
    """The stack with its two doors, and a line made in one call."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.facts = stack.facts
        self.admin_key = Path(stack.facts["admin_key_file"]).read_text(encoding="utf8")
        self.api = ApiClient(stack.facts["api_url"], self.admin_key)
        self.phone = Phone(stack.facts["simulator"]["http"])
        self.console_url = stack.facts["console_url"]

    def state(self, name: str) -> str:
        return str(self.api.call("GET", f"/api/sessions/{name}")["state"])

    def qr(self, name: str) -> str | None:
        """The QR's text, None while there is none."""
        answer = requests.get(
            f"{self.facts['api_url']}/api/{name}/auth/qr?format=raw",
            headers={"X-Api-Key": self.admin_key},
            timeout=30,
        )
        assert answer.status_code in (200, 409), answer.text
        return str(answer.json()["value"]) if answer.ok else None

    def link(self, name: str, account: str, **config: object) -> None:
        self.api.call("POST", "/api/sessions", {"name": name, "config": config})
        self.phone.ctl(op="scan", ref=until(lambda: self.qr(name), 60, "a QR"), pn=account)
        until(lambda: self.state(name) == "CONNECTED", 60, f"{name} to connect")

    def host_pid(self) -> int:
        assert self.stack.host is not None
        return self.stack.host.pid


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    said: list[str] = []
    before = dict(os.environ)
    try:
        with Stack(said.append, folder=tmp_path_factory.mktemp("stack")) as running:
            yield RunningStack(running)
    finally:
        os.environ.clear()
        os.environ.update(before)


@dataclass(frozen=True)
class RevokedKey:
    """A key that the gateway had let in, and when it was revoked."""

    organization: str
    secret: str
    at: float


@pytest.fixture(scope="session")
def revoked_key(stack: RunningStack) -> RevokedKey:
    """Asked for early, so that the minute for which its answer is cached passes in other tests."""
    name = f"revoked-{time.time_ns() % 10**9}"
    stack.api.call("POST", "/api/sessions", {"name": name, "start": False})
    made = stack.api.call("POST", "/api/keys", {"session": name, "access": "read"})
    own = ApiClient(stack.facts["api_url"], made["key"])
    assert own.call("GET", f"/api/sessions/{name}")["name"] == name
    stack.api.call("DELETE", f"/api/keys/{made['id']}?session={name}")
    return RevokedKey(name, made["key"], time.monotonic())


@pytest.fixture
def unique() -> Callable[[str], str]:
    return lambda name: f"{name}-{time.time_ns() % 10**9}"


@pytest.fixture(autouse=True)
def _room_for_the_next_test(request: pytest.FixtureRequest) -> Iterator[None]:
    """A host holds eight lines; what a test leaves would keep the next one waiting for a QR."""
    yield
    if "stack" in request.fixturenames:
        running: RunningStack = request.getfixturevalue("stack")
        for line in running.api.pages("/api/sessions"):
            running.api.call("DELETE", f"/api/sessions/{line['name']}")
