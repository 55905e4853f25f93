"""Spending in memory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from switchboard.adapters.memory.table import DayOfSpending, MemoryTable
from switchboard.domain.ids import OrganizationId


@dataclass(frozen=True, slots=True)
class MemorySpending:
    """`Spending` in memory."""

    table: MemoryTable

    def reserve(
        self, organization_id: OrganizationId, day: date, turn: str, micros: int, cap_micros: int
    ) -> bool:
        """Set aside, when the day's sum stays within the cap."""
        with self.table.lock:
            stored = self.table.spending.setdefault((organization_id, day), DayOfSpending())
            if turn in stored.open:
                return True
            if stored.micros + micros > cap_micros:
                return False
            stored.micros += micros
            stored.open.add(turn)
            return True

    def settle(
        self, organization_id: OrganizationId, day: date, turn: str, reserved: int, actual: int
    ) -> None:
        """Put the real cost in the place of the reservation, once."""
        with self.table.lock:
            stored = self.table.spending.get((organization_id, day))
            if stored is not None and turn in stored.open:
                stored.open.remove(turn)
                stored.micros += actual - reserved

    def spent(self, organization_id: OrganizationId, day: date) -> int:
        """The day's sum."""
        with self.table.lock:
            stored = self.table.spending.get((organization_id, day))
            return stored.micros if stored is not None else 0
