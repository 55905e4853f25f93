"""Wiring of the `answer` function: the only one that loads an agent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from switchboard.adapters.agents.embedding import NanoEmbedder
from switchboard.adapters.agents.examiner import KnowledgeExaminer
from switchboard.adapters.agents.knowledge import KnowledgeAgent
from switchboard.adapters.agents.wire import Bounds
from switchboard.adapters.clock import SystemClock
from switchboard.adapters.dynamodb.connection import connect
from switchboard.adapters.dynamodb.inbox import DynamoInbox
from switchboard.adapters.dynamodb.message_store import DynamoMessageStore
from switchboard.adapters.dynamodb.notice_board import DynamoNoticeBoard
from switchboard.adapters.dynamodb.organization_store import DynamoOrganizationStore
from switchboard.adapters.dynamodb.spending import DynamoSpending
from switchboard.adapters.dynamodb.turns import DynamoTurns
from switchboard.adapters.sns.operators import SnsOperators, sns_client
from switchboard.adapters.sqs.client import sqs_client
from switchboard.adapters.sqs.dead_letters import SqsDeadLetters
from switchboard.adapters.sqs.redelivery import SqsRedelivery
from switchboard.adapters.sqs.send_queue import SqsSendQueue
from switchboard.adapters.sqs.timer_queue import SqsTimerQueue
from switchboard.application.agent_orchestrator import AgentOrchestrator
from switchboard.application.answer_conversation import AnswerConversation
from switchboard.application.notify_operators import NotifyOperators
from switchboard.application.propose_reply import ProposeReply
from switchboard.application.report_turn import ReportTurn
from switchboard.application.try_knowledge import TryKnowledge
from switchboard.bootstrap.environment import Environment
from switchboard.bootstrap.language_models import Bedrock, OpenAi, language_models
from switchboard.bootstrap.metrics import emf_metrics
from switchboard.domain.organization import AgentKind
from switchboard.domain.spending import Price
from switchboard.ports.agent import Embedder, LanguageModel
from switchboard.ports.dead_letters import DeadLetters
from switchboard.ports.metrics import Metrics
from switchboard.ports.trials import Trials

_AFTER_TIME_OUT = timedelta(seconds=5)
"""A claim outlives the function by this, so that a second one never starts beside the first."""

_DEAREST = 1_000_000
"""Millionths of a dollar per 1,000 tokens: beyond any model's price."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the handler calls."""

    conversation: AnswerConversation
    dead_letters: DeadLetters
    redelivery: SqsRedelivery
    metrics: Metrics
    embedder: Embedder
    trials: Trials

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
    topic = environment.text("NOTICE_TOPIC_ARN")
    bedrock, openai = _bedrock(environment), _openai(environment)
    metrics = emf_metrics(environment, "answer")
    environment.check()
    connect(table)
    client, clock, inbox = sqs_client(), SystemClock(), DynamoInbox()
    embedded = KnowledgeAgent(NanoEmbedder())
    models = language_models(bedrock, openai, embedded.retriever, Bounds())
    notify = NotifyOperators(DynamoNoticeBoard(), SnsOperators(sns_client(), topic), clock, metrics)
    conversation = AnswerConversation(
        inbox=inbox,
        turns=DynamoTurns(),
        propose=_propose(inbox, embedded, models, clock),
        report=ReportTurn(metrics, notify, clock),
        timers=SqsTimerQueue(client, timer_queue),
        send_queue=SqsSendQueue(client, send_queue),
        clock=clock,
        metrics=metrics,
        patience=timedelta(seconds=timeout_seconds) + _AFTER_TIME_OUT,
    )
    trials = TryKnowledge(DynamoOrganizationStore(), KnowledgeExaminer(embedded.retriever))
    letters, again = SqsDeadLetters(client, dead_letter_queue), SqsRedelivery(client, timer_queue)
    return Answer(conversation, letters, again, metrics, embedded.embedder, trials)


def _propose(
    inbox: DynamoInbox,
    embedded: KnowledgeAgent,
    models: Mapping[AgentKind, LanguageModel],
    clock: SystemClock,
) -> ProposeReply:
    agent = AgentOrchestrator(embedded, models, DynamoSpending(), clock)
    return ProposeReply(DynamoOrganizationStore(), inbox, DynamoMessageStore(), agent, clock)


def _bedrock(environment: Environment) -> Bedrock:
    return Bedrock(
        environment.text("BEDROCK_MODEL", ""),
        Price(
            environment.whole("BEDROCK_INPUT_PRICE", 1_000, 0, _DEAREST),
            environment.whole("BEDROCK_OUTPUT_PRICE", 5_000, 0, _DEAREST),
        ),
    )


def _openai(environment: Environment) -> OpenAi:
    return OpenAi(
        environment.text("OPENAI_BASE_URL", ""),
        environment.text("OPENAI_MODEL", ""),
        environment.text("OPENAI_KEY_SECRET", ""),
        Price(
            environment.whole("OPENAI_INPUT_PRICE", 1_000, 0, _DEAREST),
            environment.whole("OPENAI_OUTPUT_PRICE", 5_000, 0, _DEAREST),
        ),
    )
