"""The send-queue: asks the dispatcher to look at an accepted message."""

from __future__ import annotations

from typing import Protocol

from switchboard.domain.ids import MessageId, OrganizationId


class SendQueue(Protocol):
    """Feeds the dispatcher; fair between organizations."""

    def enqueue(self, organization_id: OrganizationId, message_id: MessageId) -> None:
        """Ask for a dispatch.

        Raises:
            DependencyUnavailable: not enqueued; the sweeper will find the PENDING entry.
        """
        ...
