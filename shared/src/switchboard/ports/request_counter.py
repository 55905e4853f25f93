"""How many requests each API key has made."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class RequestCounter(Protocol):
    """Counts by key and window; windows are forgotten after an hour."""

    def add(self, key_id: str, window_start: datetime, count: int) -> int:
        """Count requests; a repeated write counts twice, on the side of fewer requests.

        Args:
            key_id: the key's own id.
            window_start: the same for every function in one window.
            count: how many, at once.

        Returns:
            All that were counted in the window, these included.
        """
        ...
