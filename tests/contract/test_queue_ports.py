"""The queue ports: memory, and SQS on moto."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.support.builders import A, B, ack_seen, message_number, message_seen

from switchboard.adapters.memory.clock import MemoryClock
from switchboard.adapters.memory.dead_letters import MemoryDeadLetters
from switchboard.adapters.memory.inbound_queue import MemoryInboundQueue
from switchboard.adapters.memory.send_queue import MemorySendQueue
from switchboard.adapters.memory.session_starts import MemorySessionStarts
from switchboard.adapters.memory.timer_queue import MemoryTimerQueue
from switchboard.adapters.memory.wake_ups import MemoryHostQueue, MemoryHostQueues, MemoryWakeUps
from switchboard.adapters.sqs.client import sqs_client
from switchboard.adapters.sqs.dead_letters import SqsDeadLetters
from switchboard.adapters.sqs.host_queue import SqsHostQueue, SqsHostQueues
from switchboard.adapters.sqs.inbound_queue import SqsInboundQueue
from switchboard.adapters.sqs.send_queue import SqsSendQueue
from switchboard.adapters.sqs.session_starts import SqsSessionStarts
from switchboard.adapters.sqs.timer_queue import SqsTimerQueue
from switchboard.adapters.sqs.wake_ups import SqsWakeUps
from switchboard.domain.errors import DependencyUnavailable
from switchboard.domain.ids import ConversationId, HostId
from switchboard.domain.inbound import InboundEvent, from_wire
from switchboard.domain.queue_bodies import Send, Timer, WakeUp, parse_send, parse_timer

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
AT_ONCE = timedelta()
CONVERSATION = ConversationId("c" * 32)
HOST = HostId("host-1")


@dataclass
class MemoryQueues:
    """Port by port, and what a reader of each takes."""

    def __post_init__(self) -> None:
        self.send, self.inbound = MemorySendQueue(), MemoryInboundQueue()
        self.timers = MemoryTimerQueue(MemoryClock())
        self.starts, self.letters = MemorySessionStarts(), MemoryDeadLetters()
        self.wake_ups = MemoryWakeUps()
        self.host = MemoryHostQueue(self.wake_ups)
        self.hosts = MemoryHostQueues(self.wake_ups)

    def take_send(self) -> Send | None:
        return self.send.receive()

    def take_inbound(self) -> InboundEvent | None:
        return self.inbound.receive()

    def take_timer(self) -> Timer | None:
        return self.timers.receive()

    def take_letter(self) -> dict[str, Any]:
        letter = self.letters.receive()
        return {**letter.body, "error_code": letter.code, "error_message": letter.message}

    def break_all(self) -> None:
        for port in (self.send, self.inbound, self.timers, self.starts, self.letters):
            port.queue.down = True
        self.wake_ups.down = True


@dataclass
class SqsQueues:
    """The same over SQS."""

    def __post_init__(self) -> None:
        self.client = sqs_client()
        self.urls = {name: self._make(name) for name in ("send", "timers", "starts", "letters")}
        fifo = {"FifoQueue": "true"}
        made = self.client.create_queue(QueueName="inbound.fifo", Attributes=fifo)
        self.urls["inbound"] = made["QueueUrl"]
        self.send = SqsSendQueue(self.client, self.urls["send"])
        self.inbound = SqsInboundQueue(self.client, self.urls["inbound"])
        self.timers = SqsTimerQueue(self.client, self.urls["timers"])
        self.starts = SqsSessionStarts(self.client, self.urls["starts"])
        self.letters = SqsDeadLetters(self.client, self.urls["letters"])
        self.wake_ups = SqsWakeUps(self.client)
        self.host = SqsHostQueue(self.client, "hosts-")
        self.hosts = SqsHostQueues(self.client, "hosts-")

    def take_send(self) -> Send | None:
        body = self._take("send")
        return None if body is None else parse_send(body)

    def take_inbound(self) -> InboundEvent | None:
        body = self._take("inbound")
        return None if body is None else from_wire(json.loads(body))

    def take_timer(self) -> Timer | None:
        body = self._take("timers")
        return None if body is None else parse_timer(body)

    def take_letter(self) -> dict[str, Any]:
        return json.loads(self._take("letters"))

    def break_all(self) -> None:
        for url in self.urls.values():
            self.client.delete_queue(QueueUrl=url)

    def _make(self, name: str) -> str:
        return self.client.create_queue(QueueName=name)["QueueUrl"]

    def _take(self, name: str) -> str | None:
        url = self.urls[name]
        answer = self.client.receive_message(QueueUrl=url, MaxNumberOfMessages=1)
        for message in answer.get("Messages", []):
            self.client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            return message["Body"]
        return None


@pytest.fixture(params=["memory", "sqs"])
def queues(request: pytest.FixtureRequest) -> Iterator[MemoryQueues | SqsQueues]:
    if request.param == "memory":
        yield MemoryQueues()
        return
    request.getfixturevalue("aws")
    made = SqsQueues()
    yield made
    for url in made.client.list_queues().get("QueueUrls", []):
        made.client.delete_queue(QueueUrl=url)


def heard(number: int, body: str = "hello") -> InboundEvent:
    return InboundEvent(A, 1, message_seen(NOW, number, body=body))


def test_a_send_is_delivered_once(queues) -> None:
    queues.send.enqueue(A, message_number(1))
    assert queues.take_send() == Send(A, message_number(1))
    assert queues.take_send() is None


def test_inbound_events_keep_their_order_and_arrive_once(queues) -> None:
    events = [heard(1), heard(2), InboundEvent(A, 1, ack_seen(NOW, 2))]
    events.append(InboundEvent(A, 1, ack_seen(NOW, 3)))
    for event in (*events, events[0], events[2]):
        queues.inbound.push(event)
    assert [queues.take_inbound() for _ in range(5)] == [*events, None]


def test_equal_events_of_two_organizations_are_two(queues) -> None:
    ours = heard(1)
    theirs = InboundEvent(B, 1, ours.seen)
    queues.inbound.push(ours)
    queues.inbound.push(theirs)
    assert {queues.take_inbound().organization_id for _ in range(2)} == {A, B}


def test_a_timer_without_delay_is_due_at_once(queues) -> None:
    queues.timers.arm(A, CONVERSATION, 3, AT_ONCE)
    assert queues.take_timer() == Timer(A, CONVERSATION, 3)
    assert queues.take_timer() is None


def test_a_timer_is_not_due_before_its_delay(queues) -> None:
    queues.timers.arm(A, CONVERSATION, 3, timedelta(minutes=2))
    assert queues.take_timer() is None


def test_an_announcement_is_taken_by_one_host(queues) -> None:
    assert queues.starts.take(AT_ONCE) is None
    queues.starts.announce(A)
    announcement = queues.starts.take(AT_ONCE)
    assert announcement.organization_id == A
    assert queues.starts.take(AT_ONCE) is None
    queues.starts.done(announcement)
    queues.starts.done(announcement)


def test_an_announcement_that_is_left_goes_to_the_next_host(queues) -> None:
    queues.starts.announce(A)
    queues.starts.leave(queues.starts.take(AT_ONCE))
    again = queues.starts.take(AT_ONCE)
    assert again.organization_id == A
    queues.starts.done(again)
    assert queues.starts.take(AT_ONCE) is None


def test_a_host_receives_the_hints_for_its_lines(queues) -> None:
    url = queues.host.create(HOST)
    queues.wake_ups.wake(url, A, message_number(1))
    queues.wake_ups.wake(url, B)
    hints = queues.host.receive(AT_ONCE)
    assert set(hints) == {WakeUp(A, message_number(1)), WakeUp(B)}
    assert list(queues.host.receive(AT_ONCE)) == []


def test_a_host_takes_no_more_than_ten_hints_at_once(queues) -> None:
    url = queues.host.create(HOST)
    for number in range(12):
        queues.wake_ups.wake(url, A, message_number(number))
    taken = [len(queues.host.receive(AT_ONCE)) for _ in range(3)]
    assert (max(taken), sum(taken)) == (10, 12)


def test_a_hint_to_a_queue_that_is_gone_is_not_an_error(queues) -> None:
    url = queues.host.create(HOST)
    queues.host.delete()
    queues.host.delete()
    queues.wake_ups.wake(url, A)
    with pytest.raises(DependencyUnavailable):
        queues.host.receive(AT_ONCE)


def test_a_dead_hosts_queue_is_removed_by_whoever_knows_its_id(queues) -> None:
    queues.host.create(HOST)
    queues.hosts.remove(HostId("host-10"))
    assert list(queues.host.receive(AT_ONCE)) == []
    queues.hosts.remove(HOST)
    queues.hosts.remove(HOST)
    with pytest.raises(DependencyUnavailable):
        queues.host.receive(AT_ONCE)


def test_a_dead_letter_carries_body_and_reason(queues) -> None:
    queues.letters.record({"message_id": "m", "organization_id": A}, "send_rejected", "it threw")
    assert queues.take_letter() == {
        "message_id": "m",
        "organization_id": A,
        "error_code": "send_rejected",
        "error_message": "it threw",
    }


def test_a_queue_that_does_not_answer_is_a_dependency_unavailable(queues) -> None:
    queues.break_all()
    for hand_over in (
        lambda: queues.send.enqueue(A, message_number(1)),
        lambda: queues.inbound.push(heard(1)),
        lambda: queues.timers.arm(A, CONVERSATION, 1, AT_ONCE),
        lambda: queues.starts.announce(A),
        lambda: queues.starts.take(AT_ONCE),
    ):
        with pytest.raises(DependencyUnavailable):
            hand_over()


def test_an_event_that_was_not_handed_over_can_be_pushed_again() -> None:
    queue = MemoryInboundQueue()
    queue.queue.down = True
    with pytest.raises(DependencyUnavailable):
        queue.push(heard(1))
    queue.queue.down = False
    queue.push(heard(1))
    assert queue.sent == [heard(1)]


def test_memory_timers_round_up_to_whole_seconds_and_end_at_fifteen_minutes() -> None:
    queue = MemoryTimerQueue(MemoryClock())
    for delay in (timedelta(milliseconds=1), timedelta(hours=2), timedelta(seconds=-3)):
        queue.arm(A, CONVERSATION, 1, delay)
    assert [armed.delay.total_seconds() for armed in queue.sent] == [1, 900, 0]


def test_memory_announcements_come_back_when_they_were_not_finished() -> None:
    starts = MemorySessionStarts()
    starts.announce(A)
    starts.announce(B)
    starts.done(starts.take(AT_ONCE))
    assert starts.take(AT_ONCE).organization_id == B
    starts.give_back()
    assert starts.take(AT_ONCE).organization_id == B
    assert starts.take(AT_ONCE) is None
