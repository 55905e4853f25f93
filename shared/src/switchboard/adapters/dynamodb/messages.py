"""Message and entry rows: to and from the domain; long bodies are compressed."""

from __future__ import annotations

import zlib
from typing import Any

from switchboard.adapters.dynamodb import keys
from switchboard.adapters.dynamodb.base import milliseconds, shard
from switchboard.adapters.dynamodb.rows import EntryRow, MessageRow, PointerRow
from switchboard.domain.ids import (
    ChatId,
    ConversationId,
    MessageId,
    OrganizationId,
    WaHex,
)
from switchboard.domain.message import Direction, Message, MessageStatus, Source
from switchboard.domain.outbox import EntryState, OutboxEntry, Priority

PENDING = "pending"
PLAIN_BYTES = 32_000
"""Longer bodies are compressed. The longest inbound text (200,000 code points, 800 kB of UTF-8 at
worst) is then still at risk of DynamoDB's 400 KB, so what does not fit is cut: see `_packed`."""
PACKED_BYTES = 350_000


def message_row(message: Message) -> MessageRow:
    """A row for a message."""
    return MessageRow(
        keys.messages(message.organization_id, message.conversation_id),
        keys.message(message.position),
        id=message.id,
        organization_id=message.organization_id,
        conversation_id=message.conversation_id,
        chat_id=message.chat_id,
        direction=message.direction.value,
        source=message.source.value,
        status=message.status.value,
        created_at=message.created_at,
        type=message.type,
        whatsapp_message_id=message.whatsapp_message_id,
        wa_hex=message.wa_hex,
        received_at=message.received_at,
        sent_at=message.sent_at,
        delivered_at=message.delivered_at,
        read_at=message.read_at,
        error_code=message.error_code,
        correlation_id=message.correlation_id,
        backfill=message.backfill,
        **_content(message.content),
    )


def message_of(row: MessageRow) -> Message:
    """The domain's view of a row."""
    return Message(
        id=MessageId(row.id),
        organization_id=OrganizationId(row.organization_id),
        conversation_id=ConversationId(row.conversation_id),
        chat_id=ChatId(row.chat_id),
        content=_text(row),
        direction=Direction(row.direction),
        source=Source(row.source),
        status=MessageStatus(row.status),
        created_at=row.created_at,
        position=row.sk.removeprefix("MSG#"),
        type=row.type,
        whatsapp_message_id=row.whatsapp_message_id,
        wa_hex=WaHex(row.wa_hex) if row.wa_hex else None,
        received_at=row.received_at,
        sent_at=row.sent_at,
        delivered_at=row.delivered_at,
        read_at=row.read_at,
        error_code=row.error_code,
        correlation_id=row.correlation_id,
        backfill=row.backfill,
    )


def pointer_row(message: Message, sk: str, request_hash: str | None = None) -> PointerRow:
    """A row that leads to a message."""
    return PointerRow(
        keys.organization(message.organization_id),
        sk,
        conversation_id=message.conversation_id,
        position=message.position,
        request_hash=request_hash,
    )


def entry_row(entry: OutboxEntry) -> EntryRow:
    """A PENDING row, nominated for the sweeper."""
    return EntryRow(
        keys.outbox(entry.organization_id),
        entry.message_id,
        organization_id=entry.organization_id,
        conversation_id=entry.conversation_id,
        chat_id=entry.chat_id,
        position=entry.position,
        wa_hex=entry.wa_hex,
        seq=entry.seq,
        state=entry.state.value,
        priority=entry.priority.value,
        source=entry.source,
        accepted_at=entry.accepted_at,
        due_at=entry.due_at,
        correlation_id=entry.correlation_id,
        attention=f"{PENDING}#{shard(entry.organization_id)}",
        attention_at=milliseconds(entry.accepted_at),
    )


def entry_of(row: EntryRow) -> OutboxEntry:
    """The domain's view of a row."""
    return OutboxEntry(
        organization_id=OrganizationId(row.organization_id),
        message_id=MessageId(row.sk),
        conversation_id=ConversationId(row.conversation_id),
        chat_id=ChatId(row.chat_id),
        position=row.position,
        wa_hex=WaHex(row.wa_hex),
        seq=int(row.seq),
        state=EntryState(row.state),
        priority=Priority(row.priority),
        source=row.source,
        accepted_at=row.accepted_at,
        due_at=row.due_at,
        attempts=int(row.attempts),
        recoveries=int(row.recoveries),
        claim_epoch=None if row.claim_epoch is None else int(row.claim_epoch),
        claim_id=row.claim_id,
        correlation_id=row.correlation_id,
    )


def _content(text: str) -> dict[str, Any]:
    raw = text.encode()
    if len(raw) <= PLAIN_BYTES:
        return {"content": text}
    return {"packed_content": _packed(raw)}


def _packed(raw: bytes) -> bytes:
    """Compress; incompressible text beyond the item's limit keeps its beginning."""
    packed = zlib.compress(raw)
    while len(packed) > PACKED_BYTES:
        raw = raw[: len(raw) * PACKED_BYTES // len(packed)]
        packed = zlib.compress(raw)
    return packed


def _text(row: MessageRow) -> str:
    if row.packed_content is None:
        return row.content or ""
    return zlib.decompress(row.packed_content).decode(errors="ignore")
