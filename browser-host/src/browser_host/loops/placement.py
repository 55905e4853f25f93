"""Placement by pull: take announced lines while there is room for them."""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from browser_host.loops.heartbeat import Heartbeat
from browser_host.services import Services
from browser_host.waiting import AGAIN_AFTER, until_answered
from switchboard.domain.errors import Transient
from switchboard.domain.ids import HostId, OrganizationId
from switchboard.domain.session import Lease, Reason, SessionStatus
from switchboard.ports.session_starts import Announcement

_log = logging.getLogger(__name__)

POLL = timedelta(seconds=5)
"""Long poll of the queues; also the longest that a shutdown waits for one."""


@dataclass(slots=True)
class Placement:
    """One host's pull; `start` gets each lease that was won."""

    services: Services
    heartbeat: Heartbeat
    queue_url: str
    has_room: Callable[[], bool]
    start: Callable[[Lease], None]

    async def run(self, stop: asyncio.Event) -> None:
        """Pull until `stop` is set; never cut off, it may be acquiring."""
        while not stop.is_set():
            if not self.has_room() or not self.heartbeat.may_write():
                await self.services.clock.sleep(AGAIN_AFTER)
                continue
            try:
                lease = await self._take(stop)
            except Transient as error:
                _log.warning("host.placement.failed", extra={"error_code": error.code})
                await self.services.clock.sleep(AGAIN_AFTER)
                continue
            if lease is not None:
                self.start(lease)

    async def _take(self, stop: asyncio.Event) -> Lease | None:
        """The poll is long: meanwhile this host may have been frozen, or asked to stop."""
        services = self.services
        announcement = await services.blocking(services.session_starts.take, POLL)
        if announcement is None:
            return None
        if stop.is_set() or not self.heartbeat.may_write():
            await services.blocking(services.session_starts.leave, announcement)
            return None
        lease = await self._acquire(announcement.organization_id)
        if lease is not None and not await self._is_alive(services.host_id):
            await self._put_back(lease)
            return None
        await self._done(announcement)
        return lease

    async def _acquire(self, organization_id: OrganizationId) -> Lease | None:
        """An answer that got lost must not leave a line with an owner that does not run it.

        Raises:
            DependencyUnavailable: the line is not ours; its announcement will come back.
        """
        services, now = self.services, self.services.clock.now()
        acquire, me = services.sessions.acquire, services.host_id
        try:
            return await services.blocking(acquire, organization_id, me, self.queue_url, now)
        except Transient as error:
            _log.warning("host.placement.unsure", extra={"error_code": error.code})
            held = await self._held(organization_id)
            if held is None:
                raise
            return held

    async def _held(self, organization_id: OrganizationId) -> Lease | None:
        """Our lease of a line, asked for until the store answers."""
        services = self.services
        read = functools.partial(services.blocking, services.sessions.read, organization_id)

        def postponed(error: Transient) -> None:
            keys = {"organization_id": organization_id, "error_code": error.code}
            _log.warning("host.placement.unsure", extra=keys)

        session = await until_answered(read, services.clock, postponed)
        lease = session.lease if session is not None else None
        return lease if lease is not None and lease.owner == services.host_id else None

    async def _is_alive(self, me: HostId) -> bool:
        """Whether nobody had fenced this host when it acquired.

        Whoever fences it later finds the line among those that it owns; whoever did before may have
        looked already, and nobody would ever free it.
        """
        try:
            found = await self.services.blocking(self.services.hosts.look, [me])
        except Transient:
            return False
        return any(not host.fenced for host in found)

    async def _put_back(self, lease: Lease) -> None:
        """The announcement stays, so that it comes back by itself."""
        status, reason = SessionStatus.DISCONNECTED, Reason.HOST_LOST
        services, now = self.services, self.services.clock.now()
        release = functools.partial(
            services.blocking, services.sessions.release, lease, status, reason, now
        )

        def postponed(error: Transient) -> None:
            keys = {"organization_id": lease.organization_id, "error_code": error.code}
            _log.warning("session.not_released", extra=keys)

        await until_answered(release, services.clock, postponed)

    async def _done(self, announcement: Announcement) -> None:
        """A line that was taken must run, also when its announcement comes back."""
        try:
            await self.services.blocking(self.services.session_starts.done, announcement)
        except Transient as error:
            _log.warning("host.announcement.kept", extra={"error_code": error.code})
