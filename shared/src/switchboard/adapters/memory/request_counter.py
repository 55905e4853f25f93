"""Requests counted in memory."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class MemoryRequestCounter:
    """`RequestCounter` in memory."""

    counted: dict[tuple[str, datetime], int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, key_id: str, window_start: datetime, count: int) -> int:
        """Count requests."""
        with self.lock:
            total = self.counted.get((key_id, window_start), 0) + count
            self.counted[key_id, window_start] = total
            return total
