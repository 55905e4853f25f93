"""The queues on moto: what travels, and what is said when it cannot."""

import json
import logging
from datetime import timedelta

import pytest
from tests.unit.adapters.given import CHAT, NOW, A

from switchboard.adapters.sqs.dead_letters import SqsDeadLetters
from switchboard.adapters.sqs.host_queue import SqsHostQueue
from switchboard.adapters.sqs.inbound_queue import SqsInboundQueue
from switchboard.adapters.sqs.json_body import json_body
from switchboard.adapters.sqs.send_queue import SqsSendQueue
from switchboard.adapters.sqs.session_starts import SqsSessionStarts
from switchboard.adapters.sqs.timer_queue import SqsTimerQueue
from switchboard.adapters.sqs.wake_ups import SqsWakeUps
from switchboard.domain.channel_events import AckSeen, MessageSeen
from switchboard.domain.errors import DependencyUnavailable
from switchboard.domain.ids import ConversationId, HostId, MessageId, OrganizationId
from switchboard.domain.inbound import InboundEvent, from_wire
from switchboard.domain.queue_bodies import Send, Timer, WakeUp, parse_send, parse_timer

MESSAGE = MessageId("0" * 26)
CONVERSATION = ConversationId("c" * 32)
NOTHING = timedelta()
FIFO = {"FifoQueue": "true"}


@pytest.fixture
def url(sqs):
    made = sqs.create_queue(QueueName="standard")["QueueUrl"]
    yield made
    sqs.delete_queue(QueueUrl=made)


@pytest.fixture
def fifo(sqs):
    made = sqs.create_queue(QueueName="ordered.fifo", Attributes=FIFO)["QueueUrl"]
    yield made
    sqs.delete_queue(QueueUrl=made)


def taken(sqs, url: str) -> list[dict]:
    return sqs.receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=10,
        AttributeNames=["All"],
        MessageAttributeNames=["All"],
    ).get("Messages", [])


def gone(sqs) -> str:
    url = sqs.create_queue(QueueName="gone")["QueueUrl"]
    sqs.delete_queue(QueueUrl=url)
    return url


def test_a_send_is_grouped_by_organization(sqs, url: str) -> None:
    SqsSendQueue(sqs, url).enqueue(A, MESSAGE)
    (message,) = taken(sqs, url)
    assert parse_send(message["Body"]) == Send(A, MESSAGE)
    assert message["Attributes"]["MessageGroupId"] == A


@pytest.mark.parametrize(
    ("seconds", "delay"), [(-1, 0), (0, 0), (0.001, 1), (3.2, 4), (15, 15), (2000, 900)]
)
def test_a_timer_waits_whole_seconds_rounded_up(
    sqs, url: str, monkeypatch: pytest.MonkeyPatch, seconds: float, delay: int
) -> None:
    sent: list[dict] = []
    sqs.meta.events.register("before-parameter-build.sqs.SendMessage", sent_into(sent), "spy")
    SqsTimerQueue(sqs, url).arm(A, CONVERSATION, 3, timedelta(seconds=seconds))
    sqs.meta.events.unregister("before-parameter-build.sqs.SendMessage", unique_id="spy")
    assert sent[0]["DelaySeconds"] == delay
    assert parse_timer(sent[0]["MessageBody"]) == Timer(A, CONVERSATION, 3)


def sent_into(sent: list[dict]):
    def spy(params: dict, **_: object) -> None:
        sent.append(dict(params))

    return spy


def test_an_inbound_event_travels_once_and_in_its_group(sqs, fifo: str) -> None:
    queue, event = SqsInboundQueue(sqs, fifo), heard("hello")
    queue.push(event)
    queue.push(event)
    queue.push(InboundEvent(A, 1, AckSeen(event.seen.wa_id, CHAT, 2, NOW)))
    first, ack = taken(sqs, fifo)
    assert from_wire(json.loads(first["Body"])) == event
    assert from_wire(json.loads(ack["Body"])).seen.ack == 2
    assert first["Attributes"]["MessageGroupId"] == event.group_key
    assert first["Attributes"]["MessageDeduplicationId"] == event.deduplication_key


@pytest.mark.parametrize(
    ("typed", "arrives"),
    [
        ("\U0001f600 \u0645\u0631\u062d\u0628\u0627", None),
        ("cut \ud83d", "cut \ufffd"),
        ("\x00\x0b\ufffe\uffff", None),
        ('\n\t"\\', None),
    ],
)
def test_whatever_is_typed_can_travel(sqs, fifo: str, typed: str, arrives: str | None) -> None:
    SqsInboundQueue(sqs, fifo).push(heard(typed))
    (message,) = taken(sqs, fifo)
    assert json.loads(message["Body"])["seen"]["body"] == (typed if arrives is None else arrives)


def test_a_body_holds_only_what_sqs_allows() -> None:
    body = json_body({"all": "".join(map(chr, range(0x110000)))})
    forbidden = {*range(0x20), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF} - {9, 10, 13}
    assert forbidden.isdisjoint(map(ord, body))


def heard(body: str) -> InboundEvent:
    return InboundEvent(
        A, 1, MessageSeen(f"false_{CHAT}_3AAA", False, CHAT, None, None, None, body, "chat", NOW)
    )


def test_wake_ups_are_read_and_deleted(sqs, caplog: pytest.LogCaptureFixture) -> None:
    queue = SqsHostQueue(sqs, "host-")
    url = queue.create(HostId("01"))
    assert queue.create(HostId("01")) == url
    kept = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert kept["MessageRetentionPeriod"] == "300"
    assert "RedrivePolicy" not in kept
    wake_ups = SqsWakeUps(sqs)
    wake_ups.wake(url, A, MESSAGE)
    wake_ups.wake(url, A)
    sqs.send_message(QueueUrl=url, MessageBody="not ours")
    heard_of = set(queue.receive(NOTHING))
    assert heard_of == {WakeUp(A, MESSAGE), WakeUp(A)}
    assert "host.wake_up.rejected" in caplog.messages
    assert taken(sqs, url) == []
    queue.delete()
    queue.delete()
    assert "host.queue.left_behind" not in caplog.messages


def test_waking_a_host_that_is_gone_is_logged_and_forgotten(
    sqs, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    SqsWakeUps(sqs).wake(gone(sqs), A)
    (record,) = caplog.records
    assert record.message == "host.wake_up.lost"
    assert "NonExistentQueue" in record.error_code or "QueueDoesNotExist" in record.error_code


def test_an_announcement_comes_back_until_it_is_done(sqs, url: str) -> None:
    starts = SqsSessionStarts(sqs, url)
    assert starts.take(NOTHING) is None
    starts.announce(A)
    announcement = starts.take(NOTHING)
    assert announcement.organization_id == A
    sqs.change_message_visibility(
        QueueUrl=url, ReceiptHandle=announcement.receipt, VisibilityTimeout=0
    )
    starts.done(starts.take(NOTHING))
    assert starts.take(NOTHING) is None


def test_an_announcement_that_is_not_ours_is_left_to_the_dead_letter_queue(sqs, url: str) -> None:
    sqs.send_message(QueueUrl=url, MessageBody="{}")
    assert SqsSessionStarts(sqs, url).take(NOTHING) is None


@pytest.mark.parametrize("kind", ["url", "fifo"])
def test_a_dead_letter_says_why(sqs, request: pytest.FixtureRequest, kind: str) -> None:
    url = request.getfixturevalue(kind)
    letters = SqsDeadLetters(sqs, url)
    letters.record({"message_id": MESSAGE, "correlation_id": "c1"}, "send_rejected", "it was")
    letters.record({"message_id": MESSAGE, "correlation_id": "c1"}, "send_rejected", "it was")
    first, _ = taken(sqs, url)
    assert json.loads(first["Body"]) == {
        "message_id": MESSAGE,
        "correlation_id": "c1",
        "error_code": "send_rejected",
        "error_message": "it was",
    }
    named = {name: value["StringValue"] for name, value in first["MessageAttributes"].items()}
    assert named == {
        "error_code": "send_rejected",
        "error_message": "it was",
        "correlation_id": "c1",
    }


def test_what_cannot_be_sent_is_said(sqs) -> None:
    url = gone(sqs)
    broken = [
        lambda: SqsSendQueue(sqs, url).enqueue(A, MESSAGE),
        lambda: SqsTimerQueue(sqs, url).arm(A, CONVERSATION, 1, NOTHING),
        lambda: SqsInboundQueue(sqs, url).push(heard("x")),
        lambda: SqsSessionStarts(sqs, url).announce(OrganizationId("o")),
        lambda: SqsSessionStarts(sqs, url).take(NOTHING),
        lambda: SqsDeadLetters(sqs, url).record({}, "x", "y"),
        lambda: SqsHostQueue(sqs, "host-", url).receive(NOTHING),
    ]
    for call in broken:
        with pytest.raises(DependencyUnavailable, match="SQS"):
            call()
