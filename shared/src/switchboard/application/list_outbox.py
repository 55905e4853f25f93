"""What waits to be sent, in the order in which it will go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from switchboard.application.existing import existing
from switchboard.domain.ids import OrganizationId
from switchboard.domain.outbox import OutboxEntry, Priority, sending_order
from switchboard.ports.clock import Clock
from switchboard.ports.outbox import Outbox
from switchboard.ports.session_store import SessionStore


@dataclass(frozen=True, slots=True)
class OutboxView:
    """The first entries, and how many wait altogether."""

    first: Sequence[OutboxEntry]
    total: int
    by_priority: Mapping[Priority, int]


@dataclass(frozen=True, slots=True)
class ListOutbox:
    """Reads the whole outbox: its order is known to nothing smaller.

    Raises:
        NotFound: no such organization.
    """

    sessions: SessionStore
    outbox: Outbox
    clock: Clock

    def __call__(self, organization_id: OrganizationId, limit: int) -> OutboxView:
        """The first `limit` entries."""
        existing(self.sessions, organization_id)
        entries = sending_order(self.outbox.load(organization_id), self.clock.now())
        counted = Counter(entry.priority for entry in entries)
        by_priority = {priority: counted[priority] for priority in Priority}
        return OutboxView(entries[:limit], len(entries), by_priority)
