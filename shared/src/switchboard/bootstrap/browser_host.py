"""Wiring of the browser host's stores; its `main` adds the pages."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from switchboard.adapters.clock import SystemClock
from switchboard.adapters.dynamodb.command_store import DynamoCommandStore
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
from switchboard.adapters.ecs.scale_in import EcsScaleIn
from switchboard.adapters.memory.scale_in import MemoryScaleIn
from switchboard.adapters.s3.snapshot_store import S3SnapshotStore
from switchboard.adapters.sns.operators import SnsOperators, sns_client
from switchboard.adapters.sqs.client import polling_sqs_client
from switchboard.adapters.sqs.dead_letters import SqsDeadLetters
from switchboard.adapters.sqs.host_queue import SqsHostQueue, SqsHostQueues
from switchboard.adapters.sqs.inbound_queue import SqsInboundQueue
from switchboard.adapters.sqs.session_starts import SqsSessionStarts
from switchboard.application.ban_guard import BanGuard
from switchboard.application.deliver_next import DeliverNext
from switchboard.application.finish_outbound import FinishOutbound
from switchboard.application.hold_proactive import HoldProactive
from switchboard.application.last_check import LastCheck
from switchboard.application.notify_operators import NotifyOperators
from switchboard.application.observe_hosts import ObserveHosts
from switchboard.application.recover_sending import RecoverSending
from switchboard.application.take_grant import TakeGrant
from switchboard.bootstrap.environment import Environment
from switchboard.bootstrap.identifiers import new_id
from switchboard.bootstrap.metrics import emf_metrics
from switchboard.domain.build_rule import NewerBuilds
from switchboard.domain.ids import HostId, OrganizationId
from switchboard.domain.pacing import Pacing, SteadyTime, typing_time
from switchboard.domain.session import Lease
from switchboard.ports.blocking import Blocking
from switchboard.ports.clock import Clock
from switchboard.ports.command_store import CommandStore
from switchboard.ports.host_registry import HostRegistry
from switchboard.ports.inbound_queue import InboundQueue
from switchboard.ports.inbox import Inbox
from switchboard.ports.message_store import MessageStore
from switchboard.ports.metrics import Metrics
from switchboard.ports.organization_store import OrganizationStore
from switchboard.ports.outbox import Outbox
from switchboard.ports.rate_gate import RateGate
from switchboard.ports.scale_in import ScaleIn
from switchboard.ports.session_starts import SessionStarts
from switchboard.ports.session_store import SessionStore
from switchboard.ports.snapshot_store import SnapshotStore
from switchboard.ports.wake_ups import HostQueue, HostQueues


@dataclass(frozen=True, slots=True, kw_only=True)
class HostConfiguration:
    """The host's part of the environment; the browser's part is read by `main`."""

    host_id: HostId
    capacity: int
    profiles: Path
    table: str
    inbound_queue_url: str
    session_start_queue_url: str
    dead_letter_queue_url: str
    host_queue_prefix: str
    notice_topic_arn: str
    session_bucket: str
    data_key_arn: str
    agent_uri: str
    """Empty outside ECS, where nobody scales in."""
    metrics: Metrics
    line_memory_bytes: int
    """Twice what a line of the real site is planned with; above it the browser is started again."""
    newer_builds: NewerBuilds
    snapshot_within: timedelta
    """One snapshot or restore; the 300 MB one that was measured takes a third of the default."""
    snapshot_bytes_per_second: int
    """All uploads of the host together; by default a quarter of a small instance's network."""


def configuration(environment: Environment) -> HostConfiguration:
    """Take this entry point's values; the caller checks for problems."""
    return HostConfiguration(
        host_id=HostId(new_id()),
        capacity=environment.whole("HOST_CAPACITY_LINES", 8, 1, 100),
        profiles=_writable(environment, "PROFILE_DIRECTORY"),
        table=environment.text("TABLE_NAME"),
        inbound_queue_url=environment.url("INBOUND_QUEUE_URL"),
        session_start_queue_url=environment.url("SESSION_START_QUEUE_URL"),
        dead_letter_queue_url=environment.url("SEND_DEAD_LETTER_QUEUE_URL"),
        host_queue_prefix=environment.text("HOST_QUEUE_PREFIX"),
        notice_topic_arn=environment.text("NOTICE_TOPIC_ARN"),
        session_bucket=environment.text("SESSION_BUCKET"),
        data_key_arn=environment.text("DATA_KEY_ARN"),
        agent_uri=environment.url("ECS_AGENT_URI") if environment.text("ECS_AGENT_URI", "") else "",
        metrics=emf_metrics(environment, "browser-host"),
        line_memory_bytes=environment.whole("LINE_MEMORY_MIB", 800, 100, 100_000) << 20,
        newer_builds=environment.option("NEWER_CHROMIUM", NewerBuilds, NewerBuilds.CANARY),
        snapshot_within=timedelta(seconds=environment.whole("SNAPSHOT_SECONDS", 90, 5, 110)),
        snapshot_bytes_per_second=environment.whole("SNAPSHOT_MIB_PER_SECOND", 16, 1, 1000) << 20,
    )


def _writable(environment: Environment, key: str) -> Path:
    """A folder of ours, made when it is missing; a mount of another user's is told at the start."""
    path = Path(environment.text(key))
    if key in environment.problems:
        return path
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        environment.problems[key] = f"cannot be made: {error.strerror}"
    else:
        if not os.access(path, os.W_OK | os.X_OK):
            environment.problems[key] = "must be a folder that this user may write"
    return path


@dataclass(frozen=True, slots=True)
class HostStores:
    """The ports behind the host's loops; tests give the memory adapters."""

    sessions: SessionStore
    hosts: HostRegistry
    outbox: Outbox
    messages: MessageStore
    inbox: Inbox
    organizations: OrganizationStore
    gate: RateGate
    commands: CommandStore
    inbound: InboundQueue
    session_starts: SessionStarts
    host_queue: HostQueue
    host_queues: HostQueues
    scale_in: ScaleIn
    snapshots: SnapshotStore
    finish: FinishOutbound
    notify: NotifyOperators
    clock: Clock
    metrics: Metrics

    def observe(self, host_id: HostId) -> ObserveHosts:
        """The use case that watches the other hosts."""
        return ObserveHosts(
            host_id,
            self.hosts,
            self.sessions,
            self.session_starts,
            self.host_queues,
            self.clock,
            self.metrics,
        )

    def guard(self, blocking: Blocking, organization_id: OrganizationId) -> BanGuard:
        """What watches one line for signs of a ban."""
        pacing = Pacing(SteadyTime.since(self.clock.now(), self.clock.monotonic()))
        return BanGuard(
            organization_id, self.sessions, self.inbox, self.notify, self.clock, blocking, pacing
        )

    def deliver(
        self, blocking: Blocking, lease: Lease, guard: BanGuard, may_write: Callable[[], bool]
    ) -> DeliverNext:
        """Delivery under one lease."""
        take_grant = TakeGrant(
            lease, self.gate, guard, self.clock, self.metrics, blocking, may_write, random.random
        )
        return DeliverNext(
            lease=lease,
            outbox=self.outbox,
            last_check=self._last_check(blocking),
            take_grant=take_grant,
            gate=self.gate,
            finish=self.finish,
            guard=guard,
            clock=self.clock,
            metrics=self.metrics,
            blocking=blocking,
            new_claim_id=new_id,
            typing_time=lambda text: typing_time(text, random.random()),  # noqa: S311 - a pace
            may_write=may_write,
            draw=random.random,
        )

    def _last_check(self, blocking: Blocking) -> LastCheck:
        hold = HoldProactive(self.organizations, self.inbox, self.clock)
        return LastCheck(
            self.outbox, self.messages, self.inbox, self.finish, self.clock, blocking, hold
        )

    def recover(self, blocking: Blocking, lease: Lease, guard: BanGuard) -> RecoverSending:
        """Reconciliation under one lease."""
        return RecoverSending(
            lease,
            self.outbox,
            self.messages,
            self.organizations,
            self.finish,
            self.gate,
            guard,
            self.clock,
            blocking,
            new_id,
        )


def build(config: HostConfiguration) -> HostStores:
    """Wire the stores."""
    connect(config.table)
    client = polling_sqs_client()
    clock = SystemClock()
    messages, outbox = DynamoMessageStore(), DynamoOutbox()
    dead_letters = SqsDeadLetters(client, config.dead_letter_queue_url)
    finish = FinishOutbound(
        messages, outbox, dead_letters, clock, DynamoFailedEntries(), config.metrics
    )
    operators = SnsOperators(sns_client(), config.notice_topic_arn)
    return HostStores(
        sessions=DynamoSessionStore(),
        hosts=DynamoHostRegistry(),
        outbox=outbox,
        messages=messages,
        inbox=DynamoInbox(),
        organizations=DynamoOrganizationStore(),
        gate=DynamoRateGate(),
        commands=DynamoCommandStore(clock),
        inbound=SqsInboundQueue(client, config.inbound_queue_url),
        session_starts=SqsSessionStarts(client, config.session_start_queue_url),
        host_queue=SqsHostQueue(client, config.host_queue_prefix),
        host_queues=SqsHostQueues(client, config.host_queue_prefix),
        scale_in=EcsScaleIn(config.agent_uri) if config.agent_uri else MemoryScaleIn(clock),
        snapshots=_snapshots(config),
        finish=finish,
        notify=NotifyOperators(DynamoNoticeBoard(), operators, clock, config.metrics),
        clock=clock,
        metrics=config.metrics,
    )


def _snapshots(config: HostConfiguration) -> S3SnapshotStore:
    return S3SnapshotStore(
        config.session_bucket, config.data_key_arn, config.snapshot_bytes_per_second
    )
