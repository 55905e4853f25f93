"""Every route of the API once, as a client would go through them."""

import json
import re
from datetime import timedelta
from typing import Any

from tests.infra.permissions.cloud import Cloud, Context
from tests.support.builders import CHAT, LID
from tests.support.webhooks import RECEIVER

from switchboard.application import run_command
from switchboard.domain.failed_entry import FailedEntry
from switchboard.domain.ids import HostId, MessageId, OrganizationId
from switchboard.domain.message import MessageStatus
from switchboard.domain.session import Reason, SessionState, SessionStatus

SHOP = OrganizationId("shop")
QUEUE = "https://sqs.eu-west-1.amazonaws.com/123456789012/switchboard-test-host-1"
NO_ANSWER = 504
NO_ANSWER_FUNCTION = 503
"""moto runs no function; that it is asked for one is what counts."""
"""No host answers here."""
SAMPLES: dict[str, Any] = {
    "session": "shop",
    "chat": CHAT,
    "chatId": CHAT,
    "contactId": CHAT,
    "phone": "15550009901",
    "phoneNumber": "15550009901",
    "lid": LID,
    "message": "0" * 26,
    "entry": "hours",
    "key": "none",
    "delivery": "dlv_" + "0" * 26,
    "file": "index.html",
    "text": "hello",
}
_OF_TYPE = {"string": "text", "integer": 1, "boolean": True, "array": [], "object": {}}
TEXT = {"session": "shop", "chatId": CHAT, "text": "hello"}


class Caller:
    """Calls the real app and remembers which routes it went through."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.called: set[tuple[str, str]] = set()

    def __call__(
        self, method: str, path: str, body: object = None, query: dict[str, str] | None = None
    ) -> Any:
        route, parameters = self._match(path)
        self.called.add((method, route))
        event = {
            "resource": route,
            "path": path,
            "httpMethod": method,
            "requestContext": {
                "httpMethod": method,
                "resourcePath": route,
                "requestId": "r",
                "identity": {"sourceIp": "127.0.0.1"},
                "authorizer": {"organization_id": "", "access": "write"},
            },
            "headers": {"content-type": "application/json"},
            "multiValueHeaders": {"content-type": ["application/json"]},
            "multiValueQueryStringParameters": {k: [v] for k, v in (query or {}).items()},
            "pathParameters": parameters,
            "stageVariables": None,
            "body": json.dumps(body) if body is not None else None,
            "isBase64Encoded": False,
        }
        answer = self.app(event, Context())
        expected = {NO_ANSWER, NO_ANSWER_FUNCTION} if route.endswith("/try") else {NO_ANSWER}
        assert answer["statusCode"] < 500 or answer["statusCode"] in expected, (path, answer)
        text = answer.get("body") or "null"
        return json.loads(text) if text[:1] in "[{n" else text

    def _match(self, path: str) -> tuple[str, dict[str, str]]:
        found = []
        for route in self.app.routes:
            match = re.fullmatch(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", route), path)
            if match:
                found.append((len(match.groupdict()), route, match.groupdict()))
        _, route, parameters = min(found)
        return route, parameters

    def uncalled(self) -> set[tuple[str, str]]:
        every = {(m, route) for route, methods in self.app.routes.items() for m in methods}
        return every - self.called


def every_route(cloud: Cloud) -> None:
    """Fails for a route that it does not know."""
    cloud.monkeypatch.setattr(run_command, "COMMAND_PATIENCE", timedelta())
    call = Caller(cloud.function("ApiFunction").app)
    call("POST", "/api/sessions", {"name": "shop"})
    call("POST", "/api/sessions", {"name": "other"})
    call("GET", "/api/sessions")
    _with_an_owner(cloud)
    for method, path, body in _walk():
        call(method, path, body)
    _keys(call)
    _messages(cloud, call)
    with cloud.unrecorded():
        cloud.world.receivers.replace(SHOP, [RECEIVER])
    for method, route in sorted(call.uncalled(), key=lambda one: (one[0] == "DELETE", one)):
        call(method, *_request(call.app.routes[route][method].view_function, route))
    call("DELETE", "/api/sessions/shop")
    assert call.uncalled() == set()


def _request(view: Any, route: str) -> tuple[str, Any, dict[str, str]]:
    """Path, body and query that a route's own contract accepts."""
    from chalicelib.contract.operation import operation_of

    contract = operation_of(view)
    path = re.sub(r"{(\w+)}", lambda match: str(SAMPLES.get(match[1], "none")), route)
    if contract is None:
        return path, None, {}
    query = {name: str(value) for name, value in _sample(contract.query).items()}
    return path, _sample(contract.body) if contract.body else None, query


def _sample(schema: dict[str, Any]) -> dict[str, Any]:
    """What a schema requires, and what we know a value for."""
    known = schema.get("properties", {})
    wanted = {*schema.get("required", []), *(known.keys() & SAMPLES.keys())}
    return {name: SAMPLES.get(name, _OF_TYPE.get(known[name].get("type"))) for name in wanted}


def _with_an_owner(cloud: Cloud) -> None:
    """A host owns the line and shows a QR."""
    sessions, now = cloud.world.sessions, cloud.world.clock.now()
    with cloud.unrecorded():
        lease = sessions.acquire(SHOP, HostId("host-1"), QUEUE, now)
        state = SessionState(
            SessionStatus.WAITING_QR, Reason.SCAN_QR, qr_code="2@r", qr_expires_at=now
        )
        sessions.record(lease, state, now)


def _walk() -> list[tuple[str, str, object]]:
    return [
        ("GET", "/api/sessions/shop", None),
        ("PUT", "/api/sessions/shop", {"config": {"limits": {"perMinute": 7}}}),
        ("GET", "/api/sessions/shop/me", None),
        ("GET", "/api/shop/auth/qr", None),
        ("GET", "/api/shop/settings", None),
        ("PUT", "/api/shop/settings", {"groups": True}),
        (
            "PUT",
            "/api/shop/knowledge/hours",
            {"phrasings": ["when do you open?"], "answer": "9 to 5"},
        ),
        ("GET", "/api/shop/knowledge", None),
        ("DELETE", "/api/shop/knowledge/hours", None),
        ("GET", "/api/shop/notices", None),
        ("PUT", "/api/shop/webhooks", {"webhooks": [{"url": "https://93.184.216.34/"}]}),
        ("POST", "/api/shop/webhooks/test", None),
        ("GET", "/api/shop/restriction", None),
        ("POST", "/api/shop/restriction", {"paused": True}),
        ("POST", "/api/sessions/shop/restart", None),
        ("POST", "/api/sessions/shop/stop", None),
        ("POST", "/api/sessions/shop/start", None),
        ("GET", "/health", None),
        ("GET", "/ping", None),
        ("GET", "/console/index.html", None),
    ]


def _keys(call: Caller) -> None:
    made = call("POST", "/api/keys", {"session": "shop", "access": "read"})
    call("GET", "/api/keys")
    rotated = call("POST", f"/api/keys/{made.get('id', 'none')}/rotate")
    call("DELETE", f"/api/keys/{rotated.get('id', 'none')}")


def _messages(cloud: Cloud, call: Caller) -> None:
    call("POST", "/api/sendText", TEXT)
    sent = call("POST", "/api/messages", TEXT | {"text": "x" * 60_001})["id"]
    call("GET", f"/api/messages/{sent}")
    call("GET", "/api/shop/outbox")
    call("GET", "/api/shop/chats")
    call("GET", f"/api/shop/chats/{CHAT}/messages")
    call("PUT", f"/api/shop/chats/{CHAT}/takeover", {"minutes": 10})
    call("DELETE", f"/api/messages/{sent}")
    failed = MessageId(call("POST", "/api/messages", TEXT)["id"])
    with cloud.unrecorded():
        w = cloud.world
        message, entry = w.messages.read(SHOP, failed), w.outbox.read(SHOP, failed)
        w.failed.keep(FailedEntry(entry, MessageStatus.FAILED, "why", w.clock.now()), message)
    call("GET", "/api/shop/dead-letters")
    call("POST", f"/api/shop/dead-letters/{failed}/redrive")
