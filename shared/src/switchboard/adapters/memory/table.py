"""What the stores of one deployment share: state, and the lock that makes a write atomic."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import date, datetime

from switchboard.domain.command import Command
from switchboard.domain.conversation import Contact, Conversation
from switchboard.domain.delivery import Attempt, DeadDelivery, Delivery
from switchboard.domain.failed_entry import FailedEntry
from switchboard.domain.host import Host
from switchboard.domain.ids import (
    ChatId,
    ContactId,
    ConversationId,
    HostId,
    MessageId,
    OrganizationId,
    WaHex,
)
from switchboard.domain.keys import ApiKey
from switchboard.domain.message import Message
from switchboard.domain.notice import Notice
from switchboard.domain.organization import KnowledgeEntry, Organization, Stage
from switchboard.domain.outbox import OutboxEntry
from switchboard.domain.rate_limit import Counts
from switchboard.domain.receiver import Receiver
from switchboard.domain.receiver_health import Health
from switchboard.domain.session import Session


@dataclass(slots=True)
class Line:
    """A line item: the session, and what only the gate and the placement index read."""

    session: Session
    grant_version: int = 0
    grant_id: str | None = None
    counts: Counts = field(default_factory=Counts)
    unowned_since: datetime | None = None
    """Set while the line is nominated for placement."""
    deleted_since: datetime | None = None
    """Set while a deleted line's login may still be stored."""


@dataclass(slots=True)
class Lane:
    """A parked lane: its deliveries by their order, and who holds it until when."""

    due_at: datetime
    parked: dict[str, Delivery] = field(default_factory=dict)
    token: str | None = None
    held_until: datetime | None = None


@dataclass(slots=True)
class DayOfSpending:
    """What language models cost an organization on a day."""

    micros: int = 0
    open: set[str] = field(default_factory=set)
    """Turns whose reservation is not settled."""


type Of[Key] = tuple[OrganizationId, Key]
"""Keys start with the organization, so that equal ids of two organizations never meet."""


@dataclass(slots=True)
class MemoryTable:
    """One 'table'. Every store's method holds `lock` from its condition to its last write."""

    lock: threading.RLock = field(default_factory=threading.RLock)
    lines: dict[OrganizationId, Line] = field(default_factory=dict)
    organizations: dict[OrganizationId, Organization] = field(default_factory=dict)
    knowledge: dict[Of[tuple[Stage, str]], KnowledgeEntry] = field(default_factory=dict)
    hosts: dict[HostId, Host] = field(default_factory=dict)
    contacts: dict[Of[ContactId], Contact] = field(default_factory=dict)
    addresses: dict[Of[ChatId], ContactId] = field(default_factory=dict)
    merged: dict[Of[ContactId], ContactId] = field(default_factory=dict)
    conversations: dict[Of[ConversationId], Conversation] = field(default_factory=dict)
    received: set[Of[WaHex]] = field(default_factory=set)
    messages: dict[Of[MessageId], Message] = field(default_factory=dict)
    sent_as: dict[Of[WaHex], MessageId] = field(default_factory=dict)
    request_hashes: dict[Of[MessageId], str] = field(default_factory=dict)
    entries: dict[Of[MessageId], OutboxEntry] = field(default_factory=dict)
    failed: dict[Of[MessageId], FailedEntry] = field(default_factory=dict)
    commands: dict[Of[str], Command] = field(default_factory=dict)
    keys: dict[str, ApiKey] = field(default_factory=dict)
    notices: dict[Of[str], Notice] = field(default_factory=dict)
    settled: set[Of[str]] = field(default_factory=set)
    """Places of notices that a person has acted on."""
    untold: dict[Of[str], datetime] = field(default_factory=dict)
    """Places of notices that nobody has told yet, and until when somebody is at it."""
    receivers: dict[OrganizationId, tuple[Receiver, ...]] = field(default_factory=dict)
    health: dict[Of[str], Health] = field(default_factory=dict)
    lanes: dict[Of[str], Lane] = field(default_factory=dict)
    attempts: list[Attempt] = field(default_factory=list)
    dead: dict[Of[str], DeadDelivery] = field(default_factory=dict)
    spending: dict[Of[date], DayOfSpending] = field(default_factory=dict)
