"""A host's own queue: hints that a line has news."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from switchboard.domain.ids import HostId, MessageId, OrganizationId
from switchboard.domain.queue_bodies import WakeUp


class WakeUps(Protocol):
    """The writing side, for functions."""

    def wake(
        self, queue_url: str, organization_id: OrganizationId, message_id: MessageId | None = None
    ) -> None:
        """Tell the owner to look at a line, or at one message of its outbox.

        A queue that is gone is not an error: its lines have a new owner, or soon will. Nor is any
        other failure: the owner reloads every five minutes.
        """
        ...


class HostQueues(Protocol):
    """The queues of hosts that cannot remove their own any more."""

    def remove(self, host_id: HostId) -> None:
        """Remove a dead host's queue; nothing happens when it is gone.

        Raises:
            DependencyUnavailable: not removed; try again.
        """
        ...


class HostQueue(Protocol):
    """The reading side, for the host that the queue belongs to."""

    def create(self, host_id: HostId) -> str:
        """Make the queue (messages kept five minutes, no dead-letter queue) and return its URL.

        Raises:
            DependencyUnavailable: not made.
        """
        ...

    def receive(self, wait: timedelta) -> Sequence[WakeUp]:
        """Take up to ten wake-ups, waiting at most `wait`; each is deleted as it is taken.

        A body that is not a wake-up is logged and deleted.

        Raises:
            DependencyUnavailable: ask again later.
        """
        ...

    def delete(self) -> None:
        """Remove the queue; nothing happens when it is gone."""
        ...
