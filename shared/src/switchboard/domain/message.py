"""Messages of both directions and the order of their statuses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from switchboard.domain.errors import InvalidInput
from switchboard.domain.ids import (
    ChatId,
    ConversationId,
    MessageId,
    OrganizationId,
    WaHex,
    parse_wa_hex,
)
from switchboard.domain.moment import milliseconds

MAX_TEXT_CODE_POINTS = 65_536
"""Source: WhatsApp Web's own limit for a text message; the Cloud API takes 4,096."""


class Direction(StrEnum):
    """Seen from the organization."""

    INCOMING = "INCOMING"
    OUTGOING = "OUTGOING"


class Source(StrEnum):
    """Who wrote an outgoing message."""

    AGENT = "agent"
    API = "api"
    CONSOLE = "console"
    PHONE = "phone"
    CONTACT = "contact"


class MessageStatus(StrEnum):
    """QUEUED is accepted and not yet sent; SENT is WhatsApp's server ack."""

    QUEUED = "QUEUED"
    SENT = "SENT"
    DELIVERED = "DELIVERED"
    READ = "READ"
    FAILED = "FAILED"
    UNCONFIRMED = "UNCONFIRMED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"
    RECEIVED = "RECEIVED"


_RANK = {
    MessageStatus.QUEUED: 0,
    MessageStatus.FAILED: 1,
    MessageStatus.UNCONFIRMED: 1,
    MessageStatus.CANCELLED: 1,
    MessageStatus.EXPIRED: 1,
    MessageStatus.SENT: 2,
    MessageStatus.DELIVERED: 3,
    MessageStatus.READ: 4,
    MessageStatus.RECEIVED: 9,
}

SENT_OR_BETTER = frozenset({MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.READ})


_STAMPS = {
    MessageStatus.SENT: "sent_at",
    MessageStatus.DELIVERED: "delivered_at",
    MessageStatus.READ: "read_at",
}


def moves_forward(old: MessageStatus, new: MessageStatus) -> bool:
    """No status moves backwards; a late ack lifts FAILED and UNCONFIRMED."""
    return _RANK[new] > _RANK[old]


def status_changes(status: MessageStatus, at: datetime, error_code: str | None) -> dict[str, Any]:
    """What a move to `status` sets beside the status; what went out carries no error any more."""
    changes: dict[str, Any] = {"error_code": error_code} if error_code else {}
    if status in _STAMPS:
        changes |= {_STAMPS[status]: at, "error_code": None}
    return changes


def status_for_ack(ack: int) -> MessageStatus | None:
    """Map WhatsApp's ack level; None when it says nothing about delivery.

    Source: WAWebAck (wa-js): -1 failed, 0 clock, 1 server, 2 device, 3 read, 4 played.
    """
    if ack < 0:
        return MessageStatus.FAILED
    known = {1: MessageStatus.SENT, 2: MessageStatus.DELIVERED}
    return known.get(ack, MessageStatus.READ if ack in (3, 4) else None)


@dataclass(frozen=True, slots=True)
class Reaction:
    """The last reaction of one person to a message; an empty `text` took it back."""

    author: ChatId
    """Who reacted."""
    text: str
    at: datetime
    from_me: bool = False


MOST_REACTIONS = 100
"""Kept with one message, the newest: an item is read and written as a whole."""


@dataclass(frozen=True, slots=True)
class Message:
    """One stored message; times are aware UTC."""

    id: MessageId
    organization_id: OrganizationId
    conversation_id: ConversationId
    chat_id: ChatId
    content: str
    direction: Direction
    source: Source
    status: MessageStatus
    created_at: datetime
    position: str
    """Sort key within the conversation: time in ms and id."""
    type: str = "chat"
    whatsapp_message_id: str | None = None
    """The key as first told, and never changed: WhatsApp may later write its chat as a LID."""
    wa_hex: WaHex | None = None
    received_at: datetime | None = None
    sent_at: datetime | None = None
    delivered_at: datetime | None = None
    read_at: datetime | None = None
    error_code: str | None = None
    correlation_id: str | None = None
    backfill: bool = False
    in_version: int | None = None
    """The version of its conversation that it made; None when it asks for no answer."""
    reactions: tuple[Reaction, ...] = ()
    edited_at: datetime | None = None
    """`content` is what the message says since."""
    revoked_at: datetime | None = None
    """Its writer took it back; `content` is what it said."""


def reactions_with(message: Message, reaction: Reaction) -> tuple[Reaction, ...] | None:
    """The message's reactions after one more; None when it tells nothing new."""
    others = []
    for one in message.reactions:
        if one.author != reaction.author:
            others.append(one)
        elif one.at > reaction.at or (one.at, one.text) == (reaction.at, reaction.text):
            return None  # WhatsApp's times are whole seconds
    return (*others, reaction)[-MOST_REACTIONS:]


def wa_hex_of(message: Message) -> WaHex:
    """WhatsApp's id without the chat, which may be written as a phone or as a LID.

    Raises:
        InvalidInput: the message has no id of WhatsApp's.
    """
    return message.wa_hex or parse_wa_hex(message.whatsapp_message_id)


_WORDS_FOR = {"ptt": "voice message", "vcard": "contact card", "chat": "empty message"}


def words_of(message: Message) -> str:
    """What a message says; one without words (a picture, a voice message) says what it is."""
    return message.content.strip() or f"[{_WORDS_FOR.get(message.type, message.type)}]"


def message_position(at: datetime, message_id: MessageId) -> str:
    """Order within a conversation: time first, id to break ties."""
    return f"{first_position(at)}#{message_id}"


def first_position(at: datetime) -> str:
    """No message of that moment or later comes before it."""
    return f"{milliseconds(at):013d}"


def parse_text(text: object, field: str = "text") -> str:
    """Text to send: 1 to 65,536 code points, not only white space, no lone surrogates or NULs.

    Raises:
        InvalidInput: naming `field` and which rule is broken.
    """
    if not isinstance(text, str):
        raise InvalidInput(field, "must be a string")
    if not text.strip():
        raise InvalidInput(field, "must not be empty")
    if len(text) > MAX_TEXT_CODE_POINTS:
        raise InvalidInput(field, f"has {len(text)} code points, {MAX_TEXT_CODE_POINTS} at most")
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise InvalidInput(field, "must be valid Unicode without NUL characters")
    return text
