"""What was tried, and what was given up."""

from __future__ import annotations

from typing import Protocol

from switchboard.domain.delivery import Attempt, DeadDelivery
from switchboard.domain.ids import OrganizationId
from switchboard.domain.page import Page


class DeliveryLog(Protocol):
    """Attempts are kept for a week, dead deliveries, with their event, for two."""

    def record(self, attempt: Attempt) -> None:
        """Note one attempt."""
        ...

    def attempts(
        self, organization_id: OrganizationId, receiver_id: str, cursor: str | None, limit: int
    ) -> Page[Attempt]:
        """The attempts at one receiver, newest first.

        Raises:
            InvalidInput: a cursor that this listing did not give.
        """
        ...

    def bury(self, dead: DeadDelivery) -> None:
        """Keep a delivery that was given up; the same again takes its place."""
        ...

    def dead(
        self, organization_id: OrganizationId, cursor: str | None, limit: int
    ) -> Page[DeadDelivery]:
        """What was given up, oldest first.

        Raises:
            InvalidInput: a cursor that this listing did not give.
        """
        ...

    def find_dead(self, organization_id: OrganizationId, delivery_id: str) -> DeadDelivery | None:
        """One that was given up; consistent."""
        ...

    def forget_dead(self, organization_id: OrganizationId, delivery_id: str) -> None:
        """Remove it: it was sent on its way again."""
        ...
