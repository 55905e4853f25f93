"""Hosts' queues in memory: both sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from switchboard.adapters.memory.queue import MemoryQueue
from switchboard.domain.errors import DependencyUnavailable
from switchboard.domain.ids import HostId, MessageId, OrganizationId
from switchboard.domain.queue_bodies import WakeUp

_MOST = 10


@dataclass(slots=True)
class MemoryWakeUps:
    """`WakeUps` over the queues that hosts created; `sent` also notes hints to a lost queue."""

    queues: dict[str, MemoryQueue[WakeUp]] = field(default_factory=dict)
    sent: list[tuple[str, WakeUp]] = field(default_factory=list)
    down: bool = False

    def wake(
        self, queue_url: str, organization_id: OrganizationId, message_id: MessageId | None = None
    ) -> None:
        """Hint; a queue that is gone, or any other failure, is not an error."""
        hint = WakeUp(organization_id, message_id)
        self.sent.append((queue_url, hint))
        queue = self.queues.get(queue_url)
        if queue is not None and not self.down:
            queue.send(hint)

    def receive(self, queue_url: str) -> WakeUp | None:
        """Take the oldest hint of a queue; None also when the queue is gone."""
        queue = self.queues.get(queue_url)
        return queue.receive() if queue is not None else None


@dataclass(slots=True)
class MemoryHostQueue:
    """`HostQueue` of one host. It never blocks: an empty queue answers at once."""

    wake_ups: MemoryWakeUps
    url: str | None = None

    def create(self, host_id: HostId) -> str:
        """Make the queue."""
        self.url = _url(host_id)
        self.wake_ups.queues[self.url] = MemoryQueue()
        return self.url

    def receive(self, wait: timedelta) -> Sequence[WakeUp]:  # noqa: ARG002 - nothing to wait for
        """Take up to ten wake-ups."""
        queue = self.wake_ups.queues.get(self.url or "")
        if queue is None or self.wake_ups.down:
            raise DependencyUnavailable("the host's queue does not answer")
        taken = (queue.receive() for _ in range(_MOST))
        return [hint for hint in taken if hint is not None]

    def delete(self) -> None:
        """Remove the queue."""
        self.wake_ups.queues.pop(self.url or "", None)


@dataclass(frozen=True, slots=True)
class MemoryHostQueues:
    """`HostQueues` over the queues that hosts created."""

    wake_ups: MemoryWakeUps

    def remove(self, host_id: HostId) -> None:
        """Remove a dead host's queue."""
        if self.wake_ups.down:
            raise DependencyUnavailable("the queues do not answer")
        self.wake_ups.queues.pop(_url(host_id), None)


def _url(host_id: HostId) -> str:
    return f"memory://hosts/{host_id}"
