"""Receivers and their health in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from switchboard.adapters.memory.table import MemoryTable
from switchboard.domain.ids import OrganizationId
from switchboard.domain.receiver import Receiver
from switchboard.domain.receiver_health import Health


@dataclass(frozen=True, slots=True)
class MemoryReceiverStore:
    """`ReceiverStore` in memory."""

    table: MemoryTable

    def read(self, organization_id: OrganizationId) -> Sequence[Receiver]:
        """All receivers."""
        with self.table.lock:
            return self.table.receivers.get(organization_id, ())

    def read_all(
        self, organization_ids: Sequence[OrganizationId]
    ) -> Mapping[OrganizationId, Sequence[Receiver]]:
        """All receivers of these."""
        return {one: self.read(one) for one in organization_ids}

    def replace(self, organization_id: OrganizationId, receivers: Sequence[Receiver]) -> None:
        """Put these in the place of all."""
        with self.table.lock:
            self.table.receivers[organization_id] = tuple(receivers)


@dataclass(frozen=True, slots=True)
class MemoryReceiverHealthStore:
    """`ReceiverHealthStore` in memory."""

    table: MemoryTable

    def read(self, organization_id: OrganizationId, receiver_id: str) -> Health:
        """The present health."""
        with self.table.lock:
            return self.table.health.get((organization_id, receiver_id), Health())

    def take_probe(
        self, organization_id: OrganizationId, receiver_id: str, health: Health, until: datetime
    ) -> bool:
        """Be the one who tries."""
        with self.table.lock:
            stored = self.read(organization_id, receiver_id)
            if stored.closed_until != health.closed_until:
                return False
            self.write(organization_id, receiver_id, replace(stored, closed_until=until))
            return True

    def write(self, organization_id: OrganizationId, receiver_id: str, health: Health) -> None:
        """Store what an attempt told."""
        with self.table.lock:
            self.table.health[organization_id, receiver_id] = health
