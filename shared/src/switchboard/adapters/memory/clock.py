"""A clock that nobody waits for: sleeping advances it."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
_SETTLE_TURNS = 50
"""Turns of the event loop that the other tasks get before time moves: enough for a chain of
thirty awaits that are ready, and nothing real is waited for."""

type _Sleeper = tuple[datetime, int, asyncio.Future[None]]


@dataclass(slots=True)
class MemoryClock:
    """Wall and monotonic time advance together; sleepers wake one by one in order of their time.

    By itself it advances to the next sleeper once the other tasks had their turns. With
    `by_hand` it stands still until `advance` or `run_for`.
    """

    start: datetime = _EPOCH
    by_hand: bool = False
    elapsed: timedelta = timedelta()
    _sleepers: list[_Sleeper] = field(default_factory=list)
    _order: itertools.count[int] = field(default_factory=itertools.count)
    _driver: asyncio.Task[None] | None = None

    def now(self) -> datetime:
        """The present moment of this clock."""
        return self.start + self.elapsed

    def monotonic(self) -> float:
        """Seconds since this clock was made."""
        return self.elapsed.total_seconds()

    async def sleep(self, duration: timedelta) -> None:
        """Sleep without waiting; returns when this clock says so."""
        if duration <= timedelta():
            await asyncio.sleep(0)
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now() + duration, next(self._order), woken))
        if not self.by_hand and (self._driver is None or self._driver.done()):
            self._driver = asyncio.get_running_loop().create_task(self._drive())
        await woken

    def advance(self, duration: timedelta) -> None:
        """Move on at once; sleepers whose time has come are scheduled in order."""
        until = self.now() + duration
        while self._wake_first(until):
            continue
        self.elapsed = until - self.start

    async def run_for(self, duration: timedelta) -> None:
        """Move on from sleeper to sleeper and let each act at its own time."""
        until = self.now() + duration
        await _settle()
        while self._wake_first(until):
            await _settle()
        self.elapsed = until - self.start

    async def _drive(self) -> None:
        await _settle()
        while self._wake_first(None):
            await _settle()

    def _wake_first(self, until: datetime | None) -> bool:
        """Go to the earliest sleeper's time and wake it; False when none is due by `until`."""
        while self._sleepers and self._sleepers[0][2].done():  # its task was cancelled
            heapq.heappop(self._sleepers)
        if not self._sleepers or (until is not None and self._sleepers[0][0] > until):
            return False
        due_at, _, woken = heapq.heappop(self._sleepers)
        self.elapsed = max(self.elapsed, due_at - self.start)
        _resolve(woken)
        return True


async def _settle() -> None:
    for _ in range(_SETTLE_TURNS):
        await asyncio.sleep(0)


def _resolve(woken: asyncio.Future[None]) -> None:
    """A sleeper of a loop that has ended cannot be woken, and nobody misses it."""
    if not woken.get_loop().is_closed():
        woken.set_result(None)
