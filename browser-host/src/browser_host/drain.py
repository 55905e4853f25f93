"""One line's drain: asked for once, with one moment by which every step of it is over."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from browser_host.waiting import result_before
from switchboard.ports.clock import Clock

OVER_WITHIN = timedelta(seconds=80)
"""A store that hangs is given up then: ECS kills a host 120 s after SIGTERM, and what is known of
its lines has to be written before. One deadline for all, as they share one worker process."""


@dataclass(slots=True)
class Drain:
    """Asked of a line whose host stops, or has no room for it."""

    clock: Clock
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    over_at: float = math.inf
    """On the monotonic clock."""

    def ask(self) -> None:
        """Close the page cleanly and give the line back."""
        if not self.asked.is_set():
            self.over_at = self.clock.monotonic() + OVER_WITHIN.total_seconds()
            self.asked.set()

    async def in_time[Result](self, work: Coroutine[Any, Any, Result]) -> Result | None:
        """What the work returns, or None when a drain was over first; the work is cancelled then.

        Raises:
            Whatever the work does.
        """
        return await result_before(work, self._over())

    async def _over(self) -> None:
        await self.asked.wait()
        left = max(0.0, self.over_at - self.clock.monotonic())
        await self.clock.sleep(timedelta(seconds=left))
