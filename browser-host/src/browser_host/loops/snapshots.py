"""Snapshots of one page's login, while it is settled and connected."""

from __future__ import annotations

import asyncio
import functools
from dataclasses import dataclass
from datetime import timedelta

from browser_host.loops.delivery import DeliveryLoop
from browser_host.services import Services
from browser_host.snapshots import LineSnapshots
from switchboard.application.backlog import Backlog
from switchboard.ports.channel_provider import LinkedPage

SETTLED_AFTER = timedelta(seconds=15)
"""A browser writes its localStorage back some ten seconds late; a login without it is none."""
EVERY = timedelta(seconds=60)


@dataclass(slots=True)
class SnapshotLoop:
    """Never of a page that shows a QR, is reconnecting, or is in the middle of a send."""

    services: Services
    snapshots: LineSnapshots
    page: LinkedPage
    ready: asyncio.Event
    delivery: DeliveryLoop

    async def run(self) -> None:
        """Take one when the page has settled, then each minute if something changed."""
        await self.ready.wait()
        await self.services.clock.sleep(SETTLED_AFTER)
        while True:
            pid = self.page.browser_pid
            backlog = self.delivery.backlog
            if pid is not None and self.ready.is_set() and not backlog.unsettled:
                before = backlog.claims
                await self.snapshots.take(pid, functools.partial(_as_before, backlog, before))
            await self.services.clock.sleep(EVERY)


def _as_before(backlog: Backlog, claims: int) -> bool:
    return backlog.claims == claims and not backlog.unsettled
