"""Where a queued message stands: how many go before it, as things are."""

from __future__ import annotations

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


@dataclass(slots=True)
class QueuePosition:
    """From 1 in the order in which messages will go; None for what is no longer queued."""

    outbox: Outbox
    clock: Clock
    orders: dict[OrganizationId, tuple[datetime, dict[MessageId, int]]] = field(
        default_factory=dict
    )

    def __call__(self, message: Message) -> int | None:
        """The position, at most `KEPT_FOR` old; one accepted since then is taken for the last."""
        queued = message.status is MessageStatus.QUEUED
        if not queued or message.direction is not Direction.OUTGOING:
            return None
        now, organization_id = self.clock.now(), message.organization_id
        kept = self.orders.get(organization_id)
        if kept is not None and timedelta() <= now - kept[0] < KEPT_FOR:
            return kept[1].setdefault(message.id, len(kept[1]) + 1)
        return self._read(organization_id, now).get(message.id)

    def _read(self, organization_id: OrganizationId, now: datetime) -> dict[MessageId, int]:
        entries = sending_order(self.outbox.load(organization_id), now)
        order = {entry.message_id: number for number, entry in enumerate(entries, start=1)}
        if len(self.orders) >= KEPT:
            self.orders.clear()
        self.orders[organization_id] = (now, order)
        return order
