"""Dispatch an accepted message: PENDING -> READY, then wake the line's owner."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from switchboard.application.end_queued import EndQueued
from switchboard.domain.ids import MessageId, OrganizationId
from switchboard.domain.metric import Metric
from switchboard.domain.session import Session, Wanted
from switchboard.ports.metrics import Metrics
from switchboard.ports.outbox import Outbox
from switchboard.ports.session_store import SessionStore
from switchboard.ports.wake_ups import WakeUps

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DispatchOutbound:
    """The only way to READY. It judges nothing else: limits and pauses are the owner's grant.

    The flip comes before the owner is read, so that an owner that acquires in between loads the
    entry as READY. Without an owner nothing is lost: the next owner loads the outbox. A deleted
    line has no next one, and may have been swept before this message, a late reply, was accepted.
    """

    outbox: Outbox
    sessions: SessionStore
    wake_ups: WakeUps
    end_queued: EndQueued
    metrics: Metrics

    def __call__(self, organization_id: OrganizationId, message_id: MessageId) -> None:
        """Dispatch one message; repeating it is harmless."""
        keys = {"organization_id": organization_id, "message_id": message_id}
        entry = self.outbox.mark_ready(organization_id, message_id)
        if entry is None:
            _log.info("outbound.message.gone", extra=keys)
            return
        session = self.sessions.read(organization_id)
        if session is not None and _is_gone(session):
            self.end_queued.one(entry)
            return
        owner_queue = session.owner_queue_url if session else None
        self.metrics.put(Metric.MESSAGES_DISPATCHED, organization_id=organization_id)
        told = {"correlation_id": entry.correlation_id, "owner": session and session.owner}
        _log.info("outbound.message.ready", extra={**keys, **told})
        if owner_queue is not None:
            self.wake_ups.wake(owner_queue, organization_id, message_id)


def _is_gone(session: Session) -> bool:
    return session.wanted is Wanted.DELETED and session.owner is None
