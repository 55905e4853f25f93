"""The ports behind the API."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from switchboard.adapters.dynamodb.belongings import DynamoBelongings
from switchboard.adapters.dynamodb.delivery_log import DynamoDeliveryLog
from switchboard.adapters.dynamodb.failed_entries import DynamoFailedEntries
from switchboard.adapters.dynamodb.host_registry import DynamoHostRegistry
from switchboard.adapters.dynamodb.inbox import DynamoInbox
from switchboard.adapters.dynamodb.key_store import DynamoKeyStore
from switchboard.adapters.dynamodb.message_store import DynamoMessageStore
from switchboard.adapters.dynamodb.notice_board import DynamoNoticeBoard
from switchboard.adapters.dynamodb.organization_store import DynamoOrganizationStore
from switchboard.adapters.dynamodb.outbox import DynamoOutbox
from switchboard.adapters.dynamodb.rate_gate import DynamoRateGate
from switchboard.adapters.dynamodb.receivers import DynamoReceiverStore
from switchboard.adapters.dynamodb.request_counter import DynamoRequestCounter
from switchboard.adapters.dynamodb.session_store import DynamoSessionStore
from switchboard.domain.public_address import Reach
from switchboard.ports.agent import Embedder
from switchboard.ports.belongings import Belongings
from switchboard.ports.clock import Clock
from switchboard.ports.command_store import CommandStore
from switchboard.ports.delivery_log import DeliveryLog
from switchboard.ports.delivery_queue import DeliveryQueue
from switchboard.ports.failed_entries import FailedEntries
from switchboard.ports.host_registry import HostRegistry
from switchboard.ports.inbox import Inbox
from switchboard.ports.key_store import KeyStore
from switchboard.ports.message_store import MessageStore
from switchboard.ports.metrics import Metrics
from switchboard.ports.notice_board import NoticeBoard
from switchboard.ports.organization_store import OrganizationStore
from switchboard.ports.outbox import Outbox
from switchboard.ports.rate_gate import RateGate
from switchboard.ports.receiver_door import NameCheck
from switchboard.ports.receiver_store import ReceiverStore
from switchboard.ports.request_counter import RequestCounter
from switchboard.ports.send_queue import SendQueue
from switchboard.ports.session_starts import SessionStarts
from switchboard.ports.session_store import SessionStore
from switchboard.ports.trials import Trials
from switchboard.ports.wake_ups import WakeUps


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """The ports behind the API, on AWS unless said otherwise; tests give the memory adapters."""

    sessions: SessionStore = field(default_factory=DynamoSessionStore)
    belongings: Belongings = field(default_factory=DynamoBelongings)
    hosts: HostRegistry = field(default_factory=DynamoHostRegistry)
    gate: RateGate = field(default_factory=DynamoRateGate)
    organizations: OrganizationStore = field(default_factory=DynamoOrganizationStore)
    inbox: Inbox = field(default_factory=DynamoInbox)
    messages: MessageStore = field(default_factory=DynamoMessageStore)
    outbox: Outbox = field(default_factory=DynamoOutbox)
    failed: FailedEntries = field(default_factory=DynamoFailedEntries)
    commands: CommandStore
    keys: KeyStore = field(default_factory=DynamoKeyStore)
    notices: NoticeBoard = field(default_factory=DynamoNoticeBoard)
    receivers: ReceiverStore = field(default_factory=DynamoReceiverStore)
    deliveries: DeliveryLog = field(default_factory=DynamoDeliveryLog)
    delivery_queue: DeliveryQueue
    names: NameCheck
    reach: Reach
    send_queue: SendQueue
    session_starts: SessionStarts
    wake_ups: WakeUps
    embedder: Embedder
    trials: Trials
    clock: Clock
    metrics: Metrics
    requests: RequestCounter = field(default_factory=DynamoRequestCounter)
    requests_per_minute: int
    """Of one API key."""
    pause: Callable[[float], None] = time.sleep
    """Sleeps that many seconds: a function has no event loop to wait in."""
