"""The session-start queue in memory."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import timedelta

from switchboard.adapters.memory.queue import MemoryQueue
from switchboard.domain.ids import OrganizationId
from switchboard.ports.session_starts import Announcement


@dataclass(frozen=True, slots=True)
class MemorySessionStarts:
    """`SessionStarts` in memory. It never blocks: an empty queue answers at once."""

    queue: MemoryQueue[OrganizationId] = field(default_factory=MemoryQueue)
    taken: dict[str, OrganizationId] = field(default_factory=dict)

    @property
    def sent(self) -> list[OrganizationId]:
        """All lines that were ever announced."""
        return self.queue.sent

    def announce(self, organization_id: OrganizationId) -> None:
        """Offer a line."""
        self.queue.send(organization_id)

    def take(self, wait: timedelta) -> Announcement | None:  # noqa: ARG002 - nothing to wait for
        """Take one announcement."""
        organization_id = self.queue.receive()
        if organization_id is None:
            return None
        receipt = uuid.uuid4().hex
        self.taken[receipt] = organization_id
        return Announcement(organization_id, receipt)

    def leave(self, announcement: Announcement) -> None:
        """Let another host have it at once."""
        with self.queue.lock:
            if self.taken.pop(announcement.receipt, None) is not None:
                self.queue.waiting.append(announcement.organization_id)

    def done(self, announcement: Announcement) -> None:
        """Delete the announcement."""
        self.taken.pop(announcement.receipt, None)

    def receive(self) -> OrganizationId | None:
        """Take and delete one announcement."""
        return self.queue.receive()

    def give_back(self) -> None:
        """Let every unfinished announcement come back, as a queue does after its time-out."""
        with self.queue.lock:
            self.queue.waiting.extend(self.taken.values())
            self.taken.clear()
