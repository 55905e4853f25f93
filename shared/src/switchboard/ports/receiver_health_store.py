"""What is known of each receiver's health."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from switchboard.domain.ids import OrganizationId
from switchboard.domain.receiver_health import Health


class ReceiverHealthStore(Protocol):
    """A hint shared by all workers; a lost write costs an attempt, never an event."""

    def read(self, organization_id: OrganizationId, receiver_id: str) -> Health:
        """The present health; a receiver that nobody wrote about is well. Consistent."""
        ...

    def take_probe(
        self, organization_id: OrganizationId, receiver_id: str, health: Health, until: datetime
    ) -> bool:
        """Be the one who tries a receiver that failed; the others wait until `until`.

        Conditional on: `closed_until` being the one in `health`. False otherwise.
        """
        ...

    def write(self, organization_id: OrganizationId, receiver_id: str, health: Health) -> None:
        """Store what an attempt told."""
        ...
