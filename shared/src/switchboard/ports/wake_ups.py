"""A host's own queue: hints that a line has news."""

from __future__ import annotations

from typing import Protocol

from switchboard.domain.ids import OrganizationId


class WakeUps(Protocol):
    """A host's own queue."""

    def wake(self, queue_url: str, organization_id: OrganizationId) -> None:
        """Tell the host to look at a line again: its outbox, its commands, what is wanted.

        A queue that is gone is not an error: its lines have a new owner, or soon will.
        """
        ...
