"""Wiring of the `sweeper` function."""

from __future__ import annotations

from switchboard.adapters.clock import SystemClock
from switchboard.adapters.dynamodb.connection import connect
from switchboard.adapters.dynamodb.inbox import DynamoInbox
from switchboard.adapters.dynamodb.lanes import DynamoLanes
from switchboard.adapters.dynamodb.message_store import DynamoMessageStore
from switchboard.adapters.dynamodb.notice_board import DynamoNoticeBoard
from switchboard.adapters.dynamodb.outbox import DynamoOutbox
from switchboard.adapters.dynamodb.session_store import DynamoSessionStore
from switchboard.adapters.dynamodb.turns import DynamoTurns
from switchboard.adapters.s3.snapshot_objects import S3SnapshotObjects
from switchboard.adapters.sns.operators import SnsOperators, sns_client
from switchboard.adapters.sqs.client import sqs_client
from switchboard.adapters.sqs.delivery_queue import SqsLaneTimers
from switchboard.adapters.sqs.send_queue import SqsSendQueue
from switchboard.adapters.sqs.session_starts import SqsSessionStarts
from switchboard.adapters.sqs.timer_queue import SqsTimerQueue
from switchboard.application.end_queued import EndQueued
from switchboard.application.sweep import Sweep
from switchboard.application.tell_untold import TellUntold
from switchboard.bootstrap.environment import Environment
from switchboard.bootstrap.metrics import emf_metrics


def build() -> Sweep:
    """Wire from the environment.

    Raises:
        Configuration: naming every invalid key.
    """
    environment = Environment()
    table = environment.text("TABLE_NAME")
    send_queue = environment.url("SEND_QUEUE_URL")
    timer_queue = environment.url("TIMER_QUEUE_URL")
    session_starts = environment.url("SESSION_START_QUEUE_URL")
    parked_queue = environment.url("PARKED_QUEUE_URL")
    metrics = emf_metrics(environment, "sweeper")
    bucket, topic = environment.text("SESSION_BUCKET"), environment.text("NOTICE_TOPIC_ARN")
    environment.check()
    connect(table)
    client = sqs_client()
    outbox, clock = DynamoOutbox(), SystemClock()
    return Sweep(
        outbox=outbox,
        turns=DynamoTurns(),
        inbox=DynamoInbox(),
        sessions=DynamoSessionStore(),
        send_queue=SqsSendQueue(client, send_queue),
        timers=SqsTimerQueue(client, timer_queue),
        session_starts=SqsSessionStarts(client, session_starts),
        lanes=DynamoLanes(),
        lane_timers=SqsLaneTimers(client, parked_queue),
        end_queued=EndQueued(outbox, DynamoMessageStore(), clock, metrics),
        snapshots=S3SnapshotObjects(bucket),
        tell_untold=TellUntold(DynamoNoticeBoard(), SnsOperators(sns_client(), topic), clock),
        clock=clock,
        metrics=metrics,
    )
