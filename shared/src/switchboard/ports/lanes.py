"""Parked deliveries: what one receiver has not heard yet of one conversation, in order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from switchboard.domain.delivery import Delivery, LaneKey


class Lanes(Protocol):
    """While a lane is there, everything for it goes to its end; who holds its claim empties it."""

    def add(self, delivery: Delivery) -> bool:
        """Park behind the others; parking the same again changes nothing.

        Conditional on: the lane being there. False otherwise: nothing waits, so try it now.
        """
        ...

    def open(self, delivery: Delivery, due_at: datetime) -> None:
        """Park a delivery, in a new lane unless one has come up meanwhile.

        Raises:
            DependencyUnavailable: not stored; try again.
        """
        ...

    def claim(self, key: LaneKey, token: str, now: datetime, until: datetime) -> bool:
        """Become the one who empties the lane.

        Conditional on: the lane being there and due, and no claim that has not ended. False
        otherwise.
        """
        ...

    def first(self, key: LaneKey) -> Delivery | None:
        """What is to go next; consistent."""
        ...

    def remove(self, key: LaneKey, delivery: Delivery) -> None:
        """Forget a delivery that is done with."""
        ...

    def postpone(
        self, key: LaneKey, token: str, due_at: datetime, delivery: Delivery | None = None
    ) -> bool:
        """Give the claim back until then, and keep the attempts of the one that failed.

        Conditional on: the claim. False when somebody else has it.
        """
        ...

    def close(self, key: LaneKey, token: str) -> bool:
        """Take an empty lane away.

        Conditional on: the claim, and nothing parked, also at this very moment. False otherwise.
        """
        ...

    def due(self, before: datetime, limit: int) -> Sequence[LaneKey]:
        """Lanes whose time came before then; an index's nomination."""
        ...
