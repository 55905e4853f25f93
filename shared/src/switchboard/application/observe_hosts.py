"""Find hosts that fell silent, fence them and free their lines."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from switchboard.domain.host import (
    LOOKS_APART,
    REMOVED_AFTER,
    RING_KNOWN_FOR,
    SILENT_AFTER,
    Host,
    to_observe,
)
from switchboard.domain.ids import HostId, OrganizationId
from switchboard.domain.metric import Metric
from switchboard.domain.session import Lease, Reason, SessionStatus
from switchboard.ports.clock import Clock
from switchboard.ports.host_registry import HostRegistry
from switchboard.ports.metrics import Metrics
from switchboard.ports.session_starts import SessionStarts
from switchboard.ports.session_store import SessionStore
from switchboard.ports.wake_ups import HostQueues

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Observations:
    """What one observer has seen; all times are its own monotonic seconds."""

    since: dict[HostId, tuple[int, float]] = field(default_factory=dict)
    """Each watched host's heartbeat number, and the end of the first look that showed it."""
    looked_at: float | None = None
    ring: tuple[HostId, ...] = ()
    """The hosts to watch, as of the last look at who follows."""
    ring_read_at: float | None = None
    drain_asked: bool = False
    """An operator wants this host to drain."""

    def restart(self) -> None:
        """Forget everything: an observer whose own renewal failed cannot blame the others."""
        self.since.clear()
        self.looked_at = self.ring_read_at = None


@dataclass(frozen=True, slots=True)
class ObserveHosts:
    """No clock is trusted: a number that stands still for 20 s of the observer's own time.

    Counted from the end of the look that first showed the number to the beginning of the present
    one, and only over looks that followed each other closely.
    """

    me: HostId
    hosts: HostRegistry
    sessions: SessionStore
    session_starts: SessionStarts
    queues: HostQueues
    clock: Clock
    metrics: Metrics

    def __call__(self, observations: Observations) -> None:
        """Look once; only after a successful heartbeat of one's own.

        Raises:
            DependencyUnavailable: the look failed; the caller restarts the observations.
        """
        began = self.clock.monotonic()
        last = observations.looked_at
        if last is not None and began - last > LOOKS_APART.total_seconds():
            observations.restart()
        present = self._look(observations, began)
        ended = observations.looked_at = self.clock.monotonic()
        for gone in observations.since.keys() - {host.id for host in present}:
            del observations.since[gone]
        for host in present:
            if host.id == self.me:
                observations.drain_asked = host.drain_asked
                continue
            number, first = observations.since.get(host.id, (-1, ended))
            if number != host.heartbeat_seq:
                observations.since[host.id] = (host.heartbeat_seq, ended)
            elif host.fenced or began - first >= SILENT_AFTER.total_seconds():
                self._take_down(host, began - first)

    def _look(self, observations: Observations, now: float) -> Sequence[Host]:
        """The hosts on my part of the ring and myself; who joined shows when that is read anew."""
        read_at = observations.ring_read_at
        if read_at is None or now - read_at >= RING_KNOWN_FOR.total_seconds():
            observations.ring = to_observe(self.hosts.following(self.me))
            observations.ring_read_at = now
        present = self.hosts.look((*observations.ring, self.me))
        if len(present) <= len(observations.ring):
            observations.ring_read_at = None
        return present

    def _take_down(self, host: Host, silent_for: float) -> None:
        """Fence, then free each line; safe to repeat when this observer dies half-way."""
        if not host.fenced:
            if not self.hosts.fence(host):
                return
            self.metrics.put(Metric.HOSTS_FENCED)
            _log.warning("host.fenced", extra={"owner": host.id})
        lines = self.sessions.owned_by(host.id)
        for organization_id in lines:
            self._free(organization_id, host, self.clock.now())
        if lines:
            _log.warning("host.lines.freed", extra={"owner": host.id, "lines": len(lines)})
        elif host.fenced and silent_for >= REMOVED_AFTER.total_seconds():
            self.queues.remove(host.id)
            self.hosts.remove(host.id)
            _log.info("host.removed", extra={"owner": host.id})

    def _free(self, organization_id: OrganizationId, host: Host, now: datetime) -> None:
        session = self.sessions.read(organization_id)
        if session is None or session.owner != host.id:
            return
        lease = Lease(organization_id, host.id, session.epoch)
        freed = self.sessions.release(lease, SessionStatus.DISCONNECTED, Reason.HOST_LOST, now)
        if freed:
            self.session_starts.announce(organization_id)
