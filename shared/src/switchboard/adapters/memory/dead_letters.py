"""Dead letters in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from switchboard.adapters.memory.queue import MemoryQueue


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A body with the reason why nothing more is done about it."""

    body: Mapping[str, object]
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class MemoryDeadLetters:
    """`DeadLetters` in memory."""

    queue: MemoryQueue[DeadLetter] = field(default_factory=MemoryQueue)

    @property
    def sent(self) -> list[DeadLetter]:
        """All that was ever recorded."""
        return self.queue.sent

    def record(self, body: Mapping[str, object], code: str, message: str) -> None:
        """Keep a body together with its reason."""
        self.queue.send(DeadLetter(dict(body), code, message))

    def receive(self) -> DeadLetter | None:
        """Take the oldest letter."""
        return self.queue.receive()
