"""The inbound queue: what pages saw, on its way to the store."""

from __future__ import annotations

from typing import Protocol

from switchboard.domain.inbound import InboundEvent


class InboundQueue(Protocol):
    """Carries what pages saw, in order within a chat, each event once."""

    def push(self, event: InboundEvent) -> None:
        """Hand over one event.

        Raises:
            DependencyUnavailable: not handed over; push it again.
        """
        ...
