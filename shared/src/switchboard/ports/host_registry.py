"""Hosts and their heartbeats."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from switchboard.domain.host import Host
from switchboard.domain.ids import HostId


class HostRegistry(Protocol):
    """One item a host process."""

    def register(self, host: Host) -> None:
        """Write the first heartbeat."""
        ...

    def beat(self, host: Host) -> bool:
        """Write the next heartbeat.

        Conditional on: not fenced. False when fenced or removed: let go of everything.
        """
        ...

    def read(self, host_id: HostId) -> Host | None:
        """One host; eventually consistent, for readers."""
        ...

    def all(self) -> Sequence[Host]:
        """Every registered host, read consistently: for people, too dear for each host."""
        ...

    def following(self, host_id: HostId) -> Iterator[Host]:
        """The other hosts in the order of the ring, once around, whether or not this one is there.

        They are read, consistently, as far as the caller goes on.

        Raises:
            DependencyUnavailable: an answer did not come, at the first host or a later one.
        """
        ...

    def look(self, host_ids: Sequence[HostId]) -> Sequence[Host]:
        """Those of these hosts that are registered, read consistently, in any order.

        Raises:
            DependencyUnavailable: an answer did not come; it says nothing of the hosts.
        """
        ...

    def fence(self, host: Host) -> bool:
        """Forbid a silent host to beat again.

        Conditional on: heartbeat_seq unchanged since it was observed. False when it moved.
        """
        ...

    def ask_to_drain(self, host_id: HostId) -> bool:
        """Ask a host to hand its lines over and end; it reads that with its next heartbeat.

        Conditional on: the host is registered. False when it is not.
        """
        ...

    def remove(self, host_id: HostId) -> None:
        """Forget a host that stopped or was fenced and holds no lines."""
        ...
