"""Snapshots of one page's login, promoted only while it is settled and connected."""

from __future__ import annotations

import asyncio
import functools
import logging
from dataclasses import dataclass
from datetime import timedelta

from browser_host.loops.delivery import DeliveryLoop
from browser_host.services import Services
from browser_host.snapshots import LineSnapshots, Taken
from switchboard.application.backlog import Backlog
from switchboard.domain.errors import Transient
from switchboard.ports.channel_provider import LinkedPage

_log = logging.getLogger(__name__)

SETTLED_AFTER = timedelta(seconds=15)
"""A browser writes its localStorage back some ten seconds late, and a young login changes most."""
EVERY = timedelta(seconds=60)
LOOK_EVERY = timedelta(seconds=1)
"""A page that was not ready in between has not settled."""
AGAIN_AFTER = timedelta(seconds=2)
"""When a send was under way: it lasts a second or so, and then a pause follows."""


@dataclass(slots=True)
class SnapshotLoop:
    """Never of a page that shows a QR, is reconnecting, or is in the middle of a send."""

    services: Services
    snapshots: LineSnapshots
    page: LinkedPage
    ready: asyncio.Event
    delivery: DeliveryLoop

    async def run(self) -> None:
        """Take one when the page has been ready for a while, then each minute after a change."""
        clock, steady_since, due = self.services.clock, None, 0.0
        while True:
            now = clock.monotonic()
            if not self.ready.is_set():
                steady_since = None
            elif steady_since is None:
                steady_since = now
            elif now >= max(due, steady_since + SETTLED_AFTER.total_seconds()):
                due = now + (await self._take()).total_seconds()
            await clock.sleep(LOOK_EVERY)

    async def _take(self) -> timedelta:
        """One snapshot, if this is the moment; the pause before the next one."""
        pid, backlog = self.page.browser_pid, self.delivery.backlog
        if pid is None:
            return AGAIN_AFTER
        try:
            told = await self.page.login_state()
        except Transient as error:
            keys = {"organization_id": self.snapshots.lease.organization_id}
            _log.warning("session.snapshot.postponed", extra={**keys, "error_code": error.code})
            return AGAIN_AFTER
        if not told.settled or backlog.unsettled:
            return AGAIN_AFTER
        undisturbed = functools.partial(_as_before, backlog, backlog.claims)
        taken = await self.snapshots.take(pid, told, undisturbed)
        return AGAIN_AFTER if taken is Taken.DISTURBED else EVERY

    def sending(self) -> bool:
        """Whether a message of ours is on its way, or may be."""
        backlog = self.delivery.backlog
        return backlog.claiming or backlog.unsettled


def _as_before(backlog: Backlog, claims: int) -> bool:
    return backlog.claims == claims and not backlog.unsettled
