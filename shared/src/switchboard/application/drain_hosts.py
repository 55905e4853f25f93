"""Ask hosts to hand their lines over and end: the one way to empty a host."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from switchboard.domain.errors import NotFound
from switchboard.domain.ids import HostId
from switchboard.ports.clock import Clock
from switchboard.ports.host_registry import HostRegistry

_LOOKED_EVERY = timedelta(seconds=1)


class Drain(StrEnum):
    """How far a host came."""

    ASKED = "asked"
    """It reads that with its next heartbeat, within 5 s."""
    GONE = "gone"
    STILL_THERE = "still there"
    """After the time that the caller waits for one host."""


@dataclass(frozen=True, slots=True)
class DrainHosts:
    """A host that holds lines is protected from scale-in and from deployments, which wait for it.

    Raises:
        NotFound: a host that is not registered; none was asked then.
        DependencyUnavailable: the table did not answer.
    """

    registry: HostRegistry
    clock: Clock
    pause: Callable[[float], None]

    def __call__(self, hosts: Sequence[HostId], wait: timedelta) -> dict[HostId, Drain]:
        """Drain them all at once, or one after the other when there is time to wait.

        Args:
            hosts: which.
            wait: for each host to be gone; zero asks all and returns. The first that does not end
                in time is the last one asked: something is wrong, and the others keep their lines.
        """
        known = {host.id for host in self.registry.all()}
        if missing := [host for host in hosts if host not in known]:
            raise NotFound(f"host {', '.join(missing)}")
        done: dict[HostId, Drain] = {}
        for host in hosts:
            self.registry.ask_to_drain(host)
            done[host] = self._waited(host, wait) if wait else Drain.ASKED
            if done[host] is Drain.STILL_THERE:
                break
        return done

    def _waited(self, host_id: HostId, wait: timedelta) -> Drain:
        until = self.clock.now() + wait
        while self.clock.now() < until:
            if all(host.fenced for host in self.registry.look([host_id])):
                return Drain.GONE
            self.pause(_LOOKED_EVERY.total_seconds())
        return Drain.STILL_THERE
