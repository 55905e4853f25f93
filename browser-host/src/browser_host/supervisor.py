"""The host: takes lines while it has room, wakes them, drains them at the end."""

from __future__ import annotations

import asyncio
import functools
import logging
from dataclasses import dataclass, field
from datetime import timedelta

from browser_host.line import Line
from browser_host.loops.capacity import Capacity
from browser_host.loops.gauges import Gauges
from browser_host.loops.heartbeat import Heartbeat
from browser_host.loops.placement import POLL, Placement
from browser_host.loops.protection import Protection
from browser_host.loops.pulse import pulse
from browser_host.services import Services
from browser_host.waiting import AGAIN_AFTER, until_answered
from switchboard.domain.errors import Ownership, Transient
from switchboard.domain.host import Host
from switchboard.domain.ids import OrganizationId
from switchboard.domain.metric import Metric
from switchboard.domain.session import Lease

_log = logging.getLogger(__name__)

FAILED_AGAIN_AFTER = timedelta(seconds=30)
"""What failed in a way that nobody foresaw will most likely fail again."""


@dataclass(slots=True)
class Supervisor:
    """One process; its id and its queue live and die with it."""

    services: Services
    lines: dict[OrganizationId, Line] = field(default_factory=dict)

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set, then drain.

        Raises:
            Ownership: another host fenced this one; its pages are closed, nothing is written.
        """
        services = self.services
        now = services.clock.now()
        heartbeat = Heartbeat(services, Host(services.host_id, "", 1, now, services.capacity))
        await heartbeat.register()
        try:
            queue_url = await services.blocking(services.host_queue.create, services.host_id)
            heartbeat.listens_at(queue_url)
            _log.info("host.started", extra={"owner": services.host_id})
            await self._serve(stop, heartbeat, queue_url)
        except* Ownership as fenced:
            _log.error("host.fenced", extra={"owner": services.host_id})
            raise Ownership("this host was fenced") from fenced
        finally:
            await services.blocking(services.host_queue.delete)
        await self._forget_me()
        _log.info("host.stopped", extra={"owner": services.host_id})

    async def _forget_me(self) -> None:
        """Everything is handed over: an item that stays only has to be fenced by the others."""
        try:
            await self.services.blocking(self.services.hosts.remove, self.services.host_id)
        except Transient as error:
            _log.warning("host.left_registered", extra={"error_code": error.code})

    async def _serve(self, stop: asyncio.Event, heartbeat: Heartbeat, queue_url: str) -> None:
        capacity = Capacity(self.services, self.lines)
        protection = Protection(self.services, self.lines)
        await capacity.measure()
        async with asyncio.TaskGroup() as group:
            loops = [
                group.create_task(heartbeat.run(self.lines)),
                group.create_task(heartbeat.watch(stop)),
                group.create_task(self._follow_wake_ups()),
                group.create_task(Gauges(self.services, self.lines).run()),
                group.create_task(capacity.run()),
                group.create_task(protection.run()),
                group.create_task(pulse(self.services)),
            ]
            start = functools.partial(self._start, group, heartbeat)
            pull = Placement(self.services, heartbeat, queue_url, capacity.has_room, start)
            placement = group.create_task(pull.run(stop))
            await stop.wait()
            heartbeat.drains()
            await self._drain(placement)
            for loop in loops:
                loop.cancel()
        await protection.end()

    def _start(self, group: asyncio.TaskGroup, heartbeat: Heartbeat, lease: Lease) -> None:
        known = self.lines.get(lease.organization_id)
        if known is not None and known.lease == lease:
            return  # announced again, and looked up because the store did not answer
        line = Line(self.services, lease, heartbeat.may_write)
        self.lines[lease.organization_id] = line
        group.create_task(self._run(line))

    async def _run(self, line: Line) -> None:
        """One line's failure must not reach another's."""
        organization_id = line.lease.organization_id
        try:
            await line.run()
        except Exception:  # noqa: BLE001 - the loop boundary of one line
            self.services.metrics.put(Metric.LINE_FAILURES, organization_id=organization_id)
            _log.exception("session.failed", extra={"organization_id": organization_id})
            await self._let_go(line)
        finally:
            if self.lines.get(organization_id) is line:  # not the next lease of the same line
                del self.lines[organization_id]

    async def _let_go(self, line: Line) -> None:
        """Nobody else frees a line whose owner lives: try until it is free, or another's."""
        keys = {"organization_id": line.lease.organization_id}

        def postponed(error: Transient) -> None:
            _log.warning("session.not_released", extra={**keys, "error_code": error.code})

        while True:
            try:
                await until_answered(line.abandon, self.services.clock, postponed)
            except Ownership:
                _log.warning("session.lease.lost", extra=keys)
            except Exception:  # noqa: BLE001 - as in `_run`
                _log.exception("session.not_released", extra=keys)
                await self.services.clock.sleep(FAILED_AGAIN_AFTER)
                continue
            return

    async def _follow_wake_ups(self) -> None:
        while True:
            try:
                wake_ups = await self.services.blocking(self.services.host_queue.receive, POLL)
            except Transient as error:
                _log.warning("host.wake_ups.failed", extra={"error_code": error.code})
                await self.services.clock.sleep(AGAIN_AFTER)
                continue
            for wake_up in wake_ups:
                line = self.lines.get(wake_up.organization_id)
                if line is not None:
                    line.wake(wake_up.message_id)

    async def _drain(self, placement: asyncio.Task[None]) -> None:
        """Ask every line at once to close and hand itself back; wait for all.

        The last poll may still bring a line.
        """
        clock, left = self.services.clock, len(self.lines)
        began = clock.monotonic()
        _log.info("host.draining", extra={"lines": left})
        while self.lines or not placement.done():
            for line in self.lines.values():
                line.drain.ask()
            await clock.sleep(timedelta(milliseconds=50))
            if len(self.lines) != left:
                left = len(self.lines)
                took = round((clock.monotonic() - began) * 1000)
                _log.info("host.drain.progress", extra={"lines": left, "duration_ms": took})
