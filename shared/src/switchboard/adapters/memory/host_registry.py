"""Hosts in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from switchboard.adapters.memory.table import MemoryTable
from switchboard.domain.host import Host, following
from switchboard.domain.ids import HostId


@dataclass(frozen=True, slots=True)
class MemoryHostRegistry:
    """`HostRegistry` in memory."""

    table: MemoryTable

    def register(self, host: Host) -> None:
        """Write the first heartbeat."""
        with self.table.lock:
            self.table.hosts[host.id] = host

    def beat(self, host: Host) -> bool:
        """Write the next heartbeat, unless fenced or removed."""
        with self.table.lock:
            stored = self.table.hosts.get(host.id)
            if stored is None or stored.fenced:
                return False
            self.table.hosts[host.id] = replace(host, drain_asked=stored.drain_asked)
            return True

    def read(self, host_id: HostId) -> Host | None:
        """One host."""
        with self.table.lock:
            return self.table.hosts.get(host_id)

    def all(self) -> Sequence[Host]:
        """Every registered host, by id."""
        with self.table.lock:
            return [host for _, host in sorted(self.table.hosts.items())]

    def following(self, host_id: HostId) -> Iterator[Host]:
        """The other hosts in the order of the ring, once around."""
        yield from following(host_id, self.all())

    def look(self, host_ids: Sequence[HostId]) -> Sequence[Host]:
        """Those of these hosts that are registered."""
        with self.table.lock:
            return [self.table.hosts[name] for name in host_ids if name in self.table.hosts]

    def fence(self, host: Host) -> bool:
        """Forbid a host to beat again, when it has not since it was observed."""
        with self.table.lock:
            stored = self.table.hosts.get(host.id)
            if stored is None or stored.heartbeat_seq != host.heartbeat_seq:
                return False
            self.table.hosts[host.id] = replace(stored, fenced=True)
            return True

    def ask_to_drain(self, host_id: HostId) -> bool:
        """Ask a host to hand its lines over and end."""
        with self.table.lock:
            stored = self.table.hosts.get(host_id)
            if stored is None:
                return False
            self.table.hosts[host_id] = replace(stored, drain_asked=True)
            return True

    def remove(self, host_id: HostId) -> None:
        """Forget a host."""
        with self.table.lock:
            self.table.hosts.pop(host_id, None)
