"""The real Chalice app over the memory adapters, called with API Gateway's proxy events."""

import asyncio
import base64
import json
import os
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.world import World

from browser_host.commands import carry_out
from switchboard.adapters.agents.examiner import KnowledgeExaminer
from switchboard.adapters.agents.retrieval import Retriever
from switchboard.adapters.memory.agent import WordEmbedder
from switchboard.adapters.memory.channel_provider import MemoryLinkedPage
from switchboard.application.try_knowledge import TryKnowledge
from switchboard.bootstrap.api import Stores, wire
from switchboard.domain.errors import SwitchboardError
from switchboard.domain.ids import OrganizationId
from switchboard.domain.public_address import Reach

os.environ.setdefault("POWERTOOLS_TRACE_DISABLED", "1")
os.environ.setdefault("POWERTOOLS_METRICS_NAMESPACE", "Switchboard")
os.environ.setdefault("POWERTOOLS_SERVICE_NAME", "api")
sys.path.insert(0, str(Path(__file__).parents[3] / "functions/api"))

import app
from chalicelib import wiring


class Context:
    """What Lambda tells a function about itself."""

    function_name = "api"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:eu-west-1:000000000000:function:api"
    aws_request_id = "request"


@dataclass(frozen=True)
class Answer:
    """A response as a client reads it."""

    status: int
    body: Any
    headers: dict[str, str]


@dataclass
class ApiClient:
    """Calls routes as an administrator, or as the key of one organization."""

    world: World
    organization: OrganizationId | None = None
    access: str = "write"
    headers: dict[str, str] = field(default_factory=dict)
    page: MemoryLinkedPage | None = None
    """What carries commands out; without one they are not answered."""
    authorized: bool = True
    requests_per_minute: int = 1_000

    def __post_init__(self) -> None:
        wiring.use(wire(self._stores()))

    def _stores(self) -> Stores:
        w, embedder = self.world, WordEmbedder()
        return Stores(
            sessions=w.sessions,
            belongings=w.belongings,
            hosts=w.hosts,
            gate=w.gate,
            organizations=w.organizations,
            inbox=w.inbox,
            messages=w.messages,
            outbox=w.outbox,
            failed=w.failed,
            commands=w.commands,
            keys=w.keys,
            notices=w.notices,
            receivers=w.receivers,
            deliveries=w.deliveries,
            delivery_queue=w.delivery_queue,
            names=w.door,
            reach=Reach.PUBLIC,
            send_queue=w.send_queue,
            session_starts=w.session_starts,
            wake_ups=w.wake_ups,
            embedder=embedder,
            trials=TryKnowledge(w.organizations, KnowledgeExaminer(Retriever(embedder))),
            clock=w.clock,
            metrics=w.metrics,
            requests=w.requests,
            requests_per_minute=self.requests_per_minute,
            pause=self._pause,
        )

    def _pause(self, seconds: float) -> None:
        """While the API waits for a page, `page` answers what it was asked."""
        self.world.advance(seconds=seconds)
        if self.page is None:
            return
        organization = self.page.phone.organization_id
        for command in self.world.commands.open(organization):
            try:
                result, code = asyncio.run(carry_out(command, self.page)), None
            except SwitchboardError as error:
                result, code = None, error.code
            self.world.commands.answer(command, result=result, error_code=code)

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        raw: bytes | None = None,
        query: dict[str, str] | None = None,
    ) -> Answer:
        route, parameters = matched(path)
        content = raw if raw is not None else json.dumps(body).encode() if body is not None else b""
        answer = app.app(self._event(method, route, parameters, content, query or {}), Context())
        return _read(answer)

    def _event(
        self,
        method: str,
        route: str,
        parameters: dict[str, str],
        content: bytes,
        query: dict[str, str],
    ) -> dict[str, Any]:
        headers = {"content-type": "application/json", **self.headers}
        return {
            "resource": route,
            "path": route,
            "httpMethod": method,
            "requestContext": {
                "httpMethod": method,
                "resourcePath": route,
                "requestId": "request-1",
                "identity": {"sourceIp": "127.0.0.1"},
                "authorizer": self._authorizer() if self.authorized else {},
            },
            "headers": headers,
            "multiValueHeaders": {name: [value] for name, value in headers.items()},
            "multiValueQueryStringParameters": {name: [value] for name, value in query.items()},
            "pathParameters": parameters,
            "stageVariables": None,
            "body": base64.b64encode(content).decode(),
            "isBase64Encoded": True,
        }

    def _authorizer(self) -> dict[str, str]:
        return {
            "organization_id": self.organization or "",
            "access": self.access,
            "key_id": f"key of {self.organization}",
        }


def routes() -> list[tuple[str, str]]:
    """Every method with its route."""
    return [(method, route) for route, methods in app.app.routes.items() for method in methods]


def matched(path: str) -> tuple[str, dict[str, str]]:
    """The route that API Gateway would choose, literal segments first, and its parameters."""
    found = []
    for route in app.app.routes:
        pattern = re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", route)
        match = re.fullmatch(pattern, path)
        if match:
            found.append((len(match.groupdict()), route, match.groupdict()))
    assert found, f"no route for {path}"
    _, route, parameters = min(found)
    return route, parameters


def _read(answer: dict[str, Any]) -> Answer:
    headers = {name.lower(): value for name, value in answer["headers"].items()}
    for name, values in (answer.get("multiValueHeaders") or {}).items():
        headers[name.lower()] = values[0]
    content = answer["body"]
    if answer.get("isBase64Encoded"):
        return Answer(answer["statusCode"], base64.b64decode(content), headers)
    try:
        return Answer(answer["statusCode"], json.loads(content or "null"), headers)
    except ValueError:
        return Answer(answer["statusCode"], content, headers)
