"""Wiring of the `dispatcher` function."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.adapters.clock import SystemClock
from switchboard.adapters.dynamodb.connection import connect
from switchboard.adapters.dynamodb.message_store import DynamoMessageStore
from switchboard.adapters.dynamodb.outbox import DynamoOutbox
from switchboard.adapters.dynamodb.session_store import DynamoSessionStore
from switchboard.adapters.sqs.client import sqs_client
from switchboard.adapters.sqs.dead_letters import SqsDeadLetters
from switchboard.adapters.sqs.redelivery import SqsRedelivery
from switchboard.adapters.sqs.wake_ups import SqsWakeUps
from switchboard.application.dispatch_outbound import DispatchOutbound
from switchboard.application.end_queued import EndQueued
from switchboard.bootstrap.environment import Environment
from switchboard.bootstrap.metrics import emf_metrics
from switchboard.ports.dead_letters import DeadLetters
from switchboard.ports.metrics import Metrics


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """What the handler calls."""

    outbound: DispatchOutbound
    dead_letters: DeadLetters
    redelivery: SqsRedelivery
    metrics: Metrics


def build() -> Dispatcher:
    """Wire from the environment.

    Raises:
        Configuration: naming every invalid key.
    """
    environment = Environment()
    table = environment.text("TABLE_NAME")
    queue = environment.url("SEND_QUEUE_URL")
    dead_letter_queue = environment.url("SEND_DEAD_LETTER_QUEUE_URL")
    metrics = emf_metrics(environment, "dispatcher")
    environment.check()
    connect(table)
    client = sqs_client()
    outbox = DynamoOutbox()
    end_queued = EndQueued(outbox, DynamoMessageStore(), SystemClock(), metrics)
    wake_ups = SqsWakeUps(client)
    outbound = DispatchOutbound(outbox, DynamoSessionStore(), wake_ups, end_queued, metrics)
    dead_letters = SqsDeadLetters(client, dead_letter_queue)
    return Dispatcher(outbound, dead_letters, SqsRedelivery(client, queue), metrics)
