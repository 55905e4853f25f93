"""A message as WAHA's clients know it; `id` is WhatsApp's, equal in every later ack."""

from __future__ import annotations

from typing import Any

from chalicelib.shapes.times import iso
from switchboard.domain.conversation import Conversation
from switchboard.domain.message import Direction, Message, MessageStatus

_ACKS = {
    MessageStatus.QUEUED: (0, "PENDING"),
    MessageStatus.SENT: (1, "SERVER"),
    MessageStatus.DELIVERED: (2, "DEVICE"),
    MessageStatus.READ: (3, "READ"),
    MessageStatus.FAILED: (-1, "ERROR"),
}


def message_shape(message: Message) -> dict[str, Any]:
    """One message of either direction."""
    ack, name = _ACKS.get(message.status, (None, None))
    at = message.received_at or message.sent_at or message.created_at
    from_me = message.direction is Direction.OUTGOING
    return {
        "id": message.whatsapp_message_id or message.id,
        "messageId": message.id,
        "timestamp": int(at.timestamp()),
        "from": None if from_me else message.chat_id,
        "to": message.chat_id if from_me else None,
        "chatId": message.chat_id,
        "fromMe": from_me,
        "direction": message.direction.value,
        "source": message.source.value,
        "type": message.type,
        "body": message.content,
        "hasMedia": message.type != "chat",
        "state": message.status.value,
        "ack": ack,
        "ackName": name,
        "errorCode": message.error_code,
        "createdAt": iso(message.created_at),
        "receivedAt": iso(message.received_at),
        "sentAt": iso(message.sent_at),
        "deliveredAt": iso(message.delivered_at),
        "readAt": iso(message.read_at),
    }


def chat_shape(conversation: Conversation) -> dict[str, Any]:
    """One conversation in a list."""
    at = conversation.last_message_at
    return {
        "id": conversation.chat_id,
        "conversationId": conversation.id,
        "name": conversation.title,
        "status": conversation.status,
        "lastMessage": conversation.last_message,
        "timestamp": int(at.timestamp()) if at else None,
        "unread": conversation.unread,
        "unreadCount": conversation.unread,
        "unanswered": conversation.unanswered,
        "needsHuman": conversation.needs_human,
    }
