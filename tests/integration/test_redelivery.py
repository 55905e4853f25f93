"""A chat's messages that met an outage come again soon and in order: the real function on MiniStack."""

import importlib.util
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import boto3
import pytest
from tests.support.builders import CHAT, A, message_seen, owned_line
from tests.support.emulated import ROOT, emulated_table
from tests.support.world import dynamodb_world

from switchboard.adapters.dynamodb.connection import connect
from switchboard.adapters.sqs.inbound_queue import SqsInboundQueue
from switchboard.domain.inbound import InboundEvent

TABLE = "redelivery"
HIDDEN_SECONDS = "360"
"""As in the template: what is not hastened is not seen again in this test."""
FIFO = {"FifoQueue": "true", "VisibilityTimeout": HIDDEN_SECONDS}


class Context:
    """What Powertools reads of it."""

    function_name = "inbound"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn"
    aws_request_id = "request"


@pytest.fixture(scope="module")
def sqs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with emulated_table(TABLE, tmp_path_factory.mktemp("cloud") / "ministack.log"):
        yield boto3.client("sqs")


@pytest.fixture
def queue(sqs: Any) -> str:
    return str(sqs.create_queue(QueueName="inbound.fifo", Attributes=FIFO)["QueueUrl"])


@pytest.fixture
def inbound(sqs: Any, queue: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    other = sqs.create_queue(QueueName="other")["QueueUrl"]
    variables = {
        "TABLE_NAME": TABLE,
        "STAGE": "test",
        "METRICS_NAMESPACE": "test",
        "POWERTOOLS_SERVICE_NAME": "inbound",
        "POWERTOOLS_TRACE_DISABLED": "true",
        "TIMER_QUEUE_URL": other,
        "INBOUND_QUEUE_URL": queue,
        "INBOUND_DEAD_LETTER_QUEUE_URL": other,
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    spec = importlib.util.spec_from_file_location("inbound_app", ROOT / "functions/inbound/app.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def received(sqs: Any, queue: str, wait_seconds: int = 0) -> dict[str, Any]:
    """What the event source mapping would give to the function."""
    answer = sqs.receive_message(
        QueueUrl=queue,
        MaxNumberOfMessages=10,
        WaitTimeSeconds=wait_seconds,
        AttributeNames=["All"],
    )
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


def heard(number: int) -> InboundEvent:
    return InboundEvent(A, 1, message_seen(datetime.now(UTC), number, body=str(number)))


def test_a_chat_goes_on_in_order_seconds_after_an_outage(
    sqs: Any, queue: str, inbound: ModuleType
) -> None:
    world, pages = dynamodb_world(), SqsInboundQueue(sqs, queue)
    owned_line(world)
    for number in range(1, 4):
        pages.push(heard(number))
    batch = received(sqs, queue)
    bodies = [record["body"] for record in batch["Records"]]
    assert len(bodies) == 3
    connect("not-there")
    failed = inbound.handler(batch, Context())["batchItemFailures"]
    began = time.monotonic()
    connect(TABLE)
    assert len(failed) == 3, "the first, and what waits behind it in its chat"
    pages.push(heard(4))
    assert received(sqs, queue) == {"Records": []}, "a message of the chat overtook"
    again = received(sqs, queue, wait_seconds=10)
    assert 1 < time.monotonic() - began < 5
    assert [record["body"] for record in again["Records"]][:3] == bodies
    assert inbound.handler(again, Context()) == {"batchItemFailures": []}
    contact = world.inbox.contact_at(A, CHAT)
    stored = world.messages.recent(A, contact.thread, 10)
    assert [message.content for message in stored][:3] == ["1", "2", "3"]
