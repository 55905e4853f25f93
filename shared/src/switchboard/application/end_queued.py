"""End what was still queued when its organization was deleted."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta

from switchboard.domain.ids import OrganizationId
from switchboard.domain.message import MessageStatus
from switchboard.domain.metric import Metric
from switchboard.domain.outbox import EntryState, OutboxEntry
from switchboard.ports.clock import Clock
from switchboard.ports.message_store import MessageStore
from switchboard.ports.metrics import Metrics
from switchboard.ports.outbox import Outbox

_log = logging.getLogger(__name__)

LINE_DELETED = "line_deleted"


@dataclass(frozen=True, slots=True)
class EndQueued:
    """Message first, then its entry: after a crash between them the next call removes the entry.

    Nobody is asked to redrive anything: the line that would send it is gone.
    """

    outbox: Outbox
    messages: MessageStore
    clock: Clock
    metrics: Metrics

    def __call__(self, organization_id: OrganizationId, within: timedelta) -> bool:
        """End every entry, for so long; False when some are left for another call.

        Raises:
            DependencyUnavailable: a store did not answer.
        """
        until = self.clock.monotonic() + within.total_seconds()
        for entry in self.outbox.load(organization_id):
            if self.clock.monotonic() >= until:
                return False
            self.one(entry)
        return True

    def one(self, entry: OutboxEntry) -> None:
        """End one entry.

        Raises:
            DependencyUnavailable: a store did not answer.
        """
        message = self.messages.read(entry.organization_id, entry.message_id)
        status = _status(entry)
        if message is not None and message.status is MessageStatus.QUEUED:
            self.messages.advance(message, status, self.clock.now(), error_code=LINE_DELETED)
            organization_id = entry.organization_id
            self.metrics.put(Metric.MESSAGES_ENDED, organization_id=organization_id, label=status)
            keys = {"organization_id": organization_id, "message_id": entry.message_id}
            told = {"outcome": status.value, "error_code": LINE_DELETED}
            _log.info("outbound.message.ended", extra={**keys, **told})
        self.outbox.remove(entry)


def _status(entry: OutboxEntry) -> MessageStatus:
    """What was handed to a page once may have left."""
    may_have_left = entry.state is EntryState.SENDING or entry.may_have_left
    return MessageStatus.UNCONFIRMED if may_have_left else MessageStatus.CANCELLED
