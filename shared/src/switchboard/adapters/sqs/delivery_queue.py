"""Deliveries and the lanes' timers on SQS."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from switchboard.adapters.sqs.client import LONGEST_DELAY_SECONDS, translated
from switchboard.adapters.sqs.json_body import json_body
from switchboard.domain.delivery import Delivery, LaneKey, to_wire
from switchboard.domain.ids import derive
from switchboard.domain.queue_bodies import to_body

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


@dataclass(frozen=True, slots=True)
class SqsDeliveryQueue:
    """FIFO, one group a lane: a conversation waits for its own receiver and for nobody else."""

    client: SQSClient
    url: str

    def push(self, delivery: Delivery, again: str = "") -> None:
        """Hand over one delivery."""
        with translated():
            self.client.send_message(
                QueueUrl=self.url,
                MessageBody=json_body(to_wire(delivery)),
                MessageGroupId=delivery.lane,
                MessageDeduplicationId=derive(delivery.id, again),
            )


@dataclass(frozen=True, slots=True)
class SqsLaneTimers:
    """A standard queue, fair between organizations; later than it can wait, the sweeper asks.

    Source: SQS developer guide, "Amazon SQS fair queues".
    """

    client: SQSClient
    url: str

    def arm(self, key: LaneKey, delay: timedelta) -> None:
        """Ask for the lane after `delay`."""
        seconds = max(0, math.ceil(delay.total_seconds()))
        if seconds > LONGEST_DELAY_SECONDS:
            return
        with translated():
            self.client.send_message(
                QueueUrl=self.url,
                MessageBody=to_body(organization_id=key.organization_id, lane=key.lane),
                DelaySeconds=seconds,
                MessageGroupId=key.organization_id,
            )
