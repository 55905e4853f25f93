"""Heartbeat: renew this host, watch the others, and know when to fence oneself."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sized
from dataclasses import dataclass, field, replace

from browser_host.services import Services
from switchboard.application.observe_hosts import Observations
from switchboard.domain.errors import Ownership, Transient
from switchboard.domain.host import HEARTBEAT_EVERY, SELF_FENCE_AFTER, Host
from switchboard.domain.metric import Metric

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Heartbeat:
    """One host's pulse."""

    services: Services
    host: Host
    renewed_at: float = 0.0
    fenced: bool = False
    renewal_failed: bool = False
    """Since the last look at the others."""
    observations: Observations = field(default_factory=Observations)

    async def register(self) -> None:
        """Write the first heartbeat, before anything that another host would have to clear away."""
        started = self.services.clock.monotonic()
        await self.services.blocking(self.services.hosts.register, self.host)
        self.renewed_at = started

    def listens_at(self, queue_url: str) -> None:
        """Tell from the next heartbeat on where this host hears of news."""
        self.host = replace(self.host, queue_url=queue_url)

    def drains(self) -> None:
        """Tell from the next heartbeat on that this host takes no more."""
        self.host = replace(self.host, draining=True)

    def may_write(self) -> bool:
        """False when fenced, or without a renewal for 13 s: no grants, no publishing."""
        silence = self.services.clock.monotonic() - self.renewed_at
        return not self.fenced and silence < SELF_FENCE_AFTER.total_seconds()

    async def run(self, lines: Sized) -> None:
        """Beat every five seconds, and tell how many lines this host has.

        Raises:
            Ownership: another host fenced this one: let go of everything.
        """
        while True:
            await self.services.clock.sleep(HEARTBEAT_EVERY)
            await self._beat(len(lines))

    async def watch(self, stop: asyncio.Event) -> None:
        """Look after the other hosts, at once and then every five seconds.

        Beside the beats, not between them: freeing a dead host's lines takes as long as it has
        lines, and must not make this host the next one to be silent. Only a host that renews itself
        may blame others.

        Args:
            stop: set when an operator asked this host to drain.
        """
        while True:
            if self.renewal_failed or not self.may_write():
                self.renewal_failed = False
                self.observations.restart()
            else:
                await self._look(stop)
            await self.services.clock.sleep(HEARTBEAT_EVERY)

    async def _beat(self, used: int) -> None:
        now = self.services.clock.now()
        started = self.services.clock.monotonic()
        number = self.host.heartbeat_seq + 1
        self.host = replace(self.host, heartbeat_seq=number, heartbeat_at=now, used=used)
        try:
            alive = await self.services.blocking(self.services.hosts.beat, self.host)
        except Transient:
            self.renewal_failed = True
            self.services.metrics.put(Metric.HEARTBEATS_FAILED)
            _log.warning("host.heartbeat.failed", extra={"owner": self.host.id})
            return
        if not alive:
            self.fenced = True
            raise Ownership("another host fenced this one")
        self.renewed_at = started  # the write may have been slow: count from its start

    async def _look(self, stop: asyncio.Event) -> None:
        try:
            await self.services.blocking(self.services.observe, self.observations)
        except Transient as error:
            self.observations.restart()
            _log.warning("host.look.failed", extra={"error_code": error.code})
        if self.observations.drain_asked and not stop.is_set():
            _log.warning("host.drain.asked", extra={"owner": self.host.id})
            stop.set()
