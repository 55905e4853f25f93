"""`Letters`: a dead-letter queue as a person works on it, in memory and on SQS."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from switchboard.adapters.memory.letters import MemoryLetters
from switchboard.adapters.sqs.client import sqs_client
from switchboard.adapters.sqs.dead_letters import SqsDeadLetters
from switchboard.adapters.sqs.letters import SqsLetters
from switchboard.domain.dead_letter import Letter
from switchboard.domain.errors import Conflict, DependencyUnavailable
from switchboard.ports.letters import Letters


@dataclass
class Memory:
    """Letters in memory."""

    def __post_init__(self) -> None:
        self.came_back: list[str] = []
        self.letters: Letters = MemoryLetters(source=self.came_back.append)
        self.sourceless: Letters = MemoryLetters()

    def put(self, body: str) -> None:
        count = len(self.letters.waiting)
        at = datetime.now(UTC)
        self.letters.waiting.append(Letter(f"l{count}", f"r{count}", body, None, at))
        self.sourceless.waiting.append(Letter(f"l{count}", f"r{count}", body, None, at))

    def record(self, body: dict, code: str) -> None:
        self.put(json.dumps({**body, "error_code": code, "error_message": "why"}))


@dataclass
class Sqs:
    """Letters on SQS, a FIFO queue or a standard one."""

    suffix: str

    def __post_init__(self) -> None:
        self.client = sqs_client()
        self.url, self.before = self.make("dead"), self.make("before")
        self.letters: Letters = SqsLetters(self.client, self.url, self.before)
        self.sourceless: Letters = SqsLetters(self.client, self.url, None)

    def make(self, name: str) -> str:
        fifo = {"FifoQueue": "true"} if self.suffix else {}
        made = self.client.create_queue(QueueName=f"{name}{self.suffix}", Attributes=fifo)
        return made["QueueUrl"]

    def put(self, body: str) -> None:
        group = {"MessageGroupId": "g", "MessageDeduplicationId": body} if self.suffix else {}
        self.client.send_message(QueueUrl=self.url, MessageBody=body, **group)

    def record(self, body: dict, code: str) -> None:
        SqsDeadLetters(self.client, self.url).record(body, code, "why")

    @property
    def came_back(self) -> list[str]:
        found = []
        while taken := self.client.receive_message(QueueUrl=self.before).get("Messages"):
            for one in taken:
                found.append(one["Body"])
                self.client.delete_message(QueueUrl=self.before, ReceiptHandle=one["ReceiptHandle"])
        return found


@pytest.fixture(params=["memory", "sqs", "sqs fifo"])
def queue(request: pytest.FixtureRequest) -> Iterator[Memory | Sqs]:
    if request.param == "memory":
        yield Memory()
        return
    request.getfixturevalue("aws")
    made = Sqs(".fifo" if "fifo" in request.param else "")
    yield made
    for url in (made.url, made.before):
        made.client.delete_queue(QueueUrl=url)


def test_a_letter_that_was_taken_is_hidden_until_it_is_left(queue) -> None:
    queue.put("one")
    assert queue.letters.count() == 1
    (letter,) = queue.letters.take(5)
    assert letter.body == "one"
    assert queue.letters.count() == 0
    assert list(queue.letters.take(5)) == []
    queue.letters.leave(letter)
    (again,) = queue.letters.take(5)
    assert again.id == letter.id


def test_no_more_are_taken_than_were_asked_for_and_ten_at_most(queue) -> None:
    for number in range(12):
        queue.put(f"body {number}")
    taken = queue.letters.take(2)
    assert len(taken) == 2
    for letter in taken:
        queue.letters.drop(letter)
    assert len(queue.letters.take(100)) == 10


def test_a_dropped_letter_is_gone(queue) -> None:
    queue.put("one")
    (letter,) = queue.letters.take(1)
    queue.letters.drop(letter)
    queue.letters.leave(letter)
    assert list(queue.letters.take(1)) == []


def test_what_sqs_gave_up_goes_back_as_it_was(queue) -> None:
    queue.put('{"organization_id": "alpha"}')
    (letter,) = queue.letters.take(1)
    assert (letter.code, letter.organization_id) == (None, "alpha")
    queue.letters.send_back(letter)
    assert queue.came_back == ['{"organization_id": "alpha"}']
    queue.letters.leave(letter)
    assert queue.letters.count() == 0


def test_what_we_recorded_goes_back_without_the_reason(queue) -> None:
    queue.record({"body": "as it came"}, "invalid_input")
    (letter,) = queue.letters.take(1)
    assert (letter.code, letter.reason) == ("invalid_input", "why")
    queue.letters.send_back(letter)
    assert queue.came_back == ["as it came"]


def test_a_letter_that_goes_back_twice_is_not_swallowed(queue) -> None:
    for _ in range(2):
        queue.record({"body": "the same"}, "invalid_input")
    for letter in queue.letters.take(2):
        queue.letters.send_back(letter)
    assert queue.came_back == ["the same", "the same"]


def test_without_a_queue_before_it_nothing_goes_back(queue) -> None:
    queue.put("one")
    (letter,) = queue.sourceless.take(1)
    with pytest.raises(Conflict):
        queue.sourceless.send_back(letter)
    queue.sourceless.leave(letter)
    assert queue.sourceless.count() == 1


def test_a_queue_that_is_gone_is_a_dependency_unavailable(aws: None) -> None:
    letters = SqsLetters(sqs_client(), "https://sqs.eu-west-1.amazonaws.com/1/nothing", None)
    letter = Letter("id", "receipt", "", None, datetime.now(UTC))
    for call in (letters.count, lambda: letters.take(1), lambda: letters.drop(letter)):
        with pytest.raises(DependencyUnavailable):
            call()
    letters.leave(letter)
