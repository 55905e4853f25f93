"""Message and entry rows: to and from the domain."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from pynamodb.transactions import TransactWrite

from switchboard.adapters.dynamodb import keys
from switchboard.adapters.dynamodb.rows import EntryRow, MessageRow, PointerRow
from switchboard.adapters.dynamodb.texts import content_attributes, further_rows, text_of
from switchboard.domain.ids import (
    ChatId,
    ConversationId,
    MessageId,
    OrganizationId,
    WaHex,
)
from switchboard.domain.message import Direction, Message, MessageStatus, Reaction, Source
from switchboard.domain.moment import milliseconds
from switchboard.domain.outbox import EntryState, OutboxEntry, Priority

PENDING = "pending"


def put_message(writes: TransactWrite, message: Message) -> None:
    """Add a message, with all of its body, to a transaction."""
    writes.save(_message_row(message))
    for part in further_rows(message):
        writes.save(part)


def message_key(message: Message) -> MessageRow:
    """The row's key, for an update."""
    pk = keys.messages(message.organization_id, message.conversation_id)
    return MessageRow(pk, keys.message(message.position))


def _message_row(message: Message) -> MessageRow:
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
        in_version=message.in_version,
        reactions=packed_reactions(message.reactions),
        edited_at=message.edited_at,
        revoked_at=message.revoked_at,
        **content_attributes(message.content),
    )


def message_of(row: MessageRow, content: str | None = None) -> Message:
    """The domain's view of a row; `content` stands for the body, which is else put together."""
    return Message(
        id=MessageId(row.id),
        organization_id=OrganizationId(row.organization_id),
        conversation_id=ConversationId(row.conversation_id),
        chat_id=ChatId(row.chat_id),
        content=text_of(row) if content is None else content,
        direction=Direction(row.direction),
        source=Source(row.source),
        status=MessageStatus(row.status),
        created_at=row.created_at,
        position=row.sk.removeprefix(keys.MESSAGE),
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
        in_version=None if row.in_version is None else int(row.in_version),
        reactions=tuple(_reaction(one) for one in row.reactions or ()),
        edited_at=row.edited_at,
        revoked_at=row.revoked_at,
    )


def packed_reactions(reactions: Sequence[Reaction]) -> list[list[Any]] | None:
    """As the row keeps them; None for no attribute."""
    packed = [[one.author, one.text, milliseconds(one.at), one.from_me] for one in reactions]
    return packed or None


def _reaction(packed: Sequence[Any]) -> Reaction:
    author, text, at, from_me = packed
    return Reaction(ChatId(author), text, datetime.fromtimestamp(at / 1000, UTC), from_me)


def pointer_row(
    message: Message, sk: str, *, mark: str | None = None, request_hash: str | None = None
) -> PointerRow:
    """A row that leads to a message; marked, it tells whose transaction wrote it."""
    return PointerRow(
        keys.organization(message.organization_id),
        sk,
        conversation_id=message.conversation_id,
        position=message.position,
        request_hash=request_hash,
        write_id=mark,
    )


def entry_row(entry: OutboxEntry) -> EntryRow:
    """A PENDING row, nominated for the sweeper."""
    return EntryRow(
        keys.outbox(entry.organization_id),
        entry.message_id,
        attention=keys.attention(PENDING, entry.organization_id),
        attention_at=milliseconds(entry.accepted_at),
        **entry_attributes(entry),
    )


def entry_attributes(entry: OutboxEntry) -> dict[str, Any]:
    """All of an entry but its key."""
    return {
        "organization_id": entry.organization_id,
        "conversation_id": entry.conversation_id,
        "chat_id": entry.chat_id,
        "position": entry.position,
        "wa_hex": entry.wa_hex,
        "seq": entry.seq,
        "state": entry.state.value,
        "priority": entry.priority.value,
        "source": entry.source,
        "accepted_at": entry.accepted_at,
        "due_at": entry.due_at,
        "attempts": entry.attempts,
        "recoveries": entry.recoveries,
        "claim_epoch": entry.claim_epoch,
        "claim_id": entry.claim_id,
        "correlation_id": entry.correlation_id,
        "send_at": entry.send_at,
        "message_expires_at": entry.expires_at,
    }


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
        send_at=row.send_at,
        expires_at=row.message_expires_at,
    )
