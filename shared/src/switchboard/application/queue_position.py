"""Where a queued message stands: how many go before it, as things are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from switchboard.domain.ids import MessageId, OrganizationId
from switchboard.domain.message import Direction, Message, MessageStatus
from switchboard.domain.outbox import sending_order
from switchboard.ports.clock import Clock
from switchboard.ports.outbox import Outbox

KEPT_FOR = timedelta(seconds=5)
"""The order is known from the whole outbox only. Who asks for each of ten thousand messages in turn
must not load it ten thousand times; the position is a forecast in any case."""
KEPT = 50
"""Organizations whose order is kept."""


@dataclass(frozen=True, slots=True)
class QueuePosition:
    """From 1 in the order in which messages will go; None for what is no longer queued."""

    outbox: Outbox
    clock: Clock
    orders: dict[OrganizationId, tuple[datetime, Mapping[MessageId, int]]] = field(
        default_factory=dict
    )

    def __call__(self, message: Message) -> int | None:
        """The position, at most `KEPT_FOR` old."""
        queued = message.status is MessageStatus.QUEUED
        if not queued or message.direction is not Direction.OUTGOING:
            return None
        now, organization_id = self.clock.now(), message.organization_id
        read_at, order = self.orders.get(organization_id, (now, {}))
        if message.id not in order or not timedelta() <= now - read_at < KEPT_FOR:
            order = self._read(organization_id, now)
        return order.get(message.id)

    def _read(self, organization_id: OrganizationId, now: datetime) -> Mapping[MessageId, int]:
        entries = sending_order(self.outbox.load(organization_id), now)
        order = {entry.message_id: number for number, entry in enumerate(entries, start=1)}
        if len(self.orders) >= KEPT:
            self.orders.clear()
        self.orders[organization_id] = (now, order)
        return order
