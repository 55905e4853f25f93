"""Messages in memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from switchboard.adapters.memory.cursor import cut
from switchboard.adapters.memory.table import MemoryTable
from switchboard.domain.ids import ConversationId, MessageId, OrganizationId, WaHex
from switchboard.domain.message import (
    Direction,
    Message,
    MessageStatus,
    Reaction,
    first_position,
    moves_forward,
    status_changes,
)
from switchboard.domain.page import Page
from switchboard.ports.message_store import MOST_READ


@dataclass(frozen=True, slots=True)
class MemoryMessageStore:
    """`MessageStore` in memory."""

    table: MemoryTable

    def read(self, organization_id: OrganizationId, message_id: MessageId) -> Message | None:
        """By our id."""
        with self.table.lock:
            return self.table.messages.get((organization_id, message_id))

    def find(self, organization_id: OrganizationId, wa_hex: WaHex) -> Message | None:
        """By the id part of WhatsApp's key."""
        with self.table.lock:
            message_id = self.table.sent_as.get((organization_id, wa_hex))
            return self.read(organization_id, message_id) if message_id is not None else None

    def find_received(self, organization_id: OrganizationId, wa_hex: WaHex) -> Message | None:
        """What a contact wrote, by WhatsApp's id."""
        with self.table.lock:
            for (owner, _), message in self.table.messages.items():
                known = (owner, message.wa_hex, message.direction)
                if known == (organization_id, wa_hex, Direction.INCOMING):
                    return message
            return None

    def statuses(
        self, organization_id: OrganizationId, wa_hexes: Collection[WaHex]
    ) -> Mapping[WaHex, MessageStatus]:
        """What is known of these own messages."""
        found = {wa_hex: self.find(organization_id, wa_hex) for wa_hex in wa_hexes}
        return {wa_hex: message.status for wa_hex, message in found.items() if message is not None}

    def react(self, message: Message, reactions: Sequence[Reaction]) -> bool:
        """Put these reactions in the place of the message's."""
        with self.table.lock:
            stored = self.read(message.organization_id, message.id)
            if stored is None or stored.reactions != message.reactions:
                return False
            self._put(replace(stored, reactions=tuple(reactions)))
            return True

    def edit(self, message: Message, content: str, at: datetime) -> bool:
        """Change what a message says, unless it was edited later."""
        with self.table.lock:
            stored = self.read(message.organization_id, message.id)
            if stored is None or (stored.edited_at is not None and stored.edited_at >= at):
                return False
            self._put(replace(stored, content=content, edited_at=at))
            return True

    def revoke(self, message: Message, at: datetime) -> bool:
        """Mark a message as taken back, once."""
        with self.table.lock:
            stored = self.read(message.organization_id, message.id)
            if stored is None or stored.revoked_at is not None:
                return False
            self._put(replace(stored, revoked_at=at))
            return True

    def advance(
        self,
        message: Message,
        status: MessageStatus,
        at: datetime,
        *,
        error_code: str | None = None,
    ) -> bool:
        """Move the stored status forward and stamp its time."""
        changes = status_changes(status, at, error_code)
        with self.table.lock:
            stored = self.read(message.organization_id, message.id)
            if stored is None or not moves_forward(stored.status, status):
                return False
            self._put(replace(stored, status=status, **changes))
            return True

    def page(
        self,
        organization_id: OrganizationId,
        thread: Sequence[ConversationId],
        cursor: str | None,
        limit: int,
    ) -> Page[Message]:
        """A thread's messages, newest first."""
        newest_first = reversed(self._ordered(organization_id, thread))
        rows = [(message.position, message) for message in newest_first]
        return cut(rows, f"messages {organization_id} {thread[0]}", cursor, limit)

    def recent(
        self,
        organization_id: OrganizationId,
        thread: Sequence[ConversationId],
        count: int,
        since: datetime | None = None,
    ) -> Sequence[Message]:
        """The last messages of a thread, oldest first."""
        ordered = self._ordered(organization_id, thread)
        if since is not None:
            later = sum(message.position >= first_position(since) for message in ordered)
            count = max(count, min(later, MOST_READ))
        return ordered[max(0, len(ordered) - count) :]

    def _put(self, message: Message) -> None:
        self.table.messages[message.organization_id, message.id] = message

    def _ordered(
        self, organization_id: OrganizationId, thread: Sequence[ConversationId]
    ) -> list[Message]:
        with self.table.lock:
            found = [
                message
                for (owner, _), message in self.table.messages.items()
                if owner == organization_id and message.conversation_id in thread
            ]
        return sorted(found, key=lambda message: message.position)
