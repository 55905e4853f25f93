"""Failed messages of a batch on moto: how long they are hidden, and what is said when they stay so."""

import logging
import time
from collections.abc import Iterator
from typing import Any

import pytest
from tests.unit.adapters.test_queues import sent_into

from switchboard.adapters.sqs.redelivery import SqsRedelivery

HIDDEN_SECONDS = "360"
OPERATION = "before-parameter-build.sqs.ChangeMessageVisibilityBatch"


@pytest.fixture(params=["", ".fifo"], ids=["standard", "fifo"])
def url(sqs: Any, request: pytest.FixtureRequest) -> Iterator[str]:
    fifo = {"FifoQueue": "true"} if request.param else {}
    attributes = {"VisibilityTimeout": HIDDEN_SECONDS, **fifo}
    name = f"redelivered{request.param}"
    made = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    yield made
    sqs.delete_queue(QueueUrl=made)


@pytest.fixture
def asked(sqs: Any) -> Iterator[list[dict[str, Any]]]:
    calls: list[dict[str, Any]] = []
    sqs.meta.events.register(OPERATION, sent_into(calls), "spy")
    yield calls
    sqs.meta.events.unregister(OPERATION, unique_id="spy")


def send(sqs: Any, url: str, count: int) -> None:
    for number in range(count):
        fifo = {"MessageDeduplicationId": str(number)} if url.endswith(".fifo") else {}
        sqs.send_message(QueueUrl=url, MessageBody=str(number), MessageGroupId="chat", **fifo)


def received(sqs: Any, url: str) -> dict[str, Any]:
    """What the event source mapping would give to the function."""
    answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"])
    return {
        "Records": [
            {
                "messageId": one["MessageId"],
                "receiptHandle": one["ReceiptHandle"],
                "body": one["Body"],
                "attributes": one["Attributes"],
            }
            for one in answer.get("Messages", [])
        ]
    }


def bodies(event: dict[str, Any]) -> list[str]:
    return [record["body"] for record in event["Records"]]


def failing(event: dict[str, Any], *numbers: int) -> dict[str, Any]:
    ids = [event["Records"][number]["messageId"] for number in numbers]
    return {"batchItemFailures": [{"itemIdentifier": one} for one in ids]}


def test_a_failed_message_comes_again_after_two_seconds(sqs: Any, url: str) -> None:
    """Of several in order: tests/integration/test_redelivery.py, since moto does not keep it."""
    send(sqs, url, 1)
    event = received(sqs, url)
    SqsRedelivery(sqs, url).hasten(event, failing(event, 0))
    assert bodies(received(sqs, url)) == []
    time.sleep(2.1)
    assert bodies(received(sqs, url)) == ["0"]


def test_only_what_failed_is_hastened_in_one_call(
    sqs: Any, url: str, asked: list[dict[str, Any]]
) -> None:
    send(sqs, url, 3)
    event = received(sqs, url)
    for record, receives in zip(event["Records"], ("1", "3", "2"), strict=True):
        record["attributes"]["ApproximateReceiveCount"] = receives
    SqsRedelivery(sqs, url).hasten(event, failing(event, 1, 2))
    (call,) = asked
    hidden = {one["ReceiptHandle"]: one["VisibilityTimeout"] for one in call["Entries"]}
    waits = (8, 8) if url.endswith(".fifo") else (8, 4)
    receipts = [record["receiptHandle"] for record in event["Records"]]
    assert hidden == dict(zip(receipts[1:], waits, strict=True))


def test_a_batch_without_a_failure_asks_for_nothing(
    sqs: Any, url: str, asked: list[dict[str, Any]]
) -> None:
    send(sqs, url, 1)
    SqsRedelivery(sqs, url).hasten(received(sqs, url), {"batchItemFailures": []})
    assert asked == []


def test_a_queue_that_does_not_answer_costs_a_warning(
    sqs: Any, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    send(sqs, url, 1)
    event = received(sqs, url)
    SqsRedelivery(sqs, f"{url}-gone").hasten(event, failing(event, 0))
    (record,) = caplog.records
    assert record.message == "redelivery.not_hastened"
    assert record.reason.startswith("SQS: ")


def test_a_message_that_cannot_be_hastened_costs_a_warning(
    sqs: Any, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    send(sqs, url, 2)
    event = received(sqs, url)
    event["Records"][0]["receiptHandle"] = "unknown"
    SqsRedelivery(sqs, url).hasten(event, failing(event, 0, 1))
    assert [record.message for record in caplog.records] == ["redelivery.not_hastened"]
    time.sleep(2.1)
    expected = [] if url.endswith(".fifo") else ["1"]
    assert bodies(received(sqs, url)) == expected, "a group waits for its first message"
