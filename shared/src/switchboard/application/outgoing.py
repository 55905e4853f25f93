"""Composes an outgoing message and its outbox entry; shared by the API's sends and the agent's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from switchboard.domain.conversation import Conversation
from switchboard.domain.ids import MessageId, wa_hex_for
from switchboard.domain.message import Direction, Message, MessageStatus, Source, message_position
from switchboard.domain.outbox import EntryState, OutboxEntry, Priority

HAND_OFF_NOTICE = "hand_off"
"""Entry source of the agent's last word before a person takes over: not cancelled by it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What to send, before it has a place in a conversation."""

    message_id: MessageId
    text: str
    source: Source
    entry_source: str
    priority: Priority = Priority.NORMAL
    correlation_id: str | None = None
    send_at: datetime | None = None
    expires_at: datetime | None = None


def compose(conversation: Conversation, draft: Draft, now: datetime) -> tuple[Message, OutboxEntry]:
    """Give a draft its WhatsApp id and the conversation's next sequence number."""
    message = _message(conversation, draft, now)
    return message, _entry(conversation, draft, message)


def _message(conversation: Conversation, draft: Draft, now: datetime) -> Message:
    hex_ = wa_hex_for(draft.message_id)
    return Message(
        id=draft.message_id,
        organization_id=conversation.organization_id,
        conversation_id=conversation.id,
        chat_id=conversation.chat_id,
        content=draft.text,
        direction=Direction.OUTGOING,
        source=draft.source,
        status=MessageStatus.QUEUED,
        created_at=now,
        position=message_position(now, draft.message_id),
        wa_hex=hex_,
        whatsapp_message_id=f"true_{conversation.chat_id}_{hex_}",
        correlation_id=draft.correlation_id,
    )


def _entry(conversation: Conversation, draft: Draft, message: Message) -> OutboxEntry:
    now = message.created_at
    return OutboxEntry(
        organization_id=conversation.organization_id,
        message_id=draft.message_id,
        conversation_id=conversation.id,
        chat_id=conversation.chat_id,
        position=message.position,
        wa_hex=wa_hex_for(draft.message_id),
        seq=conversation.next_seq,
        state=EntryState.PENDING,
        priority=draft.priority,
        source=draft.entry_source,
        accepted_at=now,
        due_at=max(now, draft.send_at or now),
        correlation_id=draft.correlation_id,
        send_at=draft.send_at,
        expires_at=draft.expires_at,
    )
