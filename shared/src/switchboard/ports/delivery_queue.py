"""Deliveries on their way to the workers."""

from __future__ import annotations

from typing import Protocol

from switchboard.domain.delivery import Delivery


class DeliveryQueue(Protocol):
    """In order within a lane; the same one pushed twice within five minutes comes once."""

    def push(self, delivery: Delivery, again: str = "") -> None:
        """Hand over one delivery.

        Args:
            delivery: what.
            again: tells a redrive from the first time, so that it is not taken for a repetition.

        Raises:
            DependencyUnavailable: not handed over.
        """
        ...
