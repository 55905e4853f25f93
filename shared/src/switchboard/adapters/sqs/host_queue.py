"""A host's own queue on SQS."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from switchboard.adapters.sqs.client import poll_seconds, translated
from switchboard.domain.errors import DependencyUnavailable, InvalidInput
from switchboard.domain.ids import HostId
from switchboard.domain.queue_bodies import WakeUp, parse_wake_up

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

_log = logging.getLogger(__name__)

RETENTION_SECONDS = 300
"""A hint that nobody took for five minutes is worthless: the owner has reloaded by then."""
_BATCH = 10


@dataclass(slots=True)
class SqsHostQueue:
    """`HostQueue`; the queue lives and dies with its host."""

    client: SQSClient
    prefix: str
    url: str = ""

    def create(self, host_id: HostId) -> str:
        """Make the queue."""
        attributes = {
            "MessageRetentionPeriod": str(RETENTION_SECONDS),
            "SqsManagedSseEnabled": "true",
        }
        with translated():
            made = self.client.create_queue(
                QueueName=f"{self.prefix}{host_id}",
                Attributes=attributes,  # type: ignore[arg-type]
            )
        self.url = made["QueueUrl"]
        return self.url

    def receive(self, wait: timedelta) -> Sequence[WakeUp]:
        """Take and delete up to ten wake-ups."""
        with translated():
            answer = self.client.receive_message(
                QueueUrl=self.url,
                MaxNumberOfMessages=_BATCH,
                WaitTimeSeconds=poll_seconds(wait),
            )
            messages = answer.get("Messages", [])
            if messages:
                self.client.delete_message_batch(
                    QueueUrl=self.url,
                    Entries=[
                        {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
                        for number, message in enumerate(messages)
                    ],
                )
        return [wake for wake in (_parsed(message["Body"]) for message in messages) if wake]

    def delete(self) -> None:
        """Remove the queue."""
        try:
            with translated(), suppress(self.client.exceptions.QueueDoesNotExist):
                self.client.delete_queue(QueueUrl=self.url)
        except DependencyUnavailable:
            _log.warning("host.queue.left_behind")


@dataclass(frozen=True, slots=True)
class SqsHostQueues:
    """`HostQueues`; a queue is found by its name, since its host may have died before it told."""

    client: SQSClient
    prefix: str

    def remove(self, host_id: HostId) -> None:
        """Remove a dead host's queue."""
        gone = self.client.exceptions.QueueDoesNotExist
        with translated(), suppress(gone):
            url = self.client.get_queue_url(QueueName=f"{self.prefix}{host_id}")["QueueUrl"]
            self.client.delete_queue(QueueUrl=url)


def _parsed(body: str) -> WakeUp | None:
    try:
        return parse_wake_up(body)
    except InvalidInput as error:
        _log.warning("host.wake_up.rejected", extra={"reason": str(error)})
        return None
