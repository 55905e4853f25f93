"""Finish an outgoing message: SENT, or terminal with a reason."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from switchboard.domain.failed_entry import FOR_A_PERSON, FailedEntry
from switchboard.domain.message import Message, MessageStatus
from switchboard.domain.metric import Metric
from switchboard.domain.outbox import OutboxEntry
from switchboard.ports.clock import Clock
from switchboard.ports.dead_letters import DeadLetters
from switchboard.ports.failed_entries import FailedEntries
from switchboard.ports.message_store import MessageStore
from switchboard.ports.metrics import Metrics
from switchboard.ports.outbox import Outbox

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FinishOutbound:
    """What is done with goes in two idempotent steps, message first.

    A crash between them leaves an entry whose message says that it is done: the next owner only
    deletes it. What failed is told on the dead-letter queue, then moved in one transaction to where
    a person lists and redrives it: a crash between the two tells it twice, never not at all.
    """

    messages: MessageStore
    outbox: Outbox
    dead_letters: DeadLetters
    clock: Clock
    failed: FailedEntries
    metrics: Metrics

    def sent(self, entry: OutboxEntry, message: Message) -> None:
        """WhatsApp's server has it."""
        now = self.clock.now()
        self.messages.advance(message, MessageStatus.SENT, now)
        self.outbox.remove(entry)
        duration_ms = round((now - entry.accepted_at).total_seconds() * 1000)
        self.metrics.put(Metric.MESSAGES_SENT, organization_id=entry.organization_id)
        self.metrics.put(Metric.DELIVERY_TIME, duration_ms, organization_id=entry.organization_id)
        _log.info(
            "outbound.message.sent",
            extra={
                "organization_id": entry.organization_id,
                "message_id": entry.message_id,
                "correlation_id": entry.correlation_id,
                "epoch": entry.claim_epoch,
                "duration_ms": duration_ms,
            },
        )

    def __call__(
        self, entry: OutboxEntry, message: Message, status: MessageStatus, code: str
    ) -> None:
        """End it without sending."""
        if status in FOR_A_PERSON:
            self._fail(entry, message, status, code)
        else:
            self.messages.advance(message, status, self.clock.now(), error_code=code)
            self.outbox.remove(entry)
        self.metrics.put(Metric.MESSAGES_ENDED, organization_id=entry.organization_id, label=status)
        _log.warning(
            "outbound.message.ended",
            extra={
                "organization_id": entry.organization_id,
                "message_id": entry.message_id,
                "correlation_id": entry.correlation_id,
                "outcome": status.value,
                "error_code": code,
            },
        )

    def _fail(self, entry: OutboxEntry, message: Message, status: MessageStatus, code: str) -> None:
        letter = {
            "organization_id": entry.organization_id,
            "message_id": entry.message_id,
            "correlation_id": entry.correlation_id,
            "attempts": entry.attempts,
            "recoveries": entry.recoveries,
        }
        self.dead_letters.record(letter, code, f"the message ended {status}")
        failed = FailedEntry(entry, status, code, self.clock.now())
        if not self.failed.keep(failed, message):  # an ack was faster, or another owner
            self.outbox.remove(entry)
