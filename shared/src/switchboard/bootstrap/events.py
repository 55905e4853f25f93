"""Wiring of the `events` function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from switchboard.adapters.dynamodb.changes import change_of
from switchboard.adapters.dynamodb.connection import connect
from switchboard.adapters.dynamodb.inbox import DynamoInbox
from switchboard.adapters.dynamodb.organization_store import DynamoOrganizationStore
from switchboard.adapters.dynamodb.receivers import DynamoReceiverStore
from switchboard.adapters.dynamodb.session_store import DynamoSessionStore
from switchboard.adapters.sqs.client import sqs_client
from switchboard.adapters.sqs.dead_letters import SqsDeadLetters
from switchboard.adapters.sqs.delivery_queue import SqsDeliveryQueue
from switchboard.application.publish_events import Publication
from switchboard.bootstrap.environment import Environment
from switchboard.bootstrap.metrics import emf_metrics
from switchboard.domain.changes import Change
from switchboard.ports.dead_letters import DeadLetters
from switchboard.ports.metrics import Metrics


@dataclass(frozen=True, slots=True)
class Events:
    """What the handler calls."""

    read: Callable[[Mapping[str, Any]], Change | None]
    queue: SqsDeliveryQueue
    dead_letters: DeadLetters
    metrics: Metrics

    def publication(self) -> Publication:
        """For one batch: what it reads is read anew for the next."""
        return Publication(
            DynamoReceiverStore(),
            DynamoSessionStore(),
            DynamoInbox(),
            DynamoOrganizationStore(),
            self.queue,
        )


def build() -> Events:
    """Wire from the environment.

    Raises:
        Configuration: naming every invalid key.
    """
    environment = Environment()
    table = environment.text("TABLE_NAME")
    queue = environment.url("WEBHOOK_QUEUE_URL")
    dead_letters = environment.url("EVENTS_DEAD_LETTER_QUEUE_URL")
    metrics = emf_metrics(environment, "events")
    environment.check()
    connect(table)
    client = sqs_client()
    letters = SqsDeadLetters(client, dead_letters)
    return Events(change_of, SqsDeliveryQueue(client, queue), letters, metrics)
