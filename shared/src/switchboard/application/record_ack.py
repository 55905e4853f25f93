"""Record WhatsApp's delivery acks on the message they belong to."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from switchboard.domain.channel_events import AckSeen
from switchboard.domain.failed_entry import FOR_A_PERSON
from switchboard.domain.ids import OrganizationId, parse_wa_hex
from switchboard.domain.message import MessageStatus, status_for_ack
from switchboard.ports.failed_entries import FailedEntries
from switchboard.ports.message_store import MessageStore

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RecordAck:
    """Statuses move forward only; an ack for an unknown id is logged and dropped.

    A first ack of DELIVERED or READ stands for SENT too: a host that died between the send and
    the store is made good by its contact's phone. A late ack also lifts what had FAILED or was
    UNCONFIRMED, and takes it off the list of those: that comes first, since a message on its way
    up no longer tells that it once failed. A failed ack is the owner's to judge, who tries again:
    here it is only logged.
    """

    messages: MessageStore
    failed: FailedEntries

    def __call__(self, organization_id: OrganizationId, seen: AckSeen) -> None:
        """Record one ack."""
        status = status_for_ack(seen.ack)
        if status is None:
            return
        if status is MessageStatus.FAILED:
            _log.info("outbound.ack.failed", extra={"organization_id": organization_id})
            return
        message = self.messages.find(organization_id, parse_wa_hex(seen.wa_id))
        if message is None:
            _log.info("outbound.ack.unknown", extra={"organization_id": organization_id})
            return
        if message.status in FOR_A_PERSON:
            self.failed.forget(message)
        if message.sent_at is None:
            self.messages.advance(message, MessageStatus.SENT, seen.at)
        moved = status is not MessageStatus.SENT and self.messages.advance(message, status, seen.at)
        if moved:
            _log.info(
                "outbound.ack.recorded",
                extra={
                    "organization_id": organization_id,
                    "message_id": message.id,
                    "outcome": status.value,
                },
            )
