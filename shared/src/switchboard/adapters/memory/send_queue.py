"""The send-queue in memory."""

from __future__ import annotations

from dataclasses import dataclass, field

from switchboard.adapters.memory.queue import MemoryQueue
from switchboard.domain.ids import MessageId, OrganizationId
from switchboard.domain.queue_bodies import Send


@dataclass(frozen=True, slots=True)
class MemorySendQueue:
    """`SendQueue` in memory; a test's dispatcher takes from `receive`."""

    queue: MemoryQueue[Send] = field(default_factory=MemoryQueue)

    @property
    def sent(self) -> list[Send]:
        """All that was ever enqueued."""
        return self.queue.sent

    def enqueue(self, organization_id: OrganizationId, message_id: MessageId) -> None:
        """Ask for a dispatch."""
        self.queue.send(Send(organization_id, message_id))

    def receive(self) -> Send | None:
        """Take the oldest request."""
        return self.queue.receive()
