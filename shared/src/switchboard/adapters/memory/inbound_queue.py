"""The inbound queue in memory."""

from __future__ import annotations

from dataclasses import dataclass, field

from switchboard.adapters.memory.queue import MemoryQueue
from switchboard.domain.inbound import InboundEvent


@dataclass(frozen=True, slots=True)
class MemoryInboundQueue:
    """`InboundQueue` in memory: one order for all chats keeps the order within each."""

    queue: MemoryQueue[InboundEvent] = field(default_factory=MemoryQueue)
    seen: set[str] = field(default_factory=set)

    @property
    def sent(self) -> list[InboundEvent]:
        """All events that were carried, each once."""
        return self.queue.sent

    def push(self, event: InboundEvent) -> None:
        """Hand over one event; a repetition is accepted and dropped."""
        self.queue.check()
        with self.queue.lock:
            if event.deduplication_key not in self.seen:
                self.seen.add(event.deduplication_key)
                self.queue.send(event)

    def receive(self) -> InboundEvent | None:
        """Take the oldest event."""
        return self.queue.receive()
