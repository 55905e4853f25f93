"""Parked lanes and the delivery log in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from switchboard.adapters.memory.cursor import cut
from switchboard.adapters.memory.table import Lane, MemoryTable
from switchboard.domain.delivery import Attempt, DeadDelivery, Delivery, LaneKey
from switchboard.domain.ids import OrganizationId
from switchboard.domain.moment import milliseconds
from switchboard.domain.page import Page


@dataclass(frozen=True, slots=True)
class MemoryLanes:
    """`Lanes` in memory."""

    table: MemoryTable

    def add(self, delivery: Delivery) -> bool:
        """Park behind the others."""
        with self.table.lock:
            lane = self._lane(LaneKey(delivery.organization_id, delivery.lane))
            if lane is None:
                return False
            lane.parked.setdefault(delivery.order, delivery)
            return True

    def open(self, delivery: Delivery, due_at: datetime) -> None:
        """Park a delivery, in a new lane unless one is there."""
        with self.table.lock:
            key = (delivery.organization_id, delivery.lane)
            self.table.lanes.setdefault(key, Lane(due_at))
            self.add(delivery)

    def claim(self, key: LaneKey, token: str, now: datetime, until: datetime) -> bool:
        """Become the one who empties the lane."""
        with self.table.lock:
            lane = self._lane(key)
            if lane is None or lane.due_at > now:
                return False
            if lane.held_until is not None and lane.held_until > now:
                return False
            lane.token, lane.held_until = token, until
            return True

    def first(self, key: LaneKey) -> Delivery | None:
        """What is to go next."""
        with self.table.lock:
            lane = self._lane(key)
            return lane.parked[min(lane.parked)] if lane is not None and lane.parked else None

    def remove(self, key: LaneKey, delivery: Delivery) -> None:
        """Forget a delivery."""
        with self.table.lock:
            lane = self._lane(key)
            if lane is not None:
                lane.parked.pop(delivery.order, None)

    def postpone(
        self, key: LaneKey, token: str, due_at: datetime, delivery: Delivery | None = None
    ) -> bool:
        """Give the claim back until then."""
        with self.table.lock:
            lane = self._lane(key)
            if lane is None or lane.token != token:
                return False
            if delivery is not None:
                lane.parked[delivery.order] = delivery
            lane.due_at, lane.token, lane.held_until = due_at, None, None
            return True

    def close(self, key: LaneKey, token: str) -> bool:
        """Take an empty lane away."""
        with self.table.lock:
            lane = self._lane(key)
            if lane is None or lane.token != token:
                return True  # not ours any more: whoever has it sees to the rest
            if lane.parked:
                return False
            del self.table.lanes[key.organization_id, key.lane]
            return True

    def due(self, before: datetime, limit: int) -> Sequence[LaneKey]:
        """Lanes whose time came before then."""
        with self.table.lock:
            rows = [
                (lane.due_at, LaneKey(organization_id, name))
                for (organization_id, name), lane in self.table.lanes.items()
                if lane.due_at < before
            ]
        return [key for _, key in sorted(rows, key=lambda row: row[0])[:limit]]

    def _lane(self, key: LaneKey) -> Lane | None:
        return self.table.lanes.get((key.organization_id, key.lane))


@dataclass(frozen=True, slots=True)
class MemoryDeliveryLog:
    """`DeliveryLog` in memory; forgets nothing by itself."""

    table: MemoryTable

    def record(self, attempt: Attempt) -> None:
        """Note one attempt."""
        with self.table.lock:
            self.table.attempts.append(attempt)

    def attempts(
        self, organization_id: OrganizationId, receiver_id: str, cursor: str | None, limit: int
    ) -> Page[Attempt]:
        """The attempts at one receiver, newest first."""
        with self.table.lock:
            rows = {
                f"{milliseconds(one.at):013d}#{one.delivery_id}": one
                for one in self.table.attempts
                if (one.organization_id, one.receiver_id) == (organization_id, receiver_id)
            }
        newest_first = sorted(rows.items(), key=lambda row: row[0], reverse=True)
        return cut(newest_first, f"attempts {organization_id} {receiver_id}", cursor, limit)

    def bury(self, dead: DeadDelivery) -> None:
        """Keep a delivery that was given up."""
        with self.table.lock:
            self.table.dead[dead.delivery.organization_id, dead.delivery.id] = dead

    def dead(
        self, organization_id: OrganizationId, cursor: str | None, limit: int
    ) -> Page[DeadDelivery]:
        """What was given up, oldest first."""
        with self.table.lock:
            rows = [
                (name, one)
                for (owner, name), one in sorted(self.table.dead.items(), key=lambda row: row[0])
                if owner == organization_id
            ]
        return cut(rows, f"dead {organization_id}", cursor, limit)

    def find_dead(self, organization_id: OrganizationId, delivery_id: str) -> DeadDelivery | None:
        """One that was given up."""
        with self.table.lock:
            return self.table.dead.get((organization_id, delivery_id))

    def forget_dead(self, organization_id: OrganizationId, delivery_id: str) -> None:
        """Remove it."""
        with self.table.lock:
            self.table.dead.pop((organization_id, delivery_id), None)
