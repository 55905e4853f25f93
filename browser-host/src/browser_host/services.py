"""What a host's loops work with, wired once by `main`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from browser_host.process_tree import Usage
from browser_host.snapshots import LineSnapshots
from switchboard.application.ban_guard import BanGuard
from switchboard.application.deliver_next import DeliverNext
from switchboard.application.notify_operators import NotifyOperators
from switchboard.application.observe_hosts import ObserveHosts
from switchboard.application.recover_sending import RecoverSending
from switchboard.domain.channel_events import MessageSeen
from switchboard.domain.ids import ChatId, HostId, OrganizationId
from switchboard.domain.session import Lease
from switchboard.ports.blocking import Blocking
from switchboard.ports.channel_provider import LinkedPageOpener
from switchboard.ports.clock import Clock
from switchboard.ports.command_store import CommandStore
from switchboard.ports.host_load import HostLoad
from switchboard.ports.host_registry import HostRegistry
from switchboard.ports.inbound_queue import InboundQueue
from switchboard.ports.metrics import Metrics
from switchboard.ports.outbox import Outbox
from switchboard.ports.scale_in import ScaleIn
from switchboard.ports.session_starts import SessionStarts
from switchboard.ports.session_store import SessionStore
from switchboard.ports.wake_ups import HostQueue


@dataclass(frozen=True, slots=True)
class Services:
    """Ports and use cases; `deliver` and `recover` are made per lease."""

    host_id: HostId
    capacity: int
    profiles: Path
    sessions: SessionStore
    hosts: HostRegistry
    outbox: Outbox
    commands: CommandStore
    inbound: InboundQueue
    session_starts: SessionStarts
    host_queue: HostQueue
    load: HostLoad
    scale_in: ScaleIn
    opener: LinkedPageOpener
    clock: Clock
    metrics: Metrics
    blocking: Blocking
    observe: ObserveHosts
    notify: NotifyOperators
    guard: Callable[[OrganizationId], BanGuard]
    snapshots: Callable[[Lease, Callable[[], bool]], LineSnapshots]
    deliver: Callable[[Lease, BanGuard, Callable[[], bool]], DeliverNext]
    recover: Callable[[Lease, BanGuard], RecoverSending]
    watermark: Callable[[OrganizationId, ChatId], datetime | None]
    """When the newest stored message of a chat was written."""
    sift: Callable[[OrganizationId, Sequence[MessageSeen]], list[MessageSeen]]
    """Those of the messages that a scan found of which something is to be told."""
    measure: Callable[[int], Usage]
    """What a browser has of the machine, by its process id."""
    line_memory_bytes: int
    """Proportional set size above which a line's browser is started again."""
