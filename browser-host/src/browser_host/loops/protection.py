"""Scale-in protection while this host holds lines."""

from __future__ import annotations

import logging
from collections.abc import Sized
from dataclasses import dataclass
from datetime import timedelta

from browser_host.services import Services
from switchboard.domain.errors import Transient

_log = logging.getLogger(__name__)

LOOK_EVERY = timedelta(seconds=5)
LASTING = timedelta(minutes=30)
"""A host that dies or hangs is not protected for longer than this."""
RENEWED_EVERY = timedelta(minutes=10)
"""Two renewals may fail."""


@dataclass(slots=True)
class Protection:
    """Tells the platform only what changed, and renews it."""

    services: Services
    lines: Sized
    protected_at: float | None = None
    """On the monotonic clock; None while the host may be stopped."""

    async def run(self) -> None:
        """Follow the number of lines."""
        while True:
            try:
                await self._follow()
            except Transient as error:
                _log.warning("host.protection.failed", extra={"error_code": error.code})
            await self.services.clock.sleep(LOOK_EVERY)

    async def end(self) -> None:
        """A host that stops needs none."""
        try:
            await self._allow()
        except Transient as error:
            _log.warning("host.protection.failed", extra={"error_code": error.code})

    async def _follow(self) -> None:
        now = self.services.clock.monotonic()
        if not len(self.lines):
            await self._allow()
        elif self.protected_at is None or now - self.protected_at > RENEWED_EVERY.total_seconds():
            await self.services.blocking(self.services.scale_in.protect, LASTING)
            self.protected_at = now

    async def _allow(self) -> None:
        if self.protected_at is not None:
            await self.services.blocking(self.services.scale_in.allow)
            self.protected_at = None
