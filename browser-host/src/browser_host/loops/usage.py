"""Memory and CPU of one page's browser, each minute; one that grew too large is started again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from browser_host.ending import Ending, Kind
from browser_host.process_tree import Usage
from browser_host.services import Services
from switchboard.domain.metric import Metric
from switchboard.domain.session import Lease, Reason
from switchboard.ports.channel_provider import LinkedPage

_log = logging.getLogger(__name__)

EVERY = timedelta(minutes=1)
TOO_LARGE_FOR = 3
"""Measurements in a row: a page that loads its chats is large for a moment."""
OLD_ENOUGH = timedelta(minutes=10)
"""A page that is too large from the start is not helped by starting it again and again."""
_MEBIBYTE = 1 << 20


@dataclass(slots=True)
class UsageLoop:
    """Ends the page when it is at rest, so that its login is stored and nothing is cut off."""

    services: Services
    lease: Lease
    page: LinkedPage
    ready: asyncio.Event
    sending: Callable[[], bool]
    end: Callable[[Ending], None]

    async def run(self) -> None:
        """Measure until the page ends."""
        clock = self.services.clock
        began, before, too_large = clock.monotonic(), 0.0, 0
        while True:
            await clock.sleep(EVERY)
            pid = self.page.browser_pid
            if pid is None:
                continue
            usage = await self.services.blocking(self.services.measure, pid)
            self._tell(usage, usage.cpu_seconds - before)
            before = usage.cpu_seconds
            too_large = too_large + 1 if usage.pss_bytes > self.services.line_memory_bytes else 0
            old = clock.monotonic() - began >= OLD_ENOUGH.total_seconds()
            if too_large >= TOO_LARGE_FOR and old and self._at_rest():
                detail = f"{usage.pss_bytes // _MEBIBYTE} MiB"
                self.end(Ending(Kind.TOO_LARGE, Reason.MEMORY_BUDGET, detail))

    def _at_rest(self) -> bool:
        return self.ready.is_set() and not self.sending()

    def _tell(self, usage: Usage, cpu_seconds: float) -> None:
        share = 100 * max(0.0, cpu_seconds) / EVERY.total_seconds()
        organization_id, put = self.lease.organization_id, self.services.metrics.put
        put(Metric.LINE_MEMORY, usage.pss_bytes, organization_id=organization_id)
        put(Metric.LINE_MEMORY_OWN, usage.uss_bytes, organization_id=organization_id)
        put(Metric.LINE_CPU, share, organization_id=organization_id)
        _log.info(
            "session.usage",
            extra={
                "organization_id": organization_id,
                "epoch": self.lease.epoch,
                "uss_bytes": usage.uss_bytes,
                "pss_bytes": usage.pss_bytes,
                "cpu_percent": round(share, 1),
            },
        )
