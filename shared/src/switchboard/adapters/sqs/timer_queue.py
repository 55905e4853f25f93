"""The timer queue on SQS."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from switchboard.adapters.sqs.client import LONGEST_DELAY_SECONDS, translated
from switchboard.domain.ids import ConversationId, OrganizationId
from switchboard.domain.queue_bodies import to_body

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


@dataclass(frozen=True, slots=True)
class SqsTimerQueue:
    """A standard queue with a delay a message, in whole seconds rounded up."""

    client: SQSClient
    url: str

    def arm(
        self,
        organization_id: OrganizationId,
        conversation_id: ConversationId,
        in_version: int,
        delay: timedelta,
    ) -> None:
        """Deliver after `delay`."""
        seconds = min(LONGEST_DELAY_SECONDS, max(0, math.ceil(delay.total_seconds())))
        body = to_body(
            organization_id=organization_id,
            conversation_id=conversation_id,
            in_version=in_version,
        )
        with translated():
            self.client.send_message(QueueUrl=self.url, MessageBody=body, DelaySeconds=seconds)
