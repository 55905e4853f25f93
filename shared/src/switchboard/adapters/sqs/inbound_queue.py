"""The inbound queue on SQS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from switchboard.adapters.sqs.client import translated
from switchboard.adapters.sqs.json_body import json_body
from switchboard.domain.inbound import InboundEvent, to_wire

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


@dataclass(frozen=True, slots=True)
class SqsInboundQueue:
    """FIFO: order within a chat, each event once within five minutes."""

    client: SQSClient
    url: str

    def push(self, event: InboundEvent) -> None:
        """Hand over one event."""
        with translated():
            self.client.send_message(
                QueueUrl=self.url,
                MessageBody=json_body(to_wire(event)),
                MessageGroupId=event.group_key,
                MessageDeduplicationId=event.deduplication_key,
            )
