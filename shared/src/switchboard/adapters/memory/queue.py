"""A queue in a list: what was sent stays readable, what is received is taken once."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field

from switchboard.domain.errors import DependencyUnavailable


@dataclass(slots=True)
class MemoryQueue[Item]:
    """Tests switch `down` on to see what a refused hand-over leads to."""

    sent: list[Item] = field(default_factory=list)
    """All that was ever sent, for assertions."""
    waiting: deque[Item] = field(default_factory=deque)
    down: bool = False
    lock: threading.RLock = field(default_factory=threading.RLock)

    def send(self, item: Item) -> None:
        """Put an item at the end.

        Raises:
            DependencyUnavailable: the queue is switched `down`.
        """
        self.check()
        with self.lock:
            self.sent.append(item)
            self.waiting.append(item)

    def receive(self) -> Item | None:
        """Take the oldest item; None when nothing waits.

        Raises:
            DependencyUnavailable: the queue is switched `down`.
        """
        self.check()
        with self.lock:
            return self.waiting.popleft() if self.waiting else None

    def check(self) -> None:
        """Raise what a service that does not answer leads to."""
        if self.down:
            raise DependencyUnavailable("the queue does not answer")
