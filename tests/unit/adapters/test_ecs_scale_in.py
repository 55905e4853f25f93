"""Scale-in protection against an agent on loopback that answers as ECS documents it."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from switchboard.adapters.ecs.scale_in import EcsScaleIn
from switchboard.domain.errors import DependencyUnavailable

ARN = "arn:aws:ecs:eu-west-1:123456789012:task/hosts/0123"


class Agent(ThreadingHTTPServer):
    """Keeps what was put; `answer` overrides what it says."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.put: list[tuple[str, dict[str, object]]] = []
        self.answer: tuple[int, bytes] | None = None

    @property
    def uri(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/api/0123-abcd"


class Handler(BaseHTTPRequestHandler):
    server: Agent

    def do_PUT(self) -> None:
        state = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.put.append((self.path, state))
        told = {"protection": {"ProtectionEnabled": state["ProtectionEnabled"], "TaskArn": ARN}}
        status, body = self.server.answer or (200, json.dumps(told).encode())
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def agent() -> Iterator[Agent]:
    with Agent() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.mark.parametrize(
    ("lasting", "minutes"),
    [
        (timedelta(minutes=30), 30),
        (timedelta(seconds=61), 2),
        (timedelta(seconds=1), 1),
        (timedelta(days=9), 2880),
    ],
)
def test_protect_asks_for_whole_minutes(agent: Agent, lasting: timedelta, minutes: int) -> None:
    EcsScaleIn(agent.uri).protect(lasting)
    wanted = {"ProtectionEnabled": True, "ExpiresInMinutes": minutes}
    assert agent.put == [("/api/0123-abcd/task-protection/v1/state", wanted)]


def test_allow_ends_it(agent: Agent) -> None:
    EcsScaleIn(agent.uri).allow()
    (only,) = agent.put
    assert only[1] == {"ProtectionEnabled": False}


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (200, {"failure": {"Arn": ARN, "Reason": "TASK_NOT_VALID", "Detail": "x"}}, "TASK_NOT"),
        (400, {"error": {"Arn": ARN, "Code": "AccessDeniedException", "Message": ARN}}, "Access"),
        (200, {"protection": {"ProtectionEnabled": False, "TaskArn": ARN}}, "not confirmed"),
        (500, {}, "500"),
        (200, [], "not confirmed"),
    ],
)
def test_what_is_not_confirmed_is_not_protected(
    agent: Agent, status: int, body: object, code: str
) -> None:
    agent.answer = (status, json.dumps(body).encode())
    with pytest.raises(DependencyUnavailable, match=code) as refused:
        EcsScaleIn(agent.uri).protect(timedelta(minutes=1))
    assert "123456789012" not in str(refused.value), "accounts stay out of the log"


def test_an_answer_that_is_no_json_is_not_protected(agent: Agent) -> None:
    agent.answer = (200, b"<html>")
    with pytest.raises(DependencyUnavailable):
        EcsScaleIn(agent.uri).protect(timedelta(minutes=1))


def test_an_agent_that_is_not_there_is_not_protected() -> None:
    with pytest.raises(DependencyUnavailable):
        EcsScaleIn("http://127.0.0.1:9/api/x").allow()
