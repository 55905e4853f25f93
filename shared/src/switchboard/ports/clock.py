"""Time, injected: tests advance it, nobody sleeps for real in a unit test."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Wall time for what is stored, monotonic time for what is measured."""

    def now(self) -> datetime:
        """The present moment, aware, UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that only grow; comparable within one process."""
        ...

    async def sleep(self, duration: timedelta) -> None:
        """Wait; the in-memory clock advances instead."""
        ...
