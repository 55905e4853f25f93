"""Writes an accepted message; shared by the outbox and by a turn's commit."""

from __future__ import annotations

from dataclasses import replace

from switchboard.adapters.memory.table import MemoryTable
from switchboard.domain.conversation import Conversation
from switchboard.domain.message import Message
from switchboard.domain.outbox import OutboxEntry


def put_accepted(
    table: MemoryTable, message: Message, entry: OutboxEntry, request_hash: str
) -> None:
    """Put message, pointers and entry; the caller holds the lock and has checked its conditions."""
    key = (message.organization_id, message.id)
    table.messages[key] = message
    table.request_hashes[key] = request_hash
    table.sent_as[message.organization_id, entry.wa_hex] = message.id
    table.entries[message.organization_id, entry.message_id] = entry


def after(conversation: Conversation, message: Message) -> Conversation:
    """The conversation with a new last message; an older one, found by a scan, is not the last."""
    last = conversation.last_message_at
    at = message.received_at or message.sent_at or message.created_at
    if last is not None and at < last:
        return conversation
    return replace(conversation, last_message_at=at, last_message=message.content)
