"""Each signal of a ban: sending stops, a person is told once, nothing is lost."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from tests.e2e.conftest import RunningStack

from demo.scenario import until

CUSTOMER = "15550009901@c.us"
SIGNALS = {
    "temporary_ban": {"t": "temp_ban", "info": {"code": 101, "expireTs": 1}},
    "terms_blocked": {"t": "mode", "mode": "TOS_BLOCK", "socket": "TOS_BLOCK"},
    "proxy_blocked": {"t": "mode", "mode": "PROXYBLOCK", "socket": "PROXYBLOCK"},
    "service_unavailable": {"t": "backend_event", "name": "service_unavailable_503"},
}
WELL_AGAIN = {"t": "mode", "mode": "MAIN", "socket": "CONNECTED"}


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


@pytest.mark.parametrize("kind", SIGNALS)
def test_a_ban_signal_pauses_sending_tells_once_and_keeps_the_queue(
    stack: RunningStack,
    unique: Callable[[str], str],
    told: Callable[[str], list[dict[str, Any]]],
    kind: str,
) -> None:
    name, account = unique("banned"), f"1555000981{list(SIGNALS).index(kind)}"
    stack.link(name, account)

    def restriction() -> dict[str, object]:
        return dict(stack.api.call("GET", f"/api/{name}/restriction"))

    for _ in range(2):
        stack.phone.ctl(op="frame", account=account, **SIGNALS[kind])
        until(lambda: restriction()["active"], 30, "the pause")
        stack.phone.ctl(op="frame", account=account, **WELL_AGAIN)
    assert restriction()["kind"] == kind
    until(lambda: stack.state(name) == "CONNECTED", 30, "the line to be well again")
    body = {"session": name, "chatId": CUSTOMER, "text": "kept"}
    kept = [stack.api.call("POST", "/api/messages", body)["id"] for _ in range(3)]
    until(lambda: told(name), 10, "the notice")
    time.sleep(3)
    assert stack.phone.sent(account) == []
    assert [notice["code"] for notice in told(name)] == [kind]
    assert [notice["code"] for notice in stack.api.call("GET", f"/api/{name}/notices")] == [kind]

    stack.api.call("POST", f"/api/{name}/restriction", {"active": False})

    def all_read() -> bool:
        paths = [f"/api/messages/{one}?session={name}" for one in kept]
        return all(stack.api.call("GET", path)["state"] == "READ" for path in paths)

    until(all_read, 60, "the kept messages")
    assert len(stack.phone.sent(account)) == 3
