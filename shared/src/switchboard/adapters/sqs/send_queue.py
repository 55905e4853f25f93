"""The send-queue on SQS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from switchboard.adapters.sqs.client import translated
from switchboard.domain.ids import MessageId, OrganizationId
from switchboard.domain.queue_bodies import to_body

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


@dataclass(frozen=True, slots=True)
class SqsSendQueue:
    """A standard queue; the message group makes it fair between organizations.

    Source: SQS developer guide, "Amazon SQS fair queues".
    """

    client: SQSClient
    url: str

    def enqueue(self, organization_id: OrganizationId, message_id: MessageId) -> None:
        """Ask for a dispatch."""
        body = to_body(organization_id=organization_id, message_id=message_id)
        with translated():
            self.client.send_message(
                QueueUrl=self.url, MessageBody=body, MessageGroupId=organization_id
            )
