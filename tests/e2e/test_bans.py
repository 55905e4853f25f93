"""Each signal of a ban: sending stops, a person is told once, nothing is lost."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from tests.e2e.conftest import RunningStack

from demo.scenario import until

MESSAGES = 6
WELL_AGAIN = {"t": "mode", "mode": "MAIN", "socket": "CONNECTED"}


@dataclass(frozen=True)
class Signal:
    """What the simulator does to the page, and whether the account has to be linked again."""

    frame: dict[str, object]
    unlinks: bool = False


SIGNALS = {
    "temporary_ban": Signal({"t": "temp_ban", "info": {"code": 101, "expireTs": 1}}),
    "terms_blocked": Signal({"t": "mode", "mode": "TOS_BLOCK", "socket": "TOS_BLOCK"}),
    "terms_blocked (business)": Signal(
        {"t": "mode", "mode": "SMB_TOS_BLOCK", "socket": "SMB_TOS_BLOCK"}
    ),
    "proxy_blocked": Signal({"t": "mode", "mode": "PROXYBLOCK", "socket": "PROXYBLOCK"}),
    "service_unavailable": Signal({"t": "backend_event", "name": "service_unavailable_503"}),
    "unexpected_logout": Signal({"t": "backend_event", "name": "unexpected_logout_modal"}, True),
    "account_locked": Signal({"t": "remote_logout", "reason": "account_locked"}, True),
}


@pytest.fixture
def told(stack: RunningStack) -> Iterator[Callable[[str], list[dict[str, Any]]]]:
    """What a subscriber of the notices hears about one organization."""
    options = {
        "endpoint_url": stack.facts["aws_endpoint"],
        "region_name": stack.facts["region"],
        "aws_access_key_id": "test",
        "aws_secret_access_key": "test",
    }
    sns, sqs = boto3.client("sns", **options), boto3.client("sqs", **options)
    topics = [topic["TopicArn"] for topic in sns.list_topics()["Topics"]]
    topic = next(arn for arn in topics if arn.endswith("-notices"))
    queue = sqs.create_queue(QueueName=f"subscriber-{time.time_ns()}")["QueueUrl"]
    names = ["QueueArn"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]["QueueArn"]
    subscription = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)["SubscriptionArn"]
    heard: list[dict[str, Any]] = []

    def about(name: str) -> list[dict[str, Any]]:
        answer = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        bodies = [json.loads(message["Body"]) for message in answer.get("Messages", [])]
        heard.extend(json.loads(body["Message"]) for body in bodies)
        for message in answer.get("Messages", []):
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        return [notice for notice in heard if notice["organization_id"] == name]

    yield about
    sns.unsubscribe(SubscriptionArn=subscription)
    sqs.delete_queue(QueueUrl=queue)


class Line:
    """One line with its phone, in the words of these tests."""

    def __init__(self, stack: RunningStack, name: str, account: str) -> None:
        self.stack, self.name, self.account = stack, name, account
        stack.link(name, account)

    def restriction(self) -> dict[str, Any]:
        return dict(self.stack.api.call("GET", f"/api/{self.name}/restriction"))

    def paused(self) -> bool:
        return bool(self.restriction()["active"])

    def queue(self, count: int, **more: object) -> list[str]:
        """To as many customers, none of whom ever wrote."""
        bodies = [
            {"session": self.name, "chatId": f"1555000990{number}@c.us", "text": "kept", **more}
            for number in range(count)
        ]
        return [self.stack.api.call("POST", "/api/messages", body)["id"] for body in bodies]

    def sent(self) -> int:
        return len(self.stack.phone.sent(self.account))

    def scan_again(self) -> None:
        qr = until(lambda: self.stack.qr(self.name), 60, "a new QR")
        self.stack.phone.ctl(op="scan", ref=qr, pn=self.account)

    def resume(self) -> None:
        self.stack.api.call("POST", f"/api/{self.name}/restriction", {"active": False})

    def all_read(self, messages: list[str]) -> bool:
        paths = [f"/api/messages/{one}?session={self.name}" for one in messages]
        return all(self.stack.api.call("GET", path)["state"] == "READ" for path in paths)

    def notices(self) -> list[str]:
        return [one["code"] for one in self.stack.api.call("GET", f"/api/{self.name}/notices")]


@pytest.mark.parametrize("kind", SIGNALS)
def test_a_ban_signal_pauses_sending_tells_once_and_keeps_the_queue(
    stack: RunningStack,
    unique: Callable[[str], str],
    told: Callable[[str], list[dict[str, Any]]],
    kind: str,
) -> None:
    signal, code = SIGNALS[kind], kind.split(maxsplit=1)[0]
    line = Line(stack, unique("banned"), f"1555000985{list(SIGNALS).index(kind)}")
    kept = line.queue(MESSAGES)
    until(lambda: line.sent() >= 2, 30, "sending to be under way")
    for _ in range(1 if signal.unlinks else 2):
        stack.phone.ctl(op="frame", account=line.account, **signal.frame)
        until(line.paused, 30, "the pause")
    gone = line.sent()
    assert gone < MESSAGES, "the signal came too late to prove anything"
    if signal.unlinks:
        line.scan_again()
    else:
        stack.phone.ctl(op="frame", account=line.account, **WELL_AGAIN)
    until(lambda: stack.state(line.name) == "CONNECTED", 60, "the line to be well again")
    until(lambda: told(line.name), 10, "the notice")
    time.sleep(5)  # twice what the pace would have taken for the next message
    assert line.sent() <= gone + 1
    assert line.restriction()["kind"] == code
    assert [notice["code"] for notice in told(line.name)] == [code]
    assert line.notices() == [code]

    line.resume()
    until(lambda: line.all_read(kept), 90, "the kept messages")
    assert line.sent() == MESSAGES


def test_refused_new_chats_pause_sending_and_keep_the_queue(
    stack: RunningStack,
    unique: Callable[[str], str],
    told: Callable[[str], list[dict[str, Any]]],
) -> None:
    line = Line(stack, unique("shy"), "15550009818")
    stack.phone.ctl(op="config", refuseNewChats=True)
    try:
        kept = line.queue(MESSAGES)
        until(line.paused, 60, "the pause")
        until(lambda: told(line.name), 10, "the notice")
    finally:
        stack.phone.ctl(op="config", refuseNewChats=False)
    time.sleep(5)
    assert line.sent() == 0
    assert [notice["code"] for notice in told(line.name)] == ["new_chats_refused"]
    line.resume()
    until(lambda: line.all_read(kept), 90, "the kept messages")
    assert line.sent() == MESSAGES
