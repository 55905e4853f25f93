"""Record WhatsApp's delivery acks on the message they belong to."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from switchboard.domain.channel_events import AckSeen
from switchboard.domain.ids import OrganizationId, parse_wa_hex
from switchboard.domain.message import SENT_OR_BETTER, MessageStatus, status_for_ack
from switchboard.ports.message_store import MessageStore

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RecordAck:
    """Statuses move forward only; an ack for an unknown id is logged and dropped.

    A first ack of DELIVERED or READ stands for SENT too: a host that died between the send and
    the store is made good by its contact's phone.
    """

    messages: MessageStore

    def __call__(self, organization_id: OrganizationId, seen: AckSeen) -> None:
        """Record one ack."""
        status = status_for_ack(seen.ack)
        if status is None:
            return
        message = self.messages.find(organization_id, parse_wa_hex(seen.wa_id))
        if message is None:
            _log.info("outbound.ack.unknown", extra={"organization_id": organization_id})
            return
        if status in SENT_OR_BETTER and message.sent_at is None:
            self.messages.advance(
                message, MessageStatus.SENT, seen.at, whatsapp_message_id=seen.wa_id
            )
        moved = status is not MessageStatus.SENT and self.messages.advance(
            message, status, seen.at, error_code="ack_error" if seen.ack < 0 else None
        )
        if moved:
            _log.info(
                "outbound.ack.recorded",
                extra={
                    "organization_id": organization_id,
                    "message_id": message.id,
                    "outcome": status.value,
                },
            )
