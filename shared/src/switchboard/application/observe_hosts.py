"""Find hosts that fell silent, fence them and free their lines."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime

from switchboard.domain.host import SILENT_AFTER, Host
from switchboard.domain.ids import HostId, OrganizationId
from switchboard.domain.metric import Metric
from switchboard.domain.session import Lease, Reason, SessionStatus
from switchboard.ports.clock import Clock
from switchboard.ports.host_registry import HostRegistry
from switchboard.ports.metrics import Metrics
from switchboard.ports.session_starts import SessionStarts
from switchboard.ports.session_store import SessionStore

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Observations:
    """Since when (own monotonic seconds) each host's heartbeat number stands still."""

    since: dict[HostId, tuple[int, float]] = field(default_factory=dict)

    def restart(self) -> None:
        """Forget everything: an observer whose own renewal failed cannot blame the others."""
        self.since.clear()


@dataclass(frozen=True, slots=True)
class ObserveHosts:
    """No clock is trusted: a number that stands still for 20 s of the observer's own time."""

    me: HostId
    hosts: HostRegistry
    sessions: SessionStore
    session_starts: SessionStarts
    clock: Clock
    metrics: Metrics

    def __call__(self, observations: Observations) -> None:
        """Look once; only after a successful heartbeat of one's own."""
        elapsed = self.clock.monotonic()
        present = {host.id: host for host in self.hosts.all() if host.id != self.me}
        for gone in observations.since.keys() - present.keys():
            del observations.since[gone]
        for host in present.values():
            number, first = observations.since.get(host.id, (-1, elapsed))
            if number != host.heartbeat_seq:
                observations.since[host.id] = (host.heartbeat_seq, elapsed)
            elif elapsed - first >= SILENT_AFTER.total_seconds():
                self._take_down(host)

    def _take_down(self, host: Host) -> None:
        """Fence, then free each line; safe to repeat when this observer dies half-way."""
        if not host.fenced:
            if not self.hosts.fence(host):
                return
            self.metrics.put(Metric.HOSTS_FENCED)
        lines = self.sessions.owned_by(host.id)
        for organization_id in lines:
            self._free(organization_id, host, self.clock.now())
        if host.fenced and not lines:  # a second look, since an index may lag behind
            self.hosts.remove(host.id)
        _log.warning("host.fenced", extra={"owner": host.id, "lines": len(lines)})

    def _free(self, organization_id: OrganizationId, host: Host, now: datetime) -> None:
        session = self.sessions.read(organization_id)
        if session is None or session.owner != host.id:
            return
        lease = Lease(organization_id, host.id, session.epoch)
        freed = self.sessions.release(lease, SessionStatus.DISCONNECTED, Reason.HOST_LOST, now)
        if freed:
            self.session_starts.announce(organization_id)
