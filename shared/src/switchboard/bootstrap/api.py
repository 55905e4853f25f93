"""Wiring of the API function."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from switchboard.adapters.clock import SystemClock
from switchboard.adapters.dynamodb.command_store import DynamoCommandStore
from switchboard.adapters.dynamodb.connection import connect
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
from switchboard.adapters.functions.answer_function import AnswerFunction, lambda_client
from switchboard.adapters.http.resolving import Resolver
from switchboard.adapters.sqs.client import sqs_client
from switchboard.adapters.sqs.delivery_queue import SqsDeliveryQueue
from switchboard.adapters.sqs.send_queue import SqsSendQueue
from switchboard.adapters.sqs.session_starts import SqsSessionStarts
from switchboard.adapters.sqs.wake_ups import SqsWakeUps
from switchboard.application.accept_outbound import AcceptOutbound
from switchboard.application.change_contact import ChangeContact
from switchboard.application.change_limits import ChangeLimits
from switchboard.application.create_session import CreateSession
from switchboard.application.end_queued import EndQueued
from switchboard.application.failed_messages import ListFailedMessages, RedriveMessage
from switchboard.application.list_contacts import ListContacts, ReadContact
from switchboard.application.list_conversations import ListConversations, ListMessages
from switchboard.application.list_notices import ListNotices
from switchboard.application.list_outbox import ListOutbox
from switchboard.application.list_sessions import ListSessions
from switchboard.application.look_up_address import LookUpAddress
from switchboard.application.manage_keys import CreateKey, ListKeys, RevokeKey, RotateKey
from switchboard.application.manage_webhooks import (
    ChangeReceivers,
    ListDeliveries,
    ManageWebhooks,
    ReadReceivers,
    RedriveDelivery,
    TryReceivers,
)
from switchboard.application.mark_seen import MarkSeen
from switchboard.application.organization_knowledge import (
    ChangeSettings,
    DeleteKnowledge,
    ListKnowledge,
    PublishKnowledge,
    PutKnowledge,
)
from switchboard.application.pause_sending import PauseSending, ResumeSending
from switchboard.application.queue_position import QueuePosition
from switchboard.application.read_account import ReadAccount
from switchboard.application.read_message import CancelMessage, ReadMessage
from switchboard.application.read_quota import ReadQuota
from switchboard.application.read_session import ReadSession
from switchboard.application.run_command import RunCommand
from switchboard.application.take_over import TakeOver
from switchboard.application.throttle_key import ThrottleKey
from switchboard.application.want_session import WantSession
from switchboard.bootstrap.environment import REACHES, Environment
from switchboard.bootstrap.identifiers import new_id, new_message_id, new_secret
from switchboard.bootstrap.metrics import emf_metrics
from switchboard.domain.public_address import Reach
from switchboard.ports.agent import Embedder
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


@dataclass(frozen=True, slots=True)
class Api:
    """Every use case that a route calls."""

    throttle_key: ThrottleKey
    create_session: CreateSession
    want_session: WantSession
    read_session: ReadSession
    list_sessions: ListSessions
    change_limits: ChangeLimits
    change_settings: ChangeSettings
    pause_sending: PauseSending
    resume_sending: ResumeSending
    run_command: RunCommand
    accept_outbound: AcceptOutbound
    read_account: ReadAccount
    read_message: ReadMessage
    queue_position: QueuePosition
    cancel_message: CancelMessage
    list_conversations: ListConversations
    list_messages: ListMessages
    list_outbox: ListOutbox
    read_quota: ReadQuota
    list_failed: ListFailedMessages
    redrive: RedriveMessage
    list_notices: ListNotices
    list_contacts: ListContacts
    read_contact: ReadContact
    change_contact: ChangeContact
    look_up_address: LookUpAddress
    mark_seen: MarkSeen
    take_over: TakeOver
    list_knowledge: ListKnowledge
    put_knowledge: PutKnowledge
    publish_knowledge: PublishKnowledge
    try_knowledge: Trials
    delete_knowledge: DeleteKnowledge
    create_key: CreateKey
    list_keys: ListKeys
    rotate_key: RotateKey
    revoke_key: RevokeKey
    webhooks: ManageWebhooks


def wire(s: Stores) -> Api:
    """Give every use case its ports."""
    read_session = ReadSession(s.sessions, s.hosts, s.gate, s.organizations, s.clock)
    read_message = ReadMessage(s.messages)
    read_contact = ReadContact(s.sessions, s.inbox)
    run_command = RunCommand(s.sessions, s.commands, s.wake_ups, s.clock, new_id, s.pause)
    create_key = CreateKey(s.keys, s.sessions, s.clock, new_id, new_secret)
    revoke_key = RevokeKey(s.keys, s.clock)
    end_queued = EndQueued(s.outbox, s.messages, s.clock, s.metrics)
    return Api(
        throttle_key=ThrottleKey(s.requests, s.clock, s.requests_per_minute),
        create_session=CreateSession(s.sessions, end_queued, read_session, s.clock),
        want_session=WantSession(s.sessions, s.session_starts, s.wake_ups, s.clock),
        read_session=read_session,
        list_sessions=ListSessions(s.sessions, read_session),
        change_limits=ChangeLimits(s.sessions, s.wake_ups, s.clock),
        change_settings=ChangeSettings(s.organizations),
        pause_sending=PauseSending(s.sessions, s.clock),
        resume_sending=ResumeSending(s.sessions, s.notices, s.wake_ups, s.clock),
        run_command=run_command,
        accept_outbound=AcceptOutbound(
            s.sessions,
            s.inbox,
            s.outbox,
            s.messages,
            s.send_queue,
            s.clock,
            s.metrics,
            new_message_id,
        ),
        read_account=ReadAccount(s.sessions),
        read_message=read_message,
        queue_position=QueuePosition(s.outbox, s.clock),
        cancel_message=CancelMessage(read_message, s.messages, s.outbox, s.clock),
        list_conversations=ListConversations(s.sessions, s.inbox),
        list_messages=ListMessages(s.inbox, s.messages),
        list_outbox=ListOutbox(s.sessions, s.outbox, s.clock),
        read_quota=ReadQuota(s.sessions, s.gate, s.clock),
        list_failed=ListFailedMessages(s.sessions, s.failed),
        redrive=RedriveMessage(s.sessions, s.inbox, s.messages, s.failed, s.send_queue, s.clock),
        list_notices=ListNotices(s.sessions, s.notices),
        list_contacts=ListContacts(s.sessions, s.inbox),
        read_contact=read_contact,
        change_contact=ChangeContact(read_contact, s.inbox),
        look_up_address=LookUpAddress(s.sessions, s.inbox, run_command),
        mark_seen=MarkSeen(s.inbox, run_command),
        take_over=TakeOver(s.inbox, s.clock),
        list_knowledge=ListKnowledge(s.organizations),
        put_knowledge=PutKnowledge(s.organizations, s.embedder),
        publish_knowledge=PublishKnowledge(s.organizations),
        try_knowledge=s.trials,
        delete_knowledge=DeleteKnowledge(s.organizations),
        create_key=create_key,
        list_keys=ListKeys(s.keys),
        rotate_key=RotateKey(create_key, revoke_key),
        revoke_key=revoke_key,
        webhooks=_webhooks(s),
    )


def _webhooks(s: Stores) -> ManageWebhooks:
    queue, log = s.delivery_queue, s.deliveries
    return ManageWebhooks(
        s.reach,
        ReadReceivers(s.sessions, s.receivers),
        ChangeReceivers(s.sessions, s.receivers, s.names),
        ListDeliveries(s.sessions, s.receivers, log),
        RedriveDelivery(s.sessions, s.receivers, log, queue, s.clock),
        TryReceivers(s.sessions, s.receivers, queue, s.clock, new_id),
    )


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
    loopback = environment.choice("WEBHOOK_REACH", REACHES, Reach.PUBLIC.value)
    reach = Reach.LOOPBACK_TOO if loopback else Reach.PUBLIC
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
