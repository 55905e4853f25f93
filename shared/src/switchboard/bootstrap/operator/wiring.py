"""Wiring of the operator's command."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from switchboard.adapters.clock import SystemClock
from switchboard.adapters.dynamodb.connection import connect
from switchboard.adapters.dynamodb.failed_entries import DynamoFailedEntries
from switchboard.adapters.dynamodb.host_registry import DynamoHostRegistry
from switchboard.adapters.dynamodb.inbox import DynamoInbox
from switchboard.adapters.dynamodb.message_store import DynamoMessageStore
from switchboard.adapters.dynamodb.notice_board import DynamoNoticeBoard
from switchboard.adapters.dynamodb.organization_store import DynamoOrganizationStore
from switchboard.adapters.dynamodb.outbox import DynamoOutbox
from switchboard.adapters.dynamodb.rate_gate import DynamoRateGate
from switchboard.adapters.dynamodb.session_store import DynamoSessionStore
from switchboard.adapters.sqs.client import sqs_client
from switchboard.adapters.sqs.letters import SqsLetters
from switchboard.adapters.sqs.send_queue import SqsSendQueue
from switchboard.adapters.sqs.session_starts import SqsSessionStarts
from switchboard.adapters.sqs.wake_ups import SqsWakeUps
from switchboard.application.drain_hosts import DrainHosts
from switchboard.application.failed_messages import ListFailedMessages, RedriveMessage
from switchboard.application.list_notices import ListNotices
from switchboard.application.list_outbox import ListOutbox
from switchboard.application.list_sessions import ListSessions
from switchboard.application.pause_sending import PauseSending, ResumeSending
from switchboard.application.read_session import ReadSession
from switchboard.application.roll_back_login import RollBackLogin
from switchboard.application.want_session import WantSession
from switchboard.application.work_dead_letters import WorkDeadLetters
from switchboard.bootstrap.operator.deployment import Deployment
from switchboard.ports.clock import Clock
from switchboard.ports.failed_entries import FailedEntries
from switchboard.ports.host_registry import HostRegistry
from switchboard.ports.inbox import Inbox
from switchboard.ports.letters import Letters
from switchboard.ports.message_store import MessageStore
from switchboard.ports.notice_board import NoticeBoard
from switchboard.ports.organization_store import OrganizationStore
from switchboard.ports.outbox import Outbox
from switchboard.ports.rate_gate import RateGate
from switchboard.ports.send_queue import SendQueue
from switchboard.ports.session_starts import SessionStarts
from switchboard.ports.session_store import SessionStore
from switchboard.ports.wake_ups import WakeUps


@dataclass(frozen=True, slots=True)
class Ports:
    """What stands behind the command; tests give the memory adapters."""

    sessions: SessionStore
    hosts: HostRegistry
    gate: RateGate
    organizations: OrganizationStore
    inbox: Inbox
    messages: MessageStore
    outbox: Outbox
    failed: FailedEntries
    notices: NoticeBoard
    send_queue: SendQueue
    session_starts: SessionStarts
    wake_ups: WakeUps
    letters: Mapping[str, Letters]
    clock: Clock
    pause: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class Operator:
    """Every use case that a subcommand calls."""

    read_session: ReadSession
    list_sessions: ListSessions
    list_outbox: ListOutbox
    list_notices: ListNotices
    list_failed: ListFailedMessages
    redrive: RedriveMessage
    letters: WorkDeadLetters
    hosts: HostRegistry
    drain: DrainHosts
    pause_sending: PauseSending
    resume_sending: ResumeSending
    want_session: WantSession
    roll_back: RollBackLogin
    clock: Clock
    pause: Callable[[float], None]


def wire(p: Ports) -> Operator:
    """Give every use case its ports."""
    read_session = ReadSession(p.sessions, p.hosts, p.gate, p.organizations, p.clock)
    redrive = RedriveMessage(p.sessions, p.inbox, p.messages, p.failed, p.send_queue, p.clock)
    return Operator(
        read_session=read_session,
        list_sessions=ListSessions(p.sessions, read_session),
        list_outbox=ListOutbox(p.sessions, p.outbox, p.clock),
        list_notices=ListNotices(p.sessions, p.notices),
        list_failed=ListFailedMessages(p.sessions, p.failed),
        redrive=redrive,
        letters=WorkDeadLetters(p.letters, redrive),
        hosts=p.hosts,
        drain=DrainHosts(p.hosts, p.clock, p.pause),
        pause_sending=PauseSending(p.sessions, p.clock),
        resume_sending=ResumeSending(p.sessions, p.notices, p.wake_ups, p.clock),
        want_session=WantSession(p.sessions, p.session_starts, p.wake_ups, p.clock),
        roll_back=RollBackLogin(p.sessions, p.clock),
        clock=p.clock,
        pause=p.pause,
    )


def connected(deployment: Deployment) -> Operator:
    """Wire to a deployment, with the region, endpoint and credentials of the environment."""
    connect(deployment.table)
    client = sqs_client()
    letters = {
        name: SqsLetters(client, own, before)
        for name, (own, before) in deployment.dead_letter_queues.items()
    }
    return wire(
        Ports(
            sessions=DynamoSessionStore(),
            hosts=DynamoHostRegistry(),
            gate=DynamoRateGate(),
            organizations=DynamoOrganizationStore(),
            inbox=DynamoInbox(),
            messages=DynamoMessageStore(),
            outbox=DynamoOutbox(),
            failed=DynamoFailedEntries(),
            notices=DynamoNoticeBoard(),
            send_queue=SqsSendQueue(client, deployment.send_queue_url),
            session_starts=SqsSessionStarts(client, deployment.session_start_queue_url),
            wake_ups=SqsWakeUps(client),
            letters=letters,
            clock=SystemClock(),
        )
    )
