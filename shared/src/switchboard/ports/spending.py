"""What language models cost an organization, day by day."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from switchboard.domain.ids import OrganizationId


class Spending(Protocol):
    """One counter an organization and day: reserved before a turn, settled after it.

    A turn that dies keeps its reservation: the cap is kept from above.
    """

    def reserve(
        self, organization_id: OrganizationId, day: date, turn: str, micros: int, cap_micros: int
    ) -> bool:
        """Set `micros` aside for a turn.

        Conditional on: the day's sum staying within `cap_micros`. True again for a turn that has
        its reservation already; it is counted once.
        """
        ...

    def settle(
        self, organization_id: OrganizationId, day: date, turn: str, reserved: int, actual: int
    ) -> None:
        """Put what a turn really cost in the place of its reservation.

        Conditional on: the reservation being open; nothing happens otherwise.
        """
        ...

    def spent(self, organization_id: OrganizationId, day: date) -> int:
        """Millionths of a dollar, open reservations included."""
        ...
