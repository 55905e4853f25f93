"""A dead-letter queue on SQS, as a person works on it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from switchboard.adapters.sqs.client import translated
from switchboard.domain.dead_letter import Letter
from switchboard.domain.errors import Conflict, DependencyUnavailable

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

_HIDDEN_SECONDS = 30
_MOST_AT_ONCE = 10
"""Source: SQS API reference, ReceiveMessage, MaxNumberOfMessages."""
_LOOK_SECONDS = 1
"""A long poll asks every server of the queue; a short one may find a queue empty that is not."""


@dataclass(frozen=True, slots=True)
class SqsLetters:
    """Not SQS's own redrive: that knows neither our reasons nor a letter that we recorded."""

    client: SQSClient
    url: str
    source_url: str | None

    def count(self) -> int:
        """How many are visible."""
        with translated():
            answer = self.client.get_queue_attributes(
                QueueUrl=self.url, AttributeNames=["ApproximateNumberOfMessages"]
            )
        return int(answer["Attributes"]["ApproximateNumberOfMessages"])

    def take(self, limit: int) -> Sequence[Letter]:
        """Hide some and read them."""
        with translated():
            answer = self.client.receive_message(
                QueueUrl=self.url,
                MaxNumberOfMessages=min(limit, _MOST_AT_ONCE),
                VisibilityTimeout=_HIDDEN_SECONDS,
                WaitTimeSeconds=_LOOK_SECONDS,
                MessageSystemAttributeNames=["All"],
            )
        return [_letter(message) for message in answer.get("Messages", [])]

    def leave(self, letter: Letter) -> None:
        """Have it visible again; it comes back by itself otherwise."""
        with suppress(DependencyUnavailable), translated():
            self.client.change_message_visibility(
                QueueUrl=self.url, ReceiptHandle=letter.receipt, VisibilityTimeout=0
            )

    def send_back(self, letter: Letter) -> None:
        """Send the original, then delete the letter."""
        if self.source_url is None:
            raise Conflict("no queue stands before this one: nothing can be sent back")
        with translated():
            self.client.send_message(
                QueueUrl=self.source_url, MessageBody=letter.original, **self._fifo(letter)
            )
        self.drop(letter)

    def drop(self, letter: Letter) -> None:
        """Delete it."""
        with translated():
            self.client.delete_message(QueueUrl=self.url, ReceiptHandle=letter.receipt)

    def _fifo(self, letter: Letter) -> dict[str, Any]:
        """The group it had, and a new id: under its own it would be swallowed for five minutes."""
        if not (self.source_url or "").endswith(".fifo"):
            return {}
        unique = uuid.uuid4().hex
        return {"MessageGroupId": letter.group or unique, "MessageDeduplicationId": unique}


def _letter(message: MessageTypeDef) -> Letter:
    attributes = message.get("Attributes", {})
    sent_ms = int(attributes.get("SentTimestamp", "0"))
    return Letter(
        id=message["MessageId"],
        receipt=message["ReceiptHandle"],
        body=message["Body"],
        group=attributes.get("MessageGroupId"),
        at=datetime.fromtimestamp(sent_ms / 1000, UTC),
    )
