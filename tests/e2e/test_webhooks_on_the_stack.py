"""Events on real parts: the table's stream, both functions, and a receiver on loopback."""

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.conftest import RunningStack

from demo.scenario import until

KEY = "the key of the end-to-end test"
CUSTOMER_LID = "110990005551@lid"
OTHER_LID = "110990005552@lid"
DOCUMENT = Path(__file__).parents[2] / "docs/webhooks.md"


class Receiver:
    """Does what docs/webhooks.md says; answers `status`, and hears only while that is 200."""

    def __init__(self) -> None:
        self.status = 200
        self.seen: set[str] = set()
        self.heard: list[dict[str, Any]] = []
        self.requests = 0
        (code,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf8"), re.DOTALL)
        documented: dict[str, Any] = {}
        exec(code, documented)  # noqa: S102 - the document's own code
        self.accept = documented["accept"]
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.requests += 1
                if receiver.status == 200 and receiver.accept(
                    self.headers, body, KEY, receiver.seen
                ):
                    receiver.heard.append(json.loads(body))
                self.send_response(receiver.status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"

    def events(self, name: str, **payload: object) -> list[dict[str, Any]]:
        return [
            one
            for one in self.heard
            if one["event"] == name
            and all(one["payload"].get(field) == value for field, value in payload.items())
        ]

    def bodies(self) -> list[str]:
        return [one["payload"]["body"] for one in self.events("message")]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


def write(stack: RunningStack, account: str, body: str, customer: str = CUSTOMER_LID) -> None:
    stack.phone.ctl(op="msg", account=account, body=body, **{"from": customer})


def test_events_reach_a_receiver_once_in_order_and_through_its_outage(
    stack: RunningStack, unique: Callable[[str], str], receiver: Receiver
) -> None:
    name, account = unique("events"), "15550009810"
    hook = {"url": receiver.url, "events": ["*"], "hmac": {"key": KEY}}
    stack.link(name, account, webhooks=[hook])
    until(lambda: receiver.events("session.status", status="WORKING"), 20, "the state")
    write(stack, account, "hello")
    until(lambda: receiver.events("message.ack", ack=3), 40, "the ticks of the agent's reply")
    (message,) = receiver.events("message")
    assert (message["session"], message["payload"]["body"]) == (name, "hello")
    assert message["me"]["id"] == f"{account}@c.us"
    assert receiver.events("contact.status", status="NEW_LEAD")
    (reply,) = receiver.events("message.any", fromMe=True)
    acks = [one["payload"] for one in receiver.events("message.ack")]
    assert [one["ack"] for one in acks] == [1, 2, 3]
    assert {one["id"] for one in acks} == {reply["payload"]["id"]}

    (handed,) = receiver.events("conversation.hand_off")
    assert (handed["payload"]["active"], handed["payload"]["reason"]) == (True, "no_answer")
    happened_afterwards(stack, account, receiver, message["payload"]["id"])

    receiver.status = 500
    before = receiver.requests
    for number in range(6):
        write(stack, account, f"in the outage {number}", CUSTOMER_LID if number % 2 else OTHER_LID)
    until(lambda: receiver.requests >= before + 3, 20, "tries in vain")
    time.sleep(2)
    receiver.status = 200
    until(lambda: len(receiver.bodies()) == 7, 40, "all that was parked")
    by_chat: dict[str, list[str]] = {}
    for one in receiver.events("message"):
        by_chat.setdefault(one["payload"]["from"], []).append(one["payload"]["body"][-1])
    assert sorted(by_chat.values()) == [["0", "2", "4"], ["o", "1", "3", "5"]]
    log = stack.api.call("GET", f"/api/{name}/webhooks/deliveries")
    assert {"delivered", "retried"} <= {one["outcome"] for one in log}
    assert KEY not in json.dumps(stack.api.call("GET", f"/api/{name}/webhooks"))


def happened_afterwards(stack: RunningStack, account: str, receiver: Receiver, wa_id: str) -> None:
    """The customer reacts to a message, changes it, and takes it back."""
    (chat,) = stack.phone.ctl(op="state")["accounts"][-1]["chats"]
    told = {"account": account, "chat": chat["id"], "id": wa_id.split("_")[2], "op": "happen"}
    stack.phone.ctl(what="reaction", text="👍", **told)
    reaction = until(lambda: receiver.events("message.reaction"), 20, "the reaction")[0]
    assert reaction["payload"]["reaction"] == {"text": "👍", "messageId": wa_id}
    stack.phone.ctl(what="edit", body="hello there", **told)
    edited = until(lambda: receiver.events("message.edited"), 20, "the edit")[0]
    assert (edited["payload"]["body"], edited["payload"]["editedMessageId"]) == (
        "hello there",
        wa_id,
    )
    stack.phone.ctl(what="revoke", **told)
    revoked = until(lambda: receiver.events("message.revoked"), 20, "the revocation")[0]
    assert revoked["payload"]["before"]["body"] == "hello there"


def test_a_dead_delivery_is_listed_and_redriven(
    stack: RunningStack, unique: Callable[[str], str], receiver: Receiver
) -> None:
    name = unique("dead")
    stack.api.call("POST", "/api/sessions", {"name": name, "start": False})
    hook = {"url": receiver.url, "hmac": {"key": KEY}, "retries": {"attempts": 1}}
    stack.api.call("PUT", f"/api/{name}/webhooks", {"webhooks": [hook]})
    receiver.status = 503
    stack.api.call("POST", f"/api/{name}/webhooks/test")
    path = f"/api/{name}/webhooks/deliveries"
    dead = until(lambda: stack.api.call("GET", f"{path}?state=dead"), 20, "the dead delivery")
    assert (dead[0]["event"], dead[0]["status"], dead[0]["error"]) == (
        "webhook.test",
        503,
        "refused",
    )
    receiver.status = 200
    stack.api.call("POST", f"{path}/{dead[0]['id']}/redrive")
    until(lambda: receiver.events("webhook.test"), 20, "the redriven event")
    assert receiver.heard[0]["id"] == dead[0]["eventId"]
    assert stack.api.call("GET", f"{path}?state=dead") == []
