"""Wiring of the `answer` function: the only one that loads an agent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from switchboard.adapters.agents.embedding import NanoEmbedder
from switchboard.adapters.agents.knowledge import KnowledgeAgent
from switchboard.adapters.clock import SystemClock
from switchboard.adapters.dynamodb.connection import connect
from switchboard.adapters.dynamodb.inbox import DynamoInbox
from switchboard.adapters.dynamodb.message_store import DynamoMessageStore
from switchboard.adapters.dynamodb.organization_store import DynamoOrganizationStore
from switchboard.adapters.dynamodb.turns import DynamoTurns
from switchboard.adapters.sqs.client import sqs_client
from switchboard.adapters.sqs.dead_letters import SqsDeadLetters
from switchboard.adapters.sqs.send_queue import SqsSendQueue
from switchboard.adapters.sqs.timer_queue import SqsTimerQueue
from switchboard.application.answer_conversation import AnswerConversation
from switchboard.bootstrap.environment import Environment
from switchboard.bootstrap.metrics import emf_metrics
from switchboard.domain.organization import AgentKind
from switchboard.ports.agent import Embedder
from switchboard.ports.dead_letters import DeadLetters
from switchboard.ports.metrics import Metrics

_AFTER_TIME_OUT = timedelta(seconds=5)
"""A claim outlives the function by this, so that a second one never starts beside the first."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the handler calls."""

    conversation: AnswerConversation
    dead_letters: DeadLetters
    metrics: Metrics
    embedder: Embedder

    def warm_up(self) -> None:
        """Load the model's weights before the first customer waits for them."""
        self.embedder.embed(["warm up"])


def build() -> Answer:
    """Wire from the environment.

    Raises:
        Configuration: naming every invalid key.
    """
    environment = Environment()
    table = environment.text("TABLE_NAME")
    timer_queue = environment.url("TIMER_QUEUE_URL")
    send_queue = environment.url("SEND_QUEUE_URL")
    dead_letter_queue = environment.url("TIMER_DEAD_LETTER_QUEUE_URL")
    timeout_seconds = environment.whole("FUNCTION_TIMEOUT_SECONDS", 30, 1, 900)
    metrics = emf_metrics(environment, "answer")
    environment.check()
    connect(table)
    client = sqs_client()
    embedder = NanoEmbedder()
    conversation = AnswerConversation(
        organizations=DynamoOrganizationStore(),
        inbox=DynamoInbox(),
        messages=DynamoMessageStore(),
        turns=DynamoTurns(),
        agents={AgentKind.KNOWLEDGE: KnowledgeAgent(embedder)},
        timers=SqsTimerQueue(client, timer_queue),
        send_queue=SqsSendQueue(client, send_queue),
        clock=SystemClock(),
        metrics=metrics,
        patience=timedelta(seconds=timeout_seconds) + _AFTER_TIME_OUT,
    )
    return Answer(conversation, SqsDeadLetters(client, dead_letter_queue), metrics, embedder)
