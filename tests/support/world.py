"""All ports and use cases over one backend: memory, or DynamoDB on moto."""

import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from moto import mock_aws
from tests.support.table import create_table

from switchboard.adapters.dynamodb.belongings import DynamoBelongings
from switchboard.adapters.dynamodb.command_store import DynamoCommandStore
from switchboard.adapters.dynamodb.connection import connect
from switchboard.adapters.dynamodb.delivery_log import DynamoDeliveryLog
from switchboard.adapters.dynamodb.failed_entries import DynamoFailedEntries
from switchboard.adapters.dynamodb.host_registry import DynamoHostRegistry
from switchboard.adapters.dynamodb.inbox import DynamoInbox
from switchboard.adapters.dynamodb.key_store import DynamoKeyStore
from switchboard.adapters.dynamodb.lanes import DynamoLanes
from switchboard.adapters.dynamodb.message_store import DynamoMessageStore
from switchboard.adapters.dynamodb.notice_board import DynamoNoticeBoard
from switchboard.adapters.dynamodb.organization_store import DynamoOrganizationStore
from switchboard.adapters.dynamodb.outbox import DynamoOutbox
from switchboard.adapters.dynamodb.rate_gate import DynamoRateGate
from switchboard.adapters.dynamodb.receivers import (
    DynamoReceiverHealthStore,
    DynamoReceiverStore,
)
from switchboard.adapters.dynamodb.request_counter import DynamoRequestCounter
from switchboard.adapters.dynamodb.session_store import DynamoSessionStore
from switchboard.adapters.dynamodb.spending import DynamoSpending
from switchboard.adapters.dynamodb.turns import DynamoTurns
from switchboard.adapters.memory.clock import MemoryClock
from switchboard.adapters.memory.dead_letters import MemoryDeadLetters
from switchboard.adapters.memory.delivery_queue import MemoryDeliveryQueue, MemoryLaneTimers
from switchboard.adapters.memory.metrics import MemoryMetrics
from switchboard.adapters.memory.notices import MemoryOperators
from switchboard.adapters.memory.receiver_door import MemoryReceiverDoor
from switchboard.adapters.memory.request_counter import MemoryRequestCounter
from switchboard.adapters.memory.send_queue import MemorySendQueue
from switchboard.adapters.memory.session_starts import MemorySessionStarts
from switchboard.adapters.memory.stores import memory_stores
from switchboard.adapters.memory.timer_queue import MemoryTimerQueue
from switchboard.adapters.memory.wake_ups import MemoryWakeUps
from switchboard.application.accept_outbound import AcceptOutbound
from switchboard.application.dispatch_outbound import DispatchOutbound
from switchboard.application.end_queued import EndQueued
from switchboard.application.receive_inbound import ReceiveInbound
from switchboard.application.record_ack import RecordAck
from switchboard.application.record_afterwards import RecordAfterwards
from switchboard.domain.ids import MessageId

BACKENDS = ("memory", "dynamodb")


@dataclass
class World:
    """Ports of one backend; queues and clock are always in memory."""

    sessions: Any
    belongings: Any
    hosts: Any
    gate: Any
    outbox: Any
    messages: Any
    inbox: Any
    turns: Any
    organizations: Any
    keys: Any
    commands: Any
    notices: Any
    failed: Any
    receivers: Any
    receiver_health: Any
    lanes: Any
    deliveries: Any
    spending: Any
    clock: MemoryClock
    wake_ups: MemoryWakeUps = field(default_factory=MemoryWakeUps)
    send_queue: MemorySendQueue = field(default_factory=MemorySendQueue)
    session_starts: MemorySessionStarts = field(default_factory=MemorySessionStarts)
    dead_letters: MemoryDeadLetters = field(default_factory=MemoryDeadLetters)
    door: MemoryReceiverDoor = field(default_factory=MemoryReceiverDoor)
    requests: Any = field(default_factory=MemoryRequestCounter)
    operators: MemoryOperators = field(default_factory=MemoryOperators)
    metrics: MemoryMetrics = field(default_factory=MemoryMetrics)
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.timers = MemoryTimerQueue(self.clock)
        self.delivery_queue = MemoryDeliveryQueue(self.clock)
        self.lane_timers = MemoryLaneTimers(self.clock)
        self.accept = AcceptOutbound(
            self.sessions,
            self.inbox,
            self.outbox,
            self.messages,
            self.send_queue,
            self.clock,
            self.metrics,
            self.message_id,
        )
        self.end_queued = EndQueued(self.outbox, self.messages, self.clock, self.metrics)
        self.dispatch = DispatchOutbound(
            self.outbox, self.sessions, self.wake_ups, self.end_queued, self.metrics
        )
        self.receive = ReceiveInbound(
            self.sessions,
            self.organizations,
            self.inbox,
            self.messages,
            self.timers,
            RecordAck(self.messages, self.failed),
            RecordAfterwards(self.messages),
            self.clock,
            self.metrics,
            self.message_id,
        )

    def message_id(self) -> MessageId:
        return MessageId(f"{next(self.numbers):026d}")

    def advance(self, **duration: float) -> None:
        self.clock.advance(timedelta(**duration))


def memory_world() -> World:
    clock = MemoryClock()
    stores = memory_stores(clock)
    return World(
        stores.sessions,
        stores.belongings,
        stores.hosts,
        stores.gate,
        stores.outbox,
        stores.messages,
        stores.inbox,
        stores.turns,
        stores.organizations,
        stores.keys,
        stores.commands,
        stores.notices,
        stores.failed,
        stores.receivers,
        stores.receiver_health,
        stores.lanes,
        stores.deliveries,
        stores.spending,
        clock,
    )


def dynamodb_world() -> World:
    clock = MemoryClock()
    return World(
        DynamoSessionStore(),
        DynamoBelongings(),
        DynamoHostRegistry(),
        DynamoRateGate(),
        DynamoOutbox(),
        DynamoMessageStore(),
        DynamoInbox(),
        DynamoTurns(),
        DynamoOrganizationStore(),
        DynamoKeyStore(),
        DynamoCommandStore(clock),
        DynamoNoticeBoard(),
        DynamoFailedEntries(),
        DynamoReceiverStore(),
        DynamoReceiverHealthStore(),
        DynamoLanes(),
        DynamoDeliveryLog(),
        DynamoSpending(),
        clock,
        requests=DynamoRequestCounter(),
    )


@contextmanager
def world(backend: str) -> Iterator[World]:
    """A fresh, empty backend."""
    if backend == "memory":
        yield memory_world()
        return
    credentials = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "eu-west-1",
    }
    before = {key: os.environ.get(key) for key in (*credentials, "AWS_ENDPOINT_URL")}
    os.environ.update(credentials)
    os.environ.pop("AWS_ENDPOINT_URL", None)
    try:
        with mock_aws():
            create_table("switchboard-test")
            connect("switchboard-test")
            yield dynamodb_world()
    finally:
        _restore(before)


def _restore(before: dict[str, str | None]) -> None:
    restore: Callable[[str, str], None] = os.environ.__setitem__
    for key, value in before.items():
        if value is None:
            os.environ.pop(key, None)
        else:
            restore(key, value)
