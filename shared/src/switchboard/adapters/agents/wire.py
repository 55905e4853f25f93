"""Bounds of one turn, and the count of what really goes to a model's endpoint."""

from __future__ import annotations

import contextvars
import threading
from dataclasses import dataclass, field

from switchboard.domain.errors import ModelLoop


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much one turn may take."""

    seconds: float = 20.0
    """Of the whole turn."""
    read_seconds: float = 20.0
    """Of one request; the vendor's default is 300 s, times its retries."""
    attempts: int = 2
    """Of one request: a throttle or a fault gets one more try."""
    requests: int = 5
    """On the wire, retries included."""
    output_tokens: int = 600
    """Of one request. Never unset: pydantic-ai would stream."""
    total_tokens: int = 20_000


@dataclass(slots=True)
class Meter:
    """Counts one turn's requests and closes the wire to them when the turn is over."""

    most: int
    sent: int = 0
    closed: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self) -> None:
        """One more request is about to leave.

        Raises:
            ModelLoop: it is one too many, or nobody waits for it any more.
        """
        with self.lock:
            if self.closed or self.sent >= self.most:
                raise ModelLoop(f"more than {self.most} requests in one turn")
            self.sent += 1


current: contextvars.ContextVar[Meter | None] = contextvars.ContextVar("turn", default=None)
"""The turn that this thread or task works for."""


def count_request() -> None:
    """Called by the hooks of the clients."""
    meter = current.get()
    if meter is not None:
        meter.count()
