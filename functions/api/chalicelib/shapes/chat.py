"""A conversation in a list, with the fields that WAHA's clients read."""

from __future__ import annotations

from typing import Any

from chalicelib.contract.schema import gives, moment, nullable, text, whole, yes_or_no
from switchboard.domain.conversation import Conversation
from switchboard.domain.moment import iso

CHAT = gives(
    "Chat",
    {
        "id": text("the address to write to"),
        "conversationId": text(),
        "name": nullable(text()),
        "status": text(),
        "lastMessage": nullable(text("its beginning")),
        "timestamp": nullable(whole("seconds of Unix time, of the last message")),
        "unread": whole(),
        "unreadCount": whole(),
        "unanswered": yes_or_no(),
        "needsHuman": yes_or_no("the agent handed the conversation to a person"),
        "handOffReason": nullable(text("why, as long as needsHuman")),
        "handedOffAt": nullable(moment()),
    },
)

CHAT_SUMMARY = gives(
    "ChatSummary",
    {
        "id": text(),
        "name": text("the address when nobody told a name"),
        "picture": text("empty: pictures are not fetched"),
        "lastMessage": gives("LastMessage", {"body": text(), "timestamp": nullable(whole())}),
        "_chat": CHAT,
    },
)


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
        "handOffReason": conversation.hand_off_reason,
        "handedOffAt": iso(conversation.handed_off_at),
    }


def summary_shape(conversation: Conversation) -> dict[str, Any]:
    """One conversation of an overview."""
    chat = chat_shape(conversation)
    last = {"body": conversation.last_message or "", "timestamp": chat["timestamp"]}
    return {
        "id": chat["id"],
        "name": chat["name"] or chat["id"],
        "picture": "",
        "lastMessage": last,
        "_chat": chat,
    }
