"""Read or cancel one message."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.domain.errors import Conflict, NotFound
from switchboard.domain.ids import MessageId, OrganizationId, WaHex
from switchboard.domain.message import Message, MessageStatus
from switchboard.ports.clock import Clock
from switchboard.ports.message_store import MessageStore
from switchboard.ports.outbox import Outbox


@dataclass(frozen=True, slots=True)
class ReadMessage:
    """One message.

    Raises:
        NotFound: no such message in this organization.
    """

    messages: MessageStore

    def __call__(self, organization_id: OrganizationId, message_id: MessageId) -> Message:
        """By our id; consistent."""
        return _there(self.messages.read(organization_id, message_id))

    def by_key(self, organization_id: OrganizationId, wa_hex: WaHex) -> Message:
        """By the id part of the key under which WhatsApp knows it; consistent."""
        sent = self.messages.find(organization_id, wa_hex)
        return _there(sent or self.messages.find_received(organization_id, wa_hex))


def _there(message: Message | None) -> Message:
    if message is None:
        raise NotFound("message")
    return message


@dataclass(frozen=True, slots=True)
class CancelMessage:
    """Take back what is not yet being sent.

    Raises:
        NotFound: no such message.
        Conflict: it is being sent, or was.
    """

    read_message: ReadMessage
    messages: MessageStore
    outbox: Outbox
    clock: Clock

    def __call__(self, organization_id: OrganizationId, message_id: MessageId) -> None:
        """Delete the entry first: once that is done nobody can send it.

        A message that still waits and has no entry is a cancellation that got half-way: whatever
        else ends a message notes that before it removes the entry.
        """
        message = self.read_message(organization_id, message_id)
        if message.status is MessageStatus.CANCELLED:
            return
        cancelled = self.outbox.cancel(organization_id, message_id)
        if not cancelled and not self._is_half_done(message):
            raise Conflict(f"the message is {message.status} or being sent")
        self.messages.advance(message, MessageStatus.CANCELLED, self.clock.now())

    def _is_half_done(self, message: Message) -> bool:
        if self.outbox.read(message.organization_id, message.id) is not None:
            return False
        now = self.messages.read(message.organization_id, message.id)
        return now is not None and now.status is MessageStatus.QUEUED
