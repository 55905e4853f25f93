"""Wiring of the `inbound` function."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.adapters.clock import SystemClock
from switchboard.adapters.dynamodb.connection import connect
from switchboard.adapters.dynamodb.failed_entries import DynamoFailedEntries
from switchboard.adapters.dynamodb.inbox import DynamoInbox
from switchboard.adapters.dynamodb.message_store import DynamoMessageStore
from switchboard.adapters.dynamodb.organization_store import DynamoOrganizationStore
from switchboard.adapters.dynamodb.session_store import DynamoSessionStore
from switchboard.adapters.sqs.client import sqs_client
from switchboard.adapters.sqs.dead_letters import SqsDeadLetters
from switchboard.adapters.sqs.redelivery import SqsRedelivery
from switchboard.adapters.sqs.timer_queue import SqsTimerQueue
from switchboard.application.receive_inbound import ReceiveInbound
from switchboard.application.record_ack import RecordAck
from switchboard.application.record_afterwards import RecordAfterwards
from switchboard.bootstrap.environment import Environment
from switchboard.bootstrap.identifiers import new_message_id
from switchboard.bootstrap.metrics import emf_metrics
from switchboard.ports.dead_letters import DeadLetters
from switchboard.ports.metrics import Metrics


@dataclass(frozen=True, slots=True)
class Inbound:
    """What the handler calls."""

    receive: ReceiveInbound
    dead_letters: DeadLetters
    redelivery: SqsRedelivery
    metrics: Metrics


def build() -> Inbound:
    """Wire from the environment.

    Raises:
        Configuration: naming every invalid key.
    """
    environment = Environment()
    table = environment.text("TABLE_NAME")
    timer_queue = environment.url("TIMER_QUEUE_URL")
    queue = environment.url("INBOUND_QUEUE_URL")
    dead_letter_queue = environment.url("INBOUND_DEAD_LETTER_QUEUE_URL")
    metrics = emf_metrics(environment, "inbound")
    environment.check()
    connect(table)
    client = sqs_client()
    messages = DynamoMessageStore()
    receive = ReceiveInbound(
        DynamoSessionStore(),
        DynamoOrganizationStore(),
        DynamoInbox(),
        messages,
        SqsTimerQueue(client, timer_queue),
        RecordAck(messages, DynamoFailedEntries()),
        RecordAfterwards(messages),
        SystemClock(),
        metrics,
        new_message_id,
    )
    dead_letters = SqsDeadLetters(client, dead_letter_queue)
    return Inbound(receive, dead_letters, SqsRedelivery(client, queue), metrics)
