"""Ask hosts to hand their lines over and end: the one way to empty a host."""

from __future__ import annotations

import itertools
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

    def __call__(
        self, hosts: Sequence[HostId], wait: timedelta, at_once: int = 1
    ) -> dict[HostId, Drain]:
        """Drain them all at once, or some after the others when there is time to wait.

        Args:
            hosts: which.
            wait: for a batch to be gone; zero asks all and returns. The first batch of which one
                does not end in time is the last one asked: something is wrong, and the others
                keep their lines.
            at_once: how many make a batch.
        """
        known = {host.id for host in self.registry.all()}
        if missing := [host for host in hosts if host not in known]:
            raise NotFound(f"host {', '.join(missing)}")
        done: dict[HostId, Drain] = {}
        size = at_once if wait else max(1, len(hosts))
        for batch in itertools.batched(hosts, size, strict=False):
            for host in batch:
                self.registry.ask_to_drain(host)
            done |= self._waited(batch, wait) if wait else dict.fromkeys(batch, Drain.ASKED)
            if Drain.STILL_THERE in done.values():
                break
        return done

    def _waited(self, batch: Sequence[HostId], wait: timedelta) -> dict[HostId, Drain]:
        until = self.clock.now() + wait
        there = list(batch)
        while self.clock.now() < until:
            there = [host.id for host in self.registry.look(there) if not host.fenced]
            if not there:
                break
            self.pause(_LOOKED_EVERY.total_seconds())
        return {host: Drain.STILL_THERE if host in there else Drain.GONE for host in batch}
