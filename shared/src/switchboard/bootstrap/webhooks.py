"""Wiring of the `webhooks` function."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.adapters.clock import SystemClock
from switchboard.adapters.dynamodb.connection import connect
from switchboard.adapters.dynamodb.delivery_log import DynamoDeliveryLog
from switchboard.adapters.dynamodb.lanes import DynamoLanes
from switchboard.adapters.dynamodb.message_store import DynamoMessageStore
from switchboard.adapters.dynamodb.receivers import (
    DynamoReceiverHealthStore,
    DynamoReceiverStore,
)
from switchboard.adapters.http.receiver_door import HttpReceiverDoor
from switchboard.adapters.http.resolving import Resolver
from switchboard.adapters.sqs.client import sqs_client
from switchboard.adapters.sqs.dead_letters import SqsDeadLetters
from switchboard.adapters.sqs.delivery_queue import SqsLaneTimers
from switchboard.application.attempt_delivery import AttemptDelivery
from switchboard.application.deliver_event import DeliverEvent
from switchboard.application.drain_lane import DrainLane
from switchboard.bootstrap.environment import Environment
from switchboard.bootstrap.identifiers import new_id
from switchboard.bootstrap.metrics import emf_metrics
from switchboard.domain.public_address import Reach
from switchboard.ports.dead_letters import DeadLetters
from switchboard.ports.metrics import Metrics
from switchboard.ports.receiver_door import ReceiverDoor


@dataclass(frozen=True, slots=True)
class Webhooks:
    """What the handler calls."""

    deliver: DeliverEvent
    drain: DrainLane
    dead_letters: DeadLetters
    parked_dead_letters: DeadLetters
    metrics: Metrics


def build() -> Webhooks:
    """Wire from the environment.

    Raises:
        Configuration: naming every invalid key.
    """
    environment = Environment()
    table = environment.text("TABLE_NAME")
    parked_queue = environment.url("PARKED_QUEUE_URL")
    dead_letters = environment.url("WEBHOOK_DEAD_LETTER_QUEUE_URL")
    parked_dead_letters = environment.url("PARKED_DEAD_LETTER_QUEUE_URL")
    reach = environment.option("WEBHOOK_REACH", Reach, Reach.PUBLIC)
    metrics = emf_metrics(environment, "webhooks")
    environment.check()
    connect(table)
    client = sqs_client()
    timers = SqsLaneTimers(client, parked_queue)
    deliver, drain = _wire(HttpReceiverDoor(Resolver(reach)), timers, metrics)
    return Webhooks(
        deliver,
        drain,
        SqsDeadLetters(client, dead_letters),
        SqsDeadLetters(client, parked_dead_letters),
        metrics,
    )


def _wire(
    door: ReceiverDoor, timers: SqsLaneTimers, metrics: Metrics
) -> tuple[DeliverEvent, DrainLane]:
    clock, receivers, lanes = SystemClock(), DynamoReceiverStore(), DynamoLanes()
    health, log, messages = DynamoReceiverHealthStore(), DynamoDeliveryLog(), DynamoMessageStore()
    attempt = AttemptDelivery(door, health, log, messages, clock, metrics, new_id)
    return (
        DeliverEvent(receivers, lanes, health, timers, attempt, clock, metrics),
        DrainLane(receivers, lanes, health, timers, attempt, clock, new_id),
    )
