"""The API's wiring from the environment."""

from __future__ import annotations

from switchboard.adapters.clock import SystemClock
from switchboard.adapters.dynamodb.command_store import DynamoCommandStore
from switchboard.adapters.dynamodb.connection import connect
from switchboard.adapters.functions.answer_function import AnswerFunction, lambda_client
from switchboard.adapters.http.resolving import Resolver
from switchboard.adapters.sqs.client import sqs_client
from switchboard.adapters.sqs.delivery_queue import SqsDeliveryQueue
from switchboard.adapters.sqs.send_queue import SqsSendQueue
from switchboard.adapters.sqs.session_starts import SqsSessionStarts
from switchboard.adapters.sqs.wake_ups import SqsWakeUps
from switchboard.bootstrap.api.stores import Stores
from switchboard.bootstrap.api.use_cases import Api, wire
from switchboard.bootstrap.environment import Environment
from switchboard.bootstrap.metrics import emf_metrics
from switchboard.domain.public_address import Reach


def build_api() -> Api:
    """Wire from the environment.

    Raises:
        Configuration: naming every invalid key.
    """
    environment = Environment()
    table = environment.text("TABLE_NAME")
    send_queue = environment.url("SEND_QUEUE_URL")
    answer_function = environment.text("ANSWER_FUNCTION")
    session_starts = environment.url("SESSION_START_QUEUE_URL")
    webhook_queue = environment.url("WEBHOOK_QUEUE_URL")
    reach = environment.option("WEBHOOK_REACH", Reach, Reach.PUBLIC)
    metrics = emf_metrics(environment, "api")
    requests_per_minute = environment.whole("KEY_REQUESTS_PER_MINUTE", 3_000, 1, 1_000_000)
    environment.check()
    connect(table)
    client = sqs_client()
    answer = AnswerFunction(lambda_client(), answer_function)
    return wire(
        Stores(
            commands=DynamoCommandStore(SystemClock()),
            delivery_queue=SqsDeliveryQueue(client, webhook_queue),
            names=Resolver(reach),
            reach=reach,
            send_queue=SqsSendQueue(client, send_queue),
            session_starts=SqsSessionStarts(client, session_starts),
            wake_ups=SqsWakeUps(client),
            embedder=answer,
            trials=answer,
            clock=SystemClock(),
            metrics=metrics,
            requests_per_minute=requests_per_minute,
        )
    )
